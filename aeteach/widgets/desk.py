"""One desk for each cell: running the cell again clears what it had put there."""

import sys
from collections.abc import Iterator

from ipywidgets import Widget

_desks: dict[object, tuple[object, list[Widget]]] = {}


def put(widget: Widget, links: list[Widget], name: str) -> None:
    """Lay `widget` and its `links` on the desk of the running cell.

    What an earlier run of the same cell left there is closed, so widgets do not pile up.
    name: stands for the cell where the front end does not tell which one runs.
    """
    cell, run = _running_cell()
    desk = cell or name
    old_run, owned = _desks.get(desk, (None, []))
    if run is None or old_run != run:
        for part in {id(p): p for whole in owned for p in parts(whole)}.values():
            part.close()
        owned = []
    _desks[desk] = (run, [*owned, widget, *links])


def _running_cell() -> tuple[object, object]:
    """Id of the running cell and of this run of it; None where it is not told."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    if not hasattr(shell, "get_parent"):
        return None, None
    request = shell.get_parent() or {}
    cell = request.get("metadata", {}).get("cellId")
    return cell, request.get("header", {}).get("msg_id")


def parts(widget: Widget) -> Iterator[Widget]:
    """`widget` and every widget it is made of: children, layouts, styles, ends of a link."""
    seen, queue = {id(widget)}, [widget]
    while queue:
        part = queue.pop()
        yield part
        values = [getattr(part, name) for name in part.keys]
        for value in values:
            for item in value if isinstance(value, tuple | list) else [value]:
                if isinstance(item, Widget) and id(item) not in seen:
                    seen.add(id(item))
                    queue.append(item)
