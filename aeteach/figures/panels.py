"""Pictures and the curves that judge them, side by side."""

from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.charts import Line, curves_in_words, draw_curves
from aeteach.figures.images import CELL, draw_images, rows_in_words
from aeteach.style import describe, new_figure
from aeteach.words import tr


def images_and_curves(
    rows: dict[str, Tensor],
    panels: dict[str, dict[str, Line]],
    x_name: str = "latent size",
    at: float | None = None,
) -> Figure:
    """Named rows of pictures above one panel of curves for each {y name: lines}.

    at: the x value that the pictures belong to, marked in every panel.
    """
    figure = new_figure(9.6, 3.2 + CELL * len(rows))
    upper, lower = figure.subfigures(2, 1, height_ratios=[CELL * len(rows) + 0.4, 2.8])
    axes = upper.add_subplot()
    draw_images(axes, rows)
    words = [] if at is None else [f"{tr(x_name)} {at:g}."]
    axes.set_title(" ".join(words).rstrip("."))
    words.append(rows_in_words(rows))
    for place, (y_name, lines) in enumerate(panels.items(), 1):
        draw_curves(lower.add_subplot(1, len(panels), place), lines, x_name, y_name, at)
        words.append(curves_in_words(lines, x_name, y_name, at))
    return describe(figure, " ".join(words))
