"""A plain table: properties of rivals side by side, each row with a unit of its own."""

from matplotlib.figure import Figure

from aeteach.style import COLOURS, axes_at, describe, new_figure, room_for
from aeteach.words import label, tr

ROW, COLUMN = 0.34, 1.5


def comparison(rows: dict[str, dict[str, object]], title: str = "") -> Figure:
    """Rows {property: {rival: value}}; numbers to three digits, other values as they are.

    ValueError when the rows name different rivals.
    """
    rivals = list(next(iter(rows.values()), {}))
    if not rivals or any(list(row) != rivals for row in rows.values()):
        raise ValueError(f"rows are {rows}; give each the same rivals {rivals}")
    cells = {name: [_written(value) for value in row.values()] for name, row in rows.items()}
    left = 0.2 + room_for(map(label, rows))
    column = max(COLUMN, room_for([*map(label, rivals), *sum(cells.values(), [])]))
    height = ROW * (len(rows) + 1)
    figure = new_figure(left + column * len(rivals), height + 0.15 + 0.3 * bool(title))
    axes = axes_at(figure, 0, 0.05, left + column * len(rivals), height)
    axes.set(xlim=(0, left + column * len(rivals)), ylim=(len(rows) + 1, 0))
    axes.axis("off")
    axes.set_title(label(title), loc="left", x=0.1 / (left + column * len(rivals)))
    _draw(axes, cells, [label(name) for name in rivals], left, column)
    return describe(figure, f"{label(title)} {_in_words(cells, rivals)}")


def _draw(axes, cells: dict[str, list[str]], heads: list[str], left: float, column: float):
    for place, head in enumerate(heads):
        axes.text(left + column * place, 0.5, head, weight="bold", va="center")
    for line, (name, values) in enumerate(cells.items(), 1):
        axes.axhline(line, color=COLOURS["faint"], linewidth=0.6)
        axes.text(0.1, line + 0.5, label(name), va="center")
        for place, value in enumerate(values):
            axes.text(left + column * place, line + 0.5, value, va="center")


def _written(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _in_words(cells: dict[str, list[str]], rivals: list[str]) -> str:
    words = [tr("Table of {count} properties.", count=len(cells))]
    for name, values in cells.items():
        pairs = zip(rivals, values, strict=True)
        words.append(f"{label(name)}: " + ", ".join(f"{label(r)} {v}" for r, v in pairs) + ".")
    return " ".join(words)
