"""What codes are worth, judged by labels that no autoencoder has seen."""

import warnings

import torch
from torch import Tensor, nn

from aeteach.guard import guarded
from aeteach.measures.reconstruction import codes

Labelled = tuple[Tensor, Tensor]


@guarded(rows="z_train y_train,z_test y_test", width="z_train z_test")
def neighbour_accuracy(
    z_train: Tensor, y_train: Tensor, z_test: Tensor, y_test: Tensor, neighbours: int = 5
) -> float:
    """Share of test codes z_test (M, k) whose nearest training codes vote for the right label.

    neighbours: at most the number of training codes. scikit-learn's classifier.
    """
    from sklearn.neighbors import KNeighborsClassifier

    check_most(neighbours, len(z_train))
    judge = KNeighborsClassifier(neighbours).fit(z_train.numpy(), y_train.numpy())
    return float(judge.score(z_test.numpy(), y_test.numpy()))


@guarded(rows="z_train y_train,z_test y_test", width="z_train z_test")
def linear_accuracy(
    z_train: Tensor, y_train: Tensor, z_test: Tensor, y_test: Tensor, pull: float = 30.0
) -> float:
    """Share of test codes z_test (M, k) that a linear classifier on z_train (N, k) names right.

    scikit-learn's logistic regression on standardised codes, with the L2 penalty `pull` / 2.
    ValueError for training codes of one label.
    """
    if len(y_train.unique()) < 2:
        raise ValueError("y_train holds one label only; give examples of two labels or more")
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    judge = make_pipeline(StandardScaler(), LogisticRegression(C=1 / pull, max_iter=1000))
    return float(judge.fit(z_train.numpy(), y_train.numpy()).score(z_test.numpy(), y_test.numpy()))


def check_most(neighbours: int, most: float, name: str = "neighbours") -> None:
    if neighbours > most:
        raise ValueError(f"{name} is {neighbours}; these codes allow at most {int(most)}")


@guarded()
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
    for name, pair in (("train", train), ("test", test)):
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise TypeError(f"{name} is a {type(pair).__name__}; give a pair (x, y)")
    z_train, z_test = (codes(model, x) for x in (train[0], test[0]))
    few = slice(labelled)
    return neighbour_accuracy(z_train[few], train[1][few], z_test, test[1], neighbours)


@guarded(rows="z y")
def neighbour_agreement(z: Tensor, y: Tensor, neighbours: int = 1) -> float:
    """Share of the nearest other codes of z (N, k) that carry the same label y (N,), 0..1."""
    check_most(neighbours, len(z) - 1)
    distance = torch.cdist(z, z).fill_diagonal_(torch.inf)
    nearest = distance.topk(neighbours, largest=False).indices
    return (y[nearest] == y[:, None]).float().mean().item()


@guarded(rows="z y")
def cluster_agreement(z: Tensor, y: Tensor, clusters: int = 10, seed: int = 0) -> float:
    """Normalised mutual information of k-means clusters of z (N, k) and labels y (N,), 0..1.

    Collapsed codes form fewer clusters than asked for.
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import normalized_mutual_info_score

    check_most(clusters, len(z), "clusters")
    with warnings.catch_warnings(action="ignore"):
        groups = KMeans(clusters, n_init=4, random_state=seed).fit_predict(z.numpy())
    return float(normalized_mutual_info_score(y.numpy(), groups))


@guarded(free="score_usual score_odd", empty="score_usual score_odd", unknown=True)
def detection(score_usual: Tensor, score_odd: Tensor) -> float:
    """Area under the ROC curve: the chance that an odd example scores above a usual one.

    Scores (N,) and (M,). NaN when there are no examples of one kind.
    """
    from sklearn.metrics import roc_auc_score

    usual, odd = score_usual.flatten(), score_odd.flatten()
    if not len(usual) or not len(odd):
        return torch.nan
    truth = torch.cat([torch.zeros(len(usual)), torch.ones(len(odd))])
    return float(roc_auc_score(truth.numpy(), torch.cat([usual, odd]).numpy()))
