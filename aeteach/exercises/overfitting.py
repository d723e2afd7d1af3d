"""Checks of notebook 03, overfitting."""

from collections.abc import Callable

import torch
from torch import Tensor

from aeteach.exercises.reply import Reply, asked, equals, reply
from aeteach.models import Autoencoder
from aeteach.words import tr


def check_parameters(count: Callable[[int], int]) -> Reply:
    """Numbers that `Autoencoder(64, 16, hidden_size)` can adjust, from its hidden size."""
    for hidden_size, hint in (
        (1, "try one hidden unit: four layers, each with a matrix and an offset"),
        (32, "which of the four matrices does the hidden size widen?"),
        (192, "the code and the output have offsets too, and these do not grow"),
    ):
        value, complaint = asked(count, hidden_size)
        if complaint:
            return reply(complaint)
        right = sum(p.numel() for p in Autoencoder(64, 16, hidden_size).parameters())
        if not equals(value, right):
            return reply(tr("not for every hidden size; ") + tr(hint))
    return reply(None)


def check_dimming(dimmed: Callable[[Tensor], Tensor]) -> Reply:
    """Each picture of x (N, 64) times a number of its own, drawn between 0.6 and 1."""
    x = torch.rand(600, 64) * 0.9 + 0.05
    shown = x.clone()
    value, complaint = asked(dimmed, shown)
    return reply(complaint or _dimming_fault(x, shown, value, asked(dimmed, shown)[0]))


def _dimming_fault(x: Tensor, shown: Tensor, value: object, again: object) -> str | None:
    if not isinstance(value, Tensor) or value.shape != x.shape:
        return tr("return pictures of the shape of x, {shape}", shape=tuple(x.shape))
    if not torch.equal(shown, x):
        return tr("it changes x itself; make a new tensor, or the pictures fade for good")
    factors = value / x
    if (factors - factors.mean(1, keepdim=True)).abs().max() > 1e-3:
        return tr("within a picture all pixels must be dimmed alike: one number a picture")
    low, high = factors.min().item(), factors.max().item()
    if high - low < 1e-3:
        return tr("every picture gets the same number; draw one for each")
    if low < 0.599 or high > 1.001:
        found = tr("yours lie between {low:.2f} and {high:.2f}", low=low, high=high)
        return tr("the numbers must lie between 0.6 and 1; ") + found
    if low > 0.63 or high < 0.97 or abs(factors.mean() - 0.8) > 0.03:
        return tr("use the whole range from 0.6 to 1, each value as likely as any other")
    if torch.equal(value, again):
        return tr("it gives the same numbers each time; draw new ones at every call")
    return None


def check_better(better: Callable[[tuple, tuple], bool]) -> Reply:
    """Whether a remedy helped, from (train error, test error) before and after it."""
    for before, after, right, hint in (
        ((0.005, 0.035), (0.011, 0.023), True, "new pictures are rebuilt better than before"),
        ((0.005, 0.035), (0.028, 0.044), False, "the gap has closed, and what has been gained?"),
        ((0.016, 0.027), (0.002, 0.022), True, "the ratio has grown, and yet something is gained"),
        ((0.005, 0.035), (0.001, 0.035), False, "on new pictures nothing has changed"),
        ((0.010, 0.011), (0.004, 0.010), True, "a wider gap need not be a worse network"),
        ((0.004, 0.020), (0.021, 0.021), False, "no gap is left at all, and who gains by it?"),
    ):
        answer, complaint = asked(better, before, after)
        if complaint:
            return reply(complaint)
        if not equals(answer, right):
            case = tr("before {before}, after {after}", before=before, after=after)
            return reply(tr("look again at {case}: ", case=case) + tr(hint))
    return reply(None)


def check_stopping(best_epoch: Callable[[list[float], int], int]) -> Reply:
    """Epoch whose model `patience` keeps: the best before `patience` epochs without a better."""
    for curve, patience, hint in (
        ([0.5, 0.4, 0.3, 0.35, 0.36], 2, "count epochs from 1: the lowest value here is epoch 3"),
        ([0.5, 0.4, 0.3, 0.2], 2, "a curve that falls to its end is kept at its end"),
        ([0.5, 0.3, 0.4, 0.45, 0.1], 2, "patience is over before the last epoch is reached"),
        ([0.5, 0.3, 0.4, 0.45, 0.1], 3, "with more patience the late minimum is still reached"),
        ([0.5, 0.3, 0.4, 0.29, 0.4, 0.28], 2, "a better epoch sets the waiting back to zero"),
        ([0.5, 0.3, 0.3, 0.3], 2, "equal is not better: it counts as waiting"),
        ([0.2, 0.3], 5, "the curve may end before patience does"),
    ):
        answer, complaint = asked(best_epoch, list(curve), patience)
        if complaint:
            return reply(complaint)
        if not equals(answer, kept_epoch(curve, patience)):
            case = tr("{curve} with patience {patience}", curve=curve, patience=patience)
            return reply(tr("look again at {case}: ", case=case) + tr(hint))
    return reply(None)


def kept_epoch(test_curve: list[float], patience: int) -> int:
    """Epoch, counted from 1, whose model `fit(..., patience=patience)` puts back."""
    best = 0
    for epoch, error in enumerate(test_curve):
        if error < test_curve[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best + 1
