"""What a training refuses: each message names the value and the remedy."""

import copy
import math

import pytest
import torch
from torch import nn

from aeteach.checks import check_objective
from aeteach.family import fit_family
from aeteach.models import Autoencoder, LinearAutoencoder
from aeteach.objectives import mse, reconstruction
from aeteach.training import fit


def train_one(model, x, objective=reconstruction, x_test=None, **settings):
    return fit(model, x, objective, x_test, **{"epochs": 1, "batch_size": 20} | settings)


def train_family(model, x, objective=reconstruction, x_test=None, **settings):
    models = {"a": model, "b": copy.deepcopy(model)}
    return fit_family(models, x, objective, x_test, **{"epochs": 1, "batch_size": 20} | settings)


both = pytest.mark.parametrize("train", [train_one, train_family])


class Narrow(nn.Module):
    """An autoencoder that gives back fewer values than it takes."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(12, 3), nn.Linear(3, 9)

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Empty(LinearAutoencoder):
    def __init__(self):
        super().__init__(12, 3)
        self.encoder, self.decoder = nn.Linear(12, 0), nn.Linear(0, 12)


@pytest.fixture
def model():
    return Autoencoder(12, 3, 20)


@both
@pytest.mark.parametrize("name", ["epochs", "batch_size"])
@pytest.mark.parametrize("value", [0, -5, 2.5, "3", None])
def test_counts_are_whole_numbers_of_one_or_more(train, name, value, model, x):
    with pytest.raises(ValueError, match=f"{name} is .*whole number, at least 1") as refused:
        train(model, x, **{name: value})
    assert repr(value) in str(refused.value)


@both
@pytest.mark.parametrize("value", [0, -0.1, math.nan, math.inf])
def test_the_learning_rate_is_above_zero(train, value, model, x):
    with pytest.raises(ValueError, match=f"learning_rate is {value}; it must be above 0"):
        train(model, x, learning_rate=value)


@both
@pytest.mark.parametrize("value", [-1e-3, math.nan, math.inf])
def test_weight_decay_is_not_negative(train, value, model, x):
    with pytest.raises(ValueError, match=f"weight_decay is {value}; it must be 0 or more"):
        train(model, x, weight_decay=value)


@both
@pytest.mark.parametrize("shape", [(0, 12), (12,), ()])
def test_data_needs_examples(train, shape, model):
    with pytest.raises(ValueError, match=r"x is \(.*tensor of shape \(N, n\)"):
        train(model, torch.zeros(shape))


@both
def test_data_is_a_tensor(train, model):
    with pytest.raises(ValueError, match="x is list; it must be a tensor"):
        train(model, [[0.0] * 12] * 4)


@both
@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("which", ["x", "x_test"])
def test_data_is_finite(train, value, which, model, x, x_test):
    data = {"x": x, "x_test": x_test}
    data[which][5, 7] = value
    with pytest.raises(ValueError, match=f"{which} holds NaN or infinite values; remove"):
        train(model, **data)


@both
@pytest.mark.parametrize("shape", [(0, 12), (12,)])
def test_test_data_needs_examples(train, shape, model, x):
    with pytest.raises(ValueError, match=r"x_test is \(.*N >= 1"):
        train(model, x, x_test=torch.zeros(shape))


@both
def test_test_data_has_the_size_of_the_data(train, model, x):
    with pytest.raises(ValueError, match=r"x_test has .* shape \(11,\), x of shape \(12,\)"):
        train(model, x, x_test=x[:, :11])


@both
def test_the_input_size_is_that_of_the_data(train, x):
    with pytest.raises(ValueError, match=r"cannot take .*\(12,\).*input_size must be 12"):
        train(Autoencoder(11, 3), x)


@both
def test_the_output_has_the_size_of_the_input(train, x):
    with pytest.raises(ValueError, match=r"returns \(9,\) .* \(12,\); the last layer of its dec"):
        train(Narrow(), x, lambda model, x: mse(model(x), x[:, :9]))


@both
@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
def test_an_empty_layer_is_named(train, x):
    with pytest.raises(ValueError, match="encoder.weight has size 0; every size, latent_size too"):
        train(Empty(), x)


@both
def test_an_objective_of_many_numbers(train, model, x):
    with pytest.raises(ValueError, match=r"shape \(2, 12\); it must return one number: add .mean"):
        train(model, x, lambda model, x: (model(x) - x) ** 2)


@both
@pytest.mark.parametrize("value", [0.25, None, "low"])
def test_an_objective_without_a_tensor(train, value, model, x):
    with pytest.raises(TypeError, match="the objective returned .*must return a tensor") as refused:
        train(model, x, lambda model, x: value)
    assert repr(value) in str(refused.value)


@both
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_an_objective_that_is_not_finite(train, value, model, x):
    with pytest.raises(ValueError, match=f"the objective is {value} before training; look for"):
        train(model, x, lambda model, x: mse(model(x), x) + float(value))


@both
def test_an_error_of_the_objective_is_the_learners_own(train, model, x):
    def broken(model, x):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        train(model, x, broken)


@both
def test_a_refused_training_leaves_the_model_as_it_was(train, model, x):
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(ValueError):
        train(model, x, lambda model, x: model(x))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_the_check_draws_nothing_and_leaves_statistics_alone(x):
    model = nn.Sequential(nn.Linear(12, 5), nn.BatchNorm1d(5), nn.Dropout(0.5), nn.Linear(5, 12))
    drawn = torch.get_rng_state()
    check_objective(model, x, lambda model, x: mse(model(x + torch.rand_like(x)), x))
    assert torch.equal(torch.get_rng_state(), drawn)
    assert model[1].num_batches_tracked == 0


@pytest.mark.parametrize("patience", [0, -2])
def test_patience_is_at_least_one(patience, model, x, x_test):
    with pytest.raises(ValueError, match=f"patience is {patience}; .*at least 1"):
        train_one(model, x, x_test=x_test, patience=patience)


def test_patience_needs_test_data(model, x):
    with pytest.raises(ValueError, match="patience is 3; it needs x_test"):
        train_one(model, x, patience=3)


def test_a_family_has_members(x):
    with pytest.raises(ValueError, match="the family is empty; give at least one"):
        fit_family({}, x, reconstruction)


def test_data_of_each_model_is_complete(model, x):
    models = {"a": model, "b": copy.deepcopy(model)}
    with pytest.raises(ValueError, match=r"missing keys: \['b'\]"):
        fit_family(models, {"a": x}, reconstruction)


def test_data_of_each_model_has_one_shape(model, x):
    models = {"a": model, "b": copy.deepcopy(model)}
    with pytest.raises(ValueError, match=r"shapes: \[\(59, 12\), \(60, 12\)\]"):
        fit_family(models, {"a": x, "b": x[1:]}, reconstruction)
