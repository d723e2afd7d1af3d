"""Answers to the exercises of notebook 01: right in many spellings, wrong in typical ways."""

import torch
from torch.nn import functional as F

from aeteach.exercises import check_choices, check_floor, check_huber, check_last_layer
from aeteach.exercises.losses import LOSSES, TASKS

RIGHT, WRONG = {}, {}

CHOICES = {task: loss for task, (loss, _) in TASKS.items()}


def choosing(**changes):
    return lambda task: (CHOICES | changes)[task]


RIGHT[check_choices] = [CHOICES.get, choosing()]

WRONG[check_choices] = (
    [
        (choosing(**{task: loss}), f"look again at {task}: ")
        for task in TASKS
        for loss in LOSSES
        if loss != CHOICES[task]
    ]
    + [
        (choosing(bits=answer), "bits: give one of mse, mae")
        for answer in ("MSE", "L1", "", 3, ["mse"])
    ]
    + [(choosing(tones=...), "tones: not answered yet: replace the dots")]
)


def by_where(x_hat, x, delta):
    e = x_hat - x
    return torch.where(e.abs() < delta, e**2 / 2, delta * e.abs() - delta**2 / 2).mean()


def by_clamp(x_hat, x, delta):
    size = (x_hat - x).abs()
    inside = size.clamp(max=delta)
    return (inside**2 / 2 + delta * (size - inside)).mean()


def by_torch(x_hat, x, delta):
    return F.huber_loss(x_hat, x, delta=delta)


def by_smooth_l1(x_hat, x, delta):
    return delta * F.smooth_l1_loss(x_hat, x, beta=delta)


def by_mask(x_hat, x, delta):
    e = (x_hat - x).flatten()
    near = e.abs() <= delta
    line = delta * (e[~near].abs() - delta / 2)
    return torch.cat([e[near] ** 2 / 2, line]).mean()


def in_double(x_hat, x, delta):
    return by_where(x_hat.double(), x.double(), delta)


RIGHT[check_huber] = [by_where, by_clamp, by_torch, by_smooth_l1, by_mask, in_double]


def with_line(line, parabola=lambda size: size**2 / 2):
    def huber(x_hat, x, delta):
        size = (x_hat - x).abs()
        return torch.where(size <= delta, parabola(size), line(size, delta)).mean()

    return huber


def good_line(size, delta):
    return delta * (size - delta / 2)


def by_late(x_hat, x, delta):
    size = (x_hat - x).abs()
    return torch.where(size < 1.1 * delta, size**2 / 2, delta * (size - delta / 2)).mean()


def of_the_mean(x_hat, x, delta):
    size = (x_hat - x).abs().mean()
    return size**2 / 2 if size <= delta else delta * (size - delta / 2)


def without_abs(x_hat, x, delta):
    e = x_hat - x
    return torch.where(e <= delta, e**2 / 2, delta * (e - delta / 2)).mean()


HUBER_FAULTS = {
    lambda x_hat, x, delta: F.mse_loss(x_hat, x): "half the squared error",
    lambda x_hat, x, delta: F.l1_loss(x_hat, x): "half the squared error",
    lambda x_hat, x, delta: F.mse_loss(x_hat, x) / 2: "beyond delta the line",
    lambda x_hat, x, delta: F.huber_loss(x_hat, x, delta=1.0): "beyond delta the line",
    lambda x_hat, x, delta: by_where(x_hat, x, delta).detach(): "no gradient",
    lambda x_hat, x, delta: by_where(x_hat, x, delta) * x.numel(): "take the mean",
    lambda x_hat, x, delta: F.huber_loss(x_hat, x, "none", delta=delta): "take the mean",
    lambda x_hat, x, delta: by_where(x_hat, x, delta).item(): "must return one number",
    with_line(good_line, lambda size: size**2): "half the squared error",
    with_line(lambda size, delta: delta * size): "no jump and no kink",
    with_line(lambda size, delta: size - delta / 2): "no jump and no kink",
    with_line(lambda size, delta: size): "no jump and no kink",
    lambda x_hat, x, delta: by_late(x_hat, x, delta): "no jump and no kink",
    of_the_mean: "half the squared error",
    without_abs: "no jump and no kink",
}


WRONG[check_huber] = list(HUBER_FAULTS.items())


def by_xlogy(x):
    return -(torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x)).mean()


def by_eps(x, eps=1e-9):
    return -(x * (x + eps).log() + (1 - x) * (1 - x + eps).log()).mean()


def by_entropy(x):
    return torch.distributions.Bernoulli(x).entropy().mean()


def by_nan_to_num(x):
    return -(x * x.log()).nan_to_num().mean() - ((1 - x) * (1 - x).log()).nan_to_num().mean()


RIGHT[check_floor] = [
    by_xlogy,
    by_eps,
    by_entropy,
    by_nan_to_num,
    lambda x: by_xlogy(x).item(),
    lambda x: F.binary_cross_entropy(x, x),
    lambda x: by_xlogy(x.double()).numpy(),
]


FLOOR_FAULTS = {
    lambda x: 0.0: "0.000 is not the floor: for a pixel of 0.5",
    lambda x: 0.2: "0.200 is not the floor",
    lambda x: -(x * x.log() + (1 - x) * (1 - x).log()).mean(): "not as nan",
    lambda x: -by_xlogy(x): "-0.693 is not the floor",
    lambda x: by_xlogy(x) / torch.tensor(2.0).log(): "take the natural logarithm",
    lambda x: -torch.xlogy(x, x).mean(): "is not the floor",
    lambda x: by_xlogy(x) * x.numel(): "is not the floor",
    lambda x: torch.distributions.Bernoulli(x).entropy(): "the floor is one number",
    lambda x: F.binary_cross_entropy((x > 0.5).float(), x): "is not the floor",
}


WRONG[check_floor] = list(FLOOR_FAULTS.items())


RIGHT[check_last_layer] = [
    lambda a: 2 * a.sigmoid() - 1,
    lambda a: a.tanh(),
    lambda a: a,
    lambda a: 1 - 2 * a.sigmoid(),
    lambda a: F.hardtanh(a),
    lambda a: F.softsign(a),
    lambda a: 2 * a / (1 + a.abs()),
    lambda a: (a / 2).tanh(),
    lambda a: a.sin(),
    lambda a: 1.05 * a.tanh(),
    lambda a: 100 * a,
    lambda a: (100 * a).tanh(),
    lambda a: a.exp() - 1,
    lambda a: a.sinh(),
    lambda a: (a.exp() - (-a).exp()) / (a.exp() + (-a).exp()),
    lambda a: 2 / (1 + (-a).exp()) - 1,
]


LAYER_FAULTS = {
    lambda a: a.sigmoid(): "lowest output is 0.00",
    lambda a: F.relu(a): "lowest output is 0.00",
    lambda a: 2 * a.sigmoid(): "lowest output is 0.00",
    lambda a: a.sigmoid() - 1: "highest output is 0.00",
    lambda a: a.sigmoid() - 0.5: "lowest output is -0.50",
    lambda a: -F.relu(a): "highest output is -0.00",
    lambda a: a.sign(): "there are gaps",
    lambda a: 2 * a.sigmoid().round() - 1: "there are gaps",
    lambda a: a.detach(): "no gradient passes",
    lambda a: a.tanh()[:-1]: "the same shape",
    lambda a: a.tanh().mean(): "the same shape",
    lambda a: a.log(): "NaN, infinite",
    lambda a: 0.9 * a.tanh(): "lowest output is -0.90",
    lambda a: torch.where(a.abs() < 0.5, 0.0, a): "there are gaps",
    lambda a: F.hardtanh(a.round() * 0 + a.detach()) + 0 * a: "near 0 no gradient",
}


WRONG[check_last_layer] = list(LAYER_FAULTS.items())
