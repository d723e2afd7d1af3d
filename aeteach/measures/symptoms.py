"""The signs by which a trained autoencoder is diagnosed, and the rule that reads them."""

from collections.abc import Mapping

from torch import Tensor, nn

from aeteach.measures.copying import copy_meter
from aeteach.measures.memory import recalled
from aeteach.measures.reconstruction import reconstruction_error

DISEASES = ("copies", "memorises", "overfits", "underfits", "healthy")
LIMITS = {"landed": 0.3, "gap": 3.0, "train": 0.025, "copy": 0.45}
"""Conventions for 8 x 8 digits in [0, 1], with room on both sides for those of notebook 03."""


def symptoms(
    model: nn.Module, x: Tensor, x_test: Tensor, seed: int = 0, times: int = 100
) -> dict[str, float]:
    """Four signs of a model trained on x (N, n), with x_test (M, n) held back.

    train, test: mean squared errors. copy: `copy_meter` on x_test. landed: share of x_test
    that ends on a picture of x when the output is fed back `times` times (`recalled`).
    """
    return {
        "train": reconstruction_error(model, x),
        "test": reconstruction_error(model, x_test),
        "copy": copy_meter(model, x_test, seed),
        "landed": recalled(model, x_test, x, times),
    }


def gap(signs: Mapping[str, float]) -> float:
    """How many times the test error is as large as the train error."""
    return signs["test"] / max(signs["train"], 1e-12)


def disease(signs: Mapping[str, float]) -> str:
    """The one of `DISEASES` that the signs speak for, the gravest sign first.

    memorises: test pictures land on training pictures. overfits: test error far above train
    error. underfits: even the train error is high. copies: pictures without structure are
    rebuilt. healthy: none of these. KeyError for signs without one of the four numbers.
    """
    if signs["landed"] >= LIMITS["landed"]:
        return "memorises"
    if gap(signs) > LIMITS["gap"]:
        return "overfits"
    if signs["train"] > LIMITS["train"]:
        return "underfits"
    return "copies" if signs["copy"] > LIMITS["copy"] else "healthy"
