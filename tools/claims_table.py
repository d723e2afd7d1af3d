"""Write the table "the lecture, measured" from the claims and the stored notebooks.

    python tools/claims_table.py              write docs/the_lecture_measured.md
    python tools/claims_table.py --check      fail when that page is not up to date
"""

import argparse
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path("docs") / "the_lecture_measured.md"
CLAIM = "application/vnd.aeteach.claim+json"
HEAD = """# The lecture, measured

What the lecture says, what is true of it, and what the notebooks measured.
This page is written by `make claims` from `aeteach/claims.toml` and the stored notebooks:
change those, not this page.
"""
COLUMNS = """| number | statement | verdict | what is true | measured |
|---|---|---|---|---|
"""


def read_claims(root=ROOT):
    return tomllib.loads((root / "aeteach" / "claims.toml").read_text(encoding="utf-8"))


def measurements(root=ROOT):
    """What the claim cells of the stored notebooks showed: {name: [line of Markdown]}."""
    found = defaultdict(list)
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                shown = output.get("data", {}).get(CLAIM)
                if shown:
                    found[shown["name"]].append(measured_line(shown, path, cell.id))
    return found


def measured_line(shown, path, cell_id):
    words = plain(shown["measured"]) or "measured"
    words += "" if shown["holds"] else " **the numbers say otherwise**"
    return f"{words} ([{path.stem}](../notebooks/{path.name}), `{cell_id}`)"


def plain(text):
    """Text that stays inside one cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def section_key(section):
    return [int(part) if part.isdigit() else 0 for part in str(section).split(".")]


def table_row(name, claim, measured):
    truth = "<br>".join(plain(claim[key]) for key in ("nuance", "reference") if claim[key])
    shown = "<br>".join(measured.get(name, [])) or "open"
    cells = [claim["number"], plain(claim["english"]), claim["verdict"], truth, shown]
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n"


def page(claims, measured):
    """The whole page as Markdown: a table for each section of the lecture."""
    sections = defaultdict(list)
    for name, claim in claims.items():
        sections[str(claim["section"])].append((claim["number"], name))
    parts = [HEAD, summary(claims, measured)]
    for section in sorted(sections, key=section_key):
        rows = (table_row(name, claims[name], measured) for _, name in sorted(sections[section]))
        parts.append(f"## Section {section}\n\n{COLUMNS}{''.join(rows)}")
    return "\n".join(parts)


def summary(claims, measured):
    verdicts = Counter(claim["verdict"] for claim in claims.values())
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    still_open = sum(name not in measured for name in claims)
    return f"{len(claims)} statements: {counts}; {still_open} of them still open.\n"


def main(arguments=None, root=ROOT):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    options = parser.parse_args(arguments)
    text = page(read_claims(root), measurements(root))
    path = root / PAGE
    if options.check:
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PAGE.as_posix()} is not up to date: run `make claims`", file=sys.stderr)
        return 1
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{PAGE.as_posix()} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
