# % edition edition
from aeteach import start

seed = start("en")

# % drawing widget folded
import torch

from aeteach import data, drawing_pad, fit_family
from aeteach.models import Autoencoder, LinearAutoencoder
from aeteach.objectives import reconstruction

digits = data.digits(4000, seed=seed)
torch.manual_seed(seed)
x = digits.x_train + 0.3 * torch.randn_like(digits.x_train)
n = x.shape[1]
brief = dict(epochs=8, batch_size=100, learning_rate=3e-3)
four = {f"latent_size {k}": Autoencoder(n, k, hidden_size=64) for k in (2, 8, 32)}
four[f"latent_size {n}"] = LinearAutoencoder(n, n)
fit_family(four, x, reconstruction, quiet=True, **brief)
drawing_pad(four, digits.x_test)

# % imports
from functools import partial
from itertools import pairwise
from statistics import median

from torch import nn

from aeteach import claim, exercises, explore, figures
from aeteach import fit, measures, predict


# % model canon
class Autoencoder(nn.Module):
    def __init__(self, input_size, latent_size, hidden_size=128, output=nn.Identity, dropout=0.0):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(input_size, hidden_size),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden_size, latent_size),
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent_size, hidden_size),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden_size, input_size),
            output(),
        )

    def forward(self, x):
        z = self.encoder(x)  # (N, k)
        return self.decoder(z)  # (N, n)


# % linear-model canon
class LinearAutoencoder(nn.Module):
    def __init__(self, input_size, latent_size):
        super().__init__()
        self.encoder = nn.Linear(input_size, latent_size)
        self.decoder = nn.Linear(latent_size, input_size)

    def forward(self, x):
        return self.decoder(self.encoder(x))


# % objective canon
def mse(x_hat, x):
    return ((x_hat - x) ** 2).mean()


def reconstruction(model, x):
    return mse(model(x), x)


# % grain
x_clean, x_clean_test = digits.x_train, digits.x_test


def grainy(x, size=0.3):
    return x + size * torch.randn_like(x)


torch.manual_seed(seed)
x, x_test = grainy(x_clean), grainy(x_clean_test)

# % family
sizes, starts = (1, 2, 4, 8, 16, 32, 64, 128), range(5)
family = {(k, i): Autoencoder(n, k) for k in sizes for i in starts}
fit_family(family, x, reconstruction, **brief)


# % turn-predict widget
def distance(model, x, target):
    return mse(measures.rebuilt(model, x), target).item()


to_grainy = partial(distance, x=x_test, target=x_test)
to_clean = partial(distance, x=x_test, target=x_clean_test)
asked, clean = (measures.over(family, d) for d in (to_grainy, to_clean))
best = min(sizes, key=lambda k: median(clean[k]))
predict("noisy_size", best, {f"k={best}": median(clean[best])})

# % turn-drag widget
lines = {"to the grainy digit, its target": asked}
lines["to the clean digit"] = clean
few = {"grainy": x_test[:12], "clean": x_clean_test[:12]}


def draw_turn(latent_size):
    x_hat = measures.rebuilt(family[latent_size, 0], few["grainy"])
    rows = {"grainy": few["grainy"], "rebuilt": x_hat, **few}
    panels = {"mean squared distance": lines}
    return figures.images_and_curves(rows, panels, at=latent_size)


explore(draw_turn, latent_size=sizes, start=best)

# % turn-claim claim
learnt = measures.over(family, partial(distance, x=x, target=x))
widest, narrowest = max(sizes), min(sizes)
unseen = max(a / b for a, b in zip(asked[widest], learnt[widest]))
found = {k: median(clean[k]) for k in (narrowest, best, widest)}
claim(
    "bottleneck_cures",
    {
        "every start at the best size nearer than every start at the widest": (
            max(clean[best]),
            "<",
            0.8 * min(clean[widest]),
        ),
        "no overfitting: new digits cost what known ones do": (unseen, "<", 1.3),
    },
    {f"k={k}": number for k, number in found.items()},
)


# % meter
def shuffled(x):
    order = torch.rand(x.shape).argsort(0)
    return x.gather(0, order)  # (N, n)


def share_rebuilt(model, x):
    missed = ((x - measures.rebuilt(model, x)) ** 2).sum()
    return 1 - (missed / ((x - x.mean(0)) ** 2).sum()).item()


x_mixed = shuffled(x_test)
copy_meter = partial(share_rebuilt, x=x_mixed)
meter = measures.over(family, copy_meter)

# % meter-drag widget
shown = torch.cat([x_test[:6], x_mixed[:6]])


def draw_meter(latent_size):
    x_hat = measures.rebuilt(family[latent_size, 0], shown)
    rows = {"input": shown, "rebuilt": x_hat}
    panels = {
        "share rebuilt (R²)": {
            "digits": measures.over(family, partial(share_rebuilt, x=x_test)),
            "shuffled pixels: the copy meter": meter,
        }
    }
    return figures.images_and_curves(rows, panels, at=latent_size)


explore(draw_meter, latent_size=sizes, start=widest)


# % deep
def layers(*sizes):
    steps = [(nn.Linear(a, b), nn.ReLU()) for a, b in pairwise(sizes)]
    return nn.Sequential(*sum(steps, ())[:-1])


class DeepAutoencoder(nn.Module):
    def __init__(self, input_size, latent_size):
        super().__init__()
        self.encoder = layers(input_size, 128, 128, latent_size)
        self.decoder = layers(latent_size, 128, 128, input_size)

    def forward(self, x):
        return self.decoder(self.encoder(x))


# % copiers
def followed(build, stages, learning_rate=3e-3):
    nets, path, done = {(build, i): build(n, n) for i in starts}, {}, 0
    for epochs in stages:
        settings = brief | dict(epochs=epochs - done, learning_rate=learning_rate)
        fit_family(nets, x_clean, reconstruction, quiet=True, **settings)
        path[epochs], done = (
            [
                (share_rebuilt(net, x_clean_test), share_rebuilt(net, mixed))
                for net in nets.values()
            ],
            epochs,
        )
    return path


mixed = shuffled(x_clean_test)
torch.manual_seed(seed)
paths = {
    "linear": followed(LinearAutoencoder, (1, 2, 4, 8)),
    "one hidden layer": followed(partial(Autoencoder, hidden_size=256), (1, 2, 4, 8)),
    "two hidden layers": followed(DeepAutoencoder, (2, 4, 8, 16, 24)),
}
for name, path in paths.items():
    for e, v in path.items():
        print(name, e, [(round(a, 3), round(b, 3)) for a, b in v])

# % memoriser
torch.manual_seed(seed)
known = x_clean[:10]
memorisers = {i: Autoencoder(n, 8, hidden_size=256) for i in starts}
drill = dict(epochs=800, batch_size=10, learning_rate=3e-3)
fit_family(memorisers, known, reconstruction, **drill)
copier = four[f"latent_size {n}"]


def again(model, x, rounds):
    for _ in range(rounds):
        x = measures.rebuilt(model, x)
    return x


for m in memorisers.values():
    e = again(m, x_clean_test[:300], 30)
    print("landed", (measures.distance_to_data(e, known) < 0.01).float().mean().item())
print(
    "copier moved",
    (again(copier, x_clean_test[:300], 30) - x_clean_test[:300]).square().mean(1).median().item(),
)


# % table
def errors(model, seen):
    return [distance(model, t, t) for t in (seen, x_clean_test, mixed)]


print("copier", errors(copier, x))
print("mem", errors(memorisers[0], known))
print("learner", errors(family[best, 0], x))
