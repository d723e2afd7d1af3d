"""What a training refuses before it starts: one sentence with the value, cause and remedy."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from aeteach.guard import number, told, whole
from aeteach.slips import Witness

Objective = Callable[[nn.Module, Tensor], Tensor]
TRIED = 2


def check_settings(epochs: int, batch_size: int, learning_rate: float, weight_decay: float) -> None:
    """ValueError that names a setting out of its range."""
    whole("epochs", epochs)
    whole("batch_size", batch_size)
    if number("learning_rate", learning_rate) <= 0:
        raise ValueError(f"learning_rate is {told(learning_rate)}; it must be a number above 0")
    if number("weight_decay", weight_decay) < 0:
        raise ValueError(f"weight_decay is {told(weight_decay)}; it must be a number, 0 or more")


def check_last_batch(model: nn.Module, x: Tensor, objective: Objective, batch_size: int) -> None:
    """ValueError when a layer compares examples and the last batch of x would hold only one."""
    if len(x) % batch_size != 1 % batch_size:
        return
    try:
        with untouched([model], x):
            objective(model.train(), x[-1:].clone())
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        raise ValueError(
            f"batch_size is {batch_size} and there are {len(x)} examples, so the last batch holds "
            "one, too few for BatchNorm; choose a batch_size that leaves no rest of 1"
        ) from None


def check_objective(
    model: nn.Module, x: Tensor, objective: Objective, x_test: Tensor | None = None
) -> None:
    """Try `objective` on two examples in both modes; ValueError or TypeError says what to mend.

    Draws no random number and leaves the model as it was.
    """
    check_model(model)
    check_examples("x", x)
    check_test(x, x_test)
    check_call(objective)
    with untouched([model], x), Witness(model, x, objective):
        value = objective(model.train(), x[:TRIED].clone())
        check_value(value)
        check_gradient(value, model)
        check_value(objective(model.eval(), x[:TRIED].clone()))
        check_shape(model, x[:TRIED].clone())


@contextmanager
def untouched(models: list[nn.Module], x: Tensor) -> Iterator[None]:
    """Inside, models can be tried: what they hold and the random numbers are put back."""
    tensors = [t for model in models for t in (*model.parameters(), *model.buffers())]
    kept = [(tensor, tensor.detach().clone()) for tensor in tensors]
    holders = [vars(layer) for model in models for layer in model.modules()]
    holders += [v for own in holders for k, v in own.items() if type(v) is dict or k == "_buffers"]
    before = [(holder, holder.copy()) for holder in holders]
    try:
        with torch.random.fork_rng([x.device] if x.is_cuda else []):
            yield
    finally:
        with torch.no_grad():
            for tensor, old in kept:
                tensor.copy_(old)
        for holder, old in before:
            holder.clear()
            holder.update(old)


def check_model(model: nn.Module) -> None:
    """TypeError or ValueError unless `model` is a network with parameters to train."""
    if isinstance(model, type):
        name = model.__name__
        raise TypeError(f"the model is the class {name}; build one of it: {name}(...)")
    if not isinstance(model, nn.Module):
        raise TypeError(
            f"the model is of type {type(model).__name__}; it must be a network (nn.Module), and "
            "the order is model, x, objective"
        )
    for name, parameter in model.named_parameters():
        if nn.parameter.is_lazy(parameter):
            raise ValueError(f"{name} has no size yet; call model(x[:2]) once before training")
        if parameter.numel() == 0:
            raise ValueError(f"{name} has size 0; every size, latent_size too, must be at least 1")
    found = set(model.parameters())
    for path, layer in model.named_modules():
        for name, value in vars(layer).items():
            if name not in ("_modules", "_parameters"):
                _check_hidden(f"{path}.{name}".strip("."), value, found)
    if not any(parameter.requires_grad for parameter in found):
        raise ValueError(
            f"{type(model).__name__} has no parameter to train; give it layers, or switch frozen "
            "ones on with requires_grad_(True)"
        )


def _check_hidden(name: str, value: object, found: set[Tensor]) -> None:
    """ValueError when an attribute hides parameters where `model.parameters()` cannot find them."""
    if isinstance(value, Tensor) and value.requires_grad and value.is_leaf:
        raise ValueError(f"{name} is a tensor that is not trained; make it an nn.Parameter")
    parts = value.values() if isinstance(value, dict) else value
    parts = parts if isinstance(value, dict | list | tuple) else ()
    layers = [part for part in parts if isinstance(part, nn.Module)]
    if any(p.requires_grad and p not in found for layer in layers for p in layer.parameters()):
        raise ValueError(
            f"{name} is a plain {type(value).__name__}, whose layers are not found and not "
            "trained; put them into nn.Sequential, nn.ModuleList or nn.ModuleDict"
        )


def check_examples(name: str, x: Tensor) -> None:
    """TypeError or ValueError when `x` is no tensor of examples, or holds NaN or infinity."""
    if not isinstance(x, Tensor):
        raise TypeError(
            f"{name} is of type {type(x).__name__}; it must be a tensor of shape (N, n), made for "
            "instance by torch.tensor(...).float(), and the order is model, x, objective"
        )
    if x.dim() < 2 or x.numel() == 0:
        raise ValueError(
            f"{name} has shape {tuple(x.shape)}; it must be (N, n) with at least one example of "
            "at least one value, not labels and not a single example"
        )
    if x.layout != torch.strided or x.is_meta or x.is_complex():
        kind = f"{x.layout}, {x.dtype}, on {x.device}"
        raise ValueError(f"{name} is {kind}; it must hold real numbers and be dense")
    bad = ~x.isfinite().flatten(1).all(1)
    if bad.any():
        raise ValueError(
            f"{name} holds NaN or infinite values in {int(bad.sum())} of {len(x)} examples, the "
            f"first of them {name}[{bad.nonzero()[0].item()}]; remove these examples"
        )


def check_test(x: Tensor, x_test: Tensor | None) -> None:
    """ValueError unless x_test, when there is one, holds examples such as those of x."""
    if x_test is None:
        return
    check_examples("x_test", x_test)
    kinds = [(tuple(each.shape[1:]), each.dtype, each.device) for each in (x_test, x)]
    if kinds[0] != kinds[1]:
        told = [f"shape {shape}, {dtype}, on {device}" for shape, dtype, device in kinds]
        raise ValueError(f"x_test has examples of {told[0]}, x of {told[1]}; make them alike")


def check_call(objective: Objective) -> None:
    """TypeError unless `objective` is a function that can be called with (model, x)."""
    if isinstance(objective, type) or not callable(objective):
        kind = "a class" if isinstance(objective, type) else f"of type {type(objective).__name__}"
        raise TypeError(f"the objective is {kind}; it must be a function (model, x) -> number")
    try:
        inspect.signature(getattr(objective, "forward", objective)).bind(None, None)
    except TypeError as error:
        raise TypeError(f"the objective cannot be called with (model, x): {error}") from None
    except ValueError:
        return


def check_value(value: object) -> None:
    """ValueError or TypeError when an objective's `value` is not one finite number."""
    if not isinstance(value, Tensor):
        raise TypeError(
            f"the objective returned {told(value)}; it must return a tensor, as mse does: look for "
            "a missing return, .item() or float()"
        )
    if value.dim() > 0:
        raise ValueError(
            f"the objective returned shape {tuple(value.shape)}; it must return one number: "
            "add .mean() or .sum()"
        )
    if not value.isfinite():
        raise ValueError(
            f"the objective is {value.item()} before training; look for a log or a division by 0"
        )


def check_gradient(value: Tensor, model: nn.Module) -> None:
    """ValueError unless `value` depends on a parameter that is trained."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    slopes = []
    if value.requires_grad:
        slopes = torch.autograd.grad(value, trained, allow_unused=True)
    if all(slope is None for slope in slopes):
        raise ValueError(
            f"the objective, {value.item():.4g}, has no gradient in the model; look for "
            ".detach(), .data, torch.no_grad(), argmax, or another model than the given one"
        )


def check_shape(model: nn.Module, x: Tensor) -> None:
    """ValueError when an autoencoder's output has another shape than its input x."""
    if not (x.is_floating_point() and hasattr(model, "encoder") and hasattr(model, "decoder")):
        return
    with torch.no_grad():
        x_hat = model(x)
    if isinstance(x_hat, Tensor) and x_hat.shape != x.shape:
        raise ValueError(
            f"the model returns {tuple(x_hat.shape[1:])} for an example of shape "
            f"{tuple(x.shape[1:])}; the last layer of its decoder must give back the input size"
        )
