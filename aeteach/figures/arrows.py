"""Directions in a plane: the axes that methods choose, as arrows over the data."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.charts import MARGIN, dress
from aeteach.style import COLOURS, TEXT, axes_at, describe, looks, new_figure, room_for
from aeteach.words import label, tr


def arrows(points: Tensor, axes_of: dict[str, Tensor], title: str = "") -> Figure:
    """Points (N, 2) in grey and, for each name, the columns of a (2, m) tensor as arrows.

    Arrows are drawn at one length, since only their direction is compared; each is numbered
    by its column.
    """
    right = room_for(map(label, axes_of))
    figure = new_figure(MARGIN[0] + 3.9 + right, MARGIN[1] + 3.9 + 0.35)
    axes = axes_at(figure, *MARGIN, 3.9, 3.9)
    reach = 1.1 * points.abs().amax().item()
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach))
    axes.plot(*points.T.numpy(), "o", color=COLOURS["faint"], markersize=2, alpha=0.5)
    styles = looks(["input", *axes_of])[1:]
    for place, ((name, columns), (colour, style, _)) in enumerate(
        zip(axes_of.items(), styles, strict=True)
    ):
        look = dict(color=COLOURS[colour], linestyle=style)
        _draw(axes, _unit(columns) * (0.9 - 0.25 * place) * reach, look, TEXT[colour])
        axes.annotate(
            label(name), (1.03, 0.9 - 0.09 * place), xycoords="axes fraction", color=TEXT[colour]
        )
    dress(axes, "PC1", "PC2")
    axes.set_title(label(title), loc="left")
    return describe(figure, f"{label(title)} {_in_words(axes_of)}")


def _draw(axes: Axes, tips: Tensor, look: dict[str, object], colour: str) -> None:
    """An arrow from the middle to each column of tips (2, m), its number just beyond."""
    arrow = dict(arrowstyle="-|>", linewidth=2.2, **look)
    for number, (across, up) in enumerate(tips.T.tolist(), 1):
        axes.annotate("", (across, up), (0, 0), arrowprops=arrow)
        beyond = (1.1 * across, 1.1 * up)
        axes.annotate(str(number), beyond, color=colour, weight="bold", ha="center", va="center")


def _unit(columns: Tensor) -> Tensor:
    return torch.nn.functional.normalize(columns.detach().float(), dim=0)


def _in_words(axes_of: dict[str, Tensor]) -> str:
    words = [tr("Directions over the cloud, in degrees from the first axis.")]
    for name, columns in axes_of.items():
        angles = torch.rad2deg(torch.atan2(*_unit(columns).flip(0)))
        found = ", ".join(f"{angle:.0f}°" for angle in angles.tolist())
        words.append(f"{label(name)}: {found}.")
    return " ".join(words)
