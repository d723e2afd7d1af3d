"""Points in space seen from any side, without a three-dimensional axes."""

import math

import torch
from matplotlib import colormaps
from matplotlib.figure import Figure
from torch import Tensor

from aeteach.style import COLOURS, axes_at, describe, new_figure
from aeteach.words import label, tr

SIDE, TILT = 2.9, 25.0


def space(x: Tensor, rebuilt: dict[str, Tensor], t: Tensor, turn: float = 0.0) -> Figure:
    """Points x (N, 3) and what each method makes of them, (N, 3), turned by `turn` degrees.

    t (N,): hidden position of each point, its colour. All panels share one scale; nearer
    points are drawn larger and over farther ones.
    """
    clouds = {"data": x, **rebuilt}
    figure = new_figure(0.2 + SIDE * len(clouds), SIDE + 0.5)
    centre = x.mean(0)
    reach = 1.05 * (x - centre).norm(dim=1).amax().item()
    shades = colormaps["viridis"](((t - t.min()) / (t.max() - t.min()).clamp(min=1e-6)).numpy())
    for place, (name, points) in enumerate(clouds.items()):
        axes = axes_at(figure, 0.1 + SIDE * place, 0.05, SIDE, SIDE)
        axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[])
        axes.spines[:].set_color(COLOURS["faint"])
        across, up, depth = seen(points.detach() - centre, turn)
        order = depth.argsort()
        sizes = 10 + 8 * (depth / reach).clamp(-1, 1)
        axes.scatter(
            across[order].numpy(),
            up[order].numpy(),
            s=sizes[order].numpy(),
            c=shades[order.numpy()],
            linewidths=0,
        )
        axes.set_title(_named(x, name, points), loc="left", fontsize=10)
    words = [tr("{count} points in space, turned by {turn:g}°.", count=len(x), turn=turn)]
    words += [f"{_named(x, name, points)}." for name, points in rebuilt.items()]
    return describe(figure, " ".join(words))


def seen(points: Tensor, turn: float, tilt: float = TILT) -> tuple[Tensor, Tensor, Tensor]:
    """Right, up and towards the eye, (N,) each, of points (N, 3) turned about the third axis."""
    a, b = math.radians(turn), math.radians(tilt)
    x, y, z = points.T
    across, away = x * math.cos(a) - y * math.sin(a), x * math.sin(a) + y * math.cos(a)
    return across, z * math.cos(b) + away * math.sin(b), z * math.sin(b) - away * math.cos(b)


def _named(x: Tensor, name: str, points: Tensor) -> str:
    if points is x:
        return label(name)
    lost = torch.sum((x - points) ** 2) / torch.sum((x - x.mean(0)) ** 2)
    return tr("{name}: R² {kept:.2f}", name=label(name), kept=1 - lost.item())
