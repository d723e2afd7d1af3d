"""Drag a choice, see the figure: as a flip-book without a kernel, or drawn on demand."""

import math
import threading
from collections.abc import Callable

import ipywidgets as ipw
from matplotlib.figure import Figure

from aeteach import style
from aeteach.widgets import desk
from aeteach.widgets.choices import (
    Between,
    between,
    checked,
    control,
    message,
    written,
)
from aeteach.words import label, tr

__all__ = ["MAX_FRAMES", "between", "explore"]

MAX_FRAMES = 72
KEPT_FRAMES = 256


def explore(draw: Callable[..., Figure], **choices: object) -> ipw.Widget:
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
    name = getattr(draw, "__qualname__", type(draw).__qualname__)
    desk.put(book, book.links, f"{draw.__module__}.{name} {sorted(values)}")
    return book


class _Picture(ipw.VBox):
    """Controls above a picture; viewers without widgets get the first picture, still."""

    still: Figure

    def __repr__(self) -> str:
        return f"explore: {self.still.alt_text}"

    def _repr_mimebundle_(self, **options: object) -> dict[str, object]:
        return style.bundle(self.still) | super()._repr_mimebundle_(**options)


class FlipBook(_Picture):
    """Every combination drawn once: nested stacks of frames, joined to the controls."""

    def __init__(self, draw: Callable[..., Figure], choices: dict[str, list]) -> None:
        self.controls = {name: control(name, values) for name, values in choices.items()}
        self.links, self.still = [], None
        self._draw, self._choices = draw, choices
        self._look: dict[str, ipw.Widget] = {}
        super().__init__([*self.controls.values(), self._pages({})])

    def _pages(self, chosen: dict[str, object]) -> ipw.Widget:
        """The frame of `chosen`, or a stack with a page for each value of the next choice."""
        if len(chosen) == len(self._choices):
            figure = _drawn(self._draw, chosen)
            self.still = self.still or figure
            frame = ipw.HTML(_frame(figure, chosen), **self._look)
            self._look = dict(layout=frame.layout, style=frame.style)
            return frame
        name = list(self._choices)[len(chosen)]
        pages = [self._pages({**chosen, name: value}) for value in self._choices[name]]
        stack = ipw.Stack(pages, selected_index=0)
        self.links.append(ipw.jslink((self.controls[name], "index"), (stack, "selected_index")))
        return stack


class OnDemand(_Picture):
    """One frame, drawn through the kernel: the newest value wins, stale ones are skipped."""

    def __init__(self, draw: Callable[..., Figure], choices: dict[str, object]) -> None:
        self.controls = {name: control(name, values) for name, values in choices.items()}
        self.links: list[ipw.Widget] = []
        self._draw, self._frames, self._lock = draw, {}, threading.Lock()
        self.still = _drawn(draw, self._chosen())
        self._shown = self._chosen()
        self.frame, self.notice = ipw.HTML(_frame(self.still, self._shown)), ipw.HTML()
        for each in self.controls.values():
            each.observe(self._update, "value")
        super().__init__([*self.controls.values(), self.notice, self.frame])

    def _chosen(self) -> dict[str, object]:
        return {name: each.value for name, each in self.controls.items()}

    def _update(self, _change: object) -> None:
        while self._shown != self._chosen() and self._lock.acquire(blocking=False):
            try:
                wanted = self._chosen()
                self._show(wanted)
                self._shown = wanted
            finally:
                self._lock.release()

    def _show(self, chosen: dict[str, object]) -> None:
        """Draw and show; an error of `draw` is told in words and the old picture stays."""
        key = tuple(chosen.values())
        try:
            if key not in self._frames:
                if len(self._frames) >= KEPT_FRAMES:
                    self._frames.pop(next(iter(self._frames)))
                self._frames[key] = _frame(_drawn(self._draw, chosen), chosen)
            self.frame.value, self.notice.value = self._frames[key], ""
        except Exception as error:
            at = _in_words(chosen)
            text = tr("the drawing failed at {at}: {error}", at=at, error=error)
            self.notice.value = message(text)


def _drawn(draw: Callable[..., Figure], chosen: dict[str, object]) -> Figure:
    figure = draw(**chosen)
    if not isinstance(figure, Figure):
        name = getattr(draw, "__name__", "draw")
        raise TypeError(f"{name} returned {figure!r}; it must end with: return figures....")
    if not getattr(figure, "alt_text", ""):
        style.describe(figure, "")
    return figure


def _frame(figure: Figure, chosen: dict[str, object]) -> str:
    alt_text = f"{_in_words(chosen)}. {figure.alt_text}"
    return style.image_tag(style.png(figure), alt_text, style.screen_width(figure))


def _in_words(chosen: dict[str, object]) -> str:
    return ", ".join(f"{label(name)} {written(value)}" for name, value in chosen.items())
