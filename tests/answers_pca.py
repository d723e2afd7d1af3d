"""Answers to the exercises of notebook 06: right in many spellings, wrong in typical ways."""

import torch
from sklearn.decomposition import PCA

from aeteach.exercises import check_discarded, check_other_axes, check_own_pca, check_tied

RIGHT, WRONG = {}, {}


def by_loop(variances, latent_size):
    rest = sorted(variances.tolist())
    for _ in range(latent_size):
        rest.pop()
    return sum(rest)


RIGHT[check_discarded] = [
    lambda v, k: v.sort(descending=True).values[k:].sum(),
    lambda v, k: sum(sorted(v.tolist(), reverse=True)[k:]),
    lambda v, k: v.sum() - v.topk(k).values.sum(),
    lambda variances, latent_size: variances.sum().item() - variances.topk(latent_size)[0].sum(),
    by_loop,
]


WRONG[check_discarded] = [
    (lambda v, k: v[k:].sum(), "no order"),
    (lambda v, k: v.topk(k).values.sum(), "nothing is dropped"),
    (lambda v, k: v.sum(), "nothing is dropped"),
    (lambda v, k: v.sort().values[k:].sum(), "which variances are dropped"),
    (lambda v, k: v.sort(descending=True).values[k:].mean(), "some numbers are NaN"),
    (lambda v, k: v.sort(descending=True).values[k + 1 :].sum(), "which variances are dropped"),
    (lambda v, k: v.unique().flip(0)[k:].sum(), "one by one"),
]


def linear_error(D, E, C):
    missed = torch.eye(len(C), dtype=C.dtype) - D @ E
    return (missed @ C * missed).sum((-2, -1)) / len(C)


def tied_by_trace(E, C):
    rest = torch.eye(len(C), dtype=C.dtype) - E.T @ E
    return torch.trace(rest @ C @ rest.T) / len(C)


RIGHT[check_tied] = [
    lambda E, C: linear_error(E.T, E, C),
    lambda E, C: linear_error(E.mT, E, C),
    lambda E, C: linear_error(E.transpose(0, 1), E, C),
    lambda E, C: linear_error(torch.einsum("kn->nk", E), E, C),
    tied_by_trace,
]


WRONG[check_tied] = [
    (lambda E, C: linear_error(E, E, C), "your function raises RuntimeError"),
    (lambda E, C: linear_error(torch.linalg.pinv(E), E, C), "not the mean squared error"),
    (lambda E, C: linear_error(E.T, E, C) * len(C), "divide by the number of features"),
    (lambda E, C: linear_error(E.T.detach(), E.detach(), C), "no gradient"),
    (lambda E, C: linear_error(E.T, E, torch.eye(len(C), dtype=C.dtype)), "not the mean squared"),
    (lambda E, C: torch.stack([linear_error(E.T, E, C)] * 2), "one number"),
    (lambda E, C: linear_error(E.T, E, C).item(), "one number"),
]


def mixing(M):
    return lambda D, E: (D @ M.to(D), torch.linalg.inv(M.to(D)) @ E)


TURN = torch.linalg.qr(torch.tensor([[1.0, 2.0, 0.0], [0.5, 1.0, 3.0], [2.0, 0.0, 1.0]]))[0]
SHEAR = torch.tensor([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


RIGHT[check_other_axes] = [
    mixing(TURN),
    mixing(SHEAR),
    mixing(torch.eye(3) + torch.ones(3, 3)),
    lambda D, E: (D @ TURN.to(D), TURN.to(D).T @ E),
    lambda D, E: [(D @ SHEAR.to(D)).float(), torch.linalg.solve(SHEAR.to(D), E)],
]


WRONG[check_other_axes] = [
    (lambda D, E: (D, E), "along one of the old directions"),
    (lambda D, E: (2 * D, E / 2), "along one of the old directions"),
    (lambda D, E: (-D, -E), "along one of the old directions"),
    (lambda D, E: (D.flip(1), E.flip(0)), "along one of the old directions"),
    (lambda D, E: (D @ TURN.to(D), E), "reconstructions change"),
    (lambda D, E: (D @ TURN.to(D), TURN.to(D) @ E), "reconstructions change"),
    (lambda D, E: (D @ SHEAR.to(D), SHEAR.to(D).T @ E), "reconstructions change"),
    (lambda D, E: (E, D), "keep their shapes"),
    (lambda D, E: (D[:, :2], E[:2]), "keep their shapes"),
    (lambda D, E: D @ E, "two tensors"),
    (lambda D, E: (D, E, D), "two tensors"),
]


def by_svd(x, k):
    mean = x.mean(0)
    return mean, torch.linalg.svd(x - mean, full_matrices=False).Vh[:k].T


def by_eigh(x, k):
    centred = x - x.mean(0)
    vectors = torch.linalg.eigh(centred.T @ centred).eigenvectors
    return x.mean(0), vectors.flip(1)[:, :k]


def by_cov(x, k):
    values, vectors = torch.linalg.eigh(x.T.cov())
    return x.mean(0, keepdim=True), -vectors[:, values.argsort(descending=True)[:k]]


def by_sklearn(x, k):
    pca = PCA(k).fit(x.numpy())
    return [torch.tensor(pca.mean_), torch.tensor(pca.components_).T]


RIGHT[check_own_pca] = [by_svd, by_eigh, by_cov, by_sklearn]


WRONG[check_own_pca] = [
    (lambda x, k: (x.mean(0), torch.linalg.svd(x, full_matrices=False).Vh[:k].T), "raw data"),
    (lambda x, k: (x.mean(0), by_svd(x, k)[1].T), "must be columns"),
    (lambda x, k: (x.mean(1), by_svd(x, k)[1]), "mean of each feature"),
    (lambda x, k: (x.mean(), by_svd(x, k)[1]), "mean of each feature"),
    (lambda x, k: (0 * x.mean(0), by_svd(x, k)[1]), "mean of each feature"),
    (lambda x, k: (x.mean(0), by_svd(x, k)[1].flip(1)), "largest variance must come first"),
    (lambda x, k: (x.mean(0), torch.linalg.eigh(x.T.cov()).eigenvectors[:, :k]), "less variance"),
    (lambda x, k: (x.mean(0), 2 * by_svd(x, k)[1]), "length 1"),
    (lambda x, k: (x.mean(0), torch.eye(5)[:, :k]), "less variance"),
    (lambda x, k: by_svd(x, k)[1], "two tensors"),
    (
        lambda x, k: (x.mean(0), by_svd(x, k)[1] @ torch.linalg.qr(torch.randn(k, k))[0]),
        "largest variance must come first",
    ),
]
