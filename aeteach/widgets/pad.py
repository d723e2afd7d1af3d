"""A point dragged over the plane of codes, decoded as it moves."""

from collections.abc import Callable

import torch
from matplotlib.figure import Figure
from torch import Tensor

from aeteach import style
from aeteach.figures.images import draw_images
from aeteach.figures.planes import colour_of, draw_plane
from aeteach.guard import number
from aeteach.widgets.island import Island, show, still_picture
from aeteach.widgets.layers import NotInBrowser, layers, packed
from aeteach.words import tr

MARGIN = 0.15
KNOTS = 25
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
) -> None:
    """The plane of codes z (N, 2) with a point to drag, its decoded and its nearest real picture.

    y: labels (N,), whole numbers; x: the pictures (N, side * side) in [0, 1] behind the codes.
    limit: half the width of a plane centred at 0; by default the codes fill the plane. A
    decoder that `widgets.layers` can write down runs in the browser; of another one the pictures
    on a grid of KNOTS x KNOTS points are stored, and the point moves from knot to knot. Either
    way it needs no kernel. ValueError for codes, labels or pictures of another shape.
    """
    _check(decoder, z, y, x)
    if limit is not None and number("limit", limit) <= 0:
        raise ValueError(f"limit is {limit}; half the width of the plane must be above 0")
    z, x = z.detach().float(), x.detach().float()
    window, start = _window(z, limit), _start(z)
    still = _still(z, y, x, decoder, start, window)
    kinds, rows = y.unique(return_inverse=True)
    data = dict(
        codes=packed(z),
        kinds=packed(rows, torch.uint8),
        labels=[str(kind) for kind in kinds.tolist()],
        colours=[colour_of(kind) for kind in kinds.tolist()],
        pictures=packed((x.clamp(0, 1) * 255).round(), torch.uint8),
        side=round(x.shape[1] ** 0.5),
        window=window,
        reach=_reach(z),
        start=start,
        words={name: tr(text) for name, text in WORDS.items()},
        **_decoded(decoder, window),
    )
    show(Island("latent_pad", data, still_picture(still), still.alt_text))


def _decoded(decoder: Callable[[Tensor], Tensor], window: list[list[float]]) -> dict[str, object]:
    """The decoder for the browser: its layers, or its pictures on a grid and the reason why."""
    try:
        return dict(layers=layers(decoder))
    except NotInBrowser as reason:
        notice = tr("The point moves over a grid of stored pictures: {reason}.", reason=reason)
    across, up = (torch.linspace(low, high, KNOTS) for low, high in zip(*window, strict=True))
    knots = torch.cartesian_prod(up, across).flip(1)  # (KNOTS * KNOTS, 2), row by row
    with torch.no_grad():
        pictures = decoder(knots).clamp(0, 1)
    grid = dict(count=KNOTS, pictures=packed((pictures * 255).round(), torch.uint8))
    return dict(grid=grid, notice=notice)


def _check(decoder: Callable[[Tensor], Tensor], z: Tensor, y: Tensor, x: Tensor) -> None:
    if z.dim() != 2 or z.shape[1] != 2 or len(z) < 2:
        raise ValueError(f"z is {tuple(z.shape)}; a plane needs codes of shape (N, 2), N >= 2")
    if y.shape != z.shape[:1] or x.dim() != 2 or len(x) != len(z):
        shapes = f"y is {tuple(y.shape)} and x is {tuple(x.shape)}"
        raise ValueError(f"{shapes}; each of the {len(z)} codes needs a label and a picture")
    if round(x.shape[1] ** 0.5) ** 2 != x.shape[1]:
        raise ValueError(f"x has {x.shape[1]} values a picture; they must fill a square")
    if (count := len(y.unique())) > 256:
        raise ValueError(f"y holds {count} different labels; a plane shows at most 256")
    if not z.isfinite().all():
        raise ValueError("z holds NaN or infinite values; train with a smaller learning_rate")
    with torch.no_grad():
        shape = tuple(decoder(z[:1]).shape)
    if shape != (1, x.shape[1]):
        raise ValueError(f"the decoder turns one code into {shape}, x holds {x.shape[1]} values")


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
