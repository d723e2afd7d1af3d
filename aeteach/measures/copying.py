"""Does a model know its data, or does it copy anything?"""

import torch
from torch import Tensor, nn

from aeteach.measures.reconstruction import explained, rebuilt


def shuffled_pixels(x: Tensor, seed: int = 0) -> Tensor:
    """Each pixel of x (N, n) shuffled over the N pictures by itself.

    Every pixel keeps its own distribution; whatever ties pixels together is destroyed.
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.rand(x.shape, generator=generator).argsort(0)
    return x.gather(0, order)


def copy_meter(model: nn.Module, x: Tensor, seed: int = 0) -> float:
    """R2 of rebuilding pictures without structure (`shuffled_pixels`).

    0 or less: the model rebuilds only what looks like its data. 1: it copies anything.
    """
    x_shuffled = shuffled_pixels(x, seed)
    return explained(x_shuffled, rebuilt(model, x_shuffled))
