"""Generated data of known shape: flat clouds, bent clouds, curves and sheets in space."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from aeteach.guard import affordable, guarded, number, told

SURFACES = ("circle", "helix", "s_curve", "swiss_roll")
FRAMES = {
    "s_curve": ((0.0, 1.0, 0.0), 2.0, -1.5 * math.pi, 3 * math.pi),
    "swiss_roll": ((2.0, 10.5, 2 / (3 * math.pi)), 14.0, 1.5 * math.pi, 3 * math.pi),
}
"""Mean and half size of scikit-learn's sheets, first value and length of their t."""


class Manifold(NamedTuple):
    """x (N, n) and the hidden position t (N,) of each example, which no model sees."""

    x: Tensor
    t: Tensor


@guarded()
def cloud(n: int, seed: int = 0, angle: float = 30.0, spread: tuple = (1.0, 0.35)) -> Tensor:
    """A flat normal cloud (n, 2), longest at `angle` degrees, `spread` its standard deviations."""
    if not isinstance(spread, tuple | list) or len(spread) != 2:
        raise ValueError(
            f"spread is {told(spread)}; give two standard deviations such as (1.0, 0.35)"
        )
    along, across = (number("spread", value) for value in spread)
    generator = torch.Generator().manual_seed(seed)
    flat = torch.randn(n, 2, generator=generator) * torch.tensor([along, across])
    turn = math.radians(angle)
    return flat @ torch.tensor(
        [[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]]
    )


@guarded()
def bow(n: int, bend: float, seed: int = 0, noise: float = 0.05) -> Tensor:
    """A thin strip of length 2 * pi (n, 2), bent into an arc of `bend` full circles, 0..1.

    ValueError for a bend outside 0..1.
    """
    if not 0 <= bend <= 1:
        raise ValueError(f"bend is {bend}; it must lie between 0 (a line) and 1 (a circle)")
    generator = torch.Generator().manual_seed(seed)
    way = (2 * torch.rand(n, generator=generator) - 1) * math.pi
    radius = 1 / max(bend, 1e-4)
    thickness = radius + noise * torch.randn(n, generator=generator)
    arc = way * max(bend, 1e-4)
    return torch.stack([thickness * arc.sin(), radius - thickness * arc.cos()], 1)


@guarded()
def bumps(n: int, size: int = 64, width: float = 0.06, seed: int = 0) -> Manifold:
    """One bump a row (n, size) that sits anywhere between 0.15 and 0.85 of the width."""
    affordable("n", n, size)
    generator = torch.Generator().manual_seed(seed)
    t = 0.15 + 0.7 * torch.rand(n, generator=generator)
    return Manifold(bump_at(t, size, width), t)


@guarded(free="t")
def bump_at(t: Tensor, size: int = 64, width: float = 0.06) -> Tensor:
    """Rows (N, size) with a bump of height 1 at each position of t (N,), in units of the width."""
    if t.dim() != 1:
        raise ValueError(f"t has shape {tuple(t.shape)}; give (N,), one position a row")
    if not width > 0:
        raise ValueError(f"width is {width}; it must be above 0, say 0.06")
    places = (torch.arange(size) + 0.5) / size
    return torch.exp(-((places - t[:, None]) ** 2) / (2 * width**2))


@guarded()
def surface(name: str, n: int, seed: int = 0) -> Manifold:
    """A curve or sheet in space, centred, each of its 3 coordinates at most 1 in size.

    name: one of `SURFACES`; the sheets are scikit-learn's. t runs along the curve or the
    curved way of the sheet, 0..1. Any two samples lie in the same place, on the same scale.
    ValueError for an unknown name.
    """
    from sklearn.datasets import make_s_curve, make_swiss_roll

    if name not in SURFACES:
        raise ValueError(f"surface {name!r} is not known; choose one of {', '.join(SURFACES)}")
    t = torch.rand(n, generator=torch.Generator().manual_seed(seed))
    turn = 2 * math.pi * t
    if name == "circle":
        return Manifold(torch.stack([turn.cos(), turn.sin(), 0.6 * turn.cos()], 1), t)
    if name == "helix":
        return Manifold(torch.stack([(2 * turn).cos(), (2 * turn).sin(), 2 * t - 1], 1), t)
    make = make_s_curve if name == "s_curve" else make_swiss_roll
    middle, size, first, length = FRAMES[name]
    x, t = (torch.tensor(part, dtype=torch.float32) for part in make(n, random_state=seed))
    return Manifold((x - torch.tensor(middle)) / size, (t - first) / length)


@guarded()
def flat_twin(x: Tensor, n: int, seed: int = 0) -> Tensor:
    """`n` draws (n, m) of the normal distribution with the mean and covariance of x (N, m).

    The twin has the same correlations as x and nothing else of it.
    """
    mean, centred = x.mean(0), x - x.mean(0)
    generator = torch.Generator().manual_seed(seed)
    weights = torch.randn(n, len(x), generator=generator, dtype=x.dtype)
    return mean + weights @ centred / max(1, len(x) - 1) ** 0.5
