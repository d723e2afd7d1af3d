"""Many autoencoders trained in one pass: latent sizes, widths and seeds side by side."""

from collections.abc import Hashable, Mapping
from contextlib import suppress
from itertools import islice

import torch
from torch import Tensor, nn

from aeteach.alike import CannotStack, hindrance, kind
from aeteach.checks import (
    Objective,
    check_examples,
    check_last_batch,
    check_objective,
    check_settings,
)
from aeteach.probe import probe, refusing
from aeteach.progress import Progress
from aeteach.stack import Data, Stack
from aeteach.training import Plan, Run, adam, batch_order, take_over, train, written
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
    be stacked, or a probe shows that values or slopes would be others (a mean over latent
    values meets the padding), they are trained one after another and the closing line says
    why. A model that diverges keeps its last good state, the others go on; an interrupt
    returns what was trained so far. quiet: no line of progress. ValueError or TypeError as
    `fit` has them, and for models that share a weight.
    """
    check_settings(epochs, batch_size, learning_rate, weight_decay)
    objectives = _checked(models, x, objective, x_test)
    for key, model in models.items():
        check_last_batch(model, _own(x, key), objectives[key], batch_size)
    plan = Plan(epochs, batch_size, learning_rate, weight_decay)
    progress, runs, reasons = Progress(epochs * len(models), quiet), {}, {}
    with suppress(KeyboardInterrupt):
        for keys, reason in _groups(models, objectives).items():
            group = {key: models[key] for key in keys}
            try:
                if reason or len(keys) == 1:
                    raise CannotStack(reason)
                with refusing():
                    _train_stacked(runs, group, x, objectives, x_test, plan, progress)
            except CannotStack as found:
                reasons.setdefault(str(found), []).extend(keys)
                _train_in_turn(runs, group, x, objectives, x_test, plan, progress)
            if any(run.stopped == "interrupted" for run in runs.values()):
                break
    runs = {key: runs.get(key) or Run(models[key], stopped="interrupted") for key in models}
    progress.close(_summary(runs, reasons))
    return runs


def _checked(models, x, objective, x_test) -> dict[Hashable, Objective]:
    """The objective of each model; ValueError or TypeError for what cannot be trained."""
    if not isinstance(models, Mapping) or not models:
        kind = "empty" if isinstance(models, Mapping) else f"of type {type(models).__name__}"
        raise ValueError(f"the family is {kind}; it must be {{key: model}}, at least one")
    objectives = objective if isinstance(objective, Mapping) else dict.fromkeys(models, objective)
    if missing := [key for key in models if key not in objectives]:
        raise ValueError(f"no objective for {missing}; give one function, or one for each key")
    for name, given in (("x", x), ("x_test", x_test)):
        if isinstance(given, Mapping):
            _check_own(name, given, models)
    for key, model in models.items():
        take_over(model)
        check_objective(model, _own(x, key), objectives[key], _own(x_test, key))
    _check_apart(models)
    return dict(objectives)


def _check_own(name: str, given: Mapping, models) -> None:
    if missing := [key for key in models if key not in given]:
        raise ValueError(f"{name} has no data for {missing}; give one tensor a key")
    for key in models:
        check_examples(f"{name}[{key!r}]", given[key])
    if len(shapes := sorted({tuple(given[key].shape) for key in models})) > 1:
        raise ValueError(f"{name} has the shapes {shapes}; each model needs data of one shape")


def _check_apart(models: Mapping[Hashable, nn.Module]) -> None:
    """ValueError when two models share a tensor that one of them trains."""
    owners = {}
    for key, model in models.items():
        for name, tensor in (*model.named_parameters(), *model.named_buffers()):
            place = tensor.untyped_storage().data_ptr()
            other, trained = owners.setdefault(place, (key, tensor.requires_grad))
            if place and other != key and (trained or tensor.requires_grad):
                raise ValueError(
                    f"the models {other!r} and {key!r} share {name}; give each its own, for "
                    "instance by copy.deepcopy"
                )


def _own(x, key: Hashable):
    return x[key] if isinstance(x, Mapping) else x


def _groups(models, objectives) -> dict[tuple[Hashable, ...], str]:
    """Keys of the models that may go in one pass, and why they do not go with the others."""
    groups: dict[Hashable, list[Hashable]] = {}
    for key, model in models.items():
        groups.setdefault(kind(model, objectives[key]), []).append(key)
    networks, reasons = [network for network, _ in groups], {}
    for (network, _), keys in groups.items():
        reason = hindrance(models[keys[0]])
        if len(keys) == 1 < len(models) and not reason and networks.count(network) > 1:
            reason = tr("each has an objective of its own")
        elif len(keys) == 1 < len(models) and not reason:
            reason = tr("their layers or settings differ")
        reasons[tuple(keys)] = reason
    return reasons


def _train_in_turn(runs, models, x, objectives, x_test, plan: Plan, progress: Progress) -> None:
    for key, model in models.items():
        given = model, _own(x, key), objectives[key], _own(x_test, key)
        runs[key] = train(*given, plan, progress)
        progress.base += plan.epochs
        if runs[key].stopped == "interrupted":
            break


def _train_stacked(runs, models, x, objectives, x_test, plan: Plan, progress: Progress) -> None:
    """One Adam and one order of batches for all, a curve for each."""
    stack, data = Stack(models, objectives), Data(x, models)
    probe(stack, data)
    test = None if x_test is None else Data(x_test, models)
    batches = islice(batch_order(len(data), plan.batch_size), plan.epochs)
    optimizer = adam(stack.trained.values(), plan.learning_rate, plan.weight_decay, axes=1)
    own, good = {key: Run(model) for key, model in models.items()}, stack.snapshot()
    try:
        for train_errors, test_errors in stack.epochs(data, test, batches, optimizer):
            finite = [each.detach().flatten(1).isfinite().all(1) for each in stack.trained.values()]
            train_errors = train_errors.where(torch.stack(finite).all(0), torch.nan)
            alive = _enter(list(own.values()), train_errors, test_errors)
            good = stack.snapshot(alive, good)
            progress.update(0, _summary(own, {}))
            progress.base += len(own)
            if not alive.any():
                break
    except KeyboardInterrupt:
        for run in own.values():
            run.stopped = run.stopped or "interrupted"
    stack.unstack(good)
    if stack.start is not None:
        for run, start in zip(own.values(), stack.start.tolist(), strict=True):
            run.start = start
    runs.update(own)


def _enter(runs: list[Run], train: Tensor, test: Tensor | None) -> Tensor:
    """Enter an epoch in the curves; which models (M,) are still trained."""
    finite = train.isfinite() if test is None else train.isfinite() & test.isfinite()
    for index, run in enumerate(runs):
        if not run.stopped and not finite[index]:
            run.stopped = "diverged"
        if not run.stopped:
            run.train_curve.append(train[index].item())
            run.test_curve += [] if test is None else [test[index].item()]
    return torch.tensor([not run.stopped for run in runs], device=train.device)


def _summary(runs: Mapping[Hashable, Run], reasons: Mapping[str, list[Hashable]]) -> str:
    """One line: models, epochs, the range of last errors, who ended early, what was not stacked."""
    every = runs.values()
    parts = [tr("{count} models", count=len(runs)) if len(runs) > 1 else tr("1 model")]
    parts += [tr("{count} epochs", count=max(len(run.train_curve) for run in every))]
    for name, curve in ((tr("train"), "train_curve"), (tr("test"), "test_curve")):
        last = [getattr(run, curve)[-1] for run in every if getattr(run, curve)]
        parts += [f"{name} {written(min(last))} - {written(max(last))}"] if last else []
    parts += [f"{key}: {run.why()}" for key, run in runs.items() if run.stopped == "diverged"][:3]
    parts += dict.fromkeys(run.warning() for run in every)
    parts += dict.fromkeys(run.why() for run in every if run.stopped == "interrupted")
    for reason, keys in reasons.items():
        if reason:
            told = tr("trained one after another: {reason}", reason=reason)
            parts.append(told if len(keys) == len(runs) else f"{len(keys)} {told}")
    return " · ".join(part for part in parts if part)
