"""What a training refuses: each message names the value, the cause and the remedy."""

import contextlib
import copy
import math
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from aeteach.checks import check_objective
from aeteach.family import fit_family
from aeteach.guard import told
from aeteach.models import Autoencoder, LinearAutoencoder
from aeteach.objectives import mse, reconstruction, variational
from aeteach.training import fit


class Parts(LinearAutoencoder):
    """A linear autoencoder of 12 values with a forward and with further attributes."""

    def __init__(self, forward=None, **more):
        super().__init__(12, 3)
        self.way = forward or LinearAutoencoder.forward
        for name, value in more.items():
            setattr(self, name, value)

    def forward(self, x):
        return self.way(self, x)


def fit_two(model, x, objective, x_test=None, **settings):
    return fit_family({"a": model, "b": copy.deepcopy(model)}, x, objective, x_test, **settings)


def net():
    return Autoencoder(12, 3, 20)


def spoiled(value):
    x = torch.rand(60, 12)
    x[5, 7] = value
    return x


def breaking(model, x):
    x_hat = model(x).sigmoid()
    return mse(x_hat.clamp_(0, 0.5), x)


x = torch.rand(60, 12)
conv = partial(nn.Conv2d, 1, 4, 3)
WHOLE = "is {!r}; it must be a whole number from 1 to 1000000"
EXAMPLES = "it must be (N, n) with at least one example"
SHARED = dict(model=net, x=x, objective=reconstruction)
SETTINGS = {
    **{
        f"{name} {value!r}": ({name: value}, f"{name} {WHOLE.format(value)}")
        for name in ("epochs", "batch_size")
        for value in (0, -5, 2.5, "3", None, True)
    },
    **{
        f"learning_rate {value!r}": (
            dict(learning_rate=value),
            f"learning_rate is {told(value)}; it",
        )
        for value in (0, -0.1, math.nan, math.inf, "0.01", (0.1, 0.2), None, np.ones(2), True)
    },
    **{
        f"weight_decay {value!r}": (dict(weight_decay=value), f"weight_decay is {value!r}; it")
        for value in (-1e-3, math.nan, math.inf, "0.0", None)
    },
}
DATA = {
    "labels": (torch.arange(60), f"has shape (60,); {EXAMPLES}"),
    "one value": (torch.tensor(1.0), f"has shape (); {EXAMPLES}"),
    "no examples": (x[:0], f"has shape (0, 12); {EXAMPLES}"),
    "no values": (x[:, :0], f"has shape (60, 0); {EXAMPLES}"),
    "nan": (spoiled(math.nan), "holds NaN or infinite values in 1 of 60 examples"),
    "inf": (spoiled(math.inf), "[5]; remove these examples"),
    "a list": (x.tolist(), "is of type list; it must be a tensor of shape (N, n)"),
    "numpy": (x.numpy(), "is of type ndarray; it must be a tensor"),
    "a model": (net(), "is of type Autoencoder; it must be a tensor"),
    "a function": (mse, "the order is model, x, objective"),
    "sparse": (x.to_sparse(), "it must hold real numbers and be dense"),
    "complex": (x + 0j, "it must hold real numbers and be dense"),
}
TYPES = "encoder.0 (Linear) has weights of float32 but gets values of "
MISFITS = {
    "images": (
        dict(x=torch.rand(9, 3, 4)),
        "encoder.0 is Linear(12 → 20) but gets 4 values; x.flatten(1) gives examples of 12",
    ),
    "double data": (dict(x=x.double()), f"{TYPES}float64; use x.float()"),
    "whole numbers": (dict(x=x.long()), f"{TYPES}int64; use x.float()"),
    "double model": (
        dict(model=lambda: net().double()),
        "float64 but gets values of float32; use model.float()",
    ),
    "another device": (dict(model=lambda: net().to("meta")), "is on meta but gets values on cpu"),
    "input size": (
        dict(model=lambda: Autoencoder(11, 3)),
        "encoder.0 is Linear(11 → 128) but gets 12 values; build the model with the input size 12",
    ),
    "sizes inside": (
        dict(model=lambda: Parts(decoder=nn.Linear(4, 12))),
        "decoder is Linear(4 → 12) but gets 3 values; the layer before it must give 4",
    ),
    "convolution": (
        dict(model=lambda: Parts(encoder=nn.Sequential(conv())), x=torch.rand(9, 64)),
        "encoder.0 is a Conv2d that takes (N, 1, height, width) but gets (2, 64); put "
        "nn.Unflatten(1, (1, 8, 8)) before it",
    ),
    "normalisation": (
        dict(model=lambda: Parts(encoder=nn.BatchNorm1d(5))),
        "encoder (BatchNorm1d) cannot take values of shape (2, 12): running_mean",
    ),
    "output size": (
        dict(
            model=lambda: Parts(decoder=nn.Linear(3, 9)),
            objective=lambda model, x: mse(model(x), x[:, :9]),
        ),
        "returns (9,) for an example of shape (12,)",
    ),
    "test size": (dict(x_test=x[:, :11]), "x_test has examples of shape (11,)"),
    "test type": (dict(x_test=x.double()), "torch.float64, on cpu, x of shape"),
}
MODELS = {
    "no return": (lambda: Parts(lambda model, x: None), "the forward of Parts returns None; end"),
    "a tuple": (lambda: Parts(lambda model, x: (x, 1)), "Parts returns a tuple; take x_hat out"),
    "a list of layers": (
        lambda: Parts(layers=[nn.Linear(2, 2)]),
        "layers is a plain list, whose "
        "layers are not found and not trained; put them into nn.Sequential",
    ),
    "a dict of layers": (lambda: Parts(own={"a": nn.Linear(2, 2)}), "own is a plain dict"),
    "a bare tensor": (lambda: Parts(w=torch.rand(2, requires_grad=True)), "make it an nn.Param"),
    "all frozen": (lambda: net().requires_grad_(False), "Autoencoder has no parameter to train"),
    "no size yet": (lambda: nn.Sequential(nn.LazyLinear(3)), "0.weight has no size yet"),
    "size 0": (lambda: Parts(encoder=nn.Linear(12, 0)), "encoder.weight has size 0; every size"),
    "a class": (lambda: Autoencoder, "the model is the class Autoencoder; build one of it"),
    "a list": (lambda: [net()], "the model is of type list; it must be a network"),
    "data": (lambda: x, "the model is of type Tensor; it must be a network (nn.Module), and the"),
}
NUMBER = "it must return a tensor, as mse does: look for a missing return, .item() or float()"
OBJECTIVES = {
    "mse": (mse, "lambda model, x: mse(model(x), x)"),
    "mse of torch": (F.mse_loss, "mse_loss compares two tensors; an objective takes (model, x)"),
    "a layer": (nn.MSELoss(), "MSELoss compares two tensors"),
    "a class": (nn.MSELoss, "the objective is a class; it must be a function (model, x)"),
    "a number": (mse(x, x), "the objective is of type Tensor; it must be a function"),
    "a list": ([mse], "the objective is of type list; it must be a function"),
    "nothing": (None, "the objective is of type NoneType"),
    "one argument": (lambda model: 0, "cannot be called with (model, x): too many positional"),
    "three arguments": (lambda model, x, y: 0, "missing a required argument: 'y'"),
    "turned round": (lambda x, model: mse(model(x), x), "takes (x, model); an objective takes"),
    "many numbers": (lambda model, x: model(x) - x, "shape (2, 12); it must return one number"),
    "a float": (lambda model, x: mse(model(x), x).item(), NUMBER),
    "no return": (lambda model, x: None, f"returned None; {NUMBER}"),
    "nan": (lambda model, x: mse(model(x), x) * math.nan, "the objective is nan before training"),
    "inf": (lambda model, x: mse(model(x), x) + math.inf, "the objective is inf before training"),
    "nan in evaluation": (lambda model, x: mse(model(x), x) / model.training, "is inf before"),
    "detached": (lambda model, x: mse(model(x).detach(), x), "has no gradient in the model; look"),
    "a constant": (lambda model, x: torch.tensor(5.0), "the objective, 5, has no gradient"),
    "another model": (lambda model, x: mse(net()(x), x), "or another model than the given one"),
    "a missing part": (variational, "variational asks for model.encode, which Autoencoder does"),
    "z for x": (lambda model, x: mse(model.encoder(x), x), "the objective fails at `"),
    "no such column": (lambda model, x: model(x)[:, 20].mean(), "index 20 is out of bounds"),
    "broken slopes": (breaking, "the objective fails: one of the variables needed for gradient"),
}
SLIPS = (
    SETTINGS
    | {f"x: {name}": (dict(x=value), told) for name, (value, told) in DATA.items()}
    | {f"x_test: {name}": (dict(x_test=value), told) for name, (value, told) in DATA.items()}
    | MISFITS
    | {f"model: {name}": (dict(model=build), told) for name, (build, told) in MODELS.items()}
    | {
        f"objective: {name}": (dict(objective=given), told)
        for name, (given, told) in OBJECTIVES.items()
    }
)


@pytest.mark.filterwarnings("ignore:Initializing zero-element", "ignore:Lazy modules")
@pytest.mark.parametrize("train", [fit, fit_two])
@pytest.mark.parametrize("given, told", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_in_one_sentence(train, given, told):
    given = SHARED | given
    given["model"] = given["model"]()
    with pytest.raises((ValueError, TypeError)) as refused:
        train(**given)
    assert told in str(refused.value) and "\n" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


FAMILIES = {
    "empty": (dict(models={}), "the family is empty; it must be {key: model}"),
    "a list": (dict(models=[net()]), "the family is of type list; it must be {key: model}"),
    "no data": (dict(x={"a": x}), "x has no data for ['b']"),
    "no test data": (dict(x_test={"b": x}), "x_test has no data for ['a']"),
    "two shapes": (dict(x={"a": x, "b": x[1:]}), "x has the shapes [(59, 12), (60, 12)]"),
    "no objective": (dict(objective={"a": mse}), "no objective for ['b']"),
    "bad data of one": (dict(x={"a": x, "b": spoiled(math.nan)}), "x['b'] holds NaN"),
}


@pytest.mark.parametrize("given, told", FAMILIES.values(), ids=FAMILIES)
def test_a_slip_of_a_family(given, told):
    given = dict(models={"a": net(), "b": net()}, x=x, objective=reconstruction) | given
    with pytest.raises((ValueError, TypeError)) as refused:
        fit_family(**given)
    assert told in str(refused.value)


@pytest.mark.parametrize("shared", ["a model", "a part", "a part frozen in one"])
def test_models_that_share_a_weight_are_refused_by_name(shared):
    one, other = net(), net()
    other.decoder = one.decoder
    if shared == "a part frozen in one":
        other.decoder = copy.deepcopy(one.decoder).requires_grad_(False)
        other.decoder[0].weight.data = one.decoder[0].weight.data
    models = {0: net(), 1: one, 2: one if shared == "a model" else other}
    name = "encoder.0" if shared == "a model" else "decoder.0"
    with pytest.raises(ValueError, match=f"models 1 and 2 share {name}.weight; give each its own"):
        fit_family(models, x, reconstruction)


def test_a_frozen_part_may_be_shared():
    eye = net().decoder.requires_grad_(False)
    models = {key: Parts(eye=eye) for key in "ab"}
    before = copy.deepcopy(eye.state_dict())
    fit_family(models, x, lambda model, x: mse(model.eye(model.encoder(x)), x), epochs=2)
    torch.testing.assert_close(eye.state_dict(), before, rtol=0, atol=0)


WORKING = [
    dict(epochs=np.int64(1), batch_size=np.int32(7), learning_rate=np.float32(0.01)),
    dict(learning_rate=np.float64(0.01), weight_decay=np.float32(0.1)),
    dict(x=x * torch.ones(1, requires_grad=True), x_test=x.clone().requires_grad_()),
    dict(x=x[:1], learning_rate=1),
    dict(x=x.double(), model=lambda: net().double()),
    dict(model=lambda: Autoencoder(np.int64(12), np.int64(3))),
]


@pytest.mark.parametrize("train", [fit, fit_two])
@pytest.mark.parametrize("given", WORKING)
def test_what_only_looks_unusual_is_trained(train, given):
    given = SHARED | dict(epochs=1) | given
    given["model"] = given["model"]()
    before = copy.deepcopy(given["model"].state_dict())
    train(**given)
    after = given["model"].state_dict()
    assert any(not torch.equal(value, before[name]) for name, value in after.items())


@pytest.mark.parametrize("train", [fit, fit_two])
def test_an_error_of_the_objective_is_the_learners_own(train):
    with pytest.raises(ZeroDivisionError):
        train(net(), x, lambda model, x: 1 / 0)


@pytest.mark.parametrize("told, given", [("from 1 to", 0), ("from 1 to", "3"), ("x_test", 3)])
def test_patience_is_a_count_and_needs_test_data(told, given):
    with pytest.raises(ValueError, match=f"patience is {given!r}; .*{told}"):
        fit(net(), x, reconstruction, patience=given)


def test_the_check_draws_nothing_and_leaves_the_model_alone():
    layers = nn.Linear(12, 5), nn.BatchNorm1d(5), nn.Dropout(0.5), nn.Linear(5, 12)
    model = nn.Sequential(*layers).train()
    drawn, before = torch.get_rng_state(), copy.deepcopy(model.state_dict())

    def counting(model, x):
        model.calls = getattr(model, "calls", 0) + 1
        return mse(model(x + torch.rand_like(x)), x)

    check_objective(model, x, counting)
    assert torch.equal(torch.get_rng_state(), drawn) and model.training
    assert not hasattr(model, "calls")
    torch.testing.assert_close(model.state_dict(), before, rtol=0, atol=0)


def normalised():
    encoder = nn.Sequential(nn.Linear(12, 4), nn.BatchNorm1d(4))
    return Parts(encoder=encoder, decoder=nn.Linear(4, 12))


@pytest.mark.parametrize(
    "count, batch_size, fits", [(31, 10, False), (32, 10, True), (9, 1, False)]
)
@pytest.mark.parametrize("train", [fit, fit_two])
def test_a_last_batch_of_one_is_refused_where_a_layer_compares(train, count, batch_size, fits):
    words = f"batch_size is {batch_size} and there are {count} examples, .*too few for BatchNorm;"
    refused = pytest.raises(ValueError, match=words)
    with contextlib.nullcontext() if fits else refused:
        train(normalised(), x[:count], reconstruction, epochs=1, batch_size=batch_size)
    train(net(), x[:count], reconstruction, epochs=1, batch_size=batch_size)


def test_one_picture_of_many_values_is_enough_for_a_layer_that_compares():
    layers = nn.Sequential(conv(padding=1), nn.BatchNorm2d(4), nn.Conv2d(4, 1, 1))
    pictures = torch.rand(5, 1, 6, 6)
    run = fit(layers, pictures, lambda model, x: mse(model(x), x), epochs=1, batch_size=2)
    assert len(run.train_curve) == 1


@pytest.mark.parametrize("value", [10**400, torch.rand(300), np.arange(1000), "9" * 500])
@pytest.mark.parametrize("name", ["epochs", "batch_size", "learning_rate", "weight_decay"])
def test_an_absurd_setting_is_quoted_in_short(name, value):
    with pytest.raises(ValueError, match=f"{name} is ") as refused:
        fit(net(), x, reconstruction, **{name: value})
    assert len(str(refused.value)) < 180 and "\n" not in str(refused.value)
