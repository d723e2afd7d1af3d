"""Maps: numbers as shades, in a table, as a matrix, or over the plane of codes."""

import torch
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LogNorm, Normalize
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.lines import dress
from aeteach.figures.panels import Panel, compose, figure, keyed_once, named
from aeteach.figures.planes import AROUND, SIDE
from aeteach.figures.tables import COLUMN, Table, columns_of, grid, rows_in_words
from aeteach.style import room_for
from aeteach.words import tr

SHADES, SIGNED, LANDSCAPE = (colormaps[name] for name in ("cividis", "RdBu", "viridis"))
WIDE = 16


@figure
def value_map(table: Table, x_name: str, y_name: str, title: str = "") -> Figure:
    """Named rows {row: {column: value}}, each value written to three digits on its shade.

    Dark is small. The shades are logarithmic when all values are positive and the largest is
    at least 16 times the smallest. ValueError when the rows have different columns.
    """
    heads, names = [named(column) for column in columns_of(table)], [named(row) for row in table]
    values = [[float(value) for value in row.values()] for row in table.values()]
    cells = [[f"{value:.3g}" for value in row] for row in values]
    low, high = min(map(min, values)), max(map(max, values))
    logarithmic = low > 0 and high / low >= WIDE
    shade = (LogNorm if logarithmic else Normalize)(low, high if high > low else low + 1)

    def draw(axes: Axes) -> None:
        axes.imshow(values, cmap=SHADES, norm=shade, aspect="auto")
        grid(axes, names, cells, lambda r, c: {"color": "wk"[int(shade(values[r][c]) >= 0.5)]})
        axes.set_xticks(range(len(heads)), heads)
        dress(axes, x_name, y_name)

    size = (max(COLUMN, room_for(heads)) * len(heads), 0.42 * len(names))
    around = (0.3 + room_for(names), 0.55, 0.2, 0.1)
    flat = [
        (v, n, h)
        for n, row in zip(names, values, strict=True)
        for h, v in zip(heads, row, strict=True)
    ]
    words = [tr("Table: {y} by {x}.", y=named(y_name), x=named(x_name))]
    for what, (value, row, head) in ((tr("Lowest"), min(flat)), (tr("Highest"), max(flat))):
        words.append(f"{what} {value:.3g}: {row}, {head}.")
    words.append(rows_in_words(names, heads, cells))
    return compose([Panel(draw, " ".join(words), size, around, named(title))])


@figure
def heat_map(matrix: Tensor, x_name: str, y_name: str, title: str = "") -> Figure:
    """A signed matrix (rows, columns), white at 0, colours from -1 to 1."""
    scale = Normalize(-1, 1)

    def draw(axes: Axes) -> None:
        axes.imshow(matrix.numpy(), cmap=SIGNED, norm=scale, interpolation="nearest")
        dress(axes, x_name, y_name)

    rows, columns = matrix.shape
    on = torch.eye(rows, columns).bool()
    words = tr("Heat map of {rows} x {columns} values.", rows=rows, columns=columns)
    words += " " + tr("Mean on the diagonal {d:.3f}, mean size beside it {o:.3f}.").format(
        d=matrix[on].mean().item(), o=matrix[~on].abs().sum().item() / max(1, (~on).sum().item())
    )
    panel = Panel(draw, words, (3.4, 3.4), AROUND, named(title))
    return compose([panel], [colour_bar(scale, SIGNED, 3.4, "value", panel)])


@figure
def landscapes(maps: dict[str, tuple[Tensor, Tensor]], limit: float, value_name: str) -> Figure:
    """A number over the plane, one scale for all: {name: (values (m, m), z (N, 2))}.

    values[i, j] belongs to z2 number i and z1 number j, both evenly from -limit to limit; the
    codes z are shown as dots.
    """
    scale = Normalize(0, max(values.max().item() for values, _ in maps.values()) or 1.0)
    drawn = [_land(named(n), *each, limit, scale, value_name) for n, each in maps.items()]
    bar = colour_bar(scale, LANDSCAPE, SIDE, value_name, drawn[0])
    return compose(*([panel] for panel in keyed_once(drawn)), [bar])


def _land(name, values: Tensor, z: Tensor, limit: float, scale: Normalize, value_name) -> Panel:
    def draw(axes: Axes) -> None:
        look = dict(cmap=LANDSCAPE, norm=scale, interpolation="nearest", origin="lower")
        axes.imshow(values.numpy(), extent=(-limit, limit, -limit, limit), **look)
        axes.plot(*z.T.numpy(), ".", color="white", markersize=1.6)
        axes.set(xlim=(-limit, limit), ylim=(-limit, limit))
        axes.locator_params(nbins=5)
        dress(axes, "z1", "z2")

    low, middle, high = values.float().quantile(torch.tensor([0.01, 0.5, 0.99])).tolist()
    words = tr("{value}: median {middle:.3g}, from {low:.3g} to {high:.3g}.").format(
        value=named(value_name), middle=middle, low=low, high=high
    )
    return Panel(draw, words, (SIDE, SIDE), AROUND, name, tr("white dots: codes"))


def colour_bar(
    scale: Normalize, colours: Colormap, height: float, name: str, beside: Panel
) -> Panel:
    """The key of a colour scale, as high as the panel `beside`."""

    def draw(axes: Axes) -> None:
        axes.figure.colorbar(ScalarMappable(scale, colours), cax=axes, label=named(name))

    space = " " * bool(beside.title)
    around = (0.1, beside.around[1], 0.75, beside.around[3])
    return Panel(draw, "", (0.15, height), around, space, " " * bool(beside.note))
