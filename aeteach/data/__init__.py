"""Data without a download: from scikit-learn, or generated from known factors."""

from aeteach.data.distortions import DISTORTIONS, distorted
from aeteach.data.measurements import Wines, tones, wines
from aeteach.data.pictures import FACTORS, SHAPES, Split, Sprites, digits, quarter_turns, sprites
from aeteach.data.words import LETTERS, letters, pronounceable, spelled, words

__all__ = [
    "DISTORTIONS",
    "FACTORS",
    "LETTERS",
    "SHAPES",
    "Split",
    "Sprites",
    "Wines",
    "digits",
    "distorted",
    "letters",
    "pronounceable",
    "quarter_turns",
    "spelled",
    "sprites",
    "tones",
    "wines",
    "words",
]
