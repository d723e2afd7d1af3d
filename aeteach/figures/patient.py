"""Everything a doctor sees of one trained autoencoder, on one sheet."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter
from torch import Tensor

from aeteach.figures.charts import Line, curves_in_words, draw_curves, dress
from aeteach.figures.images import draw_images, rows_in_words
from aeteach.figures.maps import draw_codes, neighbours_in_words
from aeteach.style import axes_at, describe, new_figure, room_for
from aeteach.words import label

CELL, TITLE, GAP, PANEL, FOOT = 0.44, 0.3, 0.1, 2.1, 0.6
Rows = dict[str, Tensor]


def patient(
    left: dict[str, Rows],
    right: dict[str, Rows],
    lines: dict[str, Line],
    z: Tensor,
    y: Tensor,
    highest: float | None = None,
) -> Figure:
    """Rows of pictures in two columns, learning curves below the left, codes below the right.

    left, right: {title: {row name: pictures (m, side * side)}}, the first row of each title
    being the reference. lines: errors by epoch. z: codes (N, k), y: their labels (N,); wide
    codes are shown by two principal components. highest: end of the error axis, so that sheets
    can be compared.
    """
    sides = [_width(column) for column in (left, right)]
    top = max(_height(column) for column in (left, right))
    width = sum(sides) + 0.9
    height = top + PANEL + FOOT + TITLE
    figure, words = new_figure(width, height), []
    for start, column in ((0.1, left), (sides[0] + 0.7, right)):
        words += _draw_column(figure, start, height, column)
    end = room_for(map(label, lines))
    curve = axes_at(figure, 0.7, FOOT, sides[0] - 0.5 - end, PANEL)
    if highest is not None:
        curve.set_ylim(0, highest)
    draw_curves(curve, lines, "epoch", "error")
    curve.set_xscale("linear")
    curve.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    curve.xaxis.set_major_formatter(ScalarFormatter())
    curve.set_title(label("learning_curves"), loc="left")
    tall = height - _height(right) - FOOT - TITLE
    plane = axes_at(figure, sides[0] + 1.2, FOOT, sides[1] - 0.6, tall)
    draw_codes(plane, z, y)
    plane.set_title(label("codes"), loc="left")
    dress(plane, *(("z1", "z2") if z.shape[1] == 2 else ("PC1", "PC2")))
    words += [curves_in_words(lines, "epoch", "error")]
    words += [neighbours_in_words(label("codes"), z, y)]
    return describe(figure, " ".join(words))


def _width(column: dict[str, Rows]) -> float:
    """Inches that the widest rows need, their names included."""
    names = [label(name) for rows in column.values() for name in rows]
    most = max(len(next(iter(rows.values()))) for rows in column.values())
    titles = max(room_for([label(title)]) for title in column)
    return max(room_for(names) + CELL * most, titles + room_for(names))


def _height(column: dict[str, Rows]) -> float:
    return sum(TITLE + GAP + CELL * len(rows) for rows in column.values())


def _draw_column(figure: Figure, start: float, top: float, column: dict[str, Rows]) -> list[str]:
    """Draw `column` from `top` inches downwards; what each title's rows say."""
    room = room_for(label(name) for rows in column.values() for name in rows)
    words = []
    for title, rows in column.items():
        high, count = CELL * len(rows), len(next(iter(rows.values())))
        axes = axes_at(figure, start + room, top - TITLE - high, CELL * count, high)
        draw_images(axes, rows)
        axes.set_title(label(title), loc="left", pad=5)
        top -= TITLE + GAP + high
        words.append(f"{label(title)}: {rows_in_words(rows)}")
    return words
