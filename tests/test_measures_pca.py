"""Measures of PCA and of subspaces against scikit-learn, scipy and hand cases."""

import math
import time

import numpy as np
import pytest
import torch
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA
from sklearn.metrics import r2_score
from threadpoolctl import threadpool_info
from torch import nn

from aeteach.measures import (
    axis_angles,
    decoder_cosines,
    kept_and_lost,
    off_diagonal,
    pca,
    pca_error,
    pca_errors,
    pca_rebuilt,
    principal_axes,
    rebuilt_by_both,
    seconds,
    subspace_angle,
    versus_pca,
)
from aeteach.measures.pca import one_thread
from aeteach.models import Autoencoder, LinearAutoencoder


def tilted(degrees):
    """The first axis of space, turned towards the third."""
    turn = math.radians(degrees)
    return torch.tensor([[math.cos(turn)], [0.0], [math.sin(turn)]])


@pytest.mark.parametrize("latent_size", [1, 3, 12])
def test_pca_rebuilds_as_scikit_learn_does(x, x_test, latent_size):
    pca = PCA(latent_size).fit(x.numpy())
    theirs = pca.inverse_transform(pca.transform(x_test.numpy()))
    ours = pca_rebuilt(x, x_test, latent_size)
    assert ours.dtype == x_test.dtype and ours.shape == x_test.shape
    assert np.allclose(ours, theirs, atol=1e-6, rtol=0)
    error = pca_error(x, x_test, latent_size)
    assert error == pytest.approx(((theirs - x_test.numpy()) ** 2).mean(), abs=1e-7)
    all_errors = pca_errors(x, x_test)[:, latent_size - 1].mean().item() / 12
    assert error == pytest.approx(all_errors, abs=1e-6)


def test_pca_is_a_linear_autoencoder_that_could_be_trained_on(x, x_test):
    chance = torch.get_rng_state()
    model = pca(x, 3)
    assert torch.equal(chance, torch.get_rng_state())
    assert isinstance(model, LinearAutoencoder)
    assert torch.equal(model.encoder.weight, model.decoder.weight.T)
    assert torch.equal(model.decoder.weight, principal_axes(x, 3))
    assert torch.allclose(model(x_test), pca_rebuilt(x, x_test, 3))
    assert all(p.requires_grad for p in model.parameters())
    assert pca(x.double(), 3).decoder.bias.dtype == torch.float64


@pytest.mark.parametrize("latent_size", [0, 13])
def test_too_many_components_are_refused(x, latent_size):
    complaint = rf"latent_size is {latent_size}; (\(60, 12\) data have 1..12|.*whole number from 1)"
    with pytest.raises(ValueError, match=complaint):
        pca_rebuilt(x, x, latent_size)
    with pytest.raises(ValueError, match="have 1..5 components"):
        pca_rebuilt(x[:5], x, 6)


def test_principal_axes_are_columns_in_order(x):
    axes = principal_axes(x, 4)
    assert axes.shape == (12, 4)
    assert torch.allclose(axes.T @ axes, torch.eye(4), atol=1e-5)
    variances = ((x - x.mean(0)) @ axes).var(0)
    assert (variances.diff() < 0).all()
    assert np.allclose(variances, PCA(4).fit(x.numpy()).explained_variance_, rtol=1e-4)


def test_kept_and_lost_by_hand():
    x = torch.tensor([[0.0, 0.0], [2.0, 2.0], [4.0, 4.0]])
    x_hat = torch.tensor([[0.0, 2.0], [2.0, 2.0], [4.0, 2.0]])
    assert kept_and_lost(x, x_hat) == pytest.approx((8 / 6, 8 / 6))
    assert kept_and_lost(x, x) == pytest.approx((16 / 6, 0))


def test_kept_and_lost_add_up_for_a_projection(x):
    kept, lost = kept_and_lost(x, pca_rebuilt(x, x, 3))
    assert kept + lost == pytest.approx(x.var(0, correction=0).mean().item(), rel=1e-4)


@pytest.mark.parametrize("degrees", [0, 10, 45, 90, 135])
def test_the_angle_of_two_lines(degrees):
    found = subspace_angle(tilted(0), 3 * tilted(degrees))
    assert found == pytest.approx(min(degrees, 180 - degrees), abs=1e-4)
    assert axis_angles(tilted(0), -2 * tilted(degrees)).item() == pytest.approx(found, abs=0.03)


def test_the_angle_of_subspaces_is_scipys_largest():
    torch.manual_seed(3)
    a, b = torch.randn(9, 3, requires_grad=True), torch.randn(9, 3)
    theirs = np.rad2deg(subspace_angles(a.detach().numpy(), b.numpy())).max()
    assert subspace_angle(a, b) == pytest.approx(theirs, rel=1e-4)
    mixed = a @ torch.randn(3, 3)
    assert subspace_angle(a, mixed) < 0.01
    assert axis_angles(a, mixed).diagonal().max() > 1


def test_axis_angles_go_from_each_to_each():
    eye = torch.eye(5)
    angles = axis_angles(eye[:, :2], eye[:, [2, 1, 0]])
    assert angles.tolist() == [[90, 90, 0], [90, 0, 90]]


def test_off_diagonal_by_hand():
    assert off_diagonal(torch.tensor([[5.0, -1.0], [3.0, 7.0]])) == 2
    assert off_diagonal(torch.eye(4)) == 0 and off_diagonal(torch.ones(1, 1)) == 0


def test_decoder_cosines_of_a_linear_decoder_are_those_of_its_columns():
    torch.manual_seed(0)
    model = LinearAutoencoder(7, 3)
    columns = nn.functional.normalize(model.decoder.weight.detach(), dim=0)
    found = decoder_cosines(model, torch.randn(5, 3))
    assert found.shape == (3, 3)
    assert torch.allclose(found, (columns.T @ columns).abs(), atol=1e-5)


def test_decoder_cosines_by_differences():
    torch.manual_seed(0)
    model = Autoencoder(7, 2, 9).double()
    z, small = torch.randn(1, 2, dtype=torch.float64), 1e-6
    steps = torch.eye(2, dtype=torch.float64) * small
    nudged = torch.stack([(model.decoder(z + s) - model.decoder(z))[0] for s in steps])
    across, up = nn.functional.normalize(nudged.detach(), dim=1)
    expected = (across @ up).abs().item()
    assert decoder_cosines(model, z)[0, 1].item() == pytest.approx(expected, abs=1e-4)


def test_both_rebuild_with_one_latent_size(x, x_test):
    model = Autoencoder(12, 3, 20, dropout=0.5)
    both = rebuilt_by_both(model, x, x_test)
    assert list(both) == ["PCA", "autoencoder"]
    assert torch.equal(both["PCA"], pca_rebuilt(x, x_test, 3))
    assert torch.equal(both["autoencoder"], model.eval()(x_test))


def test_versus_pca_is_scikit_learns_r2(x, x_test):
    model = Autoencoder(12, 3, 20)
    both = rebuilt_by_both(model, x, x_test)
    for name, r2 in versus_pca(model, x, x_test).items():
        theirs = r2_score(
            x_test.numpy(), both[name].detach().numpy(), multioutput="variance_weighted"
        )
        assert r2 == pytest.approx(theirs, abs=1e-4)


def test_seconds_counts_work_and_not_waiting():
    calls = []
    assert seconds(lambda: (calls.append(1), time.sleep(0.02)), repeats=3) < 0.01
    assert len(calls) == 3
    pools = []
    seconds(lambda: pools.extend(threadpool_info()))
    assert pools and {pool["num_threads"] for pool in pools} == {1}
    assert seconds(lambda: sum(i * i for i in range(300_000))) > 0.001
    with pytest.raises(ValueError, match="repeats is 0"):
        seconds(lambda: None, repeats=0)


def threads():
    return {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}


def test_one_thread_while_it_lasts_and_what_was_before_after_it():
    before = threads()
    with pytest.raises(ZeroDivisionError), one_thread():
        assert set(threads().values()) == {1}
        raise ZeroDivisionError
    assert threads() == before
    with one_thread():
        assert any("scipy" in path for path in threads())
