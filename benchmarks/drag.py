"""In a browser: slider key -> picture painted beside `interact`, and paints of a dragged pad."""

import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.report import Row

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

MOVES, DROPPED, ROUNDS, STROKES = 12, 2, 3, 200
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

PAINTED = """cell => {
  const roots = [cell, ...[...cell.querySelectorAll('[data-island]')].map(host => host.shadowRoot)];
  const shown = () => roots.flatMap(root => [...root.querySelectorAll('img')])
    .find(image => image.checkVisibility());
  const old = shown().src;
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
    roots.forEach(root => observer.observe(root, {subtree: true, childList: true,
      attributes: true}));
  });
}"""

STROKE = """async (moves) => {
  const [plane, decoded] = [...document.querySelectorAll('[data-island^=latent_pad]')]
    .at(-1).shadowRoot.querySelectorAll('canvas');
  plane.setPointerCapture = () => {};
  const box = plane.getBoundingClientRect();
  const send = (kind, angle) => plane.dispatchEvent(new PointerEvent(kind, {
    bubbles: true, pointerId: 1, buttons: 1, isPrimary: true,
    clientX: box.x + box.width * (0.5 + 0.3 * Math.cos(angle)),
    clientY: box.y + box.height * (0.5 + 0.3 * Math.sin(angle))}));
  const frame = () => new Promise(requestAnimationFrame);
  let paints = 0, last = "";
  send('pointerdown', 0);
  const start = performance.now();
  for (let move = 0; move < moves; move += 1) {
    send('pointermove', move / 20);
    await frame();
    const now = decoded.toDataURL();
    if (now !== last) paints += 1;
    last = now;
  }
  const seconds = (performance.now() - start) / 1000;
  send('pointerup', 0);
  return [paints / seconds, moves / seconds];
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
        paints, frames = notebook.run_js(STROKE, STROKES)
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
            ours=f"{paints:.0f} paints a second",
            compared_with="frames of the browser",
            theirs=f"{frames:.0f} a second",
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
