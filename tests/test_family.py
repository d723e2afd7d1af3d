"""fit_family: many models in one pass, each as if it were trained alone."""

import copy
from functools import partial

import pytest
import torch
from learner import interrupting
from torch import nn

from aeteach import family
from aeteach.family import fit_family
from aeteach.models import Autoencoder, LinearAutoencoder, VariationalAutoencoder
from aeteach.objectives import denoising, mse, reconstruction, sparse, variational
from aeteach.stack import CannotStack, Data, Stack, kind
from aeteach.training import fit

FAST = dict(epochs=5, batch_size=25, learning_rate=0.01)
CLOSE = dict(rtol=1e-6, atol=1e-9)


class Climbing(nn.Module):
    """A linear autoencoder with a level that training raises; past 1 its objective is NaN."""

    def __init__(self, level, latent_size=3):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(12, latent_size), nn.Linear(latent_size, 12)
        self.level = nn.Parameter(torch.tensor([float(level)]))

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Normed(nn.Module):
    def __init__(self, latent_size):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(12, latent_size), nn.BatchNorm1d(latent_size))
        self.decoder = nn.Linear(latent_size, 12)

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Deep(Autoencoder):
    def __init__(self, layers):
        super().__init__(12, 3, 20)
        middle = [part for _ in range(layers) for part in (nn.Linear(3, 3), nn.ReLU())]
        self.encoder.extend(middle)


def climb(model, x):
    return mse(model(x), x) + 0.1 * (1 - model.level).sqrt().sum()


def averaging(model, x):
    z = model.encoder(x)
    return mse(model.decoder(z), x) + 0.3 * z.abs().mean()


def doubled(models):
    """Models and data in double precision, so that only mistakes make a difference."""
    return {key: model.double() for key, model in models.items()}


def alone(models, x, objective, x_test=None, **settings):
    """Each model trained by `fit`, from the same start and with the same batches."""
    data = x if isinstance(x, dict) else dict.fromkeys(models, x)
    test = x_test if isinstance(x_test, dict) else dict.fromkeys(models, x_test)
    return {
        key: fit(copy.deepcopy(model), data[key], objective, test[key], **FAST | settings)
        for key, model in models.items()
    }


def assert_same(runs, expected, **tolerance):
    assert list(runs) == list(expected)
    tolerance = tolerance or CLOSE
    for key, run in runs.items():
        other = expected[key]
        torch.testing.assert_close(run.train_curve, other.train_curve, **tolerance)
        torch.testing.assert_close(run.test_curve, other.test_curve, **tolerance)
        torch.testing.assert_close(run.model.state_dict(), other.model.state_dict(), **tolerance)
        assert run.stopped == other.stopped and not run.model.training


@pytest.fixture
def stacked_only(monkeypatch):
    """Fails when a family is trained one after another."""

    def refused(*_, **__):
        raise AssertionError("trained one after another")

    monkeypatch.setattr(family, "fit", refused)


@pytest.fixture
def sizes():
    return {k: Autoencoder(12, k, 20) for k in (1, 5, 3)}


@pytest.fixture
def stacks(monkeypatch):
    """The Stack objects that fit_family builds."""
    built = []

    class Watched(Stack):
        def __init__(self, *args):
            super().__init__(*args)
            built.append(self)

    monkeypatch.setattr(family, "Stack", Watched)
    return built


def padding_of(stack):
    """Everything in the stack's parameters that belongs to no model."""
    rest = []
    for name, stacked in stack.parameters.items():
        for place, model in zip(stacked.detach().clone(), stack.models.values(), strict=True):
            place[tuple(slice(size) for size in model.get_parameter(name).shape)] = 0
            rest.append(place.flatten())
    return torch.cat(rest)


@pytest.mark.parametrize("objective", [reconstruction, sparse])
def test_stacked_equals_single(objective, sizes, x, x_test, stacked_only):
    models, x, x_test = doubled(sizes), x.double(), x_test.double()
    expected = alone(models, x, objective, x_test)
    runs = fit_family(models, x, objective, x_test, **FAST)
    assert_same(runs, expected)
    assert all(run.train_curve[-1] < run.train_curve[0] for run in runs.values())


def test_stacked_equals_single_in_the_usual_precision(sizes, x, x_test, stacked_only):
    expected = alone(sizes, x, reconstruction, x_test)
    runs = fit_family(sizes, x, reconstruction, x_test, **FAST)
    assert_same(runs, expected, rtol=1e-4, atol=1e-5)


def test_widths_and_latent_sizes_may_be_mixed(x, stacked_only):
    models = doubled({(k, h): Autoencoder(12, k, h) for k, h in ((2, 31), (7, 16), (4, 20))})
    expected = alone(models, x.double(), sparse)
    assert_same(fit_family(models, x.double(), sparse, **FAST), expected)


def test_linear_models_and_weight_decay(x, stacked_only):
    models = doubled({k: LinearAutoencoder(12, k) for k in (2, 6)})
    expected = alone(models, x.double(), reconstruction, weight_decay=0.3)
    assert_same(fit_family(models, x.double(), reconstruction, weight_decay=0.3, **FAST), expected)


def test_an_output_activation_and_dropout_of_zero(x, stacked_only):
    models = {k: Autoencoder(12, k, 20, nn.Sigmoid, dropout=0.0) for k in (2, 5)}
    expected = alone(doubled(models), x.double(), reconstruction)
    assert_same(fit_family(models, x.double(), reconstruction, **FAST), expected)


@pytest.mark.parametrize("own_test", [True, False])
def test_each_model_may_have_its_own_data(own_test, x, x_test, stacked_only):
    models = doubled({k: Autoencoder(12, k, 20) for k in (4, 2)})
    data = {2: 1 - x.double(), 4: x.double()}
    test = {2: x_test.double(), 4: 1 - x_test.double()} if own_test else x_test.double()
    expected = alone(models, data, reconstruction, test)
    assert_same(fit_family(models, data, reconstruction, test, **FAST), expected)


def test_shared_data_and_test_data_of_their_own(x, x_test, stacked_only):
    models = doubled({k: Autoencoder(12, k, 20) for k in (4, 2)})
    test = {2: x_test.double(), 4: 1 - x_test.double()}
    expected = alone(models, x.double(), reconstruction, test)
    assert_same(fit_family(models, x.double(), reconstruction, test, **FAST), expected)


def test_one_model_is_a_family_too(x):
    models = doubled({"only": Autoencoder(12, 3, 20)})
    expected = alone(models, x.double(), reconstruction)
    assert_same(fit_family(models, x.double(), reconstruction, **FAST), expected)


def test_the_models_given_are_the_ones_trained(sizes, x):
    before = copy.deepcopy(sizes)
    runs = fit_family(sizes, x, reconstruction, **FAST)
    for key, model in sizes.items():
        assert runs[key].model is model
        pairs = zip(model.parameters(), before[key].parameters(), strict=True)
        assert all(not torch.equal(now, then) for now, then in pairs)


def test_batch_order_depends_on_the_seed_alone(sizes, x):
    curves = []
    for drawn in (0, 100):
        torch.manual_seed(9)
        torch.rand(drawn)
        runs = fit_family(copy.deepcopy(sizes), x, reconstruction, **FAST)
        curves.append(runs[5].train_curve)
    torch.manual_seed(10)
    curves.append(fit_family(copy.deepcopy(sizes), x, reconstruction, **FAST)[5].train_curve)
    assert curves[0] == curves[1] != curves[2]


def test_noise_is_stacked_and_differs_between_models(x, stacked_only):
    twin = Autoencoder(12, 3, 20)
    models = {"a": twin, "b": copy.deepcopy(twin)}
    runs = fit_family(models, x, denoising, **FAST)
    assert runs["a"].train_curve != runs["b"].train_curve
    assert all(run.train_curve[-1] < run.train_curve[0] for run in runs.values())


def test_dropout_is_stacked_and_silent_in_evaluation(x, x_test, stacked_only):
    models = {k: Autoencoder(12, k, 20, dropout=0.5) for k in (2, 4)}
    runs = fit_family(models, x, reconstruction, x_test, **FAST)
    for run in runs.values():
        expected = reconstruction(run.model, x_test).item()
        assert run.test_curve[-1] == pytest.approx(expected, rel=1e-4)


def test_padding_of_a_variational_family_never_moves(x, x_test, stacks, stacked_only, monkeypatch):
    models = {k: VariationalAutoencoder(12, k, 10 + k) for k in (2, 7, 4)}
    before, seen = copy.deepcopy(models), []
    judge = Stack.judge

    def watching(stack, data):
        seen.append(padding_of(stack))
        return judge(stack, data)

    monkeypatch.setattr(Stack, "judge", watching)
    fit_family(models, x, variational, x_test, **FAST, weight_decay=0.1)
    assert len(seen) == 5 and len(seen[0]) > 500
    assert all((padding == 0).all() for padding in seen)
    for key, model in models.items():
        pairs = zip(model.parameters(), before[key].parameters(), strict=True)
        assert all((now != then).any() for now, then in pairs)


def test_a_variational_family_without_noise_equals_single(x, stacked_only):
    def still(model, x):
        mean, log_variance = model.encode(x)
        divergence = (mean**2 + log_variance.exp() - log_variance - 1).sum(1) / 2
        return mse(model.decoder(mean), x) + divergence.mean() / 12

    models = doubled({k: VariationalAutoencoder(12, k, 10 + k) for k in (2, 7)})
    expected = alone(models, x.double(), still)
    assert_same(fit_family(models, x.double(), still, **FAST), expected)


def test_an_objective_that_sees_the_padding_is_noticed(sizes, x, x_test, shown):
    models = doubled(sizes)
    expected = alone(models, x.double(), averaging, x_test.double(), quiet=True)
    runs = fit_family(models, x.double(), averaging, x_test.double(), **FAST)
    assert_same(runs, expected)
    last = shown[-1]["text/plain"]
    assert "trained one after another: the objective of 1 is not the same when stacked" in last


@pytest.mark.parametrize("noisy", [0.2, 0.0])
def test_averaging_is_noticed_through_noise(noisy, sizes, x, shown):
    def both(model, x):
        return averaging(model, x + noisy * torch.randn_like(x))

    fit_family(sizes, x, both, **FAST)
    assert "one after another" in shown[-1]["text/plain"]


UNLIKE = {
    "depth": {n: Deep(n) for n in (1, 2)},
    "classes": {"a": Autoencoder(12, 3), "b": LinearAutoencoder(12, 3)},
    "output": {"a": Autoencoder(12, 3), "b": Autoencoder(12, 3, output=nn.Sigmoid)},
    "pairs": {(n, i): Deep(n) for n in (1, 2) for i in "ab"},
}


@pytest.mark.parametrize("models", UNLIKE.values(), ids=UNLIKE.keys())
def test_unlike_models_are_trained_in_groups(models, x, x_test):
    models = doubled(copy.deepcopy(models))
    expected = alone(models, x.double(), reconstruction, x_test.double())
    assert_same(
        fit_family(models, x.double(), reconstruction, x_test.double(), **FAST), expected
    )


def test_dropout_rates_stay_apart(x):
    rates = {(p, i): Autoencoder(12, 3, 20, dropout=p) for p in (0.0, 0.9) for i in "ab"}
    assert {kind(m, reconstruction) for m in rates.values()}.__len__() == 2
    runs = fit_family(rates, x, reconstruction, **FAST)
    calm, hampered = (max(runs[p, i].train_curve[-1] for i in "ab") for p in (0.0, 0.9))
    assert calm < hampered


def test_a_layer_without_sizes_keeps_its_whole_numbers(x):
    class Keep(nn.Module):
        def __init__(self, count):
            super().__init__()
            self.count = count

        def forward(self, z):
            return z[:, : self.count].repeat(1, 4)[:, :4]

    models = {count: Autoencoder(12, 4, 20) for count in (1, 3)}
    for count, model in models.items():
        model.encoder.append(Keep(count))
    expected = alone(doubled(models), x.double(), reconstruction)
    assert_same(fit_family(models, x.double(), reconstruction, **FAST), expected)


@pytest.mark.parametrize("model", [Normed(4), Normed(2)])
def test_batchnorm_is_trained_one_after_another(model, x, shown):
    fit_family({k: copy.deepcopy(model) for k in "ab"}, x, reconstruction, **FAST)
    assert "trained one after another: BatchNorm" in shown[-1]["text/plain"]


def strengths(models):
    return {key: partial(sparse, strength=0.02 * (i + 1)) for i, key in enumerate(models)}


def test_an_objective_for_each_key_is_stacked_by_its_numbers(sizes, x, x_test, stacked_only):
    models = doubled(sizes)
    objectives = strengths(models)
    expected = {}
    for key, model in models.items():
        expected |= alone({key: model}, x.double(), objectives[key], x_test.double())
    runs = fit_family(models, x.double(), objectives, x_test.double(), **FAST)
    assert_same(runs, expected, rtol=1e-5, atol=1e-7)


def test_objectives_of_other_functions_are_trained_in_groups(sizes, x):
    models = doubled(sizes)
    functions = [reconstruction, sparse, partial(sparse, strength=0.1)]
    objectives = dict(zip(models, functions * len(models), strict=False))
    expected = {}
    for key, model in models.items():
        expected |= alone({key: model}, x.double(), objectives[key])
    assert_same(fit_family(models, x.double(), objectives, **FAST), expected, rtol=1e-5, atol=1e-7)


def test_a_key_without_objective_is_named(sizes, x):
    objectives = strengths(sizes)
    missing = list(objectives)[1]
    del objectives[missing]
    with pytest.raises(ValueError, match=rf"no objective for \[{missing}\]"):
        fit_family(sizes, x, objectives, **FAST)


def test_batchnorm_trained_one_after_another_equals_single(x, x_test, shown):
    models = doubled({k: Normed(k) for k in (2, 4)})
    expected = alone(models, x.double(), reconstruction, x_test.double(), quiet=True)
    runs = fit_family(models, x.double(), reconstruction, x_test.double(), **FAST)
    assert_same(runs, expected)


def test_what_vmap_cannot_do_is_trained_one_after_another(sizes, x, shown):
    def branching(model, x):
        error = reconstruction(model, x)
        return error if error.item() > 0 else 2 * error

    models = doubled(sizes)
    expected = alone(models, x.double(), branching, quiet=True)
    assert_same(fit_family(models, x.double(), branching, **FAST), expected)
    assert "trained one after another: " in shown[-1]["text/plain"]


def test_the_closing_line_of_a_stacked_family(sizes, x, x_test, shown):
    runs = fit_family(sizes, x, reconstruction, x_test, **FAST)
    (line,) = (entry["text/plain"] for entry in shown)
    last = sorted(run.test_curve[-1] for run in runs.values())
    assert line.startswith("3 models · 5 epochs · train ")
    assert line.endswith(f"test {last[0]:.4f} - {last[-1]:.4f}")


def test_quiet_shows_nothing(sizes, x, shown):
    fit_family(sizes, x, reconstruction, quiet=True, **FAST)
    assert shown == []


def test_a_diverging_model_stops_and_the_others_go_on(x, shown, stacked_only):
    models = doubled({"wild": Climbing(0.9), "calm": Climbing(-2, 5), "tame": Climbing(-1, 2)})
    settings = dict(epochs=9, batch_size=20, learning_rate=0.01)
    expected = alone(models, x.double(), climb, **settings, quiet=True)
    runs = fit_family(models, x.double(), climb, **settings)
    assert 1 <= len(runs["wild"].train_curve) < 9
    assert "finite" in runs["wild"].stopped and len(runs["calm"].train_curve) == 9
    assert all(p.isfinite().all() for run in runs.values() for p in run.model.parameters())
    assert_same(runs, expected)
    assert "wild: stopped" in shown[-1]["text/plain"]


def test_a_family_in_which_all_diverge_ends(x, stacked_only):
    models = {level: Climbing(level) for level in (0.9, 0.95)}
    runs = fit_family(models, x, climb, epochs=40, batch_size=20, learning_rate=0.01)
    assert all("finite" in run.stopped and len(run.train_curve) < 12 for run in runs.values())
    assert all(p.isfinite().all() for run in runs.values() for p in run.model.parameters())


def test_an_interrupt_returns_the_last_whole_epoch(sizes, x, stacked_only):
    models = doubled(sizes)
    start = copy.deepcopy(models)
    settings = dict(epochs=50, batch_size=20, learning_rate=0.01)
    runs = fit_family(models, x.double(), interrupting(30), **settings)
    done = len(runs[5].train_curve)
    assert 4 <= done < 12 and all(r.stopped.startswith("interrupted") for r in runs.values())
    expected = alone(start, x.double(), reconstruction, **settings | dict(epochs=done))
    for key, run in runs.items():
        torch.testing.assert_close(run.train_curve, expected[key].train_curve, **CLOSE)
        state, other = run.model.state_dict(), expected[key].model.state_dict()
        torch.testing.assert_close(state, other, **CLOSE)


def test_one_interrupt_ends_a_family_trained_one_after_another(sizes, x, shown):
    untouched = copy.deepcopy(sizes[3].state_dict())
    objective = interrupting(30, averaging)
    runs = fit_family(sizes, x, objective, epochs=12, batch_size=20)
    assert list(runs) == [1, 5, 3]
    assert all(run.stopped.startswith("interrupted") for run in runs.values())
    assert 0 < len(runs[1].train_curve) < 12 and runs[3].train_curve == []
    torch.testing.assert_close(sizes[3].state_dict(), untouched, rtol=0, atol=0)


def test_the_largest_model_decides_no_shape(x, stacks):
    models = {"wide": Autoencoder(12, 2, 40), "open": Autoencoder(12, 9, 10)}
    fit_family(models, x, reconstruction, **FAST)
    (stack,) = stacks
    shapes = {name: tuple(stacked.shape) for name, stacked in stack.parameters.items()}
    assert shapes["encoder.3.weight"] == (2, 9, 40)
    assert shapes["decoder.0.weight"] == (2, 40, 9)


def test_probe_leaves_random_numbers_alone(sizes, x):
    stack = Stack(sizes, dict.fromkeys(sizes, denoising))
    drawn = torch.get_rng_state()
    stack.probe(Data(x, sizes))
    assert torch.equal(torch.get_rng_state(), drawn)


def test_probe_names_the_model(sizes, x):
    with pytest.raises(CannotStack, match="objective of 1 "):
        Stack(sizes, dict.fromkeys(sizes, averaging)).probe(Data(x, sizes))


def test_losses_of_a_stack_are_those_of_its_models(sizes, x):
    stack = Stack(sizes, dict.fromkeys(sizes, sparse))
    expected = torch.stack([sparse(model, x) for model in sizes.values()])
    torch.testing.assert_close(stack.losses(x, None), expected)


def test_data_shared_or_of_each_model(x):
    shared, own = Data(x, "ab"), Data({"b": x[:9], "a": 1 - x[:9]}, "ab")
    assert (len(shared), len(own)) == (60, 9)
    rows = torch.tensor([3, 1])
    assert torch.equal(shared.batch(rows), x[rows]) and torch.equal(shared.of(1), x)
    assert own.batch(rows).shape == (2, 2, 12)
    assert torch.equal(own.of(0), 1 - x[:9]) and torch.equal(own.batch(rows)[1], x[rows])


def test_one_model_is_told_in_the_singular(x, shown):
    fit_family({3: Autoencoder(12, 3)}, x, reconstruction, epochs=2)
    assert shown[0]["text/plain"].startswith("1 model · 2 epochs")
