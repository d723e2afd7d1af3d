"""Measures of the latent space, against scikit-learn, scipy, torch.distributions and by hand."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation
from scipy.stats import kstest, spearmanr
from sklearn import manifold
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.metrics.pairwise import rbf_kernel
from torch import nn
from torch.distributions import Normal, kl_divergence

from aeteach import measures
from aeteach.models import Autoencoder, VariationalAutoencoder


def test_trustworthiness_and_continuity_are_scikit_learns():
    x, z = torch.randn(70, 5), torch.randn(70, 2)
    assert measures.trustworthiness(x, z, 6) == manifold.trustworthiness(x, z, n_neighbors=6)
    assert measures.continuity(x, z, 6) == manifold.trustworthiness(z, x, n_neighbors=6)
    assert measures.trustworthiness(x, 3 * x, 6) == measures.continuity(x, -x, 6) == 1


def test_trustworthiness_sees_false_neighbours_and_continuity_torn_ones():
    line = torch.linspace(0, 1, 90)[:, None]
    folded = (line - 0.5).abs()
    assert measures.trustworthiness(line, folded) < measures.continuity(line, folded) - 0.1
    assert measures.continuity(folded, line) < measures.trustworthiness(folded, line) - 0.1


def test_mmd_by_scikit_learns_kernel():
    z = torch.randn(40, 3) + 1
    drawn = torch.randn(40, 3, generator=torch.Generator().manual_seed(5)).numpy()
    same = [rbf_kernel(a, gamma=1 / 6) for a in (z.numpy(), drawn)]
    within = sum((k.sum() - 40) / (40 * 39) for k in same)
    right = within - 2 * rbf_kernel(z.numpy(), drawn, gamma=1 / 6).mean()
    assert measures.mmd(z, seed=5) == pytest.approx(right, abs=1e-5)


@pytest.mark.parametrize("change", [lambda z: 0.3 * z, lambda z: 3 * z, lambda z: z + 1])
def test_mmd_and_normal_gap_grow_when_codes_leave_the_prior(change):
    z = torch.randn(500, 4)
    assert abs(measures.mmd(z)) < 0.005 and measures.normal_gap(z) < 0.08
    assert measures.mmd(change(z)) > 0.03 and measures.normal_gap(change(z)) > 0.2


def test_normal_gap_is_scipys_mean_over_columns():
    z = torch.randn(50, 3) * torch.tensor([1.0, 2.0, 0.1])
    right = np.mean([kstest(z[:, j].numpy(), "norm").statistic for j in range(3)])
    assert measures.normal_gap(z) == pytest.approx(right)


def test_disparity_forgets_place_turn_and_size_and_nothing_else():
    z = torch.randn(60, 3)
    turn = torch.tensor(Rotation.random(random_state=1).as_matrix(), dtype=torch.float32)
    assert measures.disparity(z, 5 * z @ turn + 2) == pytest.approx(0, abs=1e-6)
    assert measures.disparity(z, torch.randn(60, 3)) > 0.7
    assert measures.disparity(z, z * torch.tensor([1, 1, 0.0])) == pytest.approx(1 / 3, abs=0.1)


def test_disparities_take_every_pair():
    nets = [Autoencoder(12, 2, 8) for _ in range(4)]
    x = torch.rand(30, 12)
    found = measures.disparities((net for net in nets), x)
    first = measures.disparity(measures.codes(nets[0], x), measures.codes(nets[1], x))
    assert len(found) == 6 and found[0] == first


def test_awake_counts_by_torch_distributions():
    model, x = VariationalAutoencoder(12, 5, 7), torch.rand(40, 12)
    with torch.no_grad():
        model.mean.weight[:3] *= 20
        mean, log_variance = model.encode(x)
    each = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0, 1)).mean(0)
    for least in (0.001, 0.05, 0.5, 50):
        assert measures.awake(model, x, least) == int((each > least).sum())
    assert measures.awake(model, x, 50) == 0 < measures.awake(model, x, 0.0001)


def test_a_line_runs_straight_from_start_to_end():
    start, end = torch.randn(7, 3), torch.randn(7, 3)
    path = measures.line(start, end, steps=5)
    assert path.shape == (5, 7, 3)
    assert torch.equal(path[0], start) and torch.equal(path[4], end)
    assert torch.allclose(path[2], (start + end) / 2)
    assert measures.line(start[0], end[0], 4).shape == (4, 3)
    with pytest.raises(ValueError, match="steps is 2"):
        measures.line(start, end, 2)


def test_a_linear_decoder_makes_no_detour_and_a_bent_one_does():
    start, end = torch.randn(9, 2), torch.randn(9, 2)
    assert measures.detour(nn.Linear(2, 6), start, end) == pytest.approx(1, abs=1e-4)

    def bent(z):
        return torch.stack([z[..., 0].cos(), z[..., 0].sin()], dim=-1)

    half_circle = measures.detour(bent, torch.zeros(1, 1), torch.full((1, 1), math.pi))
    assert half_circle == pytest.approx(math.pi / 2, rel=0.01)


def test_sensitivity_is_the_size_of_the_jacobian():
    weight = torch.randn(6, 2)
    z = torch.randn(4, 5, 2)
    found = measures.sensitivity(lambda z: z @ weight.T, z)
    assert found.shape == (4, 5) and torch.allclose(found, weight.norm().expand(4, 5))
    assert torch.allclose(measures.sensitivity(lambda z: z**2, z), 2 * z.norm(dim=2), atol=1e-5)


def test_a_grid_has_z1_along_the_columns():
    points = measures.grid(3.0, 5)
    assert points.shape == (5, 5, 2)
    assert points[0, 0].tolist() == [-3, -3] and points[0, 4].tolist() == [3, -3]
    assert points[4, 0].tolist() == [-3, 3] and points[1, 2].tolist() == [0, -1.5]


def test_pca_codes_are_scikit_learns():
    x_train, x = torch.rand(50, 8), torch.rand(20, 8)
    right = PCA(3).fit(x_train.numpy()).transform(x.numpy())
    assert measures.pca_codes(x_train, x, 3).numpy() == pytest.approx(right, abs=1e-5)


def test_axis_correlations_are_scipys():
    z, factors = torch.randn(80, 3), torch.randn(80, 2)
    factors[:, 1] = z[:, 2].exp()
    found = measures.axis_correlations(z, factors)
    right = [[abs(spearmanr(f, axis).statistic) for axis in z.T] for f in factors.T]
    assert found.numpy() == pytest.approx(np.array(right), abs=1e-6)
    assert found[1, 2] == pytest.approx(1) and found.shape == (2, 3)


def test_linear_readout_is_scikit_learns():
    z, factors = torch.randn(80, 3), torch.randn(80, 2)
    factors[:, 1] = z @ torch.tensor([1.0, -2, 0.5]) + 4
    fit = LinearRegression().fit(z.numpy(), factors[:, 0].numpy())
    first, second = measures.linear_readout(z, factors)
    assert first == pytest.approx(fit.score(z.numpy(), factors[:, 0].numpy()))
    assert second == pytest.approx(1)
