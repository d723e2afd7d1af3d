"""The notebooks as a learner meets them: in JupyterLab, by mouse and by keyboard."""

import time

import browser
import nbformat
import pytest

pytestmark = pytest.mark.browser

MOVES = 200
STEPS = 3
RUNS_AGAIN = 10
HEAP_MARGIN = 1_000_000
TALK = {"execute_request", "comm_open", "comm_msg", "comm_close"}

FAULTY_OUTPUTS = """() => panel.content.widgets.flatMap(cell =>
  cell.model.type !== 'code' || cell.model.getMetadata('tags')?.includes('raises-exception') ? []
  : cell.model.outputs.toJSON().filter(o => o.output_type === 'error' || o.name === 'stderr')
      .map(o => `${cell.model.id}: ${o.evalue ?? o.text}`))"""

TOO_WIDE = """() => {
  const edge = panel.content.node.getBoundingClientRect().right;
  const parts = '.jp-OutputArea-output, .jp-OutputArea-output *, .jp-MarkdownOutput *';
  return panel.content.widgets.flatMap(cell => {
    if (cell.model.getMetadata('tags')?.includes('raises-exception')) return [];
    const right = cell.node.getBoundingClientRect().right;
    return [...cell.node.querySelectorAll(parts)]
      .filter(part => part.checkVisibility() && !part.closest('mjx-assistive-mml')
        && part.getBoundingClientRect().right > Math.min(edge, right) + 1)
      .map(part => `${cell.model.id}: ${part.tagName} ${part.className}`);
  });
}"""

LAY_OUT_ALL = """() => panel.content.widgets.forEach(cell => {
  cell.node.style.contentVisibility = 'visible';
})"""

BROKEN_PICTURES = """() => panel.content.widgets.flatMap(cell =>
  [...cell.node.querySelectorAll('.jp-OutputArea img')].filter(i => i.checkVisibility())
    .filter(i => {
      const box = i.getBoundingClientRect(), around = cell.node.getBoundingClientRect();
      return !i.naturalWidth || !i.alt || box.width < 20 || box.left < around.left
        || box.top < around.top || box.bottom > around.bottom + 1;
    }).map(i => `${cell.model.id}: ${i.alt || 'a picture without alternative text'}`))"""

BROKEN_LINKS = """() => [...panel.node.querySelectorAll('.jupyter-widgets-disconnected')]
  .filter(widget => widget.checkVisibility()
    && getComputedStyle(widget, '::before').display !== 'none').length"""


@pytest.fixture(scope="module")
def usual_complaints(chromium, lab):
    """What JupyterLab itself writes to the console, with a notebook that holds nothing."""
    empty = browser.Notebook(chromium, lab, lab.write("empty.ipynb", "1 + 1"))
    empty.run_all()
    yield set(empty.complaints)
    empty.close()


@pytest.fixture(scope="module", params=browser.notebook_paths(), ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def running(chromium, lab, path):
    """The notebook while Run All is at work; the tests of the stored one need not wait."""
    notebook = browser.Notebook(chromium, lab, lab.copy(path, f"executed-{path.name}"))
    notebook.start_all()
    yield notebook
    notebook.close()


@pytest.fixture(scope="module")
def stored(chromium, lab, path, running):
    """The notebook as it is stored, trusted; nothing has been run."""
    notebook = browser.opened(chromium, lab, lab.copy(path, f"stored-{path.name}"))
    yield notebook
    notebook.close()


@pytest.fixture(scope="module")
def executed(running):
    """The notebook after Run All."""
    running.finish_all()
    return running


@pytest.fixture(scope="module")
def untrusted(chromium, lab, path):
    """The notebook as a stranger's file: JupyterLab shows no widget."""
    name = lab.copy(path, f"untrusted-{path.name}", trusted=False)
    notebook = browser.Notebook(chromium, lab, name)
    notebook.wait_for_outputs()
    yield notebook
    notebook.close()


def stored_states(path):
    """{cell number: state of the widget that the stored cell shows}."""
    notebook = nbformat.read(path, as_version=4)
    models = notebook.metadata.get("widgets", {}).get(browser.STATE, {}).get("state", {})
    views = ((i, output["data"][browser.VIEW]["model_id"])
             for i, cell in enumerate(notebook.cells) for output in cell.get("outputs", [])
             if browser.VIEW in output.get("data", {}))
    return {i: models[model_id]["state"] for i, model_id in views if model_id in models}


def flip_books(path):
    return [cell for cell, state in stored_states(path).items() if state.get("frames")]


def questions(path):
    return {cell: state for cell, state in stored_states(path).items() if state.get("pages")}


def stored_pads(path, in_browser=True):
    """Cells that store a pad, decoded in the browser or by the kernel."""
    return [cell for cell, state in stored_states(path).items()
            if "reach" in state and bool(state["layers"]) == in_browser]


def walk(pad):
    """By arrow keys, by mouse, and home again; the spoken text follows the point."""
    start = pad.now()
    right = pad.after(lambda: pad.press("ArrowRight", times=4))
    assert float(right["valuenow"]) > float(start["valuenow"])
    assert right["valuetext"] == right["readout"] and right["valuenow"] in right["readout"]
    pad.after(lambda: pad.press("ArrowUp", times=4))
    corner = pad.after(lambda: pad.drag(0.02, 0.97))
    left = float(corner["valuemin"])
    assert float(corner["valuenow"]) - left < 0.05 * (float(corner["valuemax"]) - left)
    home = pad.after(lambda: pad.press("Home"))
    assert home["valuetext"] == start["valuetext"]
    return start, home


def explore_controls(notebook):
    return [each for cell in notebook.explore_cells() for each in notebook.controls(cell)]


def sliders(notebook):
    return [control for control in explore_controls(notebook) if control.is_slider]


def step_through(control):
    """A few steps on and as many back by arrow keys, the picture always following."""
    up, down = ("ArrowUp", "ArrowDown") if control.is_slider else ("ArrowDown", "ArrowUp")
    steps = min(control.now()["last"], STEPS)
    for way in (["ArrowRight", up], ["ArrowLeft", down]):
        for step in range(steps):
            control.picture_after(lambda key=way[step % 2]: control.press(key))
    assert control.now()["at"] == 0


def zigzag(slider, moves):
    """Press arrow keys from end to end and back; how many inputs and pictures there were."""
    slider.focus()
    slider.notebook.page.keyboard.press("Home")
    slider.notebook.wait_until_idle()
    slider.notebook.cell(slider.cell).evaluate(browser.COUNT_MOVES)
    last = slider.now()["last"]
    for move in range(moves):
        key = "ArrowLeft" if move // last % 2 else "ArrowRight"
        slider.notebook.page.keyboard.press(key)
    slider.notebook.wait_until_idle()
    return slider.notebook.run_js("() => moves")


def seconds_to_run(notebook, cell):
    start = time.perf_counter()
    notebook.run_cell(cell)
    return time.perf_counter() - start


def shown_feedback(notebook, cell):
    return notebook.cell(cell).query_selector("[role=status]").inner_text()


def answer_by_keyboard(notebook, cell, pages):
    """Choose by Space and arrow keys; the feedback is the page of what is marked."""
    options, confidences = notebook.controls(cell)
    options.press("Space")
    assert options.now()["at"] == 0 and not shown_feedback(notebook, cell)
    confidences.press("Space")
    assert shown_feedback(notebook, cell).split("\n") == pages[0][0]
    options.press("ArrowDown")
    confidences.press("ArrowRight")
    assert (options.now()["at"], confidences.now()["at"]) == (1, 1)
    assert shown_feedback(notebook, cell).split("\n") == pages[1][1]
    options.press("ArrowUp")
    assert shown_feedback(notebook, cell).split("\n") == pages[0][1]


def layout_faults(notebook):
    """Cells out of sight have no true size before they are laid out."""
    notebook.run_js(LAY_OUT_ALL)
    return notebook.run_js(TOO_WIDE) + notebook.run_js(BROKEN_PICTURES)


def test_stored_flip_books_move_before_anything_is_run(stored, path):
    before = stored.state()
    for cell in flip_books(path):
        first = stored.picture(cell)
        for control in stored.controls(cell):
            step_through(control)
        assert stored.picture(cell) == first
    after = stored.state()
    assert after["counts"] == before["counts"]
    assert not TALK & set(after["sent"][len(before["sent"]):])


def test_stored_questions_answer_before_anything_is_run(stored, path):
    for cell, state in questions(path).items():
        answer_by_keyboard(stored, cell, state["pages"])


def test_stored_pictures_on_demand_say_that_they_sleep(stored, path):
    for cell, state in stored_states(path).items():
        if "frames" in state and not state["frames"]:
            stored.controls(cell)[0].press("ArrowRight")
            alert = stored.cell(cell).query_selector("[role=alert]")
            assert alert.inner_text() == state["asleep"]


def test_stored_pads_decode_before_anything_is_run(stored, path):
    before = stored.state()
    for cell in stored_pads(path):
        start, home = walk(browser.Pad(stored, cell))
        assert home == start
    after = stored.state()
    assert after["counts"] == before["counts"]
    assert not TALK & set(after["sent"][len(before["sent"]):])


def test_stored_pads_that_need_the_kernel_say_that_they_sleep(stored, path):
    for cell in stored_pads(path, in_browser=False):
        pad = browser.Pad(stored, cell)
        pad.press("ArrowRight")
        assert pad.now()["notice"] == stored_states(path)[cell]["asleep"]


def test_stored_widgets_show_no_broken_link(stored):
    assert stored.run_js(BROKEN_LINKS) == 0


def test_stored_page_fits(stored):
    assert layout_faults(stored) == []


def test_every_cell_runs(executed):
    assert executed.run_js(FAULTY_OUTPUTS) == []


def test_sliders_reach_both_ends_by_keyboard_and_mouse(executed):
    for slider in sliders(executed):
        last = slider.now()["last"]
        ways = [lambda s=slider: s.press("End"), lambda s=slider: s.drag(0),
                lambda s=slider: s.drag(1), lambda s=slider: s.press("Home")]
        for way, end in zip(ways, (last, 0, last, 0), strict=True):
            slider.picture_after(way)
            assert slider.now()["at"] == end


def test_controls_follow_the_arrow_keys(executed):
    for control in explore_controls(executed):
        step_through(control)


def test_radio_buttons_follow_the_mouse(executed):
    for control in explore_controls(executed):
        if not control.is_slider:
            for option in [*range(1, control.now()["last"] + 1), 0]:
                control.picture_after(lambda each=control, n=option: each.click(n))
                assert control.now()["at"] == option


def test_controls_say_what_they_are(executed):
    for control in explore_controls(executed):
        now, role = control.now(), "slider" if control.is_slider else "group"
        assert now["label"] and now["value"]
        named = executed.page.get_by_role(role, name=now["label"], exact=True)
        assert named.count(), f"{control} has no accessible name"
        if control.is_slider:
            assert now["said"] == now["value"]


def test_pads_follow_keys_and_mouse(executed):
    for cell in executed.pad_cells():
        walk(browser.Pad(executed, cell))


def test_pads_say_what_they_are(executed):
    for cell in executed.pad_cells():
        now = browser.Pad(executed, cell).now()
        assert now["role"] == "slider" and now["label"] and all(now["names"])
        named = executed.page.get_by_role("slider", name=now["label"], exact=True)
        assert named.count(), f"the pad in cell {cell} has no accessible name"


def test_dragging_a_pad_paints_in_nearly_every_frame_and_keeps_nothing(executed, path):
    for cell in stored_pads(path):
        pad = browser.Pad(executed, cell)
        pad.stroke(MOVES // 10)
        heap, widgets = executed.heap(), executed.live_widgets()
        sent = len(executed.state()["sent"])
        moved = pad.stroke(MOVES)
        assert moved["seen"] > 0.8 * moved["frames"] > 0, f"{pad} paints in few frames: {moved}"
        assert not TALK & set(executed.state()["sent"][sent:]), f"{pad} asks the kernel"
        assert executed.live_widgets() == widgets
        kept = executed.heap() - heap
        assert kept < HEAP_MARGIN, f"{pad} keeps {kept} bytes"


def test_questions_answer_after_both_choices(executed, path):
    for cell, state in questions(path).items():
        answer_by_keyboard(executed, cell, state["pages"])


def test_executed_page_fits(executed):
    assert layout_faults(executed) == []


def test_moving_a_slider_keeps_nothing(executed, path):
    kernelless = flip_books(path)
    one_of_a_kind = {slider.cell in kernelless: slider for slider in sliders(executed)}
    for is_flip_book, slider in one_of_a_kind.items():
        zigzag(slider, MOVES // 10)
        heap, widgets = executed.heap(), executed.live_widgets()
        sent = len(executed.state()["sent"])
        moved = zigzag(slider, MOVES)
        assert moved["inputs"] == MOVES
        if is_flip_book:
            assert moved["pictures"] == MOVES
            assert not TALK & set(executed.state()["sent"][sent:]), f"{slider} asks the kernel"
        assert executed.live_widgets() == widgets
        kept = executed.heap() - heap
        assert kept < HEAP_MARGIN, f"{slider} keeps {kept} bytes"


def test_running_a_cell_again_keeps_nothing(executed):
    widgets, seconds = executed.live_widgets(), {}
    for cell in [*executed.explore_cells(), *executed.pad_cells()]:
        seconds[cell] = seconds_to_run(executed, cell)
        assert executed.live_widgets() == widgets, f"cell {cell}"
    for _ in range(RUNS_AGAIN if seconds else 0):
        executed.run_cell(min(seconds, key=seconds.get))
    assert executed.live_widgets() == widgets


def test_untrusted_copy_shows_still_pictures(untrusted, path):
    assert not untrusted.page.query_selector(".aeteach")
    for cell in [*flip_books(path), *stored_pads(path), *stored_pads(path, in_browser=False)]:
        assert untrusted.picture(cell)[1]
    untrusted.run_js(LAY_OUT_ALL)
    assert untrusted.run_js(BROKEN_PICTURES) == []


def test_no_page_complains(usual_complaints, stored, executed, untrusted):
    for notebook in (stored, executed, untrusted):
        assert set(notebook.complaints) <= usual_complaints
