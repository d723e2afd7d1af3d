"""Checks of notebook 03, overfitting."""

from collections.abc import Callable

import torch
from torch import Tensor

from aeteach.exercises.reply import asked, check, drawn, equals, tried
from aeteach.models import Autoencoder
from aeteach.words import tr


@check
def check_parameters(count: Callable[[int], int]) -> str | None:
    """Numbers that `Autoencoder(64, 16, hidden_size)` can adjust, from its hidden size."""
    cases = (
        ((1,), "try one hidden unit: four layers, each with a matrix and an offset"),
        ((32,), "which of the four matrices does the hidden size widen?"),
        ((192,), "the code and the output have offsets too, and these do not grow"),
    )

    def right(value: object, hidden_size: int) -> bool:
        model = Autoencoder(64, 16, hidden_size)
        return equals(value, sum(p.numel() for p in model.parameters()))

    return tried(count, cases, right, tr("not for every hidden size; "))


@check
def check_dimming(dimmed: Callable[[Tensor], Tensor]) -> str | None:
    """Each picture of x (N, 64) times a number of its own, drawn between 0.6 and 1."""
    x = torch.rand(600, 64, generator=drawn()) * 0.9 + 0.05
    value, complaint = asked(dimmed, x)
    complaint = complaint or _dimming_fault(x, value)
    if complaint:
        return complaint
    again, complaint = asked(dimmed, x)
    if complaint or not equals(type(value), type(again)) or not torch.equal(value, again):
        return complaint
    return tr("it gives the same numbers each time; draw new ones at every call")


def _dimming_fault(x: Tensor, value: object) -> str | None:
    if not isinstance(value, Tensor) or value.shape != x.shape:
        return tr("return pictures of the shape of x, {shape}", shape=tuple(x.shape))
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
    return None


@check
def check_better(better: Callable[[tuple, tuple], bool]) -> str | None:
    """Whether a remedy helped, from (train error, test error) before and after it."""
    cases = (
        (((0.005, 0.035), (0.011, 0.023)), "new pictures are rebuilt better than before"),
        (((0.005, 0.035), (0.028, 0.044)), "the gap has closed, and what has been gained?"),
        (((0.016, 0.027), (0.002, 0.022)), "the ratio has grown, and yet something is gained"),
        (((0.005, 0.035), (0.001, 0.035)), "on new pictures nothing has changed"),
        (((0.010, 0.011), (0.004, 0.010)), "a wider gap need not be a worse network"),
        (((0.004, 0.020), (0.021, 0.021)), "no gap is left at all, and who gains by it?"),
    )

    def head(before: tuple, after: tuple) -> str:
        case = tr("before {before}, after {after}", before=before, after=after)
        return tr("look again at {case}: ", case=case)

    return tried(better, cases, lambda value, b, a: equals(value, a[1] < b[1]), head)


@check
def check_stopping(best_epoch: Callable[[list[float], int], int]) -> str | None:
    """Epoch whose model `patience` keeps: the best before `patience` epochs without a better."""
    cases = (
        (([0.5, 0.4, 0.3, 0.35, 0.36], 2), "count epochs from 1: the lowest value here is epoch 3"),
        (([0.5, 0.4, 0.3, 0.2], 2), "a curve that falls to its end is kept at its end"),
        (([0.5, 0.3, 0.4, 0.45, 0.1], 2), "patience is over before the last epoch is reached"),
        (([0.5, 0.3, 0.4, 0.45, 0.1], 3), "with more patience the late minimum is still reached"),
        (([0.5, 0.3, 0.4, 0.29, 0.4, 0.28], 2), "a better epoch sets the waiting back to zero"),
        (([0.5, 0.3, 0.3, 0.3], 2), "equal is not better: it counts as waiting"),
        (([0.2, 0.3], 5), "the curve may end before patience does"),
    )

    def head(curve: list[float], patience: int) -> str:
        case = tr("{curve} with patience {patience}", curve=curve, patience=patience)
        return tr("look again at {case}: ", case=case)

    return tried(best_epoch, cases, lambda value, *case: equals(value, kept_epoch(*case)), head)


def kept_epoch(test_curve: list[float], patience: int) -> int:
    """Epoch, counted from 1, whose model `fit(..., patience=patience)` puts back."""
    best = 0
    for epoch, error in enumerate(test_curve):
        if error < test_curve[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best + 1
