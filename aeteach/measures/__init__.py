"""Numbers that decide a claim: each takes tensors or a trained model and returns a float."""
# ruff: noqa: F401

from aeteach.measures.labels import (
    cluster_agreement,
    detection,
    label_accuracy,
    linear_accuracy,
    neighbour_accuracy,
    neighbour_agreement,
)
from aeteach.measures.latent import (
    awake,
    axis_correlations,
    continuity,
    decoder_cosines,
    detour,
    disparities,
    disparity,
    grid,
    line,
    linear_readout,
    mmd,
    normal_gap,
    sensitivity,
    trustworthiness,
)
from aeteach.measures.pca import (
    axis_angles,
    kept_and_lost,
    off_diagonal,
    pca,
    pca_codes,
    pca_error,
    pca_errors,
    pca_rebuilt,
    principal_axes,
    rebuilt_by_both,
    seconds,
    subspace_angle,
    versus_pca,
)
from aeteach.measures.reconstruction import (
    codes,
    explained,
    explained_by_wave,
    jacobian,
    over,
    quantised,
    rebuilt,
    reconstruction_error,
    sharpness,
)
from aeteach.measures.samples import (
    class_entropy,
    distance_to_data,
    frechet_distance,
    invented,
    nearest_rows,
    neighbour_shares,
    sample_report,
)
from aeteach.measures.symptoms import (
    copy_meter,
    disease,
    gap,
    iterate,
    landed,
    recalled,
    shuffled_pixels,
    symptoms,
)
