"""One call that works for every public function of data and measures, to spoil in the tests."""

import torch
from torch import nn

from aeteach import data, measures
from aeteach.models import Autoencoder, VariationalAutoencoder


class Judge(nn.Linear):
    """Features are the picture."""

    def features(self, x):
        return x


def _drawn():
    generator = torch.Generator().manual_seed(7)
    return lambda *size: torch.rand(*size, generator=generator)


def measure_calls():
    """{name: arguments by name} for `measures`; 40 pictures of 6 x 6, 24 others, codes of 3."""
    rand = _drawn()
    torch.manual_seed(0)
    model, vae, judge = Autoencoder(36, 3, 16), VariationalAutoencoder(36, 3, 16), Judge(36, 10)
    x, x_test, z, z_other = rand(40, 36), rand(24, 36), rand(40, 3), rand(40, 3)
    y, y_test = torch.arange(40) % 4, torch.arange(24) % 4
    flat = dict(x_train=x, x=x_test)
    near = dict(x=x, x_hat=x + 0.1 * rand(40, 36))
    return {
        "awake": dict(model=vae, x=x),
        "axis_angles": dict(a=z, b=z_other),
        "axis_correlations": dict(z=z, factors=z_other),
        "class_entropy": dict(classes=y, count=4),
        "cluster_agreement": dict(z=z, y=y, clusters=4, seed=1),
        "codes": dict(model=model, x=x),
        "continuity": dict(x=x, z=z, neighbours=5),
        "copy_meter": dict(model=model, x=x, seed=1),
        "decoder_cosines": dict(model=model, z=z),
        "detection": dict(score_usual=z[:, 0], score_odd=z[:9, 1]),
        "detour": dict(decoder=model.decoder, start=z, end=z_other),
        "disease": dict(signs=dict(train=0.01, test=0.012, copy=0.2, landed=0.0)),
        "disparities": dict(models=[model, vae], x=x),
        "disparity": dict(z=z, z_other=z_other),
        "distance_to_data": dict(x=x_test, x_train=x),
        "explained": near,
        "explained_by_wave": near,
        "frechet_distance": dict(real=z, new=z_other[:20]),
        "gap": dict(signs=dict(train=0.01, test=0.012)),
        "grid": dict(limit=2.0, steps=4),
        "invented": dict(model=model, x=x, count=5, seed=1, components=2),
        "iterate": dict(model=model, x=x, times=2),
        "jacobian": dict(model=model, x=x[:5]),
        "kept_and_lost": near,
        "label_accuracy": dict(model=model, train=(x, y), test=(x_test, y_test), labelled=30),
        "landed": dict(x_end=x_test, memory=x, near=0.01),
        "line": dict(start=z, end=z_other, steps=5),
        "linear_readout": dict(z=z, factors=z_other),
        "linear_accuracy": dict(z_train=z, y_train=y, z_test=z_other[:24], y_test=y_test),
        "mmd": dict(z=z, seed=1),
        "nearest_rows": dict(x_new=x_test, x=x),
        "neighbour_accuracy": dict(
            z_train=z, y_train=y, z_test=z_other[:24], y_test=y_test, neighbours=3
        ),
        "neighbour_agreement": dict(z=z, y=y, neighbours=3),
        "neighbour_shares": dict(real=z, new=z_other[:20], neighbours=3),
        "normal_gap": dict(z=z),
        "off_diagonal": dict(matrix=rand(4, 4)),
        "over": dict(family={(2, 0): model, (3, 0): model}, number=lambda model: 1.0),
        "pca": dict(x=x, latent_size=3),
        "pca_codes": dict(**flat, latent_size=3),
        "pca_error": dict(**flat, latent_size=3),
        "pca_errors": flat,
        "pca_rebuilt": dict(**flat, latent_size=3),
        "principal_axes": dict(x_train=x, latent_size=3),
        "quantised": dict(z_train=x, z=x_test, bits=torch.arange(36.0) % 5),
        "rebuilt": dict(model=model, x=x),
        "rebuilt_by_both": dict(model=model, **flat),
        "recalled": dict(model=model, x=x_test, memory=x, times=3),
        "reconstruction_error": dict(model=model, x=x, target=x.flip(0)),
        "sample_report": dict(judge=judge, x=x, x_new=x_test),
        "seconds": dict(action=lambda: None, repeats=2),
        "sensitivity": dict(decoder=model.decoder, z=z),
        "sharpness": dict(x_hat=x.flip(0), x=x),
        "shuffled_pixels": dict(x=x, seed=1),
        "subspace_angle": dict(a=z, b=z_other),
        "symptoms": dict(model=model, x=x, x_test=x_test, seed=1, times=2),
        "trustworthiness": dict(x=x, z=z, neighbours=5),
        "versus_pca": dict(model=model, **flat),
    }


def data_calls():
    """{name: arguments by name} for `data`."""
    rand = _drawn()
    pictures = rand(6, 36)
    return {
        "bow": dict(n=5, bend=0.5, seed=1, noise=0.1),
        "bump_at": dict(t=rand(4), size=16, width=0.1),
        "bumps": dict(n=5, size=16, width=0.1, seed=1),
        "cloud": dict(n=5, seed=1, angle=20.0, spread=(1.0, 0.5)),
        "digits": dict(n_train=30, seed=1, side=7),
        "distorted": dict(x=pictures, kind="noise", level=0.01, seed=1),
        "flat_twin": dict(x=pictures, n=5, seed=1),
        "images": dict(source="no such folder", side=8, n_train=3, seed=1, most=20, invert=True),
        "letters": dict(word="tomato"),
        "patches": dict(n=4, side=4, seed=1),
        "pronounceable": dict(numbers=torch.ones(3, 6)),
        "quarter_turns": dict(x=pictures),
        "small_digits": dict(n_train=30, seed=1),
        "spelled": dict(numbers=torch.ones(6)),
        "sprites": dict(n=5, side=8, seed=1, shape="disc", sheet=12),
        "surface": dict(name="helix", n=5, seed=1),
        "tones": dict(n=5, seed=1),
        "wines": dict(seed=1),
        "words": dict(n=5, seed=1),
    }


def public(module):
    """{name: function} of everything that `module` offers to call, its plain types left out."""
    offered = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    return {
        name: value
        for name, value in offered.items()
        if callable(value) and not isinstance(value, type)
    }


MEASURES, DATA = public(measures), public(data)
