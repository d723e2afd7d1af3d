"""Checks of notebook 02, identity copying."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from aeteach.exercises.reply import (
    asked,
    check,
    drawn,
    gradient,
    is_number,
    no_gradient,
    one_of,
    tried,
)
from aeteach.words import tr


class _Copier(nn.Module):
    """Gives back what it was shown, or `whole` when there is one, and remembers the former."""

    def __init__(self, whole: Tensor | None = None) -> None:
        super().__init__()
        self.gain, self.whole = nn.Parameter(torch.ones(())), whole

    def encoder(self, x: Tensor) -> Tensor:
        self.seen = x
        return x if self.whole is None or x.shape != self.whole.shape else self.whole

    def decoder(self, z: Tensor) -> Tensor:
        return z * self.gain

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))


@check
def check_masking(masking: Callable[[nn.Module, Tensor], Tensor]) -> str | None:
    """An objective that hides pixels from the model and asks for the whole picture back."""
    x = torch.rand(400, 64, generator=drawn()) * 0.8 + 0.1
    copier = _Copier()
    value, complaint = asked(masking, copier, x)
    complaint = complaint or _masking_fault(copier, x, value)
    if complaint:
        return complaint
    best, complaint = asked(masking, _Copier(x), x)
    if complaint or best < 0.1 * value:
        return complaint
    return tr("a model that gives back the whole picture must pay nothing")


def _masking_fault(copier: _Copier, x: Tensor, value: object) -> str | None:
    if not is_number(value):
        return tr("the objective must return one number, as mse does")
    if not hasattr(copier, "seen") or copier.seen.shape != x.shape:
        return tr("the model must be shown a picture of the same shape as x")
    hidden = copier.seen == 0
    share = hidden.float().mean().item()
    if not torch.equal(copier.seen[~hidden], x[~hidden]):
        return tr("a pixel that is not hidden must keep its value")
    if not 0.2 < share < 0.4:
        return tr("hide three pixels in ten; you hide {share:.0%}", share=share)
    if not hidden.any(0).all():
        return tr("hide other pixels in each picture, not the same ones in all")
    if hidden.all(1).any():
        return tr("hide some pixels of every picture, not all pixels of some")
    if value < 0.5 * (x[hidden] ** 2).sum() / x.numel():
        return tr("a copier pays nothing here: compare with the whole x, not with what it saw")
    return None if gradient(value, copier.gain) is not None else no_gradient(tr("the model"))


@check
def check_diagnosis(diagnose: Callable[[float, float, float], str]) -> str | None:
    """Tell "copies", "memorises" and "healthy" apart from train error, test error, copy meter."""
    patients = {
        (0.0001, 0.0001, 0.99): ("copies", "both errors are near 0, and so it is for any input"),
        (0.0001, 0.0500, -0.10): ("memorises", "only what was seen is rebuilt"),
        (0.0140, 0.0150, 0.10): ("healthy", "it rebuilds new digits, and only digits"),
        (0.0020, 0.0022, 0.80): ("copies", "both errors small, and nearly anything passes"),
        (0.0020, 0.0300, 0.05): (
            "memorises",
            "the test error is many times the training error",
        ),
        (0.0087, 0.0117, 0.35): ("healthy", "some gap between the two errors is always left"),
    }
    names = ("copies", "memorises", "healthy")

    def head(train: float, test: float, copy: float) -> str:
        words = tr("train {train:.4f}, test {test:.4f}, copy meter {copy:.2f}")
        return tr("look again at {case}: ", case=words.format(train=train, test=test, copy=copy))

    cases = [(signs, hint) for signs, (_, hint) in patients.items()]
    return tried(diagnose, cases, lambda a, *signs: one_of(a, patients[signs][0], names), head)


@check
def check_top_k(top_k: Callable[[Tensor, int], Tensor]) -> str | None:
    """Keep the `keep` latent values of largest size in each row of z (N, k), silence the rest."""
    z = torch.randn(50, 9, generator=drawn())
    z[0] = 0.5
    z.requires_grad_()
    return tried(top_k, [((z, keep), "") for keep in (1, 3, 9)], _top_k_fault, "")


def _top_k_fault(value: object, z: Tensor, keep: int) -> bool | str:
    if not isinstance(value, Tensor) or value.shape != z.shape:
        return tr("return a tensor of the shape of z, {shape}", shape=tuple(z.shape))
    awake = value != 0
    if not (awake.sum(1) == keep).all():
        counts = sorted(set(awake.sum(1).tolist()))
        return tr("keep={keep}, but {counts} values a row are awake", keep=keep, counts=counts)
    if not torch.equal(value[awake], z[awake]):
        return tr("a value that stays awake must keep its number and sign")
    if (z.abs() * ~awake).amax(1).gt(z.abs().where(awake, torch.inf).amin(1)).any():
        return tr("a silenced value is larger in size than one kept: mind the minus signs")
    return gradient(value, z) is not None or no_gradient("z")
