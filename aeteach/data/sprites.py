"""Pictures drawn from known factors."""

from typing import NamedTuple

import torch
from torch import Tensor

from aeteach.guard import affordable, guarded, side_of

SHAPES = ("disc", "square", "triangle", "ring")
FACTORS = ("shape", "x", "y", "size", "angle")


class Sprites(NamedTuple):
    """x (N, side * side) in [0, 1] and factors (N, 5) in the order of `FACTORS`.

    shape counts in `SHAPES`; x, y, size in units of half a picture; angle in radians.
    """

    x: Tensor
    factors: Tensor


@guarded()
def sprites(
    n: int, side: int = 16, seed: int = 0, shape: str | None = None, sheet: int | None = None
) -> Sprites:
    """`n` grey pictures of one shape each, smooth at the edge, drawn from known factors.

    shape: one of `SHAPES` for all pictures, or None for a mixture. sheet: put each picture
    somewhere on a white sheet of that side, x then has sheet * sheet pixels; the factors stay
    those within the picture. ValueError for an unknown shape and for a sheet smaller than the
    picture.
    """
    affordable("n", n, 8 * (sheet or side) ** 2)
    if shape is not None and shape not in SHAPES:
        raise ValueError(f"shape is {shape!r}; choose one of {', '.join(SHAPES)}")
    if sheet is not None and sheet < side:
        raise ValueError(f"sheet is {sheet}; it must be at least the side of a picture, {side}")
    generator = torch.Generator().manual_seed(seed)
    kind = torch.randint(len(SHAPES), (n,), generator=generator)
    if shape is not None:
        kind.fill_(SHAPES.index(shape))
    place, size, angle = (torch.rand(n, m, generator=generator) for m in (2, 1, 1))
    size = 0.4 + 0.25 * size
    place = (2 * place - 1) * (0.9 - size)
    factors = torch.cat([kind[:, None], place, size, angle * torch.pi], dim=1)
    x = _paint(factors, side)
    return Sprites(x if sheet is None else _on_sheets(x, side, sheet, generator), factors)


def _on_sheets(x: Tensor, side: int, sheet: int, generator: torch.Generator) -> Tensor:
    corners = torch.randint(sheet - side + 1, (len(x), 2), generator=generator)
    sheets = torch.zeros(len(x), sheet, sheet)
    for page, picture, (down, right) in zip(sheets, x, corners.tolist(), strict=True):
        page[down : down + side, right : right + side] = picture.reshape(side, side)
    return sheets.flatten(1)


@guarded()
def quarter_turns(x: Tensor) -> tuple[Tensor, Tensor]:
    """Each picture of x (N, side * side) turned by 0, 1, 2 or 3 quarters in rotation.

    Returns the turned pictures (N, side * side) and how far each was turned (N,).
    """
    side = side_of("x", x)
    turns = torch.arange(len(x)) % 4
    squares = zip(x.reshape(-1, side, side), turns.tolist(), strict=True)
    turned = [picture.rot90(turn).flatten() for picture, turn in squares]
    return torch.stack(turned), turns


def _paint(factors: Tensor, side: int) -> Tensor:
    """Pictures (N, side * side) from factors (N, 5): ink where the signed distance is < 0."""
    ticks = (torch.arange(side) + 0.5) * 2 / side - 1
    down, right = torch.meshgrid(ticks, ticks, indexing="ij")
    kind, x, y, size, angle = factors.T[:, :, None, None]
    right, down = right - x, down - y
    u = right * angle.cos() + down * angle.sin()
    v = down * angle.cos() - right * angle.sin()
    distances = _signed_distances(u, v, size)
    rows = torch.arange(len(factors))
    signed = distances[kind.flatten().long(), rows]
    return (0.5 - signed * side / 2).clamp(0, 1).flatten(1)


def _signed_distances(u: Tensor, v: Tensor, size: Tensor) -> Tensor:
    """Distance to the edge of each of `SHAPES`, negative inside: (4, N, side, side)."""
    radius = (u**2 + v**2).sqrt()
    corners = [(v * c - u * s) for c, s in ((1, 0), (-0.5, 0.866), (-0.5, -0.866))]
    return torch.stack(
        [
            radius - size,
            torch.maximum(u.abs(), v.abs()) - 0.8 * size,
            torch.stack(corners).amax(0) - size / 1.6,
            (radius - 0.75 * size).abs() - 0.2 * size,
        ]
    )
