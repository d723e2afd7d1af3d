"""Curves in a panel: their axes, their names, their key and what they say."""

import torch
from matplotlib.axes import Axes

from aeteach.figures.panels import Panel, keyed_once, named, without_axis
from aeteach.style import COLOURS, TEXT, looks, own_look, room_for
from aeteach.words import tr

Line = dict[float, float | list[float]] | list[float]
Panels = dict[str, dict[str, Line]]
Limits = dict[str, tuple[float, float]]
FEW, STEP, SAMPLE = 16, 0.2, "_sample"
WIDEST, NARROW, PILE = 10.8, 2.0, 4.1
AXES = {
    "angle": "angle (degrees)",
    "bits": "bits for each picture",
    "delay": "delay (degrees)",
    "latent size": "latent size (numbers in a code)",
    "training pictures": "number of training pictures",
}


def axis_name(name: object) -> str:
    """The name of an axis as a quantity with its unit, where `AXES` knows one."""
    return tr(AXES[plain]) if (plain := str(name).replace("_", " ")) in AXES else named(name)


def by_x(line: Line) -> dict[float, float | list[float]]:
    """A line as {x: y}; a plain list counts x from 1, as epochs are counted.

    ValueError for a line without points.
    """
    if not len(line):
        raise ValueError("a line has no points; a test_curve, for one, needs x_test in fit")
    return line if isinstance(line, dict) else dict(enumerate(line, 1))


def here(x_name: object, at: float | None) -> str:
    """The place that a figure shows, for its title: "latent size 8"."""
    return "" if at is None else f"{named(x_name)} {at:g}"


def beside(
    panels: Panels,
    x_name: str,
    at: float | None,
    taken: float,
    height: float,
    limits: Limits | None = None,
    marks: dict[str, float] | None = None,
) -> list[list[Panel]]:
    """Columns of curve panels in the width that `taken` inches leave: abreast, or one pile.

    height: of panels abreast. limits: {y name: (lowest, highest)}. marks: as in `curve_panel`.
    """
    rooms = [0.75 + _room(lines) for lines in panels.values()]
    free, count = WIDEST - taken, len(rooms)
    abreast = count == 1 or free >= sum(rooms) + NARROW * count
    width = (free - sum(rooms)) / count if abreast else free - max(rooms)
    size = min(max(NARROW, width), 5.2), height if abreast else PILE / count - 0.2
    drawn = keyed_once(
        curve_panel(lines, x_name, y_name, at, size, (limits or {}).get(y_name), marks)
        for y_name, lines in panels.items()
    )
    if abreast:
        return [[panel] for panel in drawn]
    drawn = [panel._replace(note=panel.note.strip()) for panel in drawn]
    return [[*(without_axis(panel, "x") for panel in drawn[:-1]), drawn[-1]]]


def curve_panel(
    lines: dict[str, Line],
    x_name: str,
    y_name: str,
    at: float | None,
    size: tuple[float, float],
    limits: tuple[float, float] | None = None,
    marks: dict[str, float] | None = None,
) -> Panel:
    """Lines with their names at the right and a key of all else; `limits` fix the y axis."""
    marks = dict(sorted((marks or {}).items(), key=lambda mark: mark[1]))

    def draw(axes: Axes) -> None:
        if limits:
            axes.set_ylim(*limits)
        draw_curves(axes, lines, x_name, y_name, at)
        for x in marks.values():
            axes.axvline(x, color=COLOURS["ink"], linestyle=":", linewidth=1.2)

    runs = max(numbers(y).numel() for line in lines.values() for y in by_x(line).values())
    key = [tr("median and range of {n} runs", n=runs)] * (runs > 1)
    key += [] if at is None else [tr("grey bar: {place}", place=here(x_name, at))]
    dotted = ", ".join(f"{named(name)} {x:.3g}" for name, x in marks.items())
    key += [tr("dotted: {marks}", marks=dotted)] * bool(marks)
    words = curves_in_words(lines, x_name, y_name, at)
    around = (0.75, 0.55, _room(lines), 0.1)
    return Panel(draw, words, size, around, note=" · ".join(key))


def _room(lines: dict[str, Line]) -> float:
    """Inches for the names at the ends of `lines`."""
    return 0.3 + room_for(map(named, lines))


@own_look()
def draw_curves(
    axes: Axes, lines: dict[str, Line], x_name: str, y_name: str, at: float | None = None
) -> None:
    """Put `lines` on `axes`, each named at its end."""
    counted = all(not isinstance(line, dict) for line in lines.values())
    lines, ends = {name: by_x(line) for name, line in lines.items()}, {}
    for (name, line), (colour, style, marker) in zip(lines.items(), looks(lines), strict=True):
        look = dict(color=COLOURS[colour], linestyle=style, linewidth=1.8, markersize=4.5)
        look["marker"] = marker if len(line) <= FEW and None not in line else ""
        middles = [median_of(y) for y in line.values()]
        ends[name] = (middles[-1], TEXT[colour], look)
        if None in line:
            axes.axhline(middles[0], **look)
            continue
        axes.plot(list(line), middles, **look)
        low, high = zip(*(numbers(y).aminmax() for y in line.values()), strict=True)
        axes.fill_between(list(line), low, high, color=look["color"], alpha=0.15, linewidth=0)
    axes.locator_params(axis="y", nbins=5)
    _scale(axes, [[x for x in line if x is not None] for line in lines.values()], counted)
    if at is not None:
        axes.axvline(at, color=COLOURS["faint"], linewidth=5, alpha=0.35, zorder=0)
    _name_ends(axes, ends)
    dress(axes, x_name, y_name)


def numbers(value: float | list[float] | torch.Tensor) -> torch.Tensor:
    """A number or those of several runs, as a flat tensor."""
    return torch.as_tensor(value, dtype=torch.float64).flatten()


def median_of(value: float | list[float] | torch.Tensor) -> float:
    """The median of a number or of those of several runs."""
    return numbers(value).quantile(0.5).item()


def _scale(axes: Axes, lines: list[list[float]], counted: bool) -> None:
    """Whole numbers for what is counted; a tick at each of a few stops that a line makes.

    Stops that span a wide range get a logarithmic axis.
    """
    stops = sorted(set().union(*lines))
    if counted or not 1 < len(stops) <= FEW or len(stops) > max(map(len, lines)):
        axes.locator_params(axis="x", nbins=6, integer=counted)
        return
    if min(stops) > 0 and max(stops) / min(stops) >= 16:
        axes.set_xscale("log", base=2)
    axes.set_xticks(stops, [f"{x:g}" for x in stops])
    axes.minorticks_off()


def _name_ends(axes: Axes, ends: dict[object, tuple[float, str, dict]]) -> None:
    """A sample of each line and its name at the right edge, pushed apart to be read."""
    low, high = axes.get_ylim()
    width, height = axes.get_position().size * axes.figure.get_size_inches()
    step = min(STEP / height, 1.15 / len(ends))
    names, places, top = sorted(ends, key=lambda name: ends[name][0]), [], 1.0
    for name in names:
        own = (ends[name][0] - low) / (high - low)
        places.append(max(own, places[-1] + step) if places else own)
    for name, place in reversed(list(zip(names, places, strict=True))):
        _, colour, look = ends[name]
        place, beside = min(place, top), dict(transform=axes.transAxes)
        sample = [1 + 0.08 / width, 1 + 0.34 / width]
        axes.plot(sample, [place, place], clip_on=False, label=SAMPLE, **look, **beside)
        axes.text(1 + 0.42 / width, place, named(name), color=colour, va="center", **beside)
        top = place - step


def dress(axes: Axes, x_name: object, y_name: object) -> None:
    """Axis names: quantity and unit."""
    axes.set_xlabel(axis_name(x_name))
    axes.set_ylabel(axis_name(y_name))


def curves_in_words(
    lines: dict[str, Line], x_name: str, y_name: str, at: float | None = None
) -> str:
    """What each line does, from its numbers."""
    texts = [tr("{y} by {x}.", y=named(y_name), x=named(x_name))]
    for name, line in lines.items():
        middles = {x: median_of(y) for x, y in by_x(line).items()}
        (first, start), (last, end) = list(middles.items())[0], list(middles.items())[-1]
        if first is None:
            texts.append(f"{named(name)}: {start:.4g}.")
            continue
        best, worst = min(middles, key=middles.get), max(middles, key=middles.get)
        text = named(name) + tr(": {start:.4g} at {first:g}", start=start, first=first)
        text += tr(", {end:.4g} at {last:g}", end=end, last=last)
        if best not in (first, last):
            text += tr(", lowest {y:.4g} at {x:g}", y=middles[best], x=best)
        if worst not in (first, last):
            text += tr(", highest {y:.4g} at {x:g}", y=middles[worst], x=worst)
        texts.append(text + ".")
        if at in middles:
            texts.append(tr("Now at {at:g}: {y:.4g}.", at=at, y=middles[at]))
    return " ".join(texts)
