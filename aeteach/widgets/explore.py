"""Drag a choice, see the figure: a flip-book that needs no kernel, or drawn on demand."""

import itertools
import math
from collections.abc import Callable, Mapping

from matplotlib.figure import Figure

from aeteach import style
from aeteach.guard import guarded, told
from aeteach.widgets.choices import Between, between, checked, control, in_words, position
from aeteach.widgets.frames import Frames, source
from aeteach.widgets.island import Island, show

__all__ = ["MAX_FRAMES", "between", "explore"]

MAX_FRAMES = 72
"""A flip-book of more frames would make the notebook too heavy to open at once."""


@guarded()
def explore(draw: Callable[..., Figure], *, start: object = None, **choices: object) -> None:
    """Show controls for `choices` and the Figure that `draw` returns for them.

    choices: name=values, a tuple, list or range, or `between(low, high)`. Up to MAX_FRAMES
    combinations are drawn at once into a flip-book: it needs no kernel to be dragged, and is
    alive when the notebook is opened again, exported or printed. More combinations, or a
    continuous choice, are drawn by the kernel while you drag, with a flip-book of a few stops
    where there is no kernel. start: the value (or {name: value}) shown first and printed; the
    first of each choice by default. ValueError for an empty choice or an unknown start,
    TypeError when `draw` is no function or does not return a Figure.
    """
    values = checked(choices)
    opening = _opening(values, start)
    continuous = any(isinstance(choice, Between) for choice in values.values())
    if continuous or math.prod(len(choice) for choice in values.values()) > MAX_FRAMES:
        from aeteach.widgets.on_demand import on_demand

        on_demand(draw, values, opening)
    else:
        show(flip_book(draw, values, opening))


def _opening(values: Mapping[str, object], start: object) -> dict[str, object]:
    """The value of each choice to begin with."""
    if start is None:
        start = {}
    if not isinstance(start, Mapping):
        if len(values) > 1:
            raise ValueError(
                f"start is {told(start)} and there are {len(values)} choices; name them: "
                f"start={{{next(iter(values))!r}: ...}}"
            )
        start = {next(iter(values)): start}
    if strange := [name for name in start if name not in values]:
        raise ValueError(f"start names {told(strange[0])}; the choices are {', '.join(values)}")
    first = {n: c.low if isinstance(c, Between) else c[0] for n, c in values.items()}
    for name, value in start.items():
        position(name, values[name], value)
    return first | dict(start)


def flip_book(
    draw: Callable[..., Figure],
    values: Mapping[str, list],
    opening: Mapping[str, object],
    notice: str = "",
    **attributes: str,
) -> Island:
    """Every combination of `values` drawn once; it opens at `opening`, with a `notice` below."""
    start = [position(name, values[name], value) for name, value in opening.items()]
    every = list(itertools.product(*(range(len(choice)) for choice in values.values())))
    named = [{n: values[n][at] for n, at in zip(values, each, strict=True)} for each in every]
    telling = every.index(tuple(start))
    still = drawn(draw, named[telling])
    frames = Frames(telling, still)
    for number, chosen in enumerate(named):
        figure = still if number == telling else drawn(draw, chosen)
        frames.add(figure, _words(figure, chosen))
    data = dict(
        choices=[control(name, choice) for name, choice in values.items()],
        frames=frames.told,
        start=start,
        notice=notice,
    )
    alt_text, width = (frames.told[telling][name] for name in ("alt", "width"))
    picture = style.image_tag(frames.still, alt_text, width, "image/webp")
    return Island("explore", data, picture, alt_text, **attributes)


def drawn(draw: Callable[..., Figure], chosen: Mapping[str, object]) -> Figure:
    """What `draw` returns for `chosen`; TypeError unless it is a figure."""
    figure = draw(**chosen)
    if not isinstance(figure, Figure):
        name = getattr(draw, "__name__", "draw")
        raise TypeError(f"{name} returned {told(figure)}; it must end with: return figures....")
    return figure


def frame(draw: Callable[..., Figure], chosen: Mapping[str, object]) -> dict[str, object]:
    """What `draw` returns for `chosen`, as the page shows it: src, alt, width in pixels."""
    figure = drawn(draw, chosen)
    picture = source(style.webp(style.raster(figure)))
    return dict(src=picture, alt=_words(figure, chosen), width=style.screen_width(figure))


def _words(figure: Figure, chosen: Mapping[str, object]) -> str:
    """Alternative text that begins with what was chosen."""
    where, alt_text = f"{in_words(chosen)}.", getattr(figure, "alt_text", "")
    first, _, rest = alt_text.partition(". ")
    said = rest if f"{first}." in f", {where}" else alt_text
    return f"{where} {said}".strip()
