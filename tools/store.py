"""Execute the notebooks and store them with their outputs, the same way every time.

python tools/store.py                     every notebook, two at a time
python tools/store.py notebooks/02*.ipynb     some of them
python tools/store.py --check             list the stale ones, run nothing
"""

import argparse
import json
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from stamp import PACKAGE, stamp

ROOT = Path(__file__).resolve().parents[1]
VIEW = "application/vnd.jupyter.widget-view+json"
CELL_SECONDS = 600
AT_ONCE = 2
ANSI = re.compile(r"\x1b\[[0-9;]*m")
HEADING = re.compile(r"(#{1,3}) ")
ADDRESS = re.compile(r"0x7f[0-9a-f]{4,12}\b|\bat 0x[0-9a-f]{6,}")


class StoreError(Exception):
    """What kept a notebook from being stored, in words."""


def notebook_paths(root=ROOT):
    paths = (root / "notebooks").rglob("*.ipynb")
    return sorted(path for path in paths if ".ipynb_checkpoints" not in path.parts)


def is_stale(notebook, package=PACKAGE):
    return notebook.metadata.get("aeteach", {}).get("stamp") != stamp(notebook, package)


def kernel_environment():
    """What the kernel sees: no seed of the shell, and a claim that fails stops the notebook."""
    inherited = {key: value for key, value in os.environ.items() if key != "AETEACH_SEED"}
    return inherited | {"AETEACH_STRICT": "1"}


def execute(notebook, folder):
    """Run every cell in a fresh kernel whose working directory is `folder`."""
    running = {}
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.on_cell_start = lambda cell, cell_index: running.update(cell=cell)
    try:
        client.execute(env=kernel_environment())
    except (CellControlSignal, DeadKernelError) as error:
        raise StoreError(f"cell `{running['cell'].id}` failed:\n{last_lines(error)}") from error


def last_lines(error, count=12):
    lines = ANSI.sub("", str(error)).strip().splitlines()
    return "\n".join(f"    {line}" for line in lines[-count:])


def tidy(notebook):
    """Take away what differs from run to run, and the widgets that live in a kernel only; a
    heading begins a slide of the export."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.kernelspec = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    for cell in notebook.cells:
        for name in ("execution", "trusted", "ExecuteTime", "slideshow"):
            cell.metadata.pop(name, None)
        if cell.cell_type == "markdown" and (heading := HEADING.match(cell.source)):
            kind = "subslide" if heading[1] == "###" else "slide"
            cell.metadata.slideshow = {"slide_type": kind}
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code_cells, 1):
        cell.execution_count = count
        cell.outputs = [output for output in cell.outputs if not lives_in_kernel(output)]
        for output in cell.outputs:
            tidy_output(output, count)


def lives_in_kernel(output):
    data = output.get("data", {})
    return VIEW in data and set(data) <= {VIEW, "text/plain"}


def tidy_output(output, count):
    output.pop("transient", None)
    output.get("data", {}).pop(VIEW, None)
    if output.output_type == "execute_result":
        output.execution_count = count
    if output.output_type == "error":
        output.traceback = [
            part for part in output.traceback if not ANSI.sub("", part).startswith("File ")
        ]


def leaks(notebook):
    """Traces of this machine or of this run in the outputs, in words."""
    faults = []
    homes = {json.dumps(str(home))[1:-1] for home in (ROOT, Path.home(), sys.prefix)} - {"/"}
    for cell in notebook.cells:
        text = json.dumps(cell.get("outputs", []), ensure_ascii=False).replace("\\u001b", "\x1b")
        text = ANSI.sub("", text)
        faults += [
            f"cell `{cell.id}` shows a memory address: {found}" for found in ADDRESS.findall(text)
        ]
        faults += [
            f"cell `{cell.id}` shows a folder of this machine: {home}"
            for home in sorted(homes)
            if re.search(rf"(?<![\w+/=]){re.escape(home)}(?![\w+=])", text)
        ]
    return faults


def write(notebook, path):
    nbformat.validate(notebook)
    draft = path.with_name(f".{path.name}.draft")
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)


def store(path, package=PACKAGE):
    """Execute one notebook and write it back; on any fault the file stays as it was."""
    notebook = nbformat.read(path, as_version=4)
    fingerprint = stamp(notebook, package)
    execute(notebook, path.parent)
    tidy(notebook)
    notebook.metadata.setdefault("aeteach", {})["stamp"] = fingerprint
    if faults := leaks(notebook):
        raise StoreError("\n".join(faults))
    write(notebook, path)


def report(path):
    """Store one notebook and say how it went: whether it is stored."""
    start = time.perf_counter()
    try:
        store(path)
    except StoreError as error:
        print(f"{path}: not stored, {error}", file=sys.stderr)
        return False
    seconds = time.perf_counter() - start
    print(f"{path}: stored, {seconds:.0f} s, {path.stat().st_size / 1000:.0f} kB", flush=True)
    return True


def store_all(paths):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return int(not all([*pool.map(report, paths)]))


def check_all(paths):
    stale = [path for path in paths if is_stale(nbformat.read(path, as_version=4))]
    for path in stale:
        print(f"{path}: stale, its code or the package changed since it was run (make notebooks)")
    return int(bool(stale))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks; all of them by default")
    parser.add_argument("--check", action="store_true", help="list stale notebooks, run nothing")
    options = parser.parse_args(arguments)
    paths = options.paths or notebook_paths()
    if missing := [str(path) for path in paths if not path.is_file()]:
        parser.error(f"no such notebook: {', '.join(missing)}")
    return check_all(paths) if options.check else store_all(paths)


if __name__ == "__main__":
    sys.exit(main())
