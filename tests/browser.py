"""JupyterLab in a headless Chromium: the plumbing of the browser test and of `benchmarks`."""

import contextlib
import json
import math
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary
from playwright.sync_api import sync_playwright

from tools.lab_settings import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WINDOW = {"width": 1100, "height": 900}
START_SECONDS = 60
CELL_SECONDS = 120
NUMBERS = re.compile(r"https?://\S+|[0-9a-f]{8,}|\d+")

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
CONTROLS = ".aeteach label.slider, .aeteach fieldset"
PICTURE_SECONDS = 10
OPENINGS = 3

CONTROL = """control => {
  const input = control.querySelector('input'), radios = [...control.querySelectorAll('label')];
  const marked = radios.find(label => label.querySelector('input').checked);
  return input.type === 'range' ? {
    label: control.firstChild.textContent, value: control.querySelector('output').textContent,
    at: +input.value, last: +input.max, said: input.getAttribute('aria-valuetext'),
  } : {
    label: control.querySelector('legend').textContent, value: marked?.textContent.trim() ?? '',
    at: radios.indexOf(marked), last: radios.length - 1,
  };
}"""

COUNT_MOVES = """cell => {
  const moves = window.moves = {inputs: 0, pictures: 0};
  const image = cell.querySelector('.aeteach img');
  cell.addEventListener('input', () => { moves.inputs += 1; });
  new MutationObserver(() => { moves.pictures += 1; })
    .observe(image, {attributes: true, attributeFilter: ['src']});
}"""

PAD = """cell => {
  const [plane, decoded, real] = cell.querySelectorAll('.aeteach .pad canvas');
  const said = Object.fromEntries(plane.getAttributeNames()
    .filter(name => name.startsWith('aria-') || name === 'role')
    .map(name => [name.replace('aria-', ''), plane.getAttribute(name)]));
  return {...said, readout: plane.closest('.pad').nextElementSibling.textContent,
    notice: cell.querySelector('.aeteach [role=alert]').textContent,
    plane: plane.toDataURL(), decoded: decoded.toDataURL(), real: real.toDataURL(),
    names: [decoded, real].map(canvas => canvas.getAttribute('aria-label'))};
}"""

COUNT_PAINTS = """cell => {
  const paints = window.paints = {seen: 0, frames: 0, running: true};
  const plane = cell.querySelector('.aeteach .pad canvas');
  new MutationObserver(() => { paints.seen += 1; })
    .observe(plane, {attributes: true, attributeFilter: ['aria-valuetext']});
  const count = () => { paints.frames += 1; if (paints.running) requestAnimationFrame(count); };
  requestAnimationFrame(count);
}"""

STROKE = """async ([index, moves]) => {
  const plane = panel.content.widgets[index].node.querySelector('.aeteach .pad canvas');
  const box = plane.getBoundingClientRect();
  const go = (kind, turn) => plane.dispatchEvent(new PointerEvent(kind, {bubbles: true,
    pointerId: 1, clientX: box.left + box.width * (0.5 + 0.4 * Math.cos(turn)),
    clientY: box.top + box.height * (0.5 + 0.4 * Math.sin(turn))}));
  plane.setPointerCapture = () => {};
  const start = performance.now();
  go('pointerdown', 0);
  for (let move = 1; move <= moves; move += 1) {
    await new Promise(requestAnimationFrame);
    go('pointermove', move / 20);
  }
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  go('pointerup', 0);
  delete plane.setPointerCapture;
  window.paints.running = false;
  return {...window.paints, seconds: (performance.now() - start) / 1000};
}"""

VISIBLE_PICTURES = """cell => [...cell.querySelectorAll('.jp-OutputArea img')]
  .filter(image => image.checkVisibility())
  .map(image => ({src: image.src, alt: image.alt, width: image.naturalWidth}))"""

ALL_SHOWN = """() => panel.content.widgets.every(cell => {
  if (cell.model.type !== 'code' || !cell.model.outputs.length) return true;
  const held = cell.model.outputs.toJSON().flatMap(output => Object.keys(output.data ?? {}));
  const widget = cell.model.trusted && held.includes('application/vnd.jupyter.widget-view+json');
  const still = held.includes('image/png') ? 'img' : '*';
  const wanted = widget ? ':is(.aeteach, .jupyter-widgets)' : still;
  return cell.node.querySelector(`.jp-OutputArea ${wanted}`) !== null;
})"""

READY = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  if (!panel?.context) return false;
  await panel.context.ready;
  await panel.sessionContext.ready;
  window.panel = panel;
  return panel.sessionContext.session?.kernel?.status === 'idle';
}"""

IDLE = """() => panel.sessionContext.session.kernel.status === 'idle'
  && !panel.content.widgets.some(cell => cell.promptNode?.textContent.includes('*'))"""

WATCH_KERNEL = """() => {
  window.sent = [];
  panel.sessionContext.session.kernel.anyMessage.connect((_, {msg, direction}) => {
    if (direction === 'send') sent.push(msg.header.msg_type);
  });
}"""

IN_KERNEL = """async code => {
  const kernel = panel.sessionContext.session.kernel;
  const future = kernel.requestExecute(
    {code: '', silent: true, store_history: false, user_expressions: {answer: code}});
  const answer = (await future.done).content.user_expressions.answer;
  if (answer.status !== 'ok') throw new Error(`${answer.ename}: ${answer.evalue}`);
  return answer.data['text/plain'];
}"""


def find_browser():
    """Path of a Chromium or Chrome, None when there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def notebook_paths():
    """The English edition; its code and pictures are those of every other edition."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Lab:
    """A JupyterLab of its own, serving `folder`/notebooks, with settings that nobody shares."""

    def __init__(self, folder):
        self.folder, self.root = folder, folder / "notebooks"
        self.root.mkdir(parents=True)
        self.port, self.token = free_port(), secrets.token_hex(16)
        self.environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "IPYTHONDIR": str(folder / "ipython"),
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        }

    def __enter__(self):
        self._write_settings()
        self.log = (self.folder / "jupyterlab.log").open("wb")
        self.server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *self._options()],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.server.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.log.close()

    def _write_settings(self):
        for plugin, values in SETTINGS.items():
            path = self.folder / "config" / "lab" / "user-settings"
            path = path.joinpath(*plugin.split(":")).with_suffix(".jupyterlab-settings")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values), encoding="utf-8")

    def _options(self):
        return [
            "--no-browser",
            "--ip=127.0.0.1",
            f"--port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            f"--IdentityProvider.token={self.token}",
            "--LabApp.expose_app_in_browser=True",
            *(["--allow-root"] if getattr(os, "geteuid", int)() == 0 else []),
        ]

    def _wait(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.server.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(self._url("api/status"), timeout=2).close()
                return
            time.sleep(0.2)
        raise RuntimeError(f"JupyterLab did not start:\n{self.output()}")

    def _url(self, path):
        return f"http://127.0.0.1:{self.port}/{path}?token={self.token}"

    def output(self):
        return (self.folder / "jupyterlab.log").read_text(errors="replace")[-4000:]

    def copy(self, path, name, trusted=True):
        """Copy the notebook at `path` to the server as `name` and return `name`."""
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata.copied_to = name
        nbformat.write(notebook, self.root / name)
        if trusted:
            self.trust(name)
        return name

    def write(self, name, *sources):
        """Put a notebook with these code cells on the server and return `name`."""
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, self.root / name)
        return name

    def trust(self, name):
        """Sign as `jupyter trust` does, with the key of this server."""
        notary = NotebookNotary(data_dir=str(self.folder / "data"))
        notary.sign(nbformat.read(self.root / name, as_version=4))

    def address(self, name):
        """The page that shows `name` alone, in a workspace of its own."""
        return self._url(f"doc/workspaces/{secrets.token_hex(4)}/tree/{name}") + "&reset"


@contextlib.contextmanager
def chromium():
    """A browser with the flags that suit a machine without a screen; its pages share a cache."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        try:
            yield browser.new_context(viewport=WINDOW)
        finally:
            browser.close()


class Notebook:
    """One notebook open in a page of its own; notes every complaint of the page."""

    def __init__(self, browser, lab, name):
        self.page = browser.new_page()
        self.complaints = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.goto(lab.address(name))
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=START_SECONDS * 1000)
        self.wait(READY)
        self.run_js(WATCH_KERNEL)
        self.page.wait_for_timeout(300)

    def _note(self, message):
        if message.type == "error":
            self.complaints.append(NUMBERS.sub("#", message.text))

    def close(self):
        """End the kernel and close the page."""
        with contextlib.suppress(Exception):
            self.run_js("() => panel.sessionContext.shutdown()")
        self.page.close(run_before_unload=False)

    def run_js(self, code, argument=None):
        return self.page.evaluate(code, argument)

    def wait(self, code, argument=None, seconds=START_SECONDS):
        """Wait until the JavaScript function `code` returns something true."""
        self.page.wait_for_function(code, arg=argument, timeout=seconds * 1000, polling=50)

    def in_kernel(self, expression):
        """The repr of a Python expression, without a trace in the notebook."""
        return self.run_js(IN_KERNEL, expression)

    def command(self, name):
        self.run_js("name => jupyterapp.commands.execute(name)", name)

    def start_all(self):
        """Run All, without waiting for its end."""
        self.run_js("() => { window.run = jupyterapp.commands.execute('notebook:run-all-cells') }")

    def finish_all(self, seconds=CELL_SECONDS):
        """Wait for the end of `start_all`."""
        self.run_js("async () => { await run; }")
        self.page.bring_to_front()
        self.wait_until_idle(seconds)
        self.wait_for_outputs()

    def run_all(self, seconds=CELL_SECONDS):
        self.start_all()
        self.finish_all(seconds)

    def run_cell(self, index):
        self.run_js("index => { panel.content.activeCellIndex = index; }", index)
        self.command("notebook:run-cell")
        self.wait_until_idle()

    def wait_until_idle(self, seconds=CELL_SECONDS):
        """Wait until no cell and no widget keeps the kernel busy."""
        self.wait(IDLE, seconds=seconds)

    def state(self):
        """Execution counts of the code cells and the messages sent to the kernel so far."""
        return self.run_js(
            """() => ({counts: panel.content.widgets.map(c => c.model.executionCount ?? null),
                       sent: [...sent]})"""
        )

    def cell(self, index):
        """Element of cell number `index`, brought into view."""
        return self.page.evaluate_handle(
            """async index => {
              await panel.content.scrollToItem(index, 'smart').catch(() => {});
              return panel.content.widgets[index].node;
            }""",
            index,
        ).as_element()

    def wait_for_outputs(self):
        """Wait until every output with a widget or a picture shows it."""
        self.wait(ALL_SHOWN)
        self.page.wait_for_timeout(200)

    def lost_widgets(self):
        """Whether JupyterLab asked for a widget before it had read the stored ones.

        It happens on a machine that is busy while a page opens; opening it again helps.
        """
        return any("widget model not found" in complaint for complaint in self.complaints)

    def explore_cells(self):
        """Numbers of the cells whose output holds controls above a picture."""
        return self.run_js(
            """() => panel.content.widgets.flatMap((c, i) =>
              c.node.querySelector('.aeteach img') && !c.node.querySelector('.aeteach button')
              ? [i] : [])"""
        )

    def controls(self, index):
        """The sliders and groups of radio buttons in the output of cell `index`."""
        cell = self.cell(index)
        self.page.wait_for_function(
            "cell => cell.querySelector('.aeteach')", arg=cell, timeout=PICTURE_SECONDS * 1000)
        count = len(cell.query_selector_all(CONTROLS))
        return [Control(self, index, number) for number in range(count)]

    def pad_cells(self):
        """Numbers of the cells whose output holds a plane with a point to drag."""
        return self.run_js(
            """() => panel.content.widgets.flatMap((c, i) =>
              c.node.querySelector('.aeteach .pad') ? [i] : [])"""
        )

    def active_cell(self):
        return self.run_js("() => panel.content.activeCellIndex")

    def picture(self, index):
        """(src, alt) of the one visible picture in the output of cell `index`."""
        cell, pictures = self.cell(index), []
        deadline = time.monotonic() + PICTURE_SECONDS
        while len(pictures) != 1 and time.monotonic() < deadline:
            pictures = cell.evaluate(VISIBLE_PICTURES)
            self.page.wait_for_timeout(0 if len(pictures) == 1 else 50)
        assert len(pictures) == 1, f"cell {index} shows {len(pictures)} pictures"
        return pictures[0]["src"], pictures[0]["alt"]

    def heap(self):
        """Bytes of live JavaScript objects."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        used = session.send("Runtime.getHeapUsage")["usedSize"]
        session.detach()
        return used

    def live_widgets(self):
        """Number of widgets that the kernel keeps."""
        return int(self.in_kernel("len(__import__('ipywidgets').widgets.widget._instances)"))


def opened(browser, lab, name, times=OPENINGS):
    """The notebook with its stored widgets shown; a page that has lost them is opened again."""
    notebook = Notebook(browser, lab, name)
    notebook.wait_for_outputs()
    if notebook.lost_widgets() and times > 1:
        notebook.close()
        return opened(browser, lab, name, times - 1)
    return notebook


class Control:
    """A slider or a group of radio buttons, found anew at every use."""

    def __init__(self, notebook, cell, number):
        self.notebook, self.cell, self.number = notebook, cell, number
        self.is_slider = "said" in self.now()

    def __repr__(self):
        return f"`{self.label}` in cell {self.cell}"

    def _element(self):
        return self.notebook.cell(self.cell).query_selector_all(CONTROLS)[self.number]

    def now(self):
        """What it shows: label, value, at (its position), last (the highest one), said."""
        return self._element().evaluate(CONTROL)

    @property
    def label(self):
        return self.now()["label"]

    @property
    def value(self):
        return self.now()["value"]

    def focus(self):
        """Give it the keyboard, as Tab does: a group of radios by its marked or first one."""
        place = 0 if self.is_slider else max(self.now()["at"], 0)
        self._element().query_selector_all("input")[place].focus()

    def press(self, key):
        self.focus()
        before = self.notebook.active_cell()
        self.notebook.page.keyboard.press(key)
        assert self.notebook.active_cell() == before, f"{key} on {self} moves the active cell"

    def click(self, option):
        self._element().query_selector_all("label")[option].click()

    def drag(self, share):
        """Drag the slider's thumb by mouse to `share` of its track, 0 or 1 for the ends."""
        track, now = self._element().query_selector("input"), self.now()
        track.scroll_into_view_if_needed()
        box, mouse = track.bounding_box(), self.notebook.page.mouse
        y, thumb = box["y"] + box["height"] / 2, box["height"]
        start = box["x"] + thumb / 2 + (box["width"] - thumb) * now["at"] / now["last"]
        mouse.move(start, y)
        mouse.down()
        mouse.move(box["x"] + box["width"] * (share * 1.1 - 0.05), y, steps=8)
        mouse.up()

    def is_named_by(self, alt_text):
        """Whether `alt_text` starts with the choices and names this one's value."""
        for part in alt_text.split(". ")[0].split(", "):
            if part == f"{self.label} {self.value}":
                return True
            if part.startswith(f"{self.label} ") and self.is_slider:
                with contextlib.suppress(ValueError):
                    said = float(part.removeprefix(self.label))
                    return math.isclose(float(self.value), said, rel_tol=0.01, abs_tol=1e-6)
        return False

    def picture_after(self, move, seconds=PICTURE_SECONDS):
        """(src, alt) once `move()` has changed the picture to one that names the value."""
        old = self.notebook.picture(self.cell)
        move()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            new = self.notebook.picture(self.cell)
            if new[0] != old[0] and new[1] != old[1] and self.is_named_by(new[1]):
                return new
            self.notebook.page.wait_for_timeout(20)
        raise AssertionError(f"{self} reads {self.value}, the picture says: {new[1]}")


class Pad:
    """The plane of a `latent_pad`, found anew at every use."""

    def __init__(self, notebook, cell):
        self.notebook, self.cell = notebook, cell

    def __repr__(self):
        return f"pad in cell {self.cell}"

    def _plane(self):
        return self.notebook.cell(self.cell).query_selector(".aeteach .pad canvas")

    def now(self):
        """What it shows: role, label, valuetext, readout, notice, names, and its pictures."""
        return self.notebook.cell(self.cell).evaluate(PAD)

    def press(self, key, times=1):
        self._plane().focus()
        before = self.notebook.active_cell()
        for _ in range(times):
            self.notebook.page.keyboard.press(key)
        assert self.notebook.active_cell() == before, f"{key} on {self} moves the active cell"

    def drag(self, x, y):
        """Drag the point by mouse from the middle to a place in shares of the plane."""
        plane, mouse = self._plane(), self.notebook.page.mouse
        plane.scroll_into_view_if_needed()
        box = plane.bounding_box()
        mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        mouse.down()
        mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=8)
        mouse.up()

    def after(self, move, seconds=PICTURE_SECONDS):
        """What it shows once `move()` has changed plane, decoded picture and spoken text."""
        old, parts = self.now(), ("plane", "decoded", "valuetext")
        move()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            new = self.now()
            if all(new[part] != old[part] for part in parts):
                return new
            self.notebook.page.wait_for_timeout(20)
        still = [part for part in parts if new[part] == old[part]]
        raise AssertionError(f"{self} does not change: {', '.join(still)}")

    def stroke(self, moves):
        """Circle the plane, a pointer event a frame: paints seen, frames, seconds."""
        self.notebook.cell(self.cell).evaluate(COUNT_PAINTS)
        return self.notebook.run_js(STROKE, [self.cell, moves])
