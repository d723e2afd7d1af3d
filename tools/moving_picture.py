"""Write the READMEs' moving pictures: a stored slider of notebook 02, then the pad of notebook 04.

Both come from the stored notebooks alone: the frames of the slider as they are, and the pad
decoded with the weights that it stores for the browser.
"""

import base64
import io
import json
import sys
from pathlib import Path

import numpy as np
import torch
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image, ImageColor, ImageDraw, ImageFont

from aeteach import style
from aeteach.figures.planes import draw_plane
from aeteach.words import label, language, speak

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "moving.gif"
EDITIONS = {
    "en": (ROOT / "notebooks", PICTURE),
    "ru": (ROOT / "notebooks" / "ru", PICTURE.parent / "ru" / PICTURE.name),
}
TITLES = {
    "en": (
        "Drag the latent size: first the noise goes, in the end it is copied",
        "Drag a point over the codes: the decoder draws what it stands for",
    ),
    "ru": (
        "Двигайте размер кода: сначала исчезает шум, в конце он копируется",
        "Двигайте точку по плоскости кодов: декодер рисует, что она значит",
    ),
}
STATE = "application/vnd.jupyter.widget-state+json"
SIZES = (1, 2, 4, 8, 16, 32, 64)
WIDTH, HEIGHT, TOP = 820, 530, 70
SLIDER_MS, PAD_MS, STOP_MS = 900, 80, 700
STEPS = 5
PLAYS = 5
BLUE, INK, FAINT, FAULT = (style.COLOURS[name] for name in ("train", "ink", "faint", "fault"))
ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}
Frame = tuple[Image.Image, int]


def states(path: Path) -> list[dict]:
    """The state of every widget that a notebook stores."""
    stored = json.loads(path.read_text("utf-8"))["metadata"].get("widgets", {})
    return [model["state"] for model in stored.get(STATE, {}).get("state", {}).values()]


def numbers(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=kind)


def decode(layers: list[dict], z: np.ndarray) -> np.ndarray:
    """What the browser makes of one code z (k,): the decoder's picture (n,)."""
    for layer in layers:
        if layer["kind"] == "linear":
            bias = numbers(layer["bias"], "<f4")
            z = numbers(layer["weight"], "<f4").reshape(len(bias), -1) @ z + bias
        else:
            z = ACTIVATIONS[layer["kind"]](z)
    return z


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_manager.findfont("DejaVu Sans"), size)


def sheet(title: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(page)
    pen.text((20, 24), title, fill=INK, font=font(18), anchor="lm")
    return page, pen


def slider_frames(found: list[dict]) -> list[Frame]:
    """The main slider of notebook 02 moved from end to end; LookupError when it is not stored."""
    start = tuple(f"{label('latent_size')} {size}." for size in SIZES)
    books = (state["frames"] for state in found if state.get("frames"))
    for book in books:
        first = [frame for frame in book if frame["alt"].startswith(start)]
        if len(first) == len(SIZES) and label("noisy") in book[0]["alt"]:
            return [slider_frame(at, frame) for at, frame in enumerate(first)]
    raise LookupError("notebook 02 stores no slider of noisy digits; run `make notebooks` first")


def slider_frame(at: int, frame: dict) -> Frame:
    page, pen = sheet(TITLES[language()][0])
    left, right, line = 150, 560, 54
    knob = left + (right - left) * at / (len(SIZES) - 1)
    pen.text((20, line), label("latent_size"), fill=INK, font=font(15), anchor="lm")
    pen.line((left, line, right, line), fill=FAINT, width=4)
    pen.line((left, line, knob, line), fill=BLUE, width=4)
    pen.ellipse((knob - 9, line - 9, knob + 9, line + 9), fill=BLUE)
    pen.text((right + 25, line), str(SIZES[at]), fill=INK, font=font(17), anchor="lm")
    picture = Image.open(io.BytesIO(base64.b64decode(frame["png"]))).convert("RGB")
    picture.thumbnail((WIDTH - 10, HEIGHT - TOP - 4), Image.Resampling.LANCZOS)
    page.paste(picture, (5, TOP))
    return page, SLIDER_MS


def pad_frames(found: list[dict]) -> list[Frame]:
    """A point walked over the plane of codes; LookupError when no pad stores its decoder."""
    pad = next((state for state in found if state.get("codes") and state.get("layers")), None)
    if pad is None:
        raise LookupError("notebook 04 stores no pad with a decoder; run `make notebooks` first")
    z = numbers(pad["codes"], "<f4").reshape(-1, 2)
    kinds = numbers(pad["kinds"], "u1")
    pictures = numbers(pad["pictures"], "u1").reshape(len(z), -1) / 255
    plane, spot = paper(z, [int(pad["labels"][kind]) for kind in kinds], pad["window"])
    frames = []
    for at, pause in path(z, kinds):
        near = int(np.linalg.norm(z - at, axis=1).argmin())
        decoded = decode(pad["layers"], at)
        frames.append((pad_frame(plane, spot(at), spot(z[near]), decoded, pictures[near]), pause))
    return frames


def path(z: np.ndarray, kinds: np.ndarray) -> list[tuple[np.ndarray, int]]:
    """Points from the middle of one digit to that of the next, around the plane and back."""
    middles = np.stack([np.median(z[kinds == kind], axis=0) for kind in np.unique(kinds)])
    east, north = (middles - middles.mean(0)).T
    ring = middles[np.arctan2(north, east).argsort()]
    points = []
    for here, there in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        shares = np.linspace(0, 1, STEPS, endpoint=False)
        points += [(here + share * (there - here), PAD_MS) for share in shares]
        points[-STEPS] = (points[-STEPS][0], STOP_MS)
    return points


def paper(z: np.ndarray, y: list[int], window: list) -> tuple[Image.Image, object]:
    """The plane of codes as a picture, and where in it a code lies."""
    inches = (HEIGHT - TOP) / 100
    figure = style.new_figure(inches, inches)
    axes = style.axes_at(figure, 0.55, 0.5, inches - 0.65, inches - 0.6)
    draw_plane(axes, torch.tensor(z), torch.tensor(y), list(zip(*window, strict=True)))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    place, picture = axes.transData, Image.fromarray(np.asarray(canvas.buffer_rgba()))

    def spot(code: np.ndarray) -> tuple[float, float]:
        right, up = place.transform(code)
        return right + 10, TOP + picture.height - up

    return picture.convert("RGB"), spot


def pad_frame(plane, here, near, decoded: np.ndarray, real: np.ndarray) -> Image.Image:
    page, pen = sheet(TITLES[language()][1])
    page.paste(plane, (10, TOP))
    pen.line((*here, *near), fill=INK, width=2)
    pen.ellipse(
        [v + shift for shift in (-8, 8) for v in here], fill=FAULT, outline="white", width=2
    )
    for top, name, picture in ((95, "decoded", decoded), (310, "nearest_real", real)):
        side = round(len(picture) ** 0.5)
        shades = 255 * (1 - np.clip(picture, 0, 1)).reshape(side, side)
        large = Image.fromarray(shades.round().astype(np.uint8)).resize((176, 176), 0)
        pen.text((530, top), label(name), fill=INK, font=font(15), anchor="lm")
        page.paste(large.convert("RGB"), (530, top + 14))
        pen.rectangle((529, top + 13, 706, top + 190), outline=FAINT)
    return page


def palette() -> Image.Image:
    """Greys, and every colour of the house in full, in words and fading into white."""
    colours = [*style.COLOURS.values(), *style.TEXT.values()]
    full = [ImageColor.getrgb(colour) for colour in colours]
    tints = [
        tuple(round(255 - share * (255 - part)) for part in colour)
        for colour in full
        for share in (1, 0.75, 0.5, 0.3, 0.15)
    ]
    greys = [(shade, shade, shade) for shade in np.linspace(0, 255, 40).round().astype(int)]
    page = Image.new("P", (1, 1))
    page.putpalette([int(part) for colour in greys + tints for part in colour])
    return page


def write(frames: list[Frame], target: Path) -> None:
    """One GIF with one palette; it stops after PLAYS rounds."""
    pages, pauses = zip(*frames, strict=True)
    common = palette()
    few = [page.quantize(palette=common, dither=Image.Dither.NONE) for page in pages]
    options = dict(append_images=few[1:], duration=list(pauses), loop=PLAYS - 1, optimize=False)
    target.parent.mkdir(exist_ok=True)
    few[0].save(target, "GIF", save_all=True, **options)


def main() -> int:
    for name, (folder, picture) in EDITIONS.items():
        speak(name)
        slider = slider_frames(states(folder / "02_identity_copying.ipynb"))
        write(slider + pad_frames(states(folder / "04_latent_chaos.ipynb")), picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
