"""Give cells without a readable id one that names what they hold.

python tools/name_cells.py notebooks/07_name.ipynb          the random and the doubled ids
python tools/name_cells.py notebooks/07_name.ipynb --all    every id, after copying a notebook
"""

import argparse
import re
from itertools import count
from pathlib import Path

import nbformat

READABLE = re.compile(r"(?!(?=.*\d)[0-9a-f]{8}[0-9a-f-]*$)[a-z0-9-]{3,60}")
MADE = r"^(?:def|class) +(\w+)|^(\w+)[\w, ]*=(?!=)|(\w+)\("


def wanted(cell) -> str:
    """What a cell is about: what it defines, assigns or calls, its heading or its first words."""
    tags = cell.metadata.get("tags", [])
    prefix = next((f"{tag}-" for tag in ("exercise", "solution") if tag in tags), "")
    if "edition" in tags:
        name = "edition"
    elif cell.cell_type == "code":
        found = re.search(MADE, cell.source, flags=re.M)
        name = next(filter(None, found.groups())) if found else "imports"
    else:
        prose = re.sub(r"<summary>.*?</summary>|<[^>]+>", "", cell.source)
        heading = re.search(r"^#+ +(.+)$", prose, flags=re.M)
        words = re.findall(r"[A-Za-z0-9]+", heading[1] if heading else prose)
        name = "-".join(words[:3]) + ("" if heading else "-text")
    clean = re.sub(r"[^a-z0-9]+", "-", (prefix + name).lower()).strip("-")
    return f"{clean}-cell"[:50] if len(clean) < 3 else clean[:50]


def name_cells(notebook, every: bool = False) -> dict[str, str]:
    """Rename in place: {old id: new id} of the cells that got another one."""
    seen, chosen, renamed = set(), [], {}
    for cell in notebook.cells:
        if every or cell.id in seen or not READABLE.fullmatch(cell.id):
            chosen.append(cell)
        else:
            seen.add(cell.id)
    for cell in chosen:
        name = wanted(cell)
        numbered = (f"{name}-{number}" if number > 1 else name for number in count(1))
        new = next(each for each in numbered if each not in seen)
        seen.add(new)
        renamed[cell.id], cell.id = new, new
    return renamed


def main(arguments=None) -> None:
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


if __name__ == "__main__":
    main()
