"""JupyterLab in a headless Chromium: the plumbing of the browser test and of `benchmarks`."""

import contextlib
import json
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
from playwright.sync_api import expect, sync_playwright

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
START_SECONDS = 180
CELL_SECONDS = 300
RUN_SECONDS = 900
expect.set_options(timeout=START_SECONDS * 1000)
NUMBERS = re.compile(r"https?://\S+|[0-9a-f]{8,}|\d+")

DRIVE = (ROOT / "tests" / "drive.js").read_text("utf-8")
DRIVE_ALL = f"""async scope => {{
  const drive = {DRIVE.strip()}, found = {{}};
  const hosts = [...document.querySelectorAll(`${{scope}} [data-island]`)]
    .filter(host => host.checkVisibility());
  for (const [n, host] of hosts.entries()) {{
    found[`${{n}} ${{host.dataset.island}}`] = await drive(host);
  }}
  return found;
}}"""

READY = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  if (!panel?.context) return false;
  await panel.context.ready;
  await panel.sessionContext.ready;
  window.panel = panel;
  return panel.sessionContext.session?.kernel?.status === 'idle';
}"""

AWAKE = """() => [...document.querySelectorAll('.jp-Notebook [data-island]')]
  .filter(host => host.shadowRoot?.querySelector('.island')?.children.length).length"""

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

    def __init__(self, folder, settings=None):
        self.folder, self.root = folder, folder / "notebooks"
        self.settings = SETTINGS | (settings or {})
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
        for plugin, values in self.settings.items():
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
            context = browser.new_context(viewport=WINDOW)
            context.set_default_timeout(START_SECONDS * 1000)
            yield context
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
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.wait(READY)
        self.run_js(WATCH_KERNEL)

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
        self.run_js("""() => { window.ran = false;
          jupyterapp.commands.execute('notebook:run-all-cells').finally(() => window.ran = true);
        }""")

    def finish_all(self):
        """Wait for the end of `start_all`."""
        self.wait("() => ran", seconds=RUN_SECONDS)
        self.page.bring_to_front()
        self.wait_until_idle()

    def run_all(self):
        self.start_all()
        self.finish_all()

    def run_cell(self, index):
        self.run_js("index => { panel.content.activeCellIndex = index; }", index)
        self.command("notebook:run-cell")
        self.wait_until_idle()

    def wait_until_idle(self):
        """Wait until no cell and no widget keeps the kernel busy."""
        self.wait(IDLE, seconds=CELL_SECONDS)

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

    def islands(self):
        """Number of the islands that are awake."""
        return self.run_js(AWAKE)

    def drive(self):
        """Move everything in every island: {island: what did not answer}."""
        self.page.bring_to_front()
        return self.run_js(DRIVE_ALL, ".jp-Notebook")

    def save(self):
        self.run_js("async () => { await panel.context.save(); }")

    def shut_down(self):
        """End the kernel, for good: a running one would bring dead widgets back to life."""
        self.run_js("async () => { await panel.sessionContext.shutdown(); }")

    def active_cell(self):
        return self.run_js("() => panel.content.activeCellIndex")

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
