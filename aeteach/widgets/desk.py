"""One desk for each cell: running the cell again clears what it had put there."""

import sys

from ipywidgets import Widget

_desks: dict[object, tuple[object, list[Widget]]] = {}


def put(widget: Widget, name: str) -> None:
    """Lay `widget` on the desk of the running cell.

    What an earlier run of the same cell left there is closed, so widgets do not pile up.
    name: stands for the cell where the front end does not tell which one runs.
    """
    cell, run = _running_cell()
    desk = cell or name
    old_run, owned = _desks.get(desk, (None, []))
    if run is None or old_run != run:
        for old in owned:
            old.layout.close()
            old.close()
        owned = []
    _desks[desk] = (run, [*owned, widget])


def in_front_end() -> bool:
    """Whether a front end such as JupyterLab runs the cell: these tell which one it is."""
    return _running_cell()[0] is not None


def _running_cell() -> tuple[object, object]:
    """Id of the running cell and of this run of it; None where it is not told."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    if not hasattr(shell, "get_parent"):
        return None, None
    request = shell.get_parent() or {}
    cell = request.get("metadata", {}).get("cellId")
    return cell, request.get("header", {}).get("msg_id")
