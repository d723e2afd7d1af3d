"""The lecture's statements, and the check that a notebook's numbers agree with the verdict."""

import difflib
import functools
import html
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from IPython.display import display

from aeteach.words import label, language, tr

VERDICTS = {"holds": "✓", "holds when": "✓", "misleading": "≠"}


class ClaimError(AssertionError):
    """The numbers of this run say otherwise than the statement's verdict."""


@functools.cache
def statements() -> dict[str, dict]:
    """All rows of claims.toml by name: number, section, notebooks, verdict, english, nuance,
    reference, open; texts of another language stand in keys such as russian, russian_nuance."""
    import tomllib

    return tomllib.loads(files("aeteach").joinpath("claims.toml").read_text("utf-8"))


@dataclass
class Claim:
    """One statement with the numbers of this run."""

    name: str
    holds: bool
    measured: str

    def lines(self) -> list[str]:
        """Section and statement, verdict and nuance, and the numbers, in the learner's language."""
        row = statements()[self.name]
        english = language() == "en"
        said = row["english"] if english else row.get("russian", row["english"])
        nuance = row["nuance"] if english else row.get("russian_nuance", row["nuance"])
        head = {"misleading": "the lecture says: {said}"}.get(row["verdict"], "{said}")
        texts = [f"{VERDICTS[row['verdict']]} {row['section']} {tr(head, said=said)}"]
        if nuance:
            lead = {"holds": "note", "holds when": "holds when", "misleading": "measured instead"}
            texts.append(f"{tr(lead[row['verdict']])}: {nuance}")
        return texts + [self.measured] * bool(self.measured)

    def _repr_mimebundle_(self, **_) -> dict[str, object]:
        first, *rest = (html.escape(line) for line in self.lines())
        return {
            "text/html": "<br>".join([f"<b>{first}</b>", *rest]),
            "text/plain": "\n".join(self.lines()),
            "application/vnd.aeteach.claim+json": {
                "name": self.name,
                "holds": self.holds,
                "measured": self.measured,
            },
        }


def in_words(measured: Mapping[str, object]) -> str:
    """Labels with their numbers, three digits each, in the learner's language."""
    parts = [(label(name), _written(value)) for name, value in measured.items()]
    apart = "; " if any("," in name for name, _ in parts) else ", "
    return apart.join(f"{name}: {value}" for name, value in parts)


def _written(value: object) -> str:
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def claim(name: str, holds: object, measured: Mapping[str, object] | None = None) -> None:
    """Show statement `name` of the lecture with the numbers `measured`, {label: number}.

    holds: the condition, computed from this run. Raises ClaimError when it is false, KeyError
    for an unknown name, TypeError when `holds` is not one truth value.
    """
    if name not in statements():
        near = difflib.get_close_matches(name, statements(), n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise KeyError(f"no statement {name!r}; {hint}the names stand in aeteach/claims.toml")
    try:
        truth = bool(holds)
    except (RuntimeError, ValueError) as error:
        raise TypeError(f"holds has many values ({error}); add .all()") from error
    verdict = Claim(name, truth, in_words(measured or {}))
    if not truth:
        raise ClaimError("\n".join(verdict.lines()) + "\n" + tr("the numbers say otherwise"))
    display(verdict)
