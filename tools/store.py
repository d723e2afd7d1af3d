"""Execute the notebooks and store them with their outputs, the same way every time.

    python tools/store.py                     every notebook
    python tools/store.py notebooks/02*.ipynb     some of them
    python tools/store.py --check             list the stale ones, run nothing
"""

import argparse
import hashlib
import json
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "aeteach"
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
LINKS = {"LinkModel", "DirectionalLinkModel"}
SOURCES = ("py", "toml", "js", "css")
REFERENCE = "IPY_MODEL_"
CELL_SECONDS = 600
ANSI = re.compile(r"\x1b\[[0-9;]*m")
ADDRESS = re.compile(r"0x7f[0-9a-f]{4,12}\b|\bat 0x[0-9a-f]{6,}")


class StoreError(Exception):
    """What kept a notebook from being stored, in words."""


def notebook_paths(root=ROOT):
    paths = (root / "notebooks").rglob("*.ipynb")
    return sorted(path for path in paths if ".ipynb_checkpoints" not in path.parts)


def stamp(notebook, package=PACKAGE):
    """Fingerprint of what decides the outputs: the code cells and the package."""
    digest = hashlib.sha256()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            digest.update(cell.source.encode() + b"\0")
    for path in package_files(package):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def package_files(package):
    found = (path for ending in SOURCES for path in package.rglob(f"*.{ending}"))
    kept = (path for path in found if "__pycache__" not in path.parts)
    return sorted(kept, key=lambda path: path.relative_to(package).as_posix())


def is_stale(notebook, package=PACKAGE):
    return notebook.metadata.get("aeteach", {}).get("stamp") != stamp(notebook, package)


def execute(notebook, folder):
    """Run every cell in a fresh kernel whose working directory is `folder`."""
    notebook.metadata.pop("widgets", None)
    running = {}
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.on_cell_start = lambda cell, cell_index: running.update(cell=cell)
    environment = {key: value for key, value in os.environ.items() if key != "AETEACH_SEED"}
    try:
        client.execute(env=environment)
    except (CellControlSignal, DeadKernelError) as error:
        raise StoreError(f"cell `{running['cell'].id}` failed:\n{last_lines(error)}") from error


def last_lines(error, count=12):
    lines = ANSI.sub("", str(error)).strip().splitlines()
    return "\n".join(f"    {line}" for line in lines[-count:])


def tidy_metadata(notebook):
    notebook.metadata.kernelspec = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        for name in ("execution", "trusted", "ExecuteTime"):
            cell.metadata.pop(name, None)


def tidy_outputs(notebook):
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code_cells, 1):
        cell.execution_count = count
        for output in cell.outputs:
            output.pop("transient", None)
            if output.output_type == "execute_result":
                output.execution_count = count
            if output.output_type == "error":
                output.traceback = [part for part in output.traceback if not in_a_file(part)]


def in_a_file(traceback_part):
    return ANSI.sub("", traceback_part).startswith("File ")


def references(value):
    """The ids of the models that a widget state names, in a fixed order."""
    if isinstance(value, str):
        return [value.removeprefix(REFERENCE)] if value.startswith(REFERENCE) else []
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    if not isinstance(value, list):
        return []
    return [found for part in value for found in references(part)]


def reach(models, start, kept):
    """Append to `kept` every model reachable from `start`, depth first."""
    waiting = [start]
    while waiting:
        model_id = waiting.pop()
        if model_id in models and model_id not in kept:
            kept[model_id] = len(kept)
            waiting.extend(reversed(references(models[model_id]["state"])))


def link_ends(model):
    return [(end[0].removeprefix(REFERENCE), end[1])
            for end in (model["state"]["source"], model["state"]["target"])]


def kept_models(models, views):
    """Ids of the displayed models, of what they hold and of the links between them, in order."""
    kept = {}
    for view in views:
        reach(models, view, kept)
    links = {key: link_ends(model) for key, model in models.items() if model["model_name"] in LINKS}
    while True:
        ready = [key for key, ends in links.items()
                 if key not in kept and all(end in kept for end, _ in ends)]
        if not ready:
            return list(kept)
        ready.sort(key=lambda key: [(kept[end], trait) for end, trait in links[key]])
        for key in ready:
            reach(models, key, kept)


def displayed(notebook):
    return [output["data"] for cell in notebook.cells for output in cell.get("outputs", [])
            if VIEW in output.get("data", {})]


def tidy_widgets(notebook):
    """Keep the state of what is displayed, and only that."""
    models = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    views = displayed(notebook)
    kept = kept_models(models, [data[VIEW]["model_id"] for data in views])
    for data in views:
        if data[VIEW]["model_id"] not in kept:
            del data[VIEW]
    notebook.metadata.pop("widgets", None)
    if kept:
        state = {model_id: slim(models[model_id]) for model_id in kept}
        notebook.metadata["widgets"] = {
            STATE: {"state": state, "version_major": 2, "version_minor": 0}}
    return kept


def slim(model):
    if model["model_name"] == "LayoutModel":
        model["state"] = {key: v for key, v in model["state"].items() if v is not None}
    if model["model_name"] == "OutputModel":
        model["state"]["msg_id"] = ""
    return model


def rename_models(notebook, kept):
    """Replace the random widget ids by numbers in order of appearance."""
    names = {model_id: f"widget-{number:04d}" for number, model_id in enumerate(kept, 1)}
    text = re.sub(r"[0-9a-f]{32}", lambda found: names.get(found[0], found[0]),
                  json.dumps(notebook))
    return nbformat.from_dict(json.loads(text))


def normalise(notebook):
    """The executed notebook without anything that differs from run to run."""
    tidy_metadata(notebook)
    tidy_outputs(notebook)
    return rename_models(notebook, tidy_widgets(notebook))


def leaks(notebook):
    """Traces of this machine or of this run in the outputs, in words."""
    faults = []
    places = {f"cell `{cell.id}`": cell.outputs for cell in notebook.cells
              if cell.cell_type == "code" and cell.outputs}
    places["the widget state"] = notebook.metadata.get("widgets", {})
    homes = {str(ROOT), str(Path.home()), sys.prefix} - {"/"}
    for place, content in places.items():
        text = ANSI.sub("", json.dumps(content, ensure_ascii=False).replace("\\u001b", "\x1b"))
        faults += [f"{place} shows a memory address: {found}" for found in ADDRESS.findall(text)]
        faults += [f"{place} shows a folder of this machine: {home}" for home in sorted(homes)
                   if re.search(rf"(?<![\w+/=]){re.escape(home)}(?![\w+=])", text)]
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
    notebook = normalise(notebook)
    notebook.metadata.setdefault("aeteach", {})["stamp"] = fingerprint
    if faults := leaks(notebook):
        raise StoreError("\n".join(faults))
    write(notebook, path)


def store_all(paths):
    failed = False
    for path in paths:
        start = time.perf_counter()
        try:
            store(path)
            seconds = time.perf_counter() - start
            print(f"{path}: stored, {seconds:.0f} s, {path.stat().st_size / 1000:.0f} kB")
        except StoreError as error:
            failed = True
            print(f"{path}: not stored, {error}", file=sys.stderr)
    return int(failed)


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
