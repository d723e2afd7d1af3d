"""Distances and objectives against PyTorch's own losses and distributions."""

import math

import pytest
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from aeteach import objectives
from aeteach.models import Autoencoder, VariationalAutoencoder
from aeteach.objectives import bce, denoising, mae, mse, reconstruction, sparse, variational

PAIRS = [(mse, F.mse_loss), (mae, F.l1_loss), (bce, F.binary_cross_entropy)]


@pytest.fixture
def model():
    return Autoencoder(12, 3, 20)


def gradients(value, parts):
    return torch.autograd.grad(value, parts, retain_graph=True)


@pytest.mark.parametrize("ours, theirs", PAIRS)
def test_distances_equal_pytorchs(ours, theirs, x):
    x_hat = torch.rand_like(x).mul(0.8).add(0.1).requires_grad_()
    mine, other = ours(x_hat, x), theirs(x_hat, x)
    assert mine.shape == ()
    torch.testing.assert_close(mine, other)
    torch.testing.assert_close(gradients(mine, x_hat), gradients(other, x_hat))


def test_the_first_argument_of_bce_is_the_reconstruction():
    x_hat, x = torch.tensor([[0.9, 0.2]]), torch.tensor([[1.0, 0.0]])
    assert bce(x_hat, x).item() == pytest.approx(-math.log(0.9 * 0.8) / 2)


def test_reconstruction_asks_for_x(model, x):
    torch.testing.assert_close(reconstruction(model, x), F.mse_loss(model(x), x))


@pytest.mark.parametrize("noise", [0.0, 0.4, 1.5])
def test_denoising_shows_noise_and_asks_for_x(x, noise):
    seen = []

    def copier(x_noisy):
        seen.append(x_noisy)
        return x_noisy

    error = denoising(copier, x, noise)
    assert (seen[0] - x).std().item() == pytest.approx(noise, rel=0.1)
    torch.testing.assert_close(error, F.mse_loss(seen[0], x))


def test_denoising_has_noise_of_its_own_each_time(model, x):
    assert denoising(model, x) != denoising(model, x)


@pytest.mark.parametrize("strength", [0, 0.3])
def test_sparse_adds_the_sum_of_sizes(strength, model, x):
    z = model.encoder(x)
    expected = F.mse_loss(model.decoder(z), x) + strength * z.abs().sum() / len(x)
    value = sparse(model, x, strength=strength)
    torch.testing.assert_close(value, expected)
    parts = list(model.parameters())
    torch.testing.assert_close(gradients(value, parts), gradients(expected, parts))


@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
def test_variational_has_the_divergence_of_torch_distributions(x, beta):
    model = VariationalAutoencoder(12, 3, 20).eval()
    with torch.no_grad():
        model.mean.weight.mul_(5)
        model.log_variance.bias.add_(torch.tensor([0.7, -1.5, 2.0]))
    mean, log_variance = model.encode(x)
    posterior = Normal(mean, (log_variance / 2).exp())
    divergence = kl_divergence(posterior, Normal(0.0, 1.0)).sum(1).mean()
    expected = F.mse_loss(model.decoder(mean), x) + beta * divergence / 12
    value = variational(model, x, beta)
    torch.testing.assert_close(value, expected)
    parts = list(model.parameters())
    torch.testing.assert_close(gradients(value, parts), gradients(expected, parts))


def test_variational_draws_once_in_training(x):
    model = VariationalAutoencoder(12, 3, 20).train()
    torch.manual_seed(8)
    value = variational(model, x, beta=0)
    torch.manual_seed(8)
    torch.testing.assert_close(value, reconstruction(model, x))


@pytest.mark.parametrize("name", ["reconstruction", "denoising", "sparse", "variational"])
def test_objectives_return_one_number(name, x):
    value = getattr(objectives, name)(VariationalAutoencoder(12, 3, 20), x)
    assert value.shape == () and value.requires_grad
