"""Whether this computer is ready for the notebooks: one finding a question, with a remedy."""

import importlib
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
LOADED = ("numpy", "torch", "matplotlib", "sklearn")
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
    of_folder = (lambda: trust(folder), lambda: writable(folder))
    for check in (python, libraries, kernel, extensions, settings, *of_folder, memory, threads):
        try:
            yield from check()
        except ModuleNotFoundError as error:
            yield Finding(False, tr("{name} is missing", name=error.name), _install())
        except (PermissionError, NotADirectoryError, FileNotFoundError) as error:
            yield _unwritable(error.filename)
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
    version, wanted = (".".join(map(str, each[:3])) for each in (sys.version_info, PYTHON))
    remedy = tr("Install Python {wanted} or newer and set up again.", wanted=wanted)
    text = tr("Python {version} at {path}", version=version, path=sys.executable)
    yield Finding(sys.version_info >= PYTHON, text, remedy)


def libraries() -> Iterator[Finding]:
    """Those that the package asks for, then JupyterLab and its kernel; then what can be loaded."""
    from packaging.requirements import Requirement

    present = []
    for requirement in map(Requirement, [*(metadata.requires("aeteach") or []), *TOOLS]):
        name = requirement.name
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Finding(False, tr("{name} is missing", name=name), _install())
            continue
        present.append(f"{name} {version}")
        if version not in requirement.specifier:
            text = tr("{name} is {version}; {wanted} is needed")
            text = text.format(name=name, version=version, wanted=requirement.specifier)
            yield Finding(False, text, _install())
    yield Finding(True, ", ".join(present))
    for name in LOADED:
        try:
            importlib.import_module(name)
        except Exception as error:
            text = tr("{name} cannot be loaded: {error}", name=name, error=error)
            yield Finding(False, text, _install())


def kernel() -> Iterator[Finding]:
    """Whether notebooks run with this Python: their kernel is called python3."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        remedy = tr("Run: {python} -m ipykernel install --sys-prefix", python=sys.executable)
        yield Finding(False, tr("there is no kernel python3"), remedy)
        return
    first = Path(spec.argv[0])
    if first.parent == Path(sys.executable).parent or first.name == spec.argv[0]:
        yield Finding(True, tr("the kernel python3 runs with this Python"))
        return
    text = tr("the kernel python3 in {folder} runs with another Python, {path}")
    text = text.format(folder=spec.resource_dir, path=first)
    yield Finding(False, text, tr("Remove that folder, or open JupyterLab with `make lab`."))


def extensions() -> Iterator[Finding]:
    """The widget manager and anywidget, as JupyterLab finds them, and not switched off."""
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    shelves = [Path(place) for place in jupyter_path("labextensions")]
    pages = [Path(place, "labconfig", "page_config.json") for place in jupyter_config_path()]
    disabled: dict[str, bool] = {}
    for page in reversed([page for page in pages if page.exists()]):
        off = _table(page).get("disabledExtensions", {})
        disabled |= off if isinstance(off, dict) else dict.fromkeys(off, True)
    for extension, package in EXTENSIONS.items():
        if any(disabled.get(name) for name in (extension, f"{extension}:plugin")):
            remedy = f"{sys.executable} -m jupyter labextension enable {extension}"
            yield Finding(False, tr("{name} is switched off in JupyterLab", name=extension), remedy)
        elif any((shelf / extension / "package.json").exists() for shelf in shelves):
            yield Finding(True, tr("JupyterLab has {name}", name=extension))
        else:
            command = f"{sys.executable} -m pip install --force-reinstall {package}"
            yield Finding(False, tr("JupyterLab does not find {name}", name=extension), command)


def _table(path: Path) -> dict:
    """A JSON file of JupyterLab, comments allowed; ValueError names a file that is none."""
    import json5

    try:
        table = json5.loads(path.read_text("utf-8"))
        if not isinstance(table, dict):
            raise ValueError(f"it holds a {type(table).__name__}, not settings by name")
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return table


def settings() -> Iterator[Finding]:
    """Whether JupyterLab can read the settings that `make lab` adds."""
    path = Path(sys.prefix, "share", "jupyter", "lab", "settings", "overrides.json")
    try:
        if path.exists():
            _table(path)
    except (ValueError, OSError) as error:
        text = tr("JupyterLab cannot read its settings: {error}", error=error)
        yield Finding(False, text, tr("Mend or remove that file, then run `make lab`."))


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
        try:
            notebook = nbformat.from_dict(json.loads(path.read_text("utf-8")))
        except ValueError as error:
            text = tr("{name} is no notebook: {error}", name=path.name, error=error)
            yield Finding(False, text, tr("Fetch that file again."))
            continue
        doubted += [] if notary.check_signature(notebook) else [path.name]
    if not doubted:
        yield Finding(True, tr("all {count} notebooks are trusted", count=len(paths)))
        return
    text = tr("not trusted, so their sliders stand still until run: {names}")
    remedy = tr("In the project's folder: {command}")
    command = f"{sys.executable} tools/lab_settings.py"
    yield Finding(False, text.format(names=", ".join(doubted)), remedy.format(command=command))


def writable(folder: Path | None) -> Iterator[Finding]:
    from jupyter_core.paths import jupyter_runtime_dir

    runtime = Path(jupyter_runtime_dir())
    existing = next(place for place in (runtime, *runtime.parents) if os.path.exists(place))
    for place in filter(None, (folder, existing)):
        if os.path.isdir(place) and os.access(place, os.W_OK):
            yield Finding(True, tr("{folder} can be written", folder=place))
        else:
            yield _unwritable(place)


def _unwritable(place: object) -> Finding:
    remedy = tr("Change its permissions, or copy the project to a folder of your own.")
    return Finding(False, tr("{folder} cannot be written", folder=place), remedy)


def memory() -> Iterator[Finding]:
    import psutil

    free = psutil.virtual_memory().available // 2**20
    remedy = tr("Close other programs and kernels; one notebook needs up to {most} MB.")
    text = tr("{free} MB of memory free", free=free)
    yield Finding(free >= NEEDED_MEGABYTES, text, remedy.format(most=NEEDED_MEGABYTES))


def threads() -> Iterator[Finding]:
    torch = sys.modules.get("torch")
    if torch is not None:  # else `libraries` has said why
        text = tr("{count} processors; PyTorch may use {threads} threads, the notebooks use one")
        yield Finding(True, text.format(count=os.cpu_count(), threads=torch.get_num_threads()))
