"""Curves and bars."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aeteach.style import COLOURS, TEXT, axes_at, describe, looks, new_figure, room_for
from aeteach.words import label, tr

Line = dict[float, float | list[float]] | list[float]
FEW = 16
MARGIN = (0.75, 0.55)


def by_x(line: Line) -> dict[float, float | list[float]]:
    """A line as {x: y}; a plain list counts x from 1, as epochs are counted.

    ValueError for a line without points.
    """
    if not line:
        raise ValueError("a line has no points; a test_curve, for one, needs x_test in fit")
    return line if isinstance(line, dict) else dict(enumerate(line, 1))


def curves(
    lines: dict[str, Line], x_name: str, y_name: str, at: float | None = None, title: str = ""
) -> Figure:
    """Named lines {x: y}, {x: [y of each seed]} or [y, ...]: mean as line, spread as band.

    at: x value to mark. A line with one entry {None: y} is a level across the figure.
    """
    right = room_for(map(label, lines))
    figure = new_figure(6.0 + right, 3.5)
    axes = axes_at(figure, *MARGIN, 5.9 - MARGIN[0], 3.15 - MARGIN[1])
    draw_curves(axes, lines, x_name, y_name, at)
    axes.set_title(label(title), loc="left")
    return describe(figure, f"{label(title)} {curves_in_words(lines, x_name, y_name, at)}")


def draw_curves(
    axes: Axes, lines: dict[str, Line], x_name: str, y_name: str, at: float | None = None
) -> None:
    """Put `lines` on `axes`, each labelled at its end."""
    lines = {name: by_x(line) for name, line in lines.items()}
    stops = sorted({x for line in lines.values() for x in line if x is not None})
    ends = {}
    for (name, line), (colour, style, marker) in zip(lines.items(), looks(lines), strict=True):
        look = dict(color=COLOURS[colour], linestyle=style, linewidth=1.8)
        if None in line:
            axes.axhline(_mean(line[None]), **look)
            ends[name] = (_mean(line[None]), TEXT[colour])
            continue
        xs, means = list(line), [_mean(y) for y in line.values()]
        axes.plot(xs, means, marker=marker if len(xs) <= FEW else "", markersize=4.5, **look)
        seeds = [torch.as_tensor(y).flatten() for y in line.values()]
        low, high = ([extreme(y).item() for y in seeds] for extreme in (torch.min, torch.max))
        axes.fill_between(xs, low, high, color=COLOURS[colour], alpha=0.15, linewidth=0)
        ends[name] = (means[-1], TEXT[colour])
    _scale(axes, stops)
    axes.locator_params(axis="y", nbins=5)
    if at is not None:
        axes.axvline(at, color=COLOURS["faint"], linewidth=5, alpha=0.35, zorder=0)
    _label_ends(axes, ends)
    dress(axes, x_name, y_name)


def _mean(value: float | list[float]) -> float:
    return torch.as_tensor(value, dtype=torch.float64).mean().item()


def _scale(axes: Axes, stops: list[float]) -> None:
    """A tick at each of a few stops, on a logarithmic axis when they span a wide range."""
    if not 1 < len(stops) <= FEW:
        return
    if min(stops) > 0 and max(stops) / min(stops) >= 16:
        axes.set_xscale("log", base=2)
    axes.set_xticks(stops, [f"{x:g}" for x in stops])
    axes.minorticks_off()


def _label_ends(axes: Axes, ends: dict[str, tuple[float, str]]) -> None:
    """Names at the right edge, pushed apart so that none covers another."""
    low, high = axes.get_ylim()
    lowest = -1.0
    for name, (value, colour) in sorted(ends.items(), key=lambda item: item[1][0]):
        lowest = max((value - low) / (high - low), lowest + 0.095)
        axes.annotate(
            label(name), (1.02, lowest), xycoords="axes fraction", color=colour, va="center"
        )


def dress(axes: Axes, x_name: str, y_name: str) -> None:
    """Axis names, and no frame at the top and at the right."""
    axes.set_xlabel(label(x_name))
    axes.set_ylabel(label(y_name))
    axes.spines[["top", "right"]].set_visible(False)


def curves_in_words(
    lines: dict[str, Line], x_name: str, y_name: str, at: float | None = None
) -> str:
    """What each line does, from its numbers."""
    texts = [tr("{y} by {x}.", y=label(y_name), x=label(x_name))]
    for name, line in lines.items():
        means = {x: _mean(y) for x, y in by_x(line).items()}
        (first, start), (last, end) = list(means.items())[0], list(means.items())[-1]
        if first is None:
            texts.append(f"{label(name)}: {start:.4g}.")
            continue
        best, worst = min(means, key=means.get), max(means, key=means.get)
        text = label(name)
        text += tr(": {start:.4g} at {first:g}", start=start, first=first)
        text += tr(", {end:.4g} at {last:g}", end=end, last=last)
        if best not in (first, last):
            text += tr(", lowest {y:.4g} at {x:g}", y=means[best], x=best)
        if worst not in (first, last):
            text += tr(", highest {y:.4g} at {x:g}", y=means[worst], x=worst)
        texts.append(text + ".")
        if at in means:
            texts.append(tr("Now at {at:g}: {y:.4g}.", at=at, y=means[at]))
    return " ".join(texts)


def bars(
    values: dict[str, float | list[float]],
    x_name: str,
    levels: dict[str, float] | None = None,
    title: str = "",
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Named bars, a dot for each seed when a list is given; `levels` are vertical lines.

    limits: lowest and highest value shown, so that two figures can be compared.
    """
    left, height = room_for(map(label, values)), 0.34 * len(values)
    top = 0.25 * bool(levels) + 0.3 * bool(title)
    figure = new_figure(left + 6.2, MARGIN[1] + height + top + 0.1)
    axes = axes_at(figure, left, MARGIN[1], 5.6, height)
    means = [_mean(value) for value in values.values()]
    axes.barh(range(len(values)), means, color=COLOURS["sky"], height=0.62)
    for place, value in enumerate(values.values()):
        seeds = torch.as_tensor(value).flatten().tolist()
        axes.plot(seeds, [place] * len(seeds), "o", color=COLOURS["ink"], markersize=3.5)
    axes.set_yticks(range(len(values)), [label(name) for name in values])
    axes.invert_yaxis()
    for name, level in (levels or {}).items():
        axes.axvline(level, color=COLOURS["fault"], linestyle="--")
        axes.annotate(label(name), (level, 1.0), xycoords=("data", "axes fraction"), va="bottom")
    dress(axes, x_name, "")
    axes.set_xlim(limits)
    axes.set_title(label(title), loc="left", pad=18 if levels else 6)
    parts = [f"{label(name)} {mean:.3g}" for name, mean in zip(values, means, strict=True)]
    parts += [f"{label(name)} {level:.3g}" for name, level in (levels or {}).items()]
    return describe(figure, f"{label(title)} {label(x_name)}: {', '.join(parts)}.")
