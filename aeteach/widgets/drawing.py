"""A pad to draw on; every network says at once what it makes of the drawing."""

import math
from collections.abc import Mapping

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from aeteach import style
from aeteach.figures.images import draw_images
from aeteach.measures import rebuilt
from aeteach.widgets.island import Island, show, still_picture
from aeteach.widgets.layers import NotInBrowser, layers, packed
from aeteach.words import label, tr

MOST_MODELS = 8
SAMPLES = 12
WORDS = {
    "name": "drawing pad",
    "kind": "pad of pixels",
    "help": "Draw with mouse, finger or pen. Keys: arrows move, space inks, Backspace clears.",
    "take": "Take a test picture",
    "clear": "Clear",
    "place": "Row {row}, column {column}: ink {ink} %",
    "error": "error {error}",
    "limit": "limit {limit}",
    "odd": "▲ anomaly",
    "usual": "○ usual",
    "rebuilt": "Rebuilt by {name}: error {error}, limit {limit}",
    "verdict": "An anomaly for: {odd}. Usual for: {usual}.",
    "none": "none of them",
}


def drawing_pad(models: Mapping[object, nn.Module], x_test: Tensor, share: float = 0.95) -> None:
    """A square pad; beside it what each of `models` {name: model} rebuilds, and its verdict.

    x_test: pictures (M, side * side) in [0, 1], M >= 20. A drawing is called an anomaly by a
    model when its mean squared error is above the limit: the error that `share` of the test
    pictures stay below. The pad runs in the browser, with no kernel; weights take two bytes,
    which moves an error by less than 1 part in 100 (`widgets.layers`). A model is a
    `nn.Sequential`, or has `encoder` and `decoder` that are, and computes decoder(encoder(x)).
    ValueError for other models, shapes and shares.
    """
    _check(models, x_test, share)
    networks = [_network(label(str(name)), model, x_test, share) for name, model in models.items()]
    still = _still(models, networks, x_test)
    bytes_ = (x_test[:SAMPLES].clamp(0, 1) * 255).round()
    data = dict(
        networks=networks,
        samples=packed(bytes_, torch.uint8),
        side=round(x_test.shape[1] ** 0.5),
        words={name: tr(text) for name, text in WORDS.items()},
    )
    show(Island("drawing_pad", data, still_picture(still), still.alt_text))


def _check(models: Mapping[object, nn.Module], x_test: Tensor, share: float) -> None:
    if not isinstance(models, Mapping) or not 1 <= len(models) <= MOST_MODELS:
        raise ValueError(f"models must be a dict of 1 to {MOST_MODELS}, {{name: model}}")
    shape = tuple(x_test.shape)
    if len(shape) != 2 or shape[0] < 20 or round(shape[1] ** 0.5) ** 2 != shape[1]:
        raise ValueError(f"x_test is {shape}; give at least 20 pictures of shape (M, side * side)")
    if not x_test.isfinite().all():
        raise ValueError("x_test holds NaN or infinite values")
    if not 0 < share < 1:
        raise ValueError(f"share is {share}; it must lie between 0 and 1")


def _network(name: str, model: nn.Module, x_test: Tensor, share: float) -> dict[str, object]:
    """What the browser needs of one model: name, layers and limit."""
    try:
        chain = _chain(model)
        steps = layers(chain, compact=True)
        x_hat, same = rebuilt(model, x_test), rebuilt(chain, x_test)
    except (NotInBrowser, TypeError, RuntimeError) as reason:
        raise ValueError(f"model {name!r} cannot run on the pad: {reason}") from reason
    if x_hat.shape != x_test.shape or not x_hat.isfinite().all():
        shapes = f"{tuple(x_test.shape)} into {tuple(x_hat.shape)}"
        raise ValueError(f"model {name!r} turns {shapes}; it must rebuild, with finite numbers")
    if x_hat.shape != same.shape or not torch.allclose(x_hat, same, atol=1e-4):
        raise ValueError(f"model {name!r} computes something else than decoder(encoder(x))")
    limit = ((x_hat - x_test) ** 2).mean(1).quantile(share).item()
    if not math.isfinite(limit):
        raise ValueError(f"the errors of model {name!r} are too large to compute with; train it")
    return dict(name=name, layers=steps, limit=limit)


def _chain(model: nn.Module) -> nn.Sequential:
    """decoder(encoder(x)), in the mode that `model` is in."""
    if isinstance(model, nn.Sequential):
        return model
    chain = nn.Sequential(getattr(model, "encoder", None), getattr(model, "decoder", None))
    chain.training = model.training
    return chain


def _still(models: Mapping[object, nn.Module], networks: list[dict], x_test: Tensor) -> Figure:
    """The first test picture, what each model makes of it, and its error and limit."""
    count, side = len(networks), round(x_test.shape[1] ** 0.5)
    x = x_test[:1].repeat(count, 1)
    x_hat = torch.cat([rebuilt(model, x_test[:1]) for model in models.values()])
    numbers = zip(networks, ((x_hat - x) ** 2).mean(1).tolist(), strict=True)
    said = tr("error {error:.5f}"), tr("limit {limit:.5f}")
    told = [
        (each["name"], said[0].format(error=error), said[1].format(limit=each["limit"]))
        for each, error in numbers
    ]
    left = 0.1 + style.room_for([label("input"), label("rebuilt")])
    figure = style.new_figure(left + 0.1 + 1.2 * count, 3.0)
    axes = style.axes_at(figure, left, 0.6, 1.2 * count, 2.4)
    draw_images(axes, {"input": x, "rebuilt": x_hat})
    middles = [(side + 1) * place + (side - 1) / 2 for place in range(count)]
    axes.set_xticks(middles, ["\n".join(lines) for lines in told])
    words = tr("A pad to draw on, with a test picture as {models} rebuild it.")
    words = words.format(models=", ".join(each["name"] for each in networks))
    return style.describe(figure, f"{words} {'; '.join('{}: {}, {}'.format(*t) for t in told)}.")
