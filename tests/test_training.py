"""fit: it learns, stops in time, keeps the last good model, and tells what happened."""

import copy
import math

import pytest
import torch
from learner import interrupting
from torch import nn

from aeteach.models import Autoencoder, LinearAutoencoder
from aeteach.objectives import denoising, mse, reconstruction
from aeteach.training import Run, adam, batch_order, fit, train_step

FAST = dict(epochs=12, batch_size=20, learning_rate=0.02, quiet=True)


class Climbing(nn.Module):
    """A linear autoencoder with a level that training raises; past 1 its objective is NaN."""

    def __init__(self, level=0.9):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(12, 3), nn.Linear(3, 12)
        self.level = nn.Parameter(torch.tensor([float(level)]))

    def forward(self, x):
        return self.decoder(self.encoder(x))


def climb(model, x):
    return mse(model(x), x) + 0.1 * (1 - model.level).sqrt().sum()


@pytest.fixture
def model():
    return Autoencoder(12, 3, 20)


def state_of(model):
    return copy.deepcopy(model.state_dict())


def equal_states(one, other, **tolerance):
    torch.testing.assert_close(one, other, **tolerance or dict(rtol=0, atol=0))


def test_it_learns(model, x, x_test):
    run = fit(model, x, reconstruction, x_test, **FAST | dict(epochs=40))
    assert run.train_curve[-1] < 0.2 * run.train_curve[0]
    assert len(run.train_curve) == len(run.test_curve) == 40
    assert run.stopped == "" and run.model is model and not model.training


def test_the_test_curve_is_the_objective_at_the_end_of_each_epoch(model, x, x_test):
    run = fit(model, x, reconstruction, x_test, **FAST)
    assert run.test_curve[-1] == pytest.approx(reconstruction(model, x_test).item())


def test_the_train_curve_is_the_mean_of_the_steps(x):
    model = LinearAutoencoder(12, 3)
    twin = copy.deepcopy(model)
    run = fit(model, x, reconstruction, epochs=1, batch_size=25, learning_rate=0.01)
    optimizer = torch.optim.Adam(twin.parameters(), 0.01)
    batches = next(batch_order(60, 25))
    losses = [train_step(twin, x[rows], reconstruction, optimizer) for rows in batches]
    assert [len(rows) for rows in batches] == [25, 25, 10]
    assert run.train_curve == pytest.approx([sum(losses) / 3])
    equal_states(model.state_dict(), twin.state_dict(), rtol=1e-5, atol=1e-7)


def test_train_step_is_a_step_by_hand(x):
    model = LinearAutoencoder(12, 3)
    twin = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), 0.3)
    for _ in range(2):
        returned = train_step(model, x, reconstruction, optimizer)
        loss = mse(twin(x), x)
        slopes = torch.autograd.grad(loss, list(twin.parameters()))
        with torch.no_grad():
            for parameter, slope in zip(twin.parameters(), slopes, strict=True):
                parameter -= 0.3 * slope
        assert isinstance(returned, float) and returned == pytest.approx(loss.item())
    equal_states(model.state_dict(), twin.state_dict(), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("weight_decay", [0.0, 0.5])
def test_weight_decay_is_that_of_adamw_and_spares_biases(weight_decay, x):
    model = LinearAutoencoder(12, 3)
    twin = copy.deepcopy(model)
    fit(model, x, reconstruction, epochs=3, batch_size=25, weight_decay=weight_decay)
    weights, biases = ([p for p in twin.parameters() if p.dim() == n] for n in (2, 1))
    groups = [dict(params=weights, weight_decay=weight_decay), dict(params=biases)]
    optimizer = torch.optim.AdamW(groups, 2e-3, weight_decay=0, fused=False)
    order = batch_order(60, 25)
    for _ in range(3):
        for rows in next(order):
            train_step(twin, x[rows], reconstruction, optimizer)
    equal_states(model.state_dict(), twin.state_dict(), rtol=1e-4, atol=1e-7)


def test_stacked_biases_are_told_by_their_axes():
    shapes = {"weight": (4, 3, 2), "bias": (4, 3)}
    stacked = [nn.Parameter(torch.ones(shape)) for shape in shapes.values()]
    weights, biases = adam(stacked, 0.1, 0.5, axes=1).param_groups
    assert [len(group["params"]) for group in (weights, biases)] == [1, 1]
    assert weights["params"][0] is stacked[0] and biases["weight_decay"] == 0


def test_data_are_not_altered(model, x, x_test):
    before = x.clone(), x_test.clone()
    fit(model, x, lambda model, x: mse(model(x.clamp_(0.4, 0.6)), x), x_test, **FAST)
    assert torch.equal(x, before[0]) and torch.equal(x_test, before[1])


def test_batches_cover_every_row_once_in_a_fresh_order():
    order = batch_order(23, 10)
    first, second = torch.cat(next(order)), torch.cat(next(order))
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(23))
    assert first.tolist() != second.tolist() and first.tolist() != list(range(23))


def test_batch_order_depends_on_the_seed_alone():
    torch.manual_seed(3)
    first = torch.cat(next(batch_order(23, 10)))
    torch.rand(100)
    assert torch.equal(first, torch.cat(next(batch_order(23, 10))))
    torch.manual_seed(4)
    assert not torch.equal(first, torch.cat(next(batch_order(23, 10))))


def test_a_training_can_be_repeated(x):
    curves = []
    for _ in range(2):
        torch.manual_seed(7)
        curves.append(fit(Autoencoder(12, 3, 20), x, denoising, **FAST).train_curve)
    assert curves[0] == curves[1]


def test_the_learners_objective_is_the_one_that_is_called(model, x):
    pushed = fit(model, x, lambda model, x: mse(model(x), 1 - x), **FAST | dict(epochs=60))
    assert pushed.train_curve[-1] < 0.3 * pushed.train_curve[0]
    assert mse(model(x), 1 - x) < mse(model(x), x)


def test_training_is_in_training_mode_and_judging_is_not(x, x_test):
    modes = {len(x_test): set(), 20: set()}

    def watching(model, x):
        modes.setdefault(len(x), set()).add(model.training)
        return reconstruction(model, x)

    fit(Autoencoder(12, 3, 20, dropout=0.2), x, watching, x_test, **FAST | dict(epochs=2))
    assert modes[20] == {True} and modes[len(x_test)] == {False}


def curve_from(values, x_test):
    """An objective with an x_test curve of these `values`; states at each judgement."""
    states, curve = [], iter(values)

    def objective(model, x):
        if len(x) != len(x_test):
            return reconstruction(model, x)
        states.append(state_of(model))
        return torch.tensor(next(curve))

    return objective, states


def test_early_stopping_puts_the_best_model_back(model, x, x_test):
    objective, states = curve_from([5.0, 3.0, 4.0, 2.0, 2.5, 2.0, 9.0, 1.0], x_test)
    run = fit(model, x, objective, x_test, patience=3, **FAST)
    assert run.test_curve == [5.0, 3.0, 4.0, 2.0, 2.5, 2.0, 9.0]
    assert run.stopped == "early"
    equal_states(model.state_dict(), states[3])
    assert not model.training


def test_patience_waits_as_long_as_it_says(model, x, x_test):
    objective, states = curve_from([1.0, 2.0, 3.0], x_test)
    run = fit(model, x, objective, x_test, patience=1, **FAST)
    assert run.test_curve == [1.0, 2.0]
    equal_states(model.state_dict(), states[0])


def test_without_patience_training_goes_on(model, x, x_test):
    objective, _ = curve_from([1.0] + [2.0] * 11, x_test)
    run = fit(model, x, objective, x_test, **FAST)
    assert len(run.test_curve) == 12 and run.stopped == ""


def test_nan_keeps_exactly_the_model_of_the_epoch_before(x):
    model = Climbing()
    twin = copy.deepcopy(model)
    run = fit(model, x, climb, epochs=30, batch_size=20, learning_rate=0.01)
    assert 2 <= len(run.train_curve) < 30 and all(map(math.isfinite, run.train_curve))
    assert run.stopped == "diverged" and not model.training
    assert f"in epoch {len(run.train_curve) + 1};" in run.summary()
    fit(twin, x, climb, epochs=len(run.train_curve), batch_size=20, learning_rate=0.01)
    equal_states(model.state_dict(), twin.state_dict())


def test_nan_on_the_test_data_ends_training(model, x, x_test):
    objective, states = curve_from([1.0, 2.0, math.nan], x_test)
    run = fit(model, x, objective, x_test, **FAST)
    assert run.test_curve == [1.0, 2.0] and len(run.train_curve) == 2
    assert "in epoch 3;" in run.why()
    equal_states(model.state_dict(), states[1])


def test_nan_with_patience_goes_back_to_the_best(model, x, x_test):
    objective, states = curve_from([2.0, 1.0, 3.0, math.nan], x_test)
    run = fit(model, x, objective, x_test, patience=5, **FAST)
    assert run.stopped == "diverged"
    equal_states(model.state_dict(), states[1])


@pytest.mark.parametrize("buffer", ["kept", "changed", "replaced"])
def test_an_interrupt_returns_the_model_of_the_last_whole_epoch(buffer, x, x_test):
    class Counting(LinearAutoencoder):
        def forward(self, x):
            if self.training and buffer == "changed":
                self.level.add_(0.01)
            elif self.training and buffer == "replaced":
                self.level = self.level + 0.01
            return super().forward(x) + self.level

    model = Counting(12, 3)
    model.register_buffer("level", torch.zeros(()), persistent=False)
    run = fit(model, x, interrupting(31), x_test, **FAST)
    assert 4 <= len(run.train_curve) < 12
    assert run.stopped == "interrupted" and "press ■ again" in run.summary()
    assert reconstruction(model, x_test).item() == pytest.approx(run.test_curve[-1])


def test_an_interrupt_before_the_first_epoch_is_over(model, x):
    before = state_of(model)
    run = fit(model, x, interrupting(4), **FAST)
    assert run.train_curve == [] and run.summary().startswith("0 epochs · interrupted")
    equal_states(model.state_dict(), before)


def test_summary_tells_epochs_errors_and_why_it_ended():
    assert Run(None, [0.5, 0.25]).summary() == "2 epochs · train 0.2500"
    run = Run(None, [0.5, 0.25], [0.75, 0.123456], "early")
    told = "2 epochs · train 0.2500 · test 0.1235 · stopped early, the best model is kept"
    assert run.summary() == told and repr(run) == f"Run({told})"


def test_the_closing_line_is_the_summary(model, x, shown):
    run = fit(model, x, reconstruction, epochs=2)
    assert [entry["text/plain"] for entry in shown] == [run.summary()]


def test_quiet_shows_nothing(model, x, shown):
    fit(model, x, reconstruction, **FAST)
    assert shown == []


def test_large_errors_are_written_short_and_growth_is_told():
    run = Run(None, [0.1, 1.5e33], [2.0, 4000.0])
    assert "train 1.5e+33 · test 4e+03" in run.summary()
    assert "the error has grown: a smaller learning_rate usually helps" in run.summary()
    assert Run(None, [0.1, 0.9]).warning() == ""


def test_an_error_that_grows_within_the_first_epoch_is_told(model, x):
    run = fit(model, x, reconstruction, **FAST | dict(learning_rate=30, epochs=1))
    assert run.train_curve[0] > 10 * run.start and "grown" in run.summary()
