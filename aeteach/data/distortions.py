"""Six ways to spoil a picture, each at the strength that costs one given squared error."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from aeteach.guard import guarded, side_of

HALVINGS = 20


@guarded()
def distorted(x: Tensor, kind: str, level: float, seed: int = 0) -> Tensor:
    """Each picture of x (N, side * side) spoiled until its mean squared error is `level`.

    kind: a key of `DISTORTIONS`. seed: of the noise. The strength is found by bisection, for
    each picture by itself. ValueError for an unknown kind, a level that is not positive, or
    one that a picture cannot reach.
    """
    if kind not in DISTORTIONS:
        raise ValueError(f"kind is {kind!r}; choose one of {', '.join(DISTORTIONS)}")
    side_of("x", x)
    if not level > 0:
        raise ValueError(f"level is {level}; it must be above 0, say 0.01")
    spoil, strongest = DISTORTIONS[kind]
    noise = torch.randn(x.shape, dtype=x.dtype, generator=torch.Generator().manual_seed(seed))
    rows = zip(x[:, None], noise[:, None], strict=True)
    return torch.cat([_at_level(spoil, strongest, row, own, level) for row, own in rows])


def _at_level(spoil, strongest: float, x: Tensor, noise: Tensor, level: float) -> Tensor:
    def error(strength: float) -> float:
        return ((spoil(x, strength, noise) - x) ** 2).mean().item()

    low, high = 0.0, strongest
    if error(high) < level:
        reached = error(high)
        raise ValueError(f"level is {level}; this picture can only be spoiled to {reached:.3g}")
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if error(middle) < level else (low, middle)
    return spoil(x, high, noise)


def _square(x: Tensor) -> Tensor:
    side = round(x.shape[1] ** 0.5)
    return x.reshape(-1, 1, side, side)


def _moved(x: Tensor, pixels: int) -> Tensor:
    return _square(x).roll(pixels, 3).flatten(1)


def _shift(x: Tensor, strength: float, _noise: Tensor) -> Tensor:
    """To the right by `strength` pixels, a part of a pixel by linear interpolation."""
    whole = math.floor(strength)
    part = strength - whole
    return (1 - part) * _moved(x, whole) + part * _moved(x, whole + 1)


def _brightness(x: Tensor, strength: float, _noise: Tensor) -> Tensor:
    return (x + strength).clamp(0, 1)


def _contrast(x: Tensor, strength: float, _noise: Tensor) -> Tensor:
    mean = x.mean(1, keepdim=True)
    return mean + (x - mean) * (1 - strength)


def _ghost(x: Tensor, strength: float, _noise: Tensor) -> Tensor:
    """A fainter second image, a third of the width to the right."""
    return (1 - strength) * x + strength * _moved(x, round(x.shape[1] ** 0.5 / 3))


def _blur(x: Tensor, strength: float, _noise: Tensor) -> Tensor:
    """A normal blur of `strength` pixels in both directions."""
    reach = round(x.shape[1] ** 0.5) // 2
    steps = torch.arange(-reach, reach + 1, dtype=x.dtype)
    weights = torch.softmax(-(steps**2) / (2 * max(strength, 1e-3) ** 2), 0)
    across = F.conv2d(_square(x), weights.view(1, 1, 1, -1), padding=(0, reach))
    return F.conv2d(across, weights.view(1, 1, -1, 1), padding=(reach, 0)).flatten(1)


def _noise(x: Tensor, strength: float, noise: Tensor) -> Tensor:
    return (x + strength * noise).clamp(0, 1)


DISTORTIONS = {
    "shift": (_shift, 6.0),
    "brightness": (_brightness, 1.0),
    "contrast": (_contrast, 1.0),
    "ghost": (_ghost, 0.5),
    "noise": (_noise, 4.0),
    "blur": (_blur, 8.0),
}
"""{name: (function, strength beyond which nothing is tried)}."""
