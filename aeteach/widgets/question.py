"""A question before the result: the learner commits, then sees the number."""

import html
from collections.abc import Iterable, Mapping
from numbers import Real

from aeteach.claims import in_words
from aeteach.guard import whole
from aeteach.questions import questions, right_option
from aeteach.widgets.island import Island, show
from aeteach.words import language, tr

CONFIDENCES = ("a guess", "fairly sure", "certain")
_asked: dict[str, dict[str, str]] = {}


def predict(
    name: str,
    value: Real | Mapping[str, object],
    measured: Mapping[str, object] | None = None,
    veil: int = 0,
) -> None:
    """Ask question `name`; the answer shows once an option and a confidence are chosen.

    value: the number, or the {label: number}, from which the rule of questions.toml tells the
    right option. measured: the numbers shown with the answer, {label: number}; by default
    those of `value`, or `value` under the question's `measure`. veil: so many cells below are
    blurred until it is answered or skipped. Answers stay in the learner's browser. KeyError for
    an unknown name, ValueError for a value that the rule cannot read.
    """
    right = right_option(name, value)
    veil = whole("veil", veil, 0, 20)
    digits = 3
    if measured is None and isinstance(value, Mapping):
        measured, digits = value, _telling(value.values())
    elif measured is None:
        measured = _named(name, value)
    show(question(name, right, in_words(measured, digits), veil))


def _telling(numbers: Iterable[Real]) -> int:
    """How many digits tell numbers apart that are not equal, at least 3."""
    different = {float(each) for each in numbers}
    return next(n for n in range(3, 18) if len({f"{x:.{n}g}" for x in different}) == len(different))


def _named(name: str, value: Real) -> dict[str, object]:
    """The deciding number under the name that the question has for it, if any."""
    row = questions()[name]
    measure = row.get(language(), row["en"]).get("measure")
    return {measure: value} if measure else {}


def question(name: str, right: int, measured: str, veil: int = 0) -> Island:
    """Question `name` whose option number `right` is the right one."""
    row = questions()[name]
    text = row.get(language(), row["en"])
    key = f"{row['notebook']:02}/{name}"
    _asked[name] = dict(key=key, question=text["question"])
    count = range(len(text["options"]))
    data = dict(
        key=key,
        question=text["question"],
        options=text["options"],
        confidences=[tr(each) for each in CONFIDENCES],
        pages=[[_feedback(text, n, right, sure, measured) for sure in range(3)] for n in count],
        right=right,
        veil=veil,
        words=dict(sure=tr("How sure are you?"), skip=tr("Skip and show what follows")),
    )
    still = _still(text, text["options"][right], measured)
    said = f"predict: {text['question']}"
    return Island("predict", data, still, said, **{"data-question": key})


def _feedback(text: dict, option: int, right: int, sure: int, measured: str) -> list[str]:
    """Lines for one option and confidence: right or not, the idea behind it, the number."""
    hit = option == right
    lines = [tr("✓ Right.") if hit else tr("✗ Not this time.")]
    if not hit and sure == 2:
        lines[0] += " " + tr("Certain and wrong: these stay in memory best.")
    if hit and sure == 0:
        lines[0] += " " + tr("Now you know why it was a good guess.")
    lines += [text["ideas"][option]]
    if not hit:
        lines += [tr("Measured: {idea}", idea=text["ideas"][right])]
    return lines + [measured] * bool(measured)


def _still(text: dict, answer: str, measured: str) -> str:
    items = "".join(f"<li>{html.escape(option)}</li>" for option in text["options"])
    told = html.escape(": ".join([answer, measured]) if measured else answer)
    return (
        f"<b>{html.escape(text['question'])}</b><ol type='a'>{items}</ol>"
        f"<details><summary>{tr('Answer')}</summary>{told}</details>"
    )


def calibration() -> None:
    """Show how many of the questions asked so far were answered rightly, and how surely.

    With links to those to read again, and a button that saves all answers as one JSON file.
    Let it stand at a notebook's end. ValueError when no question has been asked.
    """
    if not _asked:
        raise ValueError("no question was asked yet; run the cells with predict(...) first")
    words = dict(
        confidences=[tr(each) for each in CONFIDENCES],
        answered=tr("Questions answered: {n} of {all}."),
        level=tr("{name}: {right} of {n} right."),
        skipped=tr("Skipped: {n}."),
        again=tr("Certain and wrong, look again at:"),
        wrong=tr("Wrong, but not certain:"),
        open=tr("Not answered yet:"),
        save=tr("Save all answers as a file"),
        forget=tr("Forget these answers"),
        really=tr("Press again to forget them"),
    )
    data = dict(questions=list(_asked.values()), words=words)
    items = "".join(f"<li>{html.escape(each['question'])}</li>" for each in _asked.values())
    title = tr("The questions of this notebook:")
    show(Island("calibration", data, f"<p>{title}</p><ul>{items}</ul>", title))
