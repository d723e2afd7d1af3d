"""PCA, the linear yardstick: scikit-learn's. Angles between subspaces: scipy's."""

import torch
from torch import Tensor, nn

from aeteach.measures.reconstruction import codes, explained, rebuilt
from aeteach.measures.threads import one_thread


def pca_errors(x_train: Tensor, x: Tensor) -> Tensor:
    """Squared error of x (M, n) after PCA with 1, 2, ... n components, (M, n).

    NaN when x_train is empty.
    """
    from sklearn.decomposition import PCA

    if not len(x_train):
        return torch.full_like(x, torch.nan)
    with one_thread():
        pca = PCA().fit(x_train.numpy())
        z = torch.tensor(pca.transform(x.numpy()), dtype=x.dtype)
    whole = (x - torch.tensor(pca.mean_, dtype=x.dtype)).square().sum(1, keepdim=True)
    return whole - z.square().cumsum(1)


def pca_rebuilt(x_train: Tensor, x: Tensor, latent_size: int) -> Tensor:
    """x (M, n) after PCA with `latent_size` components fitted to x_train (N, n), (M, n).

    ValueError when there are more components than examples or features.
    """
    from sklearn.decomposition import PCA

    most = min(x_train.shape)
    if not 1 <= latent_size <= most:
        raise ValueError(
            f"latent_size is {latent_size}; {tuple(x_train.shape)} data have 1..{most} components"
        )
    with one_thread():
        pca = PCA(latent_size).fit(x_train.numpy())
        return torch.tensor(pca.inverse_transform(pca.transform(x.numpy())), dtype=x.dtype)


def pca_error(x_train: Tensor, x: Tensor, latent_size: int) -> float:
    """Mean squared error of x (M, n) after PCA with `latent_size` components of x_train."""
    return (x - pca_rebuilt(x_train, x, latent_size)).square().mean().item()


def kept_and_lost(x: Tensor, x_hat: Tensor) -> tuple[float, float]:
    """Mean square of x_hat around the mean of x, and of what is missing, x - x_hat; (N, n) both.

    For an orthogonal projection of x they add up to the variance of x.
    """
    kept, lost = x_hat - x.mean(0), x - x_hat
    return kept.square().mean().item(), lost.square().mean().item()


def rebuilt_by_both(model: nn.Module, x_train: Tensor, x: Tensor) -> dict[str, Tensor]:
    """x (M, n) rebuilt by PCA and by `model`: {"PCA": (M, n), "autoencoder": (M, n)}.

    PCA is fitted to x_train (N, n) with as many components as the model has latent values.
    """
    flat = pca_rebuilt(x_train, x, codes(model, x[:1]).shape[1])
    return {"PCA": flat, "autoencoder": rebuilt(model, x)}


def versus_pca(model: nn.Module, x_train: Tensor, x: Tensor) -> dict[str, float]:
    """R2 of x (M, n) rebuilt by PCA and by `model`, as in `rebuilt_by_both`."""
    both = rebuilt_by_both(model, x_train, x)
    return {name: explained(x, x_hat) for name, x_hat in both.items()}


def off_diagonal(matrix: Tensor) -> float:
    """Mean size of the values of a square matrix (k, k) beside its diagonal, 0 for k = 1."""
    k = len(matrix)
    beside = matrix.abs().sum() - matrix.diagonal().abs().sum()
    return beside.item() / max(1, k * (k - 1))


def principal_axes(x_train: Tensor, latent_size: int) -> Tensor:
    """The first principal directions of x_train (N, n) as orthonormal columns (n, k)."""
    from sklearn.decomposition import PCA

    with one_thread():
        components = PCA(latent_size).fit(x_train.numpy()).components_
    return torch.tensor(components.T.copy(), dtype=x_train.dtype)


def subspace_angle(a: Tensor, b: Tensor) -> float:
    """Largest principal angle in degrees, 0..90, between the spans of the columns of a and b.

    a, b: (n, k). scipy's `subspace_angles`, after Knyazev & Argentati (2002).
    """
    from scipy.linalg import subspace_angles

    with one_thread():
        angles = subspace_angles(a.detach().double().numpy(), b.detach().double().numpy())
    return float(torch.rad2deg(torch.tensor(angles.max())))


def axis_angles(a: Tensor, b: Tensor) -> Tensor:
    """Degrees (k, m), 0..90, between each column of a (n, k) and each column of b (n, m).

    A direction and its opposite count as the same.
    """
    a, b = (each.detach().double() / each.detach().double().norm(dim=0) for each in (a, b))
    return torch.rad2deg((a.T @ b).abs().clamp(max=1).acos())


def decoder_cosines(model: nn.Module, z: Tensor) -> Tensor:
    """Size of the cosine (k, k) between the directions in which the decoder answers.

    The directions are the columns of the decoder's Jacobian at each code of z (N, k); the
    sizes are averaged over the codes. The unit matrix for orthogonal directions.
    """
    single = torch.func.jacrev(lambda row: model.decoder(row[None])[0])
    columns = torch.nn.functional.normalize(torch.func.vmap(single)(z).detach(), dim=1)
    return (columns.mT @ columns).abs().mean(0)


def pca_codes(x_train: Tensor, x: Tensor, latent_size: int) -> Tensor:
    """Codes (M, latent_size) of x (M, n) by the PCA of x_train (N, n)."""
    from sklearn.decomposition import PCA

    with one_thread():
        pca = PCA(latent_size).fit(x_train.numpy())
        return torch.tensor(pca.transform(x.numpy()), dtype=x.dtype)
