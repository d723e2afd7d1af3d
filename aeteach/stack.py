"""Models of different sizes as one set of parameters, padded with zeros that never move."""

import copy
from collections.abc import Hashable, Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap
from torch.overrides import TorchFunctionMode

from aeteach.checks import Objective
from aeteach.words import tr


class CannotStack(Exception):
    """The reason why a family has to be trained one after another."""


class Data:
    """Examples (N, n) shared by the family, or one (N, n) for each of its M models.

    ValueError when a key has no data or the shapes differ.
    """

    def __init__(self, x: Tensor | Mapping[Hashable, Tensor], keys) -> None:
        self.dim = 0 if isinstance(x, Mapping) else None
        if self.dim is None:
            self.values = x
            return
        missing = [key for key in keys if key not in x]
        shapes = {tuple(x[key].shape) for key in keys if key in x}
        if missing or len(shapes) != 1:
            raise ValueError(
                f"each model needs data of one shape; missing keys: {missing}, "
                f"shapes: {sorted(shapes)}"
            )
        self.values = torch.stack([x[key] for key in keys])

    def __len__(self) -> int:
        return self.values.shape[0 if self.dim is None else 1]

    def batch(self, rows: Tensor | slice) -> Tensor:
        """These rows for all: (B, n), or (M, B, n) when each model has its own."""
        return self.values[rows] if self.dim is None else self.values[:, rows]

    def of(self, index: int) -> Tensor:
        """The examples (N, n) of one model."""
        return self.values if self.dim is None else self.values[index]


class Stack:
    """M models of one `kind` as one: `parameters` hold (M, ...) each.

    The objective is run over the stack by `torch.func.vmap`, unchanged; a number that
    `functools.partial` binds may differ from model to model.
    """

    def __init__(
        self, models: Mapping[Hashable, nn.Module], objectives: Mapping[Hashable, Objective]
    ) -> None:
        self.models, self.objectives = models, objectives
        objective, self.numbers = _shared([objectives[key] for key in models])
        largest = max(models.values(), key=lambda m: sum(p.numel() for p in m.parameters()))
        self.template = _Wrapped(copy.deepcopy(largest), objective)
        self.parameters = _stacked([model.named_parameters() for model in models.values()])
        self.buffers = _stacked([model.named_buffers() for model in models.values()])
        for name, stacked in self.parameters.items():
            mask = _padded([torch.ones_like(m.get_parameter(name)) for m in models.values()])
            stacked.requires_grad_()
            if not mask.all():
                stacked.register_hook(mask.mul)

    def losses(self, x: Tensor, dim: int | None) -> Tensor:
        """The objective of each model, (M,), on x (B, n), or (M, B, n) with dim 0."""
        return vmap(self._one, in_dims=(0, 0, 0, dim), randomness="different")(
            self.parameters, self.buffers, self.numbers, x
        )

    def _one(self, parameters: dict, buffers: dict, numbers: dict, x: Tensor) -> Tensor:
        state = {f"model.{name}": value for name, value in (parameters | buffers).items()}
        return functional_call(self.template, state, (x,), numbers)

    def judge(self, data: Data | None) -> Tensor | None:
        """The objective of each model in evaluation mode on all of `data`."""
        if data is None:
            return None
        self.template.eval()
        return self.losses(data.values, data.dim).detach()

    @torch.no_grad()
    def probe(self, data: Data) -> None:
        """Raise CannotStack unless stacked and single objectives agree on eight examples."""
        rows = slice(0, 8)
        self.template.eval()
        if any(name.endswith("num_batches_tracked") for name in self.buffers):
            raise CannotStack(tr("BatchNorm keeps statistics of its own"))
        with torch.random.fork_rng(devices=[]), _Stilled():
            try:
                together = self.losses(data.batch(rows), data.dim)
            except Exception as error:
                raise CannotStack(str(error).strip().split("\n")[0]) from error
            for index, (key, model) in enumerate(self.models.items()):
                alone = self.objectives[key](model.eval(), data.of(index)[rows])
                if not torch.isclose(together[index], alone, rtol=1e-4, atol=1e-7):
                    raise CannotStack(
                        tr("the objective of {key} is not the same when stacked", key=key)
                    )

    def snapshot(self, alive: Tensor | None = None, old: dict | None = None) -> dict[str, Tensor]:
        """A copy of the parameters; of models that are not `alive` (M,) the `old` ones."""
        now = {name: stacked.detach().clone() for name, stacked in self.parameters.items()}
        if alive is None or alive.all():
            return now
        for name, stacked in now.items():
            stacked[~alive] = old[name][~alive]
        return now

    def unstack(self, state: dict[str, Tensor]) -> None:
        """Write each model's own part of `state` back into it, and set evaluation mode."""
        for index, model in enumerate(self.models.values()):
            for name, parameter in model.named_parameters():
                parameter.data.copy_(state[name][index][_corner(parameter)])
            model.eval()


class _Wrapped(nn.Module):
    """Model and objective in one module, so that the objective may reach into the model."""

    def __init__(self, model: nn.Module, objective: Objective) -> None:
        super().__init__()
        self.model = model
        self._call = lambda x, **numbers: objective(self.model, x, **numbers)

    def forward(self, x: Tensor, **numbers: Tensor) -> Tensor:
        return self._call(x, **numbers)


class _Stilled(TorchFunctionMode):
    """Inside, every random number is 1/2: two runs with noise can be compared."""

    RANDOM = {"rand", "randn", "rand_like", "randn_like", "normal", "normal_", "uniform_"}
    RANDOM |= {"bernoulli", "bernoulli_", "randint", "randint_like"}

    def __torch_function__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        return result.fill_(0.5) if function.__name__ in self.RANDOM else result


def _corner(tensor: Tensor) -> tuple[slice, ...]:
    return tuple(slice(size) for size in tensor.shape)


def _padded(tensors: list[Tensor]) -> Tensor:
    """Tensors of M shapes as one (M, *largest), filled up with zeros."""
    largest = [max(sizes) for sizes in zip(*(t.shape for t in tensors), strict=True)]
    stacked = tensors[0].new_zeros(len(tensors), *largest)
    for place, tensor in zip(stacked, tensors, strict=True):
        place[_corner(tensor)] = tensor.detach()
    return stacked


def _stacked(states: list) -> dict[str, Tensor]:
    columns = [dict(state) for state in states]
    return {name: _padded([own[name] for own in columns]) for name in columns[0]}


def kind(model: nn.Module, objective: Objective) -> Hashable:
    """What models must share to be stacked: layers and settings that are no sizes, and an
    objective that is the same, or a partial of the same function with other numbers."""
    state = [(name, value.dim()) for name, value in model.state_dict().items()]
    layers = [(name, type(layer), _settings(layer)) for name, layer in model.named_modules()]
    if _binds_numbers(objective):
        return str(state), str(layers), objective.func, tuple(objective.keywords)
    return str(state), str(layers), id(objective)


def _settings(layer: nn.Module) -> dict[str, object]:
    """Floats and words of a layer; whole numbers too where it has no sizes of its own."""
    types = (float, str) if any(True for _ in layer.parameters()) else (float, str, int)
    return {k: v for k, v in vars(layer).items() if isinstance(v, types) and k != "training"}


def _binds_numbers(objective: Objective) -> bool:
    if not isinstance(objective, partial) or objective.args:
        return False
    return all(isinstance(value, float) for value in objective.keywords.values())


def _shared(objectives: list[Objective]) -> tuple[Objective, dict[str, Tensor]]:
    """One function for all, and the numbers in which its partials differ, (M,) each."""
    first = objectives[0]
    if not _binds_numbers(first):
        return first, {}
    columns = {name: [each.keywords[name] for each in objectives] for name in first.keywords}
    return first.func, {name: torch.tensor(values) for name, values in columns.items()}
