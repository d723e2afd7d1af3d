"""Checks of a learner's answers: each says what is wrong, never the answer.

A check asks for properties and accepts every right answer. It returns a `Reply` that shows
itself and is true when the answer is right.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from aeteach.words import tr


@dataclass
class Reply:
    """What a check says; true when the answer is right."""

    right: bool
    text: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return f"{'✓' if self.right else '✗'} {self.text}"

    def _repr_html_(self) -> str:
        return f"<b>{html.escape(repr(self))}</b>"


def _reply(complaint: str | None) -> Reply:
    return Reply(complaint is None, complaint or tr("right"))


def _asked(function: object, *args: object) -> tuple[object, str | None]:
    """The value of `function(*args)`, or a complaint in words when it cannot be had."""
    if function is None or function is ...:
        return None, tr("not answered yet: give a function")
    if not callable(function):
        return None, tr("{answer} is no function: give one", answer=repr(function))
    try:
        value = function(*args)
    except Exception as error:
        kind = type(error).__name__
        return None, tr("your function raises {kind}: {error}", kind=kind, error=error)
    if value is ...:
        return None, tr("not answered yet: replace the dots")
    if value is None:
        return None, tr("your function returns nothing yet: end it with return")
    return value, None


def _is(value: object, right: object) -> bool:
    """Whether `value` is one value and equals `right`."""
    try:
        return bool(value == right)
    except (RuntimeError, ValueError):
        return False


def check_rank(largest_rank: Callable[[int], int]) -> Reply:
    """Rank of the matrix D E of a linear autoencoder with 64 inputs, from its latent size."""
    for latent_size, hint in (
        (3, "try a latent size of 3: E maps 64 numbers to 3, D maps those 3 back"),
        (63, "what is the rank of a product of two matrices at most?"),
        (64, "at latent size 64 nothing has to be lost"),
        (200, "the product is a 64 x 64 matrix, however large the latent size"),
    ):
        rank, complaint = _asked(largest_rank, latent_size)
        if complaint:
            return _reply(complaint)
        if not _is(rank, min(latent_size, 64)):
            return _reply(tr("not for every latent size; ") + tr(hint))
    return _reply(None)


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
    value, complaint = _asked(masking, mirror, shown)
    return _reply(complaint or _masking_fault(mirror, x, shown, value))


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
        answer, complaint = _asked(diagnose, train, test, copy)
        if complaint:
            return _reply(complaint)
        if not any(_is(answer, word) for word in ("copies", "memorises", "healthy")):
            return _reply(
                tr(
                    "your answer is {answer}; it must be 'copies', 'memorises' or 'healthy'",
                    answer=repr(answer),
                )
            )
        if not _is(answer, disease):
            case = f"train {train:.4f}, test {test:.4f}, copy meter {copy:.2f}"
            return _reply(tr("look again at {case}: ", case=case) + tr(hint))
    return _reply(None)


def check_top_k(top_k: Callable[[Tensor, int], Tensor]) -> Reply:
    """Keep the `keep` latent values of largest size in each row of z (N, k), silence the rest."""
    z = torch.randn(50, 9)
    z[0] = 0.5
    z.requires_grad_()
    for keep in (1, 3, 9):
        value, complaint = _asked(top_k, z, keep)
        complaint = complaint or _top_k_fault(z, keep, value)
        if complaint:
            return _reply(complaint)
    value.sum().backward()
    return _reply(None if z.grad is not None else tr("no gradient reaches z any more"))


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
