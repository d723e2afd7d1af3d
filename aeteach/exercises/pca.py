"""Checks of notebook 06, autoencoder and PCA."""

from collections.abc import Callable

import torch
from torch import Tensor

from aeteach.exercises.reply import Reply, asked, close, reply
from aeteach.measures.pca import axis_angles, principal_axes, subspace_angle
from aeteach.words import tr


def check_discarded(error: Callable[[Tensor, int], float]) -> Reply:
    """PCA's error, summed over the features, from all n variances and the number kept."""
    for variances, latent_size, hint in (
        ((5.0, 3.0, 2.0, 1.0), 4, "nothing is dropped when all four are kept"),
        ((5.0, 3.0, 2.0, 1.0), 1, "which variances are dropped when one is kept?"),
        ((5.0, 3.0, 2.0, 1.0), 3, "the error is what is lost, not what is kept"),
        ((1.0, 5.0, 2.0, 3.0), 2, "here the variances come in no order; PCA keeps the largest"),
        ((2.0, 2.0, 0.5), 2, "equal variances count one by one"),
    ):
        value, complaint = asked(error, torch.tensor(variances), latent_size)
        if complaint:
            return reply(complaint)
        right = sum(sorted(variances)[: len(variances) - latent_size])
        if not close(value, right):
            case = f"{list(variances)}, latent_size={latent_size}"
            return reply(tr("not at {case}: ", case=case) + tr(hint))
    return reply(None)


def check_tied(tied_error: Callable[[Tensor, Tensor], Tensor]) -> Reply:
    """Error of the linear autoencoder E (k, n) whose decoder is E's transpose, covariance C."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(40, 7, generator=generator, dtype=torch.float64)
    c = x.T @ x / len(x)
    for scale in (1.0, 0.4):
        e = (scale * torch.randn(3, 7, generator=generator, dtype=torch.float64)).requires_grad_()
        value, complaint = asked(tied_error, e, c)
        if complaint := complaint or _tied_fault(value, e, x):
            return reply(complaint)
    value.backward()
    return reply(None if e.grad is not None else tr("no gradient reaches E any more"))


def _tied_fault(value: object, e: Tensor, x: Tensor) -> str | None:
    if not isinstance(value, Tensor) or value.dim() != 0:
        return tr("return one number, as linear_error does for one pair D, E")
    whole = (x - x @ e.T @ e).square()
    if torch.isclose(value, whole.sum(1).mean().to(value.dtype)):
        return tr("divide by the number of features, as linear_error does")
    if not torch.isclose(value, whole.mean().to(value.dtype)):
        return tr("this is not the mean squared error of x -> E transposed times E times x")
    return None if value.requires_grad else tr("no gradient reaches E any more")


def check_other_axes(other_axes: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]) -> Reply:
    """Another pair D (n, k), E (k, n) with the same reconstructions and other directions."""
    generator = torch.Generator().manual_seed(1)
    axes = torch.linalg.qr(torch.randn(9, 3, generator=generator))[0]
    answer, complaint = asked(other_axes, axes.clone(), axes.T.clone())
    return reply(complaint or _other_axes_fault(answer, axes.double()))


def _other_axes_fault(answer: object, axes: Tensor) -> str | None:
    pair = list(answer) if isinstance(answer, tuple | list) else []
    if len(pair) != 2 or not all(isinstance(part, Tensor) for part in pair):
        return tr("return two tensors, the new D and the new E")
    d, e = (part.double() for part in pair)
    if d.shape != axes.shape or e.shape != axes.T.shape:
        return tr("D and E must keep their shapes, (n, k) and (k, n)")
    if not torch.allclose(d @ e, axes @ axes.T, atol=1e-4):
        return tr("the reconstructions change: D E x must stay the same for every x")
    if axis_angles(d, axes).amin(1).max() < 5:
        return tr(
            "every column still lies along one of the old directions: other lengths, signs or "
            "another order do not make other axes"
        )
    return None


def check_own_pca(own_pca: Callable[[Tensor, int], tuple[Tensor, Tensor]]) -> Reply:
    """PCA by hand: mean (n,) and axes (n, k) of x (N, n), the largest variance first."""
    generator = torch.Generator().manual_seed(2)
    spread = torch.tensor([3.0, 0.2, 1.0, 2.0, 0.5])
    x = torch.randn(60, 5, generator=generator) * spread + 4
    for latent_size in (3, 1):
        answer, complaint = asked(own_pca, x.clone(), latent_size)
        if complaint := complaint or _own_pca_fault(answer, x, latent_size):
            return reply(complaint)
    return reply(None)


def _own_pca_fault(answer: object, x: Tensor, latent_size: int) -> str | None:
    pair = list(answer) if isinstance(answer, tuple | list) else []
    if len(pair) != 2 or not all(isinstance(part, Tensor) for part in pair):
        return tr("return two tensors: the mean and the axes")
    mean, axes = (part.detach().float() for part in pair)
    if mean.numel() != x.shape[1] or not torch.allclose(mean.flatten(), x.mean(0), atol=1e-3):
        return tr("the first tensor must be the mean of each feature, {n} numbers", n=x.shape[1])
    if tuple(axes.shape) != (x.shape[1], latent_size):
        wanted = (x.shape[1], latent_size)
        return tr("the axes must be columns: shape {wanted}", wanted=wanted)
    if not torch.allclose(axes.T @ axes, torch.eye(latent_size), atol=1e-3):
        return tr("the columns must have length 1 and stand at right angles")
    return _axes_fault(x, mean, axes, latent_size)


def _axes_fault(x: Tensor, mean: Tensor, axes: Tensor, latent_size: int) -> str | None:
    right = principal_axes(x, latent_size)
    raw = torch.linalg.svd(x, full_matrices=False).Vh[:latent_size].T
    if subspace_angle(axes, right) < 0.5:
        variances = ((x - mean.flatten()) @ axes).var(0)
        ordered = bool((variances.diff() <= 1e-3).all())
        aligned = bool((axis_angles(axes, right).diagonal() < 0.5).all())
        return None if ordered and aligned else tr("the largest variance must come first")
    if subspace_angle(axes, raw) < 0.5:
        return tr("these are the axes of the raw data: take the mean away first")
    return tr("these directions keep less variance than others would")
