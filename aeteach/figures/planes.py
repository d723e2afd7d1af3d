"""Planes of codes: each code as the numeral of its label, alone, beside curves, as a landscape."""

import torch
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from torch import Tensor

from aeteach.figures.images import image_panel
from aeteach.figures.lines import WIDEST, Panels, beside, dress, here
from aeteach.figures.panels import Panel, compose, figure, keyed_once, named, without_axis
from aeteach.measures import neighbour_agreement, pca_codes
from aeteach.style import COLOURS, FONT, KINDS, own_look
from aeteach.words import tr

SIDE, AROUND = 2.9, (0.65, 0.55, 0.2, 0.1)
ALONE, FAR = 3.6, 2.0
LANDSCAPE, BOLD = colormaps["viridis"], FontProperties(family=FONT, weight="bold")
Window = list[list[float]]


def colour_of(kind: float) -> str:
    """The colour of a label, one of ten; its numeral tells it from others without colour."""
    return KINDS[int(kind) % len(KINDS)]


def glyph(kind: float) -> Path:
    """A label's numeral as a marker."""
    numeral = TextPath((0, 0), f"{kind:g}", size=10, prop=BOLD)
    return Path(numeral.vertices - numeral.get_extents().get_points().mean(0), numeral.codes)


def _check(z: Tensor, y: Tensor) -> None:
    if z.dim() != 2 or y.shape != z.shape[:1] or not len(z):
        shapes = f"z is {tuple(z.shape)} and y is {tuple(y.shape)}"
        raise ValueError(f"{shapes}; give codes of shape (N, k) with labels of shape (N,)")


@own_look()
def draw_plane(axes: Axes, z: Tensor, y: Tensor, window: Window) -> None:
    """Put codes z (N, 2) on `axes`, each as the numeral of its label y (N,), inside `window`.

    ValueError for other shapes.
    """
    _check(z, y)
    if z.shape[1] != 2:
        raise ValueError(f"z is {tuple(z.shape)}; a plane shows codes of shape (N, 2)")
    for kind in y.unique().tolist():
        own = z[y == kind].detach()
        look = dict(linestyle="", marker=glyph(kind), markersize=5.5, markeredgewidth=0)
        axes.plot(*own.T.numpy(), color=colour_of(kind), **look)
    axes.set_xlim(*window[0])
    axes.set_ylim(*window[1])
    axes.locator_params(nbins=5)
    dress(axes, "z1", "z2")


def window_of(z: Tensor, limit: float | None = None) -> Window:
    """The square that holds all codes, or from -limit to limit each way."""
    if limit is not None:
        return [[-limit, limit]] * 2
    low, high = z.amin(0), z.amax(0)
    middle, half = (low + high) / 2, 0.55 * (high - low).amax().clamp(min=1e-6)
    return torch.stack([middle - half, middle + half], 1).tolist()


def plane_panel(
    z: Tensor,
    y: Tensor,
    title: str,
    limit: float | None = None,
    radius: float | None = None,
    side: float = SIDE,
) -> Panel:
    """Codes z (N, k) with labels y (N,); codes that are no pairs by two principal components."""
    _check(z, y)
    flat = z if z.shape[1] == 2 else _two_components(z)
    window = window_of(flat, limit)

    def draw(axes: Axes) -> None:
        draw_plane(axes, flat, y, window)
        if flat is not z:
            dress(axes, "PC1", "PC2")
        if radius is not None and radius < FAR * max(map(abs, sum(window, []))):
            look = dict(fill=False, color=COLOURS["ink"], linestyle="--")
            axes.add_patch(Circle((0, 0), radius, **look))

    key = "" if radius is None else tr("dashed: radius {r:g}", r=radius)
    words = _plane_in_words(z, flat, y, limit, radius)
    return Panel(draw, words, (side, side), AROUND, title, key)


def _two_components(z: Tensor) -> Tensor:
    enough = torch.nn.functional.pad(z, (0, max(0, 2 - z.shape[1])))
    return pca_codes(enough, enough, 2)


def _plane_in_words(
    z: Tensor, flat: Tensor, y: Tensor, limit: float | None, radius: float | None
) -> str:
    (a, c), (b, d) = flat.amin(0).tolist(), flat.amax(0).tolist()
    words = tr("{n} codes, from {a:.2g} to {b:.2g} across, from {c:.2g} to {d:.2g} up").format(
        n=len(z), a=a, b=b, c=c, d=d
    )
    if limit is not None and (outside := int((flat.abs() > limit).any(1).sum())):
        words += tr(", {n} of them outside the picture", n=outside)
    if radius is not None:
        share = (z.norm(dim=1) <= radius).float().mean().item()
        words += tr(", {share:.0%} inside the circle of radius {r:g}", share=share, r=radius)
    if len(z) > 1:
        words += tr("; the nearest code has the same label for {share:.0%} of them").format(
            share=neighbour_agreement(z, y)
        )
    return words + "."


@figure
def planes(
    maps: dict[str, tuple[Tensor, Tensor]], limit: float | None = None, radius: float | None = None
) -> Figure:
    """Planes of codes side by side: {name: (z (N, k), y (N,))}.

    Codes of other sizes than 2 are shown by two principal components. limit: half the width of
    every plane; without it each holds its own codes. Codes beyond it are counted in the
    description. radius: a circle around 0, to compare with.
    """
    left, _, right, _ = AROUND
    side = min(ALONE, (WIDEST - left) / len(maps) - right - (left if limit is None else 0))
    drawn = [plane_panel(z, y, named(n), limit, radius, side) for n, (z, y) in maps.items()]
    if limit is not None:
        drawn[1:] = [without_axis(panel, "y") for panel in drawn[1:]]
    return compose(*([panel] for panel in keyed_once(drawn)))


@figure
def plane_and_curves(
    z: Tensor,
    y: Tensor,
    panels: Panels,
    x_name: str,
    at: float,
    limit: float | None = None,
    radius: float | None = None,
    title: str = "",
) -> Figure:
    """Codes z (N, k) with labels y (N,), beside one panel of curves for each {y name: lines}.

    at: the x value that the plane belongs to, marked in every panel. limit, radius: as in
    `planes`. title: above the plane, after x name and value.
    """
    place = ", ".join([here(x_name, at)] + [named(title)] * bool(title))
    plane = plane_panel(z, y, place, limit, radius, 3.3)
    return compose([plane], *beside(panels, x_name, at, 4.2, 3.1))


@figure
def neighbourhood(
    x: Tensor, z: Tensor, y: Tensor, chosen: int, limit: float | None = None, title: str = ""
) -> Figure:
    """Ten nearest codes of picture number `chosen`: ringed on the plane, and as pictures.

    x: pictures (N, side * side), z: codes (N, 2), y: labels (N,).
    """
    nearest = (z - z[chosen]).norm(dim=1).argsort(stable=True)
    nearest = nearest[nearest != chosen][:10]
    bare = plane_panel(z, y, named(title), limit, side=3.3)

    def draw(axes: Axes) -> None:
        bare.draw(axes)
        ring = dict(linestyle="", marker="o", markerfacecolor="none", clip_on=False)
        axes.plot(*z[nearest].T.numpy(), color=COLOURS["ink"], markersize=10, **ring)
        axes.plot(*z[chosen][:, None].numpy(), color=COLOURS["fault"], markersize=16, **ring)

    alike, kinds = int((y[nearest] == y[chosen]).sum()), ", ".join(map(str, y[nearest].tolist()))
    words = tr("Picture {i}, a {kind}, among {n} codes.", i=chosen, kind=int(y[chosen]), n=len(z))
    found = tr("Its ten nearest codes are of {kinds}: {alike} alike.", kinds=kinds, alike=alike)
    key = tr("large ring: chosen, small rings: its nearest")
    plane = bare._replace(draw=draw, words=words, note=key)
    own = image_panel({"chosen": x[chosen][None]})._replace(words=found)
    title = tr("{alike} of {n} alike", alike=alike, n=len(nearest))
    halves = {"1 - 5": x[nearest[:5]], "6 - 10": x[nearest[5:]]}
    halves = {name: each for name, each in halves.items() if len(each)}
    return compose([plane], [own, image_panel(halves, title)._replace(words="")])
