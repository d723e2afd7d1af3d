"""Readable ids for the cells of a new notebook."""

import nbformat
import pytest
import rules
from name_cells import main, name_cells
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


@pytest.mark.parametrize(
    "cell, name",
    [
        (new_markdown_cell("## See it happen\n\nText"), "see-it-happen"),
        (new_markdown_cell("Drag the *latent* size now"), "drag-the-latent-text"),
        (
            new_markdown_cell("<details><summary>Hint</summary>Add them up</details>"),
            "add-them-up-text",
        ),
        (new_markdown_cell("Привет"), "text"),
        (new_code_cell("import torch"), "imports"),
        (new_code_cell("def draw_noise(x):\n    return x"), "draw-noise"),
        (new_code_cell("z, y = 1, 2"), "z-cell"),
        (new_code_cell("figures.images(rows)"), "images"),
        (new_code_cell("x == 1"), "imports"),
        (new_code_cell("def f(x):\n    ...", metadata={"tags": ["exercise"]}), "exercise-f"),
        (new_code_cell("seed = start()", metadata={"tags": ["edition"]}), "edition"),
    ],
)
def test_a_name_says_what_the_cell_holds(cell, name):
    notebook = new_notebook(cells=[cell])
    notebook.cells[0].id = "0123abcd"
    assert name_cells(notebook) == {"0123abcd": name}


def test_readable_ids_stay_and_doubled_ones_go():
    notebook = new_notebook(
        cells=[
            new_code_cell("x = step(1)", id="first-train"),
            new_code_cell("run(2)", id="0123abce"),
            new_code_cell("run(3)", id="0123abcd"),
        ]
    )
    notebook.cells[1].id = "first-train"
    name_cells(notebook)
    assert [cell.id for cell in notebook.cells] == ["first-train", "run", "run-2"]
    assert rules.ids(notebook) == []


def test_a_name_never_takes_that_of_a_later_cell():
    notebook = new_notebook(
        cells=[new_code_cell("run(2)", id="0123abcd"), new_code_cell("x = 1", id="run")]
    )
    name_cells(notebook)
    assert [cell.id for cell in notebook.cells] == ["run-2", "run"]


def test_all_renames_every_cell():
    notebook = new_notebook(cells=[new_code_cell("train(1)", id="old-name")])
    assert name_cells(notebook, every=True) == {"old-name": "train"}


def test_the_file_is_written(tmp_path, capsys):
    path = tmp_path / "07_name.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("run(2)", id="0123abcd")]), path)
    main([str(path)])
    assert nbformat.read(path, as_version=4).cells[0].id == "run"
    assert capsys.readouterr().out == "0123abcd -> run\n"


def test_a_missing_file_is_named(capsys):
    with pytest.raises(SystemExit):
        main(["gone.ipynb"])
    assert "no such notebook: gone.ipynb" in capsys.readouterr().err
