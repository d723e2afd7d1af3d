"""Data without a download: from kept libraries, generated from known factors, or your own."""
# ruff: noqa: F401

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
from aeteach.data.pictures import SIDES, Split, digits, patches, small_digits
from aeteach.data.sprites import FACTORS, SHAPES, Sprites, quarter_turns, sprites
from aeteach.data.words import LETTERS, letters, pronounceable, spelled, words
