"""Every check: right answers pass, wrong ones are told what is wrong, none is given away."""

import ast
import io
import random
import re
import sys
from pathlib import Path

import answers_copying
import answers_generation
import answers_latent
import answers_losses
import answers_overfitting
import answers_pca
import numpy as np
import pytest
import torch
from torch import nn

from aeteach import exercises
from aeteach.exercises import Reply
from aeteach.exercises.losses import LOSSES, TASKS
from aeteach.exercises.overfitting import kept_epoch
from aeteach.models import Autoencoder
from aeteach.objectives import reconstruction
from aeteach.training import fit

CHECKS = [value for name, value in vars(exercises).items() if name.startswith("check_")]
BOOKS = (
    answers_losses,
    answers_copying,
    answers_overfitting,
    answers_latent,
    answers_generation,
    answers_pca,
)
RIGHT = {check: answers for book in BOOKS for check, answers in book.RIGHT.items()}
WRONG = {check: answers for book in BOOKS for check, answers in book.WRONG.items()}
GIVEN_AWAY = {
    exercises.check_masking: r"rand|0\.3|0\.7|mse\(|[*<>=]",
    exercises.check_top_k: r"topk|scatter|sort|abs",
    exercises.check_huber: r"where|clamp|abs\b|\*|/",
    exercises.check_floor: r"xlogy|entropy|mean\(|\*",
    exercises.check_last_layer: "tanh|sigmoid",
    exercises.check_parameters: "162",
    exercises.check_discarded: "sort|topk",
    exercises.check_tied: r"E\.T|mT",
    exercises.check_other_axes: "inverse",
    exercises.check_own_pca: "svd",
}
LOSS_CHECKS = (
    exercises.check_huber,
    exercises.check_masking,
    exercises.check_free_bits,
    exercises.check_tied,
    exercises.check_top_k,
    exercises.check_last_layer,
)
each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)


def test_every_check_is_tried():
    assert RIGHT.keys() == WRONG.keys() == set(CHECKS)


@each_check
def test_right_answers(check):
    for place, answer in enumerate(RIGHT[check]):
        for seed in range(3):
            torch.manual_seed(seed)
            reply = check(answer)
            assert reply and reply.text == "right", (place, seed, reply.text)


@each_check
def test_wrong_answers(check):
    for place, (answer, words) in enumerate(WRONG[check]):
        reply = check(answer)
        assert not reply and words in reply.text, (place, words, reply.text)
        if check in GIVEN_AWAY:
            assert not re.search(GIVEN_AWAY[check], reply.text)


@pytest.mark.parametrize("task", TASKS)
def test_no_hint_names_a_choice(task):
    hint = TASKS[task][1]
    assert not re.search(rf"\b({'|'.join(LOSSES)})\b", hint)
    assert sorted(loss for loss, _ in TASKS.values()) == sorted(LOSSES)


def broken(*_):
    raise ZeroDivisionError("division by <0>")


def silent(*_):
    "Works, and forgets to return."


BANK = (
    {
        "dots": (..., "not answered yet: give a function"),
        "none": (None, "not answered yet: give a function"),
        "number": (64, "64 is no function: give one"),
        "text": ("healthy", "'healthy' is no function: give one"),
        "inner dots": (lambda *_: ..., "not answered yet: replace the dots"),
        "no return": (silent, "returns nothing yet: end it with return"),
        "raises": (broken, "your function raises ZeroDivisionError: division by <0>"),
        "too few": (lambda: 1, "your function raises TypeError"),
    }
    | {
        str(place): (lambda *_, value=value: value, "")
        for place, value in enumerate(
            (
                torch.ones(3),
                torch.ones(2, 2).numpy(),
                "text",
                {},
                [],
                7.5,
                True,
                object(),
                b"text",
                torch.tensor(5.0),
                torch.tensor([]),
                torch.ones(3, device="meta"),
                10**400,
                10**5000,
                -1,
                torch.ones(3).to_sparse(),
                (torch.ones(2), "x"),
                nn.Linear(2, 2),
                range(3),
                Autoencoder,
            )
        )
    }
    | {
        f"spoiled {value}": (lambda *_, value=value: value, "")
        for value in (
            float("nan"),
            torch.tensor(torch.nan),
            complex(1, 2),
            torch.ones(2) * 1j,
            (torch.ones(2), torch.tensor(torch.inf)),
        )
    }
)


@each_check
def test_what_is_no_answer_is_told_in_words(check):
    for kind, (answer, words) in BANK.items():
        reply = check(answer)
        assert not reply and words in reply.text, (kind, reply.text)
        assert 10 < len(reply.text) < 300 and "\n" not in reply.text, (kind, reply.text)


def spoiled(answer, change):
    """A right answer, its numbers changed."""

    def changed(*args):
        value = answer(*args)
        if isinstance(value, tuple | list):
            return type(value)(change(part) for part in value)
        return change(value) if isinstance(value, torch.Tensor) else value

    return changed


@each_check
def test_a_right_answer_with_nan_is_wrong(check):
    seen = []
    reply = check(spoiled(RIGHT[check][0], lambda value: seen.append(1) or value * torch.nan))
    assert bool(reply) is not bool(seen)
    if seen and check is not exercises.check_floor:
        assert reply.text == "some numbers are NaN, infinite or not real"


@pytest.mark.parametrize("check", LOSS_CHECKS, ids=lambda check: check.__name__)
def test_a_right_answer_without_a_gradient_is_wrong(check):
    for answer in RIGHT[check]:
        reply = check(spoiled(answer, torch.Tensor.detach))
        assert not reply and re.search("no gradient (reaches|passes)", reply.text), reply.text


@each_check
def test_an_answer_that_alters_what_it_was_given_is_wrong(check):
    altered = []

    def alters(*args):
        value = RIGHT[check][0](*args)
        for given in args:
            if isinstance(given, torch.Tensor):
                given.data.add_(1)
                altered.append(1)
            elif isinstance(given, list):
                given.append(1)
                altered.append(1)
        return value

    reply = check(alters)
    assert bool(reply) is not bool(altered)
    assert not altered or "changes what it was given" in reply.text, reply.text


@each_check
def test_a_check_takes_no_number_from_the_learners_chance(check):
    def draws(*args):
        torch.rand(3), np.random.rand(3), random.random()
        return RIGHT[check][0](*args)

    for answer in (draws, broken, ...):
        before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
        check(answer)
        assert torch.equal(before[0], torch.get_rng_state())
        assert before[1:] == (random.getstate(), np.random.get_state()[1].tolist())


@each_check
def test_switched_off_gradients_make_no_right_answer_wrong(check):
    with torch.no_grad():
        assert check(RIGHT[check][0])
        assert not torch.is_grad_enabled()


def test_a_reply_shows_itself():
    assert repr(Reply(True, "right")) == "✓ right" and repr(Reply(False, "no")) == "✗ no"
    assert Reply(False, "a < b")._repr_html_() == "<b>✗ a &lt; b</b>"
    assert Reply(True, "") and not Reply(False, "")


@pytest.mark.parametrize("encoding, mark", [("cp1252", "?"), ("ascii", "?"), ("utf-8", "✗")])
def test_a_reply_can_be_printed_anywhere(encoding, mark, monkeypatch):
    page = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", page)
    print(Reply(False, "no"), flush=True)
    assert page.buffer.getvalue().decode(encoding).split() == [mark, "no"]


def test_no_marking_is_switched_off_by_the_option_o():
    paths = sorted(Path(exercises.__file__).parent.glob("*.py"))
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    assert len(paths) >= 7 and not [node for node in nodes if isinstance(node, ast.Assert)]


def test_the_kept_epoch_is_that_of_fit():
    torch.manual_seed(3)
    x, x_test = torch.rand(20, 9), torch.rand(30, 9)
    model = Autoencoder(9, 4, 32)
    run = fit(model, x, reconstruction, x_test, epochs=200, learning_rate=0.03, patience=4)
    kept = kept_epoch(run.test_curve, 4)
    assert len(run.test_curve) == kept + 4 < 200
    with torch.no_grad():
        assert reconstruction(model, x_test).item() == pytest.approx(run.test_curve[kept - 1])
