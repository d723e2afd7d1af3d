"""Checks of a learner's answers: each says what is wrong, never the answer.

A check asks for properties and accepts every right answer. It returns a `Reply` that shows
itself and is true when the answer is right. One module a notebook.
"""

from aeteach.exercises.copying import check_diagnosis, check_masking, check_rank, check_top_k
from aeteach.exercises.latent import (
    check_awake,
    check_free_bits,
    check_keeps_loss,
    check_scramble,
)
from aeteach.exercises.reply import Reply

__all__ = [
    "Reply",
    "check_awake",
    "check_diagnosis",
    "check_free_bits",
    "check_keeps_loss",
    "check_masking",
    "check_rank",
    "check_scramble",
    "check_top_k",
]
