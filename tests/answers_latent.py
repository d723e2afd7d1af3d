"""Answers to the exercises of notebook 04: right in many spellings, wrong in typical ways."""

import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from aeteach.exercises import check_awake, check_free_bits, check_keeps_loss, check_scramble
from aeteach.objectives import mse, variational

RIGHT, WRONG = {}, {}

KEPT = {"turn", "stretch", "swap", "warp"}


RIGHT[check_keeps_loss] = [
    lambda change: change in KEPT,
    lambda change: change not in ("round", "fold", "flatten"),
    lambda change: {"round": False, "fold": False, "flatten": False}.get(change, True),
    lambda change: int(change in KEPT),
    lambda change: torch.tensor(change in KEPT),
]


WRONG[check_keeps_loss] = [
    (lambda change: True, "round"),
    (lambda change: False, "turn"),
    (lambda change: change != "round", "fold"),
    (lambda change: change in KEPT - {"stretch"}, "stretch"),
    (lambda change: change in KEPT - {"warp"}, "warp"),
    (lambda change: "yes", "must be True or False"),
]


def columns(first, second):
    return torch.stack([first, second], dim=1)


def by_spiral(z, back):
    angle = (-60 if back else 60) * z.norm(dim=1)
    cos, sin = angle.cos(), angle.sin()
    return columns(cos * z[:, 0] - sin * z[:, 1], sin * z[:, 0] + cos * z[:, 1])


def by_shear(z, back):
    first, second = z.T
    if back:
        second = second - 8 * (8 * first).sin()
        return columns(first - 8 * (8 * second).sin(), second)
    first = first + 8 * (8 * second).sin()
    return columns(first, second + 8 * (8 * first).sin())


def by_one_shear(z, back):
    shift = 5 * (20 * z[:, 0]).sin()
    return columns(z[:, 0], z[:, 1] - shift if back else z[:, 1] + shift)


def by_strips(z, back):
    """Cuts the plane into narrow strips and lifts each by its own amount."""
    lift = 3.0 * torch.remainder((z[:, 0] * 40).floor() * 7, 5)
    return columns(z[:, 0], z[:, 1] - lift if back else z[:, 1] + lift)


RIGHT[check_scramble] = [by_spiral, by_shear, by_one_shear, by_strips]


def rows_shuffled(z, back):
    order = torch.randperm(len(z), generator=torch.Generator().manual_seed(3))
    return z[order.argsort()] if back else z[order]


def forgets_to_undo(z, back):
    return by_spiral(z, False)


def loses(z, back):
    return by_spiral(z.round(decimals=1), back)


def turned(z, back):
    return z.flip(1)


WRONG[check_scramble] = [
    (lambda z, back: z, "stay together"),
    (turned, "stay together"),
    (lambda z, back: z / 9 if back else 9 * z, "stay together"),
    (forgets_to_undo, "does not bring z back"),
    (loses, "does not bring z back"),
    (lambda z, back: torch.randn_like(z), "does not bring z back"),
    (lambda z, back: z[:, :1], "shape of z"),
    (lambda z, back: z / 0, "NaN, infinite"),
    (rows_shuffled, "each row alone"),
]


def terms(mean, log_variance):
    return (mean**2 + log_variance.exp() - log_variance - 1) / 2


def by_torch(mean, log_variance):
    return kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0, 1))


RIGHT[check_awake] = [
    lambda m, v: int((terms(m, v).mean(0) > 0.05).sum()),
    lambda m, v: (terms(m, v).mean(0) > 0.05).sum(),
    lambda m, v: sum(t.mean().item() > 0.05 for t in terms(m, v).T),
    lambda m, v: (by_torch(m, v).mean(0) > 0.05).sum().item(),
]


WRONG[check_awake] = [
    (lambda m, v: m.shape[1], "all are silent"),
    (lambda m, v: int((m.var(0) > 0.05).sum()), "a variance far below 1"),
    (lambda m, v: int((terms(m, v) > 0.05).sum()), "differs from picture to picture"),
    (lambda m, v: int((m.mean(0).abs() > 0.05).sum()), "differs from picture to picture"),
    (lambda m, v: int((terms(m, v).mean(0) > 0).sum()), "below 0.05"),
    (lambda m, v: terms(m, v).mean(0) > 0.05, "all are silent"),
]


def by_clamp(model, x):
    mean, log_variance = model.encode(x)
    x_hat = model.decoder(model.sample(mean, log_variance))
    paid = (terms(mean, log_variance).mean(0) - 0.5).clamp(min=0).sum()
    return mse(x_hat, x) + paid / x.shape[1]


def by_relu(model, x):
    paid = F.relu(terms(*model.encode(x)).mean(0) - 0.5).sum()
    return F.mse_loss(model(x), x) + paid / x.shape[1]


def by_loop(model, x):
    value = mse(model(x), x)
    for term in terms(*model.encode(x)).T:
        value = value + max(term.mean() - 0.5, torch.tensor(0.0)) / x.shape[1]
    return value


RIGHT[check_free_bits] = [by_clamp, by_relu, by_loop]


def on_the_sum(model, x):
    paid = (terms(*model.encode(x)).mean(0).sum() - 0.5).clamp(min=0)
    return mse(model(x), x) + paid / x.shape[1]


def for_each_picture(model, x):
    paid = (terms(*model.encode(x)) - 0.5).clamp(min=0).sum(1).mean()
    return mse(model(x), x) + paid / x.shape[1]


def at_least(model, x):
    paid = terms(*model.encode(x)).mean(0).clamp(min=0.5).sum()
    return mse(model(x), x) + paid / x.shape[1]


def undivided(model, x):
    return mse(model(x), x) + (terms(*model.encode(x)).mean(0) - 0.5).clamp(min=0).sum()


WRONG[check_free_bits] = [
    (variational, "pays nothing"),
    (lambda model, x: mse(model(x), x), "what exceeds 0.5"),
    (on_the_sum, "exceeds 0.5"),
    (for_each_picture, "0.5"),
    (at_least, "only the squared error"),
    (undivided, "divide by n"),
    (lambda model, x: (model(x) - x) ** 2, "one number"),
]


WRONG[check_awake] += [
    (lambda m, v: int((terms(m, v)[0] > 0.05).sum()), "the mean over the pictures"),
    (lambda m, v: int((terms(m, v).amax(0) > 0.05).sum()), "the mean over the pictures"),
]


def pooled(model, x):
    each = terms(*model.encode(x)).mean(0)
    error = ((model(x) - x) ** 2).mean()
    return error + (each.sum() - 0.5 * len(each)).clamp(min=0) / x.shape[1]


def half_detached(model, x):
    mean, log_variance = (part.detach() for part in model.encode(x))
    paid = (terms(mean, log_variance).mean(0) - 0.5).clamp(min=0).sum()
    return mse(model(x), x) + paid / x.shape[1]


WRONG[check_free_bits] += [
    (pooled, "they do not share it"),
    (half_detached, "no gradient reaches z"),
    (lambda model, x: by_clamp(model, x).detach(), "no gradient reaches x_hat"),
]


def fussy(u, back):
    if len(u) < 100:
        raise IndexError("too few")
    return -u


WRONG[check_scramble] += [(fussy, "your function raises IndexError: too few")]
