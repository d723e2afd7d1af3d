"""What a training refuses before it starts, in words that name the value and the remedy."""

import math
from collections.abc import Callable
from numbers import Integral

import torch
from torch import Tensor, nn

Objective = Callable[[nn.Module, Tensor], Tensor]


def check_settings(epochs: int, batch_size: int, learning_rate: float, weight_decay: float) -> None:
    """ValueError that names a setting out of its range."""
    for name, value in (("epochs", epochs), ("batch_size", batch_size)):
        if not isinstance(value, Integral) or value < 1:
            raise ValueError(f"{name} is {value!r}; it must be a whole number, at least 1")
    if not learning_rate > 0 or not math.isfinite(learning_rate):
        raise ValueError(f"learning_rate is {learning_rate!r}; it must be above 0, say 0.002")
    if not 0 <= weight_decay < math.inf:
        raise ValueError(f"weight_decay is {weight_decay!r}; it must be 0 or more")


def check_objective(
    model: nn.Module, x: Tensor, objective: Objective, x_test: Tensor | None = None
) -> None:
    """Try `objective` on two examples; ValueError or TypeError that says what to mend."""
    check_examples("x", x)
    check_test(x, x_test)
    model.eval()
    check_shape(model, x)
    with torch.random.fork_rng(devices=[]):
        value = objective(model, x[:2])
    check_value(value)


def check_examples(name: str, x: Tensor) -> None:
    """ValueError when the data `name` holds no examples, or values that are no numbers."""
    if not isinstance(x, Tensor) or x.dim() < 2 or len(x) == 0:
        shape = tuple(x.shape) if isinstance(x, Tensor) else type(x).__name__
        raise ValueError(
            f"{name} is {shape}; it must be a tensor of shape (N, n) with N >= 1 examples"
        )
    if x.is_floating_point() and not x.isfinite().all():
        raise ValueError(f"{name} holds NaN or infinite values; remove these examples first")


def check_test(x: Tensor, x_test: Tensor | None) -> None:
    """ValueError unless x_test, when there is one, holds examples such as those of x."""
    if x_test is None:
        return
    check_examples("x_test", x_test)
    if x_test.shape[1:] != x.shape[1:]:
        raise ValueError(
            f"x_test has examples of shape {tuple(x_test.shape[1:])}, x of shape "
            f"{tuple(x.shape[1:])}; both must be the same"
        )


def check_shape(model: nn.Module, x: Tensor) -> None:
    """ValueError when an autoencoder's output has another shape than its input x."""
    if not (x.is_floating_point() and hasattr(model, "encoder") and hasattr(model, "decoder")):
        return
    empty = [name for name, p in model.named_parameters() if p.numel() == 0]
    if empty:
        raise ValueError(f"{empty[0]} has size 0; every size, latent_size too, must be at least 1")
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        try:
            shape = tuple(model(x[:2]).shape[1:])
        except RuntimeError as error:
            raise ValueError(
                f"the model cannot take an example of shape {tuple(x.shape[1:])} ({error}); "
                f"its input_size must be {x.shape[1]}"
            ) from error
    if shape != tuple(x.shape[1:]):
        raise ValueError(
            f"the model returns {shape} for an example of shape {tuple(x.shape[1:])}; "
            "the last layer of its decoder must give back the input size"
        )


def check_value(value: object) -> None:
    """ValueError or TypeError when an objective's `value` is not one finite number."""
    if not isinstance(value, Tensor):
        raise TypeError(f"the objective returned {value!r}; it must return a tensor, as mse does")
    if value.dim() > 0:
        raise ValueError(
            f"the objective returned shape {tuple(value.shape)}; it must return one number: "
            "add .mean() or .sum()"
        )
    if not value.isfinite():
        raise ValueError(
            f"the objective is {value.item()} before training; look for a log or a division by 0"
        )
