"""PCA, the linear yardstick: scikit-learn's."""

import torch
from torch import Tensor


def pca_errors(x_train: Tensor, x: Tensor) -> Tensor:
    """Squared error of x (M, n) after PCA with 1, 2, ... n components, (M, n)."""
    from sklearn.decomposition import PCA

    pca = PCA().fit(x_train.numpy())
    z = torch.tensor(pca.transform(x.numpy()), dtype=x.dtype)
    whole = (x - torch.tensor(pca.mean_, dtype=x.dtype)).square().sum(1, keepdim=True)
    return whole - z.square().cumsum(1)


def pca_codes(x_train: Tensor, x: Tensor, latent_size: int) -> Tensor:
    """Codes (M, latent_size) of x (M, n) by the PCA of x_train (N, n)."""
    from sklearn.decomposition import PCA

    pca = PCA(latent_size).fit(x_train.numpy())
    return torch.tensor(pca.transform(x.numpy()), dtype=x.dtype)
