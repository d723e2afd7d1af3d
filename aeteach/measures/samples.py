"""Are invented pictures as good and as varied as real ones? Rulers, in the features of a judge."""

import torch
from torch import Tensor, nn

SHARES = ("precision", "recall", "density", "coverage")


def frechet_distance(real: Tensor, new: Tensor) -> float:
    """Squared distance of two clouds, real (N, d) and new (M, d), each taken as a normal one.

    |difference of means|^2 + trace(A + B - 2 (A B)^(1/2)) of the covariances A and B; 0 when
    mean and covariance agree. Dowson & Landau (1982), doi:10.1016/0047-259X(82)90077-X; for
    pictures Heusel et al. (2017), arXiv:1706.08500. ValueError for fewer than two rows or
    clouds of different width.
    """
    _check(real, new, 1)
    real, new = real.double(), new.double()
    a, b = (cloud.T.cov().reshape(2 * cloud.shape[1:]) for cloud in (real, new))
    root = torch.linalg.eigvals(a @ b).real.clamp(min=0).sqrt().sum()
    gap = (real.mean(0) - new.mean(0)).square().sum()
    return max(0.0, (gap + a.trace() + b.trace() - 2 * root).item())


def neighbour_shares(real: Tensor, new: Tensor, neighbours: int = 5) -> dict[str, float]:
    """How two clouds, real (N, d) and new (M, d), overlap, by balls around their points.

    A ball reaches to the `neighbours`-th nearest other point of its own cloud.
    precision: share of new points inside some real ball, recall: share of real points inside
    some new ball (Kynkaanniemi et al. 2019, arXiv:1904.06991). density: real balls that hold
    a new point, over `neighbours`, may exceed 1; coverage: share of real balls that hold a
    new point (Naeem et al. 2020, arXiv:2002.09797). ValueError for too few rows.
    """
    _check(real, new, neighbours)
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


def class_entropy(classes: Tensor, count: int = 10) -> float:
    """Entropy of the classes (N,), 0..count-1, as a share of its largest value: 1 is even."""
    share = torch.bincount(classes, minlength=count) / len(classes)
    return (torch.special.entr(share.double()).sum() / torch.tensor(count).log()).item()


@torch.no_grad()
def sample_report(judge: nn.Module, x: Tensor, x_new: Tensor) -> dict[str, float]:
    """Everything a table of invented pictures x_new (M, n) needs, against real ones x (N, n).

    judge: a classifier with `features(x)` (N, d), and logits from a call. frechet, precision,
    recall, density, coverage in its features; confident: share of x_new on which the judge
    is more than 90 % sure; entropy: `class_entropy` of its guesses.
    """
    judge.eval()
    real, new = judge.features(x), judge.features(x_new)
    sure, classes = judge(x_new).softmax(1).max(1)
    report = {"frechet": frechet_distance(real, new)} | neighbour_shares(real, new)
    confident = (sure > 0.9).float().mean().item()
    return report | {"confident": confident, "entropy": class_entropy(classes)}


def nearest_rows(x_new: Tensor, x: Tensor) -> Tensor:
    """The row of x (N, n) nearest to each row of x_new (M, n), as (M, n)."""
    return x[torch.cdist(x_new, x).argmin(1)]


def _radii(cloud: Tensor, neighbours: int) -> Tensor:
    distance = torch.cdist(cloud, cloud).fill_diagonal_(torch.inf)
    return distance.topk(neighbours, largest=False).values[:, -1]


def _check(real: Tensor, new: Tensor, neighbours: int) -> None:
    if real.dim() != 2 or new.dim() != 2 or real.shape[1] != new.shape[1]:
        shapes = f"{tuple(real.shape)} and {tuple(new.shape)}"
        raise ValueError(f"the clouds are {shapes}; give (N, d) and (M, d) with the same d")
    if neighbours < 1 or min(len(real), len(new)) <= neighbours:
        raise ValueError(
            f"{len(real)} and {len(new)} points with neighbours={neighbours}; give at least "
            f"{max(neighbours, 1) + 1} points each, and neighbours of 1 or more"
        )
