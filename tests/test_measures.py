"""Measures against scikit-learn, brute force and hand cases."""

import math

import pytest
import torch
from sklearn.metrics import normalized_mutual_info_score
from sklearn.neighbors import KNeighborsClassifier
from torch import nn

from aeteach import measures
from aeteach.data import small_digits
from aeteach.measures import (
    cluster_agreement,
    codes,
    copy_meter,
    detection,
    distance_to_data,
    explained,
    explained_by_wave,
    jacobian,
    neighbour_accuracy,
    rebuilt,
    reconstruction_error,
    sharpness,
    shuffled_pixels,
)
from aeteach.models import Autoencoder, LinearAutoencoder, VariationalAutoencoder


class Constant(nn.Module):
    def __init__(self, picture):
        super().__init__()
        self.picture = picture

    def forward(self, x):
        return self.picture.expand_as(x)


@pytest.fixture
def dropping():
    return Autoencoder(12, 3, 20, dropout=0.5)


def test_reconstruction_error_is_the_mean_square(x):
    model = LinearAutoencoder(12, 3)
    expected = nn.functional.mse_loss(model(x), x).item()
    assert reconstruction_error(model, x) == pytest.approx(expected)
    target = torch.rand_like(x)
    expected = nn.functional.mse_loss(model(x), target).item()
    assert reconstruction_error(model, x, target) == pytest.approx(expected)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("measure", [reconstruction_error, rebuilt, codes, copy_meter, jacobian])
def test_measures_are_taken_in_evaluation_mode_and_put_it_back(measure, training, dropping, x):
    dropping.train(training)
    first, second = measure(dropping, x), measure(dropping, x)
    assert dropping.training is training and dropping.encoder[2].training is training
    assert torch.equal(torch.as_tensor(first), torch.as_tensor(second))


def test_the_mode_is_put_back_after_an_error(dropping):
    with pytest.raises(ValueError, match=r"the network cannot take shape \(5, 11\): mat1 and mat2"):
        reconstruction_error(dropping.train(), torch.rand(5, 11))
    assert dropping.training


def test_rebuilt_and_codes_carry_no_gradient(dropping, x):
    dropping.eval()
    assert torch.equal(rebuilt(dropping, x), dropping(x))
    assert torch.equal(codes(dropping, x), dropping.encoder(x)) and codes(dropping, x).shape[1] == 3
    assert not rebuilt(dropping, x).requires_grad and not codes(dropping, x).requires_grad


def test_explained_by_hand():
    x = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    assert explained(x, x) == 1
    assert explained(x, x.mean(0).expand_as(x)) == 0
    assert explained(x, x + 1) == pytest.approx(1 - 4 / 4)
    assert explained(x, x + 0.5) == pytest.approx(0.75)
    assert explained(x, -x) < 0


def test_shuffled_pixels_keep_each_pixels_values():
    x = torch.rand(40, 1) + 0.1 * torch.rand(40, 6)
    shuffled = shuffled_pixels(x)
    assert torch.equal(shuffled.sort(0).values, x.sort(0).values)
    assert not torch.equal(shuffled, x)


def test_shuffled_pixels_are_not_tied():
    x = torch.rand(2000, 1) + 0.1 * torch.rand(2000, 6)
    beside = ~torch.eye(6, dtype=torch.bool)
    assert torch.corrcoef(x.T)[beside].min() > 0.9
    assert torch.corrcoef(shuffled_pixels(x).T)[beside].abs().max() < 0.1


def test_shuffled_pixels_follow_the_seed(x):
    assert torch.equal(shuffled_pixels(x, 1), shuffled_pixels(x, 1))
    assert not torch.equal(shuffled_pixels(x, 1), shuffled_pixels(x, 2))


def test_the_copy_meter_knows_a_copier_and_a_constant(x):
    assert copy_meter(nn.Identity(), x) == 1
    assert copy_meter(Constant(x.mean(0)), x) == pytest.approx(0, abs=1e-6)
    assert copy_meter(Constant(x.mean(0) + 0.2), x) < -0.1


def test_neighbour_accuracy_equals_scikit_learns():
    split = small_digits(300, seed=2)
    x_train, x_test = (part + 1e-3 * torch.rand_like(part) for part in split[:2])
    for neighbours in (1, 5, 9):
        judge = KNeighborsClassifier(neighbours).fit(x_train, split.y_train)
        expected = judge.score(x_test, split.y_test)
        ours = neighbour_accuracy(x_train, split.y_train, x_test, split.y_test, neighbours)
        assert ours == pytest.approx(expected, abs=0.002)
        assert 0.8 < expected < 1


def test_a_linear_classifier_finds_a_line_and_no_ring():
    torch.manual_seed(0)
    z = torch.randn(400, 2)
    side, ring = (z[:, 0] > 0).long(), (z.norm(dim=1) > 1.2).long()
    assert measures.linear_accuracy(z[:200], side[:200], z[200:], side[200:]) > 0.95
    assert measures.linear_accuracy(z[:200], ring[:200], z[200:], ring[200:]) < 0.65


def test_neighbour_accuracy_by_hand():
    z_train, y_train = torch.tensor([[0.0], [1.0], [10.0], [11.0]]), torch.tensor([0, 0, 3, 3])
    z_test, y_test = torch.tensor([[0.4], [10.4], [2.0]]), torch.tensor([0, 3, 3])
    accuracy = neighbour_accuracy(z_train, y_train, z_test, y_test, 2)
    assert accuracy == pytest.approx(2 / 3)


def test_cluster_agreement_by_hand():
    corners = torch.tensor([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])
    z = corners.repeat_interleave(8, 0) + 0.1 * torch.rand(24, 2)
    y = torch.tensor([4, 7, 2]).repeat_interleave(8)
    assert cluster_agreement(z, y, clusters=3) == pytest.approx(1)
    turned = torch.arange(24) % 8
    assert cluster_agreement(z, turned, clusters=3) == pytest.approx(0, abs=1e-9)
    halves = (y == 4).long()
    groups = torch.arange(3).repeat_interleave(8)
    expected = normalized_mutual_info_score(halves, groups)
    assert cluster_agreement(z, halves, clusters=3) == pytest.approx(expected)


def test_detection_counts_pairs():
    usual, odd = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.5, 4.0])
    assert detection(usual, odd) == pytest.approx(5 / 6)
    assert detection(odd, usual) == pytest.approx(1 / 6)
    assert detection(usual, usual + 9) == 1
    assert detection(usual, usual) == 0.5


def test_distance_to_data_equals_brute_force():
    x, x_train = torch.rand(9, 12), torch.rand(40, 12)
    expected = torch.stack([((row - x_train) ** 2).mean(1).min() for row in x])
    torch.testing.assert_close(distance_to_data(x, x_train), expected, rtol=1e-3, atol=1e-6)
    assert distance_to_data(x_train[:4], x_train).max() < 1e-6


def test_the_jacobian_of_a_linear_model_is_d_times_e(x):
    model = LinearAutoencoder(12, 3)
    matrix = model.decoder.weight @ model.encoder.weight
    torch.testing.assert_close(jacobian(model, x), matrix.detach())
    assert not jacobian(model, x).requires_grad


def test_the_jacobian_is_a_mean_over_examples(x):
    model = Autoencoder(12, 3, 20)
    single = [torch.autograd.functional.jacobian(lambda row: model(row), row) for row in x[:5]]
    expected = torch.stack(single).mean(0)
    torch.testing.assert_close(jacobian(model, x[:5]), expected, rtol=1e-4, atol=1e-6)


def test_a_variational_jacobian_needs_no_noise(x):
    assert jacobian(VariationalAutoencoder(12, 3, 20).train(), x[:4]).shape == (12, 12)


def test_codes_without_a_model_are_the_pixels(x):
    assert measures.codes(None, x) is x


def test_label_accuracy_is_neighbour_accuracy_of_the_codes():
    split = small_digits(n_train=300)
    torch.manual_seed(0)
    model = Autoencoder(64, 5)
    train, test = (split.x_train, split.y_train), (split.x_test, split.y_test)
    z, z_test = (measures.codes(model, x) for x in (split.x_train, split.x_test))
    expected = measures.neighbour_accuracy(z[:100], split.y_train[:100], z_test, split.y_test, 1)
    assert measures.label_accuracy(model, train, test, 100, 1) == expected
    raw = measures.neighbour_accuracy(*train, *test, 5)
    assert measures.label_accuracy(None, train, test) == raw > 0.9


def test_neighbour_agreement_counts_labels_of_the_nearest_other_code():
    z = torch.tensor([[0.0], [1.0], [10.0], [11.0], [30.0]])
    y = torch.tensor([0, 0, 1, 2, 2])
    assert measures.neighbour_agreement(z, y) == pytest.approx(3 / 5)


def test_over_gathers_by_size():
    family = {(4, 0): 1.0, (2, 0): 2.0, (4, 1): 3.0, (2, 1): 4.0}
    assert measures.over(family, lambda model: 10 * model) == {4: [10.0, 30.0], 2: [20.0, 40.0]}


def test_quantised_puts_each_value_on_its_own_best_levels():
    z = torch.tensor([[0.0, 5.0], [1.0, 5.0], [10.0, 6.0], [11.0, 6.0]])
    back = measures.quantised(z, z, torch.tensor([1, 0]))
    assert back[:, 0].tolist() == [0.5, 0.5, 10.5, 10.5]
    assert back[:, 1].tolist() == [5.5] * 4


def test_more_bits_lose_less_and_beat_evenly_spaced_levels():
    torch.manual_seed(0)
    z = torch.randn(4000, 1)
    lost = [
        (measures.quantised(z, z, torch.tensor([bits])) - z).square().mean().item()
        for bits in range(5)
    ]
    assert lost == sorted(lost, reverse=True)
    assert lost[0] == pytest.approx(z.var(correction=0).item(), rel=1e-4)
    assert lost[3] == pytest.approx(0.0345, rel=0.1)


@pytest.mark.parametrize("bits", [[1], [1, 9], [-1, 2], [1, 2, 3]])
def test_bits_fit_the_codes_and_are_0_to_8(bits):
    with pytest.raises(ValueError, match="bits are .*; give 2 numbers, 0..8"):
        measures.quantised(torch.rand(9, 2), torch.rand(3, 2), torch.tensor(bits))


class Plain(nn.Module):
    def encoder(self, x):
        return x[:, :3]

    def decoder(self, z):
        return torch.cat([z, z.sum(1, keepdim=True)], 1)


def test_invented_codes_have_mean_and_covariance_of_the_real_ones():
    torch.manual_seed(0)
    x = torch.randn(4000, 4) @ torch.randn(4, 4) + 3
    new = measures.invented(Plain(), x, 20000, seed=1)
    assert new.shape == (20000, 4)
    assert torch.allclose(new[:, :3].mean(0), x[:, :3].mean(0), atol=0.1)
    assert torch.allclose(torch.cov(new[:, :3].T), torch.cov(x[:, :3].T), atol=0.3)
    assert torch.equal(new, measures.invented(Plain(), x, 20000, seed=1))


def test_pca_errors_equal_scikit_learn():
    from sklearn.decomposition import PCA

    torch.manual_seed(0)
    x_train, x = torch.randn(50, 7) @ torch.randn(7, 7), torch.randn(11, 7)
    errors = measures.pca_errors(x_train, x)
    assert errors.shape == (11, 7)
    for k in (1, 4, 7):
        pca = PCA(k).fit(x_train.numpy())
        x_hat = torch.tensor(pca.inverse_transform(pca.transform(x.numpy())))
        expected = (x - x_hat).square().sum(1)
        assert torch.allclose(errors[:, k - 1], expected, atol=1e-4)


def test_a_mixture_invents_both_heaps_and_nothing_between():
    torch.manual_seed(0)
    heaps = torch.cat([torch.randn(300, 3) - 9, torch.randn(300, 3) + 9])
    x = torch.cat([heaps, heaps.sum(1, keepdim=True)], 1)
    one, two = (measures.invented(Plain(), x, 400, components=c)[:, 0] for c in (1, 2))
    assert two.abs().min() > 4 and 0.3 < (two > 0).float().mean() < 0.7
    assert one.abs().min() < 2


def test_sharpness_counts_differences_of_neighbours():
    x = torch.tensor([[0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]])
    flat = torch.full((1, 9), 0.5)
    assert sharpness(x, x) == 1 and sharpness(flat, x) == 0
    assert sharpness(0.5 * x, x) == pytest.approx(0.25)


def stripes(cycles, side=8, down=False):
    wave = torch.cos(2 * torch.pi * cycles * torch.arange(side) / side)
    picture = wave[:, None].expand(side, side) if down else wave.expand(side, side)
    return picture.flatten()


@pytest.mark.parametrize("down", [False, True])
def test_each_wave_is_judged_by_itself(down):
    amplitudes = torch.randn(20, 4)
    waves = torch.stack([stripes(c, down=down) for c in (1, 2, 3, 4)])
    x = amplitudes @ waves
    x_hat = x - amplitudes[:, 2:3] * waves[2]
    found = explained_by_wave(x - x.mean(0), x_hat - x_hat.mean(0))
    assert list(found) == [1, 2, 3, 4]
    assert found[3] == pytest.approx(0, abs=0.1)
    assert all(found[c] == pytest.approx(1, abs=1e-3) for c in (1, 2, 4))


def test_the_mean_picture_explains_no_wave():
    x = torch.rand(30, 36)
    found = explained_by_wave(x, x.mean(0).expand_as(x))
    assert list(found) == [1, 2, 3] and all(abs(r2) < 1e-4 for r2 in found.values())


def test_an_alarm_without_examples_of_one_kind_is_unknown():
    some, none = torch.rand(5), torch.rand(0)
    assert measures.detection(some, some + 1) == 1
    assert math.isnan(measures.detection(some, none)) and math.isnan(measures.detection(none, some))


def test_pca_errors_without_training_pictures_are_unknown():
    found = measures.pca_errors(torch.rand(0, 4), torch.rand(3, 4))
    assert found.shape == (3, 4) and found.isnan().all()
