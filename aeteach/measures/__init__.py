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
from aeteach.measures.pca import pca_errors
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

__all__ = [
    "class_entropy",
    "cluster_agreement",
    "codes",
    "copy_meter",
    "detection",
    "distance_to_data",
    "explained",
    "frechet_distance",
    "invented",
    "jacobian",
    "label_accuracy",
    "nearest_rows",
    "neighbour_accuracy",
    "neighbour_agreement",
    "neighbour_shares",
    "over",
    "pca_errors",
    "rate_curve",
    "rebuilt",
    "reconstruction_error",
    "rounded",
    "sample_report",
    "shuffled_pixels",
]
