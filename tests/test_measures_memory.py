"""What becomes of a picture that goes through a model again and again, by hand."""

import pytest
import torch
from torch import nn

from aeteach.measures import iterated, landed, nearest_training


class Halver(nn.Module):
    def forward(self, x):
        return x / 2 if not self.training else x * 0


def test_iterated_feeds_the_output_back_in_evaluation_mode():
    model, x = Halver().train(), torch.tensor([[8.0, 4.0, 0.0]])
    path = iterated(model, x, 3)
    assert path.shape == (4, 1, 3) and model.training
    assert path[:, 0, 0].tolist() == [8, 4, 2, 1] and not path.requires_grad


def test_no_step_is_the_picture_itself():
    x = torch.rand(5, 3)
    assert torch.equal(iterated(Halver(), x, 0), x[None])


def test_a_negative_count_is_refused_by_value():
    with pytest.raises(ValueError, match="times is -1; it must be 0 or more"):
        iterated(Halver(), torch.rand(2, 3), -1)


def test_nearest_training_is_the_smallest_mean_squared_distance():
    x_train, x = torch.rand(7, 4), torch.rand(5, 4)
    rows, distances = nearest_training(x, x_train)
    table = ((x[:, None] - x_train[None]) ** 2).mean(2)
    assert torch.equal(rows, table.argmin(1))
    assert torch.allclose(distances, table.min(1).values, atol=1e-6)


def test_landed_counts_what_is_close_to_a_training_picture():
    x_train = torch.zeros(3, 4)
    x = torch.tensor([[0.0] * 4, [0.05] * 4, [0.2] * 4, [1.0] * 4])
    assert landed(x, x_train) == 0.5
    assert landed(x, x_train, within=0.05) == 0.75
