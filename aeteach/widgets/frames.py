"""The pictures of a flip-book, most of them as what differs from a whole one before."""

import base64

from matplotlib.figure import Figure
from PIL.Image import Image

from aeteach import style

LARGE = 6_000
"""Bytes from which on it is asked whether a frame had better be whole."""


class Frames:
    """Frames in the order of `add`; between neighbours a difference takes a tenth of the bytes.

    told: what the page reads, one entry a frame: alt, width, src unless it is the `still` one (a
    WebP), and over, the number of the whole frame that it is laid upon.
    """

    def __init__(self, telling: int, still: Figure) -> None:
        image = style.raster(still)
        self.telling, self.still, self.told = telling, style.webp(image), []
        self._whole = {telling: image}

    def add(self, figure: Figure, alt_text: str) -> None:
        """Append a frame; the still one and the latest other whole one may lie below others."""
        number, told = len(self.told), dict(alt=alt_text, width=style.screen_width(figure))
        if number != self.telling:
            image = style.raster(figure)
            picture, over = self._laid(image)
            if over is None or (
                len(picture) > LARGE and len(whole := style.webp(image)) < 1.5 * len(picture)
            ):
                picture, over = whole if picture else style.webp(image), None
                self._whole = {self.telling: self._whole[self.telling], number: image}
            told |= dict(src=source(picture)) | ({} if over is None else dict(over=over))
        self.told.append(told)

    def _laid(self, image: Image) -> tuple[bytes, int | None]:
        """The smallest picture of what differs from a whole frame of its size, and from which."""
        same_size = {n: base for n, base in self._whole.items() if base.size == image.size}
        laid = {n: style.webp(image, base) for n, base in same_size.items()}
        over = min(laid, key=lambda n: len(laid[n]), default=None)
        return laid.get(over, b""), over


def source(picture: bytes) -> str:
    """A WebP as the source of an image."""
    return f"data:image/webp;base64,{base64.b64encode(picture).decode()}"
