"""What a remedy costs against what it buys."""

from matplotlib.figure import Figure

from aeteach.style import COLOURS, SERIES, describe, new_figure
from aeteach.words import tr


def trade_off(paths: dict[str, list[tuple[float, float]]], x_name: str, y_name: str) -> Figure:
    """Named paths [(x, y), ...], a point for each strength from none to strong; low y is good.

    The names stand beside the figure, best path first, with the lowest y of each.
    """
    figure = new_figure(9.0, 4.2)
    axes = figure.add_subplot()
    best = {name: min(y for _, y in path) for name, path in paths.items()}
    looks = dict(zip(paths, SERIES, strict=False))
    for name in sorted(paths, key=best.get):
        colour, style, marker = looks[name]
        look = dict(color=COLOURS[colour], linestyle=style, marker=marker, linewidth=1.6)
        axes.plot(*zip(*paths[name], strict=True), label=f"{tr(name)}  {best[name]:.3f}", **look)
    axes.set_xlabel(tr(x_name))
    axes.set_ylabel(tr(y_name))
    axes.spines[["top", "right"]].set_visible(False)
    title = tr("lowest {y}", y=tr(y_name))
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, title=title)
    ranks = ", ".join(f"{tr(name)} {best[name]:.3f}" for name in sorted(best, key=best.get))
    words = tr("{y} against {x}.", y=tr(y_name), x=tr(x_name))
    return describe(figure, f"{words} {title}: {ranks}.")
