"""Do the axes of a code stand for known factors, and is it in the code at all?"""

import torch
from torch import Tensor


def axis_correlations(z: Tensor, factors: Tensor) -> Tensor:
    """Size of Spearman's rank correlation of each factor with each axis, (m, k), 0..1.

    z (N, k), factors (N, m). An interpretable code has one large value in each row.
    """
    from scipy.stats import rankdata

    ranks = torch.tensor(rankdata(torch.cat([factors, z], dim=1).numpy(), axis=0))
    count = factors.shape[1]
    return torch.corrcoef(ranks.T).abs()[:count, count:]


def linear_readout(z: Tensor, factors: Tensor) -> list[float]:
    """R2 of each factor (N, m) read by linear regression from the codes z (N, k), m numbers."""
    from sklearn.linear_model import LinearRegression

    codes, known = z.numpy(), factors.numpy()
    return [float(LinearRegression().fit(codes, f).score(codes, f)) for f in known.T]
