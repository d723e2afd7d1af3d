"""Chains of boxes: what a model does to its data, step by step."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aeteach.style import COLOURS, axes_at, describe, new_figure, room_for
from aeteach.words import label, tr

HEIGHT, GAP = 0.62, 0.32
NETWORKS = ("encoder", "decoder", "generator", "discriminator", "denoiser")


def chains(rows: dict[str, tuple[str, ...]], networks: tuple[str, ...] = NETWORKS) -> Figure:
    """Named rows of steps with arrows between them; `networks` stand in shaded boxes.

    ValueError for a row without steps.
    """
    if empty := [name for name, steps in rows.items() if not steps]:
        raise ValueError(f"row {empty[0]!r} has no steps; give at least one")
    left = room_for(map(label, rows))
    widths = {name: [room_for([label(s)]) for s in steps] for name, steps in rows.items()}
    width = max(sum(row) + GAP * (len(row) - 1) for row in widths.values())
    figure = new_figure(left + width + 0.2, HEIGHT * len(rows) + 0.2)
    axes = axes_at(figure, left, 0.1, width + 0.1, HEIGHT * len(rows))
    axes.set(xlim=(0, width + 0.1), ylim=(HEIGHT * len(rows), 0), xticks=[])
    axes.set_yticks([HEIGHT * (i + 0.5) for i in range(len(rows))], map(label, rows))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for place, (name, steps) in enumerate(rows.items()):
        _draw_row(axes, HEIGHT * (place + 0.5), steps, widths[name], networks)
    return describe(figure, " ".join(_row_in_words(name, steps) for name, steps in rows.items()))


def _draw_row(axes: Axes, y: float, steps, widths: list[float], networks) -> None:
    x = 0.05
    for place, (step, width) in enumerate(zip(steps, widths, strict=True)):
        if place:
            arrow = dict(arrowstyle="->", color=COLOURS["ink"])
            axes.annotate("", (x, y), (x - GAP, y), arrowprops=arrow)
        if step in networks:
            look = dict(facecolor="#D6ECF8", edgecolor=COLOURS["train"], zorder=0)
            axes.add_patch(_box(x, y, width, look))
        axes.text(x + width / 2, y, label(step), ha="center", va="center")
        x += width + GAP


def _box(x: float, y: float, width: float, look: dict[str, object]):
    from matplotlib.patches import Rectangle

    return Rectangle((x, y - 0.2), width, 0.4, **look)


def _row_in_words(name: str, steps) -> str:
    return f"{label(name)}: {tr(', then ').join(map(label, steps))}."
