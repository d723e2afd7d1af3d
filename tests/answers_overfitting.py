"""Answers to the exercises of notebook 03: right in many spellings, wrong in typical ways."""

import torch

from aeteach.exercises import check_better, check_dimming, check_parameters, check_stopping
from aeteach.exercises.overfitting import kept_epoch
from aeteach.models import Autoencoder

RIGHT, WRONG = {}, {}


def by_layers(hidden_size):
    sizes = [(64, hidden_size), (hidden_size, 16), (16, hidden_size), (hidden_size, 64)]
    return sum(a * b + b for a, b in sizes)


RIGHT[check_parameters] = [
    lambda h: 162 * h + 80,
    lambda h: 2 * h * (64 + 16) + 2 * h + 64 + 16,
    lambda h: sum(p.numel() for p in Autoencoder(64, 16, h).parameters()),
    lambda h: torch.tensor(162 * h + 80),
    by_layers,
]


WRONG[check_parameters] = [
    (lambda h: 160 * h, "one hidden unit"),
    (lambda h: 162 * h, "one hidden unit"),
    (lambda h: 242 + 80 * (h - 1), "which of the four"),
    (lambda h: 5264 if h > 1 else 242, "do not grow"),
    (lambda h: 160 * h + 82, "which of the four"),
    (lambda h: "many", "one hidden unit"),
    (lambda h: h / 0, "ZeroDivisionError"),
    (..., "not answered yet"),
    (31184, "no function"),
]


RIGHT[check_dimming] = [
    lambda x: x * (0.6 + 0.4 * torch.rand(len(x), 1)),
    lambda x: x * torch.empty(x.shape[0], 1).uniform_(0.6, 1.0),
    lambda x: torch.stack([row * (1 - 0.4 * torch.rand(())) for row in x]),
    lambda x: (x.T * (0.6 + 0.4 * torch.rand(len(x)))).T,
]


def in_place(x):
    x *= 0.6 + 0.4 * torch.rand(len(x), 1)
    return x


def always_alike(x):
    return x * (0.6 + 0.4 * torch.rand(len(x), 1, generator=torch.Generator().manual_seed(1)))


WRONG[check_dimming] = [
    (lambda x: x, "same number"),
    (lambda x: 0.8 * x, "same number"),
    (lambda x: x * (0.6 + 0.4 * torch.rand(())), "same number"),
    (lambda x: x * (0.6 + 0.4 * torch.rand_like(x)), "pixels must be dimmed alike"),
    (lambda x: x * torch.rand(len(x), 1), "between 0.6 and 1"),
    (lambda x: x * (0.6 + torch.rand(len(x), 1)), "between 0.6 and 1"),
    (lambda x: x * (0.8 + 0.2 * torch.rand(len(x), 1)), "whole range"),
    (lambda x: x * (1 - 0.4 * torch.rand(len(x), 1) ** 3), "each value as likely"),
    (in_place, "changes what it was given"),
    (always_alike, "same numbers each time"),
    (lambda x: x.mean(), "shape of x"),
    (lambda x: None, "returns nothing"),
    (lambda x: ..., "replace the dots"),
    (lambda x: x.nonsense, "AttributeError"),
]


RIGHT[check_better] = [
    lambda before, after: after[1] < before[1],
    lambda before, after: before[1] > after[1],
    lambda before, after: before[1] - after[1] > 1e-4,
    lambda before, after: torch.tensor(after[1]) < before[1],
]


WRONG[check_better] = [
    (lambda b, a: a[1] - a[0] < b[1] - b[0], "what has been gained"),
    (lambda b, a: a[1] / a[0] < b[1] / b[0], "what has been gained"),
    (lambda b, a: a[0] < b[0], "better than before"),
    (lambda b, a: a[1] < b[1] and a[1] - a[0] < b[1] - b[0], "ratio has grown"),
    (lambda b, a: a[1] <= b[1], "nothing has changed"),
    (lambda b, a: True, "what has been gained"),
    (lambda b, a: False, "better than before"),
    (lambda b, a: ..., "replace the dots"),
]


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


RIGHT[check_stopping] = [with_counter, kept_epoch]


WRONG[check_stopping] = [
    (lambda curve, patience: kept_epoch(curve, patience) - 1, "count epochs from 1"),
    (lambda curve, patience: curve.index(min(curve)) + 1, "patience is over"),
    (lambda curve, patience: len(curve), "count epochs from 1"),
    (lambda curve, patience: min(curve), "count epochs from 1"),
    (lambda curve, patience: curve[patience * 9], "IndexError"),
    (None, "not answered yet"),
]


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


def takes_equal(curve, patience):
    best = 0
    for epoch, error in enumerate(curve):
        if error <= curve[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best + 1


WRONG[check_stopping] += [
    (never_back, "sets the waiting back"),
    (takes_equal, "equal is not better"),
]
