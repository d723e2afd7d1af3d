"""Print what is a matter of taste in the notebooks: lengths, prose and stations. Nothing fails.

python tools/report.py                one line a notebook, and its longest cells
"""

import re
import statistics
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
LONG = 15
WIDE = 79


def lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def words(cell):
    """Words of a prose cell without fences, formulas, tags and targets of links."""
    text = re.sub(r"^(```|~~~).*?^\1\s*$", " ", cell.source, flags=re.M | re.S)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|<[^>]+>|\]\([^)]*\)", " ", text, flags=re.S)
    return re.findall(r"[^\W\d_][\w'’-]*", text)


def is_open(cell):
    """Code in the learner's sight: neither a solution nor folded."""
    folded = cell.metadata.get("jupyter", {}).get("source_hidden")
    return (
        cell.cell_type == "code"
        and not folded
        and ("solution" not in cell.metadata.get("tags", []))
    )


def report(notebook):
    """Sentences about one notebook."""
    cells = [cell for cell in notebook.cells if is_open(cell)]
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    lengths = [len(lines(cell)) for cell in cells] or [0]
    said = sum(len(words(cell)) for cell in prose)
    stations = sum(len(re.findall(r"^## ", cell.source, flags=re.M)) for cell in prose)
    found = [
        f"{len(notebook.cells)} cells, {len(cells)} of open code, median "
        f"{statistics.median(lengths):g} lines, {sum(lengths)} in all; {said} words of prose, "
        f"{said / max(sum(lengths), 1):.0f} a line; {stations} level-2 headings"
    ]
    found += [f"  {cell.id}: {len(lines(cell))} lines" for cell in cells if len(lines(cell)) > LONG]
    found += [
        f"  {cell.id}: a line of {len(line)} characters"
        for cell in cells
        for line in lines(cell)
        if len(line) > WIDE
    ]
    return found


def main(root=ROOT):
    for path in sorted((root / "notebooks").rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            print(f"{path.relative_to(root)}: " + "\n".join(report(nbformat.read(path, 4))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
