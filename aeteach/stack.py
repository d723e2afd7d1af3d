"""Models of different sizes as one set of parameters, padded with zeros that never move."""

import copy
import warnings
from collections.abc import Hashable, Iterator, Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from aeteach.alike import CannotStack, parts, settings, state
from aeteach.checks import Objective
from aeteach.words import tr

warnings.filterwarnings("ignore", r"There\sis\sa\sperformance\sdrop")


class Data:
    """Examples (N, n) shared by the models `keys`, or one (N, n) for each of them."""

    def __init__(self, x: Tensor | Mapping[Hashable, Tensor], keys) -> None:
        self.dim = 0 if isinstance(x, Mapping) else None
        self.values = x if self.dim is None else torch.stack([x[key] for key in keys])

    def __len__(self) -> int:
        return self.values.shape[0 if self.dim is None else 1]

    def batch(self, rows: Tensor | slice) -> Tensor:
        """A copy of these rows for all: (B, n), or (M, B, n) when each model has its own."""
        return (self.values[rows] if self.dim is None else self.values[:, rows]).detach().clone()

    def of(self, index: int) -> Tensor:
        """The examples (N, n) of one model."""
        return self.values if self.dim is None else self.values[index]


class Stack:
    """M models of one `kind` as one: `trained` and `fixed` hold (M, ...) each.

    The objective is run over the stack by `torch.func.vmap`, unchanged; a number that
    `functools.partial` binds may differ from model to model. Settings in which the models
    differ are taken away, so that nothing reads the one of a single model for all. start: the
    objectives (M,) of the first step.
    """

    def __init__(
        self, models: Mapping[Hashable, nn.Module], objectives: Mapping[Hashable, Objective]
    ) -> None:
        self.models = models
        self.objectives = {key: objectives[key] for key in models}
        every = list(models.values())
        largest = max(every, key=lambda model: sum(p.numel() for p in model.parameters()))
        objective, self.numbers = _shared(list(self.objectives.values()), every[0])
        self.template = _Wrapped(copy.deepcopy(largest), objective)
        layers = zip(*(model.modules() for model in (self.template.model, *every)), strict=True)
        for layer, *own in layers:
            _forget_what_differs(layer, [settings(each) for each in own])
        self.trained, self.fixed, self.padded, self.start = {}, {}, False, None
        for name, tensor in state(largest).items():
            self._add(name, tensor.requires_grad)

    def _add(self, name: str, trained: bool) -> None:
        stacked, mask = _padded([state(model)[name] for model in self.models.values()])
        (self.trained if trained else self.fixed)[name] = stacked.requires_grad_(trained)
        self.padded |= mask is not None
        if trained and mask is not None:
            stacked.register_hook(mask.mul)

    def losses(self, x: Tensor, dim: int | None) -> Tensor:
        """The objective of each model, (M,), on x (B, n), or (M, B, n) with dim 0."""
        return vmap(self._one, in_dims=(0, 0, dim), randomness="different")(
            self.trained | self.fixed, self.numbers, x
        )

    def _one(self, tensors: dict, numbers: dict, x: Tensor) -> Tensor:
        tensors = {f"model.{name}": value for name, value in tensors.items()}
        return functional_call(self.template, tensors, (x,), numbers)

    def epochs(self, data: Data, test: Data | None, batches, optimizer) -> Iterator[tuple]:
        """After each epoch the mean objective over its steps, (M,), and `judge` of `test`."""
        for epoch in batches:
            self.template.train()
            mean = 0
            for rows in epoch:
                losses = self.losses(data.batch(rows), data.dim)
                optimizer.zero_grad()
                losses.sum().backward()
                optimizer.step()
                self.start = losses.detach() if self.start is None else self.start
                mean = mean + losses.detach() / len(epoch)
            yield mean, self.judge(test)

    def judge(self, data: Data | None) -> Tensor | None:
        """The objective of each model in evaluation mode on all of `data`."""
        if data is None:
            return None
        self.template.eval()
        return self.losses(data.batch(slice(None)), data.dim).detach()

    def snapshot(self, alive: Tensor | None = None, old: dict | None = None) -> dict[str, Tensor]:
        """A copy of what is trained; of models that are not `alive` (M,) the `old` one."""
        now = {name: stacked.detach().clone() for name, stacked in self.trained.items()}
        if alive is None or alive.all():
            return now
        for name, stacked in now.items():
            stacked[~alive] = old[name][~alive]
        return now

    @torch.no_grad()
    def load(self) -> None:
        """Read the parameters and buffers of the models again."""
        for index, model in enumerate(self.models.values()):
            for name, tensor in state(model).items():
                (self.trained | self.fixed)[name][index][_corner(tensor)] = tensor

    @torch.no_grad()
    def unstack(self, trained: dict[str, Tensor]) -> None:
        """Write each model's own part of `trained` back into it, and set evaluation mode."""
        for index, model in enumerate(self.models.values()):
            for name, stacked in trained.items():
                parameter = model.get_parameter(name)
                parameter.copy_(stacked[index][_corner(parameter)])
            model.eval()


class _Wrapped(nn.Module):
    """Model and objective in one module, so that the objective may reach into the model."""

    def __init__(self, model: nn.Module, objective: Objective) -> None:
        super().__init__()
        self.model = model
        self._call = lambda x, **numbers: objective(self.model, x, **numbers)

    def forward(self, x: Tensor, **numbers: Tensor) -> Tensor:
        return self._call(x, **numbers)


def _corner(tensor: Tensor) -> tuple[slice, ...]:
    return tuple(slice(size) for size in tensor.shape)


def _padded(tensors: list[Tensor]) -> tuple[Tensor, Tensor | None]:
    """Tensors of M shapes as one (M, *largest), filled up with zeros; 1 where none is filled."""
    largest = [max(sizes) for sizes in zip(*(t.shape for t in tensors), strict=True)]
    stacked = tensors[0].detach().new_zeros(len(tensors), *largest)
    mask = torch.zeros_like(stacked)
    for place, own, tensor in zip(stacked, mask, tensors, strict=True):
        place[_corner(tensor)], own[_corner(tensor)] = tensor.detach(), 1
    return stacked, None if mask.all() else mask


def _forget_what_differs(layer: nn.Module, settings: list[dict[str, Hashable]]) -> None:
    for name in settings[0]:
        if len({own.get(name) for own in settings}) > 1:
            del vars(layer)[name]
            if hasattr(type(layer), name):
                raise CannotStack(tr("{name} is not the same in all models", name=name))


def _shared(objectives: list[Objective], model: nn.Module) -> tuple[Objective, dict[str, Tensor]]:
    """One function for all, and the numbers in which its partials differ, (M,) each."""
    first, differing = objectives[0], {}
    if not isinstance(first, partial):
        return first, {}
    like = next(model.parameters())
    for name in parts(first)[-1]:
        values = [float(each.keywords[name]) for each in objectives]
        if len(set(values)) > 1:
            differing[name] = like.new_tensor(values)
    rest = {name: v for name, v in first.keywords.items() if name not in differing}
    return partial(first.func, *first.args, **rest), differing
