"""Feeding the output back, and the signs by which a network is diagnosed."""

import pytest
import torch
from torch import nn

from aeteach import fit, measures
from aeteach.models import Autoencoder, LinearAutoencoder
from aeteach.objectives import reconstruction


class Halving(nn.Module):
    def forward(self, x):
        return x / 2


class Recalling(nn.Module):
    """Answers with the nearest picture of its memory."""

    def __init__(self, memory):
        super().__init__()
        self.memory = memory

    def forward(self, x):
        return self.memory[torch.cdist(x, self.memory).argmin(1)]


def test_iterating_keeps_every_round():
    rounds = measures.iterate(Halving(), torch.full((3, 4), 8.0), 3)
    assert rounds.shape == (4, 3, 4)
    assert rounds[:, 0, 0].tolist() == [8, 4, 2, 1]
    assert torch.equal(measures.iterate(Halving(), torch.ones(2, 4), 0), torch.ones(1, 2, 4))


def test_iterating_is_done_in_evaluation_mode_and_puts_the_mode_back():
    model = Autoencoder(12, 3, dropout=0.5).train()
    x = torch.rand(5, 12)
    assert torch.equal(measures.iterate(model, x, 4), measures.iterate(model, x, 4))
    assert model.training


def test_a_negative_number_of_rounds_is_refused():
    with pytest.raises(ValueError, match="times is -1; it must be a whole number from 0"):
        measures.iterate(Halving(), torch.ones(2, 4), -1)


def test_landed_counts_pictures_on_the_memory():
    memory = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    ends = torch.tensor([[0.05, 0.0], [0.5, 0.5], [1.0, 0.95], [torch.inf, 0.0]])
    assert measures.landed(ends, memory) == 0.5
    assert measures.landed(ends, memory, near=1e-4) == 0
    assert measures.landed(torch.full((2, 2), torch.nan), memory) == 0


def test_a_memory_is_recalled_and_a_copier_recalls_nothing(x, x_test):
    assert measures.recalled(Recalling(x[:5]), x_test, x[:5]) == 1
    assert measures.recalled(nn.Identity(), x_test + 1, x[:5]) == 0


SIGNS = dict(train=0.01, test=0.012, copy=0.2, landed=0.0)


@pytest.mark.parametrize(
    "change, name",
    [
        ({}, "healthy"),
        (dict(copy=0.46), "copies"),
        (dict(train=0.026, test=0.03), "underfits"),
        (dict(test=0.031), "overfits"),
        (dict(train=0.0, test=0.05), "overfits"),
        (dict(train=0.0, test=0.05, landed=0.3), "memorises"),
        (dict(test=0.031, copy=0.9), "overfits"),
    ],
)
def test_the_rule_reads_the_gravest_sign_first(change, name):
    assert measures.disease(SIGNS | change) == name


def test_signs_of_a_mirror_are_those_of_a_copier(x, x_test):
    signs = measures.symptoms(nn.Identity(), x, x_test + 1)
    assert signs == dict(train=0, test=0, copy=1, landed=0)
    assert measures.disease(signs) == "copies"


def test_a_drilled_network_memorises_and_a_linear_one_does_not(x):
    torch.manual_seed(0)
    drilled, linear = Autoencoder(12, 6, 128), LinearAutoencoder(12, 12)
    for model, rows in ((drilled, x[:4]), (linear, x)):
        fit(model, rows, reconstruction, epochs=300, learning_rate=5e-3, quiet=True)
    assert measures.symptoms(drilled, x[:4], x[4:])["landed"] > 0.5
    assert measures.symptoms(linear, x, x[:4] + 1)["landed"] == 0
