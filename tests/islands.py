"""One island of every kind, made without a kernel: what the tests of the widgets look at."""

import json
import zlib
from types import SimpleNamespace

import torch
from bs4 import BeautifulSoup
from torch import nn

from aeteach.style import describe, new_figure
from aeteach.widgets import calibration, diagnose, drawing_pad, explore, latent_pad, predict
from aeteach.widgets import island as module

DISEASES = ("copies", "memorises", "overfits", "underfits", "healthy")
SIGNS = dict(train=0.01, test=0.011, copy=0.1, landed=0.0)
CURES = ("no_treatment", "more_pictures")


def draw(**chosen):
    """A tiny figure that differs in colour and words for each choice."""
    figure = new_figure(0.4, 0.3)
    shade = zlib.crc32(str(sorted(chosen.items())).encode()) % 1000 / 1000
    figure.patch.set_facecolor((shade, 1 - shade, 0.5))
    return describe(figure, f"drawn for {sorted(chosen.items())}")


def captured(monkeypatch):
    """The list that every shown island is appended to."""
    found = []
    monkeypatch.setattr(module, "display", lambda each, **_: found.append(each))
    return found


def data_of(island):
    """What the page's script reads, parsed from the HTML as a browser would."""
    soup = BeautifulSoup(island.html(), "html.parser")
    return json.loads(soup.find("script", type="application/json").string)


def pictures(count=40, side=4):
    return torch.rand(count, side * side, generator=torch.Generator().manual_seed(1))


def networks(side=4):
    """Encoder and decoder with every activation the browser knows."""
    torch.manual_seed(3)
    n = side * side
    encoder = nn.Sequential(nn.Linear(n, 7), nn.SiLU(), nn.Linear(7, 2), nn.Tanh())
    decoder = nn.Sequential(nn.Linear(2, 7), nn.ReLU(), nn.Dropout(0.3), nn.Linear(7, n))
    decoder = nn.Sequential(decoder, nn.Sigmoid()).eval()
    whole = nn.Sequential(encoder, decoder).eval()
    return SimpleNamespace(encoder=encoder, decoder=decoder, whole=whole)


def patient(number=0):
    signs = SIGNS | {"landed": 0.5 * (number % 2)}
    return draw(patient=number), signs


def cure_table():
    return {name: {cure: SIGNS for cure in CURES} for name in DISEASES}


def show_all():
    """Show one island of every kind."""
    x, nets = pictures(), networks()
    with torch.no_grad():
        z = nets.encoder(x)
    y = torch.arange(len(x)) % 10
    explore(draw, size=(1, 2, 4), remedy=("plain", "noisy"), start={"size": 2})
    predict("recall", 0.5, {"R²": 0.5})
    latent_pad(nets.decoder, z, y, x)
    latent_pad(lambda code: nets.decoder(code), z, y, x)
    drawing_pad({"one": nets.whole, "two": nets.whole}, x)
    diagnose([patient(n) for n in range(3)], cure_table())
    calibration()
