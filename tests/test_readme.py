"""The READMEs against the files: their tables of notebooks, their links and their commands."""

import re
from pathlib import Path

import nbformat
import pytest
import rules

ROOT = Path(__file__).resolve().parents[1]
READMES = {"README.md": "notebooks", "README.ru.md": "notebooks/ru"}


def notebook_titles(root, folder="notebooks"):
    """{path below the root: level-1 heading} of the notebooks of one edition."""
    titles = {}
    for path in sorted((root / folder).glob("*.ipynb")):
        first = nbformat.read(path, as_version=4).cells[0]
        titles[path.relative_to(root).as_posix()] = "".join(rules.headings(first, 1)[:1])
    return titles


def plain(text):
    return re.sub(r"[*_`]", "", text).strip()


def table_rows(text):
    return [line for line in text.splitlines() if line.lstrip().startswith("|")]


def linked(row):
    """(words, target) of each Markdown link in a line."""
    return re.findall(r"\[([^\]]*)\]\((?:\./)?([^)\s#]+)", row)


def table_faults(text, titles):
    rows = table_rows(text)
    faults = []
    for path, title in titles.items():
        words = [shown for row in rows for shown, target in linked(row) if target == path]
        if not words:
            faults.append(
                f"no row of a table in the README links to {path}; write [{title}]({path})"
            )
        elif len(words) > 1:
            faults.append(f"the README's tables link to {path} {len(words)} times; once is enough")
        elif plain(words[0]) != plain(title):
            faults.append(f"the README calls {path} {words[0]!r}; its title is {title!r}")
    return faults


def command_text(text):
    """What README.md shows as code: fenced blocks and `spans`."""
    fences = re.findall(r"^```[^\n]*\n(.*?)^```", text, flags=re.M | re.S)
    return "\n".join(fences + re.findall(r"`([^`\n]+)`", rules.without_fences(text)))


def named_targets(text):
    return sorted(set(re.findall(r"\bmake +([a-z][\w-]*)", command_text(text))))


def make_targets(makefile):
    return set(re.findall(r"^([A-Za-z][\w-]*)\s*:(?!=)", makefile, flags=re.M))


def command_faults(text, makefile, root):
    faults = [
        f"the README names `make {target}`, which the Makefile does not have"
        for target in named_targets(text)
        if target not in make_targets(makefile)
    ]
    scripts = sorted(set(re.findall(r"\bpython3? +([\w/.-]+\.py)\b", command_text(text))))
    return faults + [
        f"the README runs {script}, which does not exist"
        for script in scripts
        if not (root / script).exists()
    ]


@pytest.fixture(scope="module", params=READMES)
def page(request):
    return request.param


@pytest.fixture(scope="module")
def readme(page):
    assert (ROOT / page).exists(), f"{page} is missing"
    return (ROOT / page).read_text(encoding="utf-8")


def fail_on(faults):
    assert not faults, "\n" + "\n".join(f"  - {fault}" for fault in faults)


def test_the_table_names_every_notebook(readme, page):
    fail_on(table_faults(readme, notebook_titles(ROOT, READMES[page])))


def test_the_readmes_link_to_each_other(readme, page):
    (other,) = set(READMES) - {page}
    assert f"]({other})" in readme


def test_links_lead_to_files(readme):
    fail_on(rules.dead_links(readme, ROOT, ROOT))


def test_commands_exist(readme):
    fail_on(command_faults(readme, (ROOT / "Makefile").read_text(encoding="utf-8"), ROOT))


TITLES = {"notebooks/02_identity_copying.ipynb": "When does it *copy*?"}
ROW = "| 2 | [When does it copy?](notebooks/02_identity_copying.ipynb) | 5.1 |\n"


@pytest.mark.parametrize(
    "text, words",
    [
        (ROW, ""),
        (ROW.replace("](", "](./"), ""),
        (ROW.replace("|", ""), "no row of a table"),
        (ROW.replace("02_", "03_"), "write [When does it *copy*?](notebooks/02_"),
        (ROW * 2, "2 times"),
        (ROW.replace("When does", "Why does"), "its title is"),
    ],
)
def test_planted_rows(text, words):
    faults = table_faults(text, TITLES)
    assert bool(faults) == bool(words) and words in "".join(faults)


@pytest.mark.parametrize(
    "text, words",
    [
        ("Run `make lab`, then make sure that it works.", ""),
        ("```\nmake lab ARGS=--no-browser\n```", ""),
        ("Run `make lap`.", "`make lap`"),
        ("```sh\ngit clone x && make tests\n```", "`make tests`"),
        ("Run `python tools/gone.py`.", "tools/gone.py, which does not exist"),
    ],
)
def test_planted_commands(tmp_path, text, words):
    makefile = "lab: .venv/.ready  ## open\n\techo\nBIN := x\n"
    faults = command_faults(text, makefile, tmp_path)
    assert bool(faults) == bool(words) and words in "".join(faults)


def test_titles_come_from_the_first_cell(tmp_path):
    (tmp_path / "notebooks").mkdir()
    cell = nbformat.v4.new_markdown_cell("# Copying\nText")
    path = tmp_path / "notebooks" / "02_copying.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    assert notebook_titles(tmp_path) == {"notebooks/02_copying.ipynb": "Copying"}
