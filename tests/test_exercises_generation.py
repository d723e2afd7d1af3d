"""Checks of notebook 05: right answers in many spellings, typical faults named, none given away."""

import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from aeteach.exercises import check_bells, check_coverage, check_doctor, check_gap
from aeteach.measures import neighbour_shares


@pytest.mark.parametrize("answer", [
    lambda between, a, b: between**2 + (a - b) ** 2,
    lambda d, a, b: d * d + a * a + b * b - 2 * a * b,
    lambda d, a, b: abs(d) ** 2 + abs(b - a) ** 2,
    lambda d, a, b: torch.tensor(d) ** 2 + torch.tensor(a - b) ** 2,
])
def test_right_gaps(answer):
    reply = check_gap(answer)
    assert reply and reply.text == "right"


@pytest.mark.parametrize("answer, fault", [
    (lambda d, a, b: abs(d), "squared"),
    (lambda d, a, b: d**2, "into the trace"),
    (lambda d, a, b: d**2 + (a**2 - b**2) ** 2, "into the trace"),
    (lambda d, a, b: d**2 + (b - a) * abs(b - a), "called the first"),
    (lambda d, a, b: d * abs(d) + (a - b) ** 2, "to the left"),
    (lambda d, a, b: torch.zeros(3), "for every pair"),
    (lambda d, a, b: "nine", "for every pair"),
])
def test_wrong_gaps(answer, fault):
    reply = check_gap(answer)
    assert not reply and fault in reply.text


def by_loop(z, count, heat=1.0):
    columns = [torch.normal(v.mean().item(), heat * v.std().item(), (count,)) for v in z.T]
    return torch.stack(columns, 1)


@pytest.mark.parametrize("answer", [
    lambda z, count, heat=1.0: z.mean(0) + heat * z.std(0) * torch.randn(count, z.shape[1]),
    lambda z, n, t: torch.distributions.Normal(z.mean(0), t * z.std(0)).sample((n,)),
    lambda z, n, t: torch.randn(n, z.size(1)).mul(t * z.var(0).sqrt()).add(z.mean(0)),
    by_loop,
])
def test_right_samplers(answer):
    for seed in range(5):
        torch.manual_seed(seed)
        assert check_bells(answer)


@pytest.mark.parametrize("answer, fault", [
    (lambda z, n, t: t * torch.randn(n, z.shape[1]), "other means"),
    (lambda z, n, t: z.mean(0) + z.std(0) * torch.randn(n, z.shape[1]), "heat=0.5"),
    (lambda z, n, t: z.mean(0) + t * z.var(0) * torch.randn(n, z.shape[1]), "widths"),
    (lambda z, n, t: z.mean(0) + t * z.std(0) * torch.randn(n, 1), "move together"),
    (lambda z, n, t: z[torch.randint(len(z), (n,))], "twice"),
    (lambda z, n, t: z.mean(0) + t * z.std(0) * torch.randn(z.shape), "shape"),
    (lambda z, n, t: 3.0, "shape"),
])
def test_wrong_samplers(answer, fault):
    torch.manual_seed(0)
    reply = check_bells(answer)
    assert not reply and fault in reply.text


def by_cases(density, coverage):
    if coverage >= 0.5:
        return "healthy"
    return "collapsed" if density > 0.5 else "scattered"


@pytest.mark.parametrize("answer", [
    by_cases,
    lambda d, c: "scattered" if d < 0.3 else "collapsed" if c < 0.3 else "healthy",
])
def test_right_doctors(answer):
    assert check_doctor(answer)


@pytest.mark.parametrize("answer, fault", [
    (lambda d, c: "healthy", "density 1.10, coverage 0.02"),
    (lambda d, c: "healthy" if d > 0.5 else "scattered", "density 1.10, coverage 0.02"),
    (lambda d, c: "collapsed" if c < 0.3 else "healthy", "noise"),
    (lambda d, c: "collapsed" if d > 1 or 0.5 < d < 0.9 else "scattered", "real test"),
    (lambda d, c: "ill", "must be one of"),
    (lambda d, c: ..., "not answered"),
])
def test_wrong_doctors(answer, fault):
    reply = check_doctor(answer)
    assert not reply and fault in reply.text


def by_sort(real, new, neighbours):
    radius = torch.cdist(real, real).sort(1).values[:, neighbours]
    return (torch.cdist(real, new) <= radius[:, None]).any(1).float().mean().item()


def by_search(real, new, neighbours):
    search = NearestNeighbors(n_neighbors=neighbours).fit(real.numpy())
    radius = torch.tensor(search.kneighbors()[0][:, -1])
    return (torch.cdist(real, new).amin(1) <= radius + 1e-6).float().mean()


@pytest.mark.parametrize("answer", [by_sort, by_search])
def test_right_coverages(answer):
    assert check_coverage(answer)


def with_itself(real, new, neighbours):
    radius = torch.cdist(real, real).sort(1).values[:, neighbours - 1]
    return (torch.cdist(real, new) <= radius[:, None]).any(1).float().mean().item()


@pytest.mark.parametrize("answer, fault", [
    (with_itself, "0 and 1 only"),
    (lambda r, n, k: by_sort(r, n, 1), "fifth"),
    (lambda r, n, k: by_sort(n, r, 1) if len(n) > 1 else 0.0, "0 and 1 only"),
    (lambda r, n, k: 0.5, "far away"),
    (lambda r, n, k: neighbour_shares(r, n, k)["density"] if len(n) > 1 else 0.0, "0 and 1 only"),
])
def test_wrong_coverages(answer, fault):
    reply = check_coverage(answer)
    assert not reply and fault in reply.text


@pytest.mark.parametrize("check", [check_gap, check_bells, check_doctor, check_coverage])
def test_an_open_question_is_not_right(check):
    assert not check(...) and "not answered" in check(...).text
