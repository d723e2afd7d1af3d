"""What models and objectives must have in common to be trained as one."""

from collections.abc import Hashable
from functools import partial
from numbers import Real

from torch import Tensor, nn

from aeteach.checks import Objective
from aeteach.words import tr

OF_MODULE = set(vars(nn.Module()))
HOOKS = {name for name in OF_MODULE if name.endswith("_hooks") and "state_dict" not in name}


class CannotStack(Exception):
    """The reason why models have to be trained one after another."""


def state(model: nn.Module) -> dict[str, Tensor]:
    """Parameters and buffers by name."""
    return dict(model.named_parameters()) | dict(model.named_buffers())


def kind(model: nn.Module, objective: Objective) -> tuple[Hashable, Hashable]:
    """What models share to be stacked: layers, settings that are no sizes and what is frozen;
    and the objective, the same one or a partial of one function with other numbers."""
    tied: dict[int, str] = {}
    parts_of = *model.named_parameters(remove_duplicate=False), *model.named_buffers()
    tensors = [
        (name, tied.setdefault(id(t), name), t.dim(), t.dtype, t.requires_grad)
        for name, t in parts_of
    ]
    layers = []
    for name, layer in model.named_modules(remove_duplicate=False):
        sized = any(True for _ in layer.parameters())
        own = {k: v for k, v in settings(layer).items() if not (sized and _is_size(v))}
        layers.append((name, type(layer), frozenset(own.items())))
    return (hindrance(model) and id(model), *tensors, *layers), parts(objective)


def hindrance(model: nn.Module) -> str:
    """Why a model cannot be stacked with any other, "" when it can."""
    tensors = state(model).values()
    hooks = [tensor._backward_hooks or tensor._post_accumulate_grad_hooks for tensor in tensors]
    for layer in model.modules():
        hooks += [value for name, value in vars(layer).items() if name in HOOKS]
    if any(hooks):
        return tr("a hook acts on one model at a time")
    places = [t.untyped_storage().data_ptr() for t in tensors if t.numel()]
    return tr("two weights share one memory") if len(set(places)) < len(places) else ""


def remembered(model: nn.Module) -> dict[str, Hashable]:
    """Buffers and settings of all layers by name, to see whether a training changes them."""
    found = {name: _still(buffer) for name, buffer in model.named_buffers()}
    for path, layer in model.named_modules():
        found |= {f"{path}.{name}".strip("."): v for name, v in settings(layer).items()}
    return found


def settings(layer: nn.Module) -> dict[str, Hashable]:
    """What the learner has set on a layer, beside its parts."""
    return {k: _still(v) for k, v in vars(layer).items() if k not in OF_MODULE}


def _still(value: object) -> Hashable:
    """The value of a setting, as something that can be compared and does not change."""
    if isinstance(value, Tensor):
        return "tensor", value.dtype, str(value.tolist())
    if isinstance(value, dict):
        return (dict, *((key, _still(each)) for key, each in value.items()))
    if isinstance(value, list | tuple | set):
        return (type(value), *map(_still, value))
    try:
        hash(value)
    except TypeError:
        return "unlike", id(value)
    return type(value), value


def _is_size(value: Hashable) -> bool:
    """Whether it is the `_still` of a whole number, or of a list of them."""
    first, *rest = value
    if first is int:
        return True
    return first in (list, tuple) and all(isinstance(v, tuple) and v[0] is int for v in rest)


def _is_number(value: object) -> bool:
    if isinstance(value, Tensor):
        return value.numel() == 1 and not value.requires_grad
    return isinstance(value, Real) and not isinstance(value, bool)


def parts(objective: Objective) -> Hashable:
    """The function, what is bound to it, and the names of the numbers bound to it."""
    if not isinstance(objective, partial):
        return _still(objective), (), (), frozenset()
    numbers = {k for k, v in objective.keywords.items() if _is_number(v)}
    rest = tuple((k, id(v)) for k, v in objective.keywords.items() if k not in numbers)
    return objective.func, tuple(map(id, objective.args)), rest, frozenset(numbers)
