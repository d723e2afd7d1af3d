import time, torch, sys
from itertools import pairwise
from functools import partial

torch.set_num_threads(1)
from torch import nn
from aeteach import data, fit_family, measures
from aeteach.models import Autoencoder, LinearAutoencoder
from aeteach.objectives import reconstruction

seed = 3
d = data.digits(4000, seed=seed)
x, xt = d.x_train, d.x_test


def layers(*sizes):
    steps = [(nn.Linear(a, b), nn.ReLU()) for a, b in pairwise(sizes)]
    return nn.Sequential(*sum(steps, ())[:-1])


class Deep(nn.Module):
    def __init__(s, n, k):
        super().__init__()
        s.encoder = layers(n, 128, 128, 128, k)
        s.decoder = layers(k, 128, 128, 128, n)

    def forward(s, x):
        return s.decoder(s.encoder(x))


class One(nn.Module):
    def __init__(s, n, k):
        super().__init__()
        s.encoder = layers(n, k)
        s.encoder.append(nn.ReLU())
        s.decoder = nn.Linear(k, n)

    def forward(s, x):
        return s.decoder(s.encoder(x))


kinds = {
    "linear": LinearAutoencoder,
    "shallow": One,
    "one": partial(Autoencoder, hidden_size=256),
    "deep": Deep,
}
for name, b in kinds.items():
    nets = {i: b(196, 196) for i in range(2)}
    t = time.process_time()
    done = 0
    for e in (1, 2, 4, 8, 16, 32):
        if name in ("linear", "shallow") and e > 16:
            continue
        r = fit_family(
            nets, x, reconstruction, epochs=e - done, batch_size=100, learning_rate=2e-3, quiet=True
        )
        done = e
        print(
            name,
            e,
            "cpu %.1f" % (time.process_time() - t),
            "R2 test",
            ["%.3f" % measures.explained(xt, measures.rebuilt(m, xt)) for m in nets.values()],
            "meter",
            ["%.3f" % measures.copy_meter(m, xt) for m in nets.values()],
            flush=True,
        )
