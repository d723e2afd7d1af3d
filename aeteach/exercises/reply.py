"""What a check of a learner's answer says, and how it asks the learner's function."""

import html
from dataclasses import dataclass

from aeteach.words import tr


@dataclass
class Reply:
    """What a check says; true when the answer is right."""

    right: bool
    text: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return f"{'✓' if self.right else '✗'} {self.text}"

    def _repr_html_(self) -> str:
        return f"<b>{html.escape(repr(self))}</b>"


def reply(complaint: str | None) -> Reply:
    """Right when there is no `complaint`, else wrong in its words."""
    return Reply(complaint is None, complaint or tr("right"))


def asked(function: object, *args: object) -> tuple[object, str | None]:
    """The value of `function(*args)`, or a complaint in words when it cannot be had."""
    if function is None or function is ...:
        return None, tr("not answered yet: give a function")
    if not callable(function):
        return None, tr("{answer} is no function: give one", answer=repr(function))
    try:
        value = function(*args)
    except Exception as error:
        kind = type(error).__name__
        return None, tr("your function raises {kind}: {error}", kind=kind, error=error)
    if value is ...:
        return None, tr("not answered yet: replace the dots")
    if value is None:
        return None, tr("your function returns nothing yet: end it with return")
    return value, None


def equals(value: object, right: object) -> bool:
    """Whether `value` is one value and equals `right`."""
    try:
        return bool(value == right)
    except (RuntimeError, ValueError):
        return False


def close(value: object, right: float) -> bool:
    """Whether `value` is one number within 0.0001 of `right`."""
    try:
        return abs(float(value) - right) < 1e-4
    except (TypeError, ValueError, RuntimeError):
        return False
