"""The tool that stores the notebooks, on a tiny one."""

import nbformat
import pytest
import store
from bs4 import BeautifulSoup
from nbconvert import SlidesExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

SOURCES = [
    "print(1)\nprint(2)",
    "import ipywidgets\nipywidgets.HTML('needs a kernel')",
    "import os\nos.environ['AETEACH_STRICT'], 'AETEACH_SEED' in os.environ",
    "import json\njson.loads('{')",
]


def save(path, *sources):
    cells = [new_markdown_cell("# Tiny", id="title")]
    cells += [new_code_cell(source, id=f"step-{n}") for n, source in enumerate(sources, 1)]
    cells[-1].metadata["tags"] = ["raises-exception"] * source_fails(sources[-1])
    nbformat.write(new_notebook(cells=cells), path)
    return path


def source_fails(source):
    return source == SOURCES[-1]


def read(path):
    return nbformat.read(path, as_version=4)


def showing(**data):
    mime = {"view": store.VIEW, "html": "text/html", "plain": "text/plain"}
    output = new_output("display_data", {mime[key]: value for key, value in data.items()})
    return new_notebook(cells=[new_code_cell("x", id="look", outputs=[output])])


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Path of a small notebook that was stored twice, and its bytes after the first time."""
    path = save(tmp_path_factory.mktemp("stored") / "tiny.ipynb", *SOURCES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AETEACH_SEED", "7")
        store.store(path)
        first = path.read_bytes()
        store.store(path)
    return path, first


def test_a_heading_begins_a_slide_and_a_small_one_a_slide_below():
    texts = ("# One", "words", "## Two", "### Three", "#no heading", "#### Four")
    notebook = new_notebook(cells=[new_markdown_cell(text) for text in texts])
    notebook.cells.append(new_code_cell("# (N, k)", metadata={"slideshow": {"slide_type": "skip"}}))
    for _ in range(2):
        store.tidy(notebook)
        kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in notebook.cells]
        assert kinds == ["slide", None, "slide", "subslide", None, None, None]
    slides = BeautifulSoup(SlidesExporter().from_notebook_node(notebook)[0], "html.parser")
    stacks = slides.select(".slides > section")
    assert [len(stack.select("section")) for stack in stacks] == [1, 2]


def test_a_second_run_changes_nothing(stored):
    path, first = stored
    assert path.read_bytes() == first
    text = first.decode()
    assert text.startswith('{\n "cells": [') and text.endswith("}\n") and text[-3:] != "\n\n"


def test_cells_are_counted_and_streams_joined(stored):
    cells = [cell for cell in read(stored[0]).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4]
    assert [output.text for output in cells[0].outputs] == ["1\n2\n"]
    assert cells[2].outputs[0].execution_count == 3


def test_the_kernel_is_strict_and_does_not_see_the_seed_of_the_shell(stored):
    assert read(stored[0]).cells[3].outputs[0].data["text/plain"] == "('1', False)"


def test_an_expected_error_is_stored_without_paths(stored):
    (output,) = read(stored[0]).cells[4].outputs
    assert output.ename == "JSONDecodeError"
    assert "decoder.py" not in "".join(output.traceback)


def test_the_metadata_is_what_jupyterlab_would_write_again(stored):
    metadata = read(stored[0]).metadata
    assert metadata.language_info.version and metadata.kernelspec.name == "python3"
    assert set(metadata) == {"aeteach", "kernelspec", "language_info"}


def test_a_widget_that_lives_in_a_kernel_is_not_stored(stored):
    assert read(stored[0]).cells[2].outputs == []


@pytest.mark.parametrize(
    "data, kept",
    [
        ({"html": "<img>", "plain": "still"}, {"text/html", "text/plain"}),
        ({"plain": "VBox()"}, None),
        ({}, None),
    ],
)
def test_what_a_widget_shows_without_a_kernel_is_kept(data, kept):
    notebook = showing(view={"model_id": "3f2a"}, **data)
    notebook.metadata.widgets = {"state": {}}
    store.tidy(notebook)
    assert [set(output.data) for output in notebook.cells[0].outputs] == [kept] * bool(kept)
    assert "widgets" not in notebook.metadata


@pytest.mark.parametrize(
    "text, words",
    [
        ("<object object at 0x7f2a41>", "memory address"),
        (f"{store.sys.prefix}/lib", "folder of this machine"),
    ],
)
def test_a_trace_of_this_machine_is_named(text, words):
    fault, *_ = store.leaks(showing(plain=text))
    assert words in fault and "`look`" in fault


def test_a_trace_of_this_machine_keeps_the_file_as_it_was(tmp_path, monkeypatch):
    path = save(tmp_path / "faulty.ipynb", "x = 1")
    before = path.read_bytes()
    monkeypatch.setattr(store, "execute", lambda notebook, folder: None)
    monkeypatch.setattr(store, "leaks", lambda notebook: ["a leak"])
    with pytest.raises(store.StoreError, match="a leak"):
        store.store(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.glob("*ipynb*")] == ["faulty.ipynb"]


def test_a_failing_notebook_is_named_and_does_not_stop_the_others(tmp_path, capsys):
    paths = [save(tmp_path / "faulty.ipynb", "1 / 0"), save(tmp_path / "fine.ipynb", "1")]
    before = paths[0].read_bytes()
    assert store.main([*map(str, paths)]) == 1
    shown = capsys.readouterr()
    assert "faulty.ipynb" in shown.err and "`step-1`" in shown.err
    assert "ZeroDivisionError" in shown.err and "fine.ipynb: stored" in shown.out
    assert paths[0].read_bytes() == before


def test_check_lists_stale_notebooks(tmp_path, capsys):
    path = save(tmp_path / "stale.ipynb", "x = 1")
    assert store.main(["--check", str(path)]) == 1
    assert "stale.ipynb: stale" in capsys.readouterr().out
    notebook = read(path)
    notebook.metadata.aeteach = {"stamp": store.stamp(notebook)}
    nbformat.write(notebook, path)
    assert store.main(["--check", str(path)]) == 0
