"""Checks of notebook 05, limited generation."""

from collections.abc import Callable

import torch
from torch import Tensor

from aeteach.exercises.reply import Reply, asked, close, equals, reply
from aeteach.measures.samples import neighbour_shares
from aeteach.words import tr


def check_gap(gap: Callable[[float, float, float], float]) -> Reply:
    """Frechet distance of two bell curves on a line, from the gap of means and both widths."""
    cases = (
        ((3.0, 1.0, 1.0), "equal widths: only the gap of the means is left, and it is squared"),
        ((-2.0, 1.5, 1.5), "a gap to the left counts like one to the right"),
        ((0.0, 1.0, 3.0), "equal means, widths of 1 and 3: put a and b into the trace"),
        ((0.0, 3.0, 1.0), "it must not matter which of the two curves is called the first"),
        ((1.0, 2.0, 0.5), "gap and widths both count here"),
    )
    for (between, a, b), hint in cases:
        value, complaint = asked(gap, between, a, b)
        if complaint:
            return reply(complaint)
        if not close(value, between**2 + (a - b) ** 2):
            return reply(tr("not for every pair of curves; ") + tr(hint))
    return reply(None)


def check_bells(bells: Callable[[Tensor, int, float], Tensor]) -> Reply:
    """A sampler: each code value from its own normal distribution, its width times `heat`."""
    z = torch.randn(400, 5) * torch.tensor([0.2, 1.0, 2.0, 3.0, 0.5])
    z = z + torch.tensor([0.0, 5.0, -3.0, 1.0, 0.0])
    for heat in (1.0, 0.5, 2.0):
        z_new, complaint = asked(bells, z, 6000, heat)
        complaint = complaint or _bells_fault(z, z_new, heat)
        if complaint:
            return reply(complaint)
    return reply(None)


def _bells_fault(z: Tensor, z_new: object, heat: float) -> str | None:
    if not isinstance(z_new, Tensor) or z_new.shape != (6000, z.shape[1]):
        shape = tuple(getattr(z_new, "shape", ()))
        return tr("return a tensor of shape (count, k), here (6000, 5); yours is {s}", s=shape)
    width = z.std(0)
    if len(z_new.unique(dim=0)) < 6000:
        return tr("some codes occur twice: draw a fresh one each time")
    if ((z_new.mean(0) - z.mean(0)).abs() > 0.15 * heat * width).any():
        return tr("the new codes lie around other means than the codes of the data")
    ratio = z_new.std(0) / width
    if ((ratio / heat - 1).abs() > 0.1).any():
        found = ", ".join(f"{share:.2f}" for share in ratio.tolist())
        return tr(
            "at heat={heat} the widths are {found} times those of the data", heat=heat, found=found
        )
    if (z_new.T.corrcoef() - torch.eye(z.shape[1])).abs().max() > 0.1:
        return tr("the code values move together: draw each one by itself")
    return None


def check_doctor(doctor: Callable[[float, float], str]) -> Reply:
    """Tell "collapsed", "scattered" and "healthy" generators apart by density and coverage."""
    patients = (
        ("collapsed", (1.10, 0.02), "its pictures lie among real ones, yet where few of them are"),
        ("scattered", (0.14, 0.09), "that is pure noise: hardly anything lands among real ones"),
        ("healthy", (0.99, 0.74), "these are real test pictures"),
        ("collapsed", (0.75, 0.10), "good pictures of a few kinds only"),
        ("scattered", (0.12, 0.20), "most of these lie far from any real picture"),
        ("healthy", (1.20, 0.95), "a density above 1 is no fault when everything is covered"),
    )
    words = ("collapsed", "scattered", "healthy")
    for disease, (density, coverage), hint in patients:
        answer, complaint = asked(doctor, density, coverage)
        if complaint:
            return reply(complaint)
        if not any(equals(answer, word) for word in words):
            return reply(
                tr("your answer is {a}; it must be one of {w}", a=repr(answer), w=", ".join(words))
            )
        if not equals(answer, disease):
            case = tr("density {d:.2f}, coverage {c:.2f}", d=density, c=coverage)
            return reply(tr("look again at {case}: ", case=case) + tr(hint))
    return reply(None)


def check_coverage(coverage: Callable[[Tensor, Tensor, int], float]) -> Reply:
    """Share of the balls around real points that hold at least one new point."""
    line = torch.tensor([[0.0], [1.0], [2.0], [10.0]])
    plane, other = torch.randn(60, 3), torch.randn(45, 3) * 0.7 + 0.4
    cases = (
        (line, torch.tensor([[0.5], [0.6]]), 1, "two new points hit the balls of 0 and 1 only"),
        (line, torch.tensor([[50.0]]), 1, "a new point far away is in no ball"),
        (line, line.clone(), 1, "a point is not its own neighbour: its ball has a radius"),
        (plane, other, 5, "with neighbours=5 a ball reaches to the fifth other real point"),
        (other, plane, 3, "the balls stand around the first argument, the real points"),
    )
    for real, new, neighbours, hint in cases:
        value, complaint = asked(coverage, real, new, neighbours)
        if complaint:
            return reply(complaint)
        right = neighbour_shares(real, new, neighbours)["coverage"] if len(new) > 1 else 0.0
        if not close(value, right):
            return reply(tr("not for every pair of clouds; ") + tr(hint))
    return reply(None)
