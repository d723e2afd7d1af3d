"""Sheets of invented pictures with the numbers that judge them, and plain tables of scores."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.images import draw_images
from aeteach.style import COLOURS, axes_at, describe, new_figure, room_for
from aeteach.words import label, tr

Table = dict[str, dict[str, float]]
CELL, PAIR, LINE, COLUMN = 0.36, 0.62, 0.27, 0.8


def sheet(x_new: Tensor, nearest: Tensor, scores: Table) -> Figure:
    """A square sheet of new pictures; a few beside their nearest real one; and their scores.

    x_new: (m, side * side) in [0, 1]; the largest square number of them is shown. nearest:
    the nearest real pictures of the first of them, as (p, side * side). scores: {row:
    {column: number}}. ValueError for no pictures, or more nearest ones than pictures.
    """
    if not 1 <= len(nearest) <= len(x_new):
        raise ValueError(f"nearest has {len(nearest)} pictures; give 1 to {len(x_new)}, as x_new")
    edge = math.isqrt(len(x_new))
    pairs = {"new": x_new[: len(nearest)], "nearest": nearest}
    left, height = CELL * edge + 0.3, max(CELL * edge, 2 * PAIR + 0.3 + _table_size(scores)[1])
    start = left + room_for(map(label, pairs))
    width = max(start + PAIR * len(nearest), left + _table_size(scores)[0]) + 0.1
    figure = new_figure(width, height + 0.2)
    rows = x_new[: edge**2].reshape(edge, edge, -1)
    axes = axes_at(figure, 0.1, 0.1 + height - CELL * edge, CELL * edge, CELL * edge)
    draw_images(axes, {str(place): row for place, row in enumerate(rows)})
    axes.set_yticks([])
    top = height + 0.1 - 2 * PAIR
    draw_images(axes_at(figure, start, top, PAIR * len(nearest), 2 * PAIR), pairs)
    _draw_table(figure, left, 0.1, scores)
    distance = ((pairs["new"] - nearest) ** 2).mean().item()
    words = tr("{count} new pictures. {table}", count=edge**2, table=_in_words(scores))
    words += " " + tr("Mean squared distance to the nearest real ones {d:.4f}.", d=distance)
    return describe(figure, words)


def score_table(scores: Table, title: str = "") -> Figure:
    """Numbers in rows and columns, three digits each, without shades: columns differ in kind."""
    width, height = _table_size(scores)
    figure = new_figure(
        max(width, room_for([label(title)])) + 0.2, height + 0.2 + 0.3 * bool(title)
    )
    axes = _draw_table(figure, 0.1, 0.1, scores)
    axes.set_title(label(title), loc="left")
    return describe(figure, f"{label(title)} {_in_words(scores)}")


def _columns(scores: Table) -> list[str]:
    columns = list(next(iter(scores.values()), {}))
    if not columns or any(list(row) != columns for row in scores.values()):
        raise ValueError(f"rows are {scores}; give each the same columns {columns}")
    return columns


def _table_size(scores: Table) -> tuple[float, float]:
    """Inches, width and height, that the table needs."""
    columns = _columns(scores)
    column = max(COLUMN, room_for(map(label, columns)))
    return room_for(map(label, scores)) + column * len(columns), LINE * (len(scores) + 1)


def _draw_table(figure: Figure, left: float, bottom: float, scores: Table) -> Axes:
    columns, (width, height) = _columns(scores), _table_size(scores)
    axes = axes_at(figure, left, bottom, width, height)
    axes.set(xlim=(0, width), ylim=(height, 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    first = room_for(map(label, scores))
    step = (width - first) / len(columns)
    ends = [first + step * (place + 1) - 0.1 for place in range(len(columns))]
    look = dict(va="center", color=COLOURS["ink"])
    for end, column in zip(ends, columns, strict=True):
        axes.text(end, LINE / 2, label(column), ha="right", weight="bold", **look)
    for place, (name, row) in enumerate(scores.items()):
        y = LINE * (place + 1.5)
        axes.axhline(LINE * (place + 1), color=COLOURS["faint"], linewidth=0.5)
        axes.text(0.02, y, label(name), ha="left", **look)
        for end, value in zip(ends, row.values(), strict=True):
            axes.text(end, y, f"{value:.3g}", ha="right", **look)
    return axes


def _in_words(scores: Table) -> str:
    rows = []
    for name, row in scores.items():
        values = ", ".join(f"{label(column)} {value:.3g}" for column, value in row.items())
        rows.append(f"{label(name)}: {values}.")
    return " ".join(rows)
