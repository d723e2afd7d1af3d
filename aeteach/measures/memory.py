"""Does a model remember its training pictures? Feed its output back to it and see.

Radhakrishnan, Belkin & Uhler (2020), arXiv:1909.12362: training examples can become
attractors of the map x -> x_hat.
"""

import torch
from torch import Tensor, nn

from aeteach.measures.reconstruction import rebuilt


def iterated(model: nn.Module, x: Tensor, times: int) -> Tensor:
    """x (N, n) and what `model` makes of it, again and again: (times + 1, N, n).

    Measured in evaluation mode; the mode is put back. ValueError when times is below 0.
    """
    if times < 0:
        raise ValueError(f"times is {times}; it must be 0 or more")
    path = [x]
    for _ in range(times):
        path.append(rebuilt(model, path[-1]))
    return torch.stack(path)


def nearest_training(x: Tensor, x_train: Tensor) -> tuple[Tensor, Tensor]:
    """For each of x (M, n) the nearest of x_train (N, n): its row (M,) and squared distance (M,).

    The distance is the mean over the n values, comparable with a reconstruction error.
    """
    distance = torch.cdist(x, x_train).square() / x.shape[1]
    nearest = distance.min(1)
    return nearest.indices, nearest.values


def landed(x: Tensor, x_train: Tensor, within: float = 0.01) -> float:
    """Share, 0..1, of x (M, n) that lie closer than `within` to a picture of x_train (N, n).

    within: mean squared distance; two different digits are about 0.1 apart.
    """
    return (nearest_training(x, x_train)[1] < within).float().mean().item()
