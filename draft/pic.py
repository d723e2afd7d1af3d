import torch
from aeteach import figures, style

x = torch.rand(12, 196)
lines = {
    "a": {k: [0.1 * k, 0.11 * k, 0.12 * k, 0.1, 0.2] for k in (1, 2, 4, 8, 16, 32, 64, 128)},
    "b": {k: [0.2] * 5 for k in (1, 2, 4, 8, 16, 32, 64, 128)},
}
f = figures.images_and_curves(
    {"grainy": x, "rebuilt": x * 0.1 * 8, "clean": x}, {"mean squared distance": lines}, at=8
)
style.few_colours(style.raster(f)).convert("RGB").save("/tmp/a.png")
