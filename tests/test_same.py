"""`fit_family` is `fit`: two hundred small families of what a learner may write, drawn by seed."""

import copy
import random
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from aeteach import family
from aeteach.family import fit_family
from aeteach.models import Autoencoder, LinearAutoencoder
from aeteach.objectives import mse, reconstruction, sparse
from aeteach.training import fit

SIZE, ROUNDS, PARTS, LOG = 5, 216, 4, []


class Net(Autoencoder):
    """A small autoencoder, with room for a `trick` that changes its code z."""

    def __init__(self, k, trick=lambda net, z: z, hidden=4, output=nn.Identity):
        super().__init__(SIZE, k, hidden, output)
        self.trick, self.k = trick, 3

    def forward(self, x):
        return self.decoder(self.trick(self, self.encoder(x)))


class Sized(Net):
    def __init__(self, k):
        super().__init__(k, lambda net, z: z / net.size)
        self.size = k


class Layered(Net):
    def __init__(self, k, layer=nn.LayerNorm):
        super().__init__(k)
        self.encoder.append(layer(k))


class Transposed(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.weight = layer.weight

    def forward(self, z):
        return z @ self.weight


class Tied(LinearAutoencoder):
    """Decoder weights that are those of the encoder, or a view of their memory."""

    def __init__(self, k, view=False):
        super().__init__(SIZE, k)
        if view:
            self.decoder.weight = nn.Parameter(self.encoder.weight.detach().T)
        else:
            self.decoder = Transposed(self.encoder)


def changing(name):
    """A trick of the net that updates a buffer or an attribute in training."""

    def trick(net, z):
        if net.training and name == "buffer":
            net.level.lerp_(z.detach().mean(), 0.3)
        elif net.training:
            net.level = net.level + 1
        return z + 0.1 * net.level

    def build(k):
        net = Net(k, trick)
        if name == "buffer":
            net.register_buffer("level", torch.zeros(()))
        else:
            net.level = 0
        return net

    return build


def noisy(values):
    """A setting that acts in training only and has one of `values` in each model."""

    def trick(net, z):
        return z * 1.5 if net.training and torch.as_tensor(net.noisy).sum() > 0.6 else z

    def build(k):
        net = Net(k, trick)
        net.noisy = copy.deepcopy(values[k % len(values)])
        return net

    return build


def frozen(part, k):
    net = Net(k)
    getattr(net, part).requires_grad_(False)
    return net


def some_frozen(k):
    return frozen("encoder", k) if k % 2 else Net(k)


def hooked(where, k):
    net = Net(k)
    if where == "parameter":
        net.decoder[0].weight.register_hook(lambda slope: slope * 0)
    elif where == "backward":
        net.decoder[0].register_full_backward_hook(lambda layer, into, out: (into[0] * 0.5,))
    else:
        net.encoder.register_forward_hook(lambda layer, given, z: z * (1 + layer[3].out_features))
    return net


TRICKS = {
    "sigmoid": lambda net, z: z.sigmoid(),
    "softmax": lambda net, z: z.softmax(1),
    "largest": lambda net, z: z - z.amax(1, keepdim=True),
    "averaged": lambda net, z: z - z.mean(1, keepdim=True),
    "topk": lambda net, z: z * (z >= z.amax(1, keepdim=True)),
    "keeps z": lambda net, z: vars(net).update(last=z) or z,
}
NETS = {
    "plain": Net,
    "linear": partial(LinearAutoencoder, SIZE),
    "widths": lambda k: Net(3, hidden=2 + k, output=nn.Sigmoid),
    **{name: partial(Net, trick=trick) for name, trick in TRICKS.items()},
    "sized": Sized,
    "layernorm": Layered,
    "batchnorm": partial(Layered, layer=nn.BatchNorm1d),
    "tied": Tied,
    "view": partial(Tied, view=True),
    "buffer": changing("buffer"),
    "counter": changing("counter"),
    "bool": noisy([True, False]),
    "float": noisy([0.5, 2.0]),
    "list": noisy([[1, 0], [0, 0]]),
    "tensor": noisy([torch.ones(2), torch.zeros(2)]),
    "frozen encoder": partial(frozen, "encoder"),
    "frozen decoder": partial(frozen, "decoder"),
    "one frozen": some_frozen,
    **{f"hook {where}": partial(hooked, where) for where in ("parameter", "backward", "forward")},
}


def penal(weight_of, model, x, strength=0.1):
    return reconstruction(model, x) + strength * weight_of(model, model.encoder(x))


def in_place(model, x):
    return mse(model(x.clamp_(0.2, 0.8)), x)


def logging(model, x):
    LOG.append(reconstruction(model, x).item())
    return reconstruction(model, x)


def branching(model, x):
    error = reconstruction(model, x)
    return error if error > 0.05 else 3 * error


def squares(model, z):
    return sum(parameter.square().sum() for parameter in model.parameters())


def mean_squares(model, z):
    return sum(parameter.square().mean() for parameter in model.parameters())


def by_delta(model, x, delta):
    return F.huber_loss(model(x), x, delta=delta)


def size_of(encoder):
    return getattr([*encoder.modules()][-1], "out_features", 7)


GOALS = {
    "plain": reconstruction,
    "sparse": sparse,
    "mean of z": partial(penal, lambda model, z: z.abs().mean()),
    "mean in training": partial(penal, lambda model, z: z.abs().mean() * model.training),
    "mean in evaluation": partial(penal, lambda model, z: z.abs().mean() * (not model.training)),
    "max of z": partial(penal, lambda model, z: z.amax(1).mean()),
    "min of z": partial(penal, lambda model, z: z.amin(1).sum()),
    "sum of squares": partial(penal, squares),
    "mean of squares": partial(penal, mean_squares),
    "in place": in_place,
    "logging": logging,
    "branching": branching,
    "a size": partial(penal, lambda model, z: z.sum(1).mean() / size_of(model.encoder)),
    "flipped": lambda model, x: mse(model(x), x.flip(1) if model.training else x),
    "huber": lambda model, x: F.huber_loss(model(x), x, delta=0.1),
}
OWN = {
    "strengths": lambda i: partial(sparse, strength=0.01 * (i + 1)),
    "numpy": lambda i: partial(sparse, strength=np.logspace(-2, -1, 5)[i]),
    "tensors": lambda i: partial(sparse, strength=torch.tensor(0.1) * i),
    "whole numbers": lambda i: partial(sparse, strength=i),
    "deltas": lambda i: partial(by_delta, delta=0.1 * (i + 1)),
    "lambdas": lambda i: lambda model, x: mse(model(x), x) * (i + 1),
}


def drawn(number):
    """Models, data, objectives and settings of one family."""
    dice = random.Random(number)
    torch.manual_seed(number)
    net = list(NETS)[number % len(NETS)]
    sizes = dice.choice([(1, 2, 3), (2, 4), (3, 3), (1, 3)])
    models = {(i, k): NETS[net](k).double() for i, k in enumerate(sizes)}
    x, x_test = torch.rand(10, SIZE).double(), torch.rand(7, SIZE).double()
    goal = dice.choice([*GOALS, *OWN] if dice.random() < 0.7 else ["plain", "sparse"])
    objective = GOALS.get(goal) or {key: OWN[goal](i) for i, key in enumerate(models)}
    data = {key: x * (0.5 + 0.1 * i) for i, key in enumerate(models)}
    settings = dict(epochs=2, batch_size=4, learning_rate=0.05)
    settings["weight_decay"] = dice.choice([0, 0.3])
    return (
        dict(
            models=models,
            x=dice.choice([x, data]),
            objective=objective,
            x_test=dice.choice([None, x_test, x_test, dict.fromkeys(models, x_test)]),
        ),
        settings,
        f"{net}, {goal}",
    )


def own(given, key):
    return given[key] if isinstance(given, dict) else given


def story(run):
    model = dict(run.model.named_parameters()) | dict(run.model.named_buffers())
    return model, run.train_curve, run.test_curve


@pytest.mark.filterwarnings("ignore:There is a performance drop")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_family_is_trained_as_its_models_alone(part, monkeypatch):
    passes, probe = [], family.probe
    monkeypatch.setattr(family, "probe", lambda *args: (probe(*args), passes.append(args)))
    for number in range(part, ROUNDS, PARTS):
        given, settings, name = drawn(number)
        kept = copy.deepcopy((given["x"], given["x_test"]))
        expected = {}
        for key, model in drawn(number)[0]["models"].items():
            x, goal, x_test = (own(given[of], key) for of in ("x", "objective", "x_test"))
            expected[key] = fit(model, x, goal, x_test, **settings)
        for key, run in fit_family(**given, **settings).items():
            found, wanted = story(run), story(expected[key])
            message = partial("{}: {}, {}: {}".format, number, name, key)
            torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-7, msg=message)
            if run.test_curve:
                goal, x_test = own(given["objective"], key), own(given["x_test"], key)
                returned = goal(run.model, x_test.clone()).item()
                assert run.test_curve[-1] == pytest.approx(returned, rel=1e-6), name
        torch.testing.assert_close((given["x"], given["x_test"]), kept, rtol=0, atol=0)
    assert len(passes) > ROUNDS / PARTS / 4
