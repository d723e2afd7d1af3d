"""Pictures and the curves that judge them, side by side."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.charts import MARGIN, Line, curves_in_words, draw_curves
from aeteach.figures.images import images_axes, images_size, rows_in_words
from aeteach.style import COLOURS, axes_at, describe, new_figure, room_for
from aeteach.words import label

WIDTH, PANEL = 9.4, 3.0


def images_and_curves(
    rows: dict[str, Tensor],
    panels: dict[str, dict[str, Line]],
    x_name: str = "latent_size",
    at: float | None = None,
) -> Figure:
    """Named rows of pictures above one panel of curves for each {y name: lines}.

    at: the x value that the pictures belong to, marked in every panel.
    """
    width, height = images_size(rows, title=" ")
    figure = new_figure(max(width, WIDTH), height + PANEL)
    words = [] if at is None else [f"{label(x_name)} {at:g}."]
    axes = images_axes(figure, rows, PANEL + 0.05)
    axes.set_title(" ".join(words).rstrip("."), loc="left")
    words.append(rows_in_words(rows))
    words += [said for _, said in _draw_panels(figure, panels, x_name, at)]
    return describe(figure, " ".join(words))


def curve_panels(
    panels: dict[str, dict[str, Line]],
    x_name: str,
    at: float | None = None,
    marks: dict[str, float] | None = None,
) -> Figure:
    """One panel of curves for each {y name: lines}, side by side.

    at: the x value marked in every panel. marks: named x values, a dotted line each.
    """
    figure = new_figure(WIDTH, PANEL + 0.1)
    words = [] if at is None else [f"{label(x_name)} {at:g}."]
    for axes, said in _draw_panels(figure, panels, x_name, at):
        words.append(said)
        for step, (name, x) in enumerate(sorted((marks or {}).items(), key=lambda m: m[1])):
            axes.axvline(x, color=COLOURS["ink"], linestyle=":", linewidth=1.2)
            place = (x, 1.02 + 0.07 * (step % 2))
            axes.annotate(label(name), place, xycoords=("data", "axes fraction"), ha="left")
    words += [f"{label(name)} {x:.3g}." for name, x in (marks or {}).items()]
    return describe(figure, " ".join(words))


def _draw_panels(
    figure: Figure, panels: dict[str, dict[str, Line]], x_name: str, at: float | None
) -> list[tuple[Axes, str]]:
    """Each panel's axes, side by side at the foot of `figure`, and what it says."""
    drawn, share = [], figure.get_figwidth() / len(panels)
    for place, (y_name, lines) in enumerate(panels.items()):
        inner = share - MARGIN[0] - room_for(map(label, lines))
        axes = axes_at(figure, place * share + MARGIN[0], MARGIN[1], inner, PANEL - 0.85)
        draw_curves(axes, lines, x_name, y_name, at)
        drawn.append((axes, curves_in_words(lines, x_name, y_name, at)))
    return drawn
