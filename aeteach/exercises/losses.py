"""Checks of notebook 01, reconstruction loss."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from aeteach.exercises.reply import asked, check, drawn, gradient, is_number, no_gradient
from aeteach.words import tr

LOSSES = ("mse", "mae", "bce", "cross-entropy", "perceptual", "spectral")
TASKS = {
    "average": ("mse", "which loss has its minimum at the mean, whatever the sign of the values?"),
    "glitches": ("mae", "the best single answer must hardly move when a few values run wild"),
    "bits": ("bce", "which loss is the likelihood of a coin?"),
    "spelling": ("cross-entropy", "a letter is one choice out of many, and its number no amount"),
    "likeness": ("perceptual", "a viewer does not compare pixel by pixel"),
    "tones": ("spectral", "two waves that sound alike may differ sample by sample"),
}


@check
def check_choices(choose: Callable[[str], str]) -> str | None:
    """The loss, one of `LOSSES`, for each of six kinds of data."""
    for task, (right, hint) in TASKS.items():
        loss, complaint = asked(choose, task)
        if complaint:
            return f"{task}: {complaint}"
        if not isinstance(loss, str) or loss not in LOSSES:
            return tr("{task}: give one of {names}", task=task, names=", ".join(LOSSES))
        if loss != right:
            return tr("look again at {task}: ", task=task) + tr(hint)
    return None


@check
def check_huber(huber: Callable[[Tensor, Tensor, float], Tensor]) -> str | None:
    """The loss huber(x_hat, x, delta): a parabola near 0, a straight line beyond delta.

    Huber (1964), doi:10.1214/aoms/1177703732.
    """
    chance = drawn()
    for delta in (0.5, 2.0):
        for scale, where in ((0.2, "near"), (20.0, "far"), (1.0, "both"), (1.0, "beyond")):
            x = torch.randn(40, 7, generator=chance)
            x_hat = (x + scale * delta * _errors(where, chance)).requires_grad_()
            value, complaint = asked(huber, x_hat, x, delta)
            complaint = complaint or _huber_fault(value, x_hat, x, delta, where)
            if complaint:
                return complaint
    return None


def _errors(where: str, chance: torch.Generator) -> Tensor:
    """Errors (40, 7) of both signs, in units of delta."""
    low, high = {"far": (0.5, 1.5), "beyond": (1.0, 1.2)}.get(where, (0.0, 2.0))
    size = low + (high - low) * torch.rand(40, 7, generator=chance)
    return size * (2 * torch.randint(2, (40, 7), generator=chance) - 1)


def _huber_fault(value: object, x_hat: Tensor, x: Tensor, delta: float, where: str) -> str | None:
    right = F.huber_loss(x_hat, x, delta=delta).double()
    if not is_number(value) or torch.isclose(value.double(), right * x.numel(), rtol=1e-3):
        return tr("the loss must return one number, as mse does: take the mean")
    if gradient(value, x_hat) is None:
        return no_gradient("x_hat")
    if torch.isclose(value.double(), right, rtol=1e-3):
        return None
    near = tr("for errors below delta it must be half the squared error")
    far = tr("beyond delta the line must continue the parabola, with no jump and no kink at delta")
    both = tr("decide for each error by itself on which side of delta it lies, minus signs too")
    return {"near": near, "both": both}.get(where, far)


@check
def check_floor(floor: Callable[[Tensor], Tensor]) -> str | None:
    """The smallest mean binary cross-entropy that any x_hat can reach for targets x in [0, 1]."""
    cases = [
        (torch.full((3, 4), 0.5), "for a pixel of 0.5 the best x_hat is 0.5: what is left there?"),
        (torch.tensor([[0.0, 1.0, 1.0]]), "a pixel of 0 or 1 can be hit exactly"),
        (torch.tensor([[0.1, 0.9]]), "0.1 and 0.9 are equally far from certain"),
        (
            torch.rand(5, 7, generator=drawn()),
            "take the mean over all pixels, in nats (natural logarithm)",
        ),
    ]
    for x, hint in cases:
        value, complaint = asked(floor, x, ordinary=False)
        if complaint:
            return complaint
        complaint = _floor_fault(value, F.binary_cross_entropy(x, x).item())
        if complaint:
            return complaint + tr(hint)
    return None


def _floor_fault(value: object, right: float) -> str | None:
    try:
        number = float(value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return tr("the floor is one number: ")
    if math.isnan(number):
        return tr("0 times the logarithm of 0 counts as 0, not as nan: ")
    if math.isclose(number, right, rel_tol=1e-3, abs_tol=1e-3):
        return None
    if math.isclose(number * math.log(2), right, rel_tol=1e-3, abs_tol=1e-3):
        return tr("take the natural logarithm: ")
    return tr("{number:.3f} is not the floor: ", number=number)


@check
def check_last_layer(last: Callable[[Tensor], Tensor]) -> str | None:
    """A last activation for data in [-1, 1]: it must come near every value, with a gradient."""
    grow = torch.logspace(-6, 1.9, 4000)
    raw = torch.cat([-grow.flip(0), grow]).requires_grad_()
    value, complaint = asked(last, raw)
    return complaint or _reach_fault(value, raw)


def _reach_fault(value: object, raw: Tensor) -> str | None:
    if not isinstance(value, Tensor) or value.shape != raw.shape:
        return tr("return a tensor of the same shape as you were given")
    low, high = value.min().item(), value.max().item()
    if low > -0.98:
        return tr("your lowest output is {low:.2f}, and the data go down to -1", low=low)
    if high < 0.98:
        return tr("your highest output is {high:.2f}, and the data go up to 1", high=high)
    within = value[(value >= -1.01) & (value <= 1.01)].sort().values
    if len(within) < 3 or within.diff().max() > 0.1:
        return tr("there are gaps: some values between -1 and 1 are never reached")
    slope = gradient(value, raw)
    if slope is None:
        return tr("no gradient passes, so nothing before this layer can learn")
    if not slope[raw.abs() < 1e-3].abs().min() > 0:
        return tr("near 0 no gradient passes, so nothing before this layer can learn")
    return None
