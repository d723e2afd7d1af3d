"""Figures as pure functions: tensors in, a described matplotlib Figure out."""

from aeteach.figures.charts import bars, curves
from aeteach.figures.images import images
from aeteach.figures.letters import spelling
from aeteach.figures.maps import heat_map, latent_maps
from aeteach.figures.panels import curve_panels, images_and_curves
from aeteach.figures.tables import value_map
from aeteach.figures.trade import trade_off

__all__ = [
    "bars",
    "curve_panels",
    "curves",
    "heat_map",
    "images",
    "images_and_curves",
    "latent_maps",
    "spelling",
    "trade_off",
    "value_map",
]
