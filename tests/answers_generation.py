"""Answers to the exercises of notebook 05: right in many spellings, wrong in typical ways."""

import torch
from sklearn.neighbors import NearestNeighbors

from aeteach.exercises import check_bells, check_coverage, check_doctor, check_gap
from aeteach.measures import neighbour_shares

RIGHT, WRONG = {}, {}


RIGHT[check_gap] = [
    lambda between, a, b: between**2 + (a - b) ** 2,
    lambda d, a, b: d * d + a * a + b * b - 2 * a * b,
    lambda d, a, b: abs(d) ** 2 + abs(b - a) ** 2,
    lambda d, a, b: torch.tensor(d) ** 2 + torch.tensor(a - b) ** 2,
]


WRONG[check_gap] = [
    (lambda d, a, b: abs(d), "squared"),
    (lambda d, a, b: d**2, "into the trace"),
    (lambda d, a, b: d**2 + (a**2 - b**2) ** 2, "into the trace"),
    (lambda d, a, b: d**2 + (b - a) * abs(b - a), "called the first"),
    (lambda d, a, b: d * abs(d) + (a - b) ** 2, "to the left"),
    (lambda d, a, b: torch.zeros(3), "for every pair"),
    (lambda d, a, b: "nine", "for every pair"),
]


def by_loop(z, count, heat=1.0):
    columns = [torch.normal(v.mean().item(), heat * v.std().item(), (count,)) for v in z.T]
    return torch.stack(columns, 1)


RIGHT[check_bells] = [
    lambda z, count, heat=1.0: z.mean(0) + heat * z.std(0) * torch.randn(count, z.shape[1]),
    lambda z, n, t: torch.distributions.Normal(z.mean(0), t * z.std(0)).sample((n,)),
    lambda z, n, t: torch.randn(n, z.size(1)).mul(t * z.var(0).sqrt()).add(z.mean(0)),
    by_loop,
]


WRONG[check_bells] = [
    (lambda z, n, t: t * torch.randn(n, z.shape[1]), "other means"),
    (lambda z, n, t: z.mean(0) + z.std(0) * torch.randn(n, z.shape[1]), "heat=0.5"),
    (lambda z, n, t: z.mean(0) + min(t, 1) * z.std(0) * torch.randn(n, z.shape[1]), "heat=2.0"),
    (lambda z, n, t: z.mean(0) + t * z.var(0) * torch.randn(n, z.shape[1]), "widths"),
    (lambda z, n, t: z.mean(0) + t * z.std(0) * torch.randn(n, 1), "move together"),
    (lambda z, n, t: z[torch.randint(len(z), (n,))], "twice"),
    (lambda z, n, t: z.mean(0) + t * z.std(0) * torch.randn(z.shape), "shape"),
    (lambda z, n, t: 3.0, "shape"),
]


def by_cases(density, coverage):
    if coverage >= 0.5:
        return "healthy"
    return "collapsed" if density > 0.5 else "scattered"


RIGHT[check_doctor] = [
    by_cases,
    lambda d, c: "scattered" if d < 0.3 else "collapsed" if c < 0.3 else "healthy",
]


WRONG[check_doctor] = [
    (lambda d, c: "healthy", "density 1.10, coverage 0.02"),
    (lambda d, c: "healthy" if d > 0.5 else "scattered", "density 1.10, coverage 0.02"),
    (lambda d, c: "collapsed" if c < 0.3 else "healthy", "noise"),
    (lambda d, c: "collapsed" if d > 1 or 0.5 < d < 0.9 else "scattered", "real test"),
    (lambda d, c: "ill", "must be one of"),
    (lambda d, c: ..., "not answered"),
]


def by_sort(real, new, neighbours):
    radius = torch.cdist(real, real).sort(1).values[:, neighbours]
    return (torch.cdist(real, new) <= radius[:, None]).any(1).float().mean().item()


def by_search(real, new, neighbours):
    search = NearestNeighbors(n_neighbors=neighbours).fit(real.numpy())
    radius = torch.tensor(search.kneighbors()[0][:, -1])
    return (torch.cdist(real, new).amin(1) <= radius + 1e-6).float().mean()


RIGHT[check_coverage] = [by_sort, by_search]


def with_itself(real, new, neighbours):
    radius = torch.cdist(real, real).sort(1).values[:, neighbours - 1]
    return (torch.cdist(real, new) <= radius[:, None]).any(1).float().mean().item()


WRONG[check_coverage] = [
    (with_itself, "0 and 1 only"),
    (lambda r, n, k: by_sort(r, n, 1), "fifth"),
    (lambda r, n, k: by_sort(n, r, 1) if len(n) > 1 else 0.0, "0 and 1 only"),
    (lambda r, n, k: 0.5, "far away"),
    (lambda r, n, k: neighbour_shares(r, n, k)["density"] if len(n) > 1 else 0.0, "0 and 1 only"),
]
