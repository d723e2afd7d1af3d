"""Every figure is pure, described by its own numbers, labelled, and the same everywhere."""

import inspect
import math
import re
import subprocess
import sys
import warnings
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from sklearn.decomposition import PCA

from aeteach import figures
from aeteach.figures.diagrams import seen
from aeteach.figures.images import draw_images, mosaic
from aeteach.figures.lines import SAMPLE
from aeteach.figures.panels import named
from aeteach.figures.planes import colour_of, draw_plane, glyph
from aeteach.style import COLOURS, TEXT, axes_at, new_figure, png, raster
from aeteach.words import speak

PACKAGE = Path(figures.__file__).parents[1]
LINE = {1: [0.5, 0.7], 4: [0.1, 0.2], 16: [0.3, 0.4]}
ROWS = {"input": torch.zeros(5, 16), "output": torch.full((5, 16), 0.5)}
CODES = torch.tensor([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0], [5.1, 5.0], [0.2, 0.1]])
LABELS = torch.tensor([3, 3, 7, 7, 7])
MAPS = {"plain": (CODES, LABELS)}
PANELS = {"error": {"test": LINE}, "use": {"few": LINE, "many": {None: 0.9}}}
TABLE = {"slow": {16: 0.5, 64: 0.02}, "fast": {16: 0.4, 64: 8.0}}
SCORES = {"real": {"density": 1.0, "coverage": 0.75}, "noise": {"density": 0.125, "coverage": "-"}}
INVENTED = torch.linspace(0, 1, 11 * 16).reshape(11, 16)
POINTS = torch.tensor([[0.0, 0.0, 1.0], [1.0, 2.0, 0.5], [3.0, 1.0, -1.0], [2.0, 2.0, 0.0]])
STEEP = torch.arange(16.0).reshape(4, 4)
CLOUD = torch.stack([torch.arange(15.0), torch.zeros(15)], dim=1)
KINDS = torch.tensor([0, 1, 1] * 5)
PICTURES = torch.linspace(0, 1, 15)[:, None].expand(15, 9)
SQUARE = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]])
FLAT = torch.tensor([[0.0, 1.0], [2.0, 1.0], [0.0, 1.0], [2.0, 1.0]])
DIAGONAL = torch.full((4, 4), -0.25) + torch.diag(torch.full((4,), 0.75))
LONG = "what the decoder rebuilds"

EXAMPLES = {
    "arrows": dict(points=CODES, axes_of={"PCA": torch.eye(2), "decoder": CODES[1:3].T}),
    "bars": dict(
        values={"plain": 0.25, "sparse": [0.5, 1.0]}, x_name="test error", levels={"mean": 0.8}
    ),
    "chains": dict(rows={"training": ("x", "encoder", "z"), "use": ("z", "decoder")}),
    "curve_panels": dict(panels=PANELS, x_name="size", at=4, marks={"last": 3.5, "best": 3.0}),
    "curves": dict(lines={"test": LINE}, x_name="latent size", y_name="error", at=4),
    "dial": dict(angle=37.25, panels=PANELS, x_name="step", at=4),
    "flow": dict(x=CODES, start=CODES + 1, ends={"network": CODES}),
    "gaps": dict(errors={"none": ([0.01, 0.02], [0.03, 0.05]), "PCA": ([0.01], [0.02])}),
    "heat_map": dict(matrix=DIAGONAL, x_name="in", y_name="out"),
    "images": dict(rows=ROWS, title="Digits"),
    "images_and_curves": dict(rows=ROWS, panels={"error": {"test": LINE}}, at=4),
    "landscapes": dict(maps={"plain": (STEEP, CODES)}, limit=3, value_name="steepness"),
    "neighbourhood": dict(x=PICTURES, z=CLOUD, y=KINDS, chosen=2),
    "patient": dict(
        left={"training": ROWS, "test": ROWS},
        right={"test_fed_back": ROWS},
        lines={"test": [0.6, 0.2, 0.3]},
        z=CODES,
        y=LABELS,
        highest=1,
    ),
    "plane_and_curves": dict(z=CODES, y=LABELS, panels=PANELS, x_name="k", at=4, title="loss 0.5"),
    "planes": dict(maps=MAPS | {"wide": (3 * CODES, LABELS)}, limit=6, radius=2),
    "profiles": dict(rows={"input": torch.tensor([0.0, 0.9, 0.1]), "PCA": CODES[:3, 1] / 9}),
    "projections": dict(
        x=SQUARE, rebuilt={"line": FLAT, "PCA": SQUARE}, panels={"error": {"test": LINE}}, at=4
    ),
    "receptive_fields": dict(rows={"pixel": ROWS["input"], "field": -ROWS["output"]}),
    "rivals": dict(
        x=ROWS["input"],
        rebuilt={"PCA": ROWS["output"], "AE": ROWS["output"] / 2},
        panels=PANELS,
        x_name="pictures",
        at=4,
    ),
    "sheet": dict(x_new=INVENTED, nearest=INVENTED[:3] + 0.5, scores=SCORES),
    "space": dict(x=POINTS, rebuilt={"PCA": POINTS * 0.5}, t=POINTS[:, 0], turn=30),
    "spelling": dict(rows={"input": "banana", "output": "bunano"}, title="Words"),
    "table": dict(rows=SCORES),
    "value_map": dict(table=TABLE, x_name="width", y_name="learning rate"),
}
WIDE = {
    "arrows": dict(axes_of={LONG: CODES[:2].T, "b": CODES[2:4].T}, title="A title of words"),
    "bars": dict(values={LONG: 0.25, "b": 1.0}, x_name=LONG, levels={LONG: 0.5}, title=LONG),
    "chains": dict(rows={LONG: (LONG, "encoder"), "b": ("x", LONG, "z")}, networks=(LONG,)),
    "curve_panels": dict(panels={LONG: {LONG: LINE}, "b": {"b": LINE}}, marks={LONG: 2.0}),
    "curves": dict(lines={LONG: LINE, "b": {1: 9.0}}, x_name=LONG, y_name=LONG, title=LONG),
    "dial": dict(angle=90, panels={LONG: {LONG: LINE}, "b": {"b": LINE}}, x_name=LONG, at=1),
    "flow": dict(ends={"A title of words": CODES, "best answer": CODES}),
    "gaps": dict(errors={LONG: ([1.0, 2.0], [3.0, 90.0]), "b": ([1.0], [2.0])}, title=LONG),
    "heat_map": dict(x_name=LONG, y_name=LONG, title="A title of some words"),
    "images": dict(rows={LONG: ROWS["input"][:1]}, title="A title of words, a long one"),
    "images_and_curves": dict(panels={LONG: {"b": LINE, LONG: LINE}, "b": {"b": LINE}}),
    "landscapes": dict(maps={LONG: (STEEP, CODES), "b": (STEEP, CODES)}, value_name=LONG),
    "neighbourhood": dict(limit=9, title=LONG),
    "patient": dict(left={LONG: {LONG: INVENTED[:1]}}, right={LONG: {"b": INVENTED[:9]}}),
    "plane_and_curves": dict(panels={LONG: {"b": LINE, LONG: LINE}, "b": {"b": LINE}}),
    "planes": dict(maps={LONG: (CODES, LABELS), "b": (CODES, LABELS)}),
    "profiles": dict(rows={LONG: CODES[:, 0], "b": CODES[:, 1]}, x_name=LONG, title=LONG),
    "projections": dict(rebuilt={LONG: FLAT, "b": SQUARE}, panels={LONG: {LONG: LINE}}),
    "receptive_fields": dict(rows={LONG: ROWS["input"]}, title="A title of words"),
    "rivals": dict(rebuilt={LONG: ROWS["output"]}, panels={LONG: {LONG: LINE}}, x_name=LONG),
    "sheet": dict(scores={LONG: {LONG: 1.0, "b": -123.4}}),
    "space": dict(rebuilt={LONG: POINTS, "b": -POINTS}),
    "spelling": dict(rows={LONG: "ab", "b": "ba"}, title="A title of some words"),
    "table": dict(rows={LONG: {LONG: 1.0, "b": "a word or two"}}, title="A title"),
    "value_map": dict(table={LONG: {LONG: 1.0, "b": 2.0}}, x_name=LONG, y_name=LONG, title=LONG),
}
each_figure = pytest.mark.parametrize("name", EXAMPLES)


def drawn(name, **changes):
    return getattr(figures, name)(**EXAMPLES[name] | changes)


def ticks(axis):
    return [text.get_text() for text in axis.get_ticklabels()]


def texts(axes):
    return {text.get_text(): text for text in axes.texts if text.get_text().strip()}


def lines_of(axes):
    return [line for line in axes.lines if line.get_label() != SAMPLE]


def words_outside(figure):
    """Words that the edge of the picture cuts off; ticks beyond the axes are not painted."""
    FigureCanvasAgg(figure).draw()
    found = []
    for text in set(figure.findobj(Text)) - unpainted_ticks(figure):
        if text.get_visible() and text.get_text().strip() and text.axes is not None:
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


# what all of them owe


def test_every_public_figure_has_its_examples():
    assert sorted(EXAMPLES) == sorted(WIDE) == sorted(figures.__all__)


@each_figure
def test_it_is_a_described_figure_for_the_screen(name):
    figure = drawn(name)
    assert isinstance(figure, Figure) and len(figure.alt_text) >= 20
    assert inspect.signature(getattr(figures, name)).return_annotation is Figure
    assert figure.alt_text == " ".join(figure.alt_text.split()) == drawn(name).alt_text
    assert figure.alt_text.endswith(".") and ".." not in figure.alt_text
    assert png(figure).startswith(b"\x89PNG")
    assert figure.get_figwidth() <= 11.5 and figure.get_figheight() <= 5.2


@each_figure
@pytest.mark.parametrize("changes", [{}, WIDE], ids=["short names", "long names"])
def test_no_word_is_cut_off(changes, name):
    assert words_outside(drawn(name, **changes.get(name, {}))) == []


def test_words_that_are_cut_off_are_found():
    figure = figures.images({"row": torch.zeros(3, 16)})
    figure.axes[0].set_title("a title much too long for so small a figure, by far")
    assert len(words_outside(figure)) == 1


@each_figure
def test_it_leaves_its_input_alone(name):
    before = repr(EXAMPLES[name])
    drawn(name)
    assert repr(EXAMPLES[name]) == before


def test_pyplot_is_never_imported():
    sources = {path.name: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
    assert "charts.py" in sources
    assert [name for name, text in sources.items() if re.search("pyplot|pylab", text)] == []
    code = "import sys, aeteach; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@each_figure
def test_the_learners_settings_do_not_change_a_pixel(name):
    usual = np.asarray(raster(drawn(name)))
    loud = {
        "font.size": 30,
        "axes.facecolor": "black",
        "lines.linewidth": 9,
        "text.color": "red",
        "xtick.labelsize": 25,
        "figure.facecolor": "black",
        "axes.grid": True,
        "font.family": ["monospace"],
        "text.parse_math": True,
        "image.cmap": "hot",
    }
    with matplotlib.rc_context(loud):
        assert np.array_equal(np.asarray(raster(drawn(name))), usual)
        assert matplotlib.rcParams["font.size"] == 30


def test_the_two_that_widgets_draw_with_have_our_look_as_well():
    def still():
        figure = new_figure(4, 2)
        draw_plane(axes_at(figure, 0.5, 0.5, 1, 1), CODES, LABELS, [(0, 5), (0, 5)])
        draw_images(axes_at(figure, 2.5, 0.5, 1, 1), ROWS)
        return np.asarray(raster(figure))

    usual = still()
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black"}):
        assert np.array_equal(still(), usual)


# whatever a learner hands over


def replaced(value, change):
    """`value` with every tensor in it changed."""
    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, dict):
        return {key: replaced(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(replaced(each, change) for each in value)
    return value


def float_only(change):
    return lambda value: change(value) if value.is_floating_point() else value


TENSORS = {
    "trained": float_only(lambda value: value.clone().requires_grad_()),
    "double": float_only(torch.Tensor.double),
    "half": float_only(torch.Tensor.half),
    "sparse": float_only(torch.Tensor.to_sparse),
    "numpy": lambda value: value.numpy(),
}


@each_figure
def test_tensors_of_any_kind_are_drawn(name):
    usual = drawn(name).alt_text
    for kind, change in TENSORS.items():
        alt_text = getattr(figures, name)(**replaced(EXAMPLES[name], change)).alt_text
        assert alt_text == usual or kind == "half"


def spoiled(value, bad):
    """`value` with one number in it, the first that is found, replaced; None without one."""
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        value = value.clone()
        value.flatten()[-1] = bad
        return value.contiguous() if not value.isfinite().all() else None
    if isinstance(value, float):
        return bad
    if isinstance(value, dict | list | tuple):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            if (changed := spoiled(value[key], bad)) is not None:
                pairs = {other: changed if other == key else value[other] for other in keys}
                return pairs if isinstance(value, dict) else list(pairs.values())
    return None


@each_figure
@pytest.mark.parametrize("bad", [math.nan, math.inf], ids=str)
def test_nan_and_infinity_are_refused_by_name(bad, name):
    for argument, value in EXAMPLES[name].items():
        if (changed := spoiled(value, bad)) is not None:
            with pytest.raises(ValueError, match=rf"^{argument}.* (is NaN|is nan|is inf)") as no:
                drawn(name, **{argument: changed})
            assert "\n" not in str(no.value)


WRONG = {
    "none": None,
    "text": "abc",
    "number": 3,
    "empty": {},
    "list": [1, 2],
    "huge": 10**400,
    "flat": torch.zeros(3),
    "object": object(),
    "meta": torch.zeros(2, 2, device="meta"),
}


@each_figure
@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_drawn_is_one_sentence(wrong, name):
    first = next(iter(EXAMPLES[name]))
    try:
        assert isinstance(drawn(name, **{first: WRONG[wrong]}), Figure)
    except (ValueError, TypeError) as refused:
        said = str(refused)
        assert said and "\n" not in said and refused.__cause__ is None and len(said) < 700


KEYS = [
    8,
    0.5,
    b"bytes",
    range(3),
    "$a$ $_$",
    "$",
    r"\frac",
    "😀 漢",
    "x" * 300,
    None,
    True,
    (1, 2),
    np.int64(3),
    torch.tensor(4),
    "two\nlines",
    "",
]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: repr(key)[:12])
def test_any_key_is_a_label(key):
    found = [
        figures.curves({key: [1.0, 2.0], "b": [2.0, 1.0]}, key, key, title=key),
        figures.bars({key: 1.0}, key, {key: 0.5}),
        figures.images({key: ROWS["input"]}, key),
        figures.table({key: {key: key}}, key),
    ]
    for figure in found:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert words_outside(figure) == [] and len(figure.alt_text) < 900


@pytest.mark.parametrize(
    "key, words",
    [
        ("latent_size", "latent size"),
        (8, "8"),
        (0.25, "0.25"),
        (np.float32(0.5), "0.5"),
        (b"a_b", "a b"),
        (torch.tensor(4), "4"),
        ("x" * 99, "x" * 59 + "…"),
        ("漢", "□"),
        ("$a$", "$a$"),
        ("two\nlines", "two lines"),
        (True, "True"),
    ],
)
def test_keys_become_phrases(key, words):
    assert named(key) == words


@pytest.mark.parametrize(
    "name, changes",
    [
        ("planes", dict(radius=1e12)),
        ("planes", dict(limit=1e-30)),
        ("planes", dict(limit=1e30)),
        ("planes", dict(maps={"one": (torch.zeros(9, 2), KINDS[:9])}, limit=None)),
        ("planes", dict(maps={"lone": (torch.zeros(1, 2), KINDS[:1])}, limit=None)),
        ("planes", dict(maps={"k=1": (CODES[:, :1], LABELS)}, limit=None)),
        ("curves", dict(lines={"a": {1: 1e300, 2: -1e300}})),
        ("curves", dict(lines={"a": [1.0]})),
        ("curves", dict(lines={"a": {5: 0.0}, "b": {5: 0.0}})),
        ("curves", dict(at=1e12)),
        ("curves", dict(lines={f"line {i}": {1: i, 2: i + 1.0} for i in range(18)})),
        ("arrows", dict(points=torch.zeros(3, 2))),
        ("space", dict(x=torch.ones(4, 3))),
        ("projections", dict(x=torch.ones(4, 2))),
        ("value_map", dict(table={"a": {"b": 0.0}})),
        ("landscapes", dict(maps={"a": (torch.zeros(4, 4), CODES)})),
        ("heat_map", dict(matrix=torch.ones(3, 5))),
        ("neighbourhood", dict(x=PICTURES[:3], z=CLOUD[:3], y=KINDS[:3])),
    ],
)
def test_extreme_data_neither_hangs_nor_warns(name, changes):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = drawn(name, **changes)
        assert words_outside(figure) == [] and figure.alt_text


@pytest.mark.parametrize(
    "name, changes, words",
    [
        ("curves", dict(lines={"test": []}), "a line has no points"),
        ("dial", dict(angle=90.5), "lies in 0..90 degrees"),
        ("dial", dict(angle=-1), "lies in 0..90"),
        ("table", dict(rows={"a": {"x": 1.0}, "b": {"y": 1.0}}), "the same columns"),
        ("table", dict(rows={"a": {}}), "the same columns"),
        ("value_map", dict(table={"a": {1: 0.0}, "b": {2: 0.0}}), "the same columns"),
        ("spelling", dict(rows={"a": "abc", "b": "ab"}), "words of one length"),
        ("spelling", dict(rows={"a": ""}), "words of one length"),
        ("chains", dict(rows={"use": ()}), "'use' has no steps"),
        ("sheet", dict(nearest=INVENTED[:0]), "give 1 to 11"),
        ("sheet", dict(nearest=torch.zeros(12, 16)), "give 1 to 11"),
        ("planes", dict(maps={"a": (CODES, LABELS[:2])}), r"y is \(2,\)"),
        ("images", dict(rows={"a": torch.zeros(4, 10)}), r"one shape \(m, side \* side\)"),
        ("images", dict(rows={"a": torch.zeros(0, 9)}), r"rows are \[\(0, 9\)\]"),
        ("images", dict(rows={"a": torch.zeros(4, 9), "b": torch.zeros(5, 9)}), "one shape"),
        ("images", dict(rows={"a": torch.zeros(4, 3, 3)}), r"rows are \[\(4, 3, 3\)\]"),
    ],
)
def test_refused_with_reason(name, changes, words):
    with pytest.raises(ValueError, match=words):
        drawn(name, **changes)


# what they say


@pytest.mark.parametrize(
    "name, words",
    [
        (
            "arrows",
            "Directions over the cloud, in degrees from the first axis. PCA: 0°, 90°. "
            "decoder: 0°, 45°.",
        ),
        ("bars", "test error: plain 0.25, sparse 0.75, mean 0.8."),
        ("chains", "training: x, then encoder, then z. use: z, then decoder."),
        (
            "curve_panels",
            "size 4. last 3.5. best 3. error by size. test: 0.6 at 1, 0.35 at 16, "
            "lowest 0.15 at 4. Now at 4: 0.15. use by size. few: 0.6 at 1, 0.35 at 16, "
            "lowest 0.15 at 4. Now at 4: 0.15. many: 0.9.",
        ),
        (
            "curves",
            "error by latent size. test: 0.6 at 1, 0.35 at 16, lowest 0.15 at 4. Now at 4: 0.15.",
        ),
        (
            "gaps",
            "Training and test error. none: 0.0150 and 0.0400 ± 0.1271. PCA: 0.0100 and 0.0200. "
            "Lowest test error: PCA. Highest: none.",
        ),
        (
            "heat_map",
            "Heat map of 4 x 4 values. Mean on the diagonal 0.500, mean size beside it 0.250.",
        ),
        ("images", "Digits. 5 pictures in rows: input; output."),
        ("landscapes", "plain. steepness: median 7.5, from 0.15 to 14.9."),
        (
            "neighbourhood",
            "Picture 2, a 1, among 15 codes. Its ten nearest codes are of "
            "1, 0, 0, 1, 1, 0, 1, 1, 0, 1: 6 alike. 6 of 10 alike.",
        ),
        (
            "planes",
            "plain. 5 codes, from 0 to 5.1 across, from 0 to 5 up, 60% inside the circle of "
            "radius 2; the nearest code has the same label for 80% of them. wide. 5 codes, from "
            "0 to 15 across, from 0 to 15 up, 2 of them outside the picture, 60% inside the "
            "circle of radius 2; the nearest code has the same label for 80% of them.",
        ),
        ("spelling", "Words. input spells banana. output: bunano, 4 of 6 letters right."),
        ("space", "4 points in space, turned by 30°. data. PCA: R² 0.36."),
        (
            "table",
            "Table of 2 rows. real: density 1, coverage 0.75. noise: density 0.125, coverage -.",
        ),
        (
            "value_map",
            "Table: learning rate by width. Lowest 0.02: slow, 64. Highest 8: fast, 64. "
            "slow: 16 0.5, 64 0.02. fast: 16 0.4, 64 8.",
        ),
    ],
)
def test_it_says_what_it_shows(name, words):
    assert drawn(name).alt_text == words


@pytest.mark.parametrize(
    "line, words",
    [
        ({1: 3.0, 2: 2.0, 3: 1.0}, "3 at 1, 1 at 3."),
        ({None: [0.1, 0.2]}, "line: 0.15."),
        ({1: 2.0, 2: 9.0, 3: 0.5, 4: 1.0}, "2 at 1, 1 at 4, lowest 0.5 at 3, highest 9 at 2."),
        ([3.0, 1.0, 2.0], "line: 3 at 1, 2 at 3, lowest 1 at 2."),
        ({1: torch.tensor(0.5), 2: torch.tensor(0.25)}, "0.5 at 1, 0.25 at 2."),
    ],
)
def test_words_follow_the_numbers(line, words):
    assert figures.curves({"line": line}, "k", "error").alt_text.endswith(words)


def test_words_of_a_figure_follow_the_language(tmp_path, monkeypatch):
    (tmp_path / "eo.toml").write_text('"width" = "largo"\n"test" = "testo"\n')
    monkeypatch.setattr("aeteach.words._SHELF", tmp_path)
    speak("eo")
    figure = figures.curves({"test": LINE}, "width", "error")
    assert figure.axes[0].get_xlabel() == "largo" and "testo" in texts(figure.axes[0])
    assert "testo: 0.6" in figure.alt_text


X = torch.rand(8, 16, generator=torch.Generator().manual_seed(0))
OTHER = torch.rand(8, 16, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    "rows, compared",
    [
        ({"input": X, "rebuilt": X.mean(0).expand(8, 16)}, {"rebuilt": "input"}),
        (
            {"train": X, "train_rebuilt": X + 0.1, "test": OTHER, "test_rebuilt": OTHER + 0.2},
            {"train rebuilt": "train", "test rebuilt": "test"},
        ),
        ({"invented": X, "real": OTHER}, {}),
        ({"invented": X, "real": X.flip(0)}, {}),
        ({"input": X, "PCA": X + 0.2, "AE": X - 0.1}, {"PCA": "input", "AE": "input"}),
        ({"x": X[:1], "y": OTHER[:1]}, {"y": "x"}),
    ],
)
def test_a_row_is_compared_with_the_row_that_it_rebuilds(rows, compared):
    alt = figures.images(rows).alt_text
    found = dict(re.findall(r"(?:: |; )([^;,]+), mean squared distance [\d.]+ from (\w+)", alt))
    assert found == compared


# what they show


def test_curves_show_means_spread_and_a_key_of_it():
    axes = drawn("curves", title="Errors").axes[0]
    line, bar = lines_of(axes)
    assert list(line.get_xdata()) == [1, 4, 16] and list(bar.get_xdata()) == [4, 4]
    assert line.get_ydata() == pytest.approx([0.6, 0.15, 0.35])
    corners = axes.collections[0].get_paths()[0].vertices
    for x, low, high in ((1, 0.5, 0.7), (4, 0.1, 0.2), (16, 0.3, 0.4)):
        heights = corners[corners[:, 0] == x][:, 1]
        assert (heights.min(), heights.max()) == pytest.approx((low, high))
    assert "median and range of 2 runs · grey bar: latent size 4" in texts(axes)
    assert axes.get_xlabel() == "latent size (numbers in a code)" and axes.get_ylabel() == "error"
    assert axes.get_xscale() == "log" and ticks(axes.xaxis) == ["1", "4", "16"]


@pytest.mark.parametrize(
    "line, scale, marks",
    [
        (dict.fromkeys((1, 4, 15), 1.0), "linear", ["1", "4", "15"]),
        (dict.fromkeys((0, 4, 64), 1.0), "linear", ["0", "4", "64"]),
        ([1.0] * 16, "linear", None),
        (dict.fromkeys(range(1, 41), 1.0), "linear", None),
    ],
)
def test_the_scale_follows_the_stops(line, scale, marks):
    axes = figures.curves({"test": line}, "k", "error").axes[0]
    assert axes.get_xscale() == scale and marks in (None, ticks(axes.xaxis))
    assert len(axes.get_xticks()) < 12 and all(x == int(x) for x in axes.get_xticks())


def test_lines_and_their_samples_differ_without_colour_and_do_not_touch():
    lines = {name: {1: 1.0, 2: 1 + i / 1000} for i, name in enumerate(["PCA", *"abcde"])}
    axes = figures.curves(lines, "k", "error").axes[0]
    shown = {(line.get_linestyle(), line.get_marker()) for line in lines_of(axes)}
    samples = [line for line in axes.lines if line.get_label() == SAMPLE]
    assert len(shown) == len(samples) == len(lines) == len(set(texts(axes)) & set(lines))
    assert {(line.get_linestyle(), line.get_marker()) for line in samples} == shown
    heights = sorted(line.get_ydata()[0] for line in samples)
    assert min(np.diff(heights)) * 2.6 > 0.15
    assert to_hex(lines_of(axes)[0].get_color()).upper() == COLOURS["pca"]
    assert texts(axes)["PCA"].get_color() == TEXT["pca"]


def test_ten_labels_have_ten_marks():
    assert len({colour_of(kind) for kind in range(10)}) == 10
    shapes = {glyph(kind).vertices.tobytes() for kind in range(10)}
    assert len(shapes) == 10


@pytest.mark.parametrize("count, abreast", [(1, True), (2, False), (3, False)])
def test_curves_stand_beside_the_pictures(count, abreast):
    panels = {f"number {i}": {"test": LINE} for i in range(count)}
    pictures, *charts = drawn("images_and_curves", rows={"input": X[:7]}, panels=panels).axes
    lefts = {round(axes.get_position().x0, 3) for axes in charts}
    assert len(lefts) == 1 and lefts.pop() > pictures.get_position().x1
    assert [axes.get_ylabel() for axes in charts] == list(panels)
    assert [bool(axes.get_xlabel()) for axes in charts] == [False] * (count - 1) + [True]


def test_an_axis_can_be_fixed():
    limits = {"error": (0, 2)}
    assert drawn("images_and_curves", limits=limits).axes[-1].get_ylim() == (0, 2)
    assert drawn("bars", limits=(-1, 1)).axes[0].get_xlim() == (-1, 1)
    assert drawn("patient").axes[3].get_ylim() == (0, 1)
    assert drawn("profiles").axes[0].get_ylim() == (-0.5, 1.2)


def test_mosaic_lays_pictures_side_by_side():
    first, second = torch.rand(5, 9), torch.rand(5, 9)
    picture = mosaic([first, second])
    assert picture.shape == (2 * 4 - 1, 5 * 4 - 1)
    assert torch.equal(picture[:3, 8:11], first[2].reshape(3, 3))
    assert torch.equal(picture[4:, 16:], second[4].reshape(3, 3))
    gaps = picture.isnan()
    assert gaps[3].all() and gaps[:, 3::4].all() and gaps.sum() == picture.numel() - 90


def test_images_are_black_on_white_with_names_at_their_rows():
    axes = figures.images({name: torch.zeros(2, 9) for name in "abc"}).axes[0]
    picture = axes.images[0]
    assert picture.cmap(0.0)[:3] == (1, 1, 1) and picture.cmap(1.0)[:3] == (0, 0, 0)
    assert picture.get_clim() == (0, 1) and list(axes.get_yticks()) == [1, 5, 9]


def test_signed_numbers_are_white_at_zero():
    errors = drawn("rivals").axes[1].images[0]
    assert errors.get_array().filled(np.nan)[0, 0] == pytest.approx(0.5)
    for picture in (errors, drawn("heat_map").axes[0].images[0]):
        assert picture.get_clim() == (-1, 1)
        assert np.allclose(picture.cmap(picture.norm(0.0))[:3], 1, atol=0.04)
    assert "Smallest error in these pictures: AE." in drawn("rivals").alt_text


def test_wide_codes_are_shown_by_their_principal_components():
    z = torch.randn(40, 6) @ torch.randn(6, 6)
    axes = figures.planes({"plain": (z, torch.zeros(40, dtype=torch.long))}).axes[0]
    expected = PCA(2).fit_transform(z.numpy())
    shown = np.stack(axes.lines[0].get_data(), 1)
    assert np.abs(shown) == pytest.approx(np.abs(expected), abs=1e-4)
    assert axes.get_xlabel() == "PC1"


def test_a_neighbourhood_rings_and_shows_the_ten_nearest():
    plane, own, rest = drawn("neighbourhood").axes
    ringed, chosen = (np.stack(line.get_data(), 1) for line in plane.lines[-2:])
    assert sorted(ringed[:, 0]) == [0, 1, 3, 4, 5, 6, 7, 8, 9, 10] and chosen.tolist() == [[2, 0]]
    shown = np.asarray(rest.images[0].get_array())[[1, 5]][:, 1::4]
    assert shown.flatten() == pytest.approx(PICTURES[[1, 3, 0, 4, 5, 6, 7, 8, 9, 10], 0].numpy())


def test_landscapes_share_one_scale_and_stand_upright():
    maps = {"plain": (STEEP, CODES), "calm": (STEEP / 5, CODES)}
    plain, calm, _ = drawn("landscapes", maps=maps).axes
    assert plain.images[0].get_clim() == calm.images[0].get_clim() == (0, 15)
    assert plain.images[0].origin == "lower" and plain.images[0].get_extent() == [-3, 3, -3, 3]


def test_projections_join_each_point_to_the_first_method_on_one_scale():
    axes = drawn("projections").axes[0]
    (lost,) = [c for c in axes.collections if isinstance(c, LineCollection)]
    segments = np.array(lost.get_segments())
    assert np.allclose(segments[:, 0], SQUARE) and np.allclose(segments[:, 1], FLAT)
    key = [text.get_text() for text in axes.get_legend().get_texts()]
    assert key == ["lost", "data", "line: R² 0.50", "PCA: R² 1.00"]
    assert np.ptp(axes.get_xlim()) == pytest.approx(np.ptp(axes.get_ylim()))


def test_space_turns_about_the_third_axis_and_paints_nearer_points_later():
    across, up, depth = seen(torch.eye(3), 90, tilt=0)
    assert torch.allclose(
        torch.stack([across, up, depth]),
        torch.tensor([[0.0, -1, 0], [0, 0, 1], [-1, 0, 0]]),
        atol=1e-6,
    )
    turned = torch.stack(seen(torch.eye(3), 200), 1)
    assert torch.allclose(turned @ turned.T, torch.eye(3), atol=1e-6)
    (scatter,) = drawn("space", turn=0).axes[0].collections
    assert (np.diff(scatter.get_sizes()) > 0).all()


@pytest.mark.parametrize("angle", [0, 30.0, 90])
def test_the_needle_points_at_the_angle(angle):
    axes = drawn("dial", angle=angle).axes[0]
    across, up = axes.lines[0].get_xydata()[1]
    assert math.degrees(math.atan2(up, across)) == pytest.approx(angle, abs=1e-6)
    assert axes.patches[1].theta2 == angle and f"{angle:.4f}°" in texts(axes)


def test_words_on_shades_stand_out_and_wrong_letters_are_boxed():
    shown = drawn("value_map").axes[0].texts[:4]
    assert [(t.get_text(), t.get_color()) for t in shown] == [
        ("0.5", "k"),
        ("0.02", "w"),
        ("0.4", "k"),
        ("8", "k"),
    ]
    letters = drawn("spelling").axes[0].texts
    assert [t.get_text() for t in letters if t.get_bbox_patch() is not None] == ["u", "o"]


def test_bars_and_gaps_show_every_run():
    axes = drawn("bars").axes[0]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([0.25, 0.75])
    assert [list(line.get_xdata()) for line in axes.lines[:2]] == [[0.25], [0.5, 1.0]]
    assert "dot: one value, bar: their median · dashed: mean 0.8" in texts(axes)
    axes = drawn("gaps").axes[0]
    gaps = [list(line.get_xdata()) for line in axes.lines if line.get_linewidth() == 6]
    assert gaps == [pytest.approx([0.015, 0.04]), pytest.approx([0.01, 0.02])]
    assert ticks(axes.yaxis) == ["none", "PCA"] and axes.yaxis_inverted()
