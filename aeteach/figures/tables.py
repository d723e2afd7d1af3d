"""Rows of words: tables, words letter by letter, chains of steps."""

from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.panels import Panel, compose, figure, named
from aeteach.style import COLOURS, TEXT, room_for
from aeteach.words import tr

Table = dict[object, dict[object, object]]
ROW, COLUMN, LETTER = 0.34, 0.85, 0.5
STEP, GAP = 0.55, 0.25
NETWORKS = ("encoder", "decoder", "generator", "discriminator", "denoiser")


def columns_of(rows: Table) -> list:
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


def grid(
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
    heads = [named(column) for column in columns_of(rows)]
    names = [named(name) for name in rows]
    cells = [[_written(value) for value in row.values()] for row in rows.values()]
    wide = max(COLUMN, room_for(heads) * 1.1, room_for(sum(cells, [])))

    def draw(axes: Axes) -> None:
        grid(axes, names, cells)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.set_xticks(range(len(heads)), heads, weight="bold")
        for line in range(len(cells)):
            axes.axhline(line - 0.5, color=COLOURS["faint"], linewidth=0.6)

    size = (wide * len(heads), ROW * len(rows))
    words = tr("Table of {count} rows.", count=len(rows))
    words = f"{words} {rows_in_words(names, heads, cells)}"
    return Panel(draw, words, size, (room_for(names), 0.1, 0.1, 0.3), title)


@figure
def table(rows: Table, title: str = "") -> Figure:
    """Rows {name: {column: value}}; numbers to three digits, other values as they are.

    ValueError when the rows have different columns.
    """
    return compose([table_panel(rows, named(title))])


def rows_in_words(names: list[str], heads: list[str], cells: list[list[str]]) -> str:
    """Every row with the value in each column."""
    pairs = [map(" ".join, zip(heads, row, strict=True)) for row in cells]
    return " ".join(f"{n}: {', '.join(row)}." for n, row in zip(names, pairs, strict=True))


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
        grid(axes, names, cells, look)

    return compose([Panel(draw, " ".join(words), size, around, named(title))])


@figure
def chains(rows: dict[str, tuple[str, ...]], networks: tuple[str, ...] = NETWORKS) -> Figure:
    """Named rows of steps with arrows between them; `networks` stand in shaded boxes.

    ValueError for a row without steps.
    """
    if empty := [name for name, steps in rows.items() if not steps]:
        raise ValueError(f"row {empty[0]!r} has no steps; give at least one")
    widths = {name: [room_for([named(step)]) for step in steps] for name, steps in rows.items()}
    width = max(sum(row) + GAP * len(row) for row in widths.values())

    def draw(axes: Axes) -> None:
        axes.set(xlim=(0, width), ylim=(len(rows) - 0.5, -0.5), xticks=[])
        axes.set_yticks(range(len(rows)), map(named, rows))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        for place, (name, steps) in enumerate(rows.items()):
            _draw_chain(axes, place, steps, widths[name], networks)

    words = [f"{named(n)}: {tr(', then ').join(map(named, steps))}." for n, steps in rows.items()]
    around = (room_for(map(named, rows)), 0.1, 0.1, 0.1)
    return compose([Panel(draw, " ".join(words), (width, STEP * len(rows)), around)])


def _draw_chain(axes: Axes, place: float, steps, widths: list[float], networks) -> None:
    """One row: its steps, those of `networks` in shaded boxes, with arrows between them."""
    left, middle = 0.0, dict(ha="center", va="center")
    box = dict(facecolor="#D6ECF8", edgecolor=COLOURS["train"], pad=5)
    for step, width in zip(steps, widths, strict=True):
        if left:
            axes.text(left, place, "→", **middle)
        left += GAP / 2 + width / 2
        axes.text(left, place, named(step), bbox=box if step in networks else None, **middle)
        left += GAP / 2 + width / 2
