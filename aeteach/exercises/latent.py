"""Checks of notebook 04, latent chaos."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from aeteach.exercises.reply import Reply, asked, equals, reply
from aeteach.words import tr

CHANGES = {
    "turn": (True, "turn the plane by 30 degrees"),
    "stretch": (True, "multiply every code by 10"),
    "swap": (True, "exchange the two latent numbers"),
    "warp": (True, "push each number by the sine of the other"),
    "round": (False, "round each latent number to a whole one"),
    "fold": (False, "drop the minus signs"),
    "flatten": (False, "set the second number to 0"),
}


def check_keeps_loss(keeps_loss: Callable[[str], bool]) -> Reply:
    """Which changes of the code a decoder can undo: True or False for each of `CHANGES`."""
    for change, (keeps, told) in CHANGES.items():
        answer, complaint = asked(keeps_loss, change)
        if complaint:
            return reply(complaint)
        if not (equals(answer, True) or equals(answer, False)):
            words = tr("for {change} you return {answer}; it must be True or False")
            return reply(words.format(change=change, answer=repr(answer)))
        if not equals(answer, keeps):
            words = tr("look again at {change} ({told}): can two codes become one?")
            return reply(words.format(change=change, told=tr(told)))
    return reply(None)


def check_scramble(scramble: Callable[[Tensor, bool], Tensor]) -> Reply:
    """A change of the plane that can be undone and leaves few neighbours together.

    scramble(z, False) changes the codes z (N, 2), scramble(u, True) brings them back.
    """
    z = torch.rand(600, 2) * 4 - 2
    u, complaint = asked(scramble, z.clone(), False)
    complaint = complaint or _code_fault(u, z)
    if complaint:
        return reply(complaint)
    back, complaint = asked(scramble, u.clone(), True)
    complaint = complaint or _code_fault(back, z)
    return reply(complaint or _scramble_fault(scramble, z, u, back))


def _code_fault(u: object, z: Tensor) -> str | None:
    if not isinstance(u, Tensor) or u.shape != z.shape:
        return tr("return a tensor of the shape of z, {shape}", shape=tuple(z.shape))
    return None if u.isfinite().all() else tr("some codes become NaN or infinite")


def _scramble_fault(scramble, z: Tensor, u: Tensor, back: Tensor) -> str | None:
    lost = (back - z).abs().max().item()
    if not lost <= 0.01:
        return tr("scramble(u, True) does not bring z back: up to {lost:.2g} is lost", lost=lost)
    alone, complaint = asked(scramble, u[:50].clone(), True)
    if complaint:
        return complaint
    if (
        not isinstance(alone, Tensor)
        or alone.shape != (50, 2)
        or not (alone - z[:50]).abs().max() <= 0.01
    ):
        return tr("a code must be brought back without its companions: it looks at each row alone")
    kept = _neighbours_kept(z, u)
    if kept > 0.5:
        words = tr("{kept:.0%} of the nearest neighbours stay together; part more than half")
        return words.format(kept=kept)
    return None


def _neighbours_kept(z: Tensor, u: Tensor, count: int = 10) -> float:
    """Share of the `count` nearest codes that are the same in z and in u, both (N, k)."""
    sets = []
    for codes in (z, u):
        distance = torch.cdist(codes.double(), codes.double()).fill_diagonal_(torch.inf)
        nearest = distance.topk(count, largest=False).indices
        sets.append(torch.zeros_like(distance).scatter(1, nearest, 1.0))
    return ((sets[0] * sets[1]).sum() / sets[0].sum()).item()


def check_awake(awake: Callable[[Tensor, Tensor], int]) -> Reply:
    """How many latent values have a mean divergence above 0.05, from mean and log-variance."""
    for mean, log_variance, hint in _clouds():
        divergence = (mean**2 + log_variance.exp() - log_variance - 1) / 2
        right = int((divergence.mean(0) > 0.05).sum())
        answer, complaint = asked(awake, mean, log_variance)
        if complaint:
            return reply(complaint)
        if not equals(answer, right):
            return reply(tr("not for every q(z|x); ") + tr(hint))
    return reply(None)


def _clouds() -> Iterator[tuple[Tensor, Tensor, str]]:
    """Means and log-variances (40, k) of clouds q(z|x), and what to think of for each."""
    for shifts, widths, hint in (
        ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), "when q(z|x) is N(0, 1) for every x, all are silent"),
        (
            (2.0, 0.0, 2.0, 0.0, 0.0),
            (1.0,) * 5,
            "a mean that differs from picture to picture counts",
        ),
        ((0.0, 0.0, 0.0), (0.1, 1.0, 0.1), "a variance far below 1 counts, even with mean 0"),
        ((0.2, 2.0), (1.0, 0.5), "0.02 nats on average is below 0.05"),
    ):
        sign = torch.ones(40, 1)
        sign[::2] = -1
        mean = sign * torch.tensor(shifts)
        yield mean, torch.tensor(widths).square().log().expand_as(mean).clone(), hint
    uneven = torch.zeros(40, 3)
    uneven[0, 0] = 1.0
    uneven[1:, 1:] = 1.0
    yield uneven, torch.zeros(40, 3), "take the mean over the pictures before you compare"


class _Dealt(nn.Module):
    """A variational autoencoder whose mean, log-variance and output are dealt beforehand."""

    def __init__(self, mean: Tensor, log_variance: Tensor, x_hat: Tensor) -> None:
        super().__init__()
        self.dealt, self.x_hat = (mean, log_variance), x_hat

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.dealt

    def encoder(self, x: Tensor) -> Tensor:
        return self.dealt[0]

    def sample(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        return mean

    def decoder(self, z: Tensor) -> Tensor:
        return self.x_hat

    def forward(self, x: Tensor) -> Tensor:
        return self.x_hat


def check_free_bits(free_bits: Callable[[nn.Module, Tensor], Tensor]) -> Reply:
    """`variational` at beta 1, each latent value free up to a mean divergence of 0.5 nats."""
    x, x_hat = torch.rand(30, 64), torch.rand(30, 64)
    error = ((x_hat - x) ** 2).mean()
    for scale, hint in (
        (0.0, "when every q(z|x) is N(0, 1), only the squared error is left"),
        (0.4, "a latent value whose mean divergence is below 0.5 pays nothing"),
        (3.0, "above 0.5 it pays what exceeds 0.5, no more; sum over z, divide by n as before"),
        (
            torch.tensor([3.0, 3.0, 0.2, 0.2, 0.2]),
            "each latent value has a free 0.5 of its own; they do not share it",
        ),
    ):
        mean = scale * torch.randn(30, 5)
        log_variance = 0.3 * scale * torch.randn(30, 5)
        each = (mean**2 + log_variance.exp() - log_variance - 1) / 2
        right = error + (each.mean(0) - 0.5).clamp(min=0).sum() / 64
        value, complaint = asked(free_bits, _Dealt(mean, log_variance, x_hat), x)
        if complaint:
            return reply(complaint)
        if not isinstance(value, Tensor) or value.dim() != 0:
            return reply(tr("the objective must return one number, as mse does"))
        if not abs(value - right) < 1e-4 + 1e-4 * right:
            return reply(tr("not the right number yet: ") + tr(hint))
    return reply(None)
