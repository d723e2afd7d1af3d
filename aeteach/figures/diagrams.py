"""Diagrams: points and where a method puts them, directions, an angle."""

import math
from functools import partial

import torch
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Wedge
from torch import Tensor
from torch.nn.functional import normalize

from aeteach.figures.lines import Panels, beside, dress
from aeteach.figures.panels import Panel, compose, figure, keyed_once, named, without_axis
from aeteach.figures.planes import AROUND
from aeteach.measures import explained
from aeteach.style import COLOURS, TEXT, looks, room_for
from aeteach.words import tr

SQUARE, SIDE, TILT = 3.5, 2.9, 25.0
FLOW = (SIDE, SIDE), AROUND


@figure
def projections(
    x: Tensor,
    rebuilt: dict[str, Tensor],
    panels: Panels | None = None,
    x_name: str = "angle",
    at: float | None = None,
) -> Figure:
    """Points x (N, 2) and, for each name, where a method puts them back, (N, 2).

    A thin line joins each point to the first method's: its length is what is lost. panels:
    {y name: lines} beside it, `at` marks the present x value there.
    """
    styles = [("train", "-", "o"), *looks(["input", *rebuilt])[1:]]
    kept = {name: _kept(x, name, x_hat) for name, x_hat in rebuilt.items()}

    def draw(axes: Axes) -> None:
        _square(axes, x)
        pairs = torch.stack([x, next(iter(rebuilt.values()), x)], 1).tolist()
        lost = dict(colors=COLOURS["faint"], linewidths=0.6, label=named("lost"))
        axes.add_collection(LineCollection(pairs, **lost))
        clouds = zip([named("data"), *kept.values()], [x, *rebuilt.values()], styles, strict=True)
        for name, points, (colour, _, marker) in clouds:
            look = dict(color=COLOURS[colour], markersize=3.2, label=name)
            axes.plot(*points.T.numpy(), marker, **look)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, handletextpad=0.1)
        dress(axes, "x1", "x2")

    left, below, right, above = AROUND
    right = max(right, 0.4 + room_for(kept.values()) - SQUARE)
    around = (left, below, right, above + 0.24 * (len(rebuilt) + 2))
    cloud = Panel(draw, _lost_in_words(x, rebuilt, kept), (SQUARE, SQUARE), around)
    if not panels:
        return compose([cloud])
    return compose([cloud], *beside(panels, x_name, at, left + SQUARE + right, SQUARE))


def _lost_in_words(x: Tensor, rebuilt: dict[str, Tensor], kept: dict[str, str]) -> str:
    words = [tr("{count} points and where they are put back.", count=len(x))]
    for name, x_hat in rebuilt.items():
        far = (x - x_hat).norm(dim=1)
        gap = dict(mid=far.median().item(), top=far.max().item())
        words.append(kept[name] + tr(", typical gap {mid:.3g}, largest {top:.3g}.", **gap))
    return " ".join(words)


def _square(axes: Axes, points: Tensor, around: Tensor | None = None, spare: float = 1.08):
    """The same scale both ways, wide enough for all points (N, 2) around their middle."""
    middle = points.mean(0) if around is None else around
    reach = spare * (points - middle).abs().amax().item() or 1.0
    (across, up) = middle.tolist()
    axes.set(xlim=(across - reach, across + reach), ylim=(up - reach, up + reach))
    return reach


def _kept(x: Tensor, name: str, x_hat: Tensor) -> str:
    if (x == x[:1]).all():
        return named(name)
    return tr("{name}: R² {kept:.2f}", name=named(name), kept=explained(x, x_hat))


@figure
def flow(x: Tensor, start: Tensor, ends: dict[str, Tensor]) -> Figure:
    """Data x (N, 2) as dots, and arrows from start (M, 2) to the ends (M, 2) by each name."""

    def draw(axes: Axes, end: Tensor) -> None:
        _square(axes, torch.cat([x, start]))
        axes.plot(*x.T.numpy(), "o", color=COLOURS["test"], markersize=2.5)
        look = dict(angles="xy", scale_units="xy", scale=1, width=0.004, color=COLOURS["ink"])
        axes.quiver(*start.T.numpy(), *(end - start).T.numpy(), **look)
        dress(axes, "x1", "x2")

    note = tr("dots: data · arrow: from a point to the answer")
    drawn = [
        Panel(partial(draw, end=end), _arrows_in_words(x, start, end), *FLOW, named(name), note)
        for name, end in ends.items()
    ]
    drawn[1:] = [without_axis(panel, "y") for panel in drawn[1:]]
    return compose(*([panel] for panel in keyed_once(drawn)))


def _arrows_in_words(x: Tensor, start: Tensor, end: Tensor) -> str:
    before, after = (torch.cdist(points, x).amin(1).mean().item() for points in (start, end))
    return tr(
        "{count} arrows; mean distance to the nearest data point: {before:.2g} at their start, "
        "{after:.2g} at their end.",
        count=len(start),
        before=before,
        after=after,
    )


@figure
def space(x: Tensor, rebuilt: dict[str, Tensor], t: Tensor, turn: float = 0.0) -> Figure:
    """Points x (N, 3) and what each method makes of them, (N, 3), turned by `turn` degrees.

    t (N,): hidden position of each point, its colour. All panels share one scale; nearer
    points are drawn larger and over farther ones.
    """
    shades = colormaps["viridis"](((t - t.min()) / (t.max() - t.min()).clamp(min=1e-6)).numpy())
    reach = 1.05 * (x - x.mean(0)).norm(dim=1).amax().item() or 1.0
    kept = {name: _kept(x, name, x_hat) for name, x_hat in rebuilt.items()}

    def draw(axes: Axes, points: Tensor) -> None:
        across, up, depth = seen(points - x.mean(0), turn)
        order = depth.argsort()
        sizes = (10 + 8 * (depth / reach).clamp(-1, 1))[order].numpy()
        axes.scatter(across[order], up[order], sizes, shades[order.numpy()], linewidths=0)
        axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[])
        axes.spines[:].set(color=COLOURS["faint"], visible=True)

    key, around = tr("colour: hidden position"), (0.1, 0.1, 0.1, 0.05)
    drawn = [
        Panel(lambda axes, own=own: draw(axes, own), "", (SIDE, SIDE), around, title, key)
        for title, own in zip([named("data"), *kept.values()], [x, *rebuilt.values()], strict=True)
    ]
    words = tr("{count} points in space, turned by {turn:g}°.", count=len(x), turn=turn)
    return compose(*([panel] for panel in keyed_once(drawn)), words=words)


def seen(points: Tensor, turn: float, tilt: float = TILT) -> tuple[Tensor, Tensor, Tensor]:
    """Right, up and towards the eye, (N,) each, of points (N, 3) turned about the third axis."""
    a, b = math.radians(turn), math.radians(tilt)
    x, y, z = points.T
    across, away = x * math.cos(a) - y * math.sin(a), x * math.sin(a) + y * math.cos(a)
    return across, z * math.cos(b) + away * math.sin(b), z * math.sin(b) - away * math.cos(b)


@figure
def arrows(points: Tensor, axes_of: dict[str, Tensor], title: str = "") -> Figure:
    """Points (N, 2) in grey and, for each name, the columns of a (2, m) tensor as arrows.

    Arrows are drawn at one length, since only their direction is compared; each is numbered
    by its column.
    """
    directions = {n: normalize(columns.float(), dim=0) for n, columns in axes_of.items()}

    def draw(axes: Axes) -> None:
        reach = _square(axes, points, torch.zeros(2), 1.1)
        axes.plot(*points.T.numpy(), "o", color=COLOURS["faint"], markersize=2)
        styles = looks(["input", *directions])[1:]
        for place, (name, look) in enumerate(zip(directions, styles, strict=True)):
            _draw_arrows(axes, directions[name] * (0.9 - 0.25 * place) * reach, look)
            height = 1 - 0.07 * (place + 0.5)
            beside = dict(transform=axes.transAxes, color=TEXT[look[0]], va="center")
            axes.text(1.03, height, named(name), **beside)
        dress(axes, "PC1", "PC2")

    words = [tr("Directions over the cloud, in degrees from the first axis.")]
    for name, columns in directions.items():
        angles = torch.rad2deg(torch.atan2(columns[1], columns[0])).tolist()
        words.append(f"{named(name)}: {', '.join(f'{angle:.0f}°' for angle in angles)}.")
    around = (*AROUND[:2], room_for(map(named, axes_of)) + 0.1, AROUND[3])
    return compose([Panel(draw, " ".join(words), (3.8, 3.8), around, named(title))])


def _draw_arrows(axes: Axes, tips: Tensor, look: tuple) -> None:
    """An arrow from the middle to each column of tips (2, m), its number just beyond."""
    colour, style, _ = look
    arrow = dict(arrowstyle="-|>", linewidth=2.2, color=COLOURS[colour], linestyle=style)
    text = dict(color=TEXT[colour], weight="bold", ha="center", va="center")
    for number, (across, up) in enumerate(tips.T.tolist(), 1):
        axes.annotate("", (across, up), (0, 0), arrowprops=arrow)
        axes.text(1.1 * across, 1.1 * up, str(number), **text)


@figure
def dial(angle: float, panels: Panels, x_name: str, at: float | None = None) -> Figure:
    """A needle at `angle` degrees, 0..90, and a panel of curves for each {y name: lines}.

    at: the x value that the needle belongs to, marked in every panel. ValueError for an
    angle outside 0..90.
    """
    if not 0 <= angle <= 90:
        raise ValueError(f"angle is {angle}; an angle between subspaces lies in 0..90 degrees")

    def draw(axes: Axes) -> None:
        axes.set(xlim=(-0.08, 1.25), ylim=(-0.08, 1.2), aspect="equal")
        axes.axis("off")
        axes.add_patch(Wedge((0, 0), 1, 0, 90, facecolor="#F2F2F2", edgecolor=COLOURS["faint"]))
        axes.add_patch(Wedge((0, 0), 1, 0, angle, facecolor=COLOURS["sky"], alpha=0.5))
        for mark in (0, 30, 60, 90):
            where = (1.1 * math.cos(math.radians(mark)), 1.1 * math.sin(math.radians(mark)))
            axes.text(*where, f"{mark}°", ha="center", va="center")
        turn = math.radians(angle)
        needle = dict(color=COLOURS["fault"], linewidth=3)
        axes.plot([0, 0.97 * math.cos(turn)], [0, 0.97 * math.sin(turn)], **needle)
        axes.plot(0, 0, "o", color=COLOURS["ink"], markersize=6)
        axes.text(0.42, 1.08, f"{angle:.4f}°", fontsize=14)

    words = tr("Largest angle to PCA's subspace: {a:.4f}°.", a=angle)
    needle = Panel(draw, words, (2.6, 2.5), (0.2, 0.5, 0.3, 0.1))
    return compose([needle], *beside(panels, x_name, at, 3.1, 2.5))
