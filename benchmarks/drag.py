"""In a browser: slider key -> picture painted beside `interact`, and paints of a dragged pad."""

import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.report import Row

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

MOVES, DROPPED, ROUNDS = 12, 2, 3
DRAW = """%matplotlib inline
import torch
from IPython.display import display
from ipywidgets import SelectionSlider, interact
from aeteach import data, explore, figures
torch.set_num_threads(1)
x = data.small_digits().x_test[:12]
noise = torch.randn_like(x)
sizes = (0, 1, 2, 3, 4, 5, 6, 7)
errors = {k: k / 10 for k in sizes}
def draw(k):
    rows = {"input": x, "noisy": x + k / 10 * noise}
    return figures.images_and_curves(rows, {"error": {"noisy": errors}}, "k", at=k)"""
FLIP_BOOK = "explore(draw, k=sizes)"
INTERACT = "_ = interact(lambda k: display(draw(k)), k=SelectionSlider(options=sizes))"

PAD = """from aeteach import latent_pad
from aeteach.models import Autoencoder
y = data.small_digits().y_test[:12]
latent_pad(Autoencoder(64, 2).decoder, torch.randn(12, 2), y, x)"""
STROKES = 200

PAINTED = """cell => {
  const shown = () => [...cell.querySelectorAll('.jp-OutputArea img')]
    .find(image => image.checkVisibility());
  const old = shown()?.src;
  window.painted = new Promise(resolve => {
    let start;
    addEventListener('keydown', () => { start = performance.now(); },
      {capture: true, once: true});
    const observer = new MutationObserver(async () => {
      const image = shown();
      if (!image || image.src === old) return;
      observer.disconnect();
      await image.decode();
      requestAnimationFrame(() => resolve(performance.now() - start));
    });
    observer.observe(cell, {subtree: true, childList: true, attributes: true});
  });
}"""


def rows() -> list[Row]:
    import browser

    if browser.find_browser() is None:
        return [Row("slider key -> picture", "no browser in PATH")]
    with (
        tempfile.TemporaryDirectory() as folder,
        browser.Lab(Path(folder) / "lab") as lab,
        browser.chromium() as chromium,
    ):
        name = lab.write("drag.ipynb", DRAW, FLIP_BOOK, INTERACT, PAD)
        notebook = browser.Notebook(chromium, lab, name)
        notebook.run_all()
        ours, theirs = _measure(notebook, 1, 2)
        pad = browser.Pad(notebook, 3).stroke(STROKES)
        notebook.close()
    return [
        Row(
            measured="slider key -> picture painted",
            ours=f"{ours:.0f} ms",
            compared_with="`interact`, inline matplotlib, same figure",
            theirs=f"{theirs:.0f} ms",
            ratio=f"{theirs / ours:.1f}",
            goal=">= 5, and at most 33 ms",
        ),
        Row(
            measured="dragging a latent pad, decoded in the browser",
            ours=f"{pad['seen'] / pad['seconds']:.0f} paints a second",
            compared_with="frames of the browser",
            theirs=f"{pad['frames'] / pad['seconds']:.0f} a second",
            goal=">= 50 a second",
        ),
    ]


def _measure(notebook, *cells: int) -> list[float]:
    taken = {cell: [] for cell in cells}
    for number in range(ROUNDS):
        for cell in cells[:: -1 if number % 2 else 1]:
            taken[cell] += [_press(notebook, cell, move) for move in range(MOVES)][DROPPED:]
    return [median(taken[cell]) for cell in cells]


def _press(notebook, cell: int, move: int) -> float:
    """Milliseconds from the key to the first animation frame with the new picture."""
    element = notebook.cell(cell)
    element.query_selector("input[type=range], [role=slider]").focus()
    element.evaluate(PAINTED)
    notebook.page.keyboard.press("ArrowLeft" if move // 6 % 2 else "ArrowRight")
    taken = notebook.run_js("() => painted")
    notebook.wait_until_idle()
    return taken
