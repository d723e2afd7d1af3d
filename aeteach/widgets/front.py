"""A widget that lives in the kernel, beside an island that takes its place when it is dead."""

import json
import sys
from collections.abc import Callable

import anywidget
from IPython.display import DisplayHandle, display

from aeteach.widgets.island import Island, show, source, styles
from aeteach.words import tr

_desks: dict[object, tuple[object, list["Front"]]] = {}


class Front(anywidget.AnyWidget):
    """A widget that viewers without widgets do not see: they have the island."""

    def __repr__(self) -> str:
        return ""

    def _repr_mimebundle_(self, **options: object) -> tuple[dict, dict]:
        forms, metadata = super()._repr_mimebundle_(**options)
        return forms | {"text/plain": ""}, metadata


def module(kind: str, *parts: str) -> str:
    """The ES module of a widget that looks as islands of `kind` do; the last part renders."""
    code = "\n".join(source(f"{part}.js") for part in ("controls", "live", *parts))
    return f"const CSS = {json.dumps(styles(kind))};\n{code}\nexport default {{ render }};\n"


def silence() -> str:
    """What a widget says when the kernel does not answer."""
    return tr(
        "The kernel does not answer: it is busy with a cell, or it is gone. If it is gone: "
        "Run → Run All Above Selected Cell, then this cell."
    )


def show_beside(island: Island, front: Front, name: str) -> DisplayHandle:
    """Show `island` and `front`, two outputs; the page hides the one that is not needed.

    The island can be updated by what is returned. What an earlier run of the same cell had
    shown is closed; name: stands for the cell where the front end does not tell which one runs.
    """
    _clear_desk(front, name)
    handle = show(twin(island), f"aeteach-{front.model_id}")
    display(front)
    return handle


def twin(island: Island) -> Island:
    """`island` as one that JupyterLab hides while the widget in the next output is alive."""
    island.attributes["data-twin"] = ""
    island.still += f"<style>{source('live.css')}</style>"
    return island


def _clear_desk(front: Front, name: str) -> None:
    cell, run = _running_cell()
    old_run, owned = _desks.get(cell or name, (None, []))
    if run is None or old_run != run:
        for old in owned:
            old.layout.close()
            old.close()
        owned = []
    _desks[cell or name] = (run, [*owned, front])


def in_front_end() -> bool:
    """Whether a front end such as JupyterLab runs the cell: these tell which one it is."""
    return _running_cell()[0] is not None


def between_cells(act: Callable[[], None]) -> None:
    """Call `act` on the kernel's own thread as soon as no cell runs; at once without a kernel."""
    loop = getattr(getattr(_shell(), "kernel", None), "io_loop", None)
    if loop is None:
        act()
    else:
        loop.add_callback(act)


def _shell() -> object:
    return sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()


def _running_cell() -> tuple[object, object]:
    """Id of the running cell and of this run of it; None where it is not told."""
    if not hasattr(_shell(), "get_parent"):
        return None, None
    request = _shell().get_parent() or {}
    cell = request.get("metadata", {}).get("cellId")
    return cell, request.get("header", {}).get("msg_id")
