"""PCA, the linear yardstick, as a network: scikit-learn's. Angles between subspaces: scipy's."""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from time import process_time

import torch
from torch import Tensor, nn

from aeteach.guard import guarded
from aeteach.measures.reconstruction import codes, explained, rebuilt, reconstruction_error
from aeteach.models import LinearAutoencoder


@guarded()
def pca(x: Tensor, latent_size: int) -> LinearAutoencoder:
    """PCA of x (N, n) as a linear autoencoder with `latent_size` codes.

    The columns of decoder.weight (n, k) are the first principal directions, orthonormal, the
    largest variance first; encoder.weight is its transpose; the biases take the mean away and
    add it again. ValueError for more components than x has.
    """
    from sklearn.decomposition import PCA

    if latent_size > min(x.shape) or len(x) < 2:
        raise ValueError(
            f"latent_size is {latent_size}; {tuple(x.shape)} data have 1..{min(x.shape)} "
            f"components, and at least 2 rows are needed"
        )
    with one_thread():
        fitted = PCA(latent_size).fit(x.detach().numpy())
    axes, mean = (torch.tensor(part, dtype=x.dtype) for part in (fitted.components_, fitted.mean_))
    with torch.random.fork_rng(devices=[]):
        model = LinearAutoencoder(x.shape[1], latent_size).to(x.dtype)
    for layer, weight, bias in ((model.encoder, axes, -axes @ mean), (model.decoder, axes.T, mean)):
        layer.weight.data.copy_(weight)
        layer.bias.data.copy_(bias)
    return model


@guarded(width="x_train x", empty="x_train", unknown=True)
def pca_errors(x_train: Tensor, x: Tensor) -> Tensor:
    """Squared error of x (M, n) after PCA with 1, 2, ... n components, (M, n).

    NaN when x_train is empty.
    """
    if not len(x_train):
        return torch.full_like(x, torch.nan)
    model = pca(x_train, min(x_train.shape))
    whole = (x - model.decoder.bias.detach()).square().sum(1, keepdim=True)
    return whole - codes(model, x).square().cumsum(1)


@guarded(width="x_train x")
def pca_rebuilt(x_train: Tensor, x: Tensor, latent_size: int) -> Tensor:
    """x (M, n) after PCA with `latent_size` components fitted to x_train (N, n), (M, n)."""
    return rebuilt(pca(x_train, latent_size), x)


@guarded(width="x_train x")
def pca_error(x_train: Tensor, x: Tensor, latent_size: int) -> float:
    """Mean squared error of x (M, n) after PCA with `latent_size` components of x_train."""
    return reconstruction_error(pca(x_train, latent_size), x)


@guarded(width="x_train x")
def pca_codes(x_train: Tensor, x: Tensor, latent_size: int) -> Tensor:
    """Codes (M, latent_size) of x (M, n) by the PCA of x_train (N, n)."""
    return codes(pca(x_train, latent_size), x)


@guarded()
def principal_axes(x_train: Tensor, latent_size: int) -> Tensor:
    """The first principal directions of x_train (N, n) as orthonormal columns (n, k)."""
    return pca(x_train, latent_size).decoder.weight.detach()


@guarded(width="x_train x")
def rebuilt_by_both(model: nn.Module, x_train: Tensor, x: Tensor) -> dict[str, Tensor]:
    """x (M, n) rebuilt by PCA and by `model`: {"PCA": (M, n), "autoencoder": (M, n)}.

    PCA is fitted to x_train (N, n) with as many components as the model has latent values.
    """
    flat = pca(x_train, codes(model, x[:1]).shape[1])
    return {"PCA": rebuilt(flat, x), "autoencoder": rebuilt(model, x)}


@guarded(width="x_train x")
def versus_pca(model: nn.Module, x_train: Tensor, x: Tensor) -> dict[str, float]:
    """R2 of x (M, n) rebuilt by PCA and by `model`, as in `rebuilt_by_both`."""
    both = rebuilt_by_both(model, x_train, x)
    return {name: explained(x, x_hat) for name, x_hat in both.items()}


@guarded(shape="x x_hat")
def kept_and_lost(x: Tensor, x_hat: Tensor) -> tuple[float, float]:
    """Mean square of x_hat around the mean of x, and of what is missing, x - x_hat; (N, n) both.

    For an orthogonal projection of x they add up to the variance of x.
    """
    kept, lost = x_hat - x.mean(0), x - x_hat
    return kept.square().mean().item(), lost.square().mean().item()


@guarded()
def off_diagonal(matrix: Tensor) -> float:
    """Mean size of the values of a square matrix (k, k) beside its diagonal, 0 for k = 1."""
    if len(matrix) != matrix.shape[1]:
        raise ValueError(f"matrix has shape {tuple(matrix.shape)}; give a square one (k, k)")
    k = len(matrix)
    beside = matrix.abs().sum() - matrix.diagonal().abs().sum()
    return beside.item() / max(1, k * (k - 1))


@guarded(rows="a b")
def subspace_angle(a: Tensor, b: Tensor) -> float:
    """Largest principal angle in degrees, 0..90, between the spans of the columns of a and b.

    a, b: (n, k). scipy's `subspace_angles`, after Knyazev & Argentati (2002).
    """
    from scipy.linalg import subspace_angles

    if not (a.any() and b.any()):
        raise ValueError(f"all columns of {'b' if a.any() else 'a'} are 0; they span nothing")
    with one_thread():
        angles = subspace_angles(a.double().numpy(), b.double().numpy())
    return float(torch.rad2deg(torch.tensor(angles.max())))


@guarded(rows="a b")
def axis_angles(a: Tensor, b: Tensor) -> Tensor:
    """Degrees (k, m), 0..90, between each column of a (n, k) and each column of b (n, m).

    A direction and its opposite count as the same.
    """
    a, b = (each.detach().double() / each.detach().double().norm(dim=0) for each in (a, b))
    return torch.rad2deg((a.T @ b).abs().clamp(max=1).acos())


@guarded()
def seconds(action: Callable[[], object], repeats: int = 1) -> float:
    """Processor seconds of one call of `action`, the mean over `repeats` calls.

    Other programs on the machine do not count, as they would by the clock on the wall. The
    linear algebra of numpy and scipy is held to one thread meanwhile: a second one that waits
    for work would count as work.
    """
    with one_thread():
        begin = process_time()
        for _ in range(repeats):
            action()
    return (process_time() - begin) / repeats


def one_thread() -> AbstractContextManager:
    """Holds the linear algebra of numpy and scipy to one thread inside a `with`.

    PCA of a thousand digits takes 1 ms on one thread, and up to a hundred on several that
    wait for one another.
    """
    return _pools().limit(limits=1)


@functools.cache
def _pools():
    """The libraries with threads of their own; scipy's is loaded first, so that it counts."""
    import scipy.linalg  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
