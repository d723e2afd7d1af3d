"""The networks that all notebooks share. N examples, n input size, k latent size."""

import functools
import inspect

import torch
from torch import nn

from aeteach.guard import affordable, number, whole


def positive_sizes(model_class: type[nn.Module]) -> type[nn.Module]:
    """Class decorator: a `..._size` argument below 1 is refused by name, before any layer."""
    build = model_class.__init__
    signature = inspect.signature(build)

    @functools.wraps(build)
    def checked(self, *args: object, **kwargs: object) -> None:
        given = signature.bind(self, *args, **kwargs)
        given.apply_defaults()
        sizes = {n: whole(n, v) for n, v in given.arguments.items() if n.endswith("_size")}
        *others, last = sizes
        affordable(last, sizes[last], sum(sizes[name] for name in others))
        number("dropout", given.arguments.get("dropout", 0))
        build(self, *args, **kwargs)

    model_class.__init__ = checked
    return model_class


@positive_sizes
class Autoencoder(nn.Module):
    """Encoder f: x (N, n) -> z (N, k) and decoder g: z -> x_hat (N, n), one hidden layer each.

    hidden_size: units of each hidden layer. output: class of a last activation such as
    `nn.Sigmoid`, none by default. dropout: share of hidden units silenced in training, 0..1.
    ValueError for a size below 1.
    """

    def __init__(
        self,
        input_size: int,
        latent_size: int,
        hidden_size: int = 128,
        output: type[nn.Module] = nn.Identity,
        dropout: float = 0.0,
    ):
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
        z = self.encoder(x)
        return self.decoder(z)


@positive_sizes
class LinearAutoencoder(nn.Module):
    """One linear layer down, x (N, n) -> z (N, k), and one up: the model of section 6.3.

    ValueError for a size below 1.
    """

    def __init__(self, input_size: int, latent_size: int):
        super().__init__()
        self.encoder = nn.Linear(input_size, latent_size)
        self.decoder = nn.Linear(latent_size, input_size)

    def forward(self, x):
        return self.decoder(self.encoder(x))


@positive_sizes
class VariationalAutoencoder(nn.Module):
    """Encoder to mean and log-variance of q(z|x), both (N, k); decoder as in `Autoencoder`.

    Kingma & Welling (2014), arXiv:1312.6114. In training `forward` draws z, otherwise it
    takes the mean. ValueError for a size below 1.
    """

    def __init__(self, input_size: int, latent_size: int, hidden_size: int = 128):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(input_size, hidden_size), nn.ReLU())
        self.mean = nn.Linear(hidden_size, latent_size)
        self.log_variance = nn.Linear(hidden_size, latent_size)
        self.decoder = nn.Sequential(
            nn.Linear(latent_size, hidden_size),
            nn.ReLU(),
            nn.Linear(hidden_size, input_size),
        )

    def encode(self, x):
        hidden = self.trunk(x)
        return self.mean(hidden), self.log_variance(hidden)

    def encoder(self, x):
        return self.encode(x)[0]

    def sample(self, mean, log_variance):
        noise = torch.randn_like(mean) if self.training else 0
        return mean + (log_variance / 2).exp() * noise

    def forward(self, x):
        return self.decoder(self.sample(*self.encode(x)))
