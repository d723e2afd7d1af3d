"""watch and drawing on demand as a learner meets them: alive, then without their kernel."""

import os
import re

import browser
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TRAIN = """
import threading
import torch
from aeteach import between, explore, figures, watch
from aeteach.models import Autoencoder
from aeteach.objectives import reconstruction
torch.set_num_threads(1)
x = torch.rand(700, 64)
watched = watch(Autoencoder(64, 2, 32), x, reconstruction, x[:300] ** 2, epochs=5000);
print("nothing is lost")
"""
DRAW = """
def lines(noise, size):
    return figures.curves({"a": [noise, 1, size]}, "x", "y")
explore(lines, noise=between(0, 1), size=(1, 2), start={"noise": 0.3})
explore(lines, noise=range(90), size=(1,))
"""
BLOCK = "threading.Event().wait(600)"
THREADS = "[t.name for t in threading.enumerate() if t.name == 'aeteach.watch']"
DEAD = re.compile("Error displaying widget|Loading widget")


class Output:
    """A widget of the kernel and its island, the one numbered `place` of those in cell `number`."""

    def __init__(self, notebook, number=0, place=0):
        self.notebook, self.page = notebook, notebook.page
        cell = self.page.locator(".jp-Notebook .jp-Cell").nth(number)
        cell.scroll_into_view_if_needed()
        self.live = cell.locator("[data-live]").nth(place)
        self.island = cell.locator("[data-island]").nth(place)

    def press(self, name):
        self.live.get_by_role("button", name=name, exact=True).click()

    def says(self, words):
        expect(self.live.locator(".count")).to_have_text(words)

    def offers(self, *names):
        expect(self.live.locator("button:visible")).to_have_text(names)

    def shoot(self, name):
        if folder := os.environ.get("AETEACH_SHOTS"):
            self.page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture
def notebook(chromium, lab, request):
    name = lab.write(f"{request.node.name}.ipynb", TRAIN, DRAW, BLOCK)
    opened = browser.Notebook(chromium, lab, name)
    for number in (0, 1):
        opened.run_cell(number)
    yield opened
    opened.close()


def test_a_training_is_watched(notebook):
    watched = Output(notebook)
    watched.offers("Start", "One epoch")
    expect(watched.island).to_be_hidden()
    expect(notebook.page.get_by_text("nothing is lost").last).to_be_visible()
    watched.live.get_by_role("button", name="One epoch").focus()
    notebook.page.keyboard.press("Enter")
    watched.says("epoch 1 of 5000, paused")
    watched.offers("Continue", "One epoch", "Stop", "Reset")
    expect(watched.live.get_by_role("button", name="One epoch")).to_be_focused()
    notebook.in_kernel("setattr(watched.live, 'pace', 3600)")
    watched.press("Continue")
    watched.says("epoch 2 of 5000, training")
    watched.offers("Pause", "Stop")
    watched.press("Pause")
    watched.says("epoch 2 of 5000, paused")
    assert notebook.in_kernel(THREADS) == "[]"

    watched.live.get_by_label("as fast as possible").check()
    watched.press("Continue")
    notebook.wait(
        "() => /epoch [3-9]\\d/.test(document.querySelector('[data-live]')"
        ".shadowRoot.querySelector('.count').textContent)"
    )
    watched.shoot("training")
    watched.press("Stop")
    expect(watched.live.get_by_role("alert").filter(has_text="whole epoch")).to_be_visible()
    watched.offers("Reset")
    last = watched.live.locator("svg").get_attribute("aria-label")
    slider, cell = watched.live.get_by_role("slider", name="epoch"), notebook.active_cell()
    slider.focus()
    notebook.page.keyboard.press("Home")
    notebook.page.keyboard.press("ArrowRight")
    watched.says("epoch 1 of 5000")
    watched.shoot("replayed")
    here = watched.live.locator("svg").get_attribute("aria-label")
    assert here.startswith("objective: epoch 1, train") and here != last
    for text in here.split(", ")[1:]:
        expect(watched.live.locator("svg").get_by_text(text, exact=True)).to_be_visible()
    notebook.page.keyboard.press("Escape")
    expect(slider).not_to_be_focused()
    assert notebook.active_cell() == cell

    watched.press("Reset")
    watched.says("epoch 0 of 5000, not trained yet")
    watched.press("Start")
    notebook.run_cell(0)
    Output(notebook).offers("Start", "One epoch")
    assert notebook.in_kernel(THREADS) == "[]"


def test_a_kernel_that_does_not_answer_or_restarts(notebook):
    watched, drawn = Output(notebook), Output(notebook, 1)
    old = drawn.live.locator("img").get_attribute("src")
    drawn.live.get_by_label("noise").fill("0")
    expect(drawn.live.locator("img")).to_have_attribute("alt", re.compile(r"noise 0, size 1\."))
    assert drawn.live.locator("img").get_attribute("src") != old
    notebook.run_js(
        "() => { panel.content.activeCellIndex = 2;"
        " jupyterapp.commands.execute('notebook:run-cell'); }"
    )
    watched.press("One epoch")
    silent = watched.live.get_by_role("alert").filter(has_text="does not answer")
    expect(silent).to_be_visible()
    watched.shoot("silent")
    notebook.run_js("() => panel.sessionContext.session.kernel.interrupt()")
    watched.says("epoch 1 of 5000, paused")
    expect(silent).to_be_hidden()

    notebook.run_js("() => panel.sessionContext.restartKernel()")
    for output in (watched, drawn, Output(notebook, 1, 1)):
        expect(output.island).to_be_visible()
        expect(output.island).to_contain_text("Run All Above Selected Cell")
    watched.shoot("restarted")
    expect(notebook.page.locator("[data-live]")).to_have_count(0)


def test_what_was_saved_is_alive_without_its_kernel(chromium, lab, notebook):
    watched = Output(notebook)
    watched.press("One epoch")
    watched.says("epoch 1 of 5000, paused")
    watched.press("Stop")
    watched.offers("Reset")
    expect(watched.island.locator(".count")).to_have_text("epoch 1 of 5000, ended")
    notebook.save()
    name = notebook.run_js("() => panel.context.path")
    notebook.close()

    again = browser.Notebook(chromium, lab, name)
    expect(again.page.get_by_text(DEAD)).to_have_count(3)
    for dead in again.page.get_by_text(DEAD).all():
        expect(dead).to_be_hidden()
    watched, drawn, listed = (Output(again, *place) for place in ((0, 0), (1, 0), (1, 1)))
    expect(watched.island).to_contain_text("the kernel does not know this training")
    watched.island.get_by_role("slider").fill("0")
    expect(watched.island.locator(".count")).to_have_text("epoch 0 of 5000")
    watched.shoot("reopened")
    for output, at, last in ((drawn, "0.3", 1), (listed, "0", 89)):
        slider, image = (
            output.island.get_by_label("noise"),
            output.island.locator(".island img:not([alt=''])"),
        )
        expect(output.island.locator("output").first).to_have_text(at)
        slider.focus()
        again.page.keyboard.press("End")
        expect(image).to_have_attribute("alt", re.compile(f"noise {last}, size 1"))
    again.close()
