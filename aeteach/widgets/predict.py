"""A question before the result: the learner commits, then sees the number."""

import functools
import html
import tomllib
from collections.abc import Mapping
from importlib.resources import files

import ipywidgets as ipw

from aeteach.claims import in_words
from aeteach.widgets import desk
from aeteach.words import language, tr

SURE = ("a guess", "fairly sure", "certain")


@functools.cache
def questions() -> dict[str, dict]:
    """All rows of questions.toml by name: notebook and, for each language, a table with
    question, options, and ideas: what lies behind each option."""
    return tomllib.loads(files("aeteach").joinpath("questions.toml").read_text("utf-8"))


def predict(
    name: str, answer: str, measured: Mapping[str, object] | None = None
) -> ipw.Widget:
    """Ask question `name`; the answer shows once an option and a confidence are chosen.

    answer: letter of the right option, "a" for the first. measured: the
    numbers that decide, {label: number}.
    Works without a kernel. Let it stand last in its cell. KeyError for an unknown name,
    ValueError for a letter without an option.
    """
    if name not in questions():
        raise KeyError(f"no question {name!r}; the names stand in aeteach/questions.toml")
    row = questions()[name]
    text = row.get(language(), row["en"])
    letters = "abcdefgh"[: len(text["options"])]
    if len(answer) != 1 or answer not in letters:
        raise ValueError(f"answer is {answer!r}; question {name} has {', '.join(letters)}")
    asked = Question(text, letters.index(answer), in_words(measured or {}))
    desk.put(asked, asked.links, f"predict {name}")
    return asked


class Question(ipw.VBox):
    """Options, confidence, and a page of feedback for every pair of them."""

    def __init__(self, text: dict, right: int, measured: str) -> None:
        self.text, self.right, self.measured = text, right, measured
        wide = ipw.Layout(width="auto")
        self.options = ipw.RadioButtons(options=text["options"], index=None, layout=wide)
        self.sure = ipw.ToggleButtons(
            options=[tr(word) for word in SURE],
            index=None,
            description=tr("how sure are you?"),
            style={"description_width": "initial"},
        )
        asked = ipw.HTML(f"<b>{html.escape(text['question'])}</b>")
        look = dict(layout=asked.layout, style=asked.style)
        stacks = [
            ipw.Stack([ipw.HTML(self.feedback(option, sure), **look) for sure in range(3)])
            for option in range(len(text["options"]))
        ]
        pages = ipw.Stack(stacks)
        self.links = [ipw.jslink((self.options, "index"), (pages, "selected_index"))]
        self.links += [ipw.jslink((self.sure, "index"), (s, "selected_index")) for s in stacks]
        super().__init__([asked, self.options, self.sure, pages])

    def feedback(self, option: int, sure: int) -> str:
        """HTML for one option and confidence: right or not, the number, the idea behind it."""
        hit = option == self.right
        lines = [tr("✓ Right.") if hit else tr("✗ Not this time.")]
        if not hit and sure == 2:
            lines[0] += " " + tr("Certain and wrong: these stay in memory best.")
        if hit and sure == 0:
            lines[0] += " " + tr("Now you know why it was a good guess.")
        lines += [self.text["ideas"][option]]
        if not hit:
            lines += [tr("Measured: {idea}", idea=self.text["ideas"][self.right])]
        lines += [self.measured] * bool(self.measured)
        body = "<br>".join(html.escape(line) for line in lines)
        return f'<p role="status">{body}</p>'

    def __repr__(self) -> str:
        return f"predict: {self.text['question']}"

    def _repr_mimebundle_(self, **options: object) -> dict[str, object]:
        items = "".join(f"<li>{html.escape(option)}</li>" for option in self.text["options"])
        answer = html.escape(f"{self.text['options'][self.right]}: {self.measured}")
        still = f"<b>{html.escape(self.text['question'])}</b><ol type='a'>{items}</ol>"
        still += f"<details><summary>{tr('Answer')}</summary>{answer}</details>"
        return {"text/html": still} | super()._repr_mimebundle_(**options)
