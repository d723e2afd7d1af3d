"""Data without a download: from scikit-learn, or generated from known factors."""

from aeteach.data.pictures import FACTORS, SHAPES, Split, Sprites, digits, sprites

__all__ = ["FACTORS", "SHAPES", "Split", "Sprites", "digits", "sprites"]
