"""Numbers that decide a claim: each takes tensors or a trained model and returns a float."""

from aeteach.measures.copying import copy_meter, shuffled_pixels
from aeteach.measures.factors import axis_correlations, linear_readout
from aeteach.measures.generation import distance_to_data, invented
from aeteach.measures.labels import (
    cluster_agreement,
    detection,
    label_accuracy,
    neighbour_accuracy,
    neighbour_agreement,
)
from aeteach.measures.latent import (
    awake,
    continuity,
    detour,
    disparities,
    disparity,
    grid,
    line,
    mmd,
    normal_gap,
    sensitivity,
    trustworthiness,
)
from aeteach.measures.pca import pca_codes, pca_errors
from aeteach.measures.rate import rate_curve, rounded
from aeteach.measures.reconstruction import (
    codes,
    explained,
    jacobian,
    over,
    rebuilt,
    reconstruction_error,
)

__all__ = [
    "awake",
    "axis_correlations",
    "cluster_agreement",
    "codes",
    "continuity",
    "copy_meter",
    "detection",
    "detour",
    "disparities",
    "disparity",
    "distance_to_data",
    "explained",
    "grid",
    "invented",
    "jacobian",
    "label_accuracy",
    "line",
    "linear_readout",
    "mmd",
    "neighbour_accuracy",
    "neighbour_agreement",
    "normal_gap",
    "over",
    "pca_codes",
    "pca_errors",
    "rate_curve",
    "rebuilt",
    "reconstruction_error",
    "rounded",
    "sensitivity",
    "shuffled_pixels",
    "trustworthiness",
]
