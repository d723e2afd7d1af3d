"""Figures as pure functions: tensors in, a described matplotlib Figure out."""

from aeteach.figures.arrows import arrows
from aeteach.figures.chains import chains
from aeteach.figures.charts import bars, curves
from aeteach.figures.comparison import comparison
from aeteach.figures.dial import dial
from aeteach.figures.gaps import gaps
from aeteach.figures.images import images
from aeteach.figures.letters import spelling
from aeteach.figures.maps import heat_map, latent_maps
from aeteach.figures.panels import curve_panels, images_and_curves
from aeteach.figures.patient import patient
from aeteach.figures.planes import landscapes, neighbourhood, plane_and_curves, planes
from aeteach.figures.profiles import profiles
from aeteach.figures.projections import projections
from aeteach.figures.rivals import rivals
from aeteach.figures.sheets import score_table, sheet
from aeteach.figures.space import space
from aeteach.figures.tables import value_map
from aeteach.figures.trade import trade_off

__all__ = [
    "arrows",
    "bars",
    "chains",
    "comparison",
    "curve_panels",
    "curves",
    "dial",
    "gaps",
    "heat_map",
    "images",
    "images_and_curves",
    "landscapes",
    "latent_maps",
    "neighbourhood",
    "patient",
    "plane_and_curves",
    "planes",
    "profiles",
    "projections",
    "rivals",
    "score_table",
    "sheet",
    "space",
    "spelling",
    "trade_off",
    "value_map",
]
