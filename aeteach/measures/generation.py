"""Inventing pictures, and how far they lie from the data."""

import torch
from torch import Tensor, nn

from aeteach.measures.reconstruction import codes


@torch.no_grad()
def invented(model: nn.Module, x: Tensor, count: int, seed: int = 0, components: int = 1) -> Tensor:
    """`count` decoded random codes (count, n).

    The codes are drawn from a mixture of `components` normal distributions that
    scikit-learn fits to the codes of x (N, n); one component keeps their mean and covariance.
    """
    from sklearn.mixture import GaussianMixture

    z = codes(model, x).double()
    floor = 1e-3 * z.var(0).mean().item()
    mixture = GaussianMixture(components, reg_covar=floor, random_state=seed).fit(z.numpy())
    generator = torch.Generator().manual_seed(seed)
    weights, means = torch.tensor(mixture.weights_), torch.tensor(mixture.means_)
    roots = torch.linalg.cholesky(torch.tensor(mixture.covariances_))
    which = torch.multinomial(weights, count, replacement=True, generator=generator)
    noise = torch.randn(count, z.shape[1], 1, generator=generator, dtype=torch.float64)
    z_new = means[which] + (roots[which] @ noise).squeeze(-1)
    return model.decoder(z_new.to(x.dtype))


def distance_to_data(x: Tensor, x_train: Tensor) -> Tensor:
    """Mean squared distance (N,) of each row of x to the nearest row of x_train."""
    return torch.cdist(x, x_train).amin(1) ** 2 / x.shape[1]
