"""Questions before a result: their texts, and the rules that name the right option."""

import numpy as np
import pytest
import torch

from aeteach import questions as module
from aeteach.questions import LETTERS, order, questions, right_option
from aeteach.words import languages

RULES = {"cuts", "pick", "order", "lead", "level", "else", "never"}


@pytest.fixture
def planted(monkeypatch):
    """One question of three options with the rule of the test."""

    def plant(**rule):
        row = {"en": {"options": ["no", "perhaps", "yes"]}, **rule}
        monkeypatch.setattr(module, "questions", lambda: {"is_it_so": row})

    return plant


@pytest.mark.parametrize("name", questions())
def test_a_row_is_complete_in_every_language_and_its_rule_reaches_every_option(name):
    row = questions()[name]
    assert set(row) - RULES == {"notebook", *languages()}
    for text in (row[language] for language in languages()):
        assert set(text) - {"measure"} == {"question", "options", "ideas"}
        assert text["question"].endswith("?") and text.get("measure", "some")
        assert 2 <= len(text["options"]) == len(text["ideas"]) == len(row["en"]["options"])
        assert len(set(text["options"])) == len(text["options"])
        assert ("measure" in text) is ("measure" in row["en"])
    letters = sorted(order(row) + row.get("else", "") + row.get("never", ""))
    assert letters == list(LETTERS[: len(row["en"]["options"])])
    assert ("cuts" in row) != (row.get("pick") in ("largest", "smallest"))
    if "cuts" in row:
        assert sorted(set(row["cuts"])) == row["cuts"] and len(order(row)) == len(row["cuts"]) + 1
    assert ("else" in row) is bool({"lead", "level"} & set(row))


@pytest.mark.parametrize("name", [name for name, row in questions().items() if "cuts" in row])
def test_cuts_answer_up_to_each_of_them_and_above(name):
    row = questions()[name]
    letters = [LETTERS[right_option(name, value)] for value in (*row["cuts"], 1e9)]
    assert "".join(letters) == order(row)


@pytest.mark.parametrize("name", [name for name, row in questions().items() if "pick" in row])
def test_a_clear_winner_is_right(name):
    row = questions()[name]
    far = 100 if row["pick"] == "largest" else -100
    for place, letter in enumerate(order(row)):
        value = {key: far * (key == place) for key in range(len(order(row)))}
        assert LETTERS[right_option(name, value)] == letter


def test_the_order_of_letters_turns_a_rule(planted):
    planted(cuts=[1, 2], order="cab")
    numbers = (1, np.float32(1.5), torch.tensor(2.5))
    assert [right_option("is_it_so", value) for value in numbers] == [2, 0, 1]


@pytest.mark.parametrize(
    "value, right",
    [
        ({"first": 3.0, "second": 1}, 0),
        ({"first": 1, "second": 3.0}, 1),
        ({"first": 3.0, "second": 2.95}, 2),
        ({"first": 2, "second": 0}, 2),
    ],
)
def test_a_near_tie_and_a_weak_winner_are_right_elsewhere(planted, value, right):
    planted(pick="largest", lead=0.1, level=2.5, **{"else": "c"})
    assert right_option("is_it_so", value) == right


def test_the_level_of_the_smallest_lies_below_it(planted):
    planted(pick="smallest", level=-0.05, **{"else": "c"})
    assert right_option("is_it_so", {1: -0.1, 2: 0.0}) == 0
    assert right_option("is_it_so", {1: -0.01, 2: 0.0}) == 2


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        "0.5",
        "b",
        True,
        np.True_,
        torch.tensor(True),
        np.array("3"),
        10**400,
        None,
        [1],
        {"a": 1},
        torch.ones(2),
    ],
)
def test_a_value_that_cannot_decide_is_refused(planted, value):
    planted(cuts=[1, 2])
    with pytest.raises(ValueError, match="'is_it_so' is .*; it must be a finite number"):
        right_option("is_it_so", value)


@pytest.mark.parametrize(
    "value, words",
    [
        ({"one": 1.0}, "got 1; pass 3 numbers"),
        (0.5, "got 0.5; pass 3 numbers"),
        ({"a": 1, "b": 2, "c": float("nan")}, "is nan; it must"),
    ],
)
def test_a_wrong_mapping_is_refused(planted, value, words):
    planted(pick="largest")
    with pytest.raises(ValueError, match=words):
        right_option("is_it_so", value)


def test_an_unknown_name_is_refused_with_the_closest_one():
    with pytest.raises(KeyError, match="no question 'recalls'; did you mean 'recall'"):
        right_option("recalls", 1)
