"""Data without a download: from scikit-learn, or generated from known factors."""

from aeteach.data.manifolds import (
    SURFACES,
    Manifold,
    bow,
    bump_at,
    bumps,
    cloud,
    flat_twin,
    surface,
)
from aeteach.data.pictures import FACTORS, SHAPES, Split, Sprites, digits, sprites

__all__ = [
    "FACTORS",
    "SHAPES",
    "SURFACES",
    "Manifold",
    "Split",
    "Sprites",
    "bow",
    "bump_at",
    "bumps",
    "cloud",
    "digits",
    "flat_twin",
    "sprites",
    "surface",
]
