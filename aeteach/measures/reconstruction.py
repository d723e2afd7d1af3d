"""How well a model rebuilds, and the pieces that other measures are made of."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn


@torch.no_grad()
def reconstruction_error(model: nn.Module, x: Tensor, target: Tensor | None = None) -> float:
    """Mean squared error between model(x) and `target` (x itself by default), both (N, n).

    Measured in evaluation mode (no dropout, no sampling); the mode is put back.
    """
    return ((rebuilt(model, x) - (x if target is None else target)) ** 2).mean().item()


@torch.no_grad()
def rebuilt(model: nn.Module, x: Tensor) -> Tensor:
    """x_hat = model(x) in evaluation mode, without gradients; the mode is put back."""
    return _in_evaluation(model, model, x)


@torch.no_grad()
def codes(model: nn.Module | None, x: Tensor) -> Tensor:
    """z = model.encoder(x), (N, k), in evaluation mode; without a model x is its own code."""
    if model is None:
        return x
    return _in_evaluation(model, model.encoder, x)


def _in_evaluation(model: nn.Module, function, x: Tensor) -> Tensor:
    training = model.training
    model.eval()
    try:
        return function(x)
    finally:
        model.train(training)


def explained(x: Tensor, x_hat: Tensor) -> float:
    """R2: 1 - squared error / squared distance to the mean picture; 1 is perfect, <= 0 useless."""
    return 1 - (((x - x_hat) ** 2).sum() / ((x - x.mean(0)) ** 2).sum()).item()


def jacobian(model: nn.Module, x: Tensor) -> Tensor:
    """Mean over x (N, n) of d x_hat / d x, (n, n): how each output follows each input.

    Measured in evaluation mode; the mode is put back.
    """
    single = torch.func.jacrev(lambda row: model(row[None])[0])
    return _in_evaluation(model, torch.func.vmap(single), x).mean(0).detach()


def over(
    family: Mapping[tuple, nn.Module], number: Callable[[nn.Module], float]
) -> dict[object, list[float]]:
    """`number` of every model of a family {(size, start): model}: {size: [one a start]}."""
    gathered: dict[object, list[float]] = {}
    for (size, _), model in family.items():
        gathered.setdefault(size, []).append(number(model))
    return gathered
