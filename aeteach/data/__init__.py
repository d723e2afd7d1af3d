"""Data without a download: from scikit-learn, generated from known factors, or your own."""

from aeteach.data.distortions import DISTORTIONS, distorted
from aeteach.data.gallery import images
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
from aeteach.data.measurements import Wines, tones, wines
from aeteach.data.pictures import FACTORS, SHAPES, Split, Sprites, digits, quarter_turns, sprites
from aeteach.data.words import LETTERS, letters, pronounceable, spelled, words

__all__ = [
    "DISTORTIONS",
    "FACTORS",
    "LETTERS",
    "SHAPES",
    "SURFACES",
    "Manifold",
    "Split",
    "Sprites",
    "Wines",
    "bow",
    "bump_at",
    "bumps",
    "cloud",
    "digits",
    "distorted",
    "flat_twin",
    "images",
    "letters",
    "pronounceable",
    "quarter_turns",
    "spelled",
    "sprites",
    "surface",
    "tones",
    "wines",
    "words",
]
