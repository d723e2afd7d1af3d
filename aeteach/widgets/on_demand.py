"""Pictures that the kernel draws while a learner drags, with a flip-book of a few stops."""

import math
from collections.abc import Callable, Mapping

import traitlets
from matplotlib.figure import Figure

from aeteach.widgets.choices import Between, control, in_words, position
from aeteach.widgets.explore import MAX_FRAMES, flip_book, frame
from aeteach.widgets.front import Front, module, show_beside, silence
from aeteach.words import language, tr

STOPS = 5
STEPS = 200


def on_demand(
    draw: Callable[..., Figure], values: Mapping[str, object], opening: Mapping[str, object]
) -> None:
    """Show controls over `values`, lists or Between, for what `draw` returns in the kernel.

    opening: the value of each to begin with. Where there is no kernel, a flip-book of at most
    MAX_FRAMES stops is shown: STOPS of a Between and of longer lists as many as there is room
    for, with both ends and the opening.
    """
    stops = few_stops(values, opening)
    near = {name: _next_to(choice, values[name], opening[name]) for name, choice in stops.items()}
    notice = tr(
        "Drawn at a few stops only. For all the others: "
        "Run → Run All Above Selected Cell, then this cell."
    )
    island = flip_book(draw, stops, near, notice)
    name = getattr(draw, "__name__", "draw")
    show_beside(island, OnDemand(draw, values, opening), f"explore {name} {', '.join(values)}")


class OnDemand(Front):
    """Controls over a picture drawn anew for each wanted combination.

    wanted: value of each Between and place in each list. shown: the picture, or a notice that
    says why there is none, and `at`, the combination that it belongs to.
    """

    _esm = module("explore", "on_demand")
    choices = traitlets.List().tag(sync=True)
    wanted = traitlets.List().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, draw, values, opening) -> None:
        self._draw, self._values = draw, values
        wanted = [position(name, values[name], value) for name, value in opening.items()]
        super().__init__(
            choices=[control(name, choice) for name, choice in values.items()],
            wanted=wanted,
            shown=self._picture(wanted),
            words=dict(silent=silence(), language=language()),
        )
        self.observe(self._answer, "wanted")

    def _answer(self, change: Mapping[str, object]) -> None:
        try:
            self.shown = self._picture(change["new"])
        except Exception as error:
            words = tr("the drawing failed at {where}: {error}")
            told = words.format(where=in_words(self._chosen(change["new"])), error=error)
            self.shown = self.shown | dict(at=change["new"], notice=told)

    def _picture(self, wanted: list[float]) -> dict[str, object]:
        chosen = self._chosen(wanted)
        return dict(at=wanted, notice="", **frame(self._draw, chosen))

    def _chosen(self, wanted: list[float]) -> dict[str, object]:
        pairs = zip(self._values.items(), wanted, strict=True)
        return {n: at if isinstance(c, Between) else c[at] for (n, c), at in pairs}


def few_stops(values: Mapping[str, object], opening: Mapping[str, object]) -> dict[str, list]:
    """Each choice as a list, thinned until there are at most MAX_FRAMES combinations."""
    counts = {n: STOPS if isinstance(c, Between) else len(c) for n, c in values.items()}
    while math.prod(counts.values()) > MAX_FRAMES:
        counts[max(reversed(counts), key=counts.get)] -= 1
    return {name: _thinned(values[name], counts[name], opening[name]) for name in values}


def _thinned(choice: Between | list, count: int, opening: object) -> list:
    """`count` values, evenly spaced with both ends; the one next to `opening` moves there."""
    if count == 1:
        return [opening]
    continuous, own = isinstance(choice, Between), position("", choice, opening)
    low, high = choice if continuous else (0, len(choice) - 1)
    digits = max(0, math.ceil(math.log10(STEPS / (high - low)))) if continuous else None
    inner = [round(low + (high - low) * n / (count - 1), digits) for n in range(1, count - 1)]
    places = [low, *inner, high]
    if own not in places:
        places[places.index(_nearest(inner or places, own))] = own
    return places if continuous else [choice[place] for place in places]


def _next_to(stops: list, choice: Between | list, opening: object) -> object:
    """The stop nearest to `opening`."""
    places = [position("", choice, stop) for stop in stops]
    return stops[places.index(_nearest(places, position("", choice, opening)))]


def _nearest(places: list[float], own: float) -> float:
    return min(places, key=lambda place: abs(place - own))
