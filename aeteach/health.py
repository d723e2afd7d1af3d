"""Whether this computer is ready for the notebooks: one finding a question, with a remedy."""

import json
import os
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from aeteach.words import tr

PYTHON = (3, 11)
TOOLS = ("jupyterlab", "ipykernel")
EXTENSIONS = {"@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets", "anywidget": "anywidget"}
NEEDED_MEGABYTES = 800
INSTALL = "{python} -m pip install -r requirements.txt -c constraints.txt"


class Finding(NamedTuple):
    """good, what was found, and what to do when it is not good."""

    good: bool
    text: str
    remedy: str = ""


def findings(folder: Path | None = None) -> Iterator[Finding]:
    """Every finding, in order; a check that fails itself is a finding that is not good.

    folder: the notebooks; by default `notebooks` here or beside the package.
    """
    folder = folder or notebooks_folder()
    checks = (
        python,
        libraries,
        kernel,
        extensions,
        lambda: trust(folder),
        lambda: writable(folder),
        memory,
        threads,
    )
    for check in checks:
        try:
            yield from check()
        except Exception as error:
            text = tr("a check failed: {error}", error=f"{type(error).__name__}: {error}")
            yield Finding(False, text, _install())


def notebooks_folder() -> Path | None:
    """`notebooks` in the working folder or beside the package, None when there is none."""
    places = (Path.cwd(), Path(__file__).resolve().parents[1])
    found = (place / "notebooks" for place in places)
    return next((folder for folder in found if any(folder.glob("*.ipynb"))), None)


def _install() -> str:
    return tr("In the project's folder: {command}", command=INSTALL.format(python=sys.executable))


def python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, PYTHON))
    remedy = tr("Install Python {wanted} or newer and set up again.", wanted=wanted)
    text = tr("Python {version} at {path}", version=version, path=sys.executable)
    yield Finding(sys.version_info >= PYTHON, text, remedy)


def libraries() -> Iterator[Finding]:
    """Those that the package asks for, then JupyterLab and its kernel."""
    from packaging.requirements import Requirement

    wanted = [Requirement(line) for line in metadata.requires("aeteach") or []]
    present = []
    for requirement in [*wanted, *map(Requirement, TOOLS)]:
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            yield Finding(False, tr("{name} is missing", name=requirement.name), _install())
            continue
        present.append(f"{requirement.name} {version}")
        if version not in requirement.specifier:
            text = tr("{name} is {version}; {wanted} is needed").format(
                name=requirement.name, version=version, wanted=requirement.specifier
            )
            yield Finding(False, text, _install())
    yield Finding(True, ", ".join(present))


def kernel() -> Iterator[Finding]:
    """Whether notebooks run with this Python: their kernel is called python3."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    remedy = tr("Run: {python} -m ipykernel install --sys-prefix", python=sys.executable)
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        yield Finding(False, tr("there is no kernel python3"), remedy)
        return
    first = Path(spec.argv[0])
    here = first.parent == Path(sys.executable).parent
    if here or first.name == spec.argv[0]:
        yield Finding(True, tr("the kernel python3 runs with this Python"))
        return
    text = tr("the kernel python3 in {folder} runs with another Python, {path}").format(
        folder=spec.resource_dir, path=first
    )
    yield Finding(False, text, tr("Remove that folder, or open JupyterLab with `make lab`."))


def extensions() -> Iterator[Finding]:
    """The widget manager and anywidget, as JupyterLab finds them, and not switched off."""
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    shelves = [Path(place) for place in jupyter_path("labextensions")]
    pages = [Path(place, "labconfig", "page_config.json") for place in jupyter_config_path()]
    disabled: dict[str, bool] = {}
    for page in reversed([page for page in pages if page.exists()]):
        off = json.loads(page.read_text("utf-8")).get("disabledExtensions", {})
        disabled |= off if isinstance(off, dict) else dict.fromkeys(off, True)
    for extension, package in EXTENSIONS.items():
        off = any(disabled.get(name) for name in (extension, f"{extension}:plugin"))
        if off:
            remedy = f"{sys.executable} -m jupyter labextension enable {extension}"
            yield Finding(False, tr("{name} is switched off in JupyterLab", name=extension), remedy)
        elif any((shelf / extension / "package.json").exists() for shelf in shelves):
            yield Finding(True, tr("JupyterLab has {name}", name=extension))
        else:
            command = f"{sys.executable} -m pip install --force-reinstall {package}"
            yield Finding(False, tr("JupyterLab does not find {name}", name=extension), command)


def trust(folder: Path | None) -> Iterator[Finding]:
    """Whether JupyterLab shows the stored widgets of each notebook."""
    import nbformat
    from nbformat.sign import NotebookNotary

    if folder is None:
        text = tr("no folder `notebooks` here")
        yield Finding(False, text, tr("Run this in the project's folder."))
        return
    paths, notary = sorted(folder.glob("**/*.ipynb")), NotebookNotary()
    paths = [path for path in paths if ".ipynb_checkpoints" not in path.parts]
    doubted = []
    for path in paths:
        if not notary.check_signature(nbformat.from_dict(json.loads(path.read_text("utf-8")))):
            doubted.append(path)
    if not doubted:
        yield Finding(True, tr("all {count} notebooks are trusted", count=len(paths)))
        return
    names = ", ".join(path.name for path in doubted)
    text = tr("not trusted, so their sliders stand still until run: {names}", names=names)
    remedy = tr("In the project's folder: {command}")
    yield Finding(False, text, remedy.format(command=f"{sys.executable} tools/lab_settings.py"))


def writable(folder: Path | None) -> Iterator[Finding]:
    from jupyter_core.paths import jupyter_runtime_dir

    runtime = Path(jupyter_runtime_dir())
    existing = next(place for place in (runtime, *runtime.parents) if place.exists())
    for place in filter(None, (folder, existing)):
        text = tr("{folder} can be written", folder=place)
        refused = tr("{folder} cannot be written", folder=place)
        remedy = tr("Change its permissions, or copy the project to a folder of your own.")
        good = os.access(place, os.W_OK)
        yield Finding(good, text if good else refused, remedy)


def memory() -> Iterator[Finding]:
    import psutil

    free = psutil.virtual_memory().available // 2**20
    remedy = tr("Close other programs and kernels; one notebook needs up to {most} MB.")
    text = tr("{free} MB of memory free", free=free)
    yield Finding(free >= NEEDED_MEGABYTES, text, remedy.format(most=NEEDED_MEGABYTES))


def threads() -> Iterator[Finding]:
    import torch

    text = tr("{count} processors; PyTorch may use {threads} threads, the notebooks use one")
    yield Finding(True, text.format(count=os.cpu_count(), threads=torch.get_num_threads()))
