"""Interactive teaching notebooks on autoencoders: the names that every notebook uses."""

import sys

if sys.argv[:1] != ["-m"]:  # `python -m aeteach` must speak where a library is broken
    from aeteach import data, figures, measures
    from aeteach.claims import claim
    from aeteach.family import fit_family
    from aeteach.stage import start
    from aeteach.training import fit
    from aeteach.widgets import (
        between,
        calibration,
        diagnose,
        drawing_pad,
        explore,
        latent_pad,
        predict,
        watch,
    )

__version__ = "0.1.0"

__all__ = [
    "between",
    "calibration",
    "claim",
    "data",
    "diagnose",
    "drawing_pad",
    "explore",
    "figures",
    "fit",
    "fit_family",
    "latent_pad",
    "measures",
    "predict",
    "start",
    "watch",
]
