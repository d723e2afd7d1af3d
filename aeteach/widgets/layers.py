"""A decoder in the form that the browser computes it: layer by layer, weights as text."""

import base64

import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init

from aeteach.words import tr

MAX_WEIGHTS = 200_000
ACTIVATIONS = {nn.ReLU: "relu", nn.SiLU: "silu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid"}
SILENT = (nn.Dropout, nn.Identity)


class NotInBrowser(ValueError):
    """Why the browser cannot compute a decoder, in words."""


def layers(decoder: object, compact: bool = False) -> list[dict[str, object]]:
    """What the browser needs to decode: one entry a layer, {kind, weight, bias}.

    compact: each weight as a whole number of two bytes, to be multiplied by the entry's `scale`;
    it is then off by at most 1/65534 of the layer's largest weight.

    decoder: `nn.Sequential`, nested or not, of Linear, ReLU, SiLU, Tanh, Sigmoid; Dropout and
    Identity are left out, as in evaluation mode, and two Linear in a row become one where that
    has fewer weights. NotInBrowser for anything else and for more than MAX_WEIGHTS weights.
    """
    parts = _joined(_parts(decoder))
    found = [_layer(part, compact) for part in parts]
    count = sum(part.weight.numel() for part in parts if isinstance(part, nn.Linear))
    if count > MAX_WEIGHTS:
        words = tr("the decoder has {count} weights, the browser takes {most}")
        raise NotInBrowser(words.format(count=count, most=MAX_WEIGHTS))
    return found


def _parts(decoder: object) -> list[nn.Module]:
    """The layers that do something, in order."""
    if type(decoder) is nn.Sequential:
        return [part for child in decoder for part in _parts(child)]
    if type(decoder) in SILENT:
        return []
    if type(decoder) is nn.Linear or type(decoder) in ACTIVATIONS:
        return [decoder]
    name = type(decoder).__name__
    raise NotInBrowser(tr("the browser has no layer {name}", name=name))


@torch.no_grad()
def _joined(parts: list[nn.Module]) -> list[nn.Module]:
    """`parts` with two Linear in a row as their product, where it has fewer weights than they."""
    joined = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, nn.Linear) and isinstance(last, nn.Linear):
            count = last.in_features * part.out_features
            if count < last.weight.numel() + part.weight.numel():
                one = skip_init(nn.Linear, last.in_features, part.out_features).to(part.weight)
                one.weight.copy_(part.weight @ last.weight)
                one.bias.copy_(part(last(part.weight.new_zeros(last.in_features))))
                joined[-1] = one
                continue
        joined.append(part)
    return joined


def _layer(part: nn.Module, compact: bool) -> dict[str, object]:
    if not isinstance(part, nn.Linear):
        return dict(kind=ACTIVATIONS[type(part)])
    bias = torch.zeros(part.out_features) if part.bias is None else part.bias
    if not compact:
        return dict(kind="linear", weight=packed(part.weight), bias=packed(bias))
    scale = max(part.weight.detach().abs().max().item(), 1e-30) / 32767
    weight = packed((part.weight / scale).round(), torch.int16)
    return dict(kind="linear", weight=weight, bias=packed(bias), scale=scale)


def packed(values: Tensor, kind: torch.dtype = torch.float32) -> str:
    """The numbers of a tensor, row by row, as base64: four bytes each, or as `kind` has."""
    return base64.b64encode(values.detach().to(kind).contiguous().numpy().tobytes()).decode()
