"""What a remedy costs against what it buys."""

from matplotlib.figure import Figure

from aeteach.style import COLOURS, SERIES, axes_at, describe, new_figure, room_for
from aeteach.words import label, tr


def trade_off(paths: dict[str, list[tuple[float, float]]], x_name: str, y_name: str) -> Figure:
    """Named paths [(x, y), ...], a point for each strength from none to strong; low y is good.

    The names stand beside the figure, best path first, with the lowest y of each.
    """
    title = tr("lowest {y}", y=label(y_name))
    right = 0.6 + room_for([title, *(f"{label(name)}  0.000" for name in paths)])
    figure = new_figure(6.4 + right, 4.2)
    axes = axes_at(figure, 0.75, 0.55, 5.6, 3.5)
    best = {name: min(y for _, y in path) for name, path in paths.items()}
    looks = dict(zip(paths, SERIES * len(paths), strict=False))
    for name in sorted(paths, key=best.get):
        colour, style, marker = looks[name]
        look = dict(color=COLOURS[colour], linestyle=style, marker=marker, linewidth=1.6)
        axes.plot(*zip(*paths[name], strict=True), label=f"{label(name)}  {best[name]:.3f}", **look)
    axes.set_xlabel(label(x_name))
    axes.set_ylabel(label(y_name))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, title=title)
    ranks = ", ".join(f"{label(name)} {best[name]:.3f}" for name in sorted(best, key=best.get))
    words = tr("{y} against {x}.", y=label(y_name), x=label(x_name))
    return describe(figure, f"{words} {title}: {ranks}.")
