"""A table of numbers as a map: every value written, its size also as a shade."""

import math

from matplotlib import colormaps
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure

from aeteach.figures.charts import dress
from aeteach.style import axes_at, describe, new_figure, room_for
from aeteach.words import label, tr

SHADES = colormaps["cividis"]
CELL_WIDTH, CELL_HEIGHT, WIDE = 0.95, 0.42, 16


def value_map(
    table: dict[object, dict[object, float]], x_name: str, y_name: str, title: str = ""
) -> Figure:
    """Named rows {row: {column: value}}, each value written to three digits on its shade.

    Dark is small. The shades are logarithmic when all values are positive and the largest is
    at least 16 times the smallest. ValueError when the rows have different columns.
    """
    columns = list(next(iter(table.values()), {}))
    if not columns or any(list(row) != columns for row in table.values()):
        raise ValueError(f"rows are {table}; give each the same columns {columns}")
    names, heads = ([_head(name) for name in side] for side in (table, columns))
    left = 0.45 + room_for(names)
    width = max(CELL_WIDTH, room_for(heads)) * len(columns)
    height = CELL_HEIGHT * len(table)
    figure = new_figure(max(left + width + 0.2, 4.2), 0.62 + height + 0.35 * bool(title))
    axes = axes_at(figure, left, 0.57, width, height)
    _paint(axes, [[table[row][column] for column in columns] for row in table])
    axes.set_xticks(range(len(columns)), heads)
    axes.set_yticks(range(len(table)), names)
    axes.tick_params(length=0)
    dress(axes, x_name, y_name)
    axes.set_title(label(title), loc="left")
    return describe(figure, f"{label(title)} {_in_words(table, x_name, y_name)}")


def _head(name: object) -> str:
    return label(name) if isinstance(name, str) else f"{name:g}"


def _paint(axes, rows: list[list[float]]) -> None:
    """Shaded cells with their values, dark words on light cells and light words on dark."""
    values = [value for row in rows for value in row if math.isfinite(value)] or [0.0]
    low, high = min(values), max(values)
    logarithmic = low > 0 and high / low >= WIDE
    norm = (LogNorm if logarithmic else Normalize)(low, high if high > low else low + 1)
    axes.imshow(rows, cmap=SHADES, norm=norm, aspect="auto")
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            shade = norm(value) if math.isfinite(value) else 1.0
            colour = "white" if shade < 0.5 else "black"
            axes.text(x, y, f"{value:.3g}", color=colour, ha="center", va="center")


def _in_words(table: dict[object, dict[object, float]], x_name: str, y_name: str) -> str:
    """Lowest and highest value and where they stand, then every row."""
    cells = {(r, c): value for r, row in table.items() for c, value in row.items()}
    words = [tr("Table: {y} by {x}.", y=label(y_name), x=label(x_name))]
    for what, extreme in ((tr("Lowest"), min), (tr("Highest"), max)):
        row, column = extreme(cells, key=cells.get)
        words.append(f"{what} {cells[row, column]:.3g}: {_head(row)}, {_head(column)}.")
    for name, row in table.items():
        values = ", ".join(f"{_head(column)} {value:.3g}" for column, value in row.items())
        words.append(f"{_head(name)}: {values}.")
    return " ".join(words)
