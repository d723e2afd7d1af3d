"""Rows of pictures as one mosaic in one axes: twenty times faster than an axes a picture."""

import matplotlib
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.style import axes_at, describe, new_figure, room_for
from aeteach.words import label, tr

PAPER = matplotlib.colormaps["gray_r"].with_extremes(bad="#DCE6EE")
CELL = 0.62


def mosaic(rows: list[Tensor]) -> Tensor:
    """Rows of m square pictures (m, side * side) as one picture, NaN in the gaps.

    ValueError when the pictures are not square or the rows differ.
    """
    shapes = {tuple(row.shape) for row in rows}
    count, size = rows[0].shape if rows and rows[0].dim() == 2 else (0, 0)
    side = round(size**0.5)
    if len(shapes) > 1 or side * side != size or not count:
        found = [tuple(row.shape) for row in rows]
        raise ValueError(f"rows are {found}; give tensors of one shape (m, side * side)")
    pictures = torch.stack(rows).reshape(len(rows), count, side, side).detach().float()
    pad = torch.nn.functional.pad(pictures, (0, 1, 0, 1), value=torch.nan)
    return pad.permute(0, 2, 1, 3).flatten(0, 1).flatten(1)[:-1, :-1]


def draw_images(axes: Axes, rows: dict[str, Tensor]) -> None:
    """Put named rows of pictures on `axes`, black on white, 0..1."""
    picture = mosaic(list(rows.values()))
    axes.imshow(picture.numpy(), cmap=PAPER, vmin=0, vmax=1, interpolation="nearest")
    step = (picture.shape[0] + 1) / len(rows)
    middles = [step * (i + 0.5) - 1 for i in range(len(rows))]
    axes.set_yticks(middles, [label(name) for name in rows])
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def rows_in_words(rows: dict[str, Tensor]) -> str:
    """Which rows there are, and how far each lies from the first."""
    (first, x), *others = rows.items()
    text = tr("{count} pictures in rows: {first}", count=len(x), first=label(first))
    for name, row in others:
        distance = ((row - x) ** 2).mean().item()
        text += tr("; {name}, mean squared distance {distance:.4f} from {first}").format(
            name=label(name), distance=distance, first=label(first)
        )
    return text + "."


def images(rows: dict[str, Tensor], title: str = "") -> Figure:
    """Named rows of pictures, each (m, side * side) in [0, 1], first row the reference."""
    figure = new_figure(*images_size(rows, title))
    axes = images_axes(figure, rows, 0.05)
    axes.set_title(label(title), loc="left")
    return describe(
        figure, f"{label(title)}. {rows_in_words(rows)}" if title else rows_in_words(rows)
    )


def images_size(rows: dict[str, Tensor], title: str = "") -> tuple[float, float]:
    """Inches, width and height, that the rows need."""
    count = len(next(iter(rows.values())))
    width = room_for(map(label, rows)) + CELL * count + 0.1
    return width, 0.1 + CELL * len(rows) + 0.3 * bool(title)


def images_axes(figure: Figure, rows: dict[str, Tensor], bottom: float) -> Axes:
    """Axes at the left edge of `figure`, `bottom` inches from below, with the rows drawn."""
    left, count = room_for(map(label, rows)), len(next(iter(rows.values())))
    axes = axes_at(figure, left, bottom, CELL * count, CELL * len(rows))
    draw_images(axes, rows)
    return axes
