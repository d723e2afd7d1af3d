"""Maps: a signed matrix, and planes of codes."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.charts import MARGIN, dress
from aeteach.style import COLOURS, SERIES, axes_at, describe, new_figure
from aeteach.words import label, tr


def heat_map(matrix: Tensor, x_name: str, y_name: str, title: str = "") -> Figure:
    """A signed matrix (rows, columns), white at 0, colours from -1 to 1."""
    figure = new_figure(5.0, 4.2)
    axes = axes_at(figure, *MARGIN, 3.3, 3.3)
    picture = axes.imshow(matrix.numpy(), cmap="RdBu", vmin=-1, vmax=1, interpolation="nearest")
    figure.colorbar(picture, cax=axes_at(figure, 4.2, MARGIN[1], 0.15, 3.3))
    dress(axes, x_name, y_name)
    axes.set_title(label(title), loc="left")
    square = matrix[: min(matrix.shape), : min(matrix.shape)]
    diagonal = square.diagonal()
    off = (square - torch.diag(diagonal)).abs().sum() / max(1, square.numel() - len(square))
    rows, columns = matrix.shape
    words = tr("Heat map of {rows} x {columns} values.", rows=rows, columns=columns)
    words += " " + tr("Mean on the diagonal {d:.3f}, mean size beside it {o:.3f}.").format(
        d=diagonal.mean().item(), o=off.item()
    )
    return describe(figure, f"{label(title)} {words}")


def latent_maps(maps: dict[str, tuple[Tensor, Tensor]]) -> Figure:
    """Planes of codes side by side: {name: (z (N, k), y (N,))}, each code shown by its digit.

    Codes of more than two values are shown by their first two principal components.
    """
    figure, words = new_figure(4.2 * len(maps), 4.2), []
    for place, (name, (z, y)) in enumerate(maps.items()):
        axes = axes_at(figure, 4.2 * place + 0.7, MARGIN[1], 3.3, 3.2)
        draw_codes(axes, z, y)
        axes.set_title(label(name), loc="left")
        dress(axes, *(("z1", "z2") if z.shape[1] == 2 else ("PC1", "PC2")))
        words.append(neighbours_in_words(label(name), z, y))
    return describe(figure, " ".join(words))


def draw_codes(axes: Axes, z: Tensor, y: Tensor) -> None:
    """Put codes z (N, k) on `axes`, each as the glyph of its label y (N,)."""
    plane = _flat(z)
    for digit in y.unique().tolist():
        colour = COLOURS[SERIES[digit % len(SERIES)][0]]
        own, glyph = plane[y == digit], f"${digit}$"
        axes.plot(*own.T.numpy(), linestyle="", marker=glyph, color=colour, markersize=6)


def _flat(z: Tensor) -> Tensor:
    if z.shape[1] == 2:
        return z
    centred = torch.nn.functional.pad(z - z.mean(0), (0, max(0, 2 - z.shape[1])))
    return centred @ torch.linalg.svd(centred, full_matrices=False).Vh[:2].T


def neighbours_in_words(name: str, z: Tensor, y: Tensor) -> str:
    """How often the nearest code has the same label, in words."""
    nearest = torch.cdist(z, z).fill_diagonal_(torch.inf).argmin(1)
    share = (y[nearest] == y).float().mean().item()
    return tr(
        "{name}: the nearest code has the same digit for {share:.0%} of {n} pictures.",
        name=name,
        share=share,
        n=len(y),
    )
