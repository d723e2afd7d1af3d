"""How a figure looks, and how it becomes a picture with alternative text."""

import base64
import html
import io
from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

COLOURS = {
    "train": "#0072B2",
    "test": "#E69F00",
    "pca": "#009E73",
    "fault": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "ink": "#222222",
    "faint": "#8A8A8A",
}
"""Okabe and Ito's colour-blind safe palette, one meaning each in all notebooks."""

SERIES = [
    ("train", "-", "o"),
    ("test", "--", "s"),
    ("pca", "-.", "^"),
    ("fault", ":", "D"),
    ("purple", (0, (5, 1)), "v"),
    ("sky", (0, (1, 1)), "P"),
    ("ink", "-", "X"),
    ("faint", "--", "*"),
]
"""Colour, line and marker of the first, second, ... curve: never colour alone."""

TEXT = {
    "train": "#00588A",
    "test": "#855C00",
    "pca": "#00704F",
    "fault": "#A34700",
    "purple": "#96476F",
    "sky": "#1C6A97",
    "ink": "#222222",
    "faint": "#666666",
}
"""Darker twins of the same colours for words: at least 4.5 to 1 against white."""

PIXELS_PER_INCH = 100
SHARPNESS = 1.25


def looks(names: Iterable[str]) -> list[tuple]:
    """Colour, line and marker for each of `names`: PCA's own for "PCA", the others in order."""
    names, own = list(names), SERIES[2]
    others = [look for look in SERIES if look != own] if "PCA" in names else SERIES
    free = iter(others * (len(names) // len(others) + 1))
    return [own if name == "PCA" else next(free) for name in names]


def new_figure(width: float, height: float) -> Figure:
    """An empty white Figure of `width` x `height` inches, 100 screen pixels to the inch."""
    figure = Figure(figsize=(width, height), dpi=PIXELS_PER_INCH)
    figure.patch.set_facecolor("white")
    return figure


def axes_at(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place given in inches: many times faster than an automatic layout."""
    whole_width, whole_height = figure.get_size_inches()
    place = (left / whole_width, bottom / whole_height, width / whole_width, height / whole_height)
    return figure.add_axes(place)


def room_for(names: Iterable[str]) -> float:
    """Inches that the longest of `names` needs beside a figure; Cyrillic letters are wider."""
    widths = (sum(0.085 if mark.isascii() else 0.1 for mark in name) for name in names)
    return 0.2 + max(widths, default=0)


def describe(figure: Figure, alt_text: str) -> Figure:
    """`figure` with its alternative text, white space tidied."""
    figure.alt_text = " ".join(alt_text.split())
    return figure


def png(figure: Figure) -> bytes:
    """`figure` as a small PNG (64 colours), 1.25 image pixels to a screen pixel."""
    figure.set_dpi(PIXELS_PER_INCH * SHARPNESS)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    figure.set_dpi(PIXELS_PER_INCH)
    stream = io.BytesIO()
    few = picture.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(stream, "PNG")
    return stream.getvalue()


def screen_width(figure: Figure) -> int:
    """Width of `figure` on the screen, in pixels."""
    return round(figure.get_figwidth() * PIXELS_PER_INCH)


def image_tag(picture: bytes, alt_text: str, width: int) -> str:
    """HTML of a PNG with its alternative text: the only form that keeps it in JupyterLab."""
    source = base64.b64encode(picture).decode()
    return (
        f'<img alt="{html.escape(alt_text)}" width="{width}" '
        f'style="max-width:100%;height:auto" src="data:image/png;base64,{source}">'
    )


def bundle(figure: Figure) -> dict[str, object]:
    """The forms in which a notebook stores `figure`: HTML with `alt`, PNG, and plain text."""
    alt_text = getattr(figure, "alt_text", "")
    picture = png(figure)
    return {
        "text/html": image_tag(picture, alt_text, screen_width(figure)),
        "image/png": base64.b64encode(picture).decode(),
        "text/plain": alt_text or "figure",
    }
