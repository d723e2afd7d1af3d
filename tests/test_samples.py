"""The rulers for invented pictures: by hand, and against scipy and scikit-learn."""

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from scipy.stats import entropy
from sklearn.neighbors import NearestNeighbors
from torch import nn

from aeteach.measures import (
    class_entropy,
    frechet_distance,
    nearest_rows,
    neighbour_shares,
    sample_report,
)

LINE = torch.tensor([[0.0], [1.0], [2.0], [10.0]])


@pytest.fixture
def clouds():
    torch.manual_seed(3)
    return torch.randn(70, 5), torch.randn(43, 5) @ torch.randn(5, 5) * 0.5 + 0.3


def test_frechet_by_hand_on_a_line():
    bag = torch.randn(50, 1)
    assert frechet_distance(bag, bag + 3) == pytest.approx(9, abs=1e-4)
    spread = bag.std().item()
    assert frechet_distance(bag, 3 * bag - 2 * bag.mean()) == pytest.approx(4 * spread**2, rel=1e-4)


def test_frechet_agrees_with_the_matrix_root_of_scipy(clouds):
    real, new = (cloud.double().numpy() for cloud in clouds)
    a, b = np.cov(real.T), np.cov(new.T)
    gap = ((real.mean(0) - new.mean(0)) ** 2).sum()
    expected = gap + np.trace(a + b - 2 * sqrtm(a @ b).real)
    assert frechet_distance(*clouds) == pytest.approx(expected, rel=1e-5)
    assert frechet_distance(*clouds[::-1]) == pytest.approx(expected, rel=1e-5)


def test_frechet_of_a_cloud_with_itself_is_zero_and_never_below(clouds):
    assert 0 <= frechet_distance(clouds[0], clouds[0]) < 1e-6
    flat = torch.zeros(9, 4)
    assert frechet_distance(flat, flat) == 0


def test_shares_by_hand():
    shares = neighbour_shares(LINE, torch.tensor([[0.5], [0.6]]), neighbours=1)
    assert shares == pytest.approx(dict(precision=1, recall=0, density=2, coverage=0.5))
    far = neighbour_shares(LINE, torch.tensor([[50.0], [99.0]]), neighbours=1)
    assert far == pytest.approx(dict(precision=0, recall=0.75, density=0, coverage=0))


@pytest.mark.parametrize("neighbours", [1, 4])
def test_shares_agree_with_neighbours_of_scikit_learn(clouds, neighbours):
    real, new = (cloud.numpy() for cloud in clouds)

    def radii(cloud):
        search = NearestNeighbors(n_neighbors=neighbours).fit(cloud)
        return search.kneighbors()[0][:, -1]

    between = np.linalg.norm(real[:, None] - new[None], axis=2)
    in_real, in_new = between <= radii(real)[:, None], between <= radii(new)[None]
    shares = neighbour_shares(*clouds, neighbours)
    assert shares["precision"] == pytest.approx(in_real.any(0).mean())
    assert shares["recall"] == pytest.approx(in_new.any(1).mean())
    assert shares["density"] == pytest.approx(in_real.sum(0).mean() / neighbours)
    assert shares["coverage"] == pytest.approx(in_real.any(1).mean())


def test_density_tells_the_two_clouds_apart(clouds):
    there, back = neighbour_shares(*clouds), neighbour_shares(*clouds[::-1])
    assert there["precision"] == pytest.approx(back["recall"])
    assert there["coverage"] != pytest.approx(back["coverage"])


@pytest.mark.parametrize(
    "real, new",
    [
        (torch.zeros(5, 2), torch.zeros(5, 3)),
        (torch.zeros(5), torch.zeros(5)),
        (torch.zeros(1, 2), torch.zeros(5, 2)),
        (torch.zeros(5, 2), torch.zeros(0, 2)),
    ],
)
@pytest.mark.parametrize("ruler", [frechet_distance, neighbour_shares])
def test_clouds_that_cannot_be_compared(ruler, real, new):
    with pytest.raises(ValueError, match="give"):
        ruler(real, new)


@pytest.mark.parametrize("neighbours", [0, 5])
def test_too_many_or_no_neighbours(neighbours):
    with pytest.raises(ValueError, match=f"neighbours( is |=){neighbours}"):
        neighbour_shares(torch.randn(5, 2), torch.randn(9, 2), neighbours)


def test_class_entropy_against_scipy():
    classes = torch.tensor([0, 0, 0, 2, 2, 4])
    expected = entropy([3, 0, 2, 0, 1]) / np.log(5)
    assert class_entropy(classes, 5) == pytest.approx(expected, rel=1e-5)
    assert class_entropy(torch.arange(10)) == pytest.approx(1)
    assert class_entropy(torch.full((7,), 3)) == 0


def test_nearest_rows_by_hand():
    x_new = torch.tensor([[1.4], [9.0], [-5.0]])
    assert nearest_rows(x_new, LINE).flatten().tolist() == [1, 10, 0]


class Judge(nn.Module):
    """Features are the picture; sure of class 0 when the first pixel is lit, else torn."""

    def __init__(self):
        super().__init__()
        self.dropout = nn.Dropout(0.5)

    def features(self, x):
        return self.dropout(x)

    def forward(self, x):
        return torch.nn.functional.pad(50 * x[:, :1].gt(0.5).float(), (0, 9))


def test_a_report_gathers_the_rulers_in_the_judges_features(clouds):
    real, new = clouds[0], torch.tensor([[1.0] * 5, [0.0] * 5, [1.0] * 5, [0.2] * 5] * 3)
    report = sample_report(Judge().train(), real, new)
    assert report["frechet"] == pytest.approx(frechet_distance(real, new))
    assert report["coverage"] == pytest.approx(neighbour_shares(real, new)["coverage"])
    assert report["confident"] == pytest.approx(0.5)
    assert report["entropy"] == 0
    assert list(report) == [
        "frechet",
        "precision",
        "recall",
        "density",
        "coverage",
        "confident",
        "entropy",
    ]
