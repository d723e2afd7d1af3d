"""What of a training is kept for the page: a few examples, pictures of some epochs, the curves."""

import torch
from torch import Tensor, nn

from aeteach.training import Run
from aeteach.widgets.layers import packed

MAX_SHOTS = 24
SHOT_BYTES = 80_000
MAX_POINTS = 400


def examples(
    model: nn.Module, x: Tensor, x_test: Tensor | None, pictures: int
) -> dict[str, Tensor]:
    """The first `pictures` rows (n, side * side) of each set by name.

    None when they or their reconstructions fill no square.
    """
    if not pictures or x.dim() != 2 or round(x.shape[1] ** 0.5) ** 2 != x.shape[1]:
        return {}
    sets = dict(train=x) if x_test is None else dict(train=x, test=x_test)
    shown = {name: x[:pictures].detach().clone() for name, x in sets.items()}
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        found = model.eval()(shown["train"])
    return shown if isinstance(found, Tensor) and found.shape == shown["train"].shape else {}


def plan(epochs: int, shown: dict[str, Tensor]) -> set[int]:
    """Epochs to keep pictures of `shown`: dense at first, the last one too, few when large."""
    size = 2 * sum(x.numel() for x in shown.values())
    count = min(MAX_SHOTS, SHOT_BYTES // max(size, 1))
    return {round(epochs ** (n / (count - 1))) for n in range(count)} if count > 1 else {epochs}


def points(run: Run) -> list[list[float | None]]:
    """The curves for the browser, thinned to MAX_POINTS: [epoch, train, test or None]."""
    train, test = list(run.train_curve), list(run.test_curve)
    stride = -(-len(train) // MAX_POINTS) or 1
    rows = sorted({*range(0, len(train), stride), max(len(train) - 1, 0)} & {*range(len(train))})
    return [[n + 1, _short(train[n]), _short(test[n]) if n < len(test) else None] for n in rows]


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def as_bytes(x: Tensor) -> str:
    """Pictures in [0, 1] as base64, a byte a pixel."""
    return packed((x.clamp(0, 1) * 255).round(), torch.uint8)
