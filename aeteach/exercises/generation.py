"""Checks of notebook 05, limited generation."""

from collections.abc import Callable

import torch
from torch import Tensor

from aeteach.exercises.reply import check, close, drawn, one_of, tried
from aeteach.measures.samples import neighbour_shares
from aeteach.words import tr

COUNT = 6000


@check
def check_gap(gap: Callable[[float, float, float], float]) -> str | None:
    """Frechet distance of two bell curves on a line, from the gap of means and both widths."""
    cases = (
        ((3.0, 1.0, 1.0), "equal widths: only the gap of the means is left, and it is squared"),
        ((-2.0, 1.5, 1.5), "a gap to the left counts like one to the right"),
        ((0.0, 1.0, 3.0), "equal means, widths of 1 and 3: put a and b into the trace"),
        ((0.0, 3.0, 1.0), "it must not matter which of the two curves is called the first"),
        ((1.0, 2.0, 0.5), "gap and widths both count here"),
    )
    head = tr("not for every pair of curves; ")
    return tried(gap, cases, lambda value, d, a, b: close(value, d**2 + (a - b) ** 2), head)


@check
def check_bells(bells: Callable[[Tensor, int, float], Tensor]) -> str | None:
    """A sampler: each code value from its own normal distribution, its width times `heat`."""
    z = torch.randn(400, 5, generator=drawn()) * torch.tensor([0.2, 1.0, 2.0, 3.0, 0.5])
    z = z + torch.tensor([0.0, 5.0, -3.0, 1.0, 0.0])
    return tried(bells, [((z, COUNT, heat), "") for heat in (1.0, 0.5, 2.0)], _bells_fault, "")


def _bells_fault(z_new: object, z: Tensor, count: int, heat: float) -> bool | str:
    if not isinstance(z_new, Tensor) or z_new.shape != (count, z.shape[1]):
        shape = tuple(getattr(z_new, "shape", ()))
        return tr("return a tensor of shape (count, k), here (6000, 5); yours is {s}", s=shape)
    width, z_new = z.std(0), z_new.detach().to(z.dtype)
    if len(z_new.unique(dim=0)) < count:
        return tr("some codes occur twice: draw a fresh one each time")
    if ((z_new.mean(0) - z.mean(0)).abs() > 0.15 * heat * width).any():
        return tr("the new codes lie around other means than the codes of the data")
    ratio = z_new.std(0) / width
    if ((ratio / heat - 1).abs() > 0.1).any():
        found = ", ".join(f"{share:.2f}" for share in ratio.tolist())
        return tr(
            "at heat={heat} the widths are {found} times those of the data", heat=heat, found=found
        )
    apart = (z_new.T.corrcoef() - torch.eye(z.shape[1])).abs().max() <= 0.1
    return bool(apart) or tr("the code values move together: draw each one by itself")


@check
def check_doctor(doctor: Callable[[float, float], str]) -> str | None:
    """Tell "collapsed", "scattered" and "healthy" generators apart by density and coverage."""
    patients = {
        (1.10, 0.02): ("collapsed", "its pictures lie among real ones, yet where few of them are"),
        (0.14, 0.09): ("scattered", "that is pure noise: hardly anything lands among real ones"),
        (0.99, 0.74): ("healthy", "these are real test pictures"),
        (0.75, 0.10): ("collapsed", "good pictures of a few kinds only"),
        (0.12, 0.20): ("scattered", "most of these lie far from any real picture"),
        (1.20, 0.95): ("healthy", "a density above 1 is no fault when everything is covered"),
    }
    names = ("collapsed", "scattered", "healthy")

    def head(density: float, coverage: float) -> str:
        case = tr("density {d:.2f}, coverage {c:.2f}", d=density, c=coverage)
        return tr("look again at {case}: ", case=case)

    cases = [(signs, hint) for signs, (_, hint) in patients.items()]
    return tried(doctor, cases, lambda a, *signs: one_of(a, patients[signs][0], names), head)


@check
def check_coverage(coverage: Callable[[Tensor, Tensor, int], float]) -> str | None:
    """Share of the balls around real points that hold at least one new point."""
    line, chance = torch.tensor([[0.0], [1.0], [2.0], [10.0]]), drawn()
    plane, other = (torch.randn(n, 3, generator=chance) for n in (60, 45))
    other = other * 0.7 + 0.4
    cases = (
        ((line, torch.tensor([[0.5], [0.6]]), 1), "two new points hit the balls of 0 and 1 only"),
        ((line, torch.tensor([[50.0]]), 1), "a new point far away is in no ball"),
        ((line, line, 1), "a point is not its own neighbour: its ball has a radius"),
        ((plane, other, 5), "with neighbours=5 a ball reaches to the fifth other real point"),
        ((other, plane, 3), "the balls stand around the first argument, the real points"),
    )

    def right(value: object, real: Tensor, new: Tensor, neighbours: int) -> bool:
        alone = len(new) == 1
        return close(value, 0 if alone else neighbour_shares(real, new, neighbours)["coverage"])

    return tried(coverage, cases, right, tr("not for every pair of clouds; "))
