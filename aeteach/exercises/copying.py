"""Checks of notebook 02, identity copying."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from aeteach.exercises.reply import Reply, asked, equals, reply
from aeteach.words import tr


def check_rank(largest_rank: Callable[[int], int]) -> Reply:
    """Rank of the matrix D E of a linear autoencoder with 64 inputs, from its latent size."""
    for latent_size, hint in (
        (3, "try a latent size of 3: E maps 64 numbers to 3, D maps those 3 back"),
        (63, "what is the rank of a product of two matrices at most?"),
        (64, "at latent size 64 nothing has to be lost"),
        (200, "the product is a 64 x 64 matrix, however large the latent size"),
    ):
        rank, complaint = asked(largest_rank, latent_size)
        if complaint:
            return reply(complaint)
        if not equals(rank, min(latent_size, 64)):
            return reply(tr("not for every latent size; ") + tr(hint))
    return reply(None)


class _Mirror(nn.Module):
    """A perfect copier that remembers what it was shown."""

    def encoder(self, x: Tensor) -> Tensor:
        self.seen = x
        return x

    def decoder(self, z: Tensor) -> Tensor:
        return z

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))


def check_masking(masking: Callable[[nn.Module, Tensor], Tensor]) -> Reply:
    """An objective that hides pixels from the model and asks for the whole picture back."""
    mirror, x = _Mirror(), torch.rand(400, 64) * 0.8 + 0.1
    shown = x.clone()
    value, complaint = asked(masking, mirror, shown)
    return reply(complaint or _masking_fault(mirror, x, shown, value))


def _masking_fault(mirror: _Mirror, x: Tensor, shown: Tensor, value: object) -> str | None:
    if not isinstance(value, Tensor) or value.dim() != 0:
        return tr("the objective must return one number, as mse does")
    if not torch.equal(shown, x):
        return tr("it changes x itself; the target is gone then, so mask a new tensor")
    if not hasattr(mirror, "seen") or mirror.seen.shape != x.shape:
        return tr("the model must be shown a picture of the same shape as x")
    hidden = mirror.seen == 0
    share = hidden.float().mean().item()
    if not torch.equal(mirror.seen[~hidden], x[~hidden]):
        return tr("a pixel that is not hidden must keep its value")
    if not 0.2 < share < 0.4:
        return tr("hide three pixels in ten; you hide {share:.0%}", share=share)
    if not hidden.any(0).all():
        return tr("hide other pixels in each picture, not the same ones in all")
    if hidden.all(1).any():
        return tr("hide some pixels of every picture, not all pixels of some")
    if value < 0.5 * (x[hidden] ** 2).sum() / x.numel():
        return tr("a copier pays nothing here: compare with the whole x, not with what it saw")
    return None


def check_diagnosis(diagnose: Callable[[float, float, float], str]) -> Reply:
    """Tell "copies", "memorises" and "healthy" apart from train error, test error, copy meter."""
    patients = [
        ("copies", (0.0001, 0.0001, 0.99), "both errors are near 0, and so it is for any input"),
        ("memorises", (0.0001, 0.0500, -0.10), "only what was seen is rebuilt"),
        ("healthy", (0.0140, 0.0150, 0.10), "it rebuilds new digits, and only digits"),
        ("copies", (0.0020, 0.0022, 0.80), "both errors small, and nearly anything passes"),
        ("memorises", (0.0020, 0.0300, 0.05), "the test error is many times the training error"),
        ("healthy", (0.0087, 0.0117, 0.35), "some gap between the two errors is always left"),
    ]
    for disease, (train, test, copy), hint in patients:
        answer, complaint = asked(diagnose, train, test, copy)
        if complaint:
            return reply(complaint)
        if not any(equals(answer, word) for word in ("copies", "memorises", "healthy")):
            return reply(
                tr(
                    "your answer is {answer}; it must be 'copies', 'memorises' or 'healthy'",
                    answer=repr(answer),
                )
            )
        if not equals(answer, disease):
            case = tr("train {train:.4f}, test {test:.4f}, copy meter {copy:.2f}").format(
                train=train, test=test, copy=copy
            )
            return reply(tr("look again at {case}: ", case=case) + tr(hint))
    return reply(None)


def check_top_k(top_k: Callable[[Tensor, int], Tensor]) -> Reply:
    """Keep the `keep` latent values of largest size in each row of z (N, k), silence the rest."""
    z = torch.randn(50, 9)
    z[0] = 0.5
    z.requires_grad_()
    for keep in (1, 3, 9):
        value, complaint = asked(top_k, z, keep)
        complaint = complaint or _top_k_fault(z, keep, value)
        if complaint:
            return reply(complaint)
    value.sum().backward()
    return reply(None if z.grad is not None else tr("no gradient reaches z any more"))


def _top_k_fault(z: Tensor, keep: int, value: object) -> str | None:
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
    if not value.requires_grad:
        return tr("no gradient reaches z any more")
    return None
