"""Pictures and the curves that judge them, side by side."""

from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.charts import MARGIN, Line, curves_in_words, draw_curves
from aeteach.figures.images import images_axes, images_size, rows_in_words
from aeteach.style import axes_at, describe, new_figure, room_for
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
    share = figure.get_figwidth() / len(panels)
    for place, (y_name, lines) in enumerate(panels.items()):
        inner = share - MARGIN[0] - room_for(map(label, lines))
        axes = axes_at(figure, place * share + MARGIN[0], MARGIN[1], inner, PANEL - 0.85)
        draw_curves(axes, lines, x_name, y_name, at)
        words.append(curves_in_words(lines, x_name, y_name, at))
    return describe(figure, " ".join(words))
