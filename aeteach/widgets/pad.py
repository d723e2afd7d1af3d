"""A point dragged over the plane of codes, decoded as it moves."""

import threading
from collections.abc import Callable

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from aeteach import style
from aeteach.figures.images import draw_images
from aeteach.figures.planes import colour_of, draw_plane
from aeteach.widgets import desk
from aeteach.widgets.front import Front, script, styles
from aeteach.widgets.layers import NotInBrowser, layers, packed
from aeteach.words import tr

MARGIN = 0.15
WORDS = {
    "name": "latent plane",
    "kind": "point on a plane",
    "help": "Drag the point, or choose the plane and press the arrow keys; Home leads back.",
    "decoded": "decoded",
    "real": "picture of the nearest code",
    "near": "z = ({x}, {y}). Data here: the nearest code, label {label}, is {distance} away.",
    "far": "z = ({x}, {y}). No data here: the nearest code, label {label}, is {distance} away.",
}


def latent_pad(
    decoder: Callable[[Tensor], Tensor],
    z: Tensor,
    y: Tensor,
    x: Tensor,
    limit: float | None = None,
) -> Front:
    """The plane of codes z (N, 2) with a point to drag, its decoded and its nearest real picture.

    y: labels (N,), whole numbers; x: the pictures (N, side * side) in [0, 1] behind the codes.
    limit: half the width of a plane centred at 0; by default the codes fill the plane. A
    decoder that `widgets.layers` can write down runs in the browser, with no kernel; another
    one is asked through the kernel. Let it stand last in its cell. ValueError for codes,
    labels or pictures of another shape.
    """
    _check(decoder, z, y, x)
    try:
        steps, notice = layers(decoder), ""
    except NotInBrowser as reason:
        steps, notice = [], tr("decoded by the kernel: {reason}", reason=reason)
    pad = LatentPad(decoder, z, y, x, limit, layers=steps, notice=notice)
    desk.put(pad, f"latent_pad {tuple(z.shape)}")
    return pad


def _check(decoder: Callable[[Tensor], Tensor], z: Tensor, y: Tensor, x: Tensor) -> None:
    if z.dim() != 2 or z.shape[1] != 2 or len(z) < 2:
        raise ValueError(f"z is {tuple(z.shape)}; a plane needs codes of shape (N, 2), N >= 2")
    if y.shape != z.shape[:1] or x.dim() != 2 or len(x) != len(z):
        shapes = f"y is {tuple(y.shape)} and x is {tuple(x.shape)}"
        raise ValueError(f"{shapes}; each of the {len(z)} codes needs a label and a picture")
    if round(x.shape[1] ** 0.5) ** 2 != x.shape[1]:
        raise ValueError(f"x has {x.shape[1]} values a picture; they must fill a square")
    if not z.isfinite().all():
        raise ValueError("z holds NaN or infinite values; train with a smaller learning_rate")
    with torch.no_grad():
        shape = tuple(decoder(z[:1]).shape)
    if shape != (1, x.shape[1]):
        raise ValueError(f"the decoder turns one code into {shape}, x holds {x.shape[1]} values")


class LatentPad(Front):
    """The plane and two pictures; viewers without widgets get them still.

    layers: the decoder for the browser, none when the kernel decodes. codes, kinds, pictures:
    numbers as base64. window: lower left and upper right corner. reach: so near a code there
    is data. at: the point, start: where Home leads; picture: what the kernel decoded there.
    """

    _esm = script("latent_pad")
    _css = styles("latent_pad")
    layers = traitlets.List().tag(sync=True)
    codes = traitlets.Unicode().tag(sync=True)
    kinds = traitlets.Unicode().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    colours = traitlets.List().tag(sync=True)
    pictures = traitlets.Unicode().tag(sync=True)
    side = traitlets.Int().tag(sync=True)
    window = traitlets.List().tag(sync=True)
    reach = traitlets.Float().tag(sync=True)
    start = traitlets.List().tag(sync=True)
    at = traitlets.List().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    notice = traitlets.Unicode().tag(sync=True)
    asleep = traitlets.Unicode().tag(sync=True)

    def __init__(self, decoder, z, y, x, limit, **traits) -> None:
        self._decoder, self._lock, self._shown = decoder, threading.Lock(), None
        self._usual_notice = traits["notice"]
        z, x = z.detach().float(), x.detach().float()
        kinds, rows = y.unique(return_inverse=True)
        window = _window(z, limit)
        start = _start(z)
        self.still = _still(z, y, x, decoder, start, window)
        super().__init__(
            codes=packed(z),
            kinds=packed(rows, torch.uint8),
            labels=[str(kind) for kind in kinds.tolist()],
            colours=[colour_of(kind) for kind in kinds.tolist()],
            pictures=packed((x.clamp(0, 1) * 255).round(), torch.uint8),
            side=round(x.shape[1] ** 0.5),
            window=window,
            reach=_reach(z),
            start=start,
            at=start,
            words={name: tr(text) for name, text in WORDS.items()},
            asleep=tr("Run this cell first: the kernel decodes while you drag."),
            **traits,
        )
        if not self.layers:
            self._decode()
            self.observe(self._update, "at")

    def still_forms(self) -> dict[str, object]:
        return style.bundle(self.still)

    def _update(self, _change: object) -> None:
        while self._shown != self.at and self._lock.acquire(blocking=False):
            try:
                self._decode()
            finally:
                self._lock.release()

    def _decode(self) -> None:
        """Decode the newest point; an error is told in words and the old picture stays."""
        self._shown = list(self.at)
        try:
            with torch.no_grad():
                self.picture = packed(self._decoder(torch.tensor([self._shown]))[0])
            self.notice = self._usual_notice
        except Exception as error:
            self.notice = tr("the decoder failed: {error}", error=error)


def _window(z: Tensor, limit: float | None) -> list[list[float]]:
    """Corners of a square around the codes, or of the one that `limit` asks for."""
    if limit is not None:
        return [[-limit, -limit], [limit, limit]]
    low, high = z.amin(0), z.amax(0)
    middle, half = (low + high) / 2, (0.5 + MARGIN) * (high - low).amax().clamp(min=1e-3)
    return [[round(v, 4) for v in corner.tolist()] for corner in (middle - half, middle + half)]


def _start(z: Tensor) -> list[float]:
    """A point beside the code nearest to the median, on data."""
    row = (z - z.median(0).values).norm(dim=1).argmin()
    return [round(v, 4) for v in z[row].tolist()]


def _reach(z: Tensor) -> float:
    """So far lie 95 in 100 codes from the nearest other code at most."""
    nearest = torch.cdist(z, z).fill_diagonal_(torch.inf).amin(1)
    return round(nearest.quantile(0.95).item(), 6)


def _still(z, y, x, decoder, at, window) -> Figure:
    figure = style.new_figure(6.8, 4.0)
    axes = style.axes_at(figure, 0.6, 0.5, 3.3, 3.3)
    draw_plane(axes, z, y, list(zip(*window, strict=True)))
    axes.plot(*at, "o", color=style.COLOURS["fault"], markeredgecolor="white", markersize=9)
    row = (z - torch.tensor(at)).norm(dim=1).argmin()
    with torch.no_grad():
        picture = decoder(torch.tensor([at]))
    rows = {tr("decoded"): picture, tr("nearest real"): x[row][None]}
    draw_images(style.axes_at(figure, 5.2, 0.5, 1.6, 3.3), rows)
    words = tr(
        "The plane of {count} codes with a point at ({x:.2f}, {y:.2f}), its decoded picture and "
        "the nearest real one, label {label}.",
        count=len(z),
        x=at[0],
        y=at[1],
        label=int(y[row]),
    )
    return style.describe(figure, words)
