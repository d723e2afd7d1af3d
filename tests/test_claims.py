"""Statements of the lecture and the check that numbers agree."""

import math
import re

import numpy as np
import pytest
import torch

from aeteach import claims
from aeteach.claims import VERDICTS, Claim, ClaimError, claim, in_words, statements

NAMES = list(statements())
NEEDED = {"number", "section", "notebooks", "verdict", "english", "nuance", "reference", "open"}


def first_with(verdict, nuance=True):
    return next(
        name
        for name, row in statements().items()
        if row["verdict"] == verdict and bool(row["nuance"]) == nuance
    )


@pytest.fixture
def planted(monkeypatch):
    row = dict(section="9.9", english="One & one is <two>.", nuance="mostly", verdict="holds")
    monkeypatch.setattr(claims, "statements", lambda: {"sum": row})
    return row


def test_the_lectures_87_statements_stand_in_order_and_others_follow():
    numbers = [row["number"] for row in statements().values()]
    assert numbers == list(range(1, max(87, len(numbers)) + 1))


def test_sections_go_up_with_the_numbers():
    rows = list(statements().values())[:87]
    parts = [tuple(map(int, row["section"].split("."))) for row in rows]
    assert parts == sorted(parts) and parts[0] == (4, 1) and parts[-1][0] == 6


@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_complete(name):
    row = statements()[name]
    assert NEEDED <= set(row) and re.fullmatch(r"[a-z][a-z0-9_]+", name)
    assert row["verdict"] in VERDICTS and row["english"].strip().endswith((".", "!", "?"))
    assert row["notebooks"] and set(row["notebooks"]) <= set(range(1, 100))
    assert isinstance(row["open"], bool)
    assert row["nuance"] or row["verdict"] == "holds"


def test_no_statement_stands_twice():
    assert len({row["english"] for row in statements().values()}) == len(statements())


def test_a_true_claim_shows_statement_and_numbers(shown):
    name = first_with("holds")
    claim(name, 1 < 2, {"test_error": 0.0123456, "digits": 7})
    (verdict,) = shown
    forms, row = verdict._repr_mimebundle_(), statements()[name]
    assert forms["text/plain"].startswith(f"✓ {row['section']} {row['english']}")
    assert f"note: {row['nuance']}" in forms["text/plain"]
    assert forms["text/plain"].endswith("\ntest error: 0.0123, digits: 7")
    record = {"name": name, "holds": True, "measured": "test error: 0.0123, digits: 7"}
    assert forms["application/vnd.aeteach.claim+json"] == record


@pytest.mark.parametrize("verdict, head, lead", [
    ("holds", "✓ ", "note: "),
    ("holds when", "✓ ", "holds when: "),
    ("misleading", "≠ ", "measured instead: "),
])
def test_a_verdict_shows(verdict, head, lead, shown):
    claim(first_with(verdict), True)
    first, second = shown[0].lines()
    assert first.startswith(head) and second.startswith(lead)
    assert ("the lecture says: " in first) is (verdict == "misleading")


def test_a_claim_without_nuance_and_numbers_is_one_line(shown):
    claim(first_with("holds", nuance=False), True)
    assert len(shown[0].lines()) == 1


def test_a_false_claim_raises_with_its_numbers(shown):
    with pytest.raises(ClaimError) as raised:
        claim(NAMES[0], 3 < 2, {"small": 3.0, "large": 2.5})
    text = str(raised.value)
    assert statements()[NAMES[0]]["english"] in text and "small: 3, large: 2.5" in text
    assert text.endswith("the numbers say otherwise")
    assert shown == [] and issubclass(ClaimError, AssertionError)


def test_html_is_escaped(planted):
    forms = Claim("sum", True, "1 < 2")._repr_mimebundle_()
    assert forms["text/html"].split("<br>") == [
        "<b>✓ 9.9 One &amp; one is &lt;two&gt;.</b>", "note: mostly", "1 &lt; 2"
    ]


def test_another_language_falls_back_to_english(planted, monkeypatch):
    monkeypatch.setattr(claims, "language", lambda: "ru")
    assert Claim("sum", True, "").lines() == ["✓ 9.9 One & one is <two>.", "note: mostly"]
    planted |= {"russian": "Два.", "russian_nuance": "чаще"}
    assert Claim("sum", True, "").lines() == ["✓ 9.9 Два.", "note: чаще"]


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError, match="no statement 'no_such'.*claims.toml"):
        claim("no_such", True)


def test_many_truth_values_are_refused():
    for holds in (torch.tensor([True, True]), torch.tensor([1.0, 2.0]).numpy() > 0):
        with pytest.raises(TypeError, match=r"holds has many values .*add \.all\(\)"):
            claim(NAMES[0], holds)


@pytest.mark.parametrize("holds", [torch.tensor(True), torch.tensor([[True]]), 1])
def test_one_truth_value_of_a_tensor_will_do(holds, shown):
    claim(NAMES[0], holds)
    assert shown[0].holds is True


@pytest.mark.parametrize("holds", [torch.tensor(False), 0, None, math.nan < 1])
def test_what_is_not_true_is_false(holds):
    with pytest.raises(ClaimError):
        claim(NAMES[0], holds)


def test_a_slip_of_the_name_is_mended():
    with pytest.raises(KeyError, match="did you mean 'large_latent_copies'"):
        claim("large_latent_copy", True)


def test_a_tensor_or_a_numpy_number_is_written_as_a_number():
    numbers = {"a": torch.tensor(0.12345), "b": np.float64(2.0), "c": torch.tensor(3)}
    assert in_words(numbers) == "a: 0.123, b: 2, c: 3"
    assert in_words({"sorted": True, "equal": torch.tensor(False)}) == "sorted: yes, equal: no"
    assert in_words({"PCA, k=2": 1, "b": 2}) == "PCA, k=2: 1; b: 2"
