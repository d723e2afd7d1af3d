"""Two or more reconstructions of the same pictures, and where each of them is wrong."""

import torch
from matplotlib import colormaps
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.charts import MARGIN, Line, curves_in_words, draw_curves
from aeteach.figures.images import CELL, images_axes, mosaic, rows_in_words
from aeteach.style import axes_at, describe, new_figure, room_for
from aeteach.words import label, tr

SIGNED = colormaps["RdBu_r"].with_extremes(bad="#FFFFFF")
PANEL = 2.9


def rivals(
    x: Tensor,
    rebuilt: dict[str, Tensor],
    panels: dict[str, dict[str, Line]] | None = None,
    x_name: str = "latent_size",
    at: float | None = None,
) -> Figure:
    """Pictures x (m, side * side), a row for each method, its error beside it, curves below.

    The error x_hat - x is signed: red is too much ink, blue too little, white none; its
    colours run from -1 to 1. panels: {y name: lines}, `at` marked in each.
    """
    rows, panels = {"input": x, **rebuilt}, panels or {}
    left, width, below = room_for(map(label, rows)), CELL * len(x), PANEL * bool(panels)
    whole = max(left + 2 * width + 0.4, 8.0 * bool(panels))
    figure = new_figure(whole, below + 0.35 + CELL * len(rows))
    images_axes(figure, rows, below + 0.05)
    beside = axes_at(figure, left + width + 0.3, below + 0.05, width, CELL * len(rebuilt))
    errors = mosaic([x_hat - x for x_hat in rebuilt.values()])
    beside.imshow(errors.numpy(), cmap=SIGNED, vmin=-1, vmax=1, interpolation="nearest")
    beside.set_title(tr("error: red too much ink, blue too little"), loc="left", fontsize=10)
    beside.axis("off")
    words = [] if at is None else [f"{label(x_name)} {at:g}."]
    words += [rows_in_words(rows), _winner(x, rebuilt)]
    for place, (y_name, lines) in enumerate(panels.items()):
        share = whole / len(panels)
        inner = share - MARGIN[0] - room_for(map(label, lines))
        axes = axes_at(figure, place * share + MARGIN[0], MARGIN[1], inner, PANEL - 0.85)
        draw_curves(axes, lines, x_name, y_name, at)
        words.append(curves_in_words(lines, x_name, y_name, at))
    return describe(figure, " ".join(words))


def _winner(x: Tensor, rebuilt: dict[str, Tensor]) -> str:
    errors = {name: torch.mean((x_hat - x) ** 2).item() for name, x_hat in rebuilt.items()}
    best = min(errors, key=errors.get)
    return tr("Smallest error in these pictures: {name}.", name=label(best))
