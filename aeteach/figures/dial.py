"""A dial for an angle between subspaces, beside the curves that lead there."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Wedge

from aeteach.figures.charts import MARGIN, Line, curves_in_words, draw_curves
from aeteach.style import COLOURS, axes_at, describe, new_figure, room_for
from aeteach.words import label, tr

DIAL, PANEL, HEIGHT = 2.5, 2.5, 2.4


def dial(
    angle: float, panels: dict[str, dict[str, Line]], x_name: str, at: float | None = None
) -> Figure:
    """A needle at `angle` degrees, 0..90, and a panel of curves for each {y name: lines}.

    at: the x value that the needle belongs to, marked in every panel. ValueError for an
    angle outside 0..90.
    """
    if not 0 <= angle <= 90:
        raise ValueError(f"angle is {angle}; an angle between subspaces lies in 0..90 degrees")
    rights = [room_for(map(label, lines)) for lines in panels.values()]
    width = DIAL + 0.5 + sum(MARGIN[0] + PANEL + right for right in rights)
    figure = new_figure(width, MARGIN[1] + HEIGHT + 0.3)
    _draw(axes_at(figure, 0.25, MARGIN[1], DIAL, HEIGHT), angle)
    words, left = [tr("Largest angle to PCA's subspace: {a:.4f}°.", a=angle)], DIAL + 0.5
    for (y_name, lines), right in zip(panels.items(), rights, strict=True):
        axes = axes_at(figure, left + MARGIN[0], MARGIN[1], PANEL, HEIGHT)
        draw_curves(axes, lines, x_name, y_name, at)
        words.append(curves_in_words(lines, x_name, y_name, at))
        left += MARGIN[0] + PANEL + right
    return describe(figure, " ".join(words))


def _draw(axes: Axes, angle: float) -> None:
    """A quarter circle with marks at 0, 30, 60 and 90 degrees, and the needle."""
    axes.set(xlim=(-0.08, 1.25), ylim=(-0.08, 1.2))
    axes.set_aspect("equal")
    axes.axis("off")
    axes.add_patch(Wedge((0, 0), 1, 0, 90, facecolor="#F2F2F2", edgecolor=COLOURS["faint"]))
    axes.add_patch(Wedge((0, 0), 1, 0, angle, facecolor=COLOURS["sky"], alpha=0.5))
    for mark in (0, 30, 60, 90):
        across, up = math.cos(math.radians(mark)), math.sin(math.radians(mark))
        axes.annotate(f"{mark}°", (1.1 * across, 1.1 * up), ha="center", va="center")
    turn = math.radians(angle)
    tip = (0.97 * math.cos(turn), 0.97 * math.sin(turn))
    axes.plot(*zip((0, 0), tip, strict=True), color=COLOURS["fault"], linewidth=3)
    axes.plot(0, 0, "o", color=COLOURS["ink"], markersize=6)
    axes.annotate(f"{angle:.4f}°", (0.42, 1.08), fontsize=14, color=COLOURS["ink"])
