"""start: language, seed, threads, and Figures that show themselves."""

import base64
import io
import re

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.figure import Figure
from PIL import Image

from aeteach.stage import start
from aeteach.style import bundle
from aeteach.words import language


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_the_seed_decides_random_numbers():
    assert start(seed=5) == 5
    first = torch.rand(4)
    start(seed=5)
    assert torch.equal(first, torch.rand(4))
    start(seed=6)
    assert not torch.equal(first, torch.rand(4))


def test_defaults_are_english_and_seed_zero():
    assert start() == 0 and torch.initial_seed() == 0 and language() == "en"


def test_one_thread():
    start()
    assert torch.get_num_threads() == 1


def test_the_environment_wins(monkeypatch):
    monkeypatch.setenv("AETEACH_SEED", "27182")
    assert start(seed=5) == 27182 and torch.initial_seed() == 27182


@pytest.mark.parametrize("seed", [-1, 1.5, "two", None, "", 2**31, "٣", " 7"])
def test_a_bad_seed_is_refused(seed):
    with pytest.raises(ValueError, match="whole number from 0 to 2147483647") as refused:
        start(seed=seed)
    assert repr(seed) in str(refused.value)


@pytest.mark.parametrize("seed", ["-1", "1.5", "two", "", "2147483648"])
def test_a_bad_seed_of_the_environment_is_refused(seed, monkeypatch):
    monkeypatch.setenv("AETEACH_SEED", seed)
    with pytest.raises(ValueError, match="seed is ") as refused:
        start()
    assert repr(seed) in str(refused.value)


@pytest.mark.parametrize("seed", [0, 7, 2**31 - 1, "12"])
def test_a_good_seed(seed):
    assert start(seed=seed) == int(seed)


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="'xx' is not at hand"):
        start("xx")


def test_figures_show_themselves(shell):
    start()
    figure = Figure(figsize=(2, 1))
    figure.alt_text = "Two bars."
    forms, _ = shell.display_formatter.format(figure)
    assert forms["text/html"].startswith('<img alt="Two bars." width="200"')
    picture = re.search(r'src="data:image/[a-z+]+;base64,([^"]+)"', forms["text/html"])[1]
    assert Image.open(io.BytesIO(base64.b64decode(picture))).width >= 200
    assert forms["text/plain"] == "Two bars."


def test_a_learners_own_figure_shows_itself(shell):
    start()
    figure = Figure()
    figure.add_subplot().plot([1, 2])
    forms, _ = shell.display_formatter.format(figure)
    assert forms["text/html"] == bundle(figure)["text/html"]
    assert forms["text/plain"] == "figure"
