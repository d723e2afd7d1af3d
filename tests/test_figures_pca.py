"""The figures of notebook 06: what they say and paint follows from their numbers."""

import math

import numpy as np
import pytest
import torch
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Wedge

from aeteach.figures import (
    arrows,
    comparison,
    curves,
    dial,
    profiles,
    projections,
    rivals,
    space,
)
from aeteach.figures.space import seen
from aeteach.style import COLOURS, SERIES, looks

X = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]])
FLAT = torch.tensor([[0.0, 1.0], [2.0, 1.0], [0.0, 1.0], [2.0, 1.0]])
LINES = {"test": {1: 0.9, 2: 0.5, 4: 0.7}}


def words_of(axes):
    return {text.get_text() for text in axes.texts}


def test_pca_has_one_look_wherever_it_stands():
    own = SERIES[2]
    assert looks(["a", "b", "c"]) == SERIES[:3]
    assert looks(["PCA", "b"]) == [own, SERIES[0]] and looks(["a", "PCA"]) == [SERIES[0], own]
    many = looks(["a", "PCA", *"bcdefghijk"])
    assert many.count(own) == 1 and len(many) == 12
    figure = curves({"PCA": {1: 1.0, 2: 2.0}, "other": {1: 2.0, 2: 1.0}}, "x", "y")
    assert to_hex(figure.axes[0].lines[0].get_color()).upper() == COLOURS["pca"]


def test_projections_join_each_point_to_the_first_method():
    figure = projections(X, {"line": FLAT, "PCA": X})
    (lines,) = [c for c in figure.axes[0].collections if isinstance(c, LineCollection)]
    segments = np.array(lines.get_segments())
    assert np.allclose(segments[:, 0], X) and np.allclose(segments[:, 1], FLAT)
    assert words_of(figure.axes[0]) == {"line: R² 0.50", "PCA: R² 1.00"}
    assert "line: R² 0.50, typical gap 1, largest 1." in figure.alt_text


def test_projections_keep_one_scale_across_and_up():
    axes = projections(X, {"line": FLAT}).axes[0]
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    assert right - left == pytest.approx(high - low)
    assert (left + right) / 2 == pytest.approx(1) and left < 0 < 2 < right


def test_projections_mark_the_present_value_in_each_panel():
    figure = projections(X, {"line": FLAT}, {"error": LINES, "share": LINES}, "angle", at=2)
    assert len(figure.axes) == 3
    assert figure.alt_text.count("Now at 2: 0.5.") == 2
    assert [axes.get_ylabel() for axes in figure.axes[1:]] == ["error", "share"]


@pytest.mark.parametrize("angle", [0, 30.0, 90])
def test_the_needle_points_at_the_angle(angle):
    figure = dial(angle, {"error": LINES}, "step", at=1)
    needle = figure.axes[0].lines[0].get_xydata()[1]
    assert math.degrees(math.atan2(needle[1], needle[0])) == pytest.approx(angle, abs=1e-6)
    wedges = [patch for patch in figure.axes[0].patches if isinstance(patch, Wedge)]
    assert wedges[1].theta2 == angle
    assert f"{angle:.4f}°" in words_of(figure.axes[0]) and f"{angle:.4f}°" in figure.alt_text


@pytest.mark.parametrize("angle", [-1, 90.5, float("nan")])
def test_an_angle_off_the_dial_is_refused(angle):
    with pytest.raises(ValueError, match="lies in 0..90 degrees"):
        dial(angle, {"error": LINES}, "step")


def test_arrows_tell_and_show_their_directions():
    columns = torch.tensor([[0.0, -3.0], [0.1, 3.0]])
    figure = arrows(X, {"PCA": torch.eye(2), "decoder": columns})
    assert "PCA: 0°, 90°. decoder: 90°, 135°." in figure.alt_text
    axes = figure.axes[0]
    tips = [text.xy for text in axes.texts if text.arrow_patch is not None]
    assert len(tips) == 4
    lengths = [math.hypot(*tip) for tip in tips]
    assert lengths[0] == pytest.approx(lengths[1]) and lengths[2] == pytest.approx(lengths[3])
    assert tips[3][0] == pytest.approx(-tips[3][1])
    assert {"1", "2", "PCA", "decoder"} <= words_of(axes)


def test_space_turns_about_the_third_axis():
    points = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    across, up, depth = seen(points, 90, tilt=0)
    assert torch.allclose(across, torch.tensor([0.0, -1.0, 0.0]), atol=1e-6)
    assert torch.allclose(up, torch.tensor([0.0, 0.0, 1.0]), atol=1e-6)
    assert torch.allclose(depth, torch.tensor([-1.0, 0.0, 0.0]), atol=1e-6)
    for turn in (0, 33, 200):
        again = torch.stack(seen(points, turn), 1)
        assert torch.allclose(again @ again.T, torch.eye(3), atol=1e-6)


def test_space_shows_all_clouds_on_one_scale():
    torch.manual_seed(0)
    x = torch.randn(20, 3)
    middle = x.mean(0).expand(20, 3)
    figure = space(x, {"PCA": 0.5 * x + 0.5 * middle, "mean": middle}, x[:, 0], 30)
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    assert [axes.get_title("left") for axes in figure.axes] == [
        "data", "PCA: R² 0.75", "mean: R² 0.00"
    ]
    assert "20 points in space, turned by 30°. PCA: R² 0.75. mean: R² 0.00." in figure.alt_text


def test_space_paints_nearer_points_later_and_larger():
    points = torch.tensor([[0.0, 1.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 0.0]])
    figure = space(points, {}, torch.tensor([0.0, 0.5, 1.0]))
    (scatter,) = figure.axes[0].collections
    assert (np.diff(scatter.get_sizes()) > 0).all()
    heights = scatter.get_offsets()[:, 1]
    assert heights[0] > heights[2]


def test_rivals_show_signed_errors_and_name_the_winner():
    x = torch.full((3, 4), 0.5)
    figure = rivals(x, {"PCA": x + 0.2, "other": x - 0.1})
    errors = figure.axes[1].images[0]
    assert errors.get_clim() == (-1, 1)
    values = errors.get_array().filled(np.nan)
    assert values[0, 0] == pytest.approx(0.2) and values[-1, -1] == pytest.approx(-0.1)
    assert "Smallest error in these pictures: other." in figure.alt_text
    assert "PCA, mean squared distance 0.0400 from input" in figure.alt_text


def test_rivals_name_the_place_and_mark_it():
    x = torch.rand(3, 4)
    figure = rivals(x, {"PCA": x}, {"error": LINES}, "pictures", at=4)
    assert figure.alt_text.startswith("pictures 4. 3 pictures in rows: input; PCA")
    assert "Now at 4: 0.7." in figure.alt_text and len(figure.axes) == 3


def test_comparison_writes_every_value():
    rows = {"error_k=2": {"PCA": 0.05291, "AE": 0.0348}, "knobs": {"PCA": 1, "AE": "-"}}
    table = comparison(rows)
    written = {"PCA", "AE", "error k=2", "0.0529", "0.0348", "knobs", "1", "-"}
    assert words_of(table.axes[0]) == written
    assert "error k=2: PCA 0.0529, AE 0.0348. knobs: PCA 1, AE -." in table.alt_text


@pytest.mark.parametrize("rows", [{}, {"a": {}}, {"a": {"PCA": 1.0}, "b": {"AE": 1.0}}])
def test_a_comparison_needs_the_same_rivals(rows):
    with pytest.raises(ValueError, match="the same rivals"):
        comparison(rows)


def test_profiles_have_one_scale_unless_a_row_leaves_it():
    small, large = torch.tensor([0.0, 0.9, 0.1]), torch.tensor([[-2.0, 0.0, 3.0]])
    figure = profiles({"input": small, "PCA": small / 2}, "pixel")
    assert figure.axes[0].get_ylim() == (-0.5, 1.2)
    assert "input: highest 0.90 at 1, lowest 0.00." in figure.alt_text
    assert profiles({"PCA": large}).axes[0].get_ylim() == (-2, 3)
    colours = [to_hex(line.get_color()).upper() for line in figure.axes[0].lines]
    assert colours[1] == COLOURS["pca"]
