"""What a learner drags, watches and answers: explore, latent_pad, watch, predict, diagnose."""

from aeteach.widgets.clinic import diagnose
from aeteach.widgets.explore import between, explore
from aeteach.widgets.pad import latent_pad
from aeteach.widgets.predict import predict
from aeteach.widgets.watch import watch

__all__ = ["between", "diagnose", "explore", "latent_pad", "predict", "watch"]
