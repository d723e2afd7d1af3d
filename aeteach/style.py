"""How a figure looks, and how it becomes a picture with alternative text."""

import base64
import html
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
from matplotlib import rc_context, rcParams, rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
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

KINDS = [*COLOURS.values(), "#882255", "#7A7A00"]
"""Colours of the ten digits, each drawn with its own numeral as well."""

PIXELS_PER_INCH = 100
SHARPNESS = 2
MARGIN = 7
COLOUR_COUNT = 48
LONGEST = 60
FONT = rcParamsDefault["font.sans-serif"][0]
ELSEWHERE = ("backend", "interactive", "toolbar", "timezone", "keymap", "webagg", "savefig")
LOOK = {key: value for key, value in rcParamsDefault.items() if not key.startswith(ELSEWHERE)}
LOOK |= {
    "font.family": [FONT],
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "legend.frameon": False,
}


@contextmanager
def own_look() -> Iterator[None]:
    """matplotlib's defaults with ours on top, whatever rcParams the learner has set."""
    with rc_context({key: value for key, value in LOOK.items() if rcParams[key] != value}):
        yield


def css_variables(scope: str = ":host") -> str:
    """The palette as CSS: --train, --train-text, ..., --digit-0 to --digit-9 within `scope`."""
    pairs = {**COLOURS, **{f"{name}-text": colour for name, colour in TEXT.items()}}
    pairs |= {f"digit-{kind}": colour for kind, colour in enumerate(KINDS)}
    return f"{scope}{{{''.join(f'--{name}:{colour};' for name, colour in pairs.items())}}}"


def looks(names: Iterable[str]) -> list[tuple]:
    """Colour, line and marker for each of `names`: PCA's own for "PCA", the others in order."""
    names, own = list(names), SERIES[2]
    others = [look for look in SERIES if look != own] if "PCA" in names else SERIES
    free = iter(others * (len(names) // len(others) + 1))
    return [own if name == "PCA" else next(free) for name in names]


@own_look()
def new_figure(width: float, height: float) -> Figure:
    """An empty white Figure of `width` x `height` inches, 100 screen pixels to the inch."""
    return Figure(figsize=(width, height), dpi=PIXELS_PER_INCH)


@own_look()
def axes_at(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place given in inches: many times faster than an automatic layout."""
    whole_width, whole_height = figure.get_size_inches()
    place = (left / whole_width, bottom / whole_height, width / whole_width, height / whole_height)
    return figure.add_axes(place)


def room_for(names: Iterable[str]) -> float:
    """Inches that the longest of `names` needs beside a figure."""
    font = get_font(findfont(FONT))
    font.set_size(LOOK["font.size"], PIXELS_PER_INCH)
    widths = []
    for name in names:
        font.set_text(name)
        widths.append(font.get_width_height()[0] / 64 / PIXELS_PER_INCH)
    return 0.2 + max(widths, default=0)


def writable(text: str) -> str:
    """`text` on one line, at most 60 signs, with □ for each that the figures' font lacks."""
    known = get_font(findfont(FONT)).get_charmap()
    text = " ".join(text.split())
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return "".join(sign if ord(sign) in known else "□" for sign in short)


def describe(figure: Figure, alt_text: str) -> Figure:
    """`figure` with its alternative text, white space tidied."""
    figure.alt_text = " ".join(alt_text.split())
    return figure


@own_look()
def raster(figure: Figure) -> Image.Image:
    """`figure` painted, two image pixels to a screen pixel."""
    usual = figure.get_dpi()
    figure.set_dpi(PIXELS_PER_INCH * SHARPNESS)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    figure.set_dpi(usual)
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def few_colours(image: Image.Image) -> Image.Image:
    """`image` in few colours: a third of the bytes, and no difference to see."""
    return image.quantize(COLOUR_COUNT, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def png(figure: Figure) -> bytes:
    """`figure` as a PNG of few colours, for what cannot show WebP."""
    stream = io.BytesIO()
    few_colours(raster(figure)).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def webp(image: Image.Image, base: Image.Image | None = None) -> bytes:
    """`image`, from `raster`, as a lossless WebP of few colours.

    base: the raster that it will lie upon; where the two agree it is transparent, which mostly
    leaves a tenth to a half of the bytes, but for a margin: a browser that shrinks both blurs the
    edge, and what lies below would shine through. ValueError for rasters of two sizes.
    """
    from scipy.ndimage import maximum_filter

    few = few_colours(image).convert("RGB")
    if base is not None:
        if image.size != base.size:
            raise ValueError(f"the pictures have {image.size} and {base.size} pixels, not the same")
        differs = np.uint8(255) * (np.asarray(image) != np.asarray(base)).any(2)
        wide = maximum_filter(differs, MARGIN)
        few = Image.fromarray(np.dstack([few * (wide[..., None] > 0), wide]))
    stream = io.BytesIO()
    few.save(stream, "WEBP", lossless=True, quality=100, method=4)
    return stream.getvalue()


def picture(figure: Figure) -> tuple[bytes, str]:
    """`figure` as a WebP, a third smaller than its PNG, and its type, "image/webp"."""
    return webp(raster(figure)), "image/webp"


def screen_width(figure: Figure) -> int:
    """Width of `figure` on the screen, in pixels."""
    return round(figure.get_figwidth() * PIXELS_PER_INCH)


def image_tag(picture: bytes, alt_text: str, width: int, kind: str = "image/png") -> str:
    """HTML of a picture with its alternative text: the only form that keeps it in JupyterLab."""
    source = base64.b64encode(picture).decode()
    return (
        f'<img alt="{html.escape(alt_text)}" width="{width}" '
        f'style="max-width:100%;height:auto" src="data:{kind};base64,{source}">'
    )


def bundle(figure: Figure) -> dict[str, str]:
    """The forms in which a notebook stores `figure`: HTML with `alt`, and plain text."""
    alt_text = getattr(figure, "alt_text", "")
    source, kind = picture(figure)
    return {
        "text/html": image_tag(source, alt_text, screen_width(figure), kind),
        "text/plain": alt_text or "figure",
    }
