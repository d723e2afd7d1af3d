"""Tables: plain, shaded by size, as a signed map, and words letter by letter."""

from collections.abc import Callable

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from torch import Tensor, eye

from aeteach.figures.lines import dress
from aeteach.figures.panels import Panel, compose, figure, named
from aeteach.figures.planes import AROUND, colour_bar
from aeteach.style import COLOURS, TEXT, room_for
from aeteach.words import tr

Table = dict[object, dict[object, object]]
SHADES, SIGNED = colormaps["cividis"], colormaps["RdBu"]
ROW, COLUMN, LETTER, WIDE = 0.34, 0.85, 0.5, 16


def _columns(rows: Table) -> list:
    """The columns that all rows share; ValueError when they do not."""
    columns = list(next(iter(rows.values()), {}))
    if not columns or any(list(row) != columns for row in rows.values()):
        raise ValueError(f"rows are {rows}; give each the same columns {columns}")
    return columns


def _written(value: object) -> str:
    """Numbers to three digits, yes and no in the learner's language, other values as they are."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    number = isinstance(value, float) or isinstance(value, Tensor) and value.numel() == 1
    return f"{float(value):.3g}" if number else named(str(value))


def _grid(
    axes: Axes,
    names: list[str],
    cells: list[list[str]],
    look: Callable[[int, int], dict[str, object]] = lambda row, column: {},
) -> None:
    """`cells` as text, one row for each of `names`; `look` says how each is written."""
    for row, texts in enumerate(cells):
        for column, text in enumerate(texts):
            axes.text(column, row, text, **dict(ha="center", va="center") | look(row, column))
    axes.set(xlim=(-0.5, len(cells[0]) - 0.5), ylim=(len(cells) - 0.5, -0.5), xticks=[])
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def table_panel(rows: Table, title: str = "") -> Panel:
    """Rows {name: {column: value}} in plain words and numbers, heads above, lines between."""
    heads = [named(column) for column in _columns(rows)]
    names = [named(name) for name in rows]
    cells = [[_written(value) for value in row.values()] for row in rows.values()]
    wide = max(COLUMN, room_for(heads) * 1.1, room_for(sum(cells, [])))

    def draw(axes: Axes) -> None:
        _grid(axes, names, cells)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.set_xticks(range(len(heads)), heads, weight="bold")
        for line in range(len(cells)):
            axes.axhline(line - 0.5, color=COLOURS["faint"], linewidth=0.6)

    said = [
        f"{name}: {', '.join(map(' '.join, zip(heads, row, strict=True)))}."
        for name, row in zip(names, cells, strict=True)
    ]
    size = (wide * len(heads), ROW * len(rows))
    words = " ".join([tr("Table of {count} rows.", count=len(rows)), *said])
    return Panel(draw, words, size, (room_for(names), 0.1, 0.1, 0.3), title)


@figure
def table(rows: Table, title: str = "") -> Figure:
    """Rows {name: {column: value}}; numbers to three digits, other values as they are.

    ValueError when the rows have different columns.
    """
    return compose([table_panel(rows, named(title))])


@figure
def value_map(table: Table, x_name: str, y_name: str, title: str = "") -> Figure:
    """Named rows {row: {column: value}}, each value written to three digits on its shade.

    Dark is small. The shades are logarithmic when all values are positive and the largest is
    at least 16 times the smallest. ValueError when the rows have different columns.
    """
    heads, names = [named(column) for column in _columns(table)], [named(row) for row in table]
    values = [[float(value) for value in row.values()] for row in table.values()]
    low, high = min(map(min, values)), max(map(max, values))
    logarithmic = low > 0 and high / low >= WIDE
    shade = (LogNorm if logarithmic else Normalize)(low, high if high > low else low + 1)

    def draw(axes: Axes) -> None:
        axes.imshow(values, cmap=SHADES, norm=shade, aspect="auto")
        cells = [[f"{value:.3g}" for value in row] for row in values]
        _grid(axes, names, cells, lambda r, c: {"color": "wk"[int(shade(values[r][c]) >= 0.5)]})
        axes.set_xticks(range(len(heads)), heads)
        dress(axes, x_name, y_name)

    size = (max(COLUMN, room_for(heads)) * len(heads), 0.42 * len(names))
    around = (0.3 + room_for(names), 0.55, 0.2, 0.1)
    words = _map_in_words(names, heads, values, x_name, y_name)
    return compose([Panel(draw, words, size, around, named(title))])


def _map_in_words(names, heads, values: list[list[float]], x_name: str, y_name: str) -> str:
    """Lowest and highest value and where they stand, then every row."""
    cells = {
        (n, h): v
        for n, row in zip(names, values, strict=True)
        for h, v in zip(heads, row, strict=True)
    }
    words = [tr("Table: {y} by {x}.", y=named(y_name), x=named(x_name))]
    for what, extreme in ((tr("Lowest"), min), (tr("Highest"), max)):
        where = extreme(cells, key=cells.get)
        words.append(f"{what} {cells[where]:.3g}: {', '.join(where)}.")
    for name in names:
        row = ", ".join(f"{head} {cells[name, head]:.3g}" for head in heads)
        words.append(f"{name}: {row}.")
    return " ".join(words)


@figure
def heat_map(matrix: Tensor, x_name: str, y_name: str, title: str = "") -> Figure:
    """A signed matrix (rows, columns), white at 0, colours from -1 to 1."""
    scale = Normalize(-1, 1)

    def draw(axes: Axes) -> None:
        axes.imshow(matrix.numpy(), cmap=SIGNED, norm=scale, interpolation="nearest")
        dress(axes, x_name, y_name)

    rows, columns = matrix.shape
    on = eye(rows, columns).bool()
    words = tr("Heat map of {rows} x {columns} values.", rows=rows, columns=columns)
    words += " " + tr("Mean on the diagonal {d:.3f}, mean size beside it {o:.3f}.").format(
        d=matrix[on].mean().item(), o=matrix[~on].abs().sum().item() / max(1, (~on).sum().item())
    )
    panel = Panel(draw, words, (3.4, 3.4), AROUND, named(title))
    return compose([panel], [colour_bar(scale, SIGNED, 3.4, "value", panel)])


@figure
def spelling(rows: dict[str, str], title: str = "") -> Figure:
    """Named words of one length, first row the reference; a wrong letter is boxed.

    ValueError when the words differ in length.
    """
    names, (word, *others) = [named(name) for name in rows], [*rows.values()]
    if not word or len(set(map(len, rows.values()))) > 1:
        raise ValueError(f"words are {rows}; give words of one length")
    cells = [list(own) for own in rows.values()]
    box = dict(facecolor="none", edgecolor=COLOURS["fault"], linestyle="--")

    def look(row: int, column: int) -> dict[str, object]:
        wrong = cells[row][column] != word[column]
        return {"fontsize": 15} | (dict(color=TEXT["fault"], bbox=box) if wrong else {})

    words = [tr("{name} spells {word}.", name=names[0], word=word)]
    for name, own in zip(names[1:], others, strict=True):
        right = sum(a == b for a, b in zip(own, word, strict=True))
        words.append(
            tr("{name}: {own}, {right} of {count} letters right.").format(
                name=name, own=own, right=right, count=len(word)
            )
        )
    size, around = (LETTER * len(word), LETTER * len(rows)), (room_for(names), 0.1, 0.2, 0.1)

    def draw(axes: Axes) -> None:
        _grid(axes, names, cells, look)

    return compose([Panel(draw, " ".join(words), size, around, named(title))])
