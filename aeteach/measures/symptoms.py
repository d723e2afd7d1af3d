"""Does a model know its data, copy anything, or know pictures by heart? Signs and a rule."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from aeteach.guard import guarded, number
from aeteach.measures.reconstruction import explained, rebuilt, reconstruction_error

DISEASES = ("copies", "memorises", "overfits", "underfits", "healthy")
LIMITS = {"landed": 0.3, "gap": 3.0, "train": 0.025, "copy": 0.45}
"""Conventions for 8 x 8 digits in [0, 1], with room on both sides for those of notebook 03."""
SIGNS = ("train", "test", "copy", "landed")


@guarded()
def shuffled_pixels(x: Tensor, seed: int = 0) -> Tensor:
    """Each pixel of x (N, n) shuffled over the N pictures by itself.

    Every pixel keeps its own distribution; whatever ties pixels together is destroyed.
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.rand(x.shape, generator=generator).argsort(0)
    return x.gather(0, order.to(x.device))


@guarded()
def copy_meter(model: nn.Module, x: Tensor, seed: int = 0) -> float:
    """R2 of rebuilding pictures without structure (`shuffled_pixels`).

    0 or less: the model rebuilds only what looks like its data. 1: it copies anything.
    """
    x_shuffled = shuffled_pixels(x, seed)
    return explained(x_shuffled, rebuilt(model, x_shuffled))


@guarded(free="x", unknown=True)
def iterate(model: nn.Module, x: Tensor, times: int) -> Tensor:
    """x (N, n), model(x), model(model(x)), ...: (times + 1, N, n), in evaluation mode.

    A copier leaves x where it is; what a network has memorised attracts it: Radhakrishnan,
    Belkin & Uhler (2020), arXiv:1909.12362. Pictures may run off to infinity.
    """
    rounds = [x]
    for _ in range(times):
        rounds.append(rebuilt.__wrapped__(model, rounds[-1]))
    return torch.stack(rounds)


@guarded(width="x_end memory", wild="x_end")
def landed(x_end: Tensor, memory: Tensor, near: float = 0.002) -> float:
    """Share of x_end (N, n) that lies on a picture of memory (M, n), 0..1.

    near: mean squared distance below which a picture counts as landed; two unrelated digits
    are about 0.15 apart. A picture that ran off to infinity has not landed.
    """
    distance = torch.cdist(x_end, memory).square().amin(1) / x_end.shape[1]
    return (distance < near).float().mean().item()


@guarded()
def recalled(model: nn.Module, x: Tensor, memory: Tensor, times: int = 100) -> float:
    """Share of pictures x (N, n) that end on one of memory (M, n) after `times` rounds, 0..1."""
    rounds = iterate(model, x, times)
    if rounds[:2].isnan().any():
        raise ValueError("the model returns NaN; train it again, with a smaller learning_rate")
    return landed(rounds[-1], memory)


@guarded(width="x x_test")
def symptoms(
    model: nn.Module, x: Tensor, x_test: Tensor, seed: int = 0, times: int = 100
) -> dict[str, float]:
    """Four signs of a model trained on x (N, n), with x_test (M, n) held back.

    train, test: mean squared errors. copy: `copy_meter` on x_test. landed: share of x_test
    that ends on a picture of x when the output is fed back `times` times (`recalled`).
    """
    values = (
        reconstruction_error(model, x),
        reconstruction_error(model, x_test),
        copy_meter(model, x_test, seed),
        recalled(model, x_test, x, times),
    )
    return dict(zip(SIGNS, values, strict=True))


def _read(signs: Mapping[str, float], *names: str) -> list[float]:
    if not isinstance(signs, Mapping):
        raise TypeError(f"signs is a {type(signs).__name__}; give {', '.join(names)} by name")
    return [number(name, signs[name]) for name in names]


def gap(signs: Mapping[str, float]) -> float:
    """How many times the test error is as large as the train error."""
    train, test = _read(signs, "train", "test")
    return test / max(train, 1e-12)


def disease(signs: Mapping[str, float]) -> str:
    """The one of `DISEASES` that the signs speak for, the gravest sign first.

    memorises: test pictures land on training pictures. overfits: test error far above train
    error. underfits: even the train error is high. copies: pictures without structure are
    rebuilt. healthy: none of these. KeyError for signs without one of the four numbers,
    ValueError for one that is NaN or infinite.
    """
    train, _, copy, landed_share = _read(signs, *SIGNS)
    if landed_share >= LIMITS["landed"]:
        return "memorises"
    if gap(signs) > LIMITS["gap"]:
        return "overfits"
    if train > LIMITS["train"]:
        return "underfits"
    return "copies" if copy > LIMITS["copy"] else "healthy"
