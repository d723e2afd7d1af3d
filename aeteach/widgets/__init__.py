"""What a learner drags, draws, watches and answers."""

from aeteach.widgets.clinic import diagnose
from aeteach.widgets.drawing import drawing_pad
from aeteach.widgets.explore import between, explore
from aeteach.widgets.pad import latent_pad
from aeteach.widgets.question import calibration, predict
from aeteach.widgets.watch import watch

__all__ = [
    "between",
    "calibration",
    "diagnose",
    "drawing_pad",
    "explore",
    "latent_pad",
    "predict",
    "watch",
]
