"""Rows of numbers as curves over their pixels, on one scale for every row."""

from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.charts import MARGIN, dress
from aeteach.style import COLOURS, TEXT, axes_at, describe, looks, new_figure, room_for
from aeteach.words import label, tr


def profiles(rows: dict[str, Tensor], x_name: str = "pixel", title: str = "") -> Figure:
    """Named rows, each (n,) or (1, n), as curves; the scale always holds -0.5 to 1.2."""
    right = room_for(map(label, rows))
    figure = new_figure(6.0 + right, 3.3)
    axes = axes_at(figure, *MARGIN, 5.9 - MARGIN[0], 2.95 - MARGIN[1])
    low = min(-0.5, *(row.min().item() for row in rows.values()))
    high = max(1.2, *(row.max().item() for row in rows.values()))
    axes.set_ylim(low, high)
    for place, ((name, row), (colour, style, _)) in enumerate(
        zip(rows.items(), looks(rows), strict=True)
    ):
        axes.plot(row.detach().flatten().numpy(), color=COLOURS[colour], linestyle=style, lw=2)
        height = 0.85 - 0.11 * place
        axes.annotate(
            label(name), (1.02, height), xycoords="axes fraction", color=TEXT[colour], va="center"
        )
    dress(axes, x_name, "height")
    axes.set_title(label(title), loc="left")
    return describe(figure, f"{label(title)} {_in_words(rows, x_name)}")


def _in_words(rows: dict[str, Tensor], x_name: str) -> str:
    words = [tr("Curves over the {x}.", x=label(x_name))]
    for name, row in rows.items():
        flat = row.detach().flatten()
        words.append(
            tr("{name}: highest {top:.2f} at {at}, lowest {low:.2f}.").format(
                name=label(name),
                top=flat.max().item(),
                at=int(flat.argmax()),
                low=flat.min().item(),
            )
        )
    return " ".join(words)
