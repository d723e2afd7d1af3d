"""One's own pictures, or a known collection, in the form of `digits`."""

import os
import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from aeteach.data.pictures import Split
from aeteach.data.sources import OPENML, Read, from_folder, from_numpy, from_openml, from_rows
from aeteach.guard import guarded, told
from aeteach.words import tr

NAMED = 5


@guarded()
def images(
    source: str | Path,
    side: int = 8,
    n_train: int | None = None,
    seed: int = 0,
    most: int = 1797,
    invert: bool | None = None,
) -> Split:
    """Grey pictures of side x side pixels from a folder, a NumPy file or OpenML, as a `Split`.

    source: a folder with pictures, whose sub-folders are classes (a name that is a whole number
    below 100 in each of them is the label, else they are counted from 0 in alphabetical order);
    a file .npy (N, h, w), (N, h, w, 3) or (N, h * h), or .npz with such an `x` and labels `y`;
    or "MNIST" or "Fashion-MNIST", which scikit-learn fetches once and keeps in its own cache
    (to read it takes about half a minute and 1 GB of memory each time).
    At most `most` pictures, chosen by `seed`. n_train of them train, two thirds by default, the
    others test. Labels are 0 where there are none.

    A picture that is not square is padded with the grey of its border, then each pixel is the
    average of the area that it covers. Values up to 1 are taken as they are, bytes divided by
    255, others by the largest. As in `digits` 0 is paper and 1 is ink; invert: True turns bright
    to dark, None does so when the border of most pictures is brighter than 0.5.

    What cannot be read, and a picture that lies beside class folders, is skipped and named in
    one warning; no file is written.
    ValueError for another source, size or shape and for too few pictures, FileNotFoundError for
    a path that is not there, ConnectionError when OpenML cannot be reached.
    """
    if not isinstance(source, str | Path):
        kind = type(source).__name__
        raise ValueError(f"source is a {kind}; save it with numpy.save and give the file's name")
    if str(source) == "":
        raise ValueError("source is ''; give the name of a folder of pictures, '.' for this one")
    if invert is not None and not isinstance(invert, bool | np.bool_):
        raise ValueError(f"invert is {told(invert)}; it must be True, False or None")
    found, skipped = _read(source, most, torch.Generator().manual_seed(seed))
    _warn(skipped)
    train, test = _sizes(len(found), len(skipped), n_train, source)
    x = np.stack([_square(picture, side) for picture, _ in found])
    if invert or (invert is None and _bright(x)):
        x = 1 - x
    x = torch.tensor(x, dtype=torch.float32).flatten(1).clamp(0, 1)
    y = torch.tensor(_labels([label for _, label in found]))
    return Split(x[:train], x[-test:], y[:train], y[-test:])


def _read(source: str | Path, most: int, generator: torch.Generator) -> Read:
    path = Path(os.path.expanduser(source))
    if os.path.isdir(path):
        return from_folder(path, most, generator)
    if path.suffix.lower() in (".npy", ".npz"):
        return from_rows(*from_numpy(path), most, generator)
    if str(source).lower() in OPENML:
        return from_rows(*from_openml(OPENML[str(source).lower()]), most, generator)
    if os.path.exists(path):
        raise ValueError(f"{source} is a file of another kind; give a folder, .npy or .npz")
    names = "MNIST, Fashion-MNIST"
    raise FileNotFoundError(
        f"there is no folder or NumPy file {told(str(source))} in {Path.cwd()}, and it is none of "
        f"the collections {names}"
    )


def _border(picture: np.ndarray) -> np.ndarray:
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def _square(picture: np.ndarray, side: int) -> np.ndarray:
    height, width = picture.shape
    longest = max(height, width)
    sheet = np.full((longest, longest), np.median(_border(picture)), dtype=np.float32)
    down, right = (longest - height) // 2, (longest - width) // 2
    sheet[down : down + height, right : right + width] = picture
    return np.asarray(Image.fromarray(sheet).resize((side, side), Image.Resampling.BOX))


def _bright(x: np.ndarray) -> bool:
    return bool(np.median([np.median(_border(picture)) for picture in x]) > 0.5)


def _labels(names: list[object]) -> list[int]:
    """Whole numbers below 100 as they are; other names counted in alphabetical order."""
    kinds = sorted({str(name) for name in names})
    if all(kind.isascii() and kind.isdigit() and int(kind) < 100 for kind in kinds):
        return [int(str(name)) for name in names]
    return [kinds.index(str(name)) for name in names]


def _sizes(count: int, bad: int, n_train: int | None, source: object) -> tuple[int, int]:
    """How many pictures train and how many test."""
    train = max(1, round(count * 2 / 3)) if n_train is None else n_train
    if count <= train or count < 2:
        without = f" and {bad} that cannot be read" if bad else ""
        wanted = "at least 2 are needed" if n_train is None else f"n_train is {n_train}"
        raise ValueError(
            f"{source} has {count} pictures{without}; {wanted}, and at least one must be left to "
            f"test: give more pictures or a smaller n_train"
        )
    return train, count - train


def _warn(skipped: list[str]) -> None:
    if skipped:
        more = tr(" and {count} more", count=len(skipped) - NAMED) if skipped[NAMED:] else ""
        words = tr("skipped, unreadable or beside the class folders: {names}")
        warnings.warn(words.format(names=", ".join(skipped[:NAMED]) + more), stacklevel=4)
