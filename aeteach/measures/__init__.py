"""Numbers that decide a claim: each takes tensors or a trained model and returns a float."""

from aeteach.measures.copying import copy_meter, shuffled_pixels
from aeteach.measures.cost import seconds
from aeteach.measures.detail import explained_by_wave, sharpness
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
from aeteach.measures.memory import iterate, landed, recalled
from aeteach.measures.pca import (
    axis_angles,
    decoder_cosines,
    kept_and_lost,
    off_diagonal,
    pca_codes,
    pca_error,
    pca_errors,
    pca_rebuilt,
    principal_axes,
    rebuilt_by_both,
    subspace_angle,
    versus_pca,
)
from aeteach.measures.rate import rate_curve, rounded
from aeteach.measures.reconstruction import (
    codes,
    explained,
    jacobian,
    over,
    rebuilt,
    reconstruction_error,
)
from aeteach.measures.samples import (
    class_entropy,
    frechet_distance,
    nearest_rows,
    neighbour_shares,
    sample_report,
)
from aeteach.measures.symptoms import disease, gap, symptoms

__all__ = [
    "awake",
    "axis_angles",
    "axis_correlations",
    "class_entropy",
    "cluster_agreement",
    "codes",
    "continuity",
    "copy_meter",
    "decoder_cosines",
    "detection",
    "detour",
    "disease",
    "disparities",
    "disparity",
    "distance_to_data",
    "explained",
    "explained_by_wave",
    "frechet_distance",
    "gap",
    "grid",
    "invented",
    "iterate",
    "jacobian",
    "kept_and_lost",
    "label_accuracy",
    "landed",
    "line",
    "linear_readout",
    "mmd",
    "nearest_rows",
    "neighbour_accuracy",
    "neighbour_agreement",
    "neighbour_shares",
    "normal_gap",
    "off_diagonal",
    "over",
    "pca_codes",
    "pca_error",
    "pca_errors",
    "pca_rebuilt",
    "principal_axes",
    "rate_curve",
    "rebuilt",
    "rebuilt_by_both",
    "recalled",
    "reconstruction_error",
    "rounded",
    "sample_report",
    "seconds",
    "sensitivity",
    "sharpness",
    "shuffled_pixels",
    "subspace_angle",
    "symptoms",
    "trustworthiness",
    "versus_pca",
]
