"""Curves, bars, heat maps and maps of the latent plane."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.style import COLOURS, SERIES, TEXT, describe, new_figure
from aeteach.words import tr

Line = dict[float, float | list[float]]


def curves(
    lines: dict[str, Line], x_name: str, y_name: str, at: float | None = None, title: str = ""
) -> Figure:
    """Named lines {x: y} or {x: [y of each seed]}: mean as line, spread of seeds as band.

    at: x value to mark. A line with one entry {None: y} is a level across the figure.
    """
    figure = new_figure(6.4, 3.4)
    axes = figure.add_subplot()
    draw_curves(axes, lines, x_name, y_name, at)
    axes.set_title(title)
    return describe(figure, f"{title} {curves_in_words(lines, x_name, y_name, at)}")


def draw_curves(
    axes: Axes, lines: dict[str, Line], x_name: str, y_name: str, at: float | None = None
) -> None:
    """Put `lines` on `axes`, each labelled at its end."""
    stops = sorted({x for line in lines.values() for x in line if x is not None})
    ends = {}
    for (name, line), (colour, style, marker) in zip(lines.items(), SERIES * 2, strict=False):
        look = dict(color=COLOURS[colour], linestyle=style, linewidth=1.8)
        if None in line:
            axes.axhline(_mean(line[None]), **look)
            ends[name] = (_mean(line[None]), TEXT[colour])
            continue
        xs, means = list(line), [_mean(y) for y in line.values()]
        axes.plot(xs, means, marker=marker, markersize=4.5, **look)
        seeds = [torch.tensor(y).flatten() for y in line.values()]
        low, high = ([extreme(y).item() for y in seeds] for extreme in (torch.min, torch.max))
        axes.fill_between(xs, low, high, color=COLOURS[colour], alpha=0.15, linewidth=0)
        ends[name] = (means[-1], TEXT[colour])
    _scale(axes, stops)
    if at is not None:
        axes.axvline(at, color=COLOURS["faint"], linewidth=5, alpha=0.35, zorder=0)
    _label_ends(axes, ends)
    _dress(axes, x_name, y_name)


def _mean(value: float | list[float]) -> float:
    return torch.tensor(value, dtype=torch.float64).mean().item()


def _scale(axes: Axes, stops: list[float]) -> None:
    if len(stops) > 2 and min(stops) > 0 and max(stops) / min(stops) >= 16:
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
            tr(name), (1.02, lowest), xycoords="axes fraction", color=colour, va="center"
        )


def _dress(axes: Axes, x_name: str, y_name: str) -> None:
    axes.set_xlabel(tr(x_name))
    axes.set_ylabel(tr(y_name))
    axes.spines[["top", "right"]].set_visible(False)


def curves_in_words(
    lines: dict[str, Line], x_name: str, y_name: str, at: float | None = None
) -> str:
    """What each line does, from its numbers."""
    texts = [tr("{y} by {x}.", y=tr(y_name), x=tr(x_name))]
    for name, line in lines.items():
        means = {x: _mean(y) for x, y in line.items()}
        (first, start), (last, end) = list(means.items())[0], list(means.items())[-1]
        if first is None:
            texts.append(f"{tr(name)}: {start:.4g}.")
            continue
        best, worst = min(means, key=means.get), max(means, key=means.get)
        path = "{name}: {start:.4g} at {first:g}, {end:.4g} at {last:g}"
        text = tr(path, name=tr(name), start=start, first=first, end=end, last=last)
        for word, x in (("lowest", best), ("highest", worst)):
            if x not in (first, last):
                text += tr(", " + word + " {y:.4g} at {x:g}").format(y=means[x], x=x)
        texts.append(text + ".")
        if at in means:
            texts.append(tr("Now at {at:g}: {y:.4g}.", at=at, y=means[at]))
    return " ".join(texts)


def bars(
    values: dict[str, float | list[float]],
    x_name: str,
    levels: dict[str, float] | None = None,
    title: str = "",
) -> Figure:
    """Named bars, a dot for each seed when a list is given; `levels` are vertical lines."""
    figure = new_figure(7.2, 0.9 + 0.34 * len(values) + 0.3 * bool(title))
    axes = figure.add_subplot()
    means = [_mean(value) for value in values.values()]
    axes.barh(range(len(values)), means, color=COLOURS["sky"], height=0.62)
    for place, value in enumerate(values.values()):
        seeds = torch.tensor(value).flatten().tolist()
        axes.plot(seeds, [place] * len(seeds), "o", color=COLOURS["ink"], markersize=3.5)
    axes.set_yticks(range(len(values)), [tr(name) for name in values])
    axes.invert_yaxis()
    for name, level in (levels or {}).items():
        axes.axvline(level, color=COLOURS["fault"], linestyle="--")
        axes.annotate(tr(name), (level, 1.0), xycoords=("data", "axes fraction"), va="bottom")
    _dress(axes, x_name, "")
    axes.set_title(title, pad=18 if levels else 6)
    parts = [f"{tr(name)} {mean:.3g}" for name, mean in zip(values, means, strict=True)]
    parts += [f"{tr(name)} {level:.3g}" for name, level in (levels or {}).items()]
    return describe(figure, f"{title} {tr(x_name)}: {', '.join(parts)}.")


def heat_map(matrix: Tensor, x_name: str, y_name: str, title: str = "") -> Figure:
    """A signed matrix (rows, columns), white at 0, colours from -1 to 1."""
    figure = new_figure(5.0, 4.2)
    axes = figure.add_subplot()
    picture = axes.imshow(matrix, cmap="RdBu", vmin=-1, vmax=1, interpolation="nearest")
    figure.colorbar(picture, ax=axes, shrink=0.8)
    _dress(axes, x_name, y_name)
    axes.set_title(title)
    square = matrix[: min(matrix.shape), : min(matrix.shape)]
    diagonal = square.diagonal()
    off = (square - torch.diag(diagonal)).abs().sum() / max(1, square.numel() - len(square))
    words = tr("Heat map of {rows} x {columns} values.", rows=matrix.shape[0], columns=matrix.shape[1])
    words += " " + tr("Mean on the diagonal {d:.3f}, mean size beside it {o:.3f}.").format(
        d=diagonal.mean().item(), o=off.item()
    )
    return describe(figure, f"{title} {words}")


def latent_maps(maps: dict[str, tuple[Tensor, Tensor]]) -> Figure:
    """Planes of codes side by side: {name: (z (N, 2), y (N,))}, each code shown by its digit."""
    figure = new_figure(4.2 * len(maps), 4.2)
    words = []
    for axes, (name, (z, y)) in zip(figure.subplots(1, len(maps), squeeze=False)[0], maps.items()):
        for label in y.unique().tolist():
            colour = COLOURS[SERIES[label % len(SERIES)][0]]
            glyph = f"${label}$"
            axes.plot(*z[y == label].T, linestyle="", marker=glyph, color=colour, markersize=6)
        axes.set_title(tr(name))
        _dress(axes, "z1", "z2")
        nearest = torch.cdist(z, z).fill_diagonal_(torch.inf).argmin(1)
        agree = (y[nearest] == y).float().mean().item()
        words.append(
            tr("{name}: the nearest code has the same digit for {share:.0%} of {n} pictures.").format(
                name=tr(name), share=agree, n=len(y)
            )
        )
    return describe(figure, " ".join(words))
