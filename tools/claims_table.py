"""Write the table "the lecture, measured" from the claims and the stored notebooks.

python tools/claims_table.py              write the pages of docs, one a language
python tools/claims_table.py --check      fail when one of them is not up to date
"""

import argparse
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path("docs") / "the_lecture_measured.md"
CLAIM = "application/vnd.aeteach.claim+json"


@dataclass(frozen=True)
class Edition:
    """The page of one language: where it stands, what it reads and the words of its own."""

    page: Path
    notebooks: str
    statement: str
    nuance: str
    head: str
    columns: str
    section: str
    summary: str
    words: dict[str, str]
    measured: str = "measured"
    otherwise: str = "the numbers say otherwise"
    unmeasured: str = "open"


RULER = "|---|---|---|---|---|---|\n"
ENGLISH = Edition(
    PAGE,
    "notebooks",
    "english",
    "nuance",
    """# The lecture, measured

What the lecture says, what is true of it, and what the notebooks measured.
This page is written by `make claims` from `aeteach/claims.toml` and the stored notebooks:
change those, not this page.{twin}

An *experiment* is decided by what a run measured, an *identity* by arithmetic, *usage* (what
people do or say) by its reference: there the numbers only illustrate.
""",
    f"| number | statement | kind | verdict | what is true | measured |\n{RULER}",
    "Section {section}",
    "{count} statements: {counts}; {still_open} of them still open.\n",
    {},
)
RUSSIAN = Edition(
    PAGE.parent / "ru" / PAGE.name,
    "notebooks/ru",
    "russian",
    "russian_nuance",
    """# Лекция, измеренная числами

Что говорит лекция, что из этого верно и что измерили тетради.
Эту страницу пишет `make claims` по файлу `aeteach/claims.toml` и сохранённым тетрадям:
правьте их, а не эту страницу.{twin}

*Опыт* решают измеренные числа, *тождество* — вычисление, *практику* (как принято делать или
говорить) — ссылка: числа там лишь иллюстрация.
""",
    f"| № | утверждение | вид | вердикт | что верно | измерено |\n{RULER}",
    "Раздел {section}",
    "Утверждений: {count}; {counts}; ещё не измерено: {still_open}.\n",
    {
        "holds": "верно",
        "holds when": "верно при условии",
        "misleading": "в такой форме неверно",
        "experiment": "опыт",
        "identity": "тождество",
        "usage": "практика",
    },
    "измерено",
    "числа говорят другое",
    "не измерено",
)


def read_claims(root=ROOT):
    return tomllib.loads((root / "aeteach" / "claims.toml").read_text(encoding="utf-8"))


def measurements(root=ROOT, edition=ENGLISH):
    """What the claim cells of the stored notebooks showed: {name: [line of Markdown]}."""
    found = defaultdict(list)
    for path in sorted((root / edition.notebooks).glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                shown = output.get("data", {}).get(CLAIM)
                if shown:
                    found[shown["name"]].append(measured_line(shown, path, cell.id, edition))
    return found


def measured_line(shown, path, cell_id, edition):
    words = plain(shown["measured"]) or edition.measured
    if not shown["holds"]:
        failed = [name for name, truth in shown.get("conditions", {}).items() if not truth]
        words += f" **{plain('; '.join([edition.otherwise, *failed]))}**"
    up = "../" * (len(edition.page.parts) - 1)
    return f"{words} ([{path.stem}]({up}{edition.notebooks}/{path.name}), `{cell_id}`)"


def plain(text):
    """Text that stays inside one cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def section_key(section):
    return [int(part) if part.isdigit() else 0 for part in str(section).split(".")]


def table_row(number, name, claim, measured, edition):
    statement = claim.get(edition.statement) or claim["english"]
    nuance = claim.get(edition.nuance, claim["nuance"])
    truth = "<br>".join(plain(text) for text in (nuance, claim["reference"]) if text)
    unmeasured = "" if claim["kind"] == "usage" else edition.unmeasured
    shown = "<br>".join(measured.get(name, [])) or unmeasured
    kind, verdict = (edition.words.get(claim[key], claim[key]) for key in ("kind", "verdict"))
    cells = [number, plain(statement), kind, verdict, truth, shown]
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n"


def page(claims, measured, edition=ENGLISH, twin=""):
    """The whole page as Markdown: a table for each section; twin: link to the other language."""
    sections = defaultdict(list)
    for number, (name, claim) in enumerate(claims.items(), 1):
        sections[str(claim["section"])].append((number, name))
    parts = [edition.head.format(twin=twin), summary(claims, measured, edition)]
    for section in sorted(sections, key=section_key):
        rows = (
            table_row(number, name, claims[name], measured, edition)
            for number, name in sections[section]
        )
        head = edition.section.format(section=section)
        parts.append(f"## {head}\n\n{edition.columns}{''.join(rows)}")
    return "\n".join(parts)


def summary(claims, measured, edition):
    verdicts = sorted(Counter(claim["verdict"] for claim in claims.values()).items())
    own = edition.words
    counts = ", ".join(
        f"{own[name]}: {count}" if own else f"{count} {name}" for name, count in verdicts
    )
    still_open = sum(
        name not in measured and claim["kind"] != "usage" for name, claim in claims.items()
    )
    return edition.summary.format(count=len(claims), counts=counts, still_open=still_open)


def renew(edition, root, check, twin):
    """Write one page, or only compare it; whether it is up to date afterwards."""
    text = page(read_claims(root), measurements(root, edition), edition, twin)
    path, name = root / edition.page, edition.page.as_posix()
    if check:
        current = path.exists() and path.read_text(encoding="utf-8") == text
        if not current:
            print(f"{name} is not up to date: run `make claims`", file=sys.stderr)
        return current
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{name} written")
    return True


def main(arguments=None, root=ROOT):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    options = parser.parse_args(arguments)
    twins = [
        (ENGLISH, " [На русском](ru/the_lecture_measured.md)."),
        (RUSSIAN, " [In English](../the_lecture_measured.md)."),
    ]
    if not (root / RUSSIAN.notebooks).is_dir():
        twins = [(ENGLISH, "")]
    done = [renew(edition, root, options.check, twin) for edition, twin in twins]
    return int(not all(done))


if __name__ == "__main__":
    sys.exit(main())
