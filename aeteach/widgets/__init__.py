"""What a learner drags and what asks a learner: explore, latent_pad, predict, diagnose."""

from aeteach.widgets.clinic import diagnose
from aeteach.widgets.explore import between, explore
from aeteach.widgets.pad import latent_pad
from aeteach.widgets.predict import predict

__all__ = ["between", "diagnose", "explore", "latent_pad", "predict"]
