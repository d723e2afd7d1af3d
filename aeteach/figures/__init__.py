"""Figures as pure functions: tensors in, a described matplotlib Figure out."""

from aeteach.figures.charts import bars, curve_panels, curves, gaps, profiles
from aeteach.figures.diagrams import arrows, dial, flow, projections, space
from aeteach.figures.images import images, images_and_curves, receptive_fields, rivals
from aeteach.figures.maps import heat_map, landscapes, value_map
from aeteach.figures.planes import neighbourhood, plane_and_curves, planes
from aeteach.figures.sheets import patient, sheet
from aeteach.figures.tables import chains, spelling, table

__all__ = [
    "arrows",
    "bars",
    "chains",
    "curve_panels",
    "curves",
    "dial",
    "flow",
    "gaps",
    "heat_map",
    "images",
    "images_and_curves",
    "landscapes",
    "neighbourhood",
    "patient",
    "plane_and_curves",
    "planes",
    "profiles",
    "projections",
    "receptive_fields",
    "rivals",
    "sheet",
    "space",
    "spelling",
    "table",
    "value_map",
]
