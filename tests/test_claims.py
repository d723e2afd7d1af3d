"""Statements of the lecture, and the card that says whether numbers bear one out."""

import re

import numpy as np
import pytest
import torch

from aeteach import claims
from aeteach.claims import VERDICTS, Claim, ClaimError, claim, in_words, statements

NAMES = list(statements())
MIME = "application/vnd.aeteach.claim+json"
NEEDED = set("section kind verdict english nuance reference russian russian_nuance".split())


@pytest.fixture(autouse=True)
def a_learners_run(monkeypatch):
    monkeypatch.delenv(claims.STRICT, raising=False)
    monkeypatch.setattr(claims, "_told", {})


@pytest.fixture
def planted(monkeypatch):
    row = dict(section="9.9", english="One & one is <two>.", nuance="mostly", verdict="holds")
    monkeypatch.setattr(claims, "statements", lambda: {"sum": row})
    return row


def test_the_lectures_87_statements_stand_in_order():
    rows = list(statements().values())
    parts = [tuple(map(int, row["section"].split("."))) for row in rows[:87]]
    assert parts == sorted(parts) and parts[0] == (4, 1) and parts[-1] == (6, 5)
    assert len({row["english"] for row in rows}) == len(rows)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_complete(name):
    row = statements()[name]
    assert NEEDED <= set(row) and re.fullmatch(r"[a-z][a-z0-9_]+", name)
    assert row["verdict"] in VERDICTS and row["english"].strip().endswith((".", "!", "?"))
    assert row["kind"] in ("experiment", "identity", "usage")
    assert row["reference"] or row["kind"] != "usage", "usage is shown by a reference"
    assert row["nuance"] or row["verdict"] == "holds"
    assert row["russian"] and bool(row["russian_nuance"]) is bool(row["nuance"])


@pytest.mark.parametrize(
    "verdict, head, second",
    [
        ("holds", "✓ holds · 9.9 ", "note: mostly"),
        ("holds when", "◐ holds when … · 9.9 ", "mostly"),
        ("misleading", "≠ not as it stands · 9.9 ", "measured instead: mostly"),
    ],
)
def test_the_three_marks(planted, shown, verdict, head, second):
    planted["verdict"] = verdict
    claim("sum", True, {8: 0.0123456, "digits": 7})
    forms = shown[0]._repr_mimebundle_()
    assert forms["text/plain"] == f"{head}{planted['english']}\n{second}\n8: 0.0123, digits: 7"
    assert forms[MIME] == {
        "name": "sum",
        "holds": True,
        "conditions": {},
        "measured": "8: 0.0123, digits: 7",
    }
    mark, word, _ = VERDICTS[verdict]
    assert f"{mark} {word}</b> · 9.9 One &amp; one is &lt;two&gt;." in forms["text/html"]
    assert "background-color:#" in forms["text/html"] and ";color:#" in forms["text/html"]


def test_named_conditions_are_listed(planted, shown):
    claim("sum", {"large": True})
    claim("sum", {"large": True, "first <b>": np.bool_(True)})
    claim("sum", {"large": torch.tensor(False)}, {"size": 3})
    one, two, failed = shown
    assert "  ✓ large" in one.text() and "  ✓ large\n  ✓ first <b>" in two.text()
    assert "✓ first &lt;b&gt;</li>" in two.card()
    assert failed.text().endswith("\n  ✗ large\nsize: 3")
    assert failed._repr_mimebundle_()[MIME]["conditions"] == {"large": False}


def test_a_failing_claim_names_every_condition_and_stops_nothing(planted, shown):
    claim("sum", {"equal": 1 == 1, "small": 3 < 2, "new": 4 < 2}, {"a": 3.0})
    (card,) = shown
    assert not card.holds and card.text() == (
        "✗ the numbers of this run say otherwise · 9.9 One & one is <two>.\n"
        "  ✓ equal\n  ✗ small\n  ✗ new\na: 3"
    )
    assert "✗ the numbers of this run say otherwise</b>" in card.card()


def test_a_comparison_tells_what_was_got_and_when_it_failed_what_was_wanted(planted, shown):
    held, failed = (torch.tensor(0.25), "<", 1), (0.5, ">=", np.float32(0.75))
    claim("sum", {"small": held, "large": failed, "plain": True})
    text = shown[0]._repr_mimebundle_()["text/plain"]
    assert text.splitlines()[1:] == [
        "  ✓ small: 0.25 < 1",
        "  ✗ large: 0.5, wanted >= 0.75",
        "  ✓ plain",
    ]


def test_two_numbers_that_look_alike_are_told_apart(planted, shown):
    claim("sum", {"small": (0.50000001, "<", 0.5), "plain": True})
    assert "small: 0.50000001, wanted < 0.5" in shown[0].text()
    claim("sum", {"small": (1 + 2**-40, "<", torch.tensor(1.0)), "plain": True})
    assert "small: 1.0000000000009095, wanted < 1.0" in shown[1].text()


@pytest.mark.parametrize("wrong", [(1, "=", 2), (1, 2), (1, ["<"], 2), ()])
def test_a_comparison_has_three_parts(planted, shown, wrong):
    with pytest.raises(TypeError, match="got, sign, limit"):
        claim("sum", {"small": wrong})


@pytest.mark.parametrize("wrong", [np.nan, np.inf, torch.rand(300), [torch.rand(300)], "2", True])
def test_a_comparison_is_of_two_finite_numbers(planted, shown, wrong):
    for given in ((wrong, "<", 1), (1, "<", wrong)):
        with pytest.raises(
            ValueError, match="'small' is .*; it must be a finite number"
        ) as refused:
            claim("sum", {"small": given})
        assert len(str(refused.value)) < 180


@pytest.mark.parametrize("strict, raises", [("1", True), ("0", False), ("", False)])
def test_a_failing_claim_raises_where_it_is_strict(shown, monkeypatch, strict, raises):
    monkeypatch.setenv("AETEACH_STRICT", strict)
    claim(NAMES[0], True)
    if raises:
        with pytest.raises(ClaimError, match="^✗ the numbers .*\n  ✗ small\n") as raised:
            claim(NAMES[0], {"small": 3 < 2}, {"size": 3.0})
        assert "✓" not in str(raised.value) and issubclass(ClaimError, AssertionError)
    else:
        claim(NAMES[0], {"small": 3 < 2}, {"size": 3.0})
    assert len(shown) == 1 + (not raises)


def test_the_nuance_stands_on_the_first_card_however_often_its_cell_runs(planted, shown):
    claim("sum", False, {"first": 1})
    for key in "121":
        claim("sum", True, {key: 2})
    assert ["mostly" in card.text() for card in shown] == [False, True, False, True]


def test_another_language_falls_back_to_english(planted, monkeypatch):
    monkeypatch.setattr(claims, "language", lambda: "ru")
    card = Claim("sum", {"": (True, "")})
    assert card.text() == "✓ holds · 9.9 One & one is <two>.\nnote: mostly"
    planted |= {"russian": "Два.", "russian_nuance": "чаще"}
    assert card.text() == "✓ holds · 9.9 Два.\nnote: чаще"


@pytest.mark.parametrize(
    "holds, words",
    [
        (float("nan"), "holds is nan, no truth value"),
        (1, "holds is 1,"),
        ("False", "is 'False'"),
        ([False], r"is \[False\]"),
        ((False, "why"), "no truth value"),
        (None, "holds is None"),
        (lambda: False, "is <function"),
        (torch.tensor(1.0), "no truth value"),
        (torch.tensor([True, True]), r"many values, of shape \(2,\); add .all\(\)"),
        (np.ones(3) > 0, r"many values, of shape \(3,\); add .all\(\)"),
        ({"far": 1.0}, "condition 'far' is 1.0"),
        ({8: True}, "named 8; name it in words"),
        ({" ": True}, "name it in words"),
        ({"": True}, "a condition is named ''; name it"),
        ({None: (1, "<", 2)}, "named None; name it in words"),
        ({torch.rand(9): True}, r"named a tensor of shape \(9,\), torch.float32; name it"),
        ([torch.rand(9)], "holds is .*, no truth value"),
        ({"x" * 999: 1.0}, "condition 'xx.*, no truth value"),
        ({"far": {"so": True}}, "no truth value"),
        ({}, "holds has no condition; name at least one"),
    ],
)
def test_what_is_no_truth_value_is_refused(holds, words, shown):
    with pytest.raises(
        ValueError if words.startswith("holds has no") else TypeError, match=words
    ) as refused:
        claim(NAMES[0], holds)
    assert shown == [] and len(str(refused.value)) < 220 and "\n" not in str(refused.value)


@pytest.mark.parametrize("value", [float("nan"), -np.inf, torch.tensor(torch.nan)])
def test_a_number_that_is_not_finite_is_refused_by_name(value):
    with pytest.raises(ValueError, match="measured 'error' is (nan|-inf); find out"):
        claim(NAMES[0], True, {"fine": 1.0, "error": value})


def test_a_slip_of_the_name_is_mended():
    with pytest.raises(KeyError, match="did you mean 'large_latent_copies'.*claims.toml"):
        claim("large_latent_copy", True)
    with pytest.raises(
        KeyError, match=r"no statement a tensor of shape \(9,\), torch.float32; the"
    ):
        claim(torch.rand(9), True)


def test_numbers_in_words():
    numbers = {"a": torch.tensor(0.12345), "b": np.float64(2.0), 3: torch.tensor(3)}
    assert in_words(numbers) == "a: 0.123, b: 2, 3: 3"
    assert in_words({"sorted": True, "equal": torch.tensor(False)}) == "sorted: yes, equal: no"
    assert in_words({"PCA, k=2": 1, "b": "nan"}) == "PCA, k=2: 1; b: nan"
    with pytest.raises(TypeError, match="measured 'all' has 2 numbers; pass one"):
        in_words({"all": torch.ones(2)})
    with pytest.raises(TypeError, match="measured is 0.5; pass {label: number}"):
        claim(NAMES[0], True, 0.5)
