"""Prepare JupyterLab: no pop-ups, widget events in order, stored sliders alive when opened."""

import json
import sys
from pathlib import Path

import nbformat
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
    """Add our settings to the defaults of this JupyterLab; whatever else is there stays."""
    settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for plugin, values in SETTINGS.items():
        settings[plugin] = {**settings.get(plugin, {}), **values}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def trust(paths: list[Path]) -> None:
    """Do what `jupyter trust` does, on every system and without a word."""
    notary = NotebookNotary()
    for path in paths:
        notary.sign(nbformat.read(path, as_version=4))


if __name__ == "__main__":
    write_settings(OVERRIDES)
    trust(sorted(NOTEBOOKS.glob("*.ipynb")) + sorted(NOTEBOOKS.glob("ru/*.ipynb")))
