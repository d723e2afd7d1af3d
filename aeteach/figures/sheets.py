"""Everything about one model on one sheet: a patient to examine, pictures it has invented."""

import math

from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.images import Rows, image_panel
from aeteach.figures.lines import Line, curve_panel
from aeteach.figures.panels import compose, figure, named
from aeteach.figures.planes import plane_panel
from aeteach.figures.tables import Table, table_panel
from aeteach.words import tr

PICTURES, LOW = 3.3, 1.3


@figure
def patient(
    left: dict[str, Rows],
    right: dict[str, Rows],
    lines: dict[str, Line],
    z: Tensor,
    y: Tensor,
    highest: float | None = None,
) -> Figure:
    """Two columns of pictures, learning curves below the second, codes beside them.

    left, right: {title: {row name: pictures (m, side * side)}}. lines: errors by epoch.
    z: codes (N, k), y: their labels (N,); wide codes are shown by two principal components.
    highest: end of the error axis, so that sheets can be compared.
    """
    groups, fed = (
        [image_panel(rows, named(title), PICTURES) for title, rows in column.items()]
        for column in (left, right)
    )
    size, limits = (2.3, LOW), None if highest is None else (0, highest)
    curve = curve_panel(lines, "epoch", "error", None, size, limits)
    curve = curve._replace(title=named("learning_curves"))
    return compose(groups, [*fed, curve], [plane_panel(z, y, named("codes"), side=2.6)])


@figure
def sheet(x_new: Tensor, nearest: Tensor, scores: Table) -> Figure:
    """A square sheet of new pictures; a few beside their nearest real one; and their scores.

    x_new: (m, side * side) in [0, 1]; the largest square number of them is shown. nearest:
    the nearest real pictures of the first of them, as (p, side * side). scores: {row:
    {column: number}}. ValueError for no pictures, or more nearest ones than pictures.
    """
    if not 1 <= len(nearest) <= len(x_new):
        raise ValueError(f"nearest has {len(nearest)} pictures; give 1 to {len(x_new)}, as x_new")
    edge = math.isqrt(len(x_new))
    rows = dict(enumerate(x_new[: edge**2].reshape(edge, edge, -1)))
    pairs = {"new": x_new[: len(nearest)], "nearest": nearest}
    whole = image_panel(rows, "", 3.0, names=False)._replace(words="")
    words = tr("{count} new pictures.", count=edge**2)
    return compose([whole], [image_panel(pairs), table_panel(scores)], words=words)
