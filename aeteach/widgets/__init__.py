"""What a learner drags, and what asks a learner: `explore` and `predict`."""

from aeteach.widgets.explore import between, explore
from aeteach.widgets.predict import predict

__all__ = ["between", "explore", "predict"]
