"""A question before the result: the learner commits, then sees the number."""

import functools
import html
from collections.abc import Mapping
from importlib.resources import files

import traitlets

from aeteach.claims import in_words
from aeteach.widgets import desk
from aeteach.widgets.front import Front, script
from aeteach.words import language, tr


@functools.cache
def questions() -> dict[str, dict]:
    """All rows of questions.toml by name: notebook and, for each language, a table with
    question, options, and ideas: what lies behind each option."""
    import tomllib

    return tomllib.loads(files("aeteach").joinpath("questions.toml").read_text("utf-8"))


def predict(name: str, answer: str, measured: Mapping[str, object] | None = None) -> Front:
    """Ask question `name`; the answer shows once an option and a confidence are chosen.

    answer: letter of the right option, "a" for the first; or the label of one of the numbers
    measured, the first of them standing for option "a". measured: the numbers that decide,
    {label: number}. Works without a kernel. Let it stand last in its cell. KeyError for an
    unknown name, ValueError for an answer without an option.
    """
    if name not in questions():
        raise KeyError(f"no question {name!r}; the names stand in aeteach/questions.toml")
    row = questions()[name]
    text = row.get(language(), row["en"])
    letters = "abcdefgh"[: len(text["options"])]
    if answer in list(measured or {})[: len(letters)]:
        answer = letters[list(measured).index(answer)]
    if len(answer) != 1 or answer not in letters:
        raise ValueError(f"answer is {answer!r}; question {name} has {', '.join(letters)}")
    asked = Question(text, letters.index(answer), in_words(measured or {}))
    desk.put(asked, f"predict {name}")
    return asked


class Question(Front):
    """Options, confidences, and a page of lines for every pair of them."""

    _esm = script("predict")
    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List().tag(sync=True)
    how_sure = traitlets.Unicode().tag(sync=True)
    confidences = traitlets.List().tag(sync=True)
    pages = traitlets.List().tag(sync=True)

    def __init__(self, text: dict, right: int, measured: str) -> None:
        self.ideas, self.right, self.measured = text["ideas"], right, measured
        count = range(len(text["options"]))
        super().__init__(
            question=text["question"],
            options=text["options"],
            how_sure=tr("How sure are you?"),
            confidences=[tr("a guess"), tr("fairly sure"), tr("certain")],
            pages=[[self.feedback(option, sure) for sure in range(3)] for option in count],
        )

    def feedback(self, option: int, sure: int) -> list[str]:
        """Lines for one option and confidence: right or not, the idea behind it, the number."""
        hit = option == self.right
        lines = [tr("✓ Right.") if hit else tr("✗ Not this time.")]
        if not hit and sure == 2:
            lines[0] += " " + tr("Certain and wrong: these stay in memory best.")
        if hit and sure == 0:
            lines[0] += " " + tr("Now you know why it was a good guess.")
        lines += [self.ideas[option]]
        if not hit:
            lines += [tr("Measured: {idea}", idea=self.ideas[self.right])]
        return lines + [self.measured] * bool(self.measured)

    def still_forms(self) -> dict[str, object]:
        items = "".join(f"<li>{html.escape(option)}</li>" for option in self.options)
        answer = html.escape(f"{self.options[self.right]}: {self.measured}")
        still = f"<b>{html.escape(self.question)}</b><ol type='a'>{items}</ol>"
        still += f"<details><summary>{tr('Answer')}</summary>{answer}</details>"
        return {"text/html": still, "text/plain": f"predict: {self.question}"}
