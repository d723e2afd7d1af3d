"""The page "the lecture, measured", written from a repository of two claims."""

import claims_table
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

CLAIMS = """
[copies]
section = "5.1"
kind = "experiment"
verdict = "holds when"
english = "A wide code | copies"
nuance = "linear nets do"
reference = "Steck 2020"

[mean]
section = "4.2"
kind = "identity"
verdict = "holds"
english = "MSE finds the mean"
nuance = ""
reference = ""
"""


def shown(**change):
    record = {"name": "copies", "holds": True, "conditions": {}, "measured": "|a| < b", **change}
    output = nbformat.v4.new_output("display_data", {claims_table.CLAIM: record})
    return new_notebook(cells=[new_code_cell("x", id="claim-copies", outputs=[output])])


@pytest.fixture
def repository(tmp_path):
    for name in ("aeteach", "notebooks"):
        (tmp_path / name).mkdir()
    (tmp_path / "aeteach" / "claims.toml").write_text(CLAIMS)
    nbformat.write(shown(), tmp_path / "notebooks" / "02_copying.ipynb")
    return tmp_path


def test_the_table_shows_what_was_measured(repository):
    assert claims_table.main([], repository) == 0
    text = (repository / claims_table.PAGE).read_text()
    assert (
        "| 1 | A wide code \\| copies | experiment | holds when | linear nets do<br>Steck 2020 | "
        "\\|a\\| < b "
        "([02_copying](../notebooks/02_copying.ipynb), `claim-copies`) |\n"
    ) in text
    assert "| 2 | MSE finds the mean | identity | holds |  | open |\n" in text
    assert text.index("## Section 4.2") < text.index("## Section 5.1")
    assert "2 statements: 1 holds, 1 holds when; 1 of them still open." in text


def test_a_claim_that_failed_is_named(repository):
    conditions = {"near": True, "small": False, "a | b": False}
    failed = shown(holds=False, conditions=conditions)
    nbformat.write(failed, repository / "notebooks" / "02_copying.ipynb")
    claims_table.main([], repository)
    text = (repository / claims_table.PAGE).read_text()
    assert "\\|a\\| < b **the numbers say otherwise; a \\| b; small** (" in text


def test_check_notices_an_old_table(repository, capsys):
    assert claims_table.main(["--check"], repository) == 1
    assert "make claims" in capsys.readouterr().err
    claims_table.main([], repository)
    assert claims_table.main(["--check"], repository) == 0
    path = repository / "aeteach" / "claims.toml"
    path.write_text(path.read_text().replace("the mean", "a mean"))
    assert claims_table.main(["--check"], repository) == 1
