"""Points in the plane, what a method makes of them, and what gets lost on the way."""

from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.figures.charts import MARGIN, Line, curves_in_words, draw_curves, dress
from aeteach.style import COLOURS, TEXT, axes_at, describe, looks, new_figure, room_for
from aeteach.words import label, tr

SQUARE, PANEL = 3.7, 3.1


def projections(
    x: Tensor,
    rebuilt: dict[str, Tensor],
    panels: dict[str, dict[str, Line]] | None = None,
    x_name: str = "angle",
    at: float | None = None,
) -> Figure:
    """Points x (N, 2) and, for each name, where a method puts them back, (N, 2).

    A thin line joins each point to the first method's: its length is what is lost. panels:
    {y name: lines} beside it, `at` marks the present x value there.
    """
    panels = panels or {}
    rights = [room_for(map(label, lines)) for lines in panels.values()]
    top = 0.35 + 0.2 * len(rebuilt)
    width = MARGIN[0] + SQUARE + 0.2 + sum(MARGIN[0] + PANEL + right for right in rights)
    figure = new_figure(width, MARGIN[1] + SQUARE + top)
    axes = axes_at(figure, *MARGIN, SQUARE, SQUARE)
    _draw(axes, x, rebuilt)
    words, left = [_in_words(x, rebuilt)], MARGIN[0] + SQUARE + 0.2
    for (y_name, lines), right in zip(panels.items(), rights, strict=True):
        panel = axes_at(figure, left + MARGIN[0], MARGIN[1], PANEL, SQUARE)
        draw_curves(panel, lines, x_name, y_name, at)
        words.append(curves_in_words(lines, x_name, y_name, at))
        left += MARGIN[0] + PANEL + right
    return describe(figure, " ".join(words))


def _draw(axes, x: Tensor, rebuilt: dict[str, Tensor]) -> None:
    """Points, methods in the look of their series, and the loss of the first as segments."""
    reach = 1.08 * (x - x.mean(0)).abs().amax().item() or 1.0
    across, up = x.mean(0).tolist()
    axes.set(xlim=(across - reach, across + reach), ylim=(up - reach, up + reach))
    axes.set_aspect("equal")
    styles = looks(["input", *rebuilt])[1:]
    for place, ((name, x_hat), style) in enumerate(zip(rebuilt.items(), styles, strict=True)):
        colour, _, marker = style
        if not place:
            pairs = [*zip(x.tolist(), x_hat.tolist(), strict=True)]
            axes.add_collection(LineCollection(pairs, colors=COLOURS["faint"], linewidths=0.6))
        axes.plot(*x_hat.T.numpy(), marker, color=COLOURS[colour], markersize=3.2, zorder=3)
        height = 1.02 + 0.055 * (len(rebuilt) - 1 - place)
        axes.annotate(
            _named(x, name, x_hat), (0, height), xycoords="axes fraction", color=TEXT[colour]
        )
    axes.plot(*x.T.numpy(), "o", color=COLOURS["train"], markersize=2.6, alpha=0.6, zorder=2)
    dress(axes, "x1", "x2")


def _kept(x: Tensor, x_hat: Tensor) -> float:
    return 1 - ((x - x_hat) ** 2).sum().item() / ((x - x.mean(0)) ** 2).sum().item()


def _named(x: Tensor, name: str, x_hat: Tensor) -> str:
    return tr("{name}: R² {kept:.2f}", name=label(name), kept=_kept(x, x_hat))


def _in_words(x: Tensor, rebuilt: dict[str, Tensor]) -> str:
    words = [tr("{count} points and where they are put back.", count=len(x))]
    for name, x_hat in rebuilt.items():
        gaps = (x - x_hat).square().sum(1).sqrt()
        words.append(
            _named(x, name, x_hat)
            + tr(", typical gap {mid:.3g}, largest {top:.3g}.").format(
                mid=gaps.median().item(), top=gaps.max().item()
            )
        )
    return " ".join(words)
