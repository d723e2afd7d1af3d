"""Prepare JupyterLab: no pop-ups, widget events in order, stored sliders alive when opened."""

import json
import sqlite3
import sys
from pathlib import Path

import json5
import nbformat
from jupyter_core.paths import jupyter_data_dir
from nbformat.sign import NotebookNotary

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
OVERRIDES = Path(sys.prefix, "share", "jupyter", "lab", "settings", "overrides.json")
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    "@jupyterlab/apputils-extension:kernels-settings": {
        "commsOverSubshells": "disabled",
    },
}


def write_settings(path: Path) -> None:
    """Add our settings to the defaults of this JupyterLab; whatever else is there stays.

    SystemExit, in words, when the file that is there cannot be read as JSON.
    """
    text = path.read_text(encoding="utf-8-sig").strip() if path.exists() else ""
    try:
        there = json5.loads(text or "{}")
        settings = there | {key: there.get(key, {}) | SETTINGS[key] for key in SETTINGS}
    except (ValueError, TypeError, AttributeError) as error:
        sys.exit(f"{path} holds no JSON object ({error}): mend or delete it, then start again.")
    if settings != there:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def trust(paths: list[Path]) -> str:
    """Do what `jupyter trust` does, on every system; what kept it from that, in words."""
    try:
        notary = NotebookNotary()
        for path in paths:
            notary.sign(nbformat.read(path, as_version=4))
    except (OSError, sqlite3.Error) as error:
        return (
            f"The notebooks stay untrusted, so widgets show still pictures ({error}): make "
            f"{jupyter_data_dir()} writable, or set JUPYTER_DATA_DIR to a folder that is."
        )
    return ""


if __name__ == "__main__":
    write_settings(OVERRIDES)
    if problem := trust(sorted(NOTEBOOKS.rglob("[0-9]*.ipynb"))):
        print(problem)
