"""What every check says of an answer that is none."""

import pytest
import torch

from aeteach import exercises
from aeteach.exercises import Reply

CHECKS = [getattr(exercises, name) for name in exercises.__all__ if name.startswith("check_")]


def unanswered(*_):
    ...


def silent(*_):
    "Works, and forgets to return."


def broken(*_):
    raise ZeroDivisionError("division by <0>")


def too_few():
    return 1


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("answer", [..., None])
def test_no_function_is_no_answer_yet(check, answer):
    reply = check(answer)
    assert not reply and "not answered yet: give a function" in reply.text


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("answer", [64, "healthy"])
def test_a_value_is_no_function(check, answer):
    reply = check(answer)
    assert not reply and f"{answer!r} is no function: give one" in reply.text


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("answer", [lambda *_: ...])
def test_dots_are_no_answer_yet(check, answer):
    reply = check(answer)
    assert not reply and "not answered yet: replace the dots" in reply.text


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("answer", [unanswered, silent])
def test_a_function_without_a_value_is_no_answer_yet(check, answer):
    reply = check(answer)
    assert not reply and "returns nothing yet: end it with return" in reply.text


@pytest.mark.parametrize("check", CHECKS)
def test_an_error_of_the_learner_is_told_in_words(check):
    reply = check(broken)
    assert not reply
    assert reply.text.endswith("your function raises ZeroDivisionError: division by <0>")
    assert "&lt;0&gt;" in reply._repr_html_()


@pytest.mark.parametrize("check", CHECKS)
def test_a_missing_argument_is_told_in_words(check):
    assert "your function raises TypeError" in check(too_few).text


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("value", [
    torch.ones(3), torch.ones(2, 2).numpy(), "text", {}, [], 7.5, float("nan"), True, object(),
])
def test_a_value_of_any_kind_is_refused_in_words(check, value):
    reply = check(lambda *_: value)
    assert not reply and len(reply.text) > 10


def test_a_reply_shows_itself():
    assert repr(Reply(True, "right")) == "✓ right" and repr(Reply(False, "no")) == "✗ no"
    assert Reply(False, "a < b")._repr_html_() == "<b>✗ a &lt; b</b>"
    assert Reply(True, "") and not Reply(False, "")
