"""Checks of a learner's answers: each says what is wrong, never the answer.

A check asks for properties and accepts every right answer. It returns a `Reply` that shows
itself and is true when the answer is right. One module a notebook.
"""

from aeteach.exercises.copying import check_diagnosis, check_masking, check_rank, check_top_k
from aeteach.exercises.generation import check_bells, check_coverage, check_doctor, check_gap
from aeteach.exercises.reply import Reply

__all__ = [
    "Reply",
    "check_bells",
    "check_coverage",
    "check_diagnosis",
    "check_doctor",
    "check_gap",
    "check_masking",
    "check_rank",
    "check_top_k",
]
