"""Call every public function with the typical slips of a learner; count raw errors.

    python tests/fuzz.py [part of a name ...]

An error is the package's own when it is a ValueError, TypeError, KeyError, file or import error
raised in aeteach, in one short sentence. Others are counted by entry point, the first of each
is shown, and the exit code is 1. So are calls that take NaN and return a number, and those that
last longer than `PATIENCE` seconds. Not collected by pytest; takes a few minutes.
"""

import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch._dynamo  # whole, before an alarm can stop in the middle of it
from answers_copying import RIGHT as COPYING
from torch import nn
from valid_calls import DATA, MEASURES, data_calls, measure_calls

from aeteach import claim, data, exercises, explore, fit, fit_family, predict
from aeteach.models import Autoencoder
from aeteach.objectives import reconstruction
from aeteach.sounds import listen

PACKAGE = str(Path(data.__file__).resolve().parents[1])
OWN = (ValueError, TypeError, KeyError, FileNotFoundError, ModuleNotFoundError)
PATIENCE = 20
REFUSED = ("data.images", "claim", "predict", "explore")  # arguments that name or draw nothing
X = torch.rand(12, 36)

# fmt: off
SLIPS = {
    "None": None, "text": "0.01", "empty text": "", "True": True, "list": [1, 2], "empty": [],
    "mapping": {"a": 1}, "tuple": (1, 2), "number": 3, "float": 0.5, "negative": -1, "zero": 0,
    "NaN": float("nan"), "inf": float("inf"), "huge": 10**30, "beyond float": 10**400,
    "numpy int": np.int64(3), "numpy float": np.float32(0.5), "numpy array": np.ones((4, 4)),
    "bytes": b"x", "complex": 1j, "object": object(), "class": Autoencoder, "function": len,
    "lambda": lambda *_: 0.1, "range": range(3), "network": nn.Linear(36, 36), "set": {1},
    "0-d": torch.tensor(3), "0-d NaN": torch.tensor(torch.nan), "1-d": torch.rand(12),
    "no rows": torch.rand(0, 36), "no columns": torch.rand(12, 0), "one row": torch.rand(1, 36),
    "images": torch.rand(12, 6, 6), "wider": torch.rand(12, 37), "double": X.double(),
    "whole": torch.randint(5, (12, 36)), "bool": X > 0.5, "half": X.half(), "complex x": X * 1j,
    "sparse": X.to_sparse(), "meta": X.to("meta"), "with gradient": X.clone().requires_grad_(),
    "NaN row": X.where(X > 0.05, torch.nan), "constant": torch.ones(12, 36), "large": X * 1e30,
}
# fmt: on


def spoil(value):
    """Slips of the value's own kind, by name."""
    if not isinstance(value, torch.Tensor) or value.numel() == 0:
        return {}
    first = value.clone().float()
    first[:1] = torch.nan
    own = {"own NaN": first, "own half": value[: len(value) // 2], "own double": value.double()}
    return own | {
        "own one": value[:1],
        "own constant": torch.zeros_like(value),
        "own whole": (9 * value).long(),
        "own more": value[None],
        "own turned": value.mT if value.dim() > 1 else value,
    }


def targets():
    """(name, function, valid arguments by name)."""
    for module, functions, calls in (
        ("measures", MEASURES, measure_calls()),
        ("data", DATA, data_calls()),
    ):
        yield from (
            (f"{module}.{name}", function, calls[name]) for name, function in functions.items()
        )
    for name, check in vars(exercises).items():
        if name.startswith("check_"):
            yield f"exercises.{name}", check, {"answer": COPYING.get(check, [len])[0]}
    yield "sounds.listen", listen, dict(waves={"a": torch.rand(9)}, rate=8000)
    x = torch.rand(20, 36)
    training = dict(
        x=x,
        objective=reconstruction,
        x_test=x[:5],
        epochs=1,
        batch_size=5,
        learning_rate=0.01,
        weight_decay=0.0,
    )
    yield "fit", partial(fit, quiet=True), dict(model=Autoencoder(36, 2, 4), **training)
    yield (
        "fit_family",
        partial(fit_family, quiet=True),
        dict(models={1: Autoencoder(36, 2, 4), 2: Autoencoder(36, 3, 4)}, **training),
    )
    yield "claim", claim, dict(name="no-such-claim", holds=True, measured={"a": 1.0})
    yield "predict", predict, dict(name="no-such-question")
    yield "explore", partial(explore, lambda k: str(k)), dict(k=[1, 2, 3])


def own(error):
    """Whether an error is one short sentence of the package."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__
    ]
    here = not frames or frames[-1].filename.startswith(PACKAGE)
    return isinstance(error, OWN) and here and len(str(error)) < 400 and "\n" not in str(error)


def fault(function, arguments, slip):
    """What is wrong about how the call went, None when nothing is."""
    signal.alarm(PATIENCE)
    try:
        with warnings.catch_warnings(action="ignore"):
            result = function(**arguments)
    except Exception as error:
        return None if own(error) else f"{type(error).__name__}: {str(error)[:150]}"
    finally:
        signal.alarm(0)
    lands = function is MEASURES["landed"]  # what ran off has not landed
    nan = slip in ("own NaN", "NaN row", "NaN", "0-d NaN")
    passes = isinstance(result, float) and nan and not lands
    return f"takes NaN and returns {result}" if passes else None


def out_of_patience(*_):
    raise RuntimeError(f"longer than {PATIENCE} s")


def main(wanted):
    signal.signal(signal.SIGALRM, out_of_patience)
    begin, calls, faults, first = time.time(), 0, Counter(), {}
    for name, function, valid in targets():
        if wanted and not any(part in name for part in wanted):
            continue
        if name not in REFUSED:
            function(**valid)
        for key, value in valid.items():
            for slip, wrong in (SLIPS | spoil(value)).items():
                if slip == "network" and key in ("action", "number"):
                    continue  # callable, and its error is the learner's
                calls += 1
                if words := fault(function, valid | {key: wrong}, slip):
                    faults[name] += 1
                    first.setdefault(name, f"{key} = {slip}: {words}")
    for name, count in faults.most_common():
        print(f"{count:4} {name}: {first[name]}")
    print(f"{calls} calls in {time.time() - begin:.0f} s, {faults.total()} raw errors")
    return int(bool(faults))


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.exit(main(sys.argv[1:]))
