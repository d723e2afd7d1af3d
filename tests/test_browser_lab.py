"""The life of a widget in JupyterLab: opened, run, saved, closed, opened again, in both exports."""

import contextlib
import os
import subprocess
import sys
import time

import browser
import nbformat
import pytest
from nbconvert import HTMLExporter, SlidesExporter

pytestmark = pytest.mark.browser

OPENINGS = int(os.environ.get("AETEACH_OPENINGS", "3"))
BUSY = "import os\nos.nice(5)\nwhile True: pass"
AUTOSAVE = {"@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 2}}
KINDS = (
    "import sys; sys.path.insert(0, {tests!r}); import islands, aeteach.words",
    "islands.explore(islands.draw, size=(1, 2, 4), start=2)",
    "from aeteach import predict\npredict('recall', 0.5)",
    "islands.show_all()\nprint('after')",
)
FAULTY_OUTPUTS = """() => panel.content.widgets.flatMap(cell =>
  cell.model.type !== 'code' || cell.model.getMetadata('tags')?.includes('raises-exception') ? []
  : cell.model.outputs.toJSON().filter(o => o.output_type === 'error' || o.name === 'stderr')
      .map(o => `${cell.model.id}: ${o.evalue ?? o.text}`))"""
TOO_WIDE = """() => panel.content.widgets.flatMap(cell => {
  const edge = cell.node.getBoundingClientRect().right;
  const parts = '.jp-OutputArea-output, .jp-OutputArea-output *, .jp-MarkdownOutput *';
  if (cell.model.getMetadata('tags')?.includes('raises-exception')) return [];
  return [...cell.node.querySelectorAll(parts)].filter(part => part.checkVisibility()
      && !part.closest('mjx-assistive-mml') && part.getBoundingClientRect().right > edge + 1)
    .map(part => `${cell.model.id}: ${part.tagName} ${part.className}`);
})"""
DEAD = """() => [...document.querySelectorAll('.jp-OutputArea-output')]
  .filter(part => part.checkVisibility() && /Error displaying widget|Loading widget/
    .test(part.textContent)).length"""
NOTEBOOKS = [
    pytest.param(path, id=path.stem, marks=() if path.name.startswith("02") else pytest.mark.full)
    for path in browser.notebook_paths()
]


@pytest.fixture(scope="module")
def usual_complaints(chromium, lab):
    """What JupyterLab itself writes to the console, with a notebook that holds nothing."""
    empty = browser.Notebook(chromium, lab, lab.write("empty.ipynb", "1 + 1"))
    empty.run_all()
    yield set(empty.complaints)
    empty.close()


@contextlib.contextmanager
def busy():
    """Both cores at work on something else."""
    loops = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(2)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def held(path):
    """Number of islands that the notebook file stores."""
    cells = nbformat.read(path, as_version=4).cells
    return sum(
        "data-island=" in output.get("data", {}).get("text/html", "")
        for cell in cells
        for output in cell.get("outputs", [])
    )


def assert_alive(notebook, count):
    """All `count` islands come to life by themselves, and all that moves answers."""
    notebook.wait(f"() => ({browser.AWAKE})() === {count}")
    faults = notebook.drive()
    assert len(faults) == count and {name: f for name, f in faults.items() if f} == {}
    assert notebook.run_js(DEAD) == 0


def reopened(chromium, lab, notebook, name):
    """Save, end the kernel, close the page, and open the file again."""
    notebook.save()
    notebook.shut_down()
    notebook.page.close()
    return browser.Notebook(chromium, lab, name)


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_stored_notebook_opens_alive_and_asks_no_kernel(chromium, lab, path, usual_complaints):
    notebook = browser.Notebook(chromium, lab, lab.copy(path, f"stored-{path.name}"))
    before = notebook.state()
    assert_alive(notebook, held(path))
    after = notebook.state()
    assert after["counts"] == before["counts"]
    talk = {"execute_request", "comm_open", "comm_msg"}
    assert not talk & set(after["sent"][len(before["sent"]) :])
    assert notebook.run_js(TOO_WIDE) == []
    assert not notebook.run_js("() => panel.context.model.dirty")
    assert set(notebook.complaints) <= usual_complaints
    notebook.close()


@pytest.mark.full
@pytest.mark.parametrize("path", NOTEBOOKS)
def test_it_opens_alive_every_time_on_a_busy_machine(chromium, lab, path):
    name = lab.copy(path, f"busy-{path.name}")
    with busy():
        for _ in range(OPENINGS):
            notebook = browser.Notebook(chromium, lab, name)
            assert_alive(notebook, held(path))
            notebook.close()


@pytest.mark.full
@pytest.mark.parametrize("path", browser.notebook_paths(), ids=lambda path: path.stem)
def test_run_all_save_and_reopen_is_alive(chromium, lab, path, usual_complaints):
    name = lab.copy(path, f"run-{path.name}")
    notebook = browser.Notebook(chromium, lab, name)
    notebook.run_all()
    assert notebook.run_js(FAULTY_OUTPUTS) == []
    assert notebook.run_js(TOO_WIDE) == []
    again = reopened(chromium, lab, notebook, name)
    assert_alive(again, held(lab.root / name))
    lost = [each for each in again.complaints if "widget model not found" in each]
    assert len(lost) <= again.page.locator("[data-twin]").count()
    assert set(again.complaints) - set(lost) <= usual_complaints
    again.close()


@pytest.fixture(scope="module")
def evening(chromium, tmp_path_factory):
    """A JupyterLab that saves by the clock, and a notebook of every kind, nothing run yet."""
    with browser.Lab(tmp_path_factory.mktemp("evening"), AUTOSAVE) as lab:
        cells = [cell.replace("{tests!r}", repr(str(browser.ROOT / "tests"))) for cell in KINDS]
        yield lab, lab.write("evening.ipynb", *cells)


def test_cells_run_and_saved_by_the_clock_are_alive_the_next_day(chromium, evening):
    lab, name = evening
    notebook = browser.Notebook(chromium, lab, name)
    for cell in range(3):
        notebook.run_cell(cell)
    saved_by = time.monotonic() + browser.CELL_SECONDS
    while held(lab.root / name) < 2 and time.monotonic() < saved_by:
        notebook.run_js("() => { panel.context.model.dirty = true; }")  # a save under way ends it
        notebook.page.wait_for_timeout(100)
    notebook.shut_down()
    notebook.page.close()
    again = browser.Notebook(chromium, lab, name)
    assert_alive(again, 2)
    again.close()


def test_every_kind_lives_through_an_evening(chromium, evening):
    lab, name = evening
    notebook = browser.Notebook(chromium, lab, name)
    notebook.run_all()
    assert notebook.run_js(FAULTY_OUTPUTS) == []
    notebook.run_js("""() => { const source = panel.content.widgets[1].model.sharedModel;
      source.setSource(source.getSource().replace('size=', 'new_size='));
    }""")
    notebook.run_all()
    notebook.run_js("async () => { await panel.sessionContext.session.kernel.restart(); }")
    assert_alive(notebook, 9)
    notebook.command("notebook:create-output-view")
    second = browser.Notebook(chromium, lab, name)
    assert_alive(second, 9)
    assert_alive(notebook, 9)
    second.page.close()
    again = reopened(chromium, lab, notebook, name)
    assert held(lab.root / name) == 9
    assert_alive(again, 9)
    assert (
        again.page.locator(".island img:not([alt=''])")
        .first.get_attribute("alt")
        .startswith("new size 2")
    )
    again.close()


def test_an_untrusted_copy_shows_the_stills_and_their_words(chromium, evening):
    lab, name = evening
    stranger = browser.Notebook(chromium, lab, lab.copy(lab.root / name, "x.ipynb", trusted=False))
    stranger.wait("() => panel.node.querySelectorAll('.jp-OutputArea img').length >= 6")
    assert stranger.islands() == 0
    pictures = stranger.page.locator(".jp-OutputArea img").all()
    assert all(each.is_visible() and each.get_attribute("alt") for each in pictures)
    assert stranger.page.get_by_text("Answer", exact=True).count() == 2
    stranger.close()


@pytest.fixture(scope="module")
def executed(lab, tmp_path_factory):
    """The stored notebook 02: whatever it shows was executed."""
    return nbformat.read(browser.notebook_paths()[1], as_version=4)


@pytest.mark.parametrize("exporter", [HTMLExporter, SlidesExporter])
def test_exports_are_alive_without_a_network(chromium, tmp_path, executed, exporter):
    path = tmp_path / "export.html"
    path.write_text(exporter().from_notebook_node(executed)[0], "utf-8")
    page = chromium.new_page()
    page.route("http*://**", lambda route: route.abort())
    page.goto(path.as_uri())
    page.add_style_tag(content=".reveal section { display: block !important; }")
    faults = page.evaluate(browser.DRIVE_ALL, "body")
    assert len(faults) == held(browser.notebook_paths()[1])
    assert {name: f for name, f in faults.items() if f} == {}
    page.close()
