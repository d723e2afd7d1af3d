"""docs/teaching.md and CONTRIBUTING.md against the notebooks, the rules and the tools."""

import re
from functools import cache
from pathlib import Path

import class_size
import nbformat
import pytest
import rules
from hand_out import LinkError, link, main
from test_readme import command_faults, command_text

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("docs/teaching.md", "CONTRIBUTING.md")
COMMAND_FILES = r"(?<![\w/.-])((?:tools|docs|tests|binder|notebooks|aeteach)/[\w./-]*\w)"
UNWRITTEN = "07_name.ipynb"


def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def cell_ids(path):
    return {cell.id for cell in nbformat.read(path, as_version=4).cells}


def named_cells(text):
    """(path of the notebook, cell id) for each `id` that follows a link to a notebook."""
    for row in re.findall(r"\]\(\.\./(notebooks/[\w.]+)\)((?:,? `[\w-]+`)+)", text):
        yield from ((row[0], name) for name in re.findall(r"`([\w-]+)`", row[1]))


def cell_faults(text, root):
    return [f"{path} has no cell `{name}`" for path, name in named_cells(text)
            if name not in cell_ids(root / path)]


def file_faults(text, root):
    found = sorted(set(re.findall(COMMAND_FILES, command_text(text))))
    return [f"{path} does not exist" for path in found
            if not (root / path).exists() and not path.endswith(UNWRITTEN)]


def test_the_page_names_cells_that_exist():
    assert cell_faults(page("docs/teaching.md"), ROOT) == []
    assert len(set(named_cells(page("docs/teaching.md")))) > 20


def test_a_planted_cell_is_named():
    text = "[02](../notebooks/02_identity_copying.ipynb) `title`, `gone`: drag"
    assert cell_faults(text, ROOT) == ["notebooks/02_identity_copying.ipynb has no cell `gone`"]


def test_twelve_misconceptions_each_have_a_cure():
    section = page("docs/teaching.md").split("## What students get wrong")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| \"(.+?)\" \|(.+)$", section, flags=re.M)
    assert [int(number) for number, *_ in rows] == list(range(1, 13))
    assert all(list(named_cells(cure)) for *_, cure in rows)


@pytest.mark.parametrize("name", PAGES)
def test_commands_and_files_exist(name):
    makefile = page("Makefile")
    assert command_faults(page(name), makefile, ROOT) == []
    assert file_faults(page(name), ROOT) == []


def test_planted_files_are_named(tmp_path):
    text = "`aeteach/gone.toml` and `notebooks/07_name.ipynb`"
    assert file_faults(text, tmp_path) == ["aeteach/gone.toml does not exist"]


def test_contributing_knows_every_tag():
    shown = set(re.findall(r"`([\w-]+)`", page("CONTRIBUTING.md")))
    assert rules.KNOWN_TAGS <= shown and rules.WIDGET_CALLS <= shown


@pytest.mark.parametrize("words", ["79 characters", "25 lines", "8 to 25 words", "20 with a class"])
def test_contributing_states_the_limits_of_the_rules(words):
    assert words in page("CONTRIBUTING.md")


def test_contributing_names_the_verdicts():
    assert all(f"`{verdict}`" in page("CONTRIBUTING.md") for verdict in rules.VERDICTS)


# the size of a class


FOUND = class_size.Measured(server=100, kernel=400, seconds=30, hub=200)


def test_the_page_shows_the_table_of_today():
    table = class_size.table([30, 300], class_size.measured())
    assert table in page("docs/teaching.md")


def test_the_page_shows_what_the_sizes_rest_on():
    found, text = class_size.measured(), page("docs/teaching.md")
    assert f"({found.server} MB for the server + {found.kernel} MB for each kernel)" in text
    assert f"{found.hub} MB for the hub" in text and f"× {class_size.HEADROOM}" in text
    assert f"| 1 | 10.3 s | 117 s | {found.seconds} s | {found.server + found.kernel} MB |" in text


def test_memory_by_hand():
    assert class_size.memory(10, FOUND) == 8  # (500 * 10 * 1.3 + 200 + 1000) / 1000 = 7.7
    assert class_size.memory(10, FOUND, notebooks=2) == 13


def test_cores_by_hand():
    assert class_size.cores(100, FOUND, 300) == 10
    assert class_size.cores(101, FOUND, 300) == 11
    assert class_size.cores(1, FOUND, 300) == 2


def test_an_empty_class_is_refused(capsys):
    with pytest.raises(SystemExit):
        class_size.main(["0"])
    assert "at least one student" in capsys.readouterr().err


# the link


def test_the_page_shows_a_link_of_the_tool(capsys):
    command = re.search(r"^python tools/hand_out.py (.+)$", page("docs/teaching.md"), flags=re.M)
    assert main(command[1].split()) == 0
    assert f"```\n{capsys.readouterr().out}```" in page("docs/teaching.md")


@pytest.mark.parametrize("repository", ["https://git.example.org/you/course",
                                        "https://git.example.org/you/course.git/"])
def test_a_link_names_the_folder_and_opens_it(repository):
    found = link("https://hub.example.org/", repository, branch="spring")
    assert found.startswith("https://hub.example.org/hub/user-redirect/git-pull?repo=https%3A%2F%2F")
    assert found.endswith(
        "&branch=spring&targetPath=course&urlpath=lab%2Ftree%2Fcourse%2Fnotebooks")


@pytest.mark.parametrize("hub, repository, words", [
    ("hub.example.org", "https://x.org/a", "the hub 'hub.example.org' is no web address"),
    ("https://hub.example.org", "git@x.org:a", "the repository 'git@x.org:a' is no web address"),
    ("https://hub.example.org", "https://x.org", "has no name"),
])
def test_a_link_from_nowhere_is_refused(hub, repository, words):
    with pytest.raises(LinkError, match=words):
        link(hub, repository)


def test_a_notebook_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["https://hub.example.org", "https://x.org/a", "notebooks/99_gone.ipynb"])
    assert "there is no notebooks/99_gone.ipynb" in capsys.readouterr().err
