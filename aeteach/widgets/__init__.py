"""What a learner drags or draws, and what asks a learner."""

from aeteach.widgets.drawing import drawing_pad
from aeteach.widgets.explore import between, explore
from aeteach.widgets.pad import latent_pad
from aeteach.widgets.predict import predict

__all__ = ["between", "drawing_pad", "explore", "latent_pad", "predict"]
