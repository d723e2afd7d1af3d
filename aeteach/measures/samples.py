"""Are invented pictures as good and as varied as real ones? Rulers, in the features of a judge."""

import torch
from torch import Tensor, nn

from aeteach.guard import guarded, told
from aeteach.measures.reconstruction import codes, evaluated

SHARES = ("precision", "recall", "density", "coverage")


@guarded(width="real new")
def frechet_distance(real: Tensor, new: Tensor) -> float:
    """Squared distance of two clouds, real (N, d) and new (M, d), each taken as a normal one.

    |difference of means|^2 + trace(A + B - 2 (A B)^(1/2)) of the covariances A and B; 0 when
    mean and covariance agree. Dowson & Landau (1982), doi:10.1016/0047-259X(82)90077-X; for
    pictures Heusel et al. (2017), arXiv:1706.08500. ValueError for fewer than two rows, clouds
    of different width and values too large to square.
    """
    _check_count(real, new, 1)
    real, new = real.double(), new.double()
    a, b = (cloud.T.cov().reshape(2 * cloud.shape[1:]) for cloud in (real, new))
    if not (a @ b).isfinite().all():
        most = max(real.abs().max().item(), new.abs().max().item())
        raise ValueError(f"the clouds hold values up to {most:g}; bring them to about 0..1 first")
    root = torch.linalg.eigvals(a @ b).real.clamp(min=0).sqrt().sum()
    gap = (real.mean(0) - new.mean(0)).square().sum()
    return max(0.0, (gap + a.trace() + b.trace() - 2 * root).item())


@guarded(width="real new")
def neighbour_shares(real: Tensor, new: Tensor, neighbours: int = 5) -> dict[str, float]:
    """How two clouds, real (N, d) and new (M, d), overlap, by balls around their points.

    A ball reaches to the `neighbours`-th nearest other point of its own cloud.
    precision: share of new points inside some real ball, recall: share of real points inside
    some new ball (Kynkaanniemi et al. 2019, arXiv:1904.06991). density: real balls that hold
    a new point, over `neighbours`, may exceed 1; coverage: share of real balls that hold a
    new point (Naeem et al. 2020, arXiv:2002.09797). ValueError for too few rows.
    """
    _check_count(real, new, neighbours)
    between = torch.cdist(real, new)  # (N, M)
    inside_real = between <= _radii(real, neighbours)[:, None]
    inside_new = between <= _radii(new, neighbours)[None]
    values = (
        inside_real.any(0).float().mean(),
        inside_new.any(1).float().mean(),
        inside_real.float().sum(0).mean() / neighbours,
        inside_real.any(1).float().mean(),
    )
    return {name: value.item() for name, value in zip(SHARES, values, strict=True)}


@guarded()
def class_entropy(classes: Tensor, count: int = 10) -> float:
    """Entropy of the classes (N,), 0..count-1, as a share of its largest value: 1 is even."""
    if count < 2 or classes.min() < 0 or classes.max() >= count:
        found = f"{classes.min()}..{classes.max()}"
        raise ValueError(f"classes are {found} and count is {count}; give at least 2, 0..count-1")
    share = torch.bincount(classes, minlength=count) / len(classes)
    return (torch.special.entr(share.double()).sum() / torch.tensor(count).log()).item()


@guarded(width="x x_new")
def sample_report(judge: nn.Module, x: Tensor, x_new: Tensor) -> dict[str, float]:
    """Everything a table of invented pictures x_new (M, n) needs, against real ones x (N, n).

    judge: a classifier with `features(x)` (N, d), and logits from a call. frechet, precision,
    recall, density, coverage in its features; confident: share of x_new on which the judge
    is more than 90 % sure; entropy: `class_entropy` of its guesses.
    """
    real, new = (evaluated(judge, "features", pictures) for pictures in (x, x_new))
    logits = evaluated(judge, None, x_new)
    sure, classes = logits.softmax(1).max(1)
    report = {"frechet": frechet_distance(real, new)} | neighbour_shares(real, new)
    report["confident"] = (sure > 0.9).float().mean().item()
    return report | {"entropy": class_entropy(classes, logits.shape[1])}


@guarded(width="x x_train")
def distance_to_data(x: Tensor, x_train: Tensor) -> Tensor:
    """Mean squared distance (N,) of each row of x to the nearest row of x_train."""
    return torch.cdist(x, x_train).amin(1) ** 2 / x.shape[1]


@guarded(width="x_new x")
def nearest_rows(x_new: Tensor, x: Tensor) -> Tensor:
    """The row of x (N, n) nearest to each row of x_new (M, n), as (M, n)."""
    return x[torch.cdist(x_new, x).argmin(1)]


@guarded()
def invented(model: nn.Module, x: Tensor, count: int, seed: int = 0, components: int = 1) -> Tensor:
    """`count` decoded random codes (count, n).

    The codes are drawn from a mixture of `components` normal distributions that
    scikit-learn fits to the codes of x (N, n); one component keeps their mean and covariance.
    ValueError for fewer than two examples, or than components.
    """
    from sklearn.mixture import GaussianMixture

    if len(x) < max(2, components):
        raise ValueError(f"components is {told(components)}; x has only {len(x)} examples")
    z = codes(model, x).double()
    floor = max(1e-3 * z.var(0).mean().item(), 1e-9)
    mixture = GaussianMixture(components, reg_covar=floor, random_state=seed).fit(z.numpy())
    generator = torch.Generator().manual_seed(seed)
    weights, means = torch.tensor(mixture.weights_), torch.tensor(mixture.means_)
    roots = torch.linalg.cholesky(torch.tensor(mixture.covariances_))
    which = torch.multinomial(weights, count, replacement=True, generator=generator)
    noise = torch.randn(count, z.shape[1], 1, generator=generator, dtype=torch.float64)
    z_new = means[which] + (roots[which] @ noise).squeeze(-1)
    return evaluated(model, "decoder", z_new.to(x.dtype))


def _radii(cloud: Tensor, neighbours: int) -> Tensor:
    distance = torch.cdist(cloud, cloud).fill_diagonal_(torch.inf)
    return distance.topk(neighbours, largest=False).values[:, -1]


def _check_count(real: Tensor, new: Tensor, neighbours: int) -> None:
    if min(len(real), len(new)) <= neighbours:
        raise ValueError(
            f"{len(real)} and {len(new)} points with neighbours={neighbours}; give at least "
            f"{neighbours + 1} points each, or fewer neighbours"
        )
