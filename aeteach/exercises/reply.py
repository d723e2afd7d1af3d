"""What a check of a learner's answer says, and how it asks the learner's function."""

import functools
import html
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from aeteach.guard import told
from aeteach.words import tr


@dataclass
class Reply:
    """What a check says; true when the answer is right."""

    right: bool
    text: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return f"{'✓' if self.right else '✗'} {self.text}"

    def __str__(self) -> str:
        """As `repr`, in signs that the standard output can print."""
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        return repr(self).encode(encoding, "replace").decode(encoding)

    def _repr_html_(self) -> str:
        return f"<b>{html.escape(repr(self))}</b>"


def check(complain: Callable[[Callable], str | None]) -> Callable[[object], Reply]:
    """Decorator: a function that names what is wrong, None for nothing, becomes a check.

    The random numbers of the learner go on afterwards as if nothing had been asked, and
    gradients flow even where they are switched off.
    """

    @functools.wraps(complain)
    def call(answer: object) -> Reply:
        with _own_chance(), torch.enable_grad():
            complaint = complain(answer)
        return Reply(complaint is None, complaint or tr("right"))

    return call


@contextmanager
def _own_chance() -> Iterator[None]:
    ours, numpys = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        random.setstate(ours)
        np.random.set_state(numpys)


def drawn(seed: int = 0) -> torch.Generator:
    """A generator of the check's own."""
    return torch.Generator().manual_seed(seed)


def asked(function: object, *args: object, ordinary: bool = True) -> tuple[object, str | None]:
    """The value of `function(*args)`, or a complaint in words when it cannot be had.

    The function gets copies of tensors and lists, which it must leave as they are. ordinary:
    every number of the value must be real and finite.
    """
    if function is None or function is ...:
        return None, tr("not answered yet: give a function")
    if not callable(function):
        return None, tr("{answer} is no function: give one", answer=told(function))
    given = [
        a.clone() if isinstance(a, Tensor) else list(a) if isinstance(a, list) else a for a in args
    ]
    try:
        value = function(*given)
    except Exception as error:
        kind = type(error).__name__
        return None, tr("your function raises {kind}: {error}", kind=kind, error=error)
    if not all(_alike(a, b) for a, b in zip(args, given, strict=True)):
        return None, tr("your function changes what it was given: make a new tensor instead")
    if value is ...:
        return None, tr("not answered yet: replace the dots")
    if value is None:
        return None, tr("your function returns nothing yet: end it with return")
    if ordinary and not _ordinary(value):
        return None, tr("some numbers are NaN, infinite or not real")
    return value, None


def _alike(one: object, other: object) -> bool:
    tensors = isinstance(one, Tensor)
    return torch.equal(one, other) if tensors else one == other if isinstance(one, list) else True


def _ordinary(value: object) -> bool:
    """Whether a value, or each part of a pair, holds nothing but real finite numbers, or text."""
    if isinstance(value, tuple | list):
        return all(_ordinary(part) for part in value)
    if isinstance(value, Tensor):
        plain = value.layout is torch.strided and not value.is_meta and not value.is_complex()
        return plain and bool(value.isfinite().all())
    try:
        return bool(np.isfinite(value).all())
    except (TypeError, OverflowError):
        return not isinstance(value, complex)


def tried(
    function: object,
    cases: Iterable[tuple[tuple, str]],
    right: Callable[..., bool | str],
    head: str | Callable[..., str],
) -> str | None:
    """The first complaint about `function` over `cases`, each (arguments, hint).

    right(value, *arguments): True, a complaint in words, or False for `head` and the hint.
    head: words, or a function of the arguments.
    """
    for arguments, hint in cases:
        value, complaint = asked(function, *arguments)
        verdict = complaint or right(value, *arguments)
        if isinstance(verdict, str):
            return verdict
        if not verdict:
            return (head if isinstance(head, str) else head(*arguments)) + tr(hint)
    return None


def one_of(answer: object, right: str, names: tuple[str, ...]) -> bool | str:
    """Whether `answer` is `right`; a complaint when it is none of `names`."""
    if any(equals(answer, name) for name in names):
        return equals(answer, right)
    return tr("your answer is {a}; it must be one of {w}", a=told(answer), w=", ".join(names))


def equals(value: object, right: object) -> bool:
    """Whether `value` is one value and equals `right`."""
    try:
        return bool(value == right)
    except Exception:
        return False


def close(value: object, right: float) -> bool:
    """Whether `value` is one number within 0.0001 of `right`."""
    try:
        return abs(float(value) - right) < 1e-4
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return False


def is_number(value: object) -> bool:
    """Whether `value` is a tensor with one number, as a loss must be."""
    return isinstance(value, Tensor) and value.dim() == 0 and value.is_floating_point()


def gradient(value: Tensor, source: Tensor) -> Tensor | None:
    """d value.sum() / d source, None where no gradient arrives."""
    if not value.requires_grad:
        return None
    return torch.autograd.grad(value.sum(), source, retain_graph=True, allow_unused=True)[0]


def no_gradient(name: str) -> str:
    return tr("no gradient reaches {name} any more", name=name)
