"""The tools that store the notebooks and write the table of claims, on a tiny notebook."""

import json

import nbformat
import pytest
import store
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

WIDGETS = """
import ipywidgets
lonely = ipywidgets.HTML("never shown")
frames = [ipywidgets.HTML(f"<b>{k}</b>") for k in range(3)]
slider = ipywidgets.SelectionSlider(options=[("a", 0), ("b", 1), ("c", 2)])
stack = ipywidgets.Stack(frames, selected_index=0)
ipywidgets.jslink((slider, "index"), (stack, "selected_index"))
ipywidgets.jslink((slider, "index"), (lonely, "tabbable"))
ipywidgets.VBox([slider, stack])
"""


def save(path, *sources, tags=()):
    cells = [new_markdown_cell("# Tiny", id="title")]
    cells += [new_code_cell(source.strip(), id=f"step-{number}", metadata={"tags": list(tags)})
              for number, source in enumerate(sources, 1)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "words.py").write_text("WORDS = {}\n")
    return folder


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored")
    path = save(folder / "tiny.ipynb", "print(1)\nprint(2)", WIDGETS, "6 * 7")
    store.store(path, folder)
    first = path.read_bytes()
    store.store(path, folder)
    return path, first


def models(notebook):
    return notebook.metadata.widgets[store.STATE]["state"]


def test_a_second_run_changes_nothing(stored):
    path, first = stored
    assert path.read_bytes() == first


def test_the_file_is_written_as_nbformat_writes_it(stored):
    text = stored[0].read_text()
    assert text.endswith("}\n") and not text.endswith("\n\n")
    assert text.startswith('{\n "cells": [')


def test_cells_are_counted_and_streams_joined(stored):
    cells = [cell for cell in read(stored[0]).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == [1, 2, 3]
    assert [output.text for output in cells[0].outputs] == ["1\n2\n"]
    assert cells[2].outputs[0].execution_count == 3


def test_metadata_holds_neither_version_nor_timing(stored):
    notebook = read(stored[0])
    assert "version" not in notebook.metadata.language_info
    assert notebook.metadata.kernelspec.name == "python3"
    assert all("execution" not in cell.metadata for cell in notebook.cells)


def test_widget_ids_are_numbered_everywhere(stored):
    text = stored[0].read_text()
    state = models(read(stored[0]))
    named = set(store.references(json.loads(json.dumps(state))))
    assert set(state) == {f"widget-{number:04d}" for number in range(1, len(state) + 1)}
    assert named <= set(state)
    assert '"model_id": "widget-0001"' in text


def test_what_is_never_shown_is_dropped_and_the_link_survives(stored):
    state = models(read(stored[0]))
    names = [model["model_name"] for model in state.values()]
    assert names.count("HTMLModel") == 3
    assert "never shown" not in json.dumps(state)
    (link,) = [model for model in state.values() if model["model_name"] == "LinkModel"]
    ends = [state[end]["model_name"] for end, _ in store.link_ends(link)]
    assert ends == ["SelectionSliderModel", "StackModel"]


def test_links_that_lean_on_links_are_kept():
    def model(name, **state):
        return {"model_name": name, "state": state}

    def link(source, target, **state):
        ends = {"source": [f"IPY_MODEL_{source}", "a"], "target": [f"IPY_MODEL_{target}", "a"]}
        return model("LinkModel", **ends, **state)

    models = {
        "shown": model("VBoxModel", children=["IPY_MODEL_held"]),
        "held": model("HTMLModel"),
        "extra": model("HTMLModel"),
        "second": link("extra", "held"),
        "first": link("shown", "held", note="IPY_MODEL_extra"),
        "loose": link("orphan", "held"),
        "orphan": model("HTMLModel"),
    }
    assert store.kept_models(models, ["shown"]) == ["shown", "held", "first", "extra", "second"]


def test_a_notebook_without_widgets_has_no_widget_metadata(tmp_path, package):
    path = save(tmp_path / "plain.ipynb", "1 + 1")
    notebook = read(path)
    notebook.metadata.widgets = {store.STATE: {"version_major": 2}}
    nbformat.write(notebook, path)
    store.store(path, package)
    assert "widgets" not in read(path).metadata


def test_a_view_whose_model_is_lost_is_dropped():
    data = {store.VIEW: {"model_id": "gone"}, "text/plain": "HTML()"}
    output = nbformat.v4.new_output("display_data", data)
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    store.tidy_widgets(notebook)
    assert "widgets" not in notebook.metadata
    assert list(notebook.cells[0].outputs[0].data) == ["text/plain"]


@pytest.mark.parametrize("source, words", [
    ("raise ValueError('no such digit')", "no such digit"),
    ("object()", "memory address"),
    ("import sys; print(sys.prefix)", "folder of this machine"),
])
def test_a_fault_leaves_the_file_as_it_was(tmp_path, package, source, words):
    path = save(tmp_path / "faulty.ipynb", "x = 1", source)
    before = path.read_bytes()
    with pytest.raises(store.StoreError, match=words) as caught:
        store.store(path, package)
    assert "`step-2`" in str(caught.value)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.glob("*ipynb*")] == ["faulty.ipynb"]


def test_a_failing_notebook_gives_exit_code_one(tmp_path, capsys):
    path = save(tmp_path / "faulty.ipynb", "1 / 0")
    assert store.main([str(path)]) == 1
    shown = capsys.readouterr().err
    assert "faulty.ipynb" in shown and "`step-1`" in shown and "ZeroDivisionError" in shown


def test_an_expected_error_is_stored_without_paths(tmp_path, package):
    path = save(tmp_path / "error.ipynb", "import json\njson.loads('{')", tags=["raises-exception"])
    store.store(path, package)
    (output,) = read(path).cells[1].outputs
    assert output.ename == "JSONDecodeError"
    assert "decoder.py" not in "".join(output.traceback)


def test_the_kernel_does_not_see_the_seed_of_the_shell(tmp_path, package, monkeypatch):
    monkeypatch.setenv("AETEACH_SEED", "7")
    path = save(tmp_path / "seed.ipynb", "import os\nprint('AETEACH_SEED' in os.environ)")
    store.store(path, package)
    assert read(path).cells[1].outputs[0].text == "False\n"


def test_the_stamp_follows_code_and_package_but_not_prose(package):
    notebook = new_notebook(cells=[new_markdown_cell("text"), new_code_cell("x = 1")])
    first = store.stamp(notebook, package)
    notebook.cells[0].source = "other text"
    assert store.stamp(notebook, package) == first
    notebook.cells[1].source = "x = 2"
    second = store.stamp(notebook, package)
    (package / "words.py").write_text("WORDS = {1: 1}\n")
    assert len({first, second, store.stamp(notebook, package)}) == 3


def test_the_stamp_ignores_caches_and_line_endings(package):
    notebook = new_notebook(cells=[new_code_cell("x = 1")])
    first = store.stamp(notebook, package)
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "words.py").write_text("x = 1")
    (package / "words.py").write_bytes(b"WORDS = {}\r\n")
    assert store.stamp(notebook, package) == first


def test_check_lists_stale_notebooks(tmp_path, capsys):
    path = save(tmp_path / "stale.ipynb", "x = 1")
    assert store.main(["--check", str(path)]) == 1
    assert "stale.ipynb: stale" in capsys.readouterr().out
    notebook = read(path)
    notebook.metadata.aeteach = {"stamp": store.stamp(notebook)}
    nbformat.write(notebook, path)
    assert store.main(["--check", str(path)]) == 0
