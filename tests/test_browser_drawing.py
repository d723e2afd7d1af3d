"""The drawing pad of a stored notebook in JupyterLab: mouse, finger and keys, nothing run."""

import browser
import nbformat
import pytest
import store
from test_browser import TALK

pytestmark = pytest.mark.browser

CELL = """import torch
from aeteach import data, drawing_pad
from aeteach.models import Autoencoder

torch.manual_seed(0)
drawing_pad({k: Autoencoder(64, k) for k in (2, 8)}, data.small_digits().x_test)"""
PAD = ".aeteach .drawing"
FINGER = """async points => {
  const plane = document.querySelector('.aeteach .drawing .hand canvas');
  const box = plane.getBoundingClientRect();
  plane.setPointerCapture = () => {};
  const go = (kind, [x, y]) => plane.dispatchEvent(new PointerEvent(kind, {bubbles: true,
    pointerId: 7, pointerType: 'touch', clientX: box.left + box.width * x / 8,
    clientY: box.top + box.height * y / 8}));
  go('pointerdown', points[0]);
  for (const point of points) go('pointermove', point);
  go('pointerup', points.at(-1));
  delete plane.setPointerCapture;
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return getComputedStyle(plane).touchAction;
}"""


@pytest.fixture(scope="module")
def stored(chromium, lab, tmp_path_factory):
    """A notebook with a pad, run and stored as ours are, then opened in a trusted copy."""
    path = tmp_path_factory.mktemp("pad") / "pad.ipynb"
    cell = nbformat.v4.new_code_cell(CELL, id="pad", metadata={"tags": ["widget"]})
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), path)
    store.store(path)
    notebook = browser.opened(chromium, lab, lab.copy(path, "pad.ipynb"))
    notebook.page.wait_for_selector(PAD)
    yield notebook
    notebook.close()


def seen(notebook):
    """The pad and what each model shows of it, as pictures and in words."""
    return notebook.run_js("""() => {
      const pad = document.querySelector('.aeteach .drawing');
      return {pictures: [...pad.querySelectorAll('canvas')].map(c => c.toDataURL()),
        errors: [...pad.querySelectorAll('figure')].map(f => f.children[2].textContent),
        place: pad.querySelector('[aria-live]').textContent,
        verdict: pad.nextElementSibling.textContent};
    }""")


def press(notebook, *keys):
    notebook.page.locator(f"{PAD} .hand canvas").focus()
    for key in keys:
        notebook.page.keyboard.press(key)
    notebook.page.wait_for_timeout(100)


def quiet(notebook, act):
    """What is seen before and after `act`, which must not talk to the kernel."""
    before, sent = seen(notebook), len(notebook.run_js("() => window.sent"))
    act()
    notebook.page.wait_for_timeout(100)
    assert not TALK & set(notebook.run_js("() => window.sent")[sent:])
    return before, seen(notebook)


def test_it_opens_with_a_test_picture_that_every_model_rebuilds(stored):
    shown = seen(stored)
    assert len(set(shown["pictures"])) == 3 and all("error 0." in e for e in shown["errors"])
    assert shown["verdict"].startswith("An anomaly for:")


def test_the_mouse_draws(stored):
    stored.page.get_by_role("button", name="Clear").click()
    box = stored.page.locator(f"{PAD} .hand canvas").bounding_box()

    def stroke():
        stored.page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
        stored.page.mouse.down()
        stored.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.7 * box["height"],
                               steps=5)
        stored.page.mouse.up()

    before, after = quiet(stored, stroke)
    assert all(a != b for a, b in zip(before["pictures"], after["pictures"], strict=True))
    assert all(a != b for a, b in zip(before["errors"], after["errors"], strict=True))
    assert after["place"].startswith("Row 6, column 6")


def test_a_finger_draws_and_does_not_scroll(stored):
    stored.page.get_by_role("button", name="Clear").click()
    actions = []
    before, after = quiet(stored, lambda: actions.append(
        stored.run_js(FINGER, [[1.5, 1.5], [6.5, 1.5]])))
    assert actions == ["none"] and before["errors"] != after["errors"]
    assert after["place"] == "Row 2, column 7: ink 100 %"


def test_keys_draw_and_stay_with_the_pad(stored):
    press(stored, "Backspace", *["ArrowUp"] * 8, *["ArrowLeft"] * 8)
    cells = stored.run_js("() => panel.content.widgets.length")
    before, after = quiet(stored, lambda: press(stored, "ArrowDown", "ArrowRight", " ", " "))
    assert after["place"] == "Row 2, column 2: ink 100 %" and before["errors"] != after["errors"]
    assert stored.run_js("() => panel.content.widgets.length") == cells


def test_tab_leads_from_the_pad_to_its_buttons(stored):
    press(stored, "Tab")
    focused = "() => document.activeElement.textContent"
    assert stored.run_js(focused) == "Take a test picture"
    before, after = quiet(stored, lambda: stored.page.keyboard.press("Enter"))
    assert before["errors"] != after["errors"]
    stored.page.keyboard.press("Tab")
    assert stored.run_js(focused) == "Clear"
