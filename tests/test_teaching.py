"""docs/teaching.md and CONTRIBUTING.md against the notebooks, the rules and the tools."""

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
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
    return [
        f"{path} has no cell `{name}`"
        for path, name in named_cells(text)
        if name not in cell_ids(root / path)
    ]


def file_faults(text, root):
    found = sorted(set(re.findall(COMMAND_FILES, command_text(text))))
    return [
        f"{path} does not exist"
        for path in found
        if not (root / path).exists() and not path.endswith(UNWRITTEN)
    ]


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


def test_contributing_is_short():
    assert len(page("CONTRIBUTING.md").encode()) <= 5_000
