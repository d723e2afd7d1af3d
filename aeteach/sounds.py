"""Sounds that a notebook plays."""

import html
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from IPython.display import Audio
from torch import Tensor

from aeteach.guard import finite, number, told
from aeteach.words import label, tr


@dataclass
class Players:
    """Named waves with a player each; shows itself in a notebook."""

    waves: Mapping[str, Tensor]
    rate: int

    def __repr__(self) -> str:
        names = ", ".join(label(name) for name in self.waves)
        return tr("sounds to play: {names}", names=names)

    def _repr_html_(self) -> str:
        loudest = max(wave.abs().max().item() for wave in self.waves.values()) or 1.0
        rows = [_row(name, wave / loudest, self.rate) for name, wave in self.waves.items()]
        return f"<table>{''.join(rows)}</table>"


def _row(name: str, wave: Tensor, rate: int) -> str:
    player = Audio(wave.numpy(), rate=rate, normalize=False)._repr_html_()
    name = html.escape(label(name), quote=True)
    player = player.replace("<audio", f'<audio aria-label="{name}"', 1)
    return f"<tr><th scope='row'>{name}</th><td>{' '.join(player.split())}</td></tr>"


def listen(waves: Mapping[str, Tensor], rate: int) -> Players:
    """A player for each of the named `waves`, (n,) each, at `rate` samples a second.

    All are played at one scale, so that louder stays louder. ValueError when there is no
    wave, or one has other dimensions, or `rate` is not positive.
    """
    if not isinstance(waves, Mapping):
        raise TypeError(f"waves is {told(waves)}; give named tensors, {{'tone': wave}}")
    shapes = {name: tuple(getattr(wave, "shape", "?")) for name, wave in waves.items()}
    if not shapes or any(len(shape) != 1 or shape[0] in (0, "?") for shape in shapes.values()):
        raise ValueError(f"waves are {shapes}; give named tensors of shape (n,)")
    if not 0 < number("rate", rate) <= 384_000:
        raise ValueError(f"rate is {rate}; it must be positive, say 8000 samples a second")
    heard = {name: finite(f"the wave {name!r}", torch.as_tensor(w)) for name, w in waves.items()}
    return Players({name: wave.detach().float() for name, wave in heard.items()}, int(rate))
