"""Give cells without a readable id one that names what they hold.

python tools/name_cells.py notebooks/07_name.ipynb          the random and the doubled ids
python tools/name_cells.py notebooks/07_name.ipynb --all    every id, after copying a notebook
"""

import argparse
import ast
import re
import sys
from pathlib import Path

import nbformat

RANDOM = re.compile(r"(?=.*\d)[0-9a-f]{8}[0-9a-f-]*")
READABLE = re.compile(r"[a-z0-9-]{3,64}")
WORDS = 3


def needs_name(cell_id: str, seen: set[str]) -> bool:
    random = RANDOM.fullmatch(cell_id) or not READABLE.fullmatch(cell_id)
    return bool(random) or cell_id in seen


def name_in_code(source: str) -> str:
    """What a code cell is about: the first thing it defines, assigns or calls."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return "code"
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return node.name
        if isinstance(node, ast.Assign):
            return next(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
        if isinstance(node, ast.Import | ast.ImportFrom):
            return "imports"
    nodes = ast.walk(ast.Module(body, []))
    called = [ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)]
    return called[0].split(".")[-1] if called else "code"


def name_in_prose(source: str) -> str:
    """The heading of a prose cell, or its first words."""
    source = re.sub(r"<summary>.*?</summary>|<[^>]+>", "", source)
    heading = re.search(r"^#+ +(.+)$", source, flags=re.M)
    words = re.findall(r"[A-Za-z0-9]+", heading[1] if heading else source)
    return "-".join(words[:WORDS]) + ("" if heading else "-text")


def wanted(cell) -> str:
    tags = cell.metadata.get("tags", [])
    prefix = next((f"{tag}-" for tag in ("exercise", "solution") if tag in tags), "")
    name = name_in_code(cell.source) if cell.cell_type == "code" else name_in_prose(cell.source)
    if "edition" in tags:
        name = "edition"
    clean = re.sub(r"[^a-z0-9]+", "-", (prefix + name).lower()).strip("-")
    return clean if len(clean) >= 3 else f"{clean or 'a'}-cell"


def unique(name: str, seen: set[str]) -> str:
    free = (f"{name}-{number}" if number > 1 else name for number in range(1, len(seen) + 2))
    return next(each for each in free if each not in seen)


def name_cells(notebook, every: bool = False) -> dict[str, str]:
    """Rename in place: {old id: new id} of the cells that got another one."""
    seen, chosen = set(), []
    for cell in notebook.cells:
        if every or needs_name(cell.id, seen):
            chosen.append(cell)
        else:
            seen.add(cell.id)
    renamed = {}
    for cell in chosen:
        old, cell.id = cell.id, unique(wanted(cell)[:60], seen)
        seen.add(cell.id)
        renamed[old] = cell.id
    return renamed


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--all", action="store_true", help="rename every cell")
    options = parser.parse_args(arguments)
    if not options.notebook.is_file():
        parser.error(f"no such notebook: {options.notebook}")
    notebook = nbformat.read(options.notebook, as_version=4)
    for old, new in name_cells(notebook, options.all).items():
        print(f"{old} -> {new}")
    nbformat.write(notebook, options.notebook)
    return 0


if __name__ == "__main__":
    sys.exit(main())
