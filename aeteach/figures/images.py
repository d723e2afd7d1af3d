"""Rows of pictures as one mosaic in one axes: twenty times faster than an axes a picture."""

import matplotlib
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.lines import Limits, Panels, beside, here
from aeteach.figures.panels import Panel, compose, figure, named
from aeteach.style import own_look, room_for
from aeteach.words import tr

PAPER = matplotlib.colormaps["gray_r"].with_extremes(bad="#DCE6EE")
SIGNED = matplotlib.colormaps["RdBu_r"].with_extremes(bad="#B8C4CE")
CELL, SMALLEST, TALLEST = 0.7, 0.3, 4.5
WIDEST, BESIDE = 10.8, 6.1
FEW, ALIKE, LARGE_CELL = 8, 0.75, 1.1
Rows = dict[str, Tensor]


def mosaic(rows: list[Tensor]) -> Tensor:
    """Rows of m square pictures (m, side * side) as one picture, NaN in the gaps.

    ValueError when the pictures are not square or the rows differ.
    """
    rows = [torch.as_tensor(row, dtype=torch.float32).detach() for row in rows]
    shapes = {tuple(row.shape) for row in rows}
    count, size = rows[0].shape if rows and rows[0].dim() == 2 else (0, 0)
    side = round(size**0.5)
    if len(shapes) > 1 or side * side != size or not count * size:
        found = [tuple(row.shape) for row in rows]
        raise ValueError(f"rows are {found}; give tensors of one shape (m, side * side)")
    pictures = torch.stack(rows).reshape(len(rows), count, side, side)
    pad = torch.nn.functional.pad(pictures, (0, 1, 0, 1), value=torch.nan)
    return pad.permute(0, 2, 1, 3).flatten(0, 1).flatten(1)[:-1, :-1]


@own_look()
def draw_images(axes: Axes, rows: Rows, colours: object = PAPER, low: float = 0) -> None:
    """Put named rows of pictures on `axes`: black on white, values from `low` to 1."""
    picture = mosaic(list(rows.values()))
    axes.imshow(picture.numpy(), cmap=colours, vmin=low, vmax=1, interpolation="nearest")
    step = (picture.shape[0] + 1) / len(rows)
    axes.set_yticks([step * (i + 0.5) - 1 for i in range(len(rows))], map(named, rows))
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def image_panel(rows: Rows, title: str = "", widest: float = WIDEST, names=True) -> Panel:
    """Rows of pictures with their names in `widest` inches, no picture wider than 0.7."""
    mosaic(list(rows.values()))
    count = len(next(iter(rows.values())))
    left = room_for(map(named, rows)) if names else 0.1
    cell = max(SMALLEST, min(CELL, (widest - left) / count, TALLEST / len(rows)))

    def draw(axes: Axes) -> None:
        draw_images(axes, rows)
        axes.tick_params(labelleft=names)

    size, around = (cell * count, cell * len(rows)), (left, 0.05, 0.15, 0.05)
    return Panel(draw, rows_in_words(rows), size, around, title)


def blocks(rows: Rows, title: str) -> list[Panel]:
    """Rows of pictures as a column beside curves: broken in the middle where that enlarges them."""
    count = len(next(iter(rows.values())))
    if count % 2 or count < FEW or len(rows) > 3:
        return [image_panel(rows, title, BESIDE)]
    halves = [
        {name: row[half] for name, row in rows.items()}
        for half in (slice(count // 2), slice(count // 2, count))
    ]
    first = image_panel(halves[0], title, BESIDE)._replace(words=rows_in_words(rows))
    return [first, image_panel(halves[1], "", BESIDE)._replace(words="")]


def rows_in_words(rows: Rows) -> str:
    """Which rows there are, and how far each lies from the row that it rebuilds."""
    text = tr("{count} pictures in rows", count=len(next(iter(rows.values()))))
    said = []
    for name, row in rows.items():
        said.append(named(name))
        if (other := _rebuilt_from(name, rows)) is not None:
            distance = (row - rows[other]).square().mean().item()
            said[-1] += tr(", mean squared distance {distance:.4f} from {other}").format(
                distance=distance, other=named(other)
            )
    return f"{text}: {'; '.join(said)}."


def _rebuilt_from(name: object, rows: Rows) -> object:
    """The row that `name` rebuilds: the one it is named after, or the nearest one before it.

    None when its pictures are hardly nearer to that one than to that one's in another order.
    """
    before = list(rows)[: list(rows).index(name)]
    stem = str(name).removesuffix("rebuilt").rstrip("_ ")
    if stem != str(name) and before:
        return stem if stem in before else before[0]
    far = {other: (rows[name] - rows[other]).square().mean().item() for other in before}
    nearest = min(far, key=far.get, default=None)
    if nearest is None or len(rows[name]) == 1:
        return nearest
    turns = range(1, len(rows[name]))
    mixed = [(rows[name] - rows[nearest].roll(turn, 0)).square().mean().item() for turn in turns]
    return nearest if far[nearest] <= ALIKE * sum(mixed) / len(mixed) else None


@figure
def images(rows: Rows, title: str = "") -> Figure:
    """Named rows of pictures, each (m, side * side) in [0, 1]."""
    return compose([image_panel(rows, named(title))])


@figure
def receptive_fields(rows: Rows, title: str = "", reach: float = 1.0) -> Figure:
    """Named rows of signed pictures (m, side * side): red above 0, blue below, white at 0.

    reach: the size that gets the full colour.
    """
    scaled = {name: row / reach for name, row in rows.items()}
    panel = image_panel(scaled, named(title))
    count, largest = len(next(iter(rows.values()))), max(r.abs().max() for r in rows.values())
    words = tr("{count} pictures in rows", count=count) + f": {'; '.join(map(named, rows))}. "
    words += tr("Largest size {largest:.2g}.", largest=largest.item())
    note = tr("red: above 0, blue: below 0, full colour at {reach:g}", reach=reach)

    def draw(axes: Axes) -> None:
        draw_images(axes, scaled, SIGNED, -1)

    size = (LARGE_CELL * count, LARGE_CELL * len(rows))
    return compose([panel._replace(draw=draw, words=words, note=note, size=size)])


@figure
def images_and_curves(
    rows: Rows,
    panels: Panels,
    x_name: str = "latent_size",
    at: float | None = None,
    limits: Limits | None = None,
) -> Figure:
    """Named rows of pictures beside one panel of curves for each {y name: lines}.

    at: the x value that the pictures belong to, marked in every panel. limits: {y name:
    (lowest, highest)} for axes that shall not follow their lines.
    """
    return _judged(blocks(rows, here(x_name, at)), panels, x_name, at, limits)


def _judged(column: list[Panel], panels: Panels, x_name: str, at, limits=None) -> Figure:
    """A column of pictures beside the curves that judge them."""
    taken = column[0].around[0] + column[0].size[0] + column[0].around[2]
    height = max(2.3, sum(panel.size[1] for panel in column) - 0.7)
    return compose(column, *beside(panels, x_name, at, taken, height, limits))


@figure
def rivals(
    x: Tensor,
    rebuilt: Rows,
    panels: Panels | None = None,
    x_name: str = "latent_size",
    at: float | None = None,
) -> Figure:
    """Pictures x (m, side * side), a row for each method, below them its errors, curves beside.

    The error x_hat - x is signed: red is too much ink, blue too little, white none; its
    colours run from -1 to 1. panels: {y name: lines}, `at` marked in each.
    """
    rows = {"input": x, **rebuilt}
    first = image_panel(rows, here(x_name, at), BESIDE)
    errors = {name: x_hat - x for name, x_hat in rebuilt.items()}
    far = {name: error.square().mean().item() for name, error in errors.items()}
    below = first._replace(
        draw=lambda axes: draw_images(axes, errors, SIGNED, -1),
        words=tr("Smallest error in these pictures: {name}.", name=named(min(far, key=far.get))),
        size=(first.size[0], first.size[1] * len(errors) / len(rows)),
        title="",
        note=tr("error: red too much ink, blue too little"),
    )
    if not panels:
        return compose([first, below])
    return _judged([first, below], panels, x_name, at)
