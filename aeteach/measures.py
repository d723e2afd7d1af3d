"""Numbers that decide a claim: each takes tensors or a trained model and returns a float."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

Labelled = tuple[Tensor, Tensor]


@torch.no_grad()
def reconstruction_error(model: nn.Module, x: Tensor, target: Tensor | None = None) -> float:
    """Mean squared error between model(x) and `target` (x itself by default), both (N, n).

    Measured in evaluation mode (no dropout, no sampling); the mode is put back.
    """
    return ((rebuilt(model, x) - (x if target is None else target)) ** 2).mean().item()


@torch.no_grad()
def rebuilt(model: nn.Module, x: Tensor) -> Tensor:
    """x_hat = model(x) in evaluation mode, without gradients; the mode is put back."""
    return _in_evaluation(model, model, x)


@torch.no_grad()
def codes(model: nn.Module | None, x: Tensor) -> Tensor:
    """z = model.encoder(x), (N, k), in evaluation mode; without a model x is its own code."""
    if model is None:
        return x
    return _in_evaluation(model, model.encoder, x)


def _in_evaluation(model: nn.Module, function, x: Tensor) -> Tensor:
    training = model.training
    model.eval()
    try:
        return function(x)
    finally:
        model.train(training)


def explained(x: Tensor, x_hat: Tensor) -> float:
    """R2: 1 - squared error / squared distance to the mean picture; 1 is perfect, <= 0 useless."""
    return 1 - (((x - x_hat) ** 2).sum() / ((x - x.mean(0)) ** 2).sum()).item()


def shuffled_pixels(x: Tensor, seed: int = 0) -> Tensor:
    """Each pixel of x (N, n) shuffled over the N pictures by itself.

    Every pixel keeps its own distribution; whatever ties pixels together is destroyed.
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.rand(x.shape, generator=generator).argsort(0)
    return x.gather(0, order)


def copy_meter(model: nn.Module, x: Tensor, seed: int = 0) -> float:
    """R2 of rebuilding pictures without structure (`shuffled_pixels`).

    0 or less: the model rebuilds only what looks like its data. 1: it copies anything.
    """
    x_shuffled = shuffled_pixels(x, seed)
    return explained(x_shuffled, rebuilt(model, x_shuffled))


def neighbour_accuracy(
    z_train: Tensor, y_train: Tensor, z_test: Tensor, y_test: Tensor, neighbours: int = 5
) -> float:
    """Share of test codes z_test (M, k) whose nearest training codes vote for the right label."""
    distance = torch.cdist(z_test.float(), z_train.float())
    nearest = distance.topk(neighbours, largest=False).indices
    votes = torch.nn.functional.one_hot(y_train[nearest], int(y_train.max()) + 1).sum(1)
    return (votes.argmax(1) == y_test).float().mean().item()


def cluster_agreement(z: Tensor, y: Tensor, clusters: int = 10, seed: int = 0) -> float:
    """Normalised mutual information of k-means clusters of z (N, k) and labels y (N,), 0..1."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import normalized_mutual_info_score

    groups = KMeans(clusters, n_init=4, random_state=seed).fit_predict(z.numpy())
    return float(normalized_mutual_info_score(y.numpy(), groups))


def detection(score_usual: Tensor, score_odd: Tensor) -> float:
    """Area under the ROC curve: the chance that an odd example scores above a usual one."""
    from sklearn.metrics import roc_auc_score

    truth = torch.cat([torch.zeros(len(score_usual)), torch.ones(len(score_odd))])
    return float(roc_auc_score(truth.numpy(), torch.cat([score_usual, score_odd]).numpy()))


def label_accuracy(
    model: nn.Module | None,
    train: Labelled,
    test: Labelled,
    labelled: int | None = None,
    neighbours: int = 5,
) -> float:
    """`neighbour_accuracy` of the codes of test = (x, y) among those of train = (x, y).

    labelled: use only that many training examples. model None: the pixels are the code.
    """
    z_train, z_test = (codes(model, x) for x in (train[0][:labelled], test[0]))
    return neighbour_accuracy(z_train, train[1][:labelled], z_test, test[1], neighbours)


def neighbour_agreement(z: Tensor, y: Tensor, neighbours: int = 1) -> float:
    """Share of the nearest other codes of z (N, k) that carry the same label y (N,), 0..1."""
    distance = torch.cdist(z, z).fill_diagonal_(torch.inf)
    nearest = distance.topk(neighbours, largest=False).indices
    return (y[nearest] == y[:, None]).float().mean().item()


def over(
    family: Mapping[tuple, nn.Module], number: Callable[[nn.Module], float]
) -> dict[object, list[float]]:
    """`number` of every model of a family {(size, start): model}: {size: [one a start]}."""
    gathered: dict[object, list[float]] = {}
    for (size, _), model in family.items():
        gathered.setdefault(size, []).append(number(model))
    return gathered


@torch.no_grad()
def rate_curve(model: nn.Module, x_train: Tensor, x: Tensor) -> dict[int, float]:
    """Mean squared error of x (M, n) when each code value is rounded to 2, 3, 4 or 6 bits.

    Returns {bits a picture: error}; x_train (N, n) sets the range of each code value.
    """
    z_train, z = codes(model, x_train), codes(model, x)
    low, high = z_train.amin(0), z_train.amax(0)
    decoded = {bits: model.decoder(rounded(z, bits, low, high)) for bits in (2, 3, 4, 6)}
    return {z.shape[1] * bits: ((out - x) ** 2).mean().item() for bits, out in decoded.items()}


def rounded(z: Tensor, bits: int, low: Tensor | float = 0.0, high: Tensor | float = 1.0) -> Tensor:
    """z on 2**bits evenly spaced levels from `low` to `high`."""
    step = (high - low) / (2**bits - 1)
    return low + ((z - low) / step).round().clamp(0, 2**bits - 1) * step


@torch.no_grad()
def invented(
    model: nn.Module, x: Tensor, count: int, seed: int = 0, components: int = 1
) -> Tensor:
    """`count` decoded random codes (count, n).

    The codes are drawn from a mixture of `components` normal distributions that
    scikit-learn fits to the codes of x (N, n); one component keeps their mean and covariance.
    """
    from sklearn.mixture import GaussianMixture

    z = codes(model, x).double()
    floor = 1e-3 * z.var(0).mean().item()
    mixture = GaussianMixture(components, reg_covar=floor, random_state=seed).fit(z.numpy())
    generator = torch.Generator().manual_seed(seed)
    weights, means = torch.tensor(mixture.weights_), torch.tensor(mixture.means_)
    roots = torch.linalg.cholesky(torch.tensor(mixture.covariances_))
    which = torch.multinomial(weights, count, replacement=True, generator=generator)
    noise = torch.randn(count, z.shape[1], 1, generator=generator, dtype=torch.float64)
    z_new = means[which] + (roots[which] @ noise).squeeze(-1)
    return model.decoder(z_new.to(x.dtype))


def pca_errors(x_train: Tensor, x: Tensor) -> Tensor:
    """Squared error of x (M, n) after PCA with 1, 2, ... n components, (M, n)."""
    from sklearn.decomposition import PCA

    pca = PCA().fit(x_train.numpy())
    z = torch.tensor(pca.transform(x.numpy()), dtype=x.dtype)
    whole = (x - torch.tensor(pca.mean_, dtype=x.dtype)).square().sum(1, keepdim=True)
    return whole - z.square().cumsum(1)


def distance_to_data(x: Tensor, x_train: Tensor) -> Tensor:
    """Mean squared distance (N,) of each row of x to the nearest row of x_train."""
    return torch.cdist(x, x_train).amin(1) ** 2 / x.shape[1]


def jacobian(model: nn.Module, x: Tensor) -> Tensor:
    """Mean over x (N, n) of d x_hat / d x, (n, n): how each output follows each input.

    Measured in evaluation mode; the mode is put back.
    """
    single = torch.func.jacrev(lambda row: model(row[None])[0])
    return _in_evaluation(model, torch.func.vmap(single), x).mean(0).detach()
