"""No measure takes what holds no numbers, and all take what a learner may well have."""

import numpy as np
import pytest
import torch
from torch import nn
from valid_calls import MEASURES, measure_calls

from aeteach import measures
from aeteach.guard import told
from aeteach.models import Autoencoder

CALLS = measure_calls()
TENSORS = [
    (name, key)
    for name, call in CALLS.items()
    for key, value in call.items()
    if isinstance(value, torch.Tensor)
]
WHOLE = {"y", "y_train", "y_test", "classes"}
FLOATS = [pair for pair in TENSORS if pair[1] not in WHOLE]
each_tensor = pytest.mark.parametrize("name, key", TENSORS)
each_float = pytest.mark.parametrize("name, key", FLOATS)


def call(name, **changes):
    return MEASURES[name](**(CALLS[name] | changes))


def same(one, other):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, nn.Module):
        return same(one.state_dict(), other.state_dict())
    one, other = (torch.as_tensor(each, dtype=torch.float64) for each in (one, other))
    return torch.allclose(one, other, atol=1e-3, rtol=1e-2)


def test_every_measure_is_called():
    assert CALLS.keys() == MEASURES.keys()


@pytest.mark.parametrize("bad", [torch.nan, -torch.inf])
@each_float
def test_no_number_that_is_none_passes(name, key, bad):
    spoiled = CALLS[name][key].clone()
    spoiled[2:4] = bad
    if (name, key) == ("landed", "x_end"):  # a picture that ran off has not landed
        assert call(name, x_end=spoiled) == 0
        return
    count = len(spoiled)
    with pytest.raises(
        ValueError,
        match=f"{key} holds NaN or infinite values in 2 of {count} rows "
        rf"\({2 / count:.1%}\), first in row 2; ",
    ):
        call(name, **{key: spoiled})


@pytest.mark.parametrize("sign", ["train", "test", "copy", "landed"])
def test_signs_that_are_no_numbers_are_no_diagnosis(sign):
    signs = CALLS["disease"]["signs"] | {sign: torch.nan}
    with pytest.raises(ValueError, match=f"{sign} is nan; it must be a finite number"):
        measures.disease(signs)


@pytest.mark.parametrize("measure", ["reconstruction_error", "copy_meter", "symptoms"])
def test_a_network_that_diverged_is_named(measure):
    model = Autoencoder(36, 3, 16)
    nn.init.constant_(model.decoder[-2].bias, torch.nan)
    with pytest.raises(ValueError, match=r"x_hat holds NaN.*smaller learning rate"):
        call(measure, model=model)


@each_tensor
def test_no_tensor_is_told(name, key):
    with pytest.raises(TypeError, match=" is a (list|ndarray); give a "):
        call(name, **{key: CALLS[name][key].tolist()})


@each_tensor
def test_a_tensor_without_numbers_is_told(name, key):
    with pytest.raises(ValueError, match="on meta; give a tensor that holds real numbers"):
        call(name, **{key: CALLS[name][key].to("meta")})


@each_float
@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.double(),
        lambda x: x.to_sparse(),
        lambda x: x.clone().requires_grad_(),
    ],
)
def test_other_tensors_give_the_same(name, key, change):
    if name == "invented" or name == "cluster_agreement":
        return  # fitted from rounding on
    assert same(call(name), call(name, **{key: change(CALLS[name][key])}))


@each_float
def test_whole_numbers_are_taken_for_what_they_are(name, key):
    x = (CALLS[name][key] * 255).round()
    if CALLS[name][key].dim() == 2 and name not in ("invented", "cluster_agreement"):
        assert same(call(name, **{key: x}), call(name, **{key: x.to(torch.int32)}))


INTS = [
    (name, key)
    for name, call in CALLS.items()
    for key, value in call.items()
    if isinstance(value, int)
]


@pytest.mark.parametrize("name, key", INTS)
def test_whole_numbers_of_numpy_work_and_others_are_told(name, key):
    assert name == "seconds" or same(call(name), call(name, **{key: np.int64(CALLS[name][key])}))
    for wrong in (0.5, 10**30, -1, "2", True, None, torch.rand(3)):
        if wrong is None and name == "label_accuracy":
            continue
        with pytest.raises(ValueError, match=f"{key} is .*; it must be a whole number from "):
            call(name, **{key: wrong})


@each_float
def test_an_empty_tensor_is_told(name, key):
    if name not in ("detection", "pca_errors") or key == "x":
        with pytest.raises(ValueError, match=r"has shape \(0.*; give (at least|\(N)"):
            call(name, **{key: CALLS[name][key][:0]})


@pytest.mark.parametrize("name", [name for name, call in CALLS.items() if "model" in call])
@pytest.mark.parametrize("wrong", [Autoencoder, [Autoencoder(36, 3)], "model"])
def test_what_is_no_network_is_told(name, wrong):
    with pytest.raises(TypeError, match="model is .*; it must be one network"):
        call(name, model=wrong)


def test_tensors_that_do_not_belong_together_are_told():
    x = torch.rand(5, 4)
    for name, pair in {
        "explained": (x, x[:1]),
        "neighbour_agreement": (x, torch.ones(4)),
        "disparity": (x, x[:4]),
        "distance_to_data": (x, x[:, :3]),
    }.items():
        with pytest.raises(ValueError, match="do not have the same (shape|rows|width)"):
            MEASURES[name](*pair)
    with pytest.raises(ValueError, match="y holds 1000000.5; labels are whole numbers"):
        measures.neighbour_agreement(x, torch.full((5,), 1e6 + 0.5))
    with pytest.raises(TypeError, match="explained: missing a required argument: 'x_hat'"):
        measures.explained(x)
    with pytest.raises(ValueError, match="5 values a row; square pictures have 4 or 9"):
        measures.sharpness(torch.rand(3, 5), torch.rand(3, 5))
    with pytest.raises(TypeError, match="the network Linear has no encoder; give one that has"):
        measures.codes(nn.Linear(4, 4), x)


@pytest.mark.parametrize(
    "name, changes",
    [
        ("explained", dict(x=torch.ones(40, 36))),
        ("sharpness", dict(x=torch.ones(40, 36))),
        ("axis_angles", dict(a=torch.zeros(40, 3))),
        ("mmd", dict(z=torch.full((9, 2), 1e30))),
    ],
)
def test_no_result_is_nan(name, changes):
    if name == "mmd":
        assert call(name, **changes) > 0
        return
    with pytest.raises(ValueError, match=f"{name} comes out as .*constant where it must vary"):
        call(name, **changes)


def test_values_too_large_to_square_are_no_good_samples():
    a, b = torch.rand(9, 3).double(), torch.rand(9, 3).double()
    with pytest.raises(ValueError, match=r"values up to .*e\+199; bring them to about 0..1"):
        measures.frechet_distance(a, b * 1e200 * 0.99)
    assert measures.frechet_distance(a, b) > 0


def test_collapsed_codes_do_not_warn(recwarn):
    y = torch.arange(40) % 4
    assert measures.cluster_agreement(torch.zeros(40, 2), y) == 0
    assert measures.axis_correlations(torch.zeros(40, 2), torch.rand(40, 1)).tolist() == [[0, 0]]
    assert measures.quantised(torch.ones(9, 2), torch.ones(3, 2), torch.tensor([3, 0])).eq(1).all()
    assert len(recwarn) == 0


def test_each_modules_own_mode_is_put_back():
    model = Autoencoder(36, 3, 16, dropout=0.5).train()
    model.encoder[2].eval()
    measures.rebuilt(model, torch.rand(2, 36))
    assert model.training and model.decoder[2].training and not model.encoder[2].training


def test_anything_can_be_told_briefly():
    tensors = [torch.rand(90, 90)] * 9
    for value in (10**5000, "x" * 300, tensors, {1: tensors}, Autoencoder, object()):
        assert 0 < len(told(value)) <= 100 and "\n" not in told(value)
    assert told(torch.rand(9, 4)) == "a tensor of shape (9, 4), torch.float32"
    assert told(np.zeros(3)) == "an array of shape (3,), float64"
    assert told(torch.tensor(3)) == "tensor(3)"
