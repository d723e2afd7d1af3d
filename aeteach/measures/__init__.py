"""Numbers that decide a claim: each takes tensors or a trained model and returns a float."""

from aeteach.measures.copying import copy_meter, shuffled_pixels
from aeteach.measures.generation import distance_to_data, invented
from aeteach.measures.labels import (
    cluster_agreement,
    detection,
    label_accuracy,
    neighbour_accuracy,
    neighbour_agreement,
)
from aeteach.measures.pca import (
    axis_angles,
    decoder_cosines,
    pca_errors,
    pca_rebuilt,
    principal_axes,
    subspace_angle,
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

__all__ = [
    "axis_angles",
    "cluster_agreement",
    "codes",
    "copy_meter",
    "decoder_cosines",
    "detection",
    "distance_to_data",
    "explained",
    "invented",
    "jacobian",
    "label_accuracy",
    "neighbour_accuracy",
    "neighbour_agreement",
    "over",
    "pca_errors",
    "pca_rebuilt",
    "principal_axes",
    "rate_curve",
    "rebuilt",
    "reconstruction_error",
    "rounded",
    "shuffled_pixels",
    "subspace_angle",
]
