"""What torch says when data, model and objective do not fit, told by the layer where it arose."""

import traceback

import torch
from torch import Tensor, nn
from torch.nn.modules import module as torch_module


class Witness:
    """Inside, an error of torch becomes one sentence; a learner's own error stays as it is."""

    def __init__(self, model: nn.Module, x: Tensor, objective: object) -> None:
        self.model, self.x, self.objective = model, x[:2], objective
        self.names = {layer: name for name, layer in model.named_modules()}
        self.open, self.silent = [], []

    def __enter__(self) -> None:
        self.hooks = [
            torch_module.register_module_forward_pre_hook(self._enter),
            torch_module.register_module_forward_hook(self._leave),
        ]

    def _enter(self, layer: nn.Module, given: tuple) -> None:
        self.open.append((layer, given))

    def _leave(self, layer: nn.Module, given: tuple, result: object) -> None:
        self.open.pop()
        if result is None:
            self.silent.append(layer)

    def __exit__(self, kind, error, trace) -> None:
        for hook in self.hooks:
            hook.remove()
        if not isinstance(error, RuntimeError | TypeError | ValueError | AttributeError):
            return
        if "aeteach.checks" == _home(trace):
            return
        told = self._told(error)
        if told is not None:
            raise ValueError(told) from None

    def _told(self, error: Exception) -> str | None:
        if self.silent:
            name = type(self.silent[0]).__name__
            return f"the forward of {name} returns None; end it with return, as in return x_hat"
        layer, given = self.open[-1] if self.open else (None, ())
        if layer is not None and type(layer).__module__.startswith("torch.nn.") and given:
            return self._misfit(layer, given[0], error)
        return self._misused(error) or self._in_learners_line(error)

    def _misfit(self, layer: nn.Module, values: object, error: Exception) -> str:
        name, kind = self.names.get(layer) or "the layer", type(layer).__name__
        if not isinstance(values, Tensor):
            return f"{name} ({kind}) gets a {type(values).__name__}; it must get a tensor"
        weight = next(layer.parameters(recurse=False), values)
        for what in ("dtype", "device"):
            own, given = getattr(weight, what), getattr(values, what)
            if own != given:
                return (
                    f"{name} ({kind}) has {own} weights but gets {given} values; "
                    f"use {_remedy(own, given)}"
                )
        if isinstance(layer, nn.Linear):
            return (
                f"{name} is Linear({layer.in_features} → {layer.out_features}) but gets "
                f"{values.shape[-1]} values; {self._resize(layer, values)}"
            )
        if isinstance(layer, nn.Conv2d):
            return (
                f"{name} is Conv2d({layer.in_channels} → {layer.out_channels}) and takes "
                f"(N, {layer.in_channels}, height, width) but gets {tuple(values.shape)}; put "
                f"nn.Unflatten(1, ({layer.in_channels}, height, width)) before it"
            )
        return f"{name} ({kind}) cannot take {tuple(values.shape)}: {_first_line(error)}"

    def _resize(self, layer: nn.Linear, values: Tensor) -> str:
        if self.x.dim() > 2 and self.x[0].numel() == layer.in_features:
            return f"make the examples flat: x.flatten(1) is (N, {layer.in_features})"
        if values.shape[-1] == self.x.shape[-1]:
            return f"give the model the input size {values.shape[-1]}"
        return "each layer must take as many values as the one before it gives"

    def _misused(self, error: Exception) -> str | None:
        """A distance of two tensors as objective, swapped arguments, or a missing attribute."""
        name = getattr(self.objective, "__name__", type(self.objective).__name__)
        if _is_number(self.objective, self.x, self.x):
            return (
                f"{name} compares two tensors; an objective takes (model, x): "
                f"lambda model, x: {name}(model(x), x)"
            )
        if _is_number(self.objective, self.x, self.model):
            return f"{name} takes (x, model); an objective takes (model, x), in this order"
        if isinstance(error, AttributeError) and error.obj is self.model:
            return f"{name} asks for model.{error.name}, which {type(self.model).__name__} has not"
        return None

    def _in_learners_line(self, error: Exception) -> str | None:
        """Where torch itself raised, the last line that is not of torch."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if f"{torch.__name__}/" not in frame.filename]
        if not isinstance(error, RuntimeError) or not own:
            return None
        return f"the objective fails at `{own[-1].line}`: {_first_line(error)}"


def _home(trace) -> str:
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_globals.get("__name__", "")


def _is_number(function, *given) -> bool:
    try:
        value = function(*given)
    except Exception:
        return False
    return isinstance(value, Tensor) and value.dim() == 0


def _remedy(own: object, given: object) -> str:
    if isinstance(own, torch.device):
        return f"x.to({str(own)!r})"
    return "model.float()" if own == torch.float64 and given == torch.float32 else "x.float()"


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
