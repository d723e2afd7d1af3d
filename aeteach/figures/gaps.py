"""Training and test error of several networks, and the gap between them."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from aeteach.style import COLOURS, axes_at, describe, new_figure, room_for
from aeteach.words import label, tr

ROW, FOOT, HEAD = 0.36, 0.55, 0.45
FACES = {"train": ("train", "o"), "test": ("test", "s")}


def gaps(
    errors: dict[str, tuple[list[float], list[float]]], x_name: str = "error", title: str = ""
) -> Figure:
    """A row for each name: (training errors, test errors), one number a seed, joined by a bar.

    The mark is the mean, its whisker the 95 % interval of the mean over the seeds (Student's
    t; none with one seed), the bar the gap. A dashed line stands at the first row's test error.
    """
    means = {name: tuple(map(_mean_and_reach, pair)) for name, pair in errors.items()}
    left, height = room_for(map(label, errors)), ROW * len(errors)
    figure = new_figure(left + 6.4, FOOT + height + HEAD + 0.3 * bool(title))
    axes = axes_at(figure, left, FOOT, 6.1, height)
    for place, ((train, _), (test, _)) in enumerate(means.values()):
        axes.plot([train, test], [place] * 2, color=COLOURS["faint"], alpha=0.4, linewidth=6)
    for side, (colour, marker) in enumerate(FACES.values()):
        middles, reaches = zip(*(pair[side] for pair in means.values()), strict=True)
        look = dict(color=COLOURS[colour], fmt=marker, markersize=6, capsize=3)
        axes.errorbar(middles, range(len(means)), xerr=reaches, **look)
    axes.axvline(next(iter(means.values()))[1][0], color=COLOURS["fault"], linestyle="--")
    axes.set_yticks(range(len(means)), [label(name) for name in means])
    axes.set_ylim(len(means) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel(label(x_name))
    axes.spines[["top", "right"]].set_visible(False)
    _name_faces(axes)
    axes.set_title(label(title), loc="left", pad=24)
    return describe(figure, f"{label(title)} {_in_words(means, x_name)}")


def _mean_and_reach(values: list[float]) -> tuple[float, float]:
    """Mean, and half the width of its 95 % interval (0 for one value)."""
    from scipy.stats import sem, t

    mean = sum(values) / len(values)
    if len(values) == 1:
        return mean, 0.0
    return mean, float(t.ppf(0.975, len(values) - 1) * sem(values))


def _name_faces(axes) -> None:
    marks = [
        Line2D([], [], color=COLOURS[colour], marker=marker, linestyle="", label=label(name))
        for name, (colour, marker) in FACES.items()
    ]
    axes.legend(
        handles=marks,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=2,
        frameon=False,
        borderpad=0,
    )


def _in_words(means: dict[str, tuple], x_name: str) -> str:
    """Each row's two errors and their ratio, the best and the worst on new data."""
    order = sorted(means, key=lambda name: means[name][1][0])
    words = [tr("Training and test {x}.", x=label(x_name))]
    for name, ((train, _), (test, reach)) in means.items():
        says = tr("{train:.4f} and {test:.4f}", train=train, test=test)
        says += f" ± {reach:.4f}" if reach else ""
        words.append(f"{label(name)}: {says}.")
    words.append(tr("Lowest test error: {name}.", name=label(order[0])))
    words.append(tr("Highest: {name}.", name=label(order[-1])))
    return " ".join(words)
