"""Data that are no pictures: chemistry of wines, and tones."""

from typing import NamedTuple

import torch
from torch import Tensor

from aeteach.guard import guarded

RATE = 4096
SAMPLES = 256


class Wines(NamedTuple):
    """x_train (120, 13) and x_test (58, 13) in their own units; names of the 13 features."""

    x_train: Tensor
    x_test: Tensor
    names: list[str]


@guarded()
def wines(seed: int = 0) -> Wines:
    """scikit-learn's 178 wines with 13 measured features, shuffled by `seed`."""
    from sklearn.datasets import load_wine

    bunch = load_wine()
    order = torch.randperm(len(bunch.data), generator=torch.Generator().manual_seed(seed))
    x = torch.tensor(bunch.data, dtype=torch.float32)[order]
    return Wines(x[:120], x[120:], list(bunch.feature_names))


@guarded()
def tones(n: int, seed: int = 0) -> Tensor:
    """`n` pure tones (n, 256) of height 1, 4096 samples a second.

    Each has a pitch between 200 and 900 swings a second and starts anywhere in its swing.
    """
    generator = torch.Generator().manual_seed(seed)
    pitch, start = (torch.rand(n, 1, generator=generator) for _ in range(2))
    swings = (200 + 700 * pitch) * torch.arange(SAMPLES) / RATE + start
    return torch.sin(2 * torch.pi * swings)
