import torch, cProfile, pstats, time

torch.set_num_threads(1)
from aeteach import figures, style, explore

x = torch.rand(12, 196)
lines = {
    "a": {k: [0.1 * k, 0.11 * k, 0.12 * k, 0.1, 0.2] for k in (1, 2, 4, 8, 16, 32, 64, 128)},
    "b": {k: [0.2] * 5 for k in (1, 2, 4, 8, 16, 32, 64, 128)},
}


def draw(latent_size):
    return figures.images_and_curves(
        {"grainy": x, "rebuilt": x * 0.1 * latent_size, "clean": x},
        {"mean squared distance": lines},
        at=latent_size,
    )


draw(1)
p = cProfile.Profile()
p.enable()
t = time.process_time()
explore(draw, latent_size=(1, 2, 4, 8, 16, 32, 64, 128), start=8)
print(time.process_time() - t)
p.disable()
pstats.Stats(p).sort_stats("cumtime").print_stats(45)
