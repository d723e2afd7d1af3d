"""Distances d(x_hat, x) -> () and objectives (model, x) -> () that training makes small.

x and x_hat are (N, n). An objective that looks at z sums over its k latent values and
averages over the N examples, so its size does not depend on unused latent values.
"""

import torch
from torch.nn import functional as F


def mse(x_hat, x):
    """Mean squared error over all N * n values."""
    return ((x_hat - x) ** 2).mean()


def mae(x_hat, x):
    """Mean absolute error (L1) over all N * n values."""
    return (x_hat - x).abs().mean()


def bce(x_hat, x):
    """Binary cross-entropy in nats a value; x and x_hat in [0, 1]."""
    return F.binary_cross_entropy(x_hat, x)


def reconstruction(model, x):
    """The plain autoencoder: rebuild x."""
    return mse(model(x), x)


def denoising(model, x, noise=0.4):
    """Rebuild x from x + noise * N(0, I). Vincent et al. (2008), doi:10.1145/1390156.1390294."""
    x_noisy = x + noise * torch.randn_like(x)
    return mse(model(x_noisy), x)


def sparse(model, x, strength=0.01):
    """Rebuild x and keep few latent values awake: strength * mean over N of the sum of |z|."""
    z = model.encoder(x)
    return mse(model.decoder(z), x) + strength * z.abs().sum(1).mean()


def variational(model, x, beta=1.0):
    """Squared error + beta * KL(q(z|x) || N(0, I)), per example and divided by n.

    Kingma & Welling (2014), arXiv:1312.6114; beta: Higgins et al. (2017).
    """
    mean, log_variance = model.encode(x)
    x_hat = model.decoder(model.sample(mean, log_variance))
    divergence = (mean**2 + log_variance.exp() - log_variance - 1).sum(1) / 2
    return mse(x_hat, x) + beta * divergence.mean() / x.shape[1]
