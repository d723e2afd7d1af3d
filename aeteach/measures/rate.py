"""What a code costs in bits."""

import torch
from torch import Tensor, nn

from aeteach.measures.reconstruction import codes


@torch.no_grad()
def rate_curve(model: nn.Module, x_train: Tensor, x: Tensor) -> dict[int, float]:
    """Mean squared error of x (M, n) when each code value is rounded to 2, 3, 4 or 6 bits.

    Returns {bits a picture: error}; x_train (N, n) sets the range of each code value.
    """
    z_train, z = codes(model, x_train), codes(model, x)
    low, high = z_train.amin(0), z_train.amax(0)
    decoded = {bits: model.decoder(rounded(z, bits, low, high)) for bits in (2, 3, 4, 6)}
    return {z.shape[1] * bits: ((out - x) ** 2).mean().item() for bits, out in decoded.items()}


def rounded(z: Tensor, bits: int, low: Tensor | float = 0.0, high: Tensor | float = 1.0) -> Tensor:
    """z on 2**bits evenly spaced levels from `low` to `high`."""
    step = (high - low) / (2**bits - 1)
    return low + ((z - low) / step).round().clamp(0, 2**bits - 1) * step
