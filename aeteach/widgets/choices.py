"""The choices of an `explore`, and how the front end is told about them."""

from collections.abc import Iterable
from numbers import Real
from typing import NamedTuple

from aeteach.guard import number, told
from aeteach.words import label, tr


class Between(NamedTuple):
    """A continuous choice from `low` to `high`."""

    low: float
    high: float


def between(low: float, high: float) -> Between:
    """A continuous choice for `explore`; ValueError unless low < high, both finite."""
    if number("low", low) >= number("high", high):
        raise ValueError(f"between({low}, {high}) is empty; low must be below high")
    return Between(low, high)


def checked(choices: dict[str, object]) -> dict[str, Between | list]:
    """Each choice as a Between or a non-empty list; ValueError names the one that is not."""
    if not choices:
        raise ValueError("explore has no choice; give one, such as latent_size=(1, 2, 4)")
    return {name: _checked(name, values) for name, values in choices.items()}


def _checked(name: str, values: object) -> Between | list:
    if isinstance(values, Between):
        return values
    single = isinstance(values, str | bytes) or getattr(values, "ndim", 1) != 1
    if single or not isinstance(values, Iterable):
        raise ValueError(f"{name} is {told(values)}; give several values, such as {name}=(1, 2, 4)")
    values = values.tolist() if hasattr(values, "tolist") else list(values)
    if not values:
        raise ValueError(f"{name} is empty; give at least one value")
    if strange := [each for each in values if getattr(each, "shape", ())]:
        raise ValueError(f"{name} holds {told(strange[0])}; give numbers or words")
    return values


def control(name: str, values: Between | list) -> dict[str, object]:
    """What the front end needs: a slider for numbers, radio buttons for words, and its name."""
    if isinstance(values, Between):
        return dict(kind="slider", name=label(name), low=values.low, high=values.high)
    numbers = all(isinstance(v, Real) and not isinstance(v, bool) for v in values)
    kind = "slider" if numbers else "radios"
    return dict(kind=kind, name=label(name), values=[written(value) for value in values])


def written(value: object) -> str:
    """A value as the learner reads it."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return f"{value:g}" if isinstance(value, Real) else label(str(value))


def position(name: str, values: Between | list, value: object) -> float | int:
    """Where `value` stands among `values`; ValueError that lists them when it is not there."""
    if isinstance(values, Between):
        if not isinstance(value, Real) or not values.low <= value <= values.high:
            raise ValueError(
                f"start of {name} is {told(value)}; it must lie from {values.low} to {values.high}"
            )
        return float(value)
    found = [n for n, each in enumerate(values) if each is value or _same(each, value)]
    if not found:
        listed = ", ".join(map(told, values))
        raise ValueError(f"start of {name} is {told(value)}, which is not among {listed}")
    return found[0]


def _same(one: object, other: object) -> bool:
    return (
        type(one) is type(other)
        and bool(one == other)
        or (isinstance(one, Real) and isinstance(other, Real) and one == other)
    )


def in_words(chosen: dict[str, object]) -> str:
    """Names and values, as in "latent size 8, noise 0.3"."""
    return ", ".join(f"{label(name)} {written(value)}" for name, value in chosen.items())
