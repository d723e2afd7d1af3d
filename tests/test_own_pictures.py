"""A notebook's cells run with a folder of own pictures in place of the digits."""

import contextlib

import nbformat
import pytest
from store import notebook_paths
from test_gallery import folder_of
from test_notebooks import ROOT

import aeteach
from aeteach import claims, data

PICTURES = 300
pytestmark = pytest.mark.full


def with_digits():
    """The notebooks that ask for digits, and the ten classes of the pictures they get."""
    paths = [path for path in notebook_paths(ROOT) if path.parent.name == "notebooks"]
    asking = [path for path in paths if "digits(" in path.read_text(encoding="utf-8")]
    return [pytest.param(path, "0123456789", id=path.stem) for path in asking]


@pytest.mark.parametrize("path, kinds", with_digits())
def test_every_cell_runs(path, kinds, tmp_path, monkeypatch):
    folder_of(tmp_path, PICTURES, kinds)
    asked, claimed = [], []

    def own(n_train=None, seed=0, side=8):
        asked.append(n_train)
        return data.images(tmp_path, side=side, seed=seed)

    def claim(name, holds, measured=None):
        claims.statements()[name]
        claimed.append((bool(holds), claims.in_words(measured or {})))

    for name in ("digits", "small_digits"):
        monkeypatch.setattr(data, name, own)
    monkeypatch.setattr(aeteach, "claim", claim)
    names = {"__name__": "__main__"}
    for cell in nbformat.read(path, as_version=4).cells:
        refused = "raises-exception" in cell.metadata.get("tags", [])
        with pytest.raises(Exception) if refused else contextlib.nullcontext():  # noqa: B017
            if cell.cell_type == "code":
                exec(compile(cell.source, f"{path.stem}, cell {cell.id}", "exec"), names)
    assert asked and claimed
