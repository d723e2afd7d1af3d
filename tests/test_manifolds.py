"""Generated shapes: sizes, seeds, and the geometry each one promises."""

import math

import pytest
import torch
from sklearn.decomposition import PCA

from aeteach.data import SURFACES, bow, bump_at, bumps, cloud, flat_twin, surface

MAKERS = {
    "cloud": cloud,
    "bow": lambda n, seed=0: bow(n, 0.5, seed),
    "bumps": lambda n, seed=0: bumps(n, seed=seed).x,
    "flat_twin": lambda n, seed=0: flat_twin(torch.rand(30, 5), n, seed),
} | {name: lambda n, seed=0, name=name: surface(name, n, seed).x for name in SURFACES}


@pytest.mark.parametrize("name", MAKERS)
def test_the_seed_decides(name):
    torch.manual_seed(0)
    first = MAKERS[name](7, seed=3)
    torch.manual_seed(0)
    again, other = MAKERS[name](7, seed=3), MAKERS[name](7, seed=4)
    assert first.shape[0] == 7 and first.dtype == torch.float32
    if name != "flat_twin":
        assert torch.equal(first, again)
    assert not torch.allclose(first, other)


@pytest.mark.parametrize("name", MAKERS)
def test_no_example_is_refused(name):
    with pytest.raises(ValueError, match="n is 0; it must be a whole number from 1"):
        MAKERS[name](0)


def test_the_cloud_is_longest_at_its_angle():
    x = cloud(20000, seed=1, angle=60, spread=(2.0, 0.5))
    pca = PCA().fit(x.numpy())
    across, up = pca.components_[0]
    assert math.degrees(math.atan2(up, across)) % 180 == pytest.approx(60, abs=1)
    assert pca.explained_variance_**0.5 == pytest.approx([2.0, 0.5], rel=0.03)


def test_an_unbent_bow_is_a_line_and_a_bent_one_a_circle():
    line, circle = bow(2000, 0.0, noise=0.0), bow(2000, 1.0, noise=0.0)
    assert line[:, 1].abs().max() < 2e-3
    assert line[:, 0].abs().max() == pytest.approx(math.pi, rel=0.01)
    radius = (circle - torch.tensor([0.0, 1.0])).norm(dim=1)
    assert radius.min() == pytest.approx(1, abs=1e-4) == radius.max()


def test_bending_keeps_the_length():
    for bend in (0.25, 0.5, 1.0):
        x = bow(4000, bend, seed=2, noise=0.0)
        radius = 1 / bend
        arc = torch.atan2(x[:, 0], radius - x[:, 1]) * radius
        assert (arc.max() - arc.min()).item() == pytest.approx(2 * math.pi, rel=0.01)


@pytest.mark.parametrize("bend", [-0.1, 1.5])
def test_a_bend_out_of_range_is_refused(bend):
    with pytest.raises(ValueError, match=f"bend is {bend}"):
        bow(5, bend)


def test_a_bump_stands_where_it_should():
    x = bump_at(torch.tensor([0.25, 0.75]), size=40, width=0.05)
    assert x.shape == (2, 40)
    assert x.argmax(1).tolist() in ([9, 29], [9, 30], [10, 29], [10, 30])
    assert x.max() <= 1 and x.max() > 0.9
    assert x[0, 12].item() == pytest.approx(math.exp(-((12.5 / 40 - 0.25) ** 2) / 0.005), rel=1e-4)


def test_bumps_differ_in_their_place_only():
    x, t = bumps(50, size=64)
    assert x.shape == (50, 64) and t.shape == (50,)
    assert t.min() >= 0.15 and t.max() <= 0.85
    assert torch.allclose(x, bump_at(t))


@pytest.mark.parametrize("name", SURFACES)
def test_a_surface_is_centred_and_of_one_size(name):
    x, t = surface(name, 20000, seed=4)
    assert x.shape == (20000, 3) and t.shape == (20000,)
    assert x.mean(0).abs().max() < 0.02
    assert x.abs().max() == pytest.approx(1, abs=0.01)
    assert t.min() == pytest.approx(0, abs=1e-3) and t.max() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", SURFACES)
def test_every_sample_of_a_surface_lies_on_the_same_surface(name):
    few, many = surface(name, 40, seed=1).x, surface(name, 40000, seed=2).x
    assert torch.cdist(few, many).amin(1).max() < 0.05


def test_the_circle_lies_in_a_plane_and_the_helix_does_not():
    ranks = {
        name: torch.linalg.matrix_rank(surface(name, 90).x, rtol=1e-4).item()
        for name in ("circle", "helix")
    }
    assert ranks == {"circle": 2, "helix": 3}


@pytest.mark.parametrize("name", ["helix", "s_curve", "swiss_roll"])
def test_neighbours_in_t_are_neighbours_along_the_shape(name):
    x, t = surface(name, 3000, seed=0)
    flat = x[:, [0, 2]] if name != "helix" else x  # (N, 2): across the sheet's width
    order = t.argsort()
    steps = (flat[order][1:] - flat[order][:-1]).norm(dim=1)
    assert steps.max() < 0.1


def test_an_unknown_surface_is_refused():
    with pytest.raises(ValueError, match="'sphere' is not known; choose one of circle"):
        surface("sphere", 10)


def test_the_twin_has_the_same_mean_and_covariance_and_nothing_else():
    torch.manual_seed(1)
    hidden = torch.rand(400, 1).round()
    x = torch.cat([hidden, 1 - hidden + 0.1 * torch.rand(400, 1), torch.rand(400, 1)], 1)
    twin = flat_twin(x, 40000, seed=2)
    assert twin.shape == (40000, 3)
    assert torch.allclose(twin.mean(0), x.mean(0), atol=0.02)
    assert torch.allclose(twin.T.cov(), x.T.cov(), atol=0.01)
    bell = (twin[:, 0] - twin[:, 0].mean()) / twin[:, 0].std()
    assert (bell**4).mean().item() == pytest.approx(3, abs=0.2)
