"""The lecture's statements, and the card that says whether the numbers of a run bear one out."""

import html
import math
import operator
import os
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np
import torch
from IPython.display import display

from aeteach import rows
from aeteach.guard import number, told
from aeteach.style import COLOURS, TEXT
from aeteach.words import label, language, tr

VERDICTS = {
    "holds": ("✓", "holds", "pca"),
    "holds when": ("◐", "holds when …", "test"),
    "misleading": ("≠", "not as it stands", "purple"),
}
"""Mark, word and colour of each verdict: never colour alone."""
FAILED = ("✗", "the numbers of this run say otherwise", "fault")
LEADS = {"holds": "note", "misleading": "measured instead"}
SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
STRICT = "AETEACH_STRICT"

_told: dict[str, tuple] = {}


class ClaimError(AssertionError):
    """The numbers of this run say otherwise than the statement's verdict."""


def statements() -> dict[str, dict]:
    """All rows of claims.toml by name, in the order of the lecture: section, kind, verdict,
    english, nuance, reference; another language stands in keys such as russian, russian_nuance.

    kind: "experiment" (a run decides), "identity" (arithmetic decides) or "usage" (what people
    do or say: its reference decides).
    """
    return rows.table("claims.toml")


@dataclass
class Claim:
    """One statement with the numbers of this run.

    conditions: whether each holds and what was compared in it, in words, by name.
    """

    name: str
    conditions: dict[str, tuple[bool, str]]
    measured: str = ""
    tells: bool = True

    @property
    def holds(self) -> bool:
        return all(truth for truth, _ in self.conditions.values())

    def look(self) -> tuple[str, str, str]:
        """Mark, word and colour."""
        return VERDICTS[statements()[self.name]["verdict"]] if self.holds else FAILED

    def statement(self) -> str:
        """Section and statement, in the learner's language."""
        row = statements()[self.name]
        said = row["english"] if language() == "en" else row.get("russian", row["english"])
        return f"{row['section']} {said}"

    def listed(self) -> list[str]:
        """The named conditions with their marks."""
        return [
            f"{'✓' if truth else '✗'} {label(text)}{compared}"
            for text, (truth, compared) in self.conditions.items()
            if text
        ]

    def nuance(self) -> list[str]:
        """When it holds or what was found instead, unless told before or not found."""
        row = statements()[self.name]
        nuance = row["nuance"] if language() == "en" else row.get("russian_nuance", row["nuance"])
        lead = LEADS.get(row["verdict"])
        texts = [f"{tr(lead)}: {nuance}" if lead else nuance]
        return texts * bool(nuance and self.tells and self.holds)

    def text(self) -> str:
        """The card as plain text."""
        mark, word, _ = self.look()
        head = f"{mark} {tr(word)} · {self.statement()}"
        listed = [f"  {line}" for line in self.listed()]
        return "\n".join([head, *self.nuance(), *listed, *[self.measured] * bool(self.measured)])

    def card(self) -> str:
        """The card as HTML: it stands in any theme, and without its style it still reads."""
        mark, word, colour = self.look()
        ground = f"border-left:6px solid {COLOURS[colour]};background-color:#fafafa"
        head = f'<b style="color:{TEXT[colour]}">{mark} {html.escape(tr(word))}</b>'
        items = "".join(
            f'<li style="list-style-type:none">{html.escape(line)}</li>' for line in self.listed()
        )
        return (
            f'<div style="{ground};color:{TEXT["ink"]};padding:6px 14px;max-width:46em">'
            f"{head} · {html.escape(self.statement())}"
            + "".join(f"<div>{html.escape(line)}</div>" for line in self.nuance())
            + (f'<ul style="margin:4px 0;padding-left:14px">{items}</ul>' if items else "")
            + f"<div>{html.escape(self.measured)}</div>" * bool(self.measured)
            + "</div>"
        )

    def _repr_mimebundle_(self, **_) -> dict[str, object]:
        named = {label(text): truth for text, (truth, _) in self.conditions.items() if text}
        return {
            "text/html": self.card(),
            "text/plain": self.text(),
            "application/vnd.aeteach.claim+json": {
                "name": self.name,
                "holds": self.holds,
                "conditions": named,
                "measured": self.measured,
            },
        }


def in_words(measured: Mapping[object, object], digits: int = 3) -> str:
    """Labels with their numbers, so many digits each, in the learner's language.

    ValueError for a number that is NaN or infinite, TypeError for a value of many numbers and
    for anything but a mapping.
    """
    if not isinstance(measured, Mapping):
        raise TypeError(f"measured is {told(measured)}; pass {{label: number}}")
    parts = [
        (label(str(name)), _written(f"measured {told(name)}", value, digits))
        for name, value in measured.items()
    ]
    apart = "; " if any("," in name for name, _ in parts) else ", "
    return apart.join(f"{name}: {value}" for name, value in parts)


def _written(what: str, value: object, digits: int = 3) -> str:
    count = math.prod(getattr(value, "shape", ()))
    if count != 1:
        raise TypeError(f"{what} has {count} numbers; pass one, such as its .mean()")
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if not isinstance(value, str | Real):
        raise TypeError(f"{what} is {told(value)}; pass one number, a truth value or text")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{what} is {value}; find out where the run left the finite numbers")
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)


def _conditions(holds: object) -> dict[str, tuple[bool, str]]:
    """Whether each condition holds and what it compared; a single truth value has no name."""
    if not isinstance(holds, Mapping):
        return {"": (_truth("holds", holds), "")}
    if not holds:
        raise ValueError("holds has no condition; name at least one: {condition: truth value}")
    for text in holds:
        if not isinstance(text, str) or not text.strip():
            raise TypeError(f"a condition is named {told(text)}; name it in words")
    return {text: _condition(f"condition {told(text)}", value) for text, value in holds.items()}


def _condition(what: str, value: object) -> tuple[bool, str]:
    if not isinstance(value, tuple):
        return _truth(what, value), ""
    if len(value) != 3 or not isinstance(value[1], str) or value[1] not in SIGNS:
        raise TypeError(
            f"{what} is {told(value)}; pass a truth value or (got, sign, limit) "
            f"with one of the signs {' '.join(SIGNS)}"
        )
    numbers = [number(what, each) for each in value[::2]]
    got, limit = (_written(what, each) for each in value[::2])
    if got == limit:
        got, limit = map(str, numbers)
    truth = SIGNS[value[1]](*numbers)
    wanted = "" if truth else f", {tr('wanted')}"
    return truth, f": {got}{wanted} {value[1]} {limit}"


def _truth(what: str, value: object) -> bool:
    of_torch = isinstance(value, torch.Tensor) and value.dtype == torch.bool and value.dim() == 0
    if isinstance(value, bool | np.bool_) or of_torch:
        return bool(value)
    shape = tuple(getattr(value, "shape", ()))
    if shape:
        raise TypeError(f"{what} has many values, of shape {shape}; add .all()")
    raise TypeError(f"{what} is {told(value)}, no truth value; compare, such as error < 0.1")


def claim(
    name: str,
    holds: Mapping[str, object] | object,
    measured: Mapping[object, object] | None = None,
) -> None:
    """Show statement `name` of the lecture as a card with the numbers of this run.

    holds: {condition in words: truth value}, or one truth value, computed from this run; a bool
    of Python or numpy or a tensor of one. A condition may be (got, sign, limit), such as
    (error, "<", 0.1): its line then tells what was got, and where it failed what was wanted.
    measured: {label: number or text}. A card whose conditions do not all hold names them and
    stops nothing; with AETEACH_STRICT=1, as in the tests, it raises ClaimError instead. The
    nuance stands on the first card of a statement only, told apart by its labels, so that
    running a cell again shows the same card again.

    Raises KeyError for an unknown name, TypeError for anything but truth values, ValueError for
    no condition and for a measured number that is NaN or infinite.
    """
    rows.find(statements(), name, "statement", "claims.toml")
    numbers = in_words({} if measured is None else measured)
    card = Claim(name, _conditions(holds), numbers)
    if not card.holds and os.environ.get(STRICT) == "1":
        raise ClaimError(card.text())
    if card.holds:
        labels = (*card.conditions, *(measured or {}))
        card.tells = _told.setdefault(name, labels) == labels
    display(card)
