"""The first call of every notebook."""

import os
import sys

import torch
from matplotlib.figure import Figure

from aeteach.guard import told
from aeteach.style import bundle
from aeteach.words import speak


def start(language: str = "en", seed: int = 0) -> int:
    """Set language, seed and threads, and let every Figure show itself with its description.

    Returns the seed in force: the environment variable AETEACH_SEED wins over `seed`.
    Small networks run fastest on one thread. ValueError for an unknown language or a seed
    that is no whole number of 0 or more.
    """
    speak(language)
    seed = _seed(os.environ.get("AETEACH_SEED", seed))
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    shell = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
    if shell:
        shell.display_formatter.mimebundle_formatter.for_type(Figure, bundle)
    return seed


def _seed(value: object) -> int:
    text = str(value)
    if not text.isascii() or not text.isdigit() or int(text) >= 2**31:
        raise ValueError(f"seed is {told(value)}; it must be a whole number from 0 to 2147483647")
    return int(text)
