"""Six ways to spoil a picture at one error."""

import pytest
import torch

from aeteach.data import DISTORTIONS, distorted, sprites

X = sprites(7, side=12, seed=3).x


def square(x):
    return x.reshape(-1, 12, 12)


@pytest.mark.parametrize("kind", DISTORTIONS)
@pytest.mark.parametrize("level", [0.001, 0.02])
def test_each_picture_has_the_error_asked_for(kind, level):
    x = distorted(X, kind, level)
    errors = ((x - X) ** 2).mean(1)
    assert x.shape == X.shape and torch.allclose(errors, torch.tensor(level), rtol=1e-2)


def test_a_small_shift_moves_the_ink_to_the_right():
    ticks = torch.arange(12.0)
    centre = [(square(x).sum(1) @ ticks / x.sum(1)) for x in (X, distorted(X, "shift", 0.002))]
    assert (centre[1] > centre[0]).all()
    rows = [square(x).sum(2) for x in (X, distorted(X, "shift", 0.002))]
    assert torch.allclose(rows[0], rows[1], atol=1e-4)


def test_blur_and_contrast_keep_the_ink_and_take_the_edges():
    for kind in ("blur", "contrast"):
        x = distorted(X, kind, 0.01)
        inner = X[square(X)[:, :3].sum((1, 2)) + square(X)[:, -3:].sum((1, 2)) == 0]
        assert square(x).diff(dim=2).abs().sum() < square(X).diff(dim=2).abs().sum()
        assert len(inner) == 0 or x.sum() <= X.sum() * 1.01


def test_brightness_adds_ink_and_no_edge():
    x = distorted(X, "brightness", 0.01)
    assert (x >= X).all() and x.max() <= 1


def test_a_ghost_stands_a_third_to_the_right():
    x = distorted(X, "ghost", 0.01)
    added = square(x - X).clamp(min=0)
    shifted = square(X).roll(4, 2)
    assert (added[shifted == 0] == 0).all() and added.sum() > 0


def test_noise_follows_the_seed():
    one, again, other = (distorted(X, "noise", 0.01, seed) for seed in (1, 1, 2))
    assert torch.equal(one, again) and not torch.equal(one, other)


def test_the_pictures_stay_as_they_were():
    before = X.clone()
    distorted(X, "noise", 0.01)
    assert torch.equal(X, before)


@pytest.mark.parametrize(
    "kind, level, words",
    [
        ("swirl", 0.01, "kind is 'swirl'; choose one of shift"),
        ("blur", 0.0, "level is 0.0; it must be above 0"),
        ("blur", float("nan"), "level is nan; it must be a finite number"),
        ("ghost", 0.9, "can only be spoiled to"),
    ],
)
def test_bad_input_is_named(kind, level, words):
    with pytest.raises(ValueError, match=words):
        distorted(X, kind, level)
