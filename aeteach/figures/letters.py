"""Words letter by letter, compared with the first."""

from matplotlib.figure import Figure

from aeteach.style import COLOURS, TEXT, axes_at, describe, new_figure, room_for
from aeteach.words import label, tr

CELL = 0.5


def spelling(rows: dict[str, str], title: str = "") -> Figure:
    """Named words of one length, first row the reference; a wrong letter is boxed.

    ValueError when the words differ in length.
    """
    (first, word), *others = rows.items()
    if not word or len(set(map(len, rows.values()))) > 1:
        raise ValueError(f"words are {rows}; give words of one length")
    left, count = room_for(map(label, rows)), len(word)
    width = max(left + CELL * count + 0.2, left + room_for([label(title)]) + 0.2, 3.6)
    figure = new_figure(width, CELL * len(rows) + 0.15 + 0.35 * bool(title))
    axes = axes_at(figure, left, 0.08, CELL * count, CELL * len(rows))
    for place, own in enumerate(rows.values()):
        _write(axes, place, own, word)
    axes.set(xlim=(-0.5, count - 0.5), ylim=(len(rows) - 0.5, -0.5), xticks=[])
    axes.set_yticks(range(len(rows)), [label(name) for name in rows])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(label(title), loc="left")
    words = [tr("{name} spells {word}.", name=label(first), word=word)]
    words += [_in_words(label(name), own, word) for name, own in others]
    return describe(figure, " ".join([f"{label(title)}."] * bool(title) + words))


def _write(axes, place: int, own: str, word: str) -> None:
    for column, (letter, wanted) in enumerate(zip(own, word, strict=True)):
        wrong = letter != wanted
        box = dict(facecolor="none", edgecolor=COLOURS["fault"], linestyle="--")
        axes.text(
            column,
            place,
            letter,
            color=TEXT["fault"] if wrong else TEXT["ink"],
            bbox=box if wrong else None,
            fontsize=15,
            ha="center",
            va="center",
        )


def _in_words(name: str, own: str, word: str) -> str:
    right = sum(a == b for a, b in zip(own, word, strict=True))
    return tr(
        "{name}: {own}, {right} of {count} letters right.",
        name=name,
        own=own,
        right=right,
        count=len(word),
    )
