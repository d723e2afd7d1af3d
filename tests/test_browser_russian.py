"""A Russian notebook as a learner meets it: its slider moves, and all that it says is Russian."""

import re

import browser
import pytest

PATH = browser.NOTEBOOKS / "ru" / "06_autoencoder_and_pca.ipynb"
pytestmark = pytest.mark.browser

RUSSIAN = re.compile(r"[а-яё]{3}", re.I)


@pytest.fixture(scope="module")
def stored(chromium, lab):
    notebook = browser.opened(chromium, lab, lab.copy(PATH, "russian.ipynb"))
    yield notebook
    notebook.close()


def test_a_slider_dragged_by_mouse_speaks_russian(stored):
    controls = (control for cell in stored.explore_cells() for control in stored.controls(cell))
    slider = next(control for control in controls if control.is_slider)
    assert RUSSIAN.search(slider.label)
    first = stored.picture(slider.cell)
    source, alt = slider.picture_after(lambda: slider.drag(1))
    assert slider.now()["at"] == slider.now()["last"] and source != first[0]
    assert RUSSIAN.search(alt) and alt.startswith(f"{slider.label} {slider.value}")
    named = stored.page.get_by_role("slider", name=slider.label, exact=True)
    assert named.count()
