"""Many autoencoders trained in one pass: latent sizes, widths and seeds side by side."""

from collections.abc import Hashable, Mapping

import torch
from torch import Tensor, nn

from aeteach.checks import Objective, check_objective, check_settings
from aeteach.progress import Progress
from aeteach.stack import CannotStack, Data, Stack
from aeteach.training import Run, adam, batch_order, diverged, fit, interrupted
from aeteach.words import tr


def fit_family(
    models: Mapping[Hashable, nn.Module],
    x: Tensor | Mapping[Hashable, Tensor],
    objective: Objective,
    x_test: Tensor | Mapping[Hashable, Tensor] | None = None,
    *,
    epochs: int = 40,
    batch_size: int = 100,
    learning_rate: float = 2e-3,
    weight_decay: float = 0.0,
    quiet: bool = False,
) -> dict[Hashable, Run]:
    """Train every model in place as `fit` would, all in one stacked pass: {key: Run}.

    models: {key: model} of one architecture whose sizes may differ. x, x_test: (N, n), or
    one tensor a key, all of one shape. objective: function (model, x) -> number.
    Where the models cannot be stacked, or a probe batch shows that the objective sees the
    padding (a mean over latent values does), they are trained one after another and the
    closing line says why. A model that diverges keeps its last good state, the others go on;
    an interrupt returns what was trained so far. quiet: no line of
    progress unless the models are trained one after another. ValueError or TypeError as
    `fit` has them.
    """
    check_settings(epochs, batch_size, learning_rate, weight_decay)
    if not models:
        raise ValueError("the family is empty; give at least one {key: model}")
    data, test = Data(x, models), None if x_test is None else Data(x_test, models)
    for index, model in enumerate(models.values()):
        check_objective(model, data.of(index), objective, None if test is None else test.of(index))
    settings = dict(learning_rate=learning_rate, weight_decay=weight_decay)
    try:
        stack = Stack(models, objective)
        stack.probe(data)
    except CannotStack as reason:
        settings |= dict(epochs=epochs, batch_size=batch_size)
        return _one_by_one(models, data, objective, test, settings, str(reason))
    batches = batch_order(len(data), batch_size)
    optimizer = adam(stack.parameters.values(), **settings)
    return _Training(stack, data, test, optimizer).run(batches, Progress(epochs, quiet), epochs)


def _one_by_one(models, data, objective, test, settings, reason) -> dict[Hashable, Run]:
    notice = tr("trained one after another: {reason}", reason=reason)
    progress, runs = Progress(len(models)), {}
    for index, (key, model) in enumerate(models.items()):
        x_test = test and test.of(index)
        runs[key] = fit(model, data.of(index), objective, x_test, quiet=True, **settings)
        progress.update(index + 1, f"{key} · {runs[key].summary()}")
        if runs[key].stopped == interrupted():
            late = {key: model for key, model in models.items() if key not in runs}
            runs |= {key: Run(model, stopped=interrupted()) for key, model in late.items()}
            break
    progress.close(f"{_summary(runs)} · {notice}")
    return runs


class _Training:
    """The stacked loop: one Adam, one order of batches, one curve a model."""

    def __init__(self, stack, data, test, optimizer) -> None:
        self.stack, self.data, self.test, self.optimizer = stack, data, test, optimizer
        self.runs = {key: Run(model) for key, model in stack.models.items()}
        self.good = stack.snapshot()

    def run(self, batches, progress: Progress, epochs: int) -> dict[Hashable, Run]:
        try:
            for epoch in range(epochs):
                train = self._epoch(next(batches))
                if not self._enter(train, self.stack.judge(self.test)):
                    break
                progress.update(epoch + 1, _summary(self.runs))
        except KeyboardInterrupt:
            for run in self.runs.values():
                run.stopped = run.stopped or interrupted()
        self.stack.unstack(self.good)
        progress.close(_summary(self.runs))
        return self.runs

    def _epoch(self, batches: list[Tensor]) -> Tensor:
        self.stack.template.train()
        total = 0
        for rows in batches:
            losses = self.stack.losses(self.data.batch(rows), self.data.dim)
            self.optimizer.zero_grad()
            losses.sum().backward()
            self.optimizer.step()
            total = total + losses.detach()
        return total / len(batches)

    def _enter(self, train: Tensor, test: Tensor | None) -> bool:
        """Enter an epoch in the curves; False when no model is left to train."""
        judged = train if test is None else train + test
        for index, run in enumerate(self.runs.values()):
            if run.stopped:
                continue
            if not judged[index].isfinite():
                run.stopped = diverged(len(run.train_curve) + 1)
                continue
            run.train_curve.append(train[index].item())
            run.test_curve += [] if test is None else [test[index].item()]
        alive = torch.tensor([not run.stopped for run in self.runs.values()])
        self.good = self.stack.snapshot(alive, self.good)
        return bool(alive.any())


def _summary(runs: Mapping[Hashable, Run]) -> str:
    """One line: how many models, epochs, the range of last errors, and who ended early."""
    parts = [tr("{count} models", count=len(runs))]
    parts += [tr("{count} epochs", count=max(len(run.train_curve) for run in runs.values()))]
    for name, curve in ((tr("train"), "train_curve"), (tr("test"), "test_curve")):
        last = [getattr(run, curve)[-1] for run in runs.values() if getattr(run, curve)]
        parts += [f"{name} {min(last):.4f} - {max(last):.4f}"] if last else []
    stopped = [f"{key}: {run.stopped}" for key, run in runs.items() if run.stopped]
    return " · ".join(parts + stopped[:3])
