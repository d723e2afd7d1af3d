"""Checks of a learner's answers: each says what is wrong, never the answer.

A check asks for properties and accepts every right answer. It returns a `Reply` that shows
itself and is true when the answer is right. One module a notebook.
"""
# ruff: noqa: F401

from aeteach.exercises.copying import check_diagnosis, check_masking, check_top_k
from aeteach.exercises.generation import check_bells, check_coverage, check_doctor, check_gap
from aeteach.exercises.latent import check_awake, check_free_bits, check_keeps_loss, check_scramble
from aeteach.exercises.losses import check_choices, check_floor, check_huber, check_last_layer
from aeteach.exercises.overfitting import (
    check_better,
    check_dimming,
    check_parameters,
    check_stopping,
)
from aeteach.exercises.pca import check_discarded, check_other_axes, check_own_pca, check_tied
from aeteach.exercises.reply import Reply
