"""The training loop that every notebook reads once and then calls."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from weakref import WeakSet

import torch
from torch import Tensor, nn

from aeteach.checks import Objective, check_last_batch, check_objective, check_settings
from aeteach.guard import whole
from aeteach.progress import Progress
from aeteach.words import tr

TRAINERS: WeakSet = WeakSet()
"""Trainings beside the cells, each with `run` and `hand_over()`."""


@dataclass(repr=False)
class Run:
    """A trained model and its story.

    train_curve: mean objective over the steps of each epoch. test_curve: objective on x_test
    in evaluation mode after each epoch, empty without x_test. stopped: "" when training ran to
    its end, else "interrupted", "diverged" or "early" (patience). start: objective of the first
    step.
    """

    model: nn.Module
    train_curve: list[float] = field(default_factory=list)
    test_curve: list[float] = field(default_factory=list)
    stopped: str = ""
    start: float = math.inf

    def __repr__(self) -> str:
        return f"Run({self.summary()})"

    def summary(self) -> str:
        """One line: epochs, last errors, and why it ended early if it did."""
        parts = [tr("{count} epochs", count=len(self.train_curve))]
        for name, curve in ((tr("train"), self.train_curve), (tr("test"), self.test_curve)):
            parts += [f"{name} {written(curve[-1])}"] if curve else []
        return " · ".join(filter(None, (*parts, self.warning(), self.why())))

    def warning(self) -> str:
        """What to do when the error has grown, "" when it has not."""
        first = min(map(abs, (self.start, *self.train_curve[:1])))
        if not self.train_curve or self.train_curve[-1] <= 10 * first:
            return ""
        return tr("the error has grown: a smaller learning_rate usually helps")

    def why(self) -> str:
        """In the learner's language, why training ended early; "" when it did not."""
        epoch = len(self.train_curve) + 1
        return tr(STOPPED[self.stopped], epoch=epoch) if self.stopped else ""


STOPPED = {
    "interrupted": "interrupted: the model is that of its last whole epoch; the next cells still "
    "run, press ■ again to stop them too",
    "diverged": "stopped: the objective is no longer a finite number in epoch {epoch}; the last "
    "good model is kept. A smaller learning_rate usually helps.",
    "early": "stopped early, the best model is kept",
}


def written(error: float) -> str:
    """An error with four decimals, or three digits when it is large."""
    return f"{error:.4f}" if abs(error) < 1000 else f"{error:.3g}"


def train_step(model, x, objective, optimizer):
    """One step downhill on the batch x (N, n); returns the objective before the step."""
    loss = objective(model, x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def take_over(model: nn.Module, trainer: object = None) -> None:
    """Pause every other training of the parameters of `model`: they have one trainer at a time."""
    if not isinstance(model, nn.Module):
        return
    own = {id(parameter) for parameter in model.parameters()}
    for other in list(TRAINERS):
        if other is not trainer and own & {id(each) for each in other.run.model.parameters()}:
            other.hand_over()


def fit(
    model: nn.Module,
    x: Tensor,
    objective: Objective,
    x_test: Tensor | None = None,
    *,
    epochs: int = 40,
    batch_size: int = 100,
    learning_rate: float = 2e-3,
    weight_decay: float = 0.0,
    patience: int | None = None,
    quiet: bool = False,
) -> Run:
    """Train `model` in place on x (N, n) with Adam; the order of batches follows the seed.

    objective: function (model, x) -> number. weight_decay: each step takes the share
    learning_rate * weight_decay off all weights, not off biases; decoupled from the gradient
    (AdamW, Loshchilov & Hutter 2019, arXiv:1711.05101), so no L2 penalty, which would be part of
    the objective. patience: epochs without a better test_curve before training stops; the model
    of the best epoch is put back at the end. Needs x_test. quiet: no line of progress.
    A NaN stops training and puts the last good model back; an interrupt (the stop button)
    returns the model of the last whole epoch. Data and model share dtype and device; the
    learner's data are not altered. ValueError or TypeError for input that cannot be trained.
    """
    take_over(model)
    check_settings(epochs, batch_size, learning_rate, weight_decay)
    check_objective(model, x, objective, x_test)
    check_last_batch(model, x, objective, batch_size)
    if patience is not None:
        whole("patience", patience)
        if x_test is None:
            raise ValueError(f"patience is {patience}; it needs x_test to judge by")
    progress = Progress(epochs, quiet)
    plan = Plan(epochs, batch_size, learning_rate, weight_decay)
    run = train(model, x, objective, x_test, plan, progress, patience)
    progress.close(run.summary())
    return run


class Plan(NamedTuple):
    """Settings of a training, as `fit` has them."""

    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float


def train(model, x, objective, x_test, plan: Plan, progress: Progress, patience=None) -> Run:
    """`fit` of what is checked already; the line of `progress` is left open."""
    optimizer = adam(model.parameters(), plan.learning_rate, plan.weight_decay)
    batches = batch_order(len(x), plan.batch_size)
    run, keeper = Run(model), Keeper(model, patience)
    try:
        for ended in steps(run, x, objective, x_test, optimizer, batches, plan.epochs, keeper):
            if ended:
                progress.update(len(run.train_curve), run.summary())
    except KeyboardInterrupt:
        run.stopped = "interrupted"
    if run.stopped or patience is not None:
        keeper.go_back()
    model.eval()
    return run


def steps(run, x, objective, x_test, optimizer, batches, epochs, keeper) -> Iterator[bool]:
    """Train `run.model` one step at a time: False after a step, True after an epoch.

    An epoch is in the curves of `run`, and the model in evaluation mode, when True comes. Ends
    after `epochs` or when `keeper` says so; `run.stopped` then tells why.
    """
    for _ in range(epochs):
        run.model.train()
        losses = []
        for rows in next(batches):
            losses.append(train_step(run.model, x[rows].detach(), objective, optimizer))
            run.start = losses[0] if math.isinf(run.start) else run.start
            yield False
        run.model.eval()
        test = None if x_test is None else objective(run.model, x_test.detach().clone()).item()
        if not keeper.keep(run, sum(losses) / len(losses), test):
            return
        yield True


class Keeper:
    """Remembers the model to go back to: the best one with patience, else the last good one."""

    def __init__(self, model: nn.Module, patience: int | None = None) -> None:
        self.model, self.patience = model, patience
        self.best, self.waited = math.inf, 0
        self._remember()

    def keep(self, run: Run, train: float, test: float | None) -> bool:
        """Enter an epoch in `run`; False when training must end."""
        numbers = [train] if test is None else [train, test]
        if not all(map(math.isfinite, numbers)) or not sound(self.model):
            run.stopped = "diverged"
            self.go_back()
            return False
        run.train_curve.append(train)
        run.test_curve += [] if test is None else [test]
        if self.patience is None or test < self.best:
            self.best, self.waited = test, 0
            self._remember()
            return True
        self.waited += 1
        run.stopped = "early" if self.waited >= self.patience else ""
        return not run.stopped

    def _remember(self) -> None:
        parts = (*self.model.parameters(), *self.model.buffers())
        self.state = [part.detach().clone() for part in parts]

    @torch.no_grad()
    def go_back(self) -> None:
        """Put the remembered model back."""
        parts = (*self.model.parameters(), *self.model.buffers())
        for part, kept in zip(parts, self.state, strict=True):
            part.copy_(kept)


def sound(model: nn.Module) -> bool:
    """Whether all weights are finite: the last step of an epoch may break what no loss has seen."""
    return all(bool(parameter.isfinite().all()) for parameter in model.parameters())


def adam(
    parameters, learning_rate: float, weight_decay: float, axes: int = 0
) -> torch.optim.Optimizer:
    """Fused Adam with decoupled weight decay; biases, of one axis beside `axes`, do not decay."""
    trained = [parameter for parameter in parameters if parameter.requires_grad]
    groups = [dict(params=trained)]
    if weight_decay:
        biases = [parameter for parameter in trained if parameter.dim() <= axes + 1]
        weights = [parameter for parameter in trained if parameter.dim() > axes + 1]
        groups = [dict(params=weights), dict(params=biases, weight_decay=0.0)]
    fused = all(p.is_floating_point() and p.device.type in ("cpu", "cuda") for p in trained)
    rates = dict(lr=float(learning_rate), weight_decay=float(weight_decay))
    return torch.optim.AdamW(groups, fused=fused or None, **rates)


def batch_order(count: int, batch_size: int) -> Iterator[list[Tensor]]:
    """Endless epochs, each a list of row numbers (batch_size,) in a fresh order.

    The order depends on the last `torch.manual_seed` alone, not on numbers drawn since.
    """
    generator = torch.Generator().manual_seed(torch.initial_seed())
    while True:
        yield list(torch.randperm(count, generator=generator).split(int(batch_size)))
