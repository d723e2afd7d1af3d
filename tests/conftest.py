"""Every test starts in English, with the same seed and one thread, and cannot reach the net."""

import ipaddress
import os
import socket

import pytest
import torch

from aeteach.words import speak

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def same_start(monkeypatch):
    monkeypatch.delenv("AETEACH_SEED", raising=False)
    speak("en")
    torch.manual_seed(0)
    yield
    speak("en")


def is_loopback(host):
    if host in ("localhost", "", None):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Refuse every connection that would leave this machine."""

    def guarded(name):
        original = getattr(socket.socket, name)

        def call(self, *args):
            address = args[-1]
            if isinstance(address, tuple) and not is_loopback(address[0]):
                raise PermissionError(f"this test reaches out to {address}")
            return original(self, *args)

        return call

    def resolve(host, *args, _original=socket.getaddrinfo, **options):
        name = host.decode() if isinstance(host, bytes) else host
        if not is_loopback(name):
            raise PermissionError(f"this test looks up {name}")
        return _original(host, *args, **options)

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """Folder of the site, built once from the notebooks as they are stored, for all workers."""
    from filelock import FileLock

    from tools.website.__main__ import main

    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "site"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            assert main(["--to", str(folder)]) == 0
    return folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """A folder with a small `repository`, one page of every kind of island, and its `site`."""
    import site_page

    folder = tmp_path_factory.mktemp("sample")
    site_page.sample_site(folder / "repository", folder / "site")
    return folder


@pytest.fixture(scope="module")
def chromium():
    """A headless browser; skips where there is none, unless AETEACH_BROWSER=required."""
    import browser

    if browser.find_browser() is None:
        reason = f"no browser: none of {', '.join(browser.BROWSERS)} is in PATH"
        if os.environ.get("AETEACH_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    with browser.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    """A JupyterLab of its own folder, with a browser beside it."""
    import browser

    with browser.Lab(tmp_path_factory.mktemp("lab")) as started:
        yield started


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, one entry a call; a line that is replaced keeps only its last text."""
    entries = []

    class Handle:
        def __init__(self, place):
            self.place = place

        def update(self, value, **_):
            entries[self.place] = value

    def display(value, display_id=None, **_):
        entries.append(value)
        return Handle(len(entries) - 1) if display_id else None

    monkeypatch.setattr("aeteach.progress._in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr("aeteach.claims.display", display)
    return entries


@pytest.fixture
def x():
    """60 examples of 12 values, made from three hidden ones: N != n != k."""
    generator = torch.Generator().manual_seed(5)
    hidden, weights = (torch.randn(size, generator=generator) for size in ((60, 3), (3, 12)))
    return torch.sigmoid(hidden @ weights)


@pytest.fixture
def x_test(x):
    return x[:17].flip(1).contiguous()
