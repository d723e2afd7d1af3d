"""The latent space as a whole: neighbourhoods, its match with N(0, I), paths, repeatability."""

from collections.abc import Callable, Iterable
from itertools import combinations

import torch
from torch import Tensor, nn

from aeteach.measures.reconstruction import codes

FEW = 3


def trustworthiness(x: Tensor, z: Tensor, neighbours: int = 10) -> float:
    """Are neighbours in the code neighbours in the picture? 1: all are; about 0.5: by chance.

    x (N, n), z (N, k), neighbours < N / 2. Venna & Kaski (2001); scikit-learn's.
    """
    from sklearn.manifold import trustworthiness

    return float(trustworthiness(x.numpy(), z.numpy(), n_neighbors=neighbours))


def continuity(x: Tensor, z: Tensor, neighbours: int = 10) -> float:
    """Are neighbours in the picture neighbours in the code? `trustworthiness`, the other way."""
    return trustworthiness(z, x, neighbours)


def mmd(z: Tensor, seed: int = 0) -> float:
    """Squared maximum mean discrepancy between codes z (N, k) and as many draws of N(0, I).

    0: the same distribution, up to chance. Gaussian kernel of width sqrt(k), unbiased, so it
    may fall a little below 0. Gretton et al. (2012), JMLR 13, 723-773.
    """
    count, size = z.shape
    drawn = torch.randn(count, size, generator=torch.Generator().manual_seed(seed))

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (-(torch.cdist(a.double(), b.double()) ** 2) / (2 * size)).exp()

    def within(a: Tensor) -> Tensor:
        return (kernel(a, a).sum() - count) / (count * (count - 1))

    return (within(z) + within(drawn) - 2 * kernel(z, drawn).mean()).item()


def normal_gap(z: Tensor) -> float:
    """Mean Kolmogorov-Smirnov distance of the columns of z (N, k) from N(0, 1), 0..1."""
    from scipy.stats import kstest

    gaps = [kstest(column.numpy(), "norm").statistic for column in z.T]
    return float(sum(gaps) / len(gaps))


def disparity(z: Tensor, z_other: Tensor) -> float:
    """What is left between two sets of codes (N, k) once moved, turned and scaled alike, 0..1.

    0: the same shape, 1: unrelated. scipy's Procrustes analysis.
    """
    from scipy.spatial import procrustes

    return float(procrustes(z.numpy(), z_other.numpy())[2])


def disparities(models: Iterable[nn.Module], x: Tensor) -> list[float]:
    """`disparity` of the codes of x (N, n) for every pair of models."""
    clouds = [codes(model, x) for model in models]
    return [disparity(z, z_other) for z, z_other in combinations(clouds, 2)]


@torch.no_grad()
def awake(model: nn.Module, x: Tensor, least: float = 0.05) -> int:
    """How many latent values of a VAE have a mean divergence from N(0, 1) above `least` nats."""
    mean, log_variance = model.encode(x)
    divergence = (mean**2 + log_variance.exp() - log_variance - 1) / 2
    return int((divergence.mean(0) > least).sum())


def line(start: Tensor, end: Tensor, steps: int = 11) -> Tensor:
    """Points (steps, ..., k) of the straight line from `start` to `end`, both (..., k)."""
    if steps < FEW:
        raise ValueError(f"steps is {steps}; a path has at least {FEW}")
    share = torch.linspace(0, 1, steps).reshape(-1, *[1] * start.dim())
    return (1 - share) * start + share * end


@torch.no_grad()
def detour(decoder: Callable[[Tensor], Tensor], start: Tensor, end: Tensor) -> float:
    """Mean length of decoded straight lines, over the distance of their decoded ends; >= 1.

    start, end: codes (N, k). 1: a straight line of codes is a straight line of pictures.
    """
    path = decoder(line(start, end))  # (steps, N, n)
    walked = (path[1:] - path[:-1]).norm(dim=2).sum(0)
    straight = (path[-1] - path[0]).norm(dim=1)
    return (walked / straight).mean().item()


def sensitivity(decoder: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
    """How far the picture moves for a small step of the code: size of the Jacobian at z (..., k).

    Root of the sum of all squared d x_hat / d z, (...).
    """

    def single(row: Tensor) -> Tensor:
        return decoder(row[None])[0]

    jacobians = torch.func.vmap(torch.func.jacfwd(single))(z.flatten(0, -2))
    return jacobians.detach().square().sum((1, 2)).sqrt().reshape(z.shape[:-1])


def grid(limit: float, steps: int) -> Tensor:
    """Codes (steps, steps, 2) evenly over the plane: z2 down the rows, z1 along the columns."""
    ticks = torch.linspace(-limit, limit, steps)
    second, first = torch.meshgrid(ticks, ticks, indexing="ij")
    return torch.stack([first, second], dim=2)
