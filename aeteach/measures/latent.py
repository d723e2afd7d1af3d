"""The latent space: neighbourhoods, known factors, its match with N(0, I), paths."""

from collections.abc import Callable, Iterable
from itertools import combinations

import torch
from torch import Tensor, nn

from aeteach.guard import guarded
from aeteach.measures.labels import check_most
from aeteach.measures.reconstruction import answer, codes, evaluated, evaluation, part_of


@guarded(rows="x z")
def trustworthiness(x: Tensor, z: Tensor, neighbours: int = 10) -> float:
    """Are neighbours in the code neighbours in the picture? 1: all are; about 0.5: by chance.

    x (N, n), z (N, k), neighbours < N / 2. Venna & Kaski (2001); scikit-learn's.
    """
    from sklearn.manifold import trustworthiness

    check_most(neighbours, (len(x) - 1) // 2)
    return float(trustworthiness(x.numpy(), z.numpy(), n_neighbors=neighbours))


@guarded(rows="x z")
def continuity(x: Tensor, z: Tensor, neighbours: int = 10) -> float:
    """Are neighbours in the picture neighbours in the code? `trustworthiness`, the other way."""
    return trustworthiness(z, x, neighbours)


@guarded()
def mmd(z: Tensor, seed: int = 0) -> float:
    """Squared maximum mean discrepancy between codes z (N, k) and as many draws of N(0, I).

    0: the same distribution, up to chance. Gaussian kernel of width sqrt(k), unbiased, so it
    may fall a little below 0. Gretton et al. (2012), JMLR 13, 723-773.
    """
    count, size = z.shape
    if count < 2:
        raise ValueError(f"z has {count} row; give at least 2 codes")
    drawn = torch.randn(count, size, generator=torch.Generator().manual_seed(seed)).double()

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (-(torch.cdist(a, b) ** 2) / (2 * size)).exp()

    def within(a: Tensor) -> Tensor:
        return (kernel(a, a).sum() - count) / (count * (count - 1))

    z = z.double()
    return (within(z) + within(drawn) - 2 * kernel(z, drawn).mean()).item()


@guarded()
def normal_gap(z: Tensor) -> float:
    """Mean Kolmogorov-Smirnov distance of the columns of z (N, k) from N(0, 1), 0..1."""
    from scipy.stats import kstest

    gaps = [kstest(column.numpy(), "norm").statistic for column in z.T]
    return float(sum(gaps) / len(gaps))


@guarded(rows="z z_other")
def disparity(z: Tensor, z_other: Tensor) -> float:
    """What is left between two sets of codes (N, k) once moved, turned and scaled alike, 0..1.

    0: the same shape, 1: unrelated. scipy's Procrustes analysis.
    """
    from scipy.spatial import procrustes

    for name, cloud in (("z", z), ("z_other", z_other)):
        if not (cloud != cloud[:1]).any():
            raise ValueError(f"all rows of {name} are the same; these codes have no shape")
    size = max(z.shape[1], z_other.shape[1])
    wide = (nn.functional.pad(cloud, (0, size - cloud.shape[1])) for cloud in (z, z_other))
    return float(procrustes(*(cloud.numpy() for cloud in wide))[2])


@guarded()
def disparities(models: Iterable[nn.Module], x: Tensor) -> list[float]:
    """`disparity` of the codes of x (N, n) for every pair of models."""
    if not isinstance(models, Iterable) or isinstance(models, Tensor | nn.Module):
        raise TypeError(f"models is a {type(models).__name__}; give a list of networks")
    clouds = [codes(model, x) for model in models]
    return [disparity(z, z_other) for z, z_other in combinations(clouds, 2)]


@guarded()
def awake(model: nn.Module, x: Tensor, least: float = 0.05) -> int:
    """How many latent values of a VAE have a mean divergence from N(0, 1) above `least` nats."""
    mean, log_variance = evaluated(model, "encode", x)
    divergence = (mean**2 + log_variance.exp() - log_variance - 1) / 2
    return int((divergence.mean(0) > least).sum())


@guarded(rows="z factors")
def axis_correlations(z: Tensor, factors: Tensor) -> Tensor:
    """Size of Spearman's rank correlation of each factor with each axis, (m, k), 0..1.

    z (N, k), factors (N, m). An interpretable code has one large value in each row; an axis
    or factor that never changes counts as 0.
    """
    from scipy.stats import rankdata

    together = torch.cat([factors, z], dim=1).detach()
    ranks = torch.tensor(rankdata(together.numpy(), axis=0))
    count = factors.shape[1]
    return torch.corrcoef(ranks.T).nan_to_num().abs()[:count, count:]


@guarded(rows="z factors")
def linear_readout(z: Tensor, factors: Tensor) -> list[float]:
    """R2 of each factor (N, m) read by linear regression from the codes z (N, k), m numbers."""
    from sklearn.linear_model import LinearRegression

    if len(z) < 2:
        raise ValueError(f"z has {len(z)} row; give at least 2 codes")
    z, known = z.numpy(), factors.numpy()
    return [float(LinearRegression().fit(z, f).score(z, f)) for f in known.T]


@guarded(free="start end", shape="start end")
def line(start: Tensor, end: Tensor, steps: int = 11) -> Tensor:
    """Points (steps, ..., k) of the straight line from `start` to `end`, both (..., k)."""
    share = torch.linspace(0, 1, steps).reshape(-1, *[1] * start.dim())
    return (1 - share) * start + share * end


@guarded(shape="start end")
@torch.no_grad()
def detour(decoder: Callable[[Tensor], Tensor], start: Tensor, end: Tensor) -> float:
    """Mean length of decoded straight lines, over the distance of their decoded ends; >= 1.

    start, end: codes (N, k). 1: a straight line of codes is a straight line of pictures.
    """
    path = answer(decoder, line(start, end))  # (steps, N, n)
    walked = (path[1:] - path[:-1]).norm(dim=2).sum(0)
    straight = (path[-1] - path[0]).norm(dim=1)
    return (walked / straight).mean().item()


@guarded(free="z")
def sensitivity(decoder: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
    """How far the picture moves for a small step of the code: size of the Jacobian at z (..., k).

    Root of the sum of all squared d x_hat / d z, (...).
    """

    def single(row: Tensor) -> Tensor:
        return answer(decoder, row[None])[0]

    if not z.dim():
        raise ValueError("z has shape (); give (..., k)")
    jacobians = torch.func.vmap(torch.func.jacfwd(single))(z.reshape(-1, z.shape[-1]))
    return jacobians.detach().square().sum((1, 2)).sqrt().reshape(z.shape[:-1])


@guarded()
def grid(limit: float, steps: int) -> Tensor:
    """Codes (steps, steps, 2) evenly over the plane: z2 down the rows, z1 along the columns."""
    ticks = torch.linspace(-limit, limit, steps)
    second, first = torch.meshgrid(ticks, ticks, indexing="ij")
    return torch.stack([first, second], dim=2)


@guarded()
def decoder_cosines(model: nn.Module, z: Tensor) -> Tensor:
    """Size of the cosine (k, k) between the directions in which the decoder answers.

    The directions are the columns of the decoder's Jacobian at each code of z (N, k); the
    sizes are averaged over the codes. The unit matrix for orthogonal directions.
    """
    single = torch.func.jacrev(lambda row: answer(part_of(model, "decoder"), row[None])[0])
    with evaluation(model):
        columns = nn.functional.normalize(torch.func.vmap(single)(z).detach(), dim=1)
    return (columns.mT @ columns).abs().mean(0)
