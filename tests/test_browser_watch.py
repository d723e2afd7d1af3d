"""watch as a learner meets it: trains while other cells run, and leaves no thread behind."""

import os

import browser
import nbformat
import pytest

from tools.store import execute, normalise

pytestmark = pytest.mark.browser

EPOCHS = 5000
TRAIN = f"""
import torch
from aeteach import watch
from aeteach.models import Autoencoder
from aeteach.objectives import reconstruction
torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(700, 64)
watched = watch(Autoencoder(64, 2, 32), x, reconstruction, x[:300] ** 2, epochs={EPOCHS})
watched
"""
ORDINARY = "before = watched.live.epoch\nsum(range(10**6)), watched.live.state"
THREADS = "[t.name for t in __import__('threading').enumerate() if t.name == 'aeteach.watch']"
FAILING = TRAIN.replace("reconstruction, x[:300]", "failing, x[:300]").replace("watched = ", """
calls = []
def failing(model, x):
    calls.append(1)
    if len(calls) > 40:
        raise RuntimeError("the wheel is off")
    return reconstruction(model, x)
watched = """)

SEEN = """cell => {
  const el = cell.querySelector('.aeteach'), said = role => el.querySelector(`[role=${role}]`);
  return {
    buttons: [...el.querySelectorAll('.buttons button')].map(b => [b.textContent, !b.disabled]),
    count: el.querySelector('.buttons span').textContent, notice: said('alert').textContent,
    figure: said('img').getAttribute('aria-label'), said: said('status').textContent,
    lines: el.querySelectorAll('svg path[stroke]').length,
    pictures: [...el.querySelectorAll('canvas')]
      .map(canvas => [canvas.getAttribute('aria-label'), canvas.toDataURL()]),
    fits: el.scrollWidth <= el.clientWidth + 1,
  };
}"""


class Watched:
    """The widget in the first cell of a notebook."""

    def __init__(self, notebook):
        self.notebook, self.page = notebook, notebook.page
        self.page.wait_for_selector(".aeteach .buttons button")

    def now(self):
        return self.notebook.cell(0).evaluate(SEEN)

    def press(self, number):
        self.notebook.cell(0).query_selector_all(".buttons button")[number].click()

    def until(self, words, seconds=30):
        """What it shows once its line of progress ends in `words`."""
        code = "([cell, words]) => cell.querySelector('.buttons span').textContent.endsWith(words)"
        self.page.wait_for_function(
            code, arg=[self.notebook.cell(0), words], timeout=1000 * seconds)
        return self.now()

    def epoch(self):
        return int(self.notebook.in_kernel("watched.live.epoch"))

    def until_epoch(self, epoch):
        for _ in range(600):
            if self.epoch() >= epoch:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"epoch {self.epoch()} after half a minute, not {epoch}")

    def shoot(self, name):
        folder = os.environ.get("AETEACH_SHOTS")
        if folder:
            self.page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture
def notebook(chromium, lab, request):
    opened = browser.Notebook(chromium, lab, lab.write(f"{request.node.name}.ipynb", *SOURCES))
    opened.run_all()
    yield opened
    opened.close()


SOURCES = [TRAIN, ORDINARY]


def test_a_training_is_watched(notebook):
    watched = Watched(notebook)
    first = watched.now()
    watched.shoot("before")
    assert [name for name, _ in first["buttons"]] == ["Start", "One epoch", "Stop", "Reset"]
    assert [on for _, on in first["buttons"]] == [True, True, False, False]
    assert first["count"] == f"epoch 0 of {EPOCHS}, not trained yet" and first["lines"] == 0
    assert len(first["pictures"]) == 2 and first["fits"]

    watched.press(0)
    watched.until(", training")
    watched.until_epoch(30)
    notebook.run_cell(1)
    assert "'running'" in notebook.run_js(
        "() => panel.content.widgets[1].model.outputs.toJSON()[0].data['text/plain']")
    assert notebook.in_kernel(THREADS) == "['aeteach.watch']"
    before = watched.epoch()
    watched.until_epoch(before + 10)
    live = watched.now()
    watched.shoot("training")
    assert [on for _, on in live["buttons"]] == [True, False, True, True]
    assert live["buttons"][0][0] == "Pause" and live["lines"] == 2

    watched.press(0)
    paused = watched.until(", paused")
    still = watched.epoch()
    watched.page.wait_for_timeout(500)
    assert watched.epoch() == still > 30 and notebook.in_kernel(THREADS) == "[]"
    assert "train 0." in paused["figure"] and "test 0." in paused["figure"]
    assert all(a[1] != b[1] for a, b in zip(first["pictures"], paused["pictures"], strict=True))

    watched.press(1)
    watched.until_epoch(still + 1)
    watched.until(f"epoch {still + 1} of {EPOCHS}, paused")
    watched.press(2)
    stopped = watched.until(", ended")
    assert stopped["notice"].startswith("interrupted") and watched.epoch() == still + 1
    assert [on for _, on in stopped["buttons"]] == [False, False, False, True]

    slider = browser.Control(notebook, 0, 0)
    slider.drag(0)
    early = watched.now()
    watched.shoot("replayed")
    assert slider.value == "0" and early["figure"].startswith("objective: epoch 0")
    assert [p[1] for p in early["pictures"]] == [p[1] for p in first["pictures"]]
    slider.press("ArrowRight")
    assert watched.now()["figure"].startswith("objective: epoch 1, train")
    assert "after epoch 1 below" in watched.now()["pictures"][0][0]

    watched.press(3)
    again = watched.until("not trained yet")
    assert again["lines"] == 0 and again["notice"] == ""
    assert [p[1] for p in again["pictures"]] == [p[1] for p in first["pictures"]]
    assert notebook.in_kernel(THREADS) == "[]"
    watched.press(0)
    watched.until_epoch(5)
    notebook.run_cell(0)
    assert notebook.in_kernel(THREADS) == "[]"


def test_an_error_is_told_in_words(chromium, lab):
    notebook = browser.Notebook(chromium, lab, lab.write("failing.ipynb", FAILING))
    notebook.run_all()
    watched = Watched(notebook)
    watched.press(0)
    failed = watched.until(", failed")
    watched.shoot("failed")
    assert "RuntimeError: the wheel is off" in failed["notice"] and "epoch " in failed["notice"]
    assert notebook.in_kernel(THREADS) == "[]" and failed["buttons"][3][1]
    watched.press(3)
    assert watched.until("not trained yet")["notice"] == ""
    notebook.close()


def test_a_stored_training_is_replayed_without_a_kernel(chromium, lab):
    source = TRAIN.replace(str(EPOCHS), "60")
    cells = [nbformat.v4.new_code_cell(source, metadata={"tags": ["widget"]})]
    stored = nbformat.v4.new_notebook(cells=cells)
    execute(stored, lab.root)
    nbformat.write(normalise(stored), lab.root / "stored.ipynb")
    lab.trust("stored.ipynb")
    notebook = browser.opened(chromium, lab, "stored.ipynb")
    watched = Watched(notebook)
    shown = watched.now()
    watched.shoot("stored")
    assert shown["count"] == "epoch 60 of 60, ended" and shown["lines"] == 2
    assert [name.split()[0] for name, _ in shown["pictures"]] == ["train", "test"]
    slider = browser.Control(notebook, 0, 0)
    slider.drag(0)
    assert slider.value == "0" and watched.now()["pictures"] != shown["pictures"]
    slider.drag(0.6)
    watched.shoot("stored_replayed")
    watched.press(3)
    assert watched.now()["notice"].startswith("Run this cell first")
    assert "execute_request" not in notebook.state()["sent"]
    notebook.run_js("() => jupyterapp.commands.execute('apputils:change-theme', "
                    "{theme: 'JupyterLab Dark'})")
    watched.page.wait_for_timeout(1500)
    watched.shoot("dark")
    notebook.run_js("() => jupyterapp.commands.execute('apputils:change-theme', "
                    "{theme: 'JupyterLab Light'})")
    notebook.close()
