"""A page of the built site in a browser, with the handles that `browser.Control` expects."""

import contextlib
import functools
import http.server
import threading
import time

import browser

READY_SECONDS = 30
MOUNTS = ".mount[data-live]"
STOPS = """() => {
  const stops = new Set();
  for (const each of document.querySelectorAll(
    '.aeteach :is(input, button):not(:disabled), .aeteach canvas[tabindex]'))
    stops.add(each.type === 'radio' ? each.name : each);
  return stops.size;
}"""
STOP = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const seen = getComputedStyle(at).outlineStyle !== 'none' && box.width > 0;
  const key = at.type === 'radio' ? at.name : [...document.querySelectorAll('*')].indexOf(at);
  return {mine: !!at.closest('.aeteach'), key: String(key), seen, tag: at.tagName,
    inside: !!at.closest('main')};
}"""


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
    """One page; notes every complaint and every request that leaves `base`."""

    def __init__(self, context, base, name, **options):
        self.page = context.new_page()
        self.base, self.complaints, self.strangers = base, [], []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._look)
        if options:
            self.page.emulate_media(**options)
        self.open(name)

    def open(self, name):
        self.page.goto(self.base + name)
        if self.page.query_selector("#modules"):
            self.page.wait_for_selector("[data-widgets=ready]", timeout=READY_SECONDS * 1000)

    def _note(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _look(self, request):
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.strangers.append(request.url)

    def cell(self, index):
        return self.page.query_selector_all(MOUNTS)[index]

    def active_cell(self):
        return None

    def picture(self, index):
        (image,) = self.cell(index).query_selector_all(".aeteach > img")
        return image.get_attribute("src"), image.get_attribute("alt")

    def controls(self, index):
        count = len(self.cell(index).query_selector_all(browser.CONTROLS))
        return [browser.Control(self, index, number) for number in range(count)]

    def wait_for(self, condition, argument=None):
        """Wait for a JavaScript condition, at most as long as for a picture."""
        seconds = browser.PICTURE_SECONDS * 1000
        self.page.wait_for_function(condition, arg=argument, timeout=seconds, polling=20)

    def tab_through(self, most=2000):
        """Press Tab from the start of the text to its end: {stop: its outline is seen}."""
        self.page.evaluate("() => document.getElementById('main').focus()")
        found, deadline = {}, time.monotonic() + 60
        for _ in range(most):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(STOP)
            if not stop["inside"] or time.monotonic() > deadline:
                break
            if stop["mine"]:
                found[stop["key"]] = stop["seen"]
        return found


def spoken(page, role):
    """Names of the nodes with this role in the browser's accessibility tree."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [node["name"]["value"] for node in nodes
            if not node["ignored"] and node.get("role", {}).get("value") == role]
