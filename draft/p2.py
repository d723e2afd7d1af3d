import time, torch, sys
from itertools import pairwise
from functools import partial
from statistics import mean

torch.set_num_threads(1)
from torch import nn
from aeteach import data, fit_family, measures
from aeteach.models import Autoencoder, LinearAutoencoder
from aeteach.objectives import reconstruction

seed = 3
noisy = sys.argv[1] == "noisy"
ep = int(sys.argv[2])
lr = float(sys.argv[3])
d = data.digits(4000, seed=seed)
x, xt = d.x_train, d.x_test
if noisy:
    torch.manual_seed(seed)
    x, xt = x + 0.3 * torch.randn_like(x), xt + 0.3 * torch.randn_like(xt)


def layers(*sizes):
    steps = [(nn.Linear(a, b), nn.ReLU()) for a, b in pairwise(sizes)]
    return nn.Sequential(*sum(steps, ())[:-1])


class Deep(nn.Module):
    def __init__(s, n, k):
        super().__init__()
        s.encoder = layers(n, 256, 256, k)
        s.decoder = layers(k, 256, 256, n)

    def forward(s, x):
        return s.decoder(s.encoder(x))


kinds = {
    "linear": LinearAutoencoder,
    "wide": partial(Autoencoder, hidden_size=392),
    "narrow": partial(Autoencoder, hidden_size=64),
    "deep": Deep,
}
for name, b in kinds.items():
    nets = {i: b(196, 196) for i in range(2)}
    t = time.process_time()
    for e in range(3):
        r = fit_family(
            nets, x, reconstruction, epochs=ep, batch_size=100, learning_rate=lr, quiet=True
        )
        print(
            name,
            (e + 1) * ep,
            "cpu %.1f" % (time.process_time() - t),
            "R2 test",
            ["%.3f" % measures.explained(xt, measures.rebuilt(m, xt)) for m in nets.values()],
            "meter",
            ["%.3f" % measures.copy_meter(m, xt) for m in nets.values()],
            flush=True,
        )
