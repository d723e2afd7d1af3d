"""Whether a stack trains what its models would train alone, tried before it does."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from textwrap import shorten
from unittest import mock

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from aeteach.alike import CannotStack, remembered
from aeteach.checks import untouched
from aeteach.stack import Data, Stack
from aeteach.words import tr

PROBED, SIZES = 8, (1, 0.1, 0.01)


def probe(stack: Stack, data: Data) -> None:
    """Raise CannotStack unless values and slopes are those of each model alone.

    On eight examples, in training and in evaluation mode; where there is padding, values also
    with all weights below zero and all above, so that a largest or smallest one would meet it.
    """
    for move in (0, -1, 1) if stack.padded else (0,):
        for training in (True, False):
            if not any(_compare(stack, data, training, move, size) for size in SIZES):
                raise CannotStack(tr("the objective cannot be tried with other weights"))
    stack.load()


@torch.no_grad()
def _move(models: list[nn.Module], times: int, size: float) -> None:
    """Move each parameter beyond 0, to one side, and shrink it: `times` is -1, 0 or 1."""
    for parameter in (p for model in models for p in model.parameters() if times):
        parameter.add_(times * (parameter.abs().max() + 0.1)).mul_(size)


def _compare(stack: Stack, data: Data, training: bool, move: int, size: float) -> bool:
    """Compare at moved weights; False where a model alone gives no finite value there."""
    models = list(stack.models.values())
    with untouched(models, data.values):
        _move(models, move, size)
        stack.load()
        how = data, training, training and not move
        try:
            alone = {key: _alone(stack, key, *how) for key in stack.models}
        except Exception:
            if move:
                return False
            raise
        if not all(single[0].isfinite() for single in alone.values()):
            return False
        _check_same(stack, alone, *how)
    return True


def _check_same(stack: Stack, alone: dict, data: Data, training: bool, slopes: bool) -> None:
    how = data, training, slopes
    x, own = data.batch(slice(0, PROBED)), stack.models.values()
    with _Stilled({_place(parameter) for model in own for parameter in model.parameters()}):
        stack.template.train(training)
        together = _measured(lambda: stack.losses(x, data.dim), stack.trained.values(), slopes)
    for index, (key, single) in enumerate(alone.items()):
        if not all(_is_same(t, s, index) for t, s in zip(together, single, strict=True)):
            again = _alone(stack, key, *how)
            if all(_is_same(a, s) for a, s in zip(again, single, strict=True)):
                raise CannotStack(
                    tr("the objective of {key} is not the same when stacked", key=key)
                )
            raise CannotStack(
                tr("the objective of {key} changes from call to call: it draws or counts", key=key)
            )


@contextmanager
def refusing() -> Iterator[None]:
    """Inside, an error of `torch.func.vmap` or of what is not there becomes CannotStack."""
    try:
        yield
    except CannotStack:
        raise
    except Exception as error:
        raise CannotStack(_said(error)) from None


def _said(error: Exception) -> str:
    text = shorten(str(error), 120)
    if missing := re.search(r"attribute\W+(\w+)", text):
        return tr("{name} is not the same in all models", name=missing[1])
    if re.search(r"\.item|data.dependent", text):
        return tr("the objective looks at a number, with .item(), float() or if")
    return text


def _alone(stack: Stack, key, data: Data, training: bool, slopes: bool) -> list[Tensor | None]:
    model, before = stack.models[key], remembered(stack.models[key]) if slopes else {}
    x = data.of(list(stack.models).index(key))[:PROBED].clone()
    parameters = [model.get_parameter(name) for name in stack.trained]
    with _unseeded(), _Stilled(set()):
        found = _measured(
            lambda: stack.objectives[key](model.train(training), x), parameters, slopes
        )
    after = remembered(model) if slopes else {}
    if changed := [name for name in after if before.get(name) != after[name]]:
        raise CannotStack(tr("{name} changes in training", name=changed[0]))
    return found


def _measured(function: Callable, parameters, slopes: bool) -> list[Tensor | None]:
    """Value and, when asked for, slopes."""
    value = function()
    if not slopes:
        return [value.detach()]
    return [value.detach(), *torch.autograd.grad(value.sum(), parameters, allow_unused=True)]


def _is_same(one: Tensor | None, other: Tensor | None, index: int | None = None) -> bool:
    """Whether they agree as well as single precision lets them, where `other` is finite."""
    if one is None or other is None:
        return one is other
    if index is not None:
        one = one[index][tuple(slice(size) for size in other.shape)]
    known = other.isfinite()
    scale = other[known].abs().max() if known.any() else 0
    return bool(((one - other).abs() <= 1e-4 * scale + 1e-7)[known].all())


def _place(tensor: Tensor) -> int | None:
    """Where a tensor, a view of it or its `detach()` lies in memory."""
    try:
        return tensor.untyped_storage().data_ptr() or None
    except (RuntimeError, NotImplementedError):
        return None


@contextmanager
def _unseeded() -> Iterator[None]:
    """Inside, an objective that seeds the random numbers anew is refused."""

    def refuse(*_: object) -> None:
        raise CannotStack(tr("the objective fixes what it draws"))

    with mock.patch.multiple(torch, manual_seed=refuse, seed=refuse):
        with mock.patch.multiple(torch.random, manual_seed=refuse, seed=refuse):
            yield


class _Stilled(TorchFunctionMode):
    """Inside, every random number is 1/2 and dropout drops nothing: two runs can be compared.

    foreign: places in memory of tensors that may not be used. CannotStack for one of them, and
    for noise that is the same at each call on purpose: every model of a stack draws its own.
    """

    RANDOM = {"rand", "randn", "rand_like", "randn_like", "normal", "normal_", "uniform_"}
    RANDOM |= {"bernoulli", "bernoulli_", "randint", "randint_like", "exponential_"}

    def __init__(self, foreign: set[int]) -> None:
        super().__init__()
        self.foreign = foreign

    def __torch_function__(self, function, types, args=(), kwargs=None):
        given = [*args, *(kwargs or {}).values()]
        given += [part for each in given if isinstance(each, list | tuple) for part in each]
        if any(_place(each) in self.foreign for each in given if isinstance(each, Tensor)):
            raise CannotStack(tr("the objective uses a model that it is not given"))
        if any(isinstance(each, torch.Generator) for each in given):
            raise CannotStack(tr("the objective fixes what it draws"))
        if "dropout" in function.__name__:
            return args[0]
        result = function(*args, **(kwargs or {}))
        if function.__name__ == "randperm":
            return result.sort().values
        return result.fill_(0.5) if function.__name__ in self.RANDOM else result
