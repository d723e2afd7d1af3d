"""The training loop that every notebook reads once and then calls."""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakSet

import torch
from torch import Tensor, nn

from aeteach.checks import Objective, check_objective, check_settings
from aeteach.progress import Progress
from aeteach.words import tr

TRAINERS: WeakSet = WeakSet()
"""Trainings beside the cells, each with `run` and `hand_over()`."""


@dataclass(repr=False)
class Run:
    """A trained model and its story.

    train_curve: mean objective over the steps of each epoch. test_curve: objective on x_test
    in evaluation mode after each epoch, empty without x_test. stopped: why training ended
    early, "" when it ran to its end.
    """

    model: nn.Module
    train_curve: list[float] = field(default_factory=list)
    test_curve: list[float] = field(default_factory=list)
    stopped: str = ""

    def __repr__(self) -> str:
        return f"Run({self.summary()})"

    def summary(self) -> str:
        """One line: epochs, last errors, and why it ended early if it did."""
        parts = [tr("{count} epochs", count=len(self.train_curve))]
        for name, curve in ((tr("train"), self.train_curve), (tr("test"), self.test_curve)):
            parts += [f"{name} {written(curve[-1])}"] if curve else []
        if self.train_curve and self.train_curve[-1] > 10 * abs(self.train_curve[0]):
            parts.append(tr("the error has grown: a smaller learning_rate usually helps"))
        return " · ".join(parts + [self.stopped] * bool(self.stopped))


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

    objective: function (model, x) -> number. weight_decay: decoupled L2, Loshchilov & Hutter
    (2019), arXiv:1711.05101. patience: epochs without a better test_curve before training
    stops; the model of the best epoch is put back at the end. Needs x_test. quiet: no line
    of progress.
    A NaN stops training and puts the last good model back; an interrupt (the stop button)
    returns what was trained so far. ValueError or TypeError for input that cannot be trained.
    """
    take_over(model)
    check_settings(epochs, batch_size, learning_rate, weight_decay)
    check_objective(model, x, objective, x_test)
    if patience is not None and (x_test is None or patience < 1):
        raise ValueError(f"patience is {patience}; it needs x_test and must be at least 1")
    optimizer = adam(model.parameters(), learning_rate, weight_decay)
    batches = batch_order(len(x), batch_size)
    run, keeper, progress = Run(model), Keeper(model, patience), Progress(epochs, quiet)
    try:
        for ended in steps(run, x, objective, x_test, optimizer, batches, epochs, keeper):
            if ended:
                progress.update(len(run.train_curve), run.summary())
    except KeyboardInterrupt:
        run.stopped = interrupted()
    if patience is not None:
        keeper.go_back()
    model.eval()
    progress.close(run.summary())
    return run


def steps(
    run: Run,
    x: Tensor,
    objective: Objective,
    x_test: Tensor | None,
    optimizer: torch.optim.Optimizer,
    batches: Iterator[list[Tensor]],
    epochs: int,
    keeper: "Keeper",
) -> Iterator[bool]:
    """Train `run.model` one step at a time: False after a step, True after an epoch.

    An epoch is in the curves of `run`, and the model in evaluation mode, when True comes. Ends
    after `epochs` or when `keeper` says so; `run.stopped` then tells why.
    """
    for _ in range(epochs):
        run.model.train()
        losses = []
        for rows in next(batches):
            losses.append(train_step(run.model, x[rows], objective, optimizer))
            yield False
        test = _judge(run.model, objective, x_test)
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
        if not math.isfinite(train) or (test is not None and not math.isfinite(test)):
            run.stopped = diverged(len(run.train_curve) + 1)
            self.go_back()
            return False
        run.train_curve.append(train)
        if test is not None:
            run.test_curve.append(test)
        if self.patience is None or test < self.best:
            self.best, self.waited = test, 0
            self._remember()
            return True
        self.waited += 1
        if self.waited < self.patience:
            return True
        run.stopped = tr("stopped early, the best model is kept")
        return False

    def _remember(self) -> None:
        self.state = copy.deepcopy(self.model.state_dict())

    def go_back(self) -> None:
        """Put the remembered model back."""
        self.model.load_state_dict(self.state)


def diverged(epoch: int) -> str:
    """What is said when the objective becomes NaN or infinite in `epoch`."""
    return tr(
        "stopped: the objective is no longer a finite number in epoch {epoch}; the last good "
        "model is kept. A smaller learning_rate usually helps.",
        epoch=epoch,
    )


def interrupted() -> str:
    """What is said when the learner stops a training."""
    return tr("interrupted: this is the model as trained so far")


def _judge(model: nn.Module, objective: Objective, x_test: Tensor | None) -> float | None:
    model.eval()
    return None if x_test is None else objective(model, x_test).item()


def adam(parameters, learning_rate: float, weight_decay: float) -> torch.optim.Optimizer:
    """Fused Adam with decoupled weight decay."""
    return torch.optim.AdamW(parameters, learning_rate, weight_decay=weight_decay, fused=True)


def batch_order(count: int, batch_size: int) -> Iterator[list[Tensor]]:
    """Endless epochs, each a list of row numbers (batch_size,) in a fresh order.

    The order depends on the last `torch.manual_seed` alone, not on numbers drawn since.
    """
    generator = torch.Generator().manual_seed(torch.initial_seed())
    while True:
        yield list(torch.randperm(count, generator=generator).split(batch_size))
