"""Checks of notebook 06, autoencoder and PCA."""

from collections.abc import Callable

import torch
from torch import Tensor

from aeteach.exercises.reply import (
    check,
    close,
    drawn,
    gradient,
    is_number,
    no_gradient,
    tried,
)
from aeteach.measures.pca import axis_angles, pca, subspace_angle
from aeteach.words import tr


@check
def check_discarded(error: Callable[[Tensor, int], float]) -> str | None:
    """PCA's error, summed over the features, from all n variances and the number kept."""
    cases = (
        ((5.0, 3.0, 2.0, 1.0), 4, "nothing is dropped when all four are kept"),
        ((5.0, 3.0, 2.0, 1.0), 1, "which variances are dropped when one is kept?"),
        ((5.0, 3.0, 2.0, 1.0), 3, "the error is what is lost, not what is kept"),
        ((1.0, 5.0, 2.0, 3.0), 2, "here the variances come in no order; PCA keeps the largest"),
        ((2.0, 2.0, 0.5), 2, "equal variances count one by one"),
    )

    def right(value: object, variances: Tensor, latent_size: int) -> bool:
        return close(value, sum(variances.sort(descending=True).values[latent_size:].tolist()))

    def head(variances: Tensor, latent_size: int) -> str:
        return tr("not at {case}: ", case=f"{variances.tolist()}, latent_size={latent_size}")

    rows = [((torch.tensor(variances), k), hint) for variances, k, hint in cases]
    return tried(error, rows, right, head)


@check
def check_tied(tied_error: Callable[[Tensor, Tensor], Tensor]) -> str | None:
    """Error of the linear autoencoder E (k, n) whose decoder is E's transpose, covariance C."""
    chance = drawn()
    x = torch.randn(40, 7, generator=chance, dtype=torch.float64)
    e = torch.randn(3, 7, generator=chance, dtype=torch.float64)
    cases = [(((scale * e).requires_grad_(), x.T @ x / len(x)), "") for scale in (1.0, 0.4)]
    return tried(tied_error, cases, lambda value, e, _: _tied_fault(value, e, x), "")


def _tied_fault(value: object, e: Tensor, x: Tensor) -> bool | str:
    if not is_number(value):
        return tr("return one number, as linear_error does for one pair D, E")
    whole = (x - x @ e.T @ e).square()
    if torch.isclose(value.double(), whole.sum(1).mean()):
        return tr("divide by the number of features, as linear_error does")
    if not torch.isclose(value.double(), whole.mean()):
        return tr("this is not the mean squared error of x -> E transposed times E times x")
    return gradient(value, e) is not None or no_gradient("E")


@check
def check_other_axes(other_axes: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]) -> str | None:
    """Another pair D (n, k), E (k, n) with the same reconstructions and other directions."""
    axes = torch.linalg.qr(torch.randn(9, 3, generator=drawn(1)))[0]
    cases = [((axes, axes.T.clone()), "")]
    return tried(other_axes, cases, lambda pair, *_: _other_axes_fault(pair, axes.double()), "")


def _pair(answer: object) -> list[Tensor] | None:
    two = isinstance(answer, tuple | list) and len(answer) == 2
    tensors = two and all(isinstance(part, Tensor) for part in answer)
    return [part.detach().double() for part in answer] if tensors else None


def _other_axes_fault(answer: object, axes: Tensor) -> bool | str:
    pair = _pair(answer)
    if pair is None:
        return tr("return two tensors, the new D and the new E")
    d, e = pair
    if d.shape != axes.shape or e.shape != axes.T.shape:
        return tr("D and E must keep their shapes, (n, k) and (k, n)")
    if not torch.allclose(d @ e, axes @ axes.T, atol=1e-4):
        return tr("the reconstructions change: D E x must stay the same for every x")
    return axis_angles(d, axes).amin(1).max().item() >= 5 or tr(
        "every column still lies along one of the old directions: other lengths, signs or "
        "another order do not make other axes"
    )


@check
def check_own_pca(own_pca: Callable[[Tensor, int], tuple[Tensor, Tensor]]) -> str | None:
    """PCA by hand: mean (n,) and axes (n, k) of x (N, n), the largest variance first."""
    spread = torch.tensor([3.0, 0.2, 1.0, 2.0, 0.5])
    x = torch.randn(60, 5, generator=drawn(2)) * spread + 4
    return tried(own_pca, [((x, 3), ""), ((x, 1), "")], _own_pca_fault, "")


def _own_pca_fault(answer: object, x: Tensor, latent_size: int) -> bool | str:
    pair, x = _pair(answer), x.double()
    if pair is None:
        return tr("return two tensors: the mean and the axes")
    mean, axes = pair
    if mean.numel() != x.shape[1] or not torch.allclose(mean.flatten(), x.mean(0), atol=1e-3):
        return tr("the first tensor must be the mean of each feature, {n} numbers", n=x.shape[1])
    if tuple(axes.shape) != (x.shape[1], latent_size):
        wanted = (x.shape[1], latent_size)
        return tr("the axes must be columns: shape {wanted}", wanted=wanted)
    if not torch.allclose(axes.T @ axes, torch.eye(latent_size).double(), atol=1e-3):
        return tr("the columns must have length 1 and stand at right angles")
    return _axes_fault(x, mean, axes, latent_size)


def _axes_fault(x: Tensor, mean: Tensor, axes: Tensor, latent_size: int) -> bool | str:
    right = pca(x, latent_size).decoder.weight
    raw = torch.linalg.svd(x, full_matrices=False).Vh[:latent_size].T
    if subspace_angle(axes, right) < 0.5:
        variances = ((x - mean.flatten()) @ axes).var(0)
        ordered = bool((variances.diff() <= 1e-3).all())
        aligned = bool((axis_angles(axes, right).diagonal() < 0.5).all())
        return (ordered and aligned) or tr("the largest variance must come first")
    if subspace_angle(axes, raw) < 0.5:
        return tr("these are the axes of the raw data: take the mean away first")
    return tr("these directions keep less variance than others would")
