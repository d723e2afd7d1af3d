"""fit_family: what it stacks, what it says, and how it ends; tests/test_same.py compares."""

import copy
import random
from functools import partial

import pytest
import torch
from learner import interrupting
from torch import nn
from torch.nn import functional as F

from aeteach import family
from aeteach.family import fit_family
from aeteach.models import Autoencoder, LinearAutoencoder, VariationalAutoencoder
from aeteach.objectives import denoising, mse, reconstruction, sparse, variational
from aeteach.stack import Data, Stack
from aeteach.training import fit

FAST = dict(epochs=5, batch_size=25, learning_rate=0.01)


class Climbing(LinearAutoencoder):
    """A linear autoencoder with a level that training raises; past 1 its objective is NaN."""

    def __init__(self, level, latent_size=3):
        super().__init__(12, latent_size)
        self.level = nn.Parameter(torch.tensor([float(level)]))


def climb(model, x):
    return mse(model(x), x) + 0.1 * (1 - model.level).sqrt().sum()


def averaging(model, x):
    z = model.encoder(x)
    return mse(model.decoder(z), x) + 0.3 * z.abs().mean()


def chosen(model, x):
    return mse(model(x.flip(1) if torch.rand(()) < 0.5 else x), x)


def restless(model, x):
    return mse(model(x * random.random()), x)


def alone(models, x, objective, x_test=None, **settings):
    """Each model trained by `fit`, from the same start and with the same batches."""
    return {
        key: fit(copy.deepcopy(model), x, objective, x_test, **FAST | settings)
        for key, model in models.items()
    }


def assert_same(runs, expected, **tolerance):
    tolerance = tolerance or dict(rtol=1e-6, atol=1e-9)
    assert list(runs) == list(expected)
    for key, run in runs.items():
        other = expected[key]
        torch.testing.assert_close(run.train_curve, other.train_curve, **tolerance)
        torch.testing.assert_close(run.test_curve, other.test_curve, **tolerance)
        torch.testing.assert_close(run.model.state_dict(), other.model.state_dict(), **tolerance)
        assert run.stopped == other.stopped and not run.model.training


@pytest.fixture
def sizes():
    return {k: Autoencoder(12, k, 20) for k in (1, 5, 3)}


@pytest.fixture
def passes(monkeypatch):
    """The keys of each stacked pass."""
    found, probe = [], family.probe

    def watching(stack, data):
        probe(stack, data)
        found.append(list(stack.models))

    monkeypatch.setattr(family, "probe", watching)
    return found


def test_stacked_equals_single_in_the_usual_precision(sizes, x, x_test, passes):
    expected = alone(sizes, x, reconstruction, x_test)
    runs = fit_family(sizes, x, reconstruction, x_test, **FAST)
    assert_same(runs, expected, rtol=1e-4, atol=1e-5)
    assert passes == [[1, 5, 3]] and all(runs[key].model is sizes[key] for key in sizes)
    assert all(run.train_curve[-1] < run.train_curve[0] for run in runs.values())


def test_batch_order_depends_on_the_seed_alone(sizes, x):
    curves = []
    for seed, drawn in ((9, 0), (9, 100), (10, 0)):
        torch.manual_seed(seed)
        torch.rand(drawn)
        curves.append(fit_family(copy.deepcopy(sizes), x, reconstruction, **FAST)[5].train_curve)
    assert curves[0] == curves[1] != curves[2]


def dropped(model, x):
    return mse(model(F.dropout(x, 0.3)), x)


def mixed(model, x):
    return mse(model(x[torch.randperm(len(x))]), x)


@pytest.mark.parametrize("objective", [denoising, dropped, mixed])
def test_noise_is_stacked_and_differs_between_models(objective, x, passes):
    twin = Autoencoder(12, 3, 20)
    runs = fit_family({"a": twin, "b": copy.deepcopy(twin)}, x, objective, **FAST)
    assert runs["a"].train_curve != runs["b"].train_curve and passes == [["a", "b"]]


def test_dropout_is_stacked_and_silent_in_evaluation(x, x_test, passes):
    models = {k: Autoencoder(12, k, 20, dropout=0.5) for k in (2, 4)}
    for run in fit_family(models, x, reconstruction, x_test, **FAST).values():
        expected = reconstruction(run.model, x_test).item()
        assert run.test_curve[-1] == pytest.approx(expected, rel=1e-4)
    assert passes == [[2, 4]]


def test_padding_of_a_variational_family_never_moves(x, x_test, passes, monkeypatch):
    models = {k: VariationalAutoencoder(12, k, 10 + k) for k in (2, 7, 4)}
    judge, counted = Stack.judge, []

    def watching(stack, data):
        for name, stacked in stack.trained.items():
            own = [model.get_parameter(name).numel() for model in stack.models.values()]
            full = stacked.detach().flatten(1).count_nonzero(1).tolist()
            counted.append(all(count <= size for count, size in zip(full, own, strict=True)))
        return judge(stack, data)

    monkeypatch.setattr(Stack, "judge", watching)
    fit_family(models, x, variational, x_test, **FAST, weight_decay=0.1)
    assert passes == [[2, 7, 4]] and len(counted) == 50 and all(counted)


GROUPS = {
    "depth": [nn.Sequential(nn.Linear(12, 12), *[nn.ReLU()] * n) for n in (1, 1, 2, 2)],
    "classes": [kind(12, k) for kind in (Autoencoder, LinearAutoencoder) for k in (2, 3)],
    "dropout": [Autoencoder(12, 3, 20, dropout=p) for p in (0.0, 0.0, 0.9, 0.9)],
    "frozen": [LinearAutoencoder(12, 3) for _ in range(4)],
}
for frozen in GROUPS["frozen"][2:]:
    frozen.encoder.requires_grad_(False)


@pytest.mark.parametrize("models", GROUPS.values(), ids=GROUPS)
def test_unlike_models_are_stacked_in_groups(models, x, passes):
    fit_family(dict(enumerate(copy.deepcopy(models))), x, reconstruction, **FAST)
    assert passes == [[0, 1], [2, 3]]


def test_objectives_are_grouped_by_their_function(sizes, x, passes):
    objectives = {1: partial(sparse, strength=1), 5: reconstruction, 3: partial(sparse, strength=2)}
    fit_family(sizes, x, objectives, **FAST)
    assert passes == [[1, 3]]


STACKED = "trained one after another: "
REASONS = {
    "averaging": (averaging, "the objective of 1 is not the same when stacked"),
    "a branch": (chosen, "the objective looks at a number, with .item(), float() or if"),
    "a draw": (restless, "the objective of 1 changes from call to call: it draws or counts"),
    "lambdas": (
        {k: lambda model, x, k=k: mse(model(x), x) for k in (1, 5, 3)},
        "each has an objective of its own",
    ),
}


@pytest.mark.parametrize("objective, reason", REASONS.values(), ids=REASONS)
def test_the_closing_line_says_why_a_family_is_not_stacked(objective, reason, sizes, x, shown):
    fit_family(sizes, x, objective, **FAST)
    (line,) = (entry["text/plain"] for entry in shown)
    assert line.startswith("3 models · 5 epochs · train ") and line.endswith(STACKED + reason)


def tricked(name):
    models = {k: Autoencoder(12, k, 20) for k in (2, 3)}
    for k, model in models.items():
        if name == "hook":
            model.encoder.register_forward_hook(lambda layer, given, z: z)
        elif name == "memory":
            model.encoder[0].bias.data = model.decoder[0].bias.data
        elif name == "buffer":
            model.encoder.append(nn.BatchNorm1d(k))
        elif name == "size":
            model.encoder.append(nn.LayerNorm(k))
        elif name == "setting":
            model.noisy = k == 2
    return models


TRICKS = {
    "hook": "a hook acts on one model at a time",
    "memory": "two weights share one memory",
    "buffer": "encoder.4.running_mean changes in training",
    "size": "normalized_shape is not the same in all models",
    "setting": "their layers or settings differ",
}


@pytest.mark.parametrize("name", TRICKS)
def test_the_closing_line_says_what_in_the_models_is_not_stacked(name, x, shown):
    fit_family(tricked(name), x, reconstruction, **FAST)
    assert shown[-1]["text/plain"].endswith(STACKED + TRICKS[name])


def test_an_objective_that_uses_a_model_of_the_family_is_not_stacked(sizes, x, shown):
    def imitating(model, x):
        return mse(model(x), x) + mse(model(x), sizes[3](x).detach())

    fit_family(sizes, x, imitating, **FAST)
    assert shown[-1]["text/plain"].endswith("the objective uses a model that it is not given")


class Limited(nn.Module):
    """A network whose setting also has a default in its class."""

    limit = 100

    def __init__(self, limit):
        super().__init__()
        self.limit, self.encoder, self.decoder = limit, nn.Linear(12, 3), nn.Linear(3, 12)

    def forward(self, x):
        return self.decoder((8 * self.encoder(x)).clamp(-self.limit, self.limit))


def towards_first(models):
    place = next(iter(models.values())).encoder[0].weight.detach()
    return lambda model, x: mse(model(x), x) + (model.encoder[0].weight - place).square().mean()


def own_noise(model, x):
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
    return mse(model(x + noise), x)


def reseeded(model, x):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return mse(model(x + torch.randn_like(x)), x)


def smallest_mean(model, x):
    mean, _ = model.encode(x)
    return variational(model, x) + 0.5 * (mean.amin(1) - 2).square().mean()


@pytest.mark.parametrize(
    "build, objective",
    [
        (lambda k: Limited(k), lambda models: reconstruction),
        (lambda k: Autoencoder(12, 3), towards_first),
        (lambda k: Autoencoder(12, 3), lambda models: own_noise),
        (lambda k: Autoencoder(12, 3), lambda models: reseeded),
        (lambda k: VariationalAutoencoder(12, k), lambda models: smallest_mean),
    ],
    ids=["default of a class", "view of a weight", "generator", "seed", "smallest of the codes"],
)
def test_what_only_looks_alike_is_trained_as_by_fit(build, objective, x, passes):
    torch.manual_seed(1)
    models = {k: build(k) for k in (2, 6)}
    twins = copy.deepcopy(models)
    torch.manual_seed(5)
    runs = fit_family(models, x, objective(models), quiet=True, **FAST)
    torch.manual_seed(5)
    alike = objective(twins)
    expected = {key: fit(twin, x, alike, quiet=True, **FAST) for key, twin in twins.items()}
    assert not passes
    assert_same(runs, expected)


def test_one_line_for_groups_of_which_some_are_stacked(sizes, x, x_test, shown):
    models = sizes | {"linear": LinearAutoencoder(12, 3)}
    runs = fit_family(models, x, reconstruction, x_test, **FAST)
    (line,) = (entry["text/plain"] for entry in shown)
    last = sorted(run.test_curve[-1] for run in runs.values())
    assert line.startswith("4 models · 5 epochs · train ")
    told = f"test {last[0]:.4f} - {last[-1]:.4f} · 1 {STACKED}their layers or settings differ"
    assert line.endswith(told)


def test_what_is_not_told(x, shown):
    fit_family({3: Autoencoder(12, 3)}, x, reconstruction, epochs=2)
    assert shown[0]["text/plain"].startswith("1 model · 2 epochs") and len(shown) == 1
    assert "another" not in shown[0]["text/plain"]
    fit_family({3: Autoencoder(12, 3), 2: Climbing(0)}, x, reconstruction, epochs=2, quiet=True)
    assert len(shown) == 1


@pytest.mark.parametrize("objective", [reconstruction, averaging])
def test_a_growing_error_is_told_as_in_fit(objective, sizes, x, shown):
    fit_family(sizes, x, objective, **FAST | dict(learning_rate=30))
    assert "the error has grown: a smaller learning_rate" in shown[-1]["text/plain"]


def test_a_diverging_model_stops_and_the_others_go_on(x, shown, passes):
    models = {"wild": Climbing(0.9), "calm": Climbing(-2, 5), "tame": Climbing(-1, 2)}
    models, x = {key: model.double() for key, model in models.items()}, x.double()
    settings = dict(epochs=9, batch_size=20, learning_rate=0.01)
    expected = alone(models, x, climb, **settings, quiet=True)
    runs = fit_family(models, x, climb, **settings)
    assert 1 <= len(runs["wild"].train_curve) < 9 == len(runs["calm"].train_curve)
    assert runs["wild"].stopped == "diverged" and passes == [["wild", "calm", "tame"]]
    assert_same(runs, expected)
    assert "wild: stopped" in shown[-1]["text/plain"]


def huge(model, x):
    return reconstruction(model, x) + 2e38


@pytest.mark.parametrize("tested", [False, True])
def test_large_errors_are_no_divergence_as_in_fit(tested, x, x_test, sizes, passes):
    test = x_test if tested else None
    runs = fit_family(sizes, x, huge, test, epochs=2, batch_size=20, quiet=True)
    run = fit(Autoencoder(12, 2), x, huge, test, epochs=2, batch_size=20, quiet=True)
    assert not run.stopped and not any(each.stopped for each in runs.values())
    assert runs[next(iter(runs))].train_curve == pytest.approx(run.train_curve)


def test_a_family_in_which_all_diverge_ends(x):
    models = {level: Climbing(level) for level in (0.9, 0.95)}
    runs = fit_family(models, x, climb, epochs=40, batch_size=20, learning_rate=0.01)
    assert all(run.stopped == "diverged" and len(run.train_curve) < 12 for run in runs.values())
    assert all(p.isfinite().all() for run in runs.values() for p in run.model.parameters())


@pytest.mark.parametrize("objective", [reconstruction, averaging])
def test_an_interrupt_returns_whole_epochs_and_stops_what_is_queued(objective, sizes, x, shown):
    models, x = {key: model.double() for key, model in sizes.items()}, x.double()
    models["queued"] = LinearAutoencoder(12, 3).double()
    start, settings = copy.deepcopy(models), dict(epochs=50, batch_size=20, learning_rate=0.01)
    runs = fit_family(models, x, interrupting(60, objective), **settings)
    assert list(runs) == [1, 5, 3, "queued"] and 4 <= len(runs[1].train_curve) < 20
    assert {run.stopped for run in runs.values()} == {"interrupted"}
    for key, run in runs.items():
        if done := len(run.train_curve):
            other = fit(start[key], x, objective, quiet=True, **settings | dict(epochs=done))
            torch.testing.assert_close(run.train_curve, other.train_curve)
        torch.testing.assert_close(run.model.state_dict(), start[key].state_dict())
    assert runs["queued"].train_curve == []
    told = "the next cells still run, press ■ again to stop them too"
    assert shown[-1]["text/plain"].count(told) == 1


def test_probing_is_not_noticed(sizes, x):
    before, drawn = copy.deepcopy(sizes), torch.get_rng_state()
    stack = Stack(sizes, dict.fromkeys(sizes, denoising))
    family.probe(stack, Data(x, sizes))
    assert torch.equal(torch.get_rng_state(), drawn)
    for key, model in sizes.items():
        torch.testing.assert_close(model.state_dict(), before[key].state_dict(), rtol=0, atol=0)


def test_data_shared_or_of_each_model(x):
    shared, own = Data(x, "ab"), Data({"b": x[:9], "a": 1 - x[:9]}, "ab")
    rows = torch.tensor([3, 1])
    assert (len(shared), len(own)) == (60, 9)
    assert torch.equal(shared.batch(rows), x[rows]) and torch.equal(shared.of(1), x)
    assert torch.equal(own.of(0), 1 - x[:9]) and torch.equal(own.batch(rows)[1], x[rows])
