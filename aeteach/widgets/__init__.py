"""What a learner drags, and what asks a learner: `explore`, `latent_pad` and `predict`."""

from aeteach.widgets.explore import between, explore
from aeteach.widgets.pad import latent_pad
from aeteach.widgets.predict import predict

__all__ = ["between", "explore", "latent_pad", "predict"]
