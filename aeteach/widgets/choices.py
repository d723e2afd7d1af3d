"""The choices of an `explore`, and the control that belongs to each."""

import html
import math
from collections.abc import Iterable
from numbers import Real
from typing import NamedTuple

import ipywidgets as ipw

from aeteach.words import label, tr

WIDE = {"description_width": "initial"}


class Between(NamedTuple):
    """A continuous choice from `low` to `high`."""

    low: float
    high: float


def between(low: float, high: float) -> Between:
    """A continuous choice for `explore`; ValueError unless low < high, both finite."""
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"between({low}, {high}) is empty; low must be below high")
    return Between(low, high)


def checked(choices: dict[str, object]) -> dict[str, object]:
    """Each choice as a Between or a non-empty list; ValueError names the one that is not."""
    if not choices:
        raise ValueError("explore has no choice; give one, such as latent_size=(1, 2, 4)")
    return {name: _checked(name, values) for name, values in choices.items()}


def _checked(name: str, values: object) -> object:
    if isinstance(values, Between):
        return values
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ValueError(f"{name} is {values!r}; give several values, such as {name}=(1, 2, 4)")
    values = list(values)
    if not values:
        raise ValueError(f"{name} is empty; give at least one value")
    return values


def control(name: str, values: object) -> ipw.Widget:
    """Slider for numbers, buttons for words, with the choice's name as its visible label."""
    text = label(name)
    if isinstance(values, Between):
        step = (values.high - values.low) / 200
        return ipw.FloatSlider(
            values.low, min=values.low, max=values.high, step=step, description=text, style=WIDE
        )
    options = [(written(value), value) for value in values]
    if all(isinstance(v, Real) and not isinstance(v, bool) for v in values):
        layout = ipw.Layout(width="32em", max_width="100%")
        return ipw.SelectionSlider(options=options, description=text, style=WIDE, layout=layout)
    return ipw.ToggleButtons(options=options, description=text, style=WIDE)


def written(value: object) -> str:
    """A value as its control shows it."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return f"{value:g}" if isinstance(value, Real) else tr(str(value))


def message(text: str) -> str:
    """HTML of a message that a screen reader speaks at once."""
    return f'<p role="alert"><b>{html.escape(text)}</b></p>' if text else ""
