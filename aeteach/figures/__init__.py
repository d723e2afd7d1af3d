"""Figures as pure functions: tensors in, a described matplotlib Figure out."""

from aeteach.figures.chains import chains
from aeteach.figures.charts import bars, curves
from aeteach.figures.images import images
from aeteach.figures.maps import heat_map, latent_maps
from aeteach.figures.panels import images_and_curves
from aeteach.figures.sheets import score_table, sheet
from aeteach.figures.tables import value_map
from aeteach.figures.trade import trade_off

__all__ = [
    "bars",
    "chains",
    "curves",
    "heat_map",
    "images",
    "images_and_curves",
    "latent_maps",
    "score_table",
    "sheet",
    "trade_off",
    "value_map",
]
