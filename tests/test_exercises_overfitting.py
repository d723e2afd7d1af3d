"""Checks of notebook 03: right answers in many spellings, typical faults named, none given away."""

import pytest
import torch

from aeteach.exercises import check_better, check_dimming, check_parameters, check_stopping
from aeteach.exercises.overfitting import kept_epoch
from aeteach.models import Autoencoder
from aeteach.objectives import reconstruction
from aeteach.training import fit


def by_layers(hidden_size):
    sizes = [(64, hidden_size), (hidden_size, 16), (16, hidden_size), (hidden_size, 64)]
    return sum(a * b + b for a, b in sizes)


@pytest.mark.parametrize("answer", [
    lambda h: 162 * h + 80,
    lambda h: 2 * h * (64 + 16) + 2 * h + 64 + 16,
    lambda h: sum(p.numel() for p in Autoencoder(64, 16, h).parameters()),
    lambda h: torch.tensor(162 * h + 80),
    by_layers,
])
def test_right_counts(answer):
    reply = check_parameters(answer)
    assert reply and reply.text == "right"


@pytest.mark.parametrize("answer, fault", [
    (lambda h: 160 * h, "one hidden unit"),
    (lambda h: 162 * h, "one hidden unit"),
    (lambda h: 242 + 80 * (h - 1), "which of the four"),
    (lambda h: 5264 if h > 1 else 242, "do not grow"),
    (lambda h: 160 * h + 82, "which of the four"),
    (lambda h: "many", "one hidden unit"),
    (lambda h: h / 0, "ZeroDivisionError"),
    (..., "not answered yet"),
    (31184, "no function"),
])
def test_wrong_counts(answer, fault):
    reply = check_parameters(answer)
    assert not reply and fault in reply.text and "162" not in reply.text


@pytest.mark.parametrize("answer", [
    lambda x: x * (0.6 + 0.4 * torch.rand(len(x), 1)),
    lambda x: x * torch.empty(x.shape[0], 1).uniform_(0.6, 1.0),
    lambda x: torch.stack([row * (1 - 0.4 * torch.rand(())) for row in x]),
    lambda x: (x.T * (0.6 + 0.4 * torch.rand(len(x)))).T,
])
def test_right_dimmings(answer):
    for seed in range(5):
        torch.manual_seed(seed)
        reply = check_dimming(answer)
        assert reply, reply.text


def in_place(x):
    x *= 0.6 + 0.4 * torch.rand(len(x), 1)
    return x


def always_alike(x):
    return x * (0.6 + 0.4 * torch.rand(len(x), 1, generator=torch.Generator().manual_seed(1)))


@pytest.mark.parametrize("answer, fault", [
    (lambda x: x, "same number"),
    (lambda x: 0.8 * x, "same number"),
    (lambda x: x * (0.6 + 0.4 * torch.rand(())), "same number"),
    (lambda x: x * (0.6 + 0.4 * torch.rand_like(x)), "pixels must be dimmed alike"),
    (lambda x: x * torch.rand(len(x), 1), "between 0.6 and 1"),
    (lambda x: x * (0.6 + torch.rand(len(x), 1)), "between 0.6 and 1"),
    (lambda x: x * (0.8 + 0.2 * torch.rand(len(x), 1)), "whole range"),
    (lambda x: x * (1 - 0.4 * torch.rand(len(x), 1) ** 3), "each value as likely"),
    (in_place, "changes x itself"),
    (always_alike, "same numbers each time"),
    (lambda x: x.mean(), "shape of x"),
    (lambda x: None, "returns nothing"),
    (lambda x: ..., "replace the dots"),
    (lambda x: x.nonsense, "AttributeError"),
])
def test_wrong_dimmings(answer, fault):
    for seed in range(3):
        torch.manual_seed(seed)
        reply = check_dimming(answer)
        assert not reply and fault in reply.text, reply.text


@pytest.mark.parametrize("answer", [
    lambda before, after: after[1] < before[1],
    lambda before, after: before[1] > after[1],
    lambda before, after: before[1] - after[1] > 1e-4,
    lambda before, after: torch.tensor(after[1]) < before[1],
])
def test_right_judgements(answer):
    reply = check_better(answer)
    assert reply, reply.text


@pytest.mark.parametrize("answer, fault", [
    (lambda b, a: a[1] - a[0] < b[1] - b[0], "what has been gained"),
    (lambda b, a: a[1] / a[0] < b[1] / b[0], "what has been gained"),
    (lambda b, a: a[0] < b[0], "better than before"),
    (lambda b, a: a[1] < b[1] and a[1] - a[0] < b[1] - b[0], "ratio has grown"),
    (lambda b, a: a[1] <= b[1], "nothing has changed"),
    (lambda b, a: True, "what has been gained"),
    (lambda b, a: False, "better than before"),
    (lambda b, a: ..., "replace the dots"),
])
def test_wrong_judgements(answer, fault):
    reply = check_better(answer)
    assert not reply and fault in reply.text, reply.text


def with_counter(curve, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch, error in enumerate(curve, 1):
        if error < best:
            best, kept, waited = error, epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return kept


@pytest.mark.parametrize("answer", [with_counter, kept_epoch])
def test_right_stops(answer):
    reply = check_stopping(answer)
    assert reply, reply.text


@pytest.mark.parametrize("answer, fault", [
    (lambda curve, patience: kept_epoch(curve, patience) - 1, "count epochs from 1"),
    (lambda curve, patience: curve.index(min(curve)) + 1, "patience is over"),
    (lambda curve, patience: len(curve), "count epochs from 1"),
    (lambda curve, patience: min(curve), "count epochs from 1"),
    (lambda curve, patience: curve[patience * 9], "IndexError"),
    (None, "not answered yet"),
])
def test_wrong_stops(answer, fault):
    reply = check_stopping(answer)
    assert not reply and fault in reply.text, reply.text


def test_a_counter_that_is_never_set_back_is_found():
    def never_back(curve, patience):
        best, kept, waited = float("inf"), 0, 0
        for epoch, error in enumerate(curve, 1):
            if error < best:
                best, kept = error, epoch
            else:
                waited += 1
            if waited == patience:
                break
        return kept

    assert "sets the waiting back" in check_stopping(never_back).text


def test_equal_counts_as_waiting():
    def takes_equal(curve, patience):
        best = 0
        for epoch, error in enumerate(curve):
            if error <= curve[best]:
                best = epoch
            if epoch - best >= patience:
                break
        return best + 1

    assert "equal is not better" in check_stopping(takes_equal).text


def test_the_kept_epoch_is_that_of_fit():
    torch.manual_seed(3)
    x, x_test = torch.rand(20, 9), torch.rand(30, 9)
    model = Autoencoder(9, 4, 32)
    run = fit(model, x, reconstruction, x_test, epochs=200, learning_rate=0.03, patience=4)
    kept = kept_epoch(run.test_curve, 4)
    assert len(run.test_curve) == kept + 4 < 200
    with torch.no_grad():
        assert reconstruction(model, x_test).item() == pytest.approx(run.test_curve[kept - 1])
