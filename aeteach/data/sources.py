"""Where pictures come from: a folder, a NumPy file, or a collection of OpenML."""

import itertools
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

from aeteach.guard import told
from aeteach.words import tr

OPENML = {
    "mnist": "mnist_784",
    "mnist_784": "mnist_784",
    "fashion-mnist": "Fashion-MNIST",
    "fashion_mnist": "Fashion-MNIST",
}
MOST_FILES = 100_000
Found = list[tuple[np.ndarray, object]]
Read = tuple[Found, list[str]]
"""Grey pictures (h, w) in [0, 1] with a label each, and the names of what was left out."""


def from_folder(folder: Path, most: int, generator: torch.Generator) -> Read:
    """At most `most` picture files below `folder`; the label is the name of the sub-folder.

    Pictures that lie beside class folders have no class and are left out, as broken files are.
    """
    names = sorted(itertools.islice(_files(folder), MOST_FILES + 1))
    if len(names) > MOST_FILES:
        raise ValueError(f"{folder} has more than {MOST_FILES} files; give a folder of pictures")
    suffixes = Image.registered_extensions()
    classed = any(len(name.parts) > 1 and name.suffix.lower() in suffixes for name in names)
    found, skipped = [], []
    for row in torch.randperm(len(names), generator=generator).tolist():
        name = names[row]
        picture = _opened(folder / name) if len(name.parts) > 1 or not classed else None
        if picture is None:
            skipped.append(name.as_posix())
            continue
        found.append((picture, name.parts[0] if classed else ""))
        if len(found) == most:
            break
    return found, sorted(skipped)


def _files(folder: Path) -> Iterator[Path]:
    """Files below `folder`, without hidden ones; each linked folder is entered once."""
    seen = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = [] if real in seen else sorted(f for f in folders if not f.startswith("."))
        shown = [] if real in seen else [name for name in files if not name.startswith(".")]
        seen.add(real)
        yield from (Path(os.path.relpath(place, folder), name) for name in shown)


def _opened(path: Path) -> np.ndarray | None:
    """A picture file as grey values (h, w) in [0, 1], upright, transparency on white.

    None for what is no picture: readers of damaged files raise errors of every kind.
    """
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as file:
            file.load()
            values = _grey(_upright(file))
    except Exception:
        return None
    return values if values.size and np.isfinite(values).all() else None


def _upright(file: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(file)
    except Exception:  # a broken note on its rotation leaves the picture as it is
        return file.copy()


def _grey(picture: Image.Image) -> np.ndarray:
    if picture.mode[0] in "IF":
        values = np.asarray(picture, dtype=np.float32)
        return np.clip(values / max(values.max(), 65535 if picture.mode[0] == "I" else 1), 0, 1)
    layers = picture.convert("RGBA")
    white = Image.new("RGBA", layers.size, "white")
    return np.asarray(Image.alpha_composite(white, layers).convert("L"), dtype=np.float32) / 255


def from_numpy(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """x and y of a NumPy file as they are; y is None where there are none."""
    if not os.path.exists(path):
        raise FileNotFoundError(f"there is no file {told(str(path))} in {Path.cwd()}")
    try:
        content = np.load(path, allow_pickle=False, mmap_mode="r")
        if isinstance(content, np.ndarray):
            return content, None
        with content:
            arrays = {name: content[name] for name in content.files if name in "xy"}
    except Exception as error:
        raise ValueError(f"{path} cannot be read: {error}; write it again with numpy") from None
    if "x" not in arrays:
        raise ValueError(f"{path} has no x; write it with numpy.savez(name, x=pictures, y=labels)")
    return arrays["x"], arrays.get("y")


def from_openml(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Bytes (N, 784) and labels (N,), fetched once and kept in scikit-learn's own cache."""
    from sklearn import datasets

    options = dict(version=1, as_frame=False, parser="liac-arff", n_retries=1)
    try:
        with warnings.catch_warnings(action="ignore"):
            bunch = datasets.fetch_openml(name, **options)
    except PermissionError as error:
        raise PermissionError(
            f"{error.filename} cannot be written, and {name} is kept there; name a folder of your "
            f"own in the environment variable SCIKIT_LEARN_DATA"
        ) from None
    except (OSError, ValueError) as error:
        words = tr(
            "{name} could not be fetched from openml.org ({error}). Connect to the network and run "
            "the cell again: once fetched it stays on this computer. Without a network, use "
            "data.digits() or give a folder of pictures.",
            name=name,
            error=error,
        )
        raise ConnectionError(words) from None
    return np.asarray(bunch.data).astype(np.uint8), np.asarray(bunch.target)


def from_rows(x: np.ndarray, y: np.ndarray | None, most: int, generator: torch.Generator) -> Read:
    """At most `most` rows of an array of pictures, with their labels."""
    x, pictures = _shaped(x), []
    if y is not None and np.shape(y) != x.shape[:1]:
        raise ValueError(f"y has the shape {np.shape(y)}; x has {len(x)} pictures, one label each")
    if y is not None and y.dtype.kind == "f" and np.array_equal(y, y.round()):
        y = y.astype(int)
    order = torch.randperm(len(x), generator=generator).numpy()[:most]
    chosen = x[order]
    if chosen.ndim == 4:
        chosen = chosen.mean(3) if chosen.dtype != np.uint8 else chosen.mean(3).round()
    whole = np.isfinite(chosen).all((1, 2))
    scale = _scale(chosen[whole], x.dtype)
    for picture, row in zip(chosen[whole] / scale, order[whole], strict=True):
        pictures.append((picture.astype(np.float32), "" if y is None else y[row]))
    return pictures, [tr("row {row}", row=row) for row in sorted(order[~whole])]


def _shaped(x: np.ndarray) -> np.ndarray:
    """x as (N, h, w) or (N, h, w, 3)."""
    numbers = x.dtype.kind in "buif" and x.size > 0
    root = round(x.shape[1] ** 0.5) if x.ndim == 2 else 0
    if numbers and x.ndim == 2 and root * root == x.shape[1]:
        return x.reshape(-1, root, root)
    if not numbers or not (x.ndim == 3 or (x.ndim == 4 and x.shape[3] in (1, 3))):
        raise ValueError(
            f"x holds {x.dtype} of shape {x.shape}; give numbers of shape (N, h, w), (N, h, w, 3) "
            f"or (N, side * side)"
        )
    return x


def _scale(x: np.ndarray, kind: np.dtype) -> float:
    low, high = (float(x.min()), float(x.max())) if x.size else (0.0, 1.0)
    if low < 0:
        raise ValueError(f"x has values down to {low:g}; bring them to 0..1 first")
    return 1.0 if high <= 1 else 255.0 if kind == np.uint8 else high
