"""What a learner drags, watches and answers: `explore`, `latent_pad`, `watch` and `predict`."""

from aeteach.widgets.explore import between, explore
from aeteach.widgets.pad import latent_pad
from aeteach.widgets.predict import predict
from aeteach.widgets.watch import watch

__all__ = ["between", "explore", "latent_pad", "predict", "watch"]
