"""What torch says when data, model and objective do not fit, told by the layer where it arose."""

import copy
import math
import re
import traceback
from pathlib import Path
from textwrap import shorten

import torch
from torch import Tensor, nn
from torch.nn.modules import module as torch_modules

HOMES = Path(torch.__file__).parent, Path(__file__).parent
OF_TORCH = RuntimeError | IndexError


class Witness:
    """Inside, an error of torch becomes one sentence; any other stays the learner's own."""

    def __init__(self, model: nn.Module, x: Tensor, objective: object) -> None:
        self.model, self.x, self.objective = model, x[:2], objective
        self.open, self.returned = [], []

    def __enter__(self) -> None:
        self.hooks = [
            torch_modules.register_module_forward_pre_hook(lambda *call: self.open.append(call)),
            torch_modules.register_module_forward_hook(self._leave),
        ]

    def _leave(self, layer: nn.Module, given: tuple, result: object) -> None:
        self.open.pop()
        if result is None or (layer is self.model and not isinstance(result, Tensor)):
            self.returned.append((type(layer).__name__, result))

    def __exit__(self, kind, error, trace) -> None:
        for hook in self.hooks:
            hook.remove()
        if isinstance(error, OF_TORCH | TypeError | AttributeError | ValueError):
            told = None if _raised_by_checks(trace) else self._told(error)
            if told is not None:
                raise ValueError(told) from None

    def _told(self, error: Exception) -> str | None:
        if self.returned:
            name, result = self.returned[0]
            if result is None:
                return f"the forward of {name} returns None; end it with return x_hat"
            return f"{name} returns a {type(result).__name__}; take x_hat out of it before use"
        layer, given = self.open[-1] if self.open else (None, ())
        told = self._misused(error)
        if told is None and given and type(layer).__module__.startswith("torch.nn."):
            told = self._misfit(layer, given[0], error)
        if told is None and isinstance(error, OF_TORCH):
            frames = traceback.extract_tb(error.__traceback__)
            own = [f for f in frames if not set(HOMES) & set(Path(f.filename).parents)]
            place = f" at `{own[-1].line[:80]}`" if own else ""
            told = f"the objective fails{place}: {_short(error)}"
        return told

    def _misused(self, error: Exception) -> str | None:
        """A distance of two tensors as objective, swapped arguments, or a missing attribute."""
        name = getattr(self.objective, "__name__", type(self.objective).__name__)
        if _gives_number(self.objective, self.x, self.x):
            return (
                f"{name} compares two tensors; an objective takes (model, x): "
                f"lambda model, x: {name}(model(x), x)"
            )
        if _gives_number(self.objective, self.x, nn.Identity()):
            return f"{name} takes (x, model); an objective takes (model, x), in this order"
        found = re.match(r"'(\w+)'.* attribute '(\w+)'", str(error))
        if found and found[1] == type(self.model).__name__:
            return f"{name} asks for model.{found[2]}, which {found[1]} does not have"
        return None

    def _misfit(self, layer: nn.Module, values: object, error: Exception) -> str:
        names = {each: name for name, each in self.model.named_modules()}
        name, kind = names.get(layer) or "the model", type(layer).__name__
        if not isinstance(values, Tensor):
            return f"{name} ({kind}) gets {type(values).__name__}; it must get a tensor"
        weight, got = next(layer.parameters(recurse=False), values), tuple(values.shape)
        if (weight.dtype, weight.device) != (values.dtype, values.device):
            return self._unlike(f"{name} ({kind})", weight, values)
        if isinstance(layer, nn.Linear):
            fits = f"Linear({layer.in_features} → {layer.out_features})"
            return f"{name} is {fits} but gets {got[-1]} values; {self._resize(layer, got)}"
        if isinstance(layer, nn.Conv2d):
            wanted = f"(N, {layer.in_channels}, height, width)"
            side = math.isqrt(values[0].numel() // layer.in_channels)
            remedy = f"put nn.Unflatten(1, ({layer.in_channels}, {side}, {side})) before it"
            remedy = remedy if len(got) == 2 else f"it needs {layer.in_channels} channels"
            return f"{name} is a Conv2d that takes {wanted} but gets {got}; {remedy}"
        return f"{name} ({kind}) cannot take values of shape {got}: {_short(error)}"

    def _unlike(self, name: str, weight: Tensor, values: Tensor) -> str:
        if weight.device != values.device:
            remedy = f"x.to({str(weight.device)!r})"
            return f"{name} is on {weight.device} but gets values on {values.device}; use {remedy}"
        double = weight.dtype == torch.float64 and values.is_floating_point()
        remedy = "model.float()" if double else "x.float()"
        types = [str(each.dtype).removeprefix("torch.") for each in (weight, values)]
        return f"{name} has weights of {types[0]} but gets values of {types[1]}; use {remedy}"

    def _resize(self, layer: nn.Linear, got: tuple[int, ...]) -> str:
        if self.x.dim() > 2 and self.x[0].numel() == layer.in_features:
            return f"x.flatten(1) gives examples of {layer.in_features}"
        if got[-1] == self.x.shape[-1]:
            return f"build the model with the input size {got[-1]}"
        return f"the layer before it must give {layer.in_features}"


def _raised_by_checks(trace) -> bool:
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_globals.get("__name__") == "aeteach.checks"


def _gives_number(function, *given) -> bool:
    try:
        value = function(*copy.deepcopy(given))
    except Exception:
        return False
    return isinstance(value, Tensor) and value.dim() == 0


def _short(error: Exception) -> str:
    return shorten(str(error), 160)
