"""Colours, and how a figure becomes a picture with alternative text."""

import base64
import io
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from aeteach.style import (
    COLOURS,
    KINDS,
    PIXELS_PER_INCH,
    SERIES,
    SHARPNESS,
    TEXT,
    axes_at,
    bundle,
    css_variables,
    describe,
    image_tag,
    new_figure,
    picture,
    png,
    raster,
    room_for,
    screen_width,
    webp,
)

PIXELS = PIXELS_PER_INCH * SHARPNESS


class Tag(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def luminance(colour):
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast_to_white(colour):
    return 1.05 / (luminance(colour) + 0.05)


def test_contrast_is_measured_as_in_wcag():
    assert contrast_to_white("#000000") == pytest.approx(21)
    assert contrast_to_white("#777777") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", TEXT)
def test_words_can_be_read_on_white(name):
    assert contrast_to_white(TEXT[name]) >= 4.5


def test_every_colour_has_a_twin_for_words():
    assert list(TEXT) == list(COLOURS)
    for name in COLOURS:
        assert luminance(TEXT[name]) <= luminance(COLOURS[name])


def test_the_first_colours_are_okabe_and_itos():
    palette = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9"]
    assert list(COLOURS.values())[:6] == palette


def test_series_differ_without_colour():
    assert sorted(colour for colour, _, _ in SERIES) == sorted(COLOURS)
    assert len({marker for _, _, marker in SERIES}) == len(SERIES)
    assert len({(str(line), marker) for _, line, marker in SERIES}) == len(SERIES)
    lines = [line for _, line, _ in SERIES]
    assert all(one != other for one, other in zip(lines, lines[1:], strict=False))
    assert len(set(map(str, lines[:6]))) == 6


def test_the_palette_is_handed_to_css():
    rule = css_variables(".box")
    assert rule.startswith(".box{--train:#0072B2;") and rule.endswith(";}")
    pairs = dict(pair.split(":") for pair in rule[5:-2].split(";"))
    assert {name: pairs[f"--{name}"] for name in COLOURS} == COLOURS
    assert {name: pairs[f"--{name}-text"] for name in TEXT} == TEXT
    assert [pairs[f"--digit-{kind}"] for kind in range(10)] == KINDS and len(set(KINDS)) == 10


def opened(picture):
    return Image.open(io.BytesIO(picture))


@pytest.mark.parametrize("width, height", [(2, 1), (3.3, 1.7)])
@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_of_the_right_size_in_few_colours(form, width, height):
    figure = new_figure(width, height)
    image = opened(png(figure) if form == "PNG" else picture(figure)[0])
    assert image.format == form and image.size == (int(width * PIXELS), int(height * PIXELS))
    assert len(image.getcolors(10**6)) <= 64


@pytest.mark.parametrize("make", [png, lambda figure: picture(figure)[0]], ids=["PNG", "WebP"])
def test_a_picture_shows_what_was_drawn_and_is_repeatable(make):
    pictures = []
    for _ in range(2):
        figure = new_figure(1, 1)
        assert np.asarray(opened(make(figure)).convert("L")).min() == 255
        figure.patch.set_facecolor(COLOURS["train"])
        pictures.append(make(figure))
    assert opened(pictures[0]).convert("RGB").getpixel((40, 40)) == (0x00, 0x72, 0xB2)
    assert pictures[0] == pictures[1] and figure.dpi == 100


def two_frames():
    figures = [new_figure(4, 3), new_figure(4, 3)]
    for figure, marked in zip(figures, (2, 7), strict=True):
        axes = axes_at(figure, 0.5, 0.5, 3, 2)
        axes.plot(range(10), [3, 1, 2, 5, 3, 4, 2, 6, 1, 2])
        axes.axvline(marked)
    return map(raster, figures)


def test_a_frame_laid_over_its_base_is_that_frame_and_small():
    base, frame = two_frames()
    over = webp(frame, base)
    assert len(over) < 0.4 * len(webp(frame))
    under = opened(webp(base)).convert("RGBA")
    under.alpha_composite(opened(over))
    shown = np.asarray(under.convert("RGB")).astype(int)
    assert np.abs(shown - np.asarray(opened(webp(frame)).convert("RGB"))).mean() < 1


def test_frames_of_two_sizes_do_not_lie_over_each_other():
    with pytest.raises(ValueError, match="not the same"):
        webp(raster(new_figure(2, 1)), raster(new_figure(1, 2)))


def test_a_picture_is_sharp_on_a_screen_of_two_pixels_to_one():
    assert PIXELS_PER_INCH == 100 and SHARPNESS == 2


def test_a_learners_resolution_is_put_back():
    figure = Figure(dpi=72)
    png(figure)
    assert figure.get_dpi() == 72


@pytest.mark.parametrize("names", [["WWWW"], ["мама"], ["i"], ["a", "bb"], []])
def test_there_is_room_for_the_longest_name(names):
    figure = new_figure(3, 1)
    axes = axes_at(figure, 0, 0, 3, 1)
    FigureCanvasAgg(figure).draw()
    widths = [axes.text(0, 0.5, name).get_window_extent().width / 100 for name in names]
    assert max(widths, default=0) < room_for(names) < max(widths, default=0) + 0.3


def test_screen_width():
    assert screen_width(new_figure(6.4, 3)) == 640


def test_describe_tidies_white_space():
    figure = new_figure(1, 1)
    assert describe(figure, "  falls  from\n 2 to 1. ") is figure
    assert figure.alt_text == "falls from 2 to 1."


@pytest.mark.parametrize("words", ['5 < 6 & "so" it\'s', '" onerror="alert(1)', "<b>x</b>"])
def test_alternative_text_is_escaped_and_comes_back(words):
    ((tag, attributes),) = Tag(image_tag(b"abc", words, 320)).found
    assert tag == "img" and set(attributes) == {"alt", "width", "style", "src"}
    assert attributes["alt"] == words and attributes["width"] == "320"
    assert attributes["src"] == "data:image/png;base64," + base64.b64encode(b"abc").decode()
    assert "max-width:100%" in attributes["style"]


@pytest.mark.parametrize(
    "figure, words, width",
    [
        (describe(new_figure(2, 1), "One line."), "One line.", 200),
        (Figure(figsize=(3, 2)), "", 300),
    ],
)
def test_a_bundle_has_two_forms(figure, words, width):
    forms = bundle(figure)
    assert sorted(forms) == ["text/html", "text/plain"]
    ((_, attributes),) = Tag(forms["text/html"]).found
    assert attributes["alt"] == words and forms["text/plain"] == (words or "figure")
    assert attributes["width"] == str(width)
    kind, _, source = attributes["src"].partition(";base64,")
    assert (base64.b64decode(source), kind.removeprefix("data:")) == picture(figure)
