"""Drag a choice, see the figure: as a flip-book without a kernel, or drawn on demand."""

import base64
import itertools
import math
import threading
from collections.abc import Callable

import traitlets
from matplotlib.figure import Figure

from aeteach import style
from aeteach.widgets import desk
from aeteach.widgets.choices import Between, between, checked, control, in_words
from aeteach.widgets.front import Front, script
from aeteach.words import tr

__all__ = ["MAX_FRAMES", "between", "explore"]

MAX_FRAMES = 72
KEPT_FRAMES = 256


def explore(draw: Callable[..., Figure], **choices: object) -> Front:
    """Controls for `choices` and the Figure that `draw` returns for them.

    choices: name=values, a tuple, list or range, or `between(low, high)`. Up to MAX_FRAMES
    combinations are drawn at once into a flip-book: it needs no kernel to be dragged and is
    alive in a stored notebook. More combinations, or a continuous choice, are drawn on
    demand, the newest value first. Let it stand last in its cell. ValueError for an empty
    choice, TypeError when `draw` does not return a Figure.
    """
    values = checked(choices)
    continuous = any(isinstance(choice, Between) for choice in values.values())
    if continuous or math.prod(len(choice) for choice in values.values()) > MAX_FRAMES:
        book = OnDemand(draw, values)
    else:
        book = FlipBook(draw, values)
    kind = draw if hasattr(draw, "__qualname__") else type(draw)
    desk.put(book, f"{kind.__module__}.{kind.__qualname__} {sorted(values)}")
    return book


class Explorer(Front):
    """Controls above a picture; viewers without widgets get the first picture, still.

    choices: one entry a control; frames: a picture for every combination, the last choice
    turning fastest, or none; frame: the picture drawn on demand for `wanted`, the positions
    of the controls; notice: what went wrong, in words; asleep: what to say without a kernel.
    """

    _esm = script("explore")
    choices = traitlets.List().tag(sync=True)
    frames = traitlets.List().tag(sync=True)
    frame = traitlets.Dict().tag(sync=True)
    wanted = traitlets.List().tag(sync=True)
    notice = traitlets.Unicode().tag(sync=True)
    asleep = traitlets.Unicode().tag(sync=True)

    def __init__(self, still: Figure, values: dict[str, object], **traits: object) -> None:
        self.still = still
        controls = [control(name, choice) for name, choice in values.items()]
        asleep = tr("Run this cell first: its pictures are drawn while you drag.")
        super().__init__(choices=controls, asleep=asleep, **traits)

    def still_forms(self) -> dict[str, object]:
        return style.bundle(self.still)


class FlipBook(Explorer):
    """Every combination drawn once; dragging needs no kernel."""

    def __init__(self, draw: Callable[..., Figure], values: dict[str, list]) -> None:
        chosen = [
            dict(zip(values, each, strict=True)) for each in itertools.product(*values.values())
        ]
        still, frames = None, []
        for each in chosen:
            figure = _drawn(draw, each)
            still = still or figure
            frames.append(_frame(figure, each))
        super().__init__(still, values, frames=frames)


class OnDemand(Explorer):
    """One frame, drawn through the kernel: the newest value wins, stale ones are skipped."""

    def __init__(self, draw: Callable[..., Figure], values: dict[str, object]) -> None:
        self._draw, self._values = draw, values
        self._frames: dict[tuple, dict] = {}
        self._lock, self._shown = threading.Lock(), self._start()
        figure = _drawn(draw, self._named(self._shown))
        super().__init__(figure, values, frame=_frame(figure, self._named(self._shown)))
        self.wanted = self._shown
        self.observe(self._update, "wanted")

    def _start(self) -> list:
        return [c.low if isinstance(c, Between) else 0 for c in self._values.values()]

    def _named(self, wanted: list) -> dict[str, object]:
        pairs = zip(self._values.items(), wanted, strict=True)
        return {n: at if isinstance(c, Between) else c[int(at)] for (n, c), at in pairs}

    def _update(self, _change: object) -> None:
        while self._shown != self.wanted and self._lock.acquire(blocking=False):
            try:
                wanted = list(self.wanted)
                self._show(wanted)
                self._shown = wanted
            finally:
                self._lock.release()

    def _show(self, wanted: list) -> None:
        """Draw and show; an error of `draw` is told in words and the old picture stays."""
        chosen, key = self._named(wanted), tuple(wanted)
        try:
            if key not in self._frames:
                if len(self._frames) >= KEPT_FRAMES:
                    self._frames.pop(next(iter(self._frames)))
                self._frames[key] = _frame(_drawn(self._draw, chosen), chosen)
            self.frame, self.notice = self._frames[key], ""
        except Exception as error:
            where = in_words(chosen)
            self.notice = tr("the drawing failed at {where}: {error}", where=where, error=error)


def _drawn(draw: Callable[..., Figure], chosen: dict[str, object]) -> Figure:
    figure = draw(**chosen)
    if not isinstance(figure, Figure):
        name = getattr(draw, "__name__", "draw")
        raise TypeError(f"{name} returned {figure!r}; it must end with: return figures....")
    return figure


def _frame(figure: Figure, chosen: dict[str, object]) -> dict[str, object]:
    """A picture as the front end shows it: png in base64, alternative text, width in pixels."""
    where, alt_text = f"{in_words(chosen)}.", getattr(figure, "alt_text", "")
    first, _, rest = alt_text.partition(". ")
    said = rest if f"{first}." in f", {where}" else alt_text
    alt_text = f"{where} {said}".strip()
    png = base64.b64encode(style.png(figure)).decode()
    return dict(png=png, alt=alt_text, width=style.screen_width(figure))
