"""Charts of numbers: curves, bars, and the gap between training and test."""

from collections.abc import Callable, Collection

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aeteach.figures.lines import Line, Panels, beside, curve_panel, dress, here, median_of, numbers
from aeteach.figures.panels import Panel, compose, figure, named
from aeteach.style import COLOURS, room_for
from aeteach.words import tr

ROW, WIDTH, TALLEST = 0.36, 5.8, 4.1


@figure
def curves(
    lines: dict[str, Line], x_name: str, y_name: str, at: float | None = None, title: str = ""
) -> Figure:
    """Named lines {x: y}, {x: [y of each run]} or [y, ...]: median as line, range as band.

    at: x value to mark. A line with one entry {None: y} is a level across the figure.
    """
    panel = curve_panel(lines, x_name, y_name, at, (5.15, 2.6))
    return compose([panel._replace(title=named(title))])


@figure
def curve_panels(
    panels: Panels, x_name: str, at: float | None = None, marks: dict[str, float] | None = None
) -> Figure:
    """One panel of curves for each {y name: lines}, side by side.

    at: the x value marked in every panel. marks: named x values, a dotted line each.
    """
    words = " ".join(f"{named(name)} {x:.3g}." for name, x in (marks or {}).items())
    columns = beside(panels, x_name, at, 0.0, 2.3, marks=marks)
    return compose(*columns, words=f"{here(x_name, at)}. {words}" if at is not None else words)


@figure
def profiles(rows: dict[str, torch.Tensor], x_name: str = "pixel", title: str = "") -> Figure:
    """Named rows, each (n,) or (1, n), as curves; the scale always holds -0.5 to 1.2."""
    lines = {name: dict(enumerate(numbers(row).tolist())) for name, row in rows.items()}
    values = [y for line in lines.values() for y in line.values()]
    limits = min(-0.5, *values), max(1.2, *values)
    panel = curve_panel(lines, x_name, "height", None, (5.15, 2.6), limits)
    return compose([panel._replace(title=named(title))])


@figure
def bars(
    values: dict[str, float | list[float]],
    x_name: str,
    levels: dict[str, float] | None = None,
    title: str = "",
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Named bars; a dot for each value and their median for a list; `levels` are dashed lines.

    limits: lowest and highest value shown, so that two figures can be compared.
    """
    middles, levels = {name: median_of(y) for name, y in values.items()}, levels or {}

    def draw(axes: Axes) -> None:
        axes.barh(range(len(middles)), middles.values(), color=COLOURS["sky"], height=0.62)
        for place, value in enumerate(values.values()):
            dots = numbers(value).tolist()
            axes.plot(dots, [place] * len(dots), "o", color=COLOURS["ink"], markersize=3.5)
        for level in levels.values():
            axes.axvline(level, color=COLOURS["fault"], linestyle="--")
        axes.set_xlim(limits)

    several = any(numbers(value).numel() > 1 for value in values.values())
    key = [tr("dot: one value, bar: their median")] * several
    key += [tr("dashed: {name} {at:.3g}", name=named(n), at=at) for n, at in levels.items()]
    said = [f"{named(name)} {value:.3g}" for name, value in [*middles.items(), *levels.items()]]
    words = f"{named(x_name)}: {', '.join(said)}."
    return compose([_rows(middles, draw, x_name, words, title, key)])


def _rows(
    names: Collection[str],
    draw: Callable[[Axes], None],
    x_name: str,
    words: str,
    title: str,
    key: list[str],
) -> Panel:
    """A panel with a row for each name, the first on top."""

    def whole(axes: Axes) -> None:
        draw(axes)
        axes.set_yticks(range(len(names)), map(named, names))
        axes.set_ylim(len(names) - 0.5, -0.5)
        dress(axes, x_name, "")

    around, height = (room_for(map(named, names)), 0.55, 0.3, 0.1), ROW * len(names)
    return Panel(whole, words, (WIDTH, min(height, TALLEST)), around, named(title), " · ".join(key))


@figure
def gaps(
    errors: dict[str, tuple[list[float], list[float]]], x_name: str = "error", title: str = ""
) -> Figure:
    """A row for each name: (training errors, test errors), one number a run, joined by a bar.

    The mark is the mean, its whisker the 95 % interval of the mean over the runs (Student's
    t; none with one run), the bar the gap. A dashed line stands at the first row's test error.
    """
    means = {name: tuple(map(_mean_and_reach, pair)) for name, pair in errors.items()}
    first = next(iter(means))

    def draw(axes: Axes) -> None:
        for place, ((train, _), (test, _)) in enumerate(means.values()):
            axes.plot([train, test], [place] * 2, color=COLOURS["faint"], alpha=0.4, linewidth=6)
        for side, (colour, marker) in enumerate((("train", "o"), ("test", "s"))):
            middles, reaches = zip(*(pair[side] for pair in means.values()), strict=True)
            look = dict(color=COLOURS[colour], fmt=marker, markersize=6, capsize=3)
            axes.errorbar(middles, range(len(means)), xerr=reaches, **look)
        axes.axvline(means[first][1][0], color=COLOURS["fault"], linestyle="--")
        axes.set_xlim(left=0)

    key = [tr("● train, ■ test, whiskers: 95 % interval of the mean")]
    key += [tr("dashed: test, {name}", name=named(first))]
    return compose([_rows(means, draw, x_name, _gaps_in_words(means, x_name), title, key)])


def _mean_and_reach(values: list[float]) -> tuple[float, float]:
    """Mean, and half the width of its 95 % interval (0 for one value)."""
    from scipy.stats import sem, t

    found = numbers(values)
    reach = t.ppf(0.975, len(found) - 1) * sem(found) if len(found) > 1 else 0.0
    return found.mean().item(), float(reach)


def _gaps_in_words(means: dict[str, tuple], x_name: str) -> str:
    """Each row's two errors, the best and the worst on new data."""
    order = sorted(means, key=lambda name: means[name][1][0])
    words = [tr("Training and test {x}.", x=named(x_name))]
    for name, ((train, _), (test, reach)) in means.items():
        says = tr("{train:.4f} and {test:.4f}", train=train, test=test)
        words.append(f"{named(name)}: {says}{f' ± {reach:.4f}' if reach else ''}.")
    words.append(tr("Lowest test error: {name}.", name=named(order[0])))
    return " ".join([*words, tr("Highest: {name}.", name=named(order[-1]))])
