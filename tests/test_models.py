"""The shared networks: sizes, parts, and what they refuse."""

import pytest
import torch
from torch import nn

from aeteach.models import Autoencoder, LinearAutoencoder, VariationalAutoencoder

MODELS = [Autoencoder, LinearAutoencoder, VariationalAutoencoder]
N, SIZE, K = 7, 12, 3


def build(kind, latent_size=K):
    hidden = {} if kind is LinearAutoencoder else {"hidden_size": 20}
    return kind(SIZE, latent_size, **hidden)


@pytest.mark.parametrize("kind", MODELS)
def test_shapes(kind, x):
    model = build(kind)
    assert model(x).shape == (60, SIZE)
    assert model.encoder(x).shape == (60, K)
    assert model.decoder(torch.rand(N, K)).shape == (N, SIZE)


@pytest.mark.parametrize("kind", MODELS)
def test_the_model_is_its_decoder_after_its_encoder(kind, x):
    model = build(kind).eval()
    torch.testing.assert_close(model(x), model.decoder(model.encoder(x)))


@pytest.mark.parametrize("kind", MODELS)
def test_every_parameter_is_trained(kind, x):
    model = build(kind)
    model(x).pow(2).sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_number_of_parameters():
    count = sum(p.numel() for p in Autoencoder(SIZE, K, 20).parameters())
    assert count == (12 * 20 + 20) + (20 * 3 + 3) + (3 * 20 + 20) + (20 * 12 + 12)


def test_a_linear_autoencoder_is_one_matrix(x):
    model = LinearAutoencoder(SIZE, K)
    matrix = model.decoder.weight @ model.encoder.weight
    shift = model.decoder.weight @ model.encoder.bias + model.decoder.bias
    torch.testing.assert_close(model(x), x @ matrix.T + shift)
    assert torch.linalg.matrix_rank(matrix) == K


def test_output_activation(x):
    model = Autoencoder(SIZE, K, output=nn.Sigmoid)
    assert isinstance(model.decoder[-1], nn.Sigmoid)
    assert (model(100 * x) >= 0).all() and (model(100 * x) <= 1).all()


def test_dropout_acts_in_training_only(x):
    model = Autoencoder(SIZE, K, dropout=0.5)
    assert not torch.equal(model(x), model(x))
    model.eval()
    assert torch.equal(model(x), model(x))


def test_a_variational_autoencoder_draws_in_training_only(x):
    model = build(VariationalAutoencoder)
    assert not torch.equal(model(x), model(x))
    model.eval()
    mean, log_variance = model.encode(x)
    assert mean.shape == log_variance.shape == (60, K)
    assert torch.equal(model(x), model.decoder(mean))


def test_a_variational_autoencoder_draws_from_its_own_normal():
    model = build(VariationalAutoencoder).train()
    mean, log_variance = torch.tensor([2.0, -1.0]), torch.tensor([0.0, -3.0])
    z = model.sample(mean.expand(40_000, 2), log_variance.expand(40_000, 2))
    torch.testing.assert_close(z.mean(0), mean, atol=0.03, rtol=0)
    torch.testing.assert_close(z.var(0), log_variance.exp(), atol=0.03, rtol=0)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("size", [0, -2, 2.5, "3", None])
def test_a_size_is_refused_by_name(kind, size):
    for name in ("input_size", "latent_size"):
        with pytest.raises(ValueError, match=f"{name} is .*whole number from 1 to") as refused:
            kind(**dict(input_size=SIZE, latent_size=K) | {name: size})
        assert repr(size) in str(refused.value)


def test_sizes_that_fill_the_memory_are_refused():
    with pytest.raises(ValueError, match="latent_size is 1000000; .*take at most 268"):
        LinearAutoencoder(10**6, 10**6)
    with pytest.raises(ValueError, match="hidden_size is 1000000; .*take at most 268"):
        Autoencoder(10**6 - K, K, hidden_size=10**6)


@pytest.mark.parametrize("dropout", [torch.rand(300), "0.1", None, 10**400])
def test_a_dropout_that_is_no_number_is_refused(dropout):
    with pytest.raises(ValueError, match="dropout is .*; it must be a finite number"):
        Autoencoder(SIZE, K, dropout=dropout)


def test_a_size_of_another_name_is_checked_too():
    with pytest.raises(ValueError, match="hidden_size is -1"):
        Autoencoder(SIZE, K, hidden_size=-1)
