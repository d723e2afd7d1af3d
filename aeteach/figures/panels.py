"""The one composite: panels in columns; and what every figure owes to whoever calls it."""

import functools
import inspect
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import NamedTuple

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.style import TEXT, axes_at, describe, new_figure, own_look, room_for, writable
from aeteach.words import label

TITLE, NOTE, NOTE_SIZE = 0.28, 0.2, 8.5


class Panel(NamedTuple):
    """A drawing of `size` inches, and what it says to who cannot see it.

    around: inches at its left, below it, at its right and above it, for what labels its axes.
    title: above it, and said first. note: its key, in small letters under the title.
    """

    draw: Callable[[Axes], object]
    words: str
    size: tuple[float, float]
    around: tuple[float, float, float, float] = (0.75, 0.55, 0.2, 0.1)
    title: str = ""
    note: str = ""


def compose(*columns: Sequence[Panel], words: str = "") -> Figure:
    """Columns of panels side by side as one described figure, `words` said first."""
    starts = list(itertools.accumulate(map(_width, columns), initial=0.0))
    lefts = [start + _left(column) for start, column in zip(starts, columns, strict=False)]
    notes = [left + _note(p) for left, column in zip(lefts, columns, strict=True) for p in column]
    figure, said = new_figure(max(starts[-1], *notes), max(map(_height, columns))), [words]
    for left, column in zip(lefts, columns, strict=True):
        top = figure.get_figheight()
        for panel in column:
            top -= _head(panel) + panel.size[1]
            axes = axes_at(figure, left, top, *panel.size)
            panel.draw(axes)
            axes.set_title(panel.title, pad=6 + 72 * NOTE * bool(panel.note))
            above = dict(transform=axes.transAxes, fontsize=NOTE_SIZE, color=TEXT["faint"])
            axes.text(0, 1 + 0.05 / panel.size[1], panel.note, **above)
            top -= panel.around[1]
            said += [f"{panel.title.strip(' .')}."] * bool(panel.title.strip()) + [panel.words]
    return describe(figure, " ".join(said))


def _head(panel: Panel) -> float:
    return panel.around[3] + TITLE * bool(panel.title) + NOTE * bool(panel.note)


def _note(panel: Panel) -> float:
    return room_for([panel.note]) * NOTE_SIZE / 10


def _left(column: Sequence[Panel]) -> float:
    return max(panel.around[0] for panel in column)


def _height(column: Sequence[Panel]) -> float:
    return sum(_head(panel) + panel.size[1] + panel.around[1] for panel in column)


def _width(column: Sequence[Panel]) -> float:
    """Inches for the widest panel or title, and for the widest names at the left."""
    titles = [1.12 * room_for([panel.title]) for panel in column if panel.title]
    inner = max([panel.size[0] + panel.around[2] for panel in column] + titles)
    return _left(column) + inner


def keyed_once(panels: Iterable[Panel]) -> list[Panel]:
    """Panels side by side of which the first shows the key for all of them."""
    panels = list(panels)
    key = max((panel.note for panel in panels), key=len)
    return [p._replace(note=" " * bool(key) if place else key) for place, p in enumerate(panels)]


def without_axis(panel: Panel, axis: str) -> Panel:
    """`panel` beside one that has the same x or y axis: no name and no numbers there."""

    def draw(axes: Axes) -> None:
        panel.draw(axes)
        axes.set(**{f"{axis}label": ""})
        axes.tick_params(axis, labelleft=False, labelbottom=False)

    left, below, right, above = panel.around
    around = (left, 0.05, right, above) if axis == "x" else (0.0, below, right, above)
    return panel._replace(draw=draw, around=around)


def named(name: object) -> str:
    """A key of the learner's code as a phrase in the learner's language."""
    if isinstance(name, bytes):
        name = name.decode("utf-8", "replace")
    if isinstance(name, Tensor) and name.numel() == 1:
        name = name.item()
    number = isinstance(name, Real) and not isinstance(name, bool)
    return writable(f"{float(name):g}" if number else label(str(name)))


def figure(make: Callable[..., Figure]) -> Callable[..., Figure]:
    """`make` with our look, given plain finite numbers, whatever the learner hands over.

    Tensors arrive detached, dense and on the processor, arrays as tensors. ValueError for NaN
    and infinite values, by name, and for what cannot be drawn: one sentence.
    """
    signature = inspect.signature(make)

    @functools.wraps(make)
    def drawn(*args: object, **options: object) -> Figure:
        given = signature.bind(*args, **options)
        first, value = next(iter(given.arguments.items()))
        if isinstance(value, Mapping) and not value:
            raise ValueError(f"{first} is empty; give at least one entry")
        try:
            for name, value in given.arguments.items():
                given.arguments[name] = plain(value, name)
            with own_look():
                return make(*given.args, **given.kwargs)
        except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError) as error:
            seen = ", ".join(f"{name} = {_sketch(v)}" for name, v in given.arguments.items())
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ValueError(
                f"figures.{make.__name__} cannot draw {seen} ({reason}); "
                f"help(figures.{make.__name__}) says what it takes"
            ) from None

    return drawn


def plain(value: object, where: str) -> object:
    """`value` with its tensors detached and dense; ValueError for NaN and infinity, by name."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        value = torch.as_tensor(value)
    if isinstance(value, Tensor):
        return _plain_tensor(value, where)
    if isinstance(value, Mapping):
        plain([key for key in value if isinstance(key, Real)], where)
        return {key: plain(each, f"{where}[{key!r}]") for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, f"{where}[{place}]") for place, each in enumerate(value)]
    if isinstance(value, Real) and not math.isfinite(value):
        raise ValueError(f"{where} is {value}; a figure shows finite numbers")
    return value


def _plain_tensor(value: Tensor, where: str) -> Tensor:
    if value.is_meta or value.is_complex():
        raise ValueError(f"{where} is {_sketch(value)}; give a tensor of real numbers")
    value = value.detach().cpu()
    value = value.to_dense() if value.layout != torch.strided else value
    value = value.float() if value.is_floating_point() and value.dtype != torch.double else value
    if not value.isfinite().all():
        share = 1 - value.isfinite().double().mean().item()
        raise ValueError(f"{where} is NaN or infinite in {share:.2g} of its {value.numel()} values")
    return value


def _sketch(value: object) -> str:
    """`value` in a few signs: shapes of tensors, the first entry of a dictionary."""
    if isinstance(value, Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"
    if isinstance(value, Mapping) and value:
        key, first = next(iter(value.items()))
        return f"{{{key!r}: {_sketch(first)}{', ...' * (len(value) > 1)}}}"
    if isinstance(value, list | tuple) and value:
        return f"[{_sketch(value[0])}{', ...' * (len(value) > 1)}]"
    text = " ".join(repr(value).split())
    return text if len(text) <= 40 else f"{text[:39]}…"
