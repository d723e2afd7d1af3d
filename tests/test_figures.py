"""Every figure is pure, described by its own numbers, and labelled."""

import inspect
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from sklearn.decomposition import PCA

from aeteach import figures
from aeteach.figures import (
    arrows,
    bars,
    chains,
    comparison,
    curve_panels,
    curves,
    dial,
    gaps,
    heat_map,
    images,
    images_and_curves,
    landscapes,
    latent_maps,
    neighbourhood,
    patient,
    plane_and_curves,
    planes,
    profiles,
    projections,
    rivals,
    score_table,
    sheet,
    space,
    spelling,
    trade_off,
    value_map,
)
from aeteach.figures.images import mosaic
from aeteach.style import COLOURS, TEXT, png
from aeteach.words import speak

PACKAGE = Path(figures.__file__).parents[1]
LINE = {1: [0.5, 0.7], 4: [0.1, 0.2], 16: [0.3, 0.4]}
ROWS = {"input": torch.zeros(5, 16), "output": torch.full((5, 16), 0.5)}
CODES = torch.tensor([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0], [5.1, 5.0], [0.2, 0.1]])
PANELS = {"error": {"test": LINE}, "use": {"few": LINE, "many": {None: 0.9}}}
TABLE = {"slow": {16: 0.5, 64: 0.02}, "fast": {16: 0.4, 64: 8.0}}
SCORES = {"real": {"density": 1.0, "coverage": 0.75}, "noise": {"density": 0.125, "coverage": 0.0}}
INVENTED = torch.linspace(0, 1, 11 * 16).reshape(11, 16)
LABELS = torch.tensor([3, 3, 7, 7, 7])
POINTS = torch.tensor([[0.0, 0.0, 1.0], [1.0, 2.0, 0.5], [3.0, 1.0, -1.0], [2.0, 2.0, 0.0]])
AXES = torch.tensor([[1.0, 0.6], [0.2, -1.0]])

PROPERTIES = {"error_k=2": {"PCA": 0.05, "AE": 0.0348}, "knobs": {"PCA": "none", "AE": "3/15"}}
STEEP = torch.arange(16.0).reshape(4, 4)
CLOUD = torch.stack([torch.arange(15.0), torch.zeros(15)], dim=1)
KINDS = torch.tensor([0, 1, 1] * 5)
PICTURES = torch.linspace(0, 1, 15)[:, None].expand(15, 9)

EXAMPLES = {
    "arrows": lambda: arrows(CODES, {"PCA": torch.eye(2), "decoder": AXES}),
    "bars": lambda: bars({"plain": 0.25, "sparse": [0.5, 1.0]}, "test error", {"mean": 0.8}),
    "comparison": lambda: comparison(PROPERTIES),
    "chains": lambda: chains({"training": ("x", "encoder", "z"), "use": ("z", "decoder")}),
    "curves": lambda: curves({"test": LINE}, "latent size", "error", at=4),
    "curve_panels": lambda: curve_panels(PANELS, "latent size", 4, {"best": 3.0, "last": 3.5}),
    "dial": lambda: dial(37.25, PANELS, "step", at=4),
    "gaps": lambda: gaps({"none": ([0.01, 0.02], [0.03, 0.05]), "PCA": ([0.01], [0.02])}),
    "heat_map": lambda: heat_map(torch.eye(5), "input", "output"),
    "images": lambda: images(ROWS, "Digits"),
    "images_and_curves": lambda: images_and_curves(ROWS, {"error": {"test": LINE}}, at=4),
    "landscapes": lambda: landscapes({"plain": (STEEP, CODES)}, 3, "steepness"),
    "latent_maps": lambda: latent_maps({"plain": (CODES, LABELS)}),
    "spelling": lambda: spelling({"input": "banana", "output": "bunano"}, "Words"),
    "profiles": lambda: profiles({"input": CODES[:, 0], "PCA": CODES[:, 1]}),
    "projections": lambda: projections(CODES, {"line": CODES * 0.5}, PANELS, "angle", at=4),
    "rivals": lambda: rivals(ROWS["input"], {"PCA": ROWS["output"]}, PANELS, at=4),
    "space": lambda: space(POINTS, {"PCA": POINTS * 0.9}, POINTS[:, 0], 40),
    "neighbourhood": lambda: neighbourhood(PICTURES, CLOUD, KINDS, 4, title="plain"),
    "patient": lambda: patient(
        {"training": ROWS, "test": ROWS}, {"test_fed_back": ROWS}, {"test": LINE}, CODES, LABELS, 1
    ),
    "plane_and_curves": lambda: plane_and_curves(
        CODES, LABELS, {"error": {"test": LINE}}, "k", at=4
    ),
    "planes": lambda: planes({"plain": (CODES, LABELS)}, limit=3, radius=2),
    "score_table": lambda: score_table(SCORES),
    "sheet": lambda: sheet(INVENTED, INVENTED[:3], SCORES),
    "trade_off": lambda: trade_off({"noise": [(1, 0.9), (2, 0.4)]}, "error", "copying"),
    "value_map": lambda: value_map(TABLE, "width", "learning rate"),
}


def ticks(axis):
    return [text.get_text() for text in axis.get_ticklabels()]


def texts(axes):
    return {text.get_text(): text for text in axes.texts}


def title_of(axes):
    return "".join(axes.get_title(loc) for loc in ("left", "center", "right"))


def words_outside(figure):
    """Words that the edge of the picture cuts off; ticks beyond the axes are not painted."""
    FigureCanvasAgg(figure).draw()
    found = []
    for text in set(figure.findobj(Text)) - unpainted_ticks(figure):
        if text.get_visible() and text.get_text() and text.axes is not None:
            box, page = text.get_window_extent(), figure.bbox
            if min(box.x0, box.y0, page.x1 - box.x1, page.y1 - box.y1) < 0:
                found.append(text.get_text())
    return found


def unpainted_ticks(figure):
    found = set()
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        painted = axis._update_ticks()
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            found |= set() if tick in painted else {tick.label1, tick.label2}
    return found


def only_axes(figure):
    (axes,) = figure.axes
    return axes


def test_every_public_figure_has_an_example():
    assert sorted(EXAMPLES) == sorted(figures.__all__)


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_a_described_figure_that_can_be_painted(name):
    figure = EXAMPLES[name]()
    assert isinstance(figure, Figure) and len(figure.alt_text) >= 20
    assert figure.alt_text == " ".join(figure.alt_text.split())
    assert figure.alt_text.endswith(".") and ".." not in figure.alt_text
    assert png(figure).startswith(b"\x89PNG")


LONG = "what the decoder rebuilds"
WIDE = {
    "arrows": lambda: arrows(CODES, {LONG: AXES, "b": AXES}, "A title of some words"),
    "bars": lambda: bars({LONG: 0.25, "b": 1.0}, LONG, {LONG: 0.5}, title="A title of some words"),
    "comparison": lambda: comparison(
        {LONG: {LONG: 0.25, "b": "a word or two"}, "b": {LONG: "17 of 15", "b": 1.0}}, "A title"
    ),
    "chains": lambda: chains({LONG: (LONG, "encoder"), "b": ("x", LONG, "z")}, (LONG,)),
    "curves": lambda: curves({LONG: LINE, "b": {1: 9.0}}, LONG, LONG, title="A title of words"),
    "curve_panels": lambda: curve_panels(
        {LONG: {LONG: LINE}, "b": {"test": LINE}}, LONG, marks={LONG: 2.0}
    ),
    "dial": lambda: dial(90, {LONG: {LONG: LINE, "b": LINE}, "b": {"b": LINE}}, LONG, at=1),
    "gaps": lambda: gaps({LONG: ([1.0, 2.0], [3.0, 90.0]), "b": ([1.0], [2.0])}, LONG, LONG),
    "heat_map": lambda: heat_map(torch.eye(5), LONG, LONG, "A title of some words"),
    "images": lambda: images({LONG: ROWS["input"], "b": ROWS["output"]}, "A title of words"),
    "images_and_curves": lambda: images_and_curves(
        {LONG: ROWS["input"]}, {LONG: {"test": LINE, LONG: LINE}, "b": {"test": LINE}}, at=4
    ),
    "landscapes": lambda: landscapes({LONG: (STEEP, CODES), "b": (STEEP, CODES)}, 3, LONG),
    "latent_maps": lambda: latent_maps({LONG: (CODES, LABELS), "b": (CODES, LABELS)}),
    "spelling": lambda: spelling({LONG: "ab", "b": "ba"}, "A title of some words"),
    "profiles": lambda: profiles({LONG: CODES[:, 0], "b": CODES[:, 1]}, LONG, "A title of words"),
    "projections": lambda: projections(
        CODES, {LONG: CODES, "b": -CODES}, {LONG: {LONG: LINE}, "b": {"b": LINE}}, LONG, at=1
    ),
    "rivals": lambda: rivals(
        ROWS["input"], {LONG: ROWS["output"], "b": ROWS["input"]}, {LONG: {LONG: LINE}}, LONG, at=4
    ),
    "space": lambda: space(POINTS, {LONG: POINTS, "b": -POINTS}, POINTS[:, 0]),
    "neighbourhood": lambda: neighbourhood(PICTURES, CLOUD, KINDS, 4, limit=9, title=LONG),
    "patient": lambda: patient(
        {LONG: {LONG: INVENTED[:1]}}, {LONG: {"b": INVENTED[:9]}}, {LONG: LINE}, CODES, LABELS
    ),
    "plane_and_curves": lambda: plane_and_curves(
        CODES, LABELS, {LONG: {"test": LINE, LONG: LINE}, "b": {"test": LINE}}, "k", at=4
    ),
    "planes": lambda: planes({LONG: (CODES, LABELS), "b": (CODES, LABELS)}),
    "score_table": lambda: score_table({LONG: {LONG: 1.0, "b": 2.0}}, "A title of some words"),
    "sheet": lambda: sheet(INVENTED, INVENTED[:2], {LONG: {LONG: 1.0, "b": -123.4}}),
    "trade_off": lambda: trade_off({LONG: [(1, 0.9), (2, 0.4)]}, LONG, LONG),
    "value_map": lambda: value_map({LONG: {LONG: 1.0, "b": 2.0}}, LONG, LONG, "A title of words"),
}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("examples", [EXAMPLES, WIDE], ids=["short names", "long names"])
def test_no_word_is_cut_off(examples, name):
    assert words_outside(examples[name]()) == []


def test_words_that_are_cut_off_are_found():
    figure = images({"row": torch.zeros(3, 16)})
    figure.axes[0].set_title("a title much too long for so small a figure, by far")
    assert len(words_outside(figure)) == 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_says_what_it_returns(name):
    assert inspect.signature(getattr(figures, name)).return_annotation is Figure


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_same_data_gives_the_same_description(name):
    assert EXAMPLES[name]().alt_text == EXAMPLES[name]().alt_text


def test_pyplot_is_never_imported(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    for example in EXAMPLES.values():
        example()
    sources = {path.name: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
    assert "charts.py" in sources
    assert [name for name, text in sources.items() if re.search("pyplot|pylab", text)] == []


def test_curves_are_put_into_words():
    alt = curves({"test": LINE}, "latent size", "error", at=4, title="Errors.").alt_text
    assert alt == (
        "Errors. error by latent size. test: 0.6 at 1, 0.35 at 16, lowest 0.15 at 4. "
        "Now at 4: 0.15."
    )


@pytest.mark.parametrize("line, words", [
    ({1: 3.0, 2: 2.0, 3: 1.0}, "3 at 1, 1 at 3."),
    ({1: 2.0, 2: 9.0, 3: 1.0}, "2 at 1, 1 at 3, highest 9 at 2."),
    ({1: 2.0, 2: 9.0, 3: 0.5, 4: 1.0}, "2 at 1, 1 at 4, lowest 0.5 at 3, highest 9 at 2."),
    ({None: 0.125}, "line: 0.125."),
    ({None: [0.1, 0.2]}, "line: 0.15."),
])
def test_words_follow_the_numbers(line, words):
    assert curves({"line": line}, "k", "error").alt_text.endswith(words)


def test_curves_show_means_and_spread():
    axes = only_axes(curves({"test": LINE}, "latent size", "error"))
    (line,) = axes.lines
    assert list(line.get_xdata()) == [1, 4, 16]
    assert line.get_ydata() == pytest.approx([0.6, 0.15, 0.35])
    (band,) = axes.collections
    corners = band.get_paths()[0].vertices
    for x, low, high in ((1, 0.5, 0.7), (4, 0.1, 0.2), (16, 0.3, 0.4)):
        heights = corners[corners[:, 0] == x][:, 1]
        assert (heights.min(), heights.max()) == pytest.approx((low, high))


def test_curves_differ_in_line_and_marker_and_carry_their_names():
    lines = {name: {1: i, 2: i + 1.0} for i, name in enumerate("abcd")}
    axes = only_axes(curves(lines, "k", "error"))
    looks = {(line.get_linestyle(), line.get_marker()) for line in axes.lines}
    assert len(looks) == 4
    assert set(texts(axes)) == set(lines)
    assert to_hex(axes.lines[0].get_color()) == COLOURS["train"].lower()
    assert texts(axes)["a"].get_color() == TEXT["train"]


def test_names_at_the_edge_do_not_cover_each_other():
    lines = {name: {1: 1.0, 2: 1.0 + i / 1000} for i, name in enumerate("abcdef")}
    axes = only_axes(curves(lines, "k", "error"))
    heights = sorted(text.xy[1] for text in axes.texts)
    assert min(np.diff(heights)) >= 0.09


def test_more_curves_than_colours_are_all_drawn():
    lines = {f"line {i}": {1: i, 2: i + 1.0} for i in range(18)}
    figure = curves(lines, "k", "error")
    assert len(only_axes(figure).lines) == 18 and "line 17" in figure.alt_text


def test_curves_name_their_axes():
    axes = only_axes(curves({"test": LINE}, "latent size", "error", title="Errors"))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("latent size", "error")
    assert title_of(axes) == "Errors"
    assert not axes.spines["top"].get_visible() and not axes.spines["right"].get_visible()


def test_a_wide_range_of_x_is_logarithmic_with_its_own_ticks():
    axes = only_axes(curves({"test": LINE}, "latent size", "error"))
    assert axes.get_xscale() == "log" and ticks(axes.xaxis) == ["1", "4", "16"]


@pytest.mark.parametrize("stops", [(1, 4, 15), (0, 4, 64), (1, 2)])
def test_a_narrow_range_of_x_is_linear_with_its_own_ticks(stops):
    axes = only_axes(curves({"test": dict.fromkeys(stops, 1.0)}, "k", "error"))
    assert axes.get_xscale() == "linear" and ticks(axes.xaxis) == [str(x) for x in stops]


def test_a_long_line_has_no_markers_and_usual_ticks():
    axes = only_axes(curves({"test": {x: 1 / x for x in range(1, 41)}}, "epoch", "error"))
    assert axes.lines[0].get_marker() in ("", "None") and len(axes.get_xticks()) < 20


def test_a_plain_list_counts_from_one():
    figure = curves({"train": [3.0, 1.0, 2.0]}, "epoch", "error")
    (line,) = only_axes(figure).lines
    assert list(line.get_xdata()) == [1, 2, 3] and list(line.get_ydata()) == [3, 1, 2]
    assert figure.alt_text.endswith("train: 3 at 1, 2 at 3, lowest 1 at 2.")


def test_names_from_the_code_are_shown_as_words():
    figure = bars({"test_error": 1.0}, "mean_of_all")
    assert "mean of all: test error 1" in figure.alt_text
    assert ticks(only_axes(figure).yaxis) == ["test error"]


def test_the_chosen_x_is_marked():
    plain = only_axes(curves({"test": LINE}, "k", "error"))
    marked = only_axes(curves({"test": LINE}, "k", "error", at=4))
    assert len(marked.lines) == len(plain.lines) + 1
    assert list(marked.lines[-1].get_xdata()) == [4, 4]


def test_x_without_a_value_is_marked_and_not_put_into_words():
    assert "Now at" not in curves({"test": LINE}, "k", "error", at=5).alt_text


def test_a_level_crosses_the_figure():
    axes = only_axes(curves({"test": LINE, "mean": {None: 0.25}}, "k", "error"))
    level = axes.lines[1]
    assert [*level.get_ydata(), *level.get_xdata()] == [0.25, 0.25, 0, 1]
    assert texts(axes)["mean"].get_color() == TEXT["test"]


def test_bars_are_put_into_words():
    figure = bars({"plain": 0.25, "sparse": [0.5, 1.0]}, "test error", {"mean": 0.8}, "Remedies.")
    assert figure.alt_text == "Remedies. test error: plain 0.25, sparse 0.75, mean 0.8."
    assert "plain 0.5," in bars({"plain": 0.5}, "e", {"mean": 1}).alt_text


def test_bars_stand_in_order_with_a_dot_for_each_seed():
    axes = only_axes(EXAMPLES["bars"]())
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([0.25, 0.75])
    assert ticks(axes.yaxis) == ["plain", "sparse"] and axes.yaxis_inverted()
    dots = [list(line.get_xdata()) for line in axes.lines[:2]]
    assert dots == [[0.25], [0.5, 1.0]]
    assert list(axes.lines[2].get_xdata()) == [0.8, 0.8] and "mean" in texts(axes)
    assert axes.get_xlabel() == "test error"


def test_gaps_show_mean_interval_and_gap():
    figure = EXAMPLES["gaps"]()
    axes = only_axes(figure)
    assert "none: 0.0150 and 0.0400 ± 0.1271. PCA: 0.0100 and 0.0200." in figure.alt_text
    assert "Lowest test error: PCA. Highest: none." in figure.alt_text
    bars = [list(line.get_xdata()) for line in axes.lines if line.get_linewidth() == 6]
    assert bars == [pytest.approx([0.015, 0.04]), pytest.approx([0.01, 0.02])]
    assert ticks(axes.yaxis) == ["none", "PCA"] and axes.yaxis_inverted()


def test_heat_map_in_words():
    matrix = torch.full((4, 4), -0.25) + torch.diag(torch.full((4,), 0.75))
    alt = heat_map(matrix, "in", "out", "D E.").alt_text
    assert alt == (
        "D E. Heat map of 4 x 4 values. Mean on the diagonal 0.500, mean size beside it 0.250."
    )


@pytest.mark.parametrize("shape", [(3, 5), (5, 3)])
def test_heat_map_of_another_shape(shape):
    figure = heat_map(torch.ones(shape), "in", "out")
    assert f"{shape[0]} x {shape[1]} values" in figure.alt_text
    assert "diagonal 1.000, mean size beside it 1.000" in figure.alt_text


def test_heat_map_is_white_at_zero():
    axes = EXAMPLES["heat_map"]().axes[0]
    (picture,) = axes.images
    assert picture.get_clim() == (-1, 1) and picture.get_interpolation() == "nearest"
    assert np.allclose(picture.cmap(picture.norm(0.0))[:3], 1, atol=0.04)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("input", "output")
    assert (np.asarray(picture.get_array()) == np.eye(5)).all()


def test_latent_maps_in_words():
    alt = latent_maps({"plain": (CODES, LABELS), "other": (CODES, LABELS * 0)}).alt_text
    assert alt == (
        "plain: the nearest code has the same digit for 80% of 5 pictures. "
        "other: the nearest code has the same digit for 100% of 5 pictures."
    )


def test_latent_maps_show_each_code_by_its_digit():
    figure = latent_maps({"plain": (CODES, LABELS), "turned": (CODES.flip(1), LABELS)})
    plain, turned = figure.axes
    assert [line.get_marker() for line in plain.lines] == ["$3$", "$7$"]
    for axes, codes in ((plain, CODES), (turned, CODES.flip(1))):
        for line, label in zip(axes.lines, (3, 7), strict=True):
            expected = codes[LABELS == label].numpy()
            assert np.array_equal(np.stack(line.get_data(), 1), expected)
    assert (title_of(plain), title_of(turned)) == ("plain", "turned")
    assert (plain.get_xlabel(), plain.get_ylabel()) == ("z1", "z2")


def test_wide_codes_are_shown_by_their_principal_components():
    z = torch.randn(40, 6) @ torch.randn(6, 6)
    axes = only_axes(latent_maps({"plain": (z, torch.zeros(40, dtype=torch.long))}))
    shown = np.stack(axes.lines[0].get_data(), 1)
    expected = PCA(2).fit_transform(z.numpy())
    assert np.abs(shown) == pytest.approx(np.abs(expected), abs=1e-4)


def test_mosaic_lays_pictures_side_by_side():
    first, second = torch.rand(5, 9), torch.rand(5, 9)
    picture = mosaic([first, second])
    assert picture.shape == (2 * 4 - 1, 5 * 4 - 1)
    assert torch.equal(picture[:3, :3], first[0].reshape(3, 3))
    assert torch.equal(picture[:3, 8:11], first[2].reshape(3, 3))
    assert torch.equal(picture[4:, 16:], second[4].reshape(3, 3))
    gaps = picture.isnan()
    assert gaps[3].all() and gaps[:, 3::4].all()
    assert gaps.sum() == picture.numel() - 2 * 5 * 9


@pytest.mark.parametrize("shapes", [
    [(4, 10)], [(4, 9), (5, 9)], [(4, 9), (4, 16)], [(9,)], [], [(0, 9)], [(2, 3, 3)],
    [(4, 9), (4, 3, 3)], [(4, 3, 3), (4, 9)],
])
def test_mosaic_refuses_other_rows_and_names_them(shapes):
    with pytest.raises(ValueError, match=r"give tensors of one shape \(m, side \* side\)") as wrong:
        mosaic([torch.zeros(shape) for shape in shapes])
    assert f"rows are {shapes}" in str(wrong.value)


def test_images_accept_a_models_output():
    assert images({"out": torch.rand(3, 16, requires_grad=True).sigmoid()}).alt_text


def test_images_in_words():
    assert EXAMPLES["images"]().alt_text == (
        "Digits. 5 pictures in rows: input; output, mean squared distance 0.2500 from input."
    )
    nearer = ROWS | {"output": torch.full((5, 16), 0.1)}
    assert "distance 0.0100 from input" in images(nearer).alt_text


def test_images_are_one_axes_black_on_white():
    axes = only_axes(EXAMPLES["images"]())
    (picture,) = axes.images
    assert picture.get_clim() == (0, 1) and picture.get_interpolation() == "nearest"
    assert picture.cmap(0.0)[:3] == (1, 1, 1) and picture.cmap(1.0)[:3] == (0, 0, 0)
    assert ticks(axes.yaxis) == ["input", "output"] and len(axes.get_xticks()) == 0
    assert title_of(axes) == "Digits"


def test_names_stand_at_the_middle_of_their_rows():
    axes = only_axes(images({name: torch.zeros(2, 9) for name in "abc"}))
    assert list(axes.get_yticks()) == [1, 5, 9]


def test_a_figure_grows_with_its_pictures():
    small, large = (images({"x": torch.zeros(m, 16)}) for m in (4, 12))
    assert large.get_figwidth() > 2 * small.get_figwidth()


def test_images_and_curves_in_words():
    assert EXAMPLES["images_and_curves"]().alt_text == (
        "latent size 4. 5 pictures in rows: input; output, mean squared distance 0.2500 from "
        "input. error by latent size. test: 0.6 at 1, 0.35 at 16, lowest 0.15 at 4. "
        "Now at 4: 0.15."
    )


def test_images_and_curves_have_an_axes_for_each_panel():
    panels = {"error": {"test": LINE}, "copying": {"test": LINE, "train": LINE}}
    upper, *lower = images_and_curves(ROWS, panels, "k", at=16).axes
    assert title_of(upper) == "k 16" and len(upper.images) == 1
    assert [axes.get_ylabel() for axes in lower] == ["error", "copying"]
    assert [axes.get_xlabel() for axes in lower] == ["k", "k"]
    assert all(list(axes.lines[-1].get_xdata()) == [16, 16] for axes in lower)
    assert title_of(images_and_curves(ROWS, panels).axes[0]) == ""


def test_trade_off_ranks_by_the_lowest_value():
    paths = {"noise": [(1, 0.9), (2, 0.4)], "size": [(1, 0.9), (3, 0.125), (4, 0.5)]}
    figure = trade_off(paths, "error", "copying")
    assert figure.alt_text == (
        "copying against error. lowest copying: size 0.125, noise 0.400."
    )
    legend = only_axes(figure).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["size  0.125", "noise  0.400"]


def test_trade_off_keeps_each_paths_look_whatever_its_rank():
    looks = []
    for last in (0.1, 0.8):
        paths = {"noise": [(1, 0.9), (2, last)], "size": [(1, 0.9), (3, 0.5)]}
        axes = only_axes(trade_off(paths, "error", "copying"))
        looks.append({line.get_label()[:4]: line.get_color() for line in axes.lines})
    assert looks[0] == looks[1] == {"nois": COLOURS["train"], "size": COLOURS["test"]}


def test_trade_off_of_more_paths_than_colours():
    paths = {f"path {i}": [(1, 1.0), (2, i)] for i in range(11)}
    assert len(only_axes(trade_off(paths, "x", "y")).lines) == 11


def test_words_of_a_figure_follow_the_language(tmp_path, monkeypatch):
    (tmp_path / "eo.toml").write_text('"latent size" = "latenta grando"\n"test" = "testo"\n')
    monkeypatch.setattr("aeteach.words._SHELF", tmp_path)
    speak("eo")
    figure = curves({"test": LINE}, "latent size", "error")
    assert only_axes(figure).get_xlabel() == "latenta grando"
    assert set(texts(only_axes(figure))) == {"testo"} and "testo: 0.6" in figure.alt_text


def test_a_value_map_writes_every_value_and_names_the_extremes():
    figure = EXAMPLES["value_map"]()
    written = [text.get_text() for text in figure.axes[0].texts]
    assert written == ["0.5", "0.02", "0.4", "8"]
    assert "Lowest 0.02: slow, 64." in figure.alt_text
    assert "Highest 8: fast, 64." in figure.alt_text
    assert ticks(figure.axes[0].xaxis) == ["16", "64"]
    assert ticks(figure.axes[0].yaxis) == ["slow", "fast"]


def test_words_on_a_value_map_stand_out_from_their_shade():
    colours = [to_hex(text.get_color()) for text in EXAMPLES["value_map"]().axes[0].texts]
    assert colours == ["#000000", "#ffffff", "#000000", "#000000"]


def test_a_value_map_refuses_ragged_rows():
    with pytest.raises(ValueError, match="the same columns"):
        value_map({"a": {1: 0.0}, "b": {2: 0.0}}, "x", "y")
    with pytest.raises(ValueError, match="the same columns"):
        value_map({}, "x", "y")


def test_curve_panels_share_the_mark_and_name_the_others():
    figure = EXAMPLES["curve_panels"]()
    assert [axes.get_ylabel() for axes in figure.axes] == ["error", "use"]
    for axes in figure.axes:
        upright = [line.get_xdata()[0] for line in axes.lines if len(set(line.get_xdata())) == 1]
        assert upright == [4, 3.0, 3.5] and {"best", "last"} <= set(texts(axes))
    assert "latent size 4." in figure.alt_text and "best 3. last 3.5." in figure.alt_text
    assert "Now at 4: 0.15." in figure.alt_text


def test_spelling_boxes_the_wrong_letters_only():
    figure = EXAMPLES["spelling"]()
    letters = figure.axes[0].texts
    assert [text.get_text() for text in letters] == list("bananabunano")
    boxed = [text.get_text() for text in letters if text.get_bbox_patch() is not None]
    assert boxed == ["u", "o"]
    assert figure.alt_text == (
        "Words. input spells banana. output: bunano, 4 of 6 letters right."
    )


@pytest.mark.parametrize("rows", [{"a": "abc", "b": "ab"}, {"a": ""}])
def test_spelling_refuses_words_of_different_length(rows):
    with pytest.raises(ValueError, match="words of one length"):
        spelling(rows)


def test_bars_can_be_given_limits_that_two_figures_share():
    assert bars({"a": 0.25}, "R2", limits=(-1, 1)).axes[0].get_xlim() == (-1, 1)


def test_numbers_may_be_tensors():
    one = curves({"test": {1: torch.tensor(0.5), 2: torch.tensor(0.25)}}, "k", "error")
    assert "0.5 at 1, 0.25 at 2" in one.alt_text
    assert "a 0.25" in bars({"a": torch.tensor(0.25)}, "error").alt_text
def test_planes_share_their_axes_and_count_what_lies_outside():
    figure = planes({"plain": (CODES, LABELS), "wide": (3 * CODES, LABELS)}, limit=6, radius=2)
    assert {axes.get_xlim() for axes in figure.axes} == {(-6, 6)}
    assert {axes.get_ylim() for axes in figure.axes} == {(-6, 6)}
    assert figure.alt_text == (
        "plain: 5 codes, z1 from 0 to 5.1, z2 from 0 to 5, 60% inside the circle of radius 2. "
        "wide: 5 codes, z1 from 0 to 15, z2 from 0 to 15, 2 of them outside the picture, "
        "60% inside the circle of radius 2."
    )


def test_planes_without_a_limit_hold_the_widest_codes():
    figure = planes({"plain": (CODES, LABELS), "wide": (3 * CODES, LABELS)})
    assert all(axes.get_xlim()[1] > 15.3 for axes in figure.axes)
    assert "outside" not in figure.alt_text


def test_a_plane_shows_each_code_by_its_label():
    axes = only_axes(planes({"plain": (CODES, LABELS)}))
    assert [line.get_marker() for line in axes.lines] == ["$3$", "$7$"]
    shown = np.concatenate([np.stack(line.get_data(), 1) for line in axes.lines])
    assert np.array_equal(shown, CODES.numpy())
    assert axes.lines[0].get_color() != axes.lines[1].get_color()


@pytest.mark.parametrize("size", [1, 3])
def test_a_plane_refuses_codes_of_another_size(size):
    with pytest.raises(ValueError, match=rf"z is \(5, {size}\)"):
        planes({"plain": (torch.zeros(5, size), LABELS)})


def test_a_neighbourhood_rings_and_shows_the_ten_nearest():
    figure = neighbourhood(PICTURES, CLOUD, KINDS, 2)
    plane, own, rest = figure.axes
    ringed, chosen = (np.stack(line.get_data(), 1) for line in plane.lines[-2:])
    assert sorted(ringed[:, 0]) == [0, 1, 3, 4, 5, 6, 7, 8, 9, 10] and chosen.tolist() == [[2, 0]]
    shown = np.asarray(rest.images[0].get_array())[[1, 5]][:, 1::4]
    order = [1, 3, 0, 4, 5, 6, 7, 8, 9, 10]
    assert shown.flatten() == pytest.approx(PICTURES[order, 0].numpy())
    assert np.asarray(own.images[0].get_array()) == pytest.approx(PICTURES[2, 0].item())
    assert title_of(own) == "6 of 10 alike"
    assert figure.alt_text == (
        "Picture 2, a 1, among 15 codes. "
        "Its ten nearest codes are of 1, 0, 0, 1, 1, 0, 1, 1, 0, 1: 6 alike."
    )


def test_a_chosen_code_is_not_its_own_neighbour():
    twins = torch.zeros(12, 2)
    plane = neighbourhood(PICTURES[:12], twins, KINDS[:12], 5).axes[0]
    assert len(plane.lines[-2].get_xdata()) == 10


def test_plane_and_curves_mark_where_they_are():
    plane, curve = EXAMPLES["plane_and_curves"]().axes
    assert title_of(plane) == "k 4" and list(curve.lines[-1].get_xdata()) == [4, 4]
    titled = plane_and_curves(CODES, LABELS, {"e": {"t": LINE}}, "k", 4, title="loss 0.5")
    assert title_of(titled.axes[0]) == "k 4, loss 0.5"
    assert titled.alt_text.startswith("k 4, loss 0.5. Plane: 5 codes")
    assert "Now at 4: 0.15" in titled.alt_text


def test_landscapes_share_one_scale_and_stand_upright():
    figure = landscapes({"plain": (STEEP, CODES), "calm": (STEEP / 5, CODES)}, 3, "steepness")
    plain, calm, _ = figure.axes
    assert plain.images[0].get_clim() == calm.images[0].get_clim() == (0, 15)
    assert plain.images[0].origin == "lower" and plain.images[0].get_extent() == [-3, 3, -3, 3]
    assert figure.alt_text == (
        "plain: steepness median 7.5, from 0.15 to 14.9. "
        "calm: steepness median 1.5, from 0.03 to 2.97."
    )


def test_a_sheet_in_words():
    alt = EXAMPLES["sheet"]().alt_text
    assert alt == (
        "9 new pictures. real: density 1, coverage 0.75. noise: density 0.125, coverage 0. "
        "Mean squared distance to the nearest real ones 0.0000."
    )
    far = sheet(INVENTED, INVENTED[:2] + 0.5, SCORES).alt_text
    assert far.endswith("nearest real ones 0.2500.")


def test_a_sheet_shows_new_pictures_pairs_and_scores():
    whole, pairs, table = EXAMPLES["sheet"]().axes
    shown = np.asarray(whole.images[0].get_array())
    assert shown.shape == (3 * 5 - 1, 3 * 5 - 1)
    assert np.allclose(shown[5:9, :4], INVENTED[3].reshape(4, 4))
    assert ticks(pairs.yaxis) == ["new", "nearest"]
    assert np.asarray(pairs.images[0].get_array()).shape == (9, 14)
    assert {"density", "coverage", "real", "noise", "0.75", "0.125"} <= set(texts(table))


@pytest.mark.parametrize("nearest", [INVENTED[:0], torch.zeros(12, 16)])
def test_a_sheet_needs_some_pairs(nearest):
    with pytest.raises(ValueError, match="give 1 to 11"):
        sheet(INVENTED, nearest, SCORES)


def test_a_table_writes_each_number_in_its_row_and_column():
    axes = only_axes(EXAMPLES["score_table"]())
    at = {(round(t.get_position()[0], 2), round(t.get_position()[1], 2)): t.get_text()
          for t in axes.texts}
    xs, ys = (sorted({place[i] for place in at}) for i in (0, 1))
    assert [at[x, ys[0]] for x in xs[1:]] == ["density", "coverage"]
    assert [at[x, ys[2]] for x in xs] == ["noise", "0.125", "0"]


@pytest.mark.parametrize("table", [{}, {"a": {}}, {"a": {"x": 1.0}, "b": {"y": 1.0}}])
def test_a_table_with_uneven_rows(table):
    with pytest.raises(ValueError, match="same columns"):
        score_table(table)


def test_chains_in_words_and_boxes():
    figure = EXAMPLES["chains"]()
    assert figure.alt_text == "training: x, then encoder, then z. use: z, then decoder."
    axes = only_axes(figure)
    assert len(axes.patches) == 2 and ticks(axes.yaxis) == ["training", "use"]
    assert sum(bool(text.get_text() == "") for text in axes.texts) == 3
    with pytest.raises(ValueError, match="'use' has no steps"):
        chains({"use": ()})


def test_a_patients_sheet_shows_every_group_curves_and_codes():
    figure = EXAMPLES["patient"]()
    titles = [title_of(axes) for axes in figure.axes]
    assert titles == ["training", "test", "test fed back", "learning curves", "codes"]
    assert figure.axes[3].get_ylim() == (0, 1)
    assert texts(figure.axes[3])["test"].xy[1] == pytest.approx(0.35)
    assert [line.get_marker() for line in figure.axes[4].lines] == ["$3$", "$7$"]
    assert figure.alt_text.startswith("training: 5 pictures in rows: input; output, mean squared")
    assert "test: 0.6 at 1, 0.35 at 16" in figure.alt_text
    assert "same digit for 80% of 5 pictures" in figure.alt_text
