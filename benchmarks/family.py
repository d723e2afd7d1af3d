"""`fit_family` beside the loops that a textbook writes: one model after another."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from aeteach import data, fit_family
from aeteach.models import Autoencoder
from aeteach.objectives import mse, reconstruction
from benchmarks.report import Row
from benchmarks.rounds import medians

EPOCHS, BATCH, RATE, HIDDEN = 30, 100, 2e-3, 64
SIZES = {
    "32 latent sizes, 1..32": range(1, 33),
    "10 latent sizes, 1..32": (1, 2, 3, 4, 6, 8, 12, 16, 24, 32),
}
ROUNDS = 3
ALLOWED_DIFFERENCE = 0.05
GOALS = {"DataLoader loop": ">= 5", "in-memory loop": ">= 2.5"}


def rows() -> list[Row]:
    torch.set_num_threads(1)
    return [row for title, sizes in SIZES.items() for row in _compare(title, sizes)]


def _compare(title: str, sizes) -> list[Row]:
    split, errors = data.small_digits(), {}
    ways = {"fit_family": _stacked, "DataLoader loop": _loader, "in-memory loop": _in_memory}
    timed = {name: _scored(name, way, sizes, split, errors) for name, way in ways.items()}
    seconds = medians(timed, ROUNDS)
    ours = seconds.pop("fit_family")
    return [
        Row(
            measured=f"training {title}",
            ours=f"{ours:.2f} s",
            compared_with=f"{name} (test error {_difference(errors, name):.1%} apart)",
            theirs=f"{other:.2f} s",
            ratio=f"{other / ours:.1f}",
            goal=GOALS[name],
        )
        for name, other in seconds.items()
    ]


def _scored(name, way, sizes, split, errors):
    """`way` as a function without arguments that also leaves its test errors."""

    def run() -> None:
        torch.manual_seed(0)
        models = {k: Autoencoder(64, k, HIDDEN) for k in sizes}
        way(models, split.x_train)
        with torch.no_grad():
            scores = [mse(model.eval()(split.x_test), split.x_test) for model in models.values()]
        errors[name] = torch.stack(scores)

    return run


def _difference(errors: dict, name: str) -> float:
    """Mean absolute relative difference of the test errors; RuntimeError when it is too large."""
    apart = (errors["fit_family"] / errors[name] - 1).abs().mean().item()
    if apart > ALLOWED_DIFFERENCE:
        raise RuntimeError(f"fit_family and the {name} end {apart:.1%} apart in test error")
    return apart


def _stacked(models: dict[int, nn.Module], x: torch.Tensor) -> None:
    fit_family(
        models, x, reconstruction, epochs=EPOCHS, batch_size=BATCH, learning_rate=RATE, quiet=True
    )


def _loader(models: dict[int, nn.Module], x: torch.Tensor) -> None:
    loader = DataLoader(TensorDataset(x), batch_size=BATCH, shuffle=True)
    for model in models.values():
        optimizer = torch.optim.Adam(model.parameters(), RATE)
        for _ in range(EPOCHS):
            for (batch,) in loader:
                _step(model, batch, optimizer)


def _in_memory(models: dict[int, nn.Module], x: torch.Tensor) -> None:
    for model in models.values():
        optimizer = torch.optim.Adam(model.parameters(), RATE)
        for _ in range(EPOCHS):
            for batch in torch.randperm(len(x)).split(BATCH):
                _step(model, x[batch], optimizer)


def _step(model: nn.Module, x: torch.Tensor, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    mse(model(x), x).backward()
    optimizer.step()
