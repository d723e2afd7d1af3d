"""Write the README's picture: the stored frames of one slider, moving; a .png holds the first.

python tools/moving_picture.py notebooks/02_identity_copying.ipynb turn-drag docs/moving.gif
"""

import argparse
import base64
import io
import json
import re
from pathlib import Path

from PIL import Image

MILLISECONDS, ROUNDS, COLOURS = 900, 5, 64
DATA = re.compile(r'<script type="application/json">(.*?)</script>', re.S)
STILL = re.compile(r'<img [^>]*?src="([^"]+)"')


def frames(notebook: dict, cell_id: str, words: str = "") -> list[Image.Image]:
    """The frames of a cell's slider whose alternative text holds `words`; LookupError if none.

    A frame may be transparent where it agrees with another one, which lies below it.
    """
    cell = next((cell for cell in notebook["cells"] if cell["id"] == cell_id), {})
    found = []
    for output in cell.get("outputs", []):
        page = "".join(output.get("data", {}).get("text/html", ""))
        for data in DATA.findall(page):
            held = json.loads(data).get("frames", [])
            sources = [frame.get("src") or STILL.search(page)[1] for frame in held]
            for frame, source in zip(held, sources, strict=True):
                ground = sources[frame["over"]] if "over" in frame else source
                if words in frame["alt"]:
                    found.append(laid(picture(source), picture(ground)))
    if not found:
        raise LookupError(f"cell `{cell_id}` stores no frame with {words!r}; `make notebooks`")
    return found


def picture(source: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).convert("RGBA")


def laid(frame: Image.Image, ground: Image.Image) -> Image.Image:
    return Image.alpha_composite(ground, frame).convert("RGB")


def write(pages: list[Image.Image], target: Path) -> None:
    """Save the first page as PNG, or all of them as a GIF on a common sheet."""
    if target.suffix == ".png":
        pages[0].save(target)
        return
    size = tuple(max(page.size[side] for page in pages) for side in (0, 1))
    sheets = [Image.new("RGB", size, "white") for _ in pages]
    for sheet, page in zip(sheets, pages, strict=True):
        sheet.paste(page)
    few = [sheet.quantize(COLOURS, dither=Image.Dither.NONE) for sheet in sheets]
    few[0].save(target, save_all=True, append_images=few[1:], duration=MILLISECONDS, loop=ROUNDS)


def main(arguments=None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("cell")
    parser.add_argument("target", type=Path)
    parser.add_argument("--where", default="", help="only frames whose description holds this")
    options = parser.parse_args(arguments)
    notebook = json.loads(options.notebook.read_text("utf-8"))
    write(frames(notebook, options.cell, options.where), options.target)


if __name__ == "__main__":
    main()
