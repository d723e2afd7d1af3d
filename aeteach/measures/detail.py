"""How much of a picture's edges, and of its broad and fine forms, comes back."""

import torch
from torch import Tensor


def sharpness(x_hat: Tensor, x: Tensor) -> float:
    """Squared differences of neighbouring pixels, summed, in x_hat as a share of those in x.

    x_hat, x: (N, side * side). 1: edges as strong as those of x; less: blurred.
    """
    return (_edges(x_hat) / _edges(x)).item()


def _edges(x: Tensor) -> Tensor:
    pictures = _square(x)
    return sum((pictures.diff(dim=dim) ** 2).sum() for dim in (1, 2))


def _square(x: Tensor) -> Tensor:
    side = round(x.shape[1] ** 0.5)
    return x.reshape(-1, side, side)


def explained_by_wave(x: Tensor, x_hat: Tensor) -> dict[int, float]:
    """R2 of x_hat for the waves of 1, 2, ... side / 2 cycles across the picture.

    x, x_hat: (N, side * side). A wave counts by the larger of its cycles across and down. 1:
    all of it comes back, 0 or less: no better than the mean picture.
    """
    error, power = _power(x - x_hat), _power(x - x.mean(0))
    cycles = torch.fft.fftfreq(len(error), 1 / len(error)).abs().round()
    ring = torch.maximum(cycles[:, None], cycles[None])
    count = range(1, len(error) // 2 + 1)
    return {c: 1 - (error[ring == c].sum() / power[ring == c].sum()).item() for c in count}


def _power(x: Tensor) -> Tensor:
    return (torch.fft.fft2(_square(x)).abs() ** 2).mean(0)
