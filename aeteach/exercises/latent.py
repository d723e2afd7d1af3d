"""Checks of notebook 04, latent chaos."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from aeteach.exercises.reply import (
    asked,
    check,
    drawn,
    equals,
    gradient,
    is_number,
    no_gradient,
    tried,
)
from aeteach.guard import told
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


@check
def check_keeps_loss(keeps_loss: Callable[[str], bool]) -> str | None:
    """Which changes of the code a decoder can undo: True or False for each of `CHANGES`."""

    def right(answer: object, change: str) -> bool | str:
        keeps, words = CHANGES[change]
        if equals(answer, keeps):
            return True
        if equals(answer, not keeps):
            text = tr("look again at {change} ({told}): can two codes become one?")
            return text.format(change=change, told=tr(words))
        text = tr("for {change} you return {answer}; it must be True or False")
        return text.format(change=change, answer=told(answer))

    return tried(keeps_loss, [((change,), "") for change in CHANGES], right, "")


@check
def check_scramble(scramble: Callable[[Tensor, bool], Tensor]) -> str | None:
    """A change of the plane that can be undone and leaves few neighbours together.

    scramble(z, False) changes the codes z (N, 2), scramble(u, True) brings them back.
    """
    z = torch.rand(600, 2, generator=drawn()) * 4 - 2
    u, complaint = asked(scramble, z, False)
    complaint = complaint or _shape_fault(u, z)
    if complaint:
        return complaint
    back, complaint = asked(scramble, u, True)
    return complaint or _shape_fault(back, z) or _scramble_fault(scramble, z, u, back)


def _shape_fault(u: object, z: Tensor) -> str | None:
    if isinstance(u, Tensor) and u.shape == z.shape:
        return None
    return tr("return a tensor of the shape of z, {shape}", shape=tuple(z.shape))


def _scramble_fault(scramble, z: Tensor, u: Tensor, back: Tensor) -> str | None:
    lost = (back - z).abs().max().item()
    if not lost <= 0.01:
        return tr("scramble(u, True) does not bring z back: up to {lost:.2g} is lost", lost=lost)
    alone, complaint = asked(scramble, u[:50], True)
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


@check
def check_awake(awake: Callable[[Tensor, Tensor], int]) -> str | None:
    """How many latent values have a mean divergence above 0.05, from mean and log-variance."""

    def right(answer: object, mean: Tensor, log_variance: Tensor) -> bool:
        return equals(answer, int((_divergence(mean, log_variance) > 0.05).sum()))

    return tried(awake, _clouds(), right, tr("not for every q(z|x); "))


def _divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Mean divergence (k,) from N(0, 1) of each latent value, in nats."""
    return ((mean**2 + log_variance.exp() - log_variance - 1) / 2).mean(0)


def _clouds() -> Iterator[tuple[tuple[Tensor, Tensor], str]]:
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
        yield (mean, torch.tensor(widths).square().log().expand_as(mean).clone()), hint
    uneven = torch.zeros(40, 3)
    uneven[0, 0] = 1.0
    uneven[1:, 1:] = 1.0
    yield (uneven, torch.zeros(40, 3)), "take the mean over the pictures before you compare"


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


@check
def check_free_bits(free_bits: Callable[[nn.Module, Tensor], Tensor]) -> str | None:
    """`variational` at beta 1, each latent value free up to a mean divergence of 0.5 nats."""
    chance = drawn()
    x, x_hat = (torch.rand(30, 64, generator=chance) for _ in range(2))
    scales = (
        (0.0, "when every q(z|x) is N(0, 1), only the squared error is left"),
        (0.4, "a latent value whose mean divergence is below 0.5 pays nothing"),
        (3.0, "above 0.5 it pays what exceeds 0.5, no more; sum over z, divide by n as before"),
        (
            torch.tensor([3.0, 3.0, 0.2, 0.2, 0.2]),
            "each latent value has a free 0.5 of its own; they do not share it",
        ),
    )
    cases = []
    for scale, hint in scales:
        mean, log_variance = (torch.randn(30, 5, generator=chance) for _ in range(2))
        dealt = (scale * mean, 0.3 * scale * log_variance, x_hat.clone())
        cases.append(((_Dealt(*(part.requires_grad_() for part in dealt)), x), hint))
    return tried(free_bits, cases, _free_bits_fault, tr("not the right number yet: "))


def _free_bits_fault(value: object, model: _Dealt, x: Tensor) -> bool | str:
    if not is_number(value):
        return tr("the objective must return one number, as mse does")
    paid = (_divergence(*model.dealt) - 0.5).clamp(min=0).sum() / 64
    right = ((model.x_hat - x) ** 2).mean() + paid
    if not abs(value - right) < 1e-4 + 1e-4 * right:
        return False
    if gradient(value, model.x_hat) is None:
        return no_gradient("x_hat")
    return paid == 0 or gradient(value, model.dealt[0]) is not None or no_gradient("z")
