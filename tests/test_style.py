"""Colours, and how a figure becomes a picture with alternative text."""

import base64
import io
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from aeteach.style import (
    COLOURS,
    PIXELS_PER_INCH,
    SERIES,
    SHARPNESS,
    TEXT,
    bundle,
    describe,
    image_tag,
    new_figure,
    png,
    screen_width,
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


@pytest.mark.parametrize("width, height", [(2, 1), (3.3, 1.7)])
def test_a_png_of_the_right_size(width, height):
    picture = Image.open(io.BytesIO(png(new_figure(width, height))))
    assert picture.format == "PNG"
    assert picture.size == (int(width * PIXELS), int(height * PIXELS))
    assert picture.mode == "P" and len(picture.getcolors()) <= 64


def test_a_png_shows_what_was_drawn():
    figure = new_figure(1, 1)
    assert np.asarray(Image.open(io.BytesIO(png(figure))).convert("L")).min() == 255
    figure.patch.set_facecolor(COLOURS["train"])
    picture = Image.open(io.BytesIO(png(figure))).convert("RGB")
    assert picture.getpixel((40, 40)) == (0x00, 0x72, 0xB2)


def test_equal_figures_have_equal_pngs():
    pictures = []
    for _ in range(2):
        figure = new_figure(2, 1)
        figure.add_subplot().plot([3, 1, 2])
        pictures.append(png(figure))
    assert pictures[0] == pictures[1] and figure.dpi == 100


def test_a_picture_is_at_least_as_sharp_as_the_screen():
    assert PIXELS_PER_INCH == 100 and SHARPNESS >= 1


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


def test_a_bundle_has_three_forms():
    figure = describe(new_figure(2, 1), "One line.")
    forms = bundle(figure)
    ((_, attributes),) = Tag(forms["text/html"]).found
    assert attributes["alt"] == forms["text/plain"] == "One line."
    assert attributes["width"] == "200"
    assert base64.b64decode(forms["image/png"]) == png(figure)
    assert attributes["src"].endswith(forms["image/png"])


def test_a_learners_own_figure_has_a_bundle():
    figure = Figure(figsize=(3, 2))
    figure.add_subplot().plot([1, 2])
    forms = bundle(figure)
    assert forms["text/plain"] == "figure"
    picture = Image.open(io.BytesIO(base64.b64decode(forms["image/png"])))
    assert picture.size == (int(3 * PIXELS), int(2 * PIXELS))
