"""What public functions refuse, by name and in one sentence, before they compute."""

import functools
import inspect
import math
import operator
import reprlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import get_args

import torch
from torch import Tensor, nn

LABELS = {"y", "y_train", "y_test", "classes"}
LEAST = {"seed": 0, "times": 0, "steps": 3, "most": 2}
MOST = {"seed": 2**32 - 1, "bits": 24, "steps": 1000, "side": 512, "sheet": 512}
LIMIT = 10**6
SHORT = reprlib.Repr()
SHORT.maxstring = SHORT.maxother = 80
Names = str
"""Names of arguments: "x y", and several groups of them as "z y, z_test y_test"."""


@dataclass(frozen=True)
class guarded:
    """Decorator: checks every argument by its annotation, and that the result is a number.

    Tensors are made dense and of one floating type, those called as in `LABELS` whole; they
    must be finite and (N, n) with N >= 1, unless named in `wild` (may hold NaN), `free` (of any
    shape) or `empty`. int takes whole numbers of numpy too, `LEAST`..`MOST`. rows, width,
    shape: groups of tensors that must agree in it. unknown: the result may be NaN.
    ValueError or TypeError that names argument, value and remedy.
    """

    rows: Names = ""
    width: Names = ""
    shape: Names = ""
    free: Names = ""
    wild: Names = ""
    empty: Names = ""
    unknown: bool = False

    def __call__(self, function: Callable) -> Callable:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def call(*args: object, **kwargs: object) -> object:
            try:
                given = signature.bind(*args, **kwargs)
            except TypeError as error:
                raise TypeError(f"{function.__name__}: {error}") from None
            given.arguments.update(self._checked(signature, given.arguments))
            result = function(*given.args, **given.kwargs)
            if not self.unknown:
                _check_result(function.__name__, result)
            return result

        return call

    def _checked(self, signature: inspect.Signature, given: dict) -> dict[str, object]:
        checked = {}
        for name, value in given.items():
            kinds = _kinds(signature.parameters[name].annotation)
            value = _of_kind(name, value, kinds)
            if isinstance(value, Tensor) and Tensor in kinds:
                value = _labels(name, value) if name in LABELS else self._formed(name, value)
                value = value if name in self.wild.split() else finite(name, value)
                keep = signature.return_annotation is Tensor
                value = value if keep else value.detach()
            checked[name] = value
        for word, groups in (("rows", self.rows), ("width", self.width), ("shape", self.shape)):
            for group in filter(None, groups.split(",")):
                _agree(word, {name: checked.get(name) for name in group.split()})
        return _one_type(checked)

    def _formed(self, name: str, x: Tensor) -> Tensor:
        free, empty = (name in names.split() for names in (self.free, self.empty))
        if x.dim() != 2 and not free:
            raise ValueError(f"{name} has shape {tuple(x.shape)}; give (N, n), one example a row")
        if not x.numel() and not empty:
            raise ValueError(f"{name} has shape {tuple(x.shape)}; give at least one value")
        return x


def told(value: object) -> str:
    """`value` in one line of at most 100 characters; a tensor or array by its shape and type."""
    try:
        if not isinstance(value, type) and getattr(value, "shape", ()) and hasattr(value, "dtype"):
            kind = "a tensor" if isinstance(value, Tensor) else "an array"
            return f"{kind} of shape {tuple(value.shape)}, {value.dtype}"
        words = f"the class {value.__name__}" if isinstance(value, type) else SHORT.repr(value)
        words = " ".join(words.split())
        return words if len(words) <= 100 else f"{words[:60]}...{words[-30:]}"
    except Exception:
        return f"a {type(value).__name__}"


def whole(name: str, value: object, least: int = 1, most: int = LIMIT) -> int:
    """`value` as an int; ValueError unless it is a whole number from `least` to `most`."""
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or not least <= number <= most:
        raise ValueError(
            f"{name} is {told(value)}; it must be a whole number from {least} to {most}"
        )
    return number


def number(name: str, value: object) -> float:
    """`value` as a float; ValueError unless it is one finite number and no truth value."""
    single = math.prod(getattr(value, "shape", (0,))) == 1 and not getattr(value, "is_meta", False)
    one = value.item() if single else value
    try:
        found = float(one) if isinstance(one, Real) and not isinstance(one, bool) else math.nan
    except OverflowError:
        found = math.nan
    if not math.isfinite(found):
        raise ValueError(f"{name} is {told(value)}; it must be a finite number")
    return found


def finite(name: str, x: Tensor) -> Tensor:
    """x; ValueError that names the first row (N, ...) with a value that is none, and how many."""
    bad = ~x.isfinite()
    bad = bad.flatten(1).any(1) if x.dim() > 1 else bad.reshape(-1)
    if bad.any():
        raise ValueError(
            f"{name} holds NaN or infinite values in {int(bad.sum())} of {len(bad)} rows "
            f"({bad.float().mean():.1%}), first in row {int(bad.int().argmax())}; leave these rows "
            f"out, or train again with a smaller learning rate if a network made them"
        )
    return x


def side_of(name: str, x: Tensor) -> int:
    """Side of the square pictures (N, side * side) of x; ValueError when they are not square."""
    side = math.isqrt(x.shape[1])
    if side * side != x.shape[1]:
        raise ValueError(
            f"{name} has {x.shape[1]} values a row; square pictures have {side * side} or "
            f"{(side + 1) ** 2}"
        )
    return side


def affordable(name: str, count: int, size: int) -> None:
    """ValueError when `count` examples of `size` values each need more than a gigabyte."""
    if count * size > 2**28:
        raise ValueError(
            f"{name} is {count}; with {size} values each they do not fit into memory, take at "
            f"most {2**28 // size}"
        )


def _kinds(annotation: object) -> tuple:
    return get_args(annotation) if isinstance(annotation, type(int | None)) else (annotation,)


def _of_kind(name: str, value: object, kinds: tuple) -> object:
    if value is None and type(None) in kinds:
        return value
    if Tensor in kinds and (isinstance(value, Tensor) or float not in kinds):
        return _dense(name, value)
    if int in kinds:
        return whole(name, value, LEAST.get(name, 1), MOST.get(name, LIMIT))
    if float in kinds:
        return number(name, value)
    for kind, word in ((nn.Module, "network"), (str, "text")):
        if set(kinds) <= {kind, type(None)} and not isinstance(value, kind):
            raise TypeError(f"{name} is {told(value)}; it must be one {word}")
    if getattr(kinds[0], "__origin__", kinds[0]) is Callable:
        if not callable(value) or isinstance(value, type):
            raise TypeError(f"{name} is {told(value)}; it must be a function")
    return value


def _dense(name: str, value: object) -> Tensor:
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} is a {type(value).__name__}; give a tensor, torch.as_tensor(...)")
    if value.is_meta or value.is_complex():
        raise ValueError(
            f"{name} is of {value.dtype} on {value.device}; give a tensor that holds real numbers"
        )
    value = value if value.layout is torch.strided else value.to_dense()
    kept = name in LABELS or value.dtype in (torch.float32, torch.float64)
    return value if kept else value.float()


def _labels(name: str, value: Tensor) -> Tensor:
    if value.dim() != 1 or not len(value):
        raise ValueError(f"{name} has shape {tuple(value.shape)}; give (N,), one label an example")
    labels = finite(name, value).long()
    if not torch.equal(labels.to(value.dtype), value):
        wrong = value[labels != value][0].item()
        raise ValueError(f"{name} holds {wrong}; labels are whole numbers")
    return labels


def _agree(word: str, given: Mapping[str, object]) -> None:
    part = {"rows": lambda s: s[:1], "width": lambda s: s[-1:], "shape": lambda s: s}[word]
    shapes = {name: tuple(x.shape) for name, x in given.items() if isinstance(x, Tensor)}
    if len({part(shape) for shape in shapes.values()}) > 1:
        words = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"{words} do not have the same {word}; give tensors that belong together")


def _one_type(given: dict[str, object]) -> dict[str, object]:
    tensors = {n: v for n, v in given.items() if isinstance(v, Tensor) and v.is_floating_point()}
    mixed = len({x.dtype for x in tensors.values()}) > 1
    return given | {name: x.double() for name, x in tensors.items()} if mixed else given


def _leaves(result: object) -> Iterator[object]:
    """What lists, tuples and mappings hold in the end."""
    if isinstance(result, Mapping):
        result = list(result.values())
    for part in result if isinstance(result, list | tuple) else ():
        yield from _leaves(part)
    if not isinstance(result, list | tuple):
        yield result


def _check_result(name: str, result: object) -> None:
    for part in _leaves(result):
        if isinstance(part, Tensor | float) and not torch.as_tensor(part).isfinite().all():
            value = part if isinstance(part, float) else part[~part.isfinite()][0].item()
            raise ValueError(
                f"{name} comes out as {value}; an argument is constant where it must vary, or "
                f"holds values too large to compute with"
            )
