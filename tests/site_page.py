"""Pages of the site in a browser, and a small repository with every kind of island on one page."""

import contextlib
import functools
import http.server
import threading
from unittest import mock

import nbformat
import torch
from torch import nn

from aeteach import style
from aeteach.widgets.drawing import drawing_pad
from aeteach.widgets.explore import explore
from aeteach.widgets.pad import latent_pad
from aeteach.widgets.question import calibration, question
from aeteach.words import speak
from tools.website.build import Site
from tools.website.edition import EDITIONS

SAMPLE = "02_sample.html"
CODE = """# grey
@wrap
def f(x: float) -> "text":
    return not max(x, 1.5e3), None, f"{x}", r"\\d"
"""
TEXT = "# Sample\n\nText with $a \\cdot b$.\n\n## Part\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
README = "# Title\n\n[other](x.md)\n\nThe lead.\n\n| [Sample]({}) | Why? | 1 | 9 |\n"
EVERYTHING = """() => {
  const inside = (root) => [...root.querySelectorAll('*')].flatMap(
    (each) => [each, ...(each.shadowRoot ? inside(each.shadowRoot) : [])]);
  return inside(document);
}"""
STOPS = f"""() => {{
  const stops = ({EVERYTHING})().filter(each => each.closest('.island') && each.checkVisibility()
    && each.matches('input:not(:disabled), button, a[href], canvas[tabindex]'));
  return new Set(stops.map(each => each.type === 'radio' ? each.name : each)).size;
}}"""
STOP = f"""() => {{
  let at = document.activeElement;
  const inside = !!at.closest('main');
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const mine = at.matches('.island :is(input, button, a, canvas)');
  const seen = getComputedStyle(at).outlineStyle !== 'none' && at.getBoundingClientRect().width > 0;
  return {{inside, mine, seen, key: at.type === 'radio' ? at.name : ({EVERYTHING})().indexOf(at)}};
}}"""


def figure(size, shape="round"):
    drawn = style.new_figure(9, 2)
    style.axes_at(drawn, 0.5, 0.5, 8, 1).plot([0, size], [0, 1])
    return style.describe(drawn, f"A {shape} line to {size}.")


def islands():
    """One of each kind, as the notebooks show them."""
    shown, generator = [], torch.Generator().manual_seed(0)
    z, x = torch.randn(30, 2, generator=generator), torch.rand(30, 16, generator=generator)
    decoder = nn.Sequential(nn.Linear(2, 16), nn.Sigmoid())
    model = nn.Sequential(nn.Linear(16, 2), decoder)
    keep = mock.patch("aeteach.widgets.island.display", lambda island, **_: shown.append(island))
    with keep, mock.patch.dict("aeteach.widgets.question._asked", clear=True):
        explore(figure, start={"size": 2}, size=[1, 2, 3], shape=["round", "square"])
        latent_pad(decoder, z, torch.arange(30) % 3, x)
        drawing_pad({"net": model}, x)
        shown.append(question("sharpest", 1, "0.5"))
        calibration()
    return shown


def sample_notebook():
    """Prose, code, a described figure, a fault, and the islands."""
    data = [style.bundle(figure(4)), *(each._repr_mimebundle_() for each in islands())]
    cells = [nbformat.v4.new_markdown_cell(TEXT)]
    for number, each in enumerate(data):
        output = nbformat.v4.new_output("display_data", each)
        cells.append(nbformat.v4.new_code_cell(CODE, id=f"cell-{number}", outputs=[output]))
    traceback = ["\x1b[31mE\x1b[0m: e"]
    fault = nbformat.v4.new_output("error", ename="E", evalue="e", traceback=traceback)
    cells.append(nbformat.v4.new_code_cell("1 / 0", id="fault", outputs=[fault]))
    cells[1].metadata.jupyter = {"source_hidden": True}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def sample_site(root, folder):
    """Write the repository to `root` and both editions of its site to `folder`."""
    for language, edition in EDITIONS.items():
        speak(language)
        for place in (edition.notebooks, edition.docs):
            (root / place).mkdir(parents=True)
        nbformat.write(sample_notebook(), root / edition.notebooks / "02_sample.ipynb")
        for name in ("teaching", "the_lecture_measured"):
            (root / edition.docs / f"{name}.md").write_text(TEXT)
        (root / edition.readme).write_text(README.format(f"{edition.notebooks}/02_sample.ipynb"))
    speak("en")
    for language, edition in EDITIONS.items():
        Site(root, "", language).write(folder / edition.folder)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing of the requests."""


@contextlib.contextmanager
def served(folder):
    """Address of a plain file server for `folder` on the loopback."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class SitePage:
    """One page; notes every complaint and every request that leaves its site."""

    def __init__(self, context, address):
        self.page, self.complaints, self.strangers = context.new_page(), [], []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._look)
        self.site = address.rpartition("/")[0]
        self.page.goto(address)

    def _note(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _look(self, request):
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.strangers.append(request.url)

    def islands(self, kind=""):
        return self.page.locator(f'[data-island^="{kind}-"]' if kind else "[data-island]").all()

    def tab_through(self):
        """Press Tab from the start of the text to its end: {control of ours: outline is seen}."""
        self.page.evaluate("() => document.getElementById('main').focus()")
        found = {}
        for _ in range(2000):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(STOP)
            if not stop["inside"]:
                return found
            if stop["mine"]:
                found[stop["key"]] = stop["seen"]
        raise AssertionError("Tab does not leave the text")
