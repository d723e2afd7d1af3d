"""Planes of codes: coloured by label, with a neighbourhood, beside curves, and as a landscape."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from torch import Tensor

from aeteach.figures.charts import MARGIN, Line, curves_in_words, draw_curves, dress
from aeteach.figures.images import draw_images
from aeteach.style import COLOURS, SERIES, axes_at, describe, new_figure, room_for
from aeteach.words import label, tr

PANEL, GAP = 2.9, 0.75
LANDSCAPE = "viridis"


def colour_of(kind: int) -> str:
    """The colour of a label: its glyph tells labels of one colour apart."""
    return COLOURS[SERIES[kind % len(SERIES)][0]]


def draw_plane(axes: Axes, z: Tensor, y: Tensor, window: list[tuple[float, float]]) -> None:
    """Put codes z (N, 2) on `axes`, each as the glyph of its label y (N,), inside `window`."""
    if z.dim() != 2 or z.shape[1] != 2:
        raise ValueError(f"z is {tuple(z.shape)}; a plane shows codes of shape (N, 2)")
    for kind in y.unique().tolist():
        own = z[y == kind].detach()
        look = dict(linestyle="", marker=f"${kind}$", markersize=5, markeredgewidth=0)
        axes.plot(*own.T.numpy(), color=colour_of(kind), **look)
    axes.set_xlim(*window[0])
    axes.set_ylim(*window[1])
    axes.locator_params(nbins=5)
    dress(axes, "z1", "z2")


def window_of(z: Tensor, limit: float | None = None) -> list[tuple[float, float]]:
    """The square that holds all codes, or from -limit to limit each way."""
    if limit is not None:
        return [(-limit, limit)] * 2
    low, high = z.amin(0), z.amax(0)
    middle, half = (low + high) / 2, 0.55 * (high - low).amax().clamp(min=1e-6)
    return list(zip((middle - half).tolist(), (middle + half).tolist(), strict=True))


def planes(
    maps: dict[str, tuple[Tensor, Tensor]], limit: float | None = None, radius: float | None = None
) -> Figure:
    """Planes of codes side by side on the same axes: {name: (z (N, 2), y (N,))}.

    limit: half the width of each plane, by default as wide as the widest codes; codes beyond
    it are counted in the description. radius: a circle around 0, to compare with.
    """
    limit = limit or max(1.05 * z.abs().max().item() for z, _ in maps.values())
    figure, words = new_figure((PANEL + GAP) * len(maps) + 0.1, PANEL + 0.95), []
    for place, (name, (z, y)) in enumerate(maps.items()):
        axes = axes_at(figure, (PANEL + GAP) * place + 0.65, MARGIN[1], PANEL, PANEL)
        draw_plane(axes, z, y, window_of(z, limit))
        if radius is not None:
            ring = Circle((0, 0), radius, fill=False, color=COLOURS["ink"], linestyle="--")
            axes.add_patch(ring)
        axes.set_title(label(name), loc="left")
        words.append(_plane_in_words(label(name), z, limit, radius))
    return describe(figure, " ".join(words))


def _plane_in_words(name: str, z: Tensor, limit: float, radius: float | None) -> str:
    low, high = z.amin(0).tolist(), z.amax(0).tolist()
    words = tr("{name}: {n} codes, z1 from {a:.2g} to {b:.2g}, z2 from {c:.2g} to {d:.2g}").format(
        name=name, n=len(z), a=low[0], b=high[0], c=low[1], d=high[1]
    )
    outside = (z.abs() > limit).any(1).sum().item()
    if outside:
        words += tr(", {n} of them outside the picture", n=outside)
    if radius is not None:
        share = (z.norm(dim=1) <= radius).float().mean().item()
        words += tr(", {share:.0%} inside the circle of radius {r:g}", share=share, r=radius)
    return words + "."


def neighbourhood(
    x: Tensor, z: Tensor, y: Tensor, chosen: int, limit: float | None = None, title: str = ""
) -> Figure:
    """Ten nearest codes of picture number `chosen`: ringed on the plane, and as pictures.

    x: pictures (N, side * side), z: codes (N, 2), y: labels (N,).
    """
    nearest = (z - z[chosen]).norm(dim=1).argsort(stable=True)
    nearest = nearest[nearest != chosen][:10]
    figure = new_figure(8.8, PANEL + 0.95)
    axes = axes_at(figure, 0.65, MARGIN[1], PANEL, PANEL)
    draw_plane(axes, z, y, window_of(z, limit))
    ring = dict(linestyle="", marker="o", markerfacecolor="none", clip_on=False)
    axes.plot(*z[nearest].T.numpy(), color=COLOURS["ink"], markersize=9, **ring)
    axes.plot(*z[chosen][:, None].numpy(), color=COLOURS["fault"], markersize=14, **ring)
    axes.set_title(label(title), loc="left")
    alike = int((y[nearest] == y[chosen]).sum())
    own = axes_at(figure, 4.95, 2.5, 0.7, 0.7)
    draw_images(own, {"chosen": x[chosen][None]})
    own.set_title(tr("{alike} of {n} alike", alike=alike, n=len(nearest)), loc="left")
    halves = {"1 - 5": x[nearest[:5]], "6 - 10": x[nearest[5:]]}
    draw_images(axes_at(figure, 4.95, 0.6, 3.7, 1.48), halves)
    kinds = ", ".join(str(kind) for kind in y[nearest].tolist())
    words = tr("Picture {i}, a {kind}, among {n} codes.", i=chosen, kind=int(y[chosen]), n=len(z))
    words += " " + tr("Its ten nearest codes are of {kinds}: {alike} alike.").format(
        kinds=kinds, alike=alike
    )
    return describe(figure, f"{label(title)}. {words}" if title else words)


def plane_and_curves(
    z: Tensor,
    y: Tensor,
    panels: dict[str, dict[str, Line]],
    x_name: str,
    at: float,
    limit: float | None = None,
    radius: float | None = None,
    title: str = "",
) -> Figure:
    """Codes z (N, 2) with labels y (N,), beside one panel of curves for each {y name: lines}.

    at: the x value that the plane belongs to, marked in every panel. limit, radius: as in
    `planes`. title: above the plane, after x name and value.
    """
    inner = 2.0 if len(panels) > 1 else 4.4
    rooms = [GAP + inner + 0.1 + room_for(map(label, lines)) for lines in panels.values()]
    left = PANEL + GAP
    figure = new_figure(left + sum(rooms), PANEL + 0.95)
    axes = axes_at(figure, 0.65, MARGIN[1], PANEL, PANEL)
    limit = limit or 1.05 * z.abs().max().item()
    draw_plane(axes, z, y, window_of(z, limit))
    if radius is not None:
        ring = Circle((0, 0), radius, fill=False, color=COLOURS["ink"], linestyle="--")
        axes.add_patch(ring)
    here = f"{label(x_name)} {at:g}" + f", {label(title)}" * bool(title)
    axes.set_title(here, loc="left")
    words = [f"{here}.", _plane_in_words(tr("Plane"), z, limit, radius)]
    for (y_name, lines), room in zip(panels.items(), rooms, strict=True):
        axes = axes_at(figure, left + MARGIN[0], MARGIN[1], inner, PANEL)
        draw_curves(axes, lines, x_name, y_name, at)
        words.append(curves_in_words(lines, x_name, y_name, at))
        left += room
    return describe(figure, " ".join(words))


def landscapes(maps: dict[str, tuple[Tensor, Tensor]], limit: float, value_name: str) -> Figure:
    """A number over the plane, one scale for all: {name: (values (m, m), z (N, 2))}.

    values[i, j] belongs to z2 number i and z1 number j, both evenly from -limit to limit; the
    codes z are shown as dots.
    """
    top = max(values.max().item() for values, _ in maps.values())
    width = (PANEL + GAP) * len(maps)
    figure, words = new_figure(width + 1.2, PANEL + 0.95), []
    for place, (name, (values, z)) in enumerate(maps.items()):
        axes = axes_at(figure, (PANEL + GAP) * place + 0.65, MARGIN[1], PANEL, PANEL)
        extent = (-limit, limit, -limit, limit)
        look = dict(cmap=LANDSCAPE, vmin=0, vmax=top, interpolation="nearest", origin="lower")
        picture = axes.imshow(values.numpy(), extent=extent, **look)
        axes.plot(*z.T.numpy(), ".", color="white", markersize=1.6)
        axes.set_xlim(-limit, limit)
        axes.set_ylim(-limit, limit)
        axes.locator_params(nbins=5)
        dress(axes, "z1", "z2")
        axes.set_title(label(name), loc="left")
        low, middle, high = values.quantile(torch.tensor([0.01, 0.5, 0.99])).tolist()
        words.append(
            tr("{name}: {value} median {middle:.3g}, from {low:.3g} to {high:.3g}.").format(
                name=label(name), value=label(value_name), middle=middle, low=low, high=high
            )
        )
    bar = axes_at(figure, width + 0.1, MARGIN[1], 0.15, PANEL)
    figure.colorbar(picture, cax=bar, label=label(value_name))
    return describe(figure, " ".join(words))
