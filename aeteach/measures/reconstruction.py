"""How well a model rebuilds, and the pieces that other measures are made of."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from aeteach.guard import guarded, side_of, told

MOST_BITS = 8


@guarded(free="x target", shape="x target")
def reconstruction_error(model: nn.Module, x: Tensor, target: Tensor | None = None) -> float:
    """Mean squared error between model(x) and `target` (x itself by default), both (N, n).

    Measured in evaluation mode (no dropout, no sampling); the mode is put back.
    """
    return squared_error(rebuilt(model, x), x if target is None else target)


@guarded(free="x_hat x", shape="x_hat x")
def squared_error(x_hat: Tensor, x: Tensor) -> float:
    """Mean squared error of x_hat, of the shape of x."""
    return (x_hat - x).square().mean().item()


@guarded(free="x", unknown=True)
def rebuilt(model: nn.Module, x: Tensor) -> Tensor:
    """x_hat = model(x) in evaluation mode, without gradients; the mode is put back."""
    return evaluated(model, None, x)


@guarded(free="x", unknown=True)
def codes(model: nn.Module | None, x: Tensor) -> Tensor:
    """z = model.encoder(x), (N, k), in evaluation mode; without a model x is its own code."""
    return x if model is None else evaluated(model, "encoder", x)


@contextmanager
def evaluation(model: nn.Module) -> Iterator[None]:
    """Evaluation mode inside a `with`; afterwards every module has its own mode again."""
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode


@torch.no_grad()
def evaluated(model: nn.Module, part: str | None, x: Tensor) -> Tensor:
    """`part` of `model` (None: all of it) at x, in evaluation mode and the model's own dtype.

    TypeError for a model without that part, ValueError for an x that does not fit.
    """
    function = model if part is None else part_of(model, part)
    with evaluation(model):
        return answer(function, _as_in(model, x))


def part_of(model: nn.Module, part: str) -> Callable[[Tensor], Tensor]:
    """`model.encoder` and the like; TypeError for a model without it."""
    if not callable(getattr(model, part, None)):
        raise TypeError(f"the network {type(model).__name__} has no {part}; give one that has")
    return getattr(model, part)


def _as_in(model: nn.Module, x: Tensor) -> Tensor:
    return x.to(next((p.dtype for p in model.parameters() if p.is_floating_point()), x.dtype))


def answer(function: Callable, x: Tensor) -> Tensor:
    """function(x); ValueError in one sentence when x does not fit its layers."""
    try:
        value = function(_as_in(function, x) if isinstance(function, nn.Module) else x)
    except RuntimeError as error:
        cause = str(error).splitlines()[0]
        raise ValueError(f"the network cannot take shape {tuple(x.shape)}: {cause}") from None
    if value is None:
        raise TypeError("the network returns None; end its forward with return")
    return value


@guarded(free="x x_hat", shape="x x_hat")
def explained(x: Tensor, x_hat: Tensor) -> float:
    """R2: 1 - squared error / squared distance to the mean picture; 1 is perfect, <= 0 useless."""
    spread = (x - x.mean(0)).square().sum().item()
    return 1 - (x - x_hat).square().sum().item() / (spread or torch.nan)


@guarded()
def jacobian(model: nn.Module, x: Tensor) -> Tensor:
    """Mean over x (N, n) of d x_hat / d x, (n, n): how each output follows each input.

    Measured in evaluation mode; the mode is put back.
    """
    single = torch.func.jacrev(lambda row: answer(model, row[None])[0])
    with evaluation(model):
        return torch.func.vmap(single)(_as_in(model, x)).mean(0).detach()


@guarded()
def over(
    family: Mapping[tuple, nn.Module], number: Callable[[nn.Module], float]
) -> dict[object, list[float]]:
    """`number` of every model of a family {(size, start): model}: {size: [one a start]}."""
    if not isinstance(family, Mapping) or not all(
        isinstance(key, tuple) and len(key) == 2 for key in family
    ):
        raise TypeError(f"family is {told(family)}; give models by (size, start)")
    gathered: dict[object, list[float]] = {}
    for (size, _), model in family.items():
        gathered.setdefault(size, []).append(number(model))
    return gathered


@guarded(shape="x_hat x")
def sharpness(x_hat: Tensor, x: Tensor) -> float:
    """Squared differences of neighbouring pixels, summed, in x_hat as a share of those in x.

    x_hat, x: (N, side * side). 1: edges as strong as those of x; less: blurred.
    """
    return (_edges(x_hat) / _edges(x)).item()


def _edges(x: Tensor) -> Tensor:
    pictures = _square(x)
    return sum((pictures.diff(dim=dim) ** 2).sum() for dim in (1, 2))


def _square(x: Tensor) -> Tensor:
    side = side_of("x", x)
    return x.reshape(-1, side, side)


@guarded(shape="x x_hat")
def explained_by_wave(x: Tensor, x_hat: Tensor) -> dict[int, float]:
    """R2 of x_hat for the waves of 1, 2, ... side / 2 cycles across the picture.

    x, x_hat: (N, side * side). A wave counts by the larger of its cycles across and down. 1:
    all of it comes back, 0 or less: no better than the mean picture.
    """
    error, power = _power(x - x_hat), _power(x - x.mean(0))
    cycles = torch.fft.fftfreq(len(error), 1 / len(error)).abs().round()
    ring = torch.maximum(cycles[:, None], cycles[None])
    count = range(1, len(error) // 2 + 1)
    return {c: 1 - (error[ring == c].sum() / power[ring == c].sum()).item() for c in count}


def _power(x: Tensor) -> Tensor:
    return (torch.fft.fft2(_square(x)).abs() ** 2).mean(0)


@guarded(width="z_train z", free="bits")
def quantised(z_train: Tensor, z: Tensor, bits: Tensor, rounds: int = 8) -> Tensor:
    """z (M, k), its value number j on the best 2 ** bits[j] levels for z_train (N, k).

    bits (k,): whole numbers 0..8; a value without bits becomes its mean. Levels start at the
    quantiles of z_train and move to the mean of what is nearest to them, `rounds` times:
    Lloyd (1982), doi:10.1109/TIT.1982.1056489. ValueError for other bits.
    """
    if bits.shape != z.shape[1:] or bits.min() < 0 or bits.max() > MOST_BITS:
        raise ValueError(f"bits are {told(bits)}; give {z.shape[1]} numbers, 0..{MOST_BITS}")
    columns = zip(z_train.T.contiguous(), z.T, bits.tolist(), strict=True)
    return torch.stack(
        [_nearest(_levels(seen, int(b), rounds), own) for seen, own, b in columns], 1
    )


def _levels(values: Tensor, bits: int, rounds: int) -> Tensor:
    shares = (torch.arange(2**bits, dtype=values.dtype) + 0.5) / 2**bits
    levels = values.quantile(shares) if bits else values.mean()[None]
    for _ in range(rounds):
        place = torch.bucketize(values, (levels[1:] + levels[:-1]) / 2)
        total = torch.zeros_like(levels).index_add(0, place, values)
        count = torch.bincount(place, minlength=len(levels))
        levels = torch.where(count > 0, total / count.clamp(min=1), levels).sort().values
    return levels


def _nearest(levels: Tensor, values: Tensor) -> Tensor:
    return levels[torch.bucketize(values.contiguous(), (levels[1:] + levels[:-1]) / 2)]
