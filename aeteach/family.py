"""Many autoencoders trained in one pass: latent sizes, widths and seeds side by side."""

from collections.abc import Hashable, Mapping

import torch
from torch import Tensor, nn

from aeteach.checks import Objective, check_objective, check_settings
from aeteach.progress import Progress
from aeteach.stack import CannotStack, Data, Stack, kind
from aeteach.training import Run, adam, batch_order, diverged, fit, interrupted, written
from aeteach.words import tr


def fit_family(
    models: Mapping[Hashable, nn.Module],
    x: Tensor | Mapping[Hashable, Tensor],
    objective: Objective | Mapping[Hashable, Objective],
    x_test: Tensor | Mapping[Hashable, Tensor] | None = None,
    *,
    epochs: int = 40,
    batch_size: int = 100,
    learning_rate: float = 2e-3,
    weight_decay: float = 0.0,
    quiet: bool = False,
) -> dict[Hashable, Run]:
    """Train every model in place as `fit` would, in as few stacked passes as can be: {key: Run}.

    models: {key: model}; those that differ in their sizes only go in one pass. x, x_test:
    (N, n), or one tensor a key, all of one shape. objective: function (model, x) -> number,
    or one a key; strengths bound by `functools.partial` are stacked too. Where models cannot
    be stacked, or a probe batch shows that the objective sees the padding (a mean over
    latent values does), they are trained one after another and the closing line says why. A
    model that diverges keeps its last good state, the others go on; an interrupt returns
    what was trained so far. quiet: no line of progress unless the models are trained one
    after another. ValueError or TypeError as `fit` has them.
    """
    check_settings(epochs, batch_size, learning_rate, weight_decay)
    if not models:
        raise ValueError("the family is empty; give at least one {key: model}")
    data, test = Data(x, models), None if x_test is None else Data(x_test, models)
    objectives = objective if isinstance(objective, Mapping) else dict.fromkeys(models, objective)
    if missing := [key for key in models if key not in objectives]:
        raise ValueError(f"no objective for {missing}; give one function, or one for each key")
    for index, (key, model) in enumerate(models.items()):
        x_own = None if test is None else test.of(index)
        check_objective(model, data.of(index), objectives[key], x_own)
    settings = dict(
        epochs=epochs, batch_size=batch_size, learning_rate=learning_rate, weight_decay=weight_decay
    )
    runs: dict[Hashable, Run] = {}
    for keys in _groups(models, objectives):
        group = {key: models[key] for key in keys}
        runs |= _fit_group(group, x, objectives, x_test, settings, quiet)
        if any(run.stopped == interrupted() for run in runs.values()):
            break
    return {key: runs.get(key) or Run(models[key], stopped=interrupted()) for key in models}


def _groups(models, objectives) -> list[list[Hashable]]:
    """Keys of the models that can go in one pass."""
    groups: dict[Hashable, list[Hashable]] = {}
    for key, model in models.items():
        groups.setdefault(kind(model, objectives[key]), []).append(key)
    return list(groups.values())


def _fit_group(models, x, objectives, x_test, settings, quiet) -> dict[Hashable, Run]:
    data, test = Data(x, models), None if x_test is None else Data(x_test, models)
    if len(models) == 1:
        return _one_by_one(models, data, objectives, test, settings, quiet)
    try:
        stack = Stack(models, objectives)
        stack.probe(data)
    except CannotStack as reason:
        notice = tr("trained one after another: {reason}", reason=reason)
        return _one_by_one(models, data, objectives, test, settings, False, notice)
    batches = batch_order(len(data), settings["batch_size"])
    rates = settings["learning_rate"], settings["weight_decay"]
    optimizer = adam(stack.parameters.values(), *rates)
    progress = Progress(settings["epochs"], quiet)
    return _Training(stack, data, test, optimizer).run(batches, progress, settings["epochs"])


def _one_by_one(models, data, objectives, test, settings, quiet, notice="") -> dict[Hashable, Run]:
    progress, runs = Progress(len(models), quiet), {}
    for index, (key, model) in enumerate(models.items()):
        x_test = None if test is None else test.of(index)
        runs[key] = fit(model, data.of(index), objectives[key], x_test, quiet=True, **settings)
        progress.update(index + 1, f"{key} · {runs[key].summary()}")
        if runs[key].stopped == interrupted():
            break
    progress.close(" · ".join([_summary(runs)] + [notice] * bool(notice)))
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
        parts += [f"{name} {written(min(last))} - {written(max(last))}"] if last else []
    stopped = [f"{key}: {run.stopped}" for key, run in runs.items() if run.stopped]
    return " · ".join(parts + stopped[:3])
