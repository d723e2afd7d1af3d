"""The notebooks as a learner meets them: in JupyterLab, by mouse and by keyboard."""

import os
import re
import time

import browser
import nbformat
import pytest

pytestmark = pytest.mark.browser

MOVES = 200
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
    const right = cell.node.getBoundingClientRect().right;
    return [...cell.node.querySelectorAll(parts)]
      .filter(part => part.checkVisibility() && !part.closest('mjx-assistive-mml')
        && part.getBoundingClientRect().right > Math.min(edge, right) + 1)
      .map(part => `${cell.model.id}: ${part.tagName} ${part.className}`);
  });
}"""

BROKEN_PICTURES = """() => panel.content.widgets.flatMap(cell =>
  [...cell.node.querySelectorAll('.jp-OutputArea img')].filter(i => i.checkVisibility())
    .filter(i => {
      const box = i.getBoundingClientRect(), around = cell.node.getBoundingClientRect();
      return !i.naturalWidth || !i.alt || box.width < 20 || box.left < around.left
        || box.top < around.top || box.bottom > around.bottom + 1;
    }).map(i => `${cell.model.id}: ${i.alt || 'a picture without alternative text'}`))"""


@pytest.fixture(scope="module")
def chromium():
    if browser.find_browser() is None:
        reason = f"no browser: none of {', '.join(browser.BROWSERS)} is in PATH"
        if os.environ.get("AETEACH_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    with browser.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    with browser.Lab(tmp_path_factory.mktemp("lab")) as started:
        yield started


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
def stored(chromium, lab, path):
    """The notebook as it is stored, trusted; nothing has been run."""
    notebook = browser.Notebook(chromium, lab, lab.copy(path, f"stored-{path.name}"))
    notebook.wait_for_outputs()
    yield notebook
    notebook.close()


@pytest.fixture(scope="module")
def executed(chromium, lab, path):
    """The notebook after Run All."""
    notebook = browser.Notebook(chromium, lab, lab.copy(path, f"executed-{path.name}"))
    notebook.run_all()
    yield notebook
    notebook.close()


@pytest.fixture(scope="module")
def untrusted(chromium, lab, path):
    """The notebook as a stranger's file: JupyterLab shows no widget."""
    name = lab.copy(path, f"untrusted-{path.name}", trusted=False)
    notebook = browser.Notebook(chromium, lab, name)
    notebook.wait_for_outputs()
    yield notebook
    notebook.close()


def reached(notebook, cell):
    """Names of the stored widget models that the output of `cell` is made of."""
    states = notebook.metadata.get("widgets", {}).get(browser.STATE, {}).get("state", {})
    waiting = [output["data"][browser.VIEW]["model_id"]
               for output in cell.get("outputs", []) if browser.VIEW in output.get("data", {})]
    found = {}
    while waiting:
        model_id = waiting.pop()
        if model_id in states and model_id not in found:
            found[model_id] = states[model_id]["model_name"]
            waiting += re.findall(r"IPY_MODEL_([\w-]+)", str(states[model_id]["state"]))
    return set(found.values())


def cells_with(path, model_name):
    """Numbers of the cells whose stored widget holds a model of this kind."""
    notebook = nbformat.read(path, as_version=4)
    return [i for i, cell in enumerate(notebook.cells) if model_name in reached(notebook, cell)]


def flip_books(path):
    return sorted(set(cells_with(path, "StackModel")) - set(cells_with(path, "RadioButtonsModel")))


def explore_controls(notebook):
    return [each for cell in notebook.widget_cells() for each in notebook.controls(cell)]


def press_each_option(control):
    """Choose every toggle button, by Enter and by Space in turn, and end where it began."""
    first = control.options.index(control.value)
    others = [n for n in range(len(control.options)) if n != first]
    for turn, option in enumerate([*others, first] if others else []):
        key = ("Enter", "Space")[turn % 2]
        control.picture_after(lambda key=key, option=option: control.press(key, option))
        assert control.value == control.options[option]


def zigzag(slider, moves):
    """Press arrow keys, five to the right and five to the left."""
    slider.handle().focus()
    for move in range(moves):
        slider.notebook.page.keyboard.press("ArrowLeft" if move // 5 % 2 else "ArrowRight")
    slider.notebook.wait_until_idle()


def seconds_to_run(notebook, cell):
    start = time.perf_counter()
    notebook.run_cell(cell)
    return time.perf_counter() - start


def shown_feedback(notebook, cell):
    statuses = notebook.cell(cell).query_selector_all("[role=status]")
    return [status.inner_text() for status in statuses if status.is_visible()]


def answer_by_keyboard(notebook, cell):
    """Choose the first option and the first confidence of a question; return the feedback."""
    assert not shown_feedback(notebook, cell)
    notebook.cell(cell).query_selector("input[type=radio]").focus()
    notebook.page.keyboard.press("Space")
    assert not shown_feedback(notebook, cell)
    notebook.cell(cell).query_selector(".widget-toggle-buttons button").focus()
    notebook.page.keyboard.press("Enter")
    notebook.page.wait_for_timeout(200)
    return shown_feedback(notebook, cell)


def layout_faults(notebook):
    return notebook.run_js(TOO_WIDE) + notebook.run_js(BROKEN_PICTURES)


def test_stored_flip_books_move_before_anything_is_run(stored, path):
    before = stored.state()
    for cell in flip_books(path):
        for control in stored.controls(cell):
            if control.is_slider:
                first = stored.picture(cell)
                control.picture_after(lambda each=control: each.press("ArrowRight"))
                last = control.picture_after(lambda each=control: each.press("ArrowLeft"))
                assert last == first
            else:
                press_each_option(control)
    after = stored.state()
    assert after["counts"] == before["counts"]
    assert not TALK & set(after["sent"][len(before["sent"]):])


def test_stored_questions_answer_before_anything_is_run(stored, path):
    for cell in cells_with(path, "RadioButtonsModel"):
        assert len(answer_by_keyboard(stored, cell)) == 1


def test_stored_page_fits(stored):
    assert layout_faults(stored) == []


def test_every_cell_runs(executed):
    assert executed.run_js(FAULTY_OUTPUTS) == []


def test_sliders_reach_both_ends_by_keyboard_and_mouse(executed):
    for slider in explore_controls(executed):
        if slider.is_slider:
            ways = [lambda s=slider: s.press("End"), lambda s=slider: s.drag(0),
                    lambda s=slider: s.drag(1), lambda s=slider: s.press("Home")]
            for way, end in zip(ways, (2, 0, 2, 0), strict=True):
                slider.picture_after(way)
                assert slider.at()[1] == slider.at()[end]


def test_toggle_buttons_follow_the_keyboard(executed):
    for control in explore_controls(executed):
        if not control.is_slider:
            press_each_option(control)


def test_controls_say_what_they_are(executed):
    for control in explore_controls(executed):
        assert control.label and control.value
        if control.is_slider:
            named = executed.page.get_by_role("slider", name=control.label, exact=True)
            assert named.count(), f"the slider {control} has no accessible name"


def test_questions_answer_after_both_choices(executed, path):
    for cell in cells_with(path, "RadioButtonsModel"):
        assert len(answer_by_keyboard(executed, cell)) == 1


def test_executed_page_fits(executed):
    assert layout_faults(executed) == []


def test_moving_a_slider_keeps_nothing(executed):
    for slider in explore_controls(executed):
        if slider.is_slider:
            zigzag(slider, MOVES // 10)
            heap, widgets = executed.heap(), executed.live_widgets()
            zigzag(slider, MOVES)
            assert executed.live_widgets() == widgets
            assert executed.heap() - heap < HEAP_MARGIN, f"{slider} keeps memory"


def test_running_a_cell_again_keeps_nothing(executed):
    widgets, seconds = executed.live_widgets(), {}
    for cell in {control.cell for control in explore_controls(executed)}:
        seconds[cell] = seconds_to_run(executed, cell)
        assert executed.live_widgets() == widgets, f"cell {cell}"
    for _ in range(RUNS_AGAIN if seconds else 0):
        executed.run_cell(min(seconds, key=seconds.get))
    assert executed.live_widgets() == widgets


def test_untrusted_copy_shows_still_pictures(untrusted, path):
    assert not untrusted.page.query_selector("[role=slider]")
    for cell in flip_books(path):
        assert untrusted.picture(cell)[1]
    assert untrusted.run_js(BROKEN_PICTURES) == []


def test_no_page_complains(usual_complaints, stored, executed, untrusted):
    for notebook in (stored, executed, untrusted):
        assert set(notebook.complaints) <= usual_complaints
