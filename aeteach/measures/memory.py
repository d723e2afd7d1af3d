"""What a model knows by heart: feed its output back and see where it goes."""

import torch
from torch import Tensor, nn

from aeteach.measures.reconstruction import rebuilt


def iterate(model: nn.Module, x: Tensor, times: int) -> Tensor:
    """x (N, n), model(x), model(model(x)), ...: (times + 1, N, n), in evaluation mode.

    A copier leaves x where it is; what a network has memorised attracts it: Radhakrishnan,
    Belkin & Uhler (2020), arXiv:1909.12362. ValueError for a negative number of times.
    """
    if times < 0:
        raise ValueError(f"times is {times}; it must be at least 0")
    rounds = [x]
    for _ in range(times):
        rounds.append(rebuilt(model, rounds[-1]))
    return torch.stack(rounds)


def landed(x_end: Tensor, memory: Tensor, near: float = 0.002) -> float:
    """Share of x_end (N, n) that lies on a picture of memory (M, n), 0..1.

    near: mean squared distance below which a picture counts as landed; two unrelated digits
    are about 0.15 apart. A picture that ran off to infinity has not landed.
    """
    distance = torch.cdist(x_end, memory).square().amin(1) / x_end.shape[1]
    return (distance < near).float().mean().item()


def recalled(model: nn.Module, x: Tensor, memory: Tensor, times: int = 100) -> float:
    """Share of pictures x (N, n) that end on one of memory (M, n) after `times` rounds, 0..1."""
    return landed(iterate(model, x, times)[-1], memory)
