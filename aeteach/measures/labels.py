"""What codes are worth, judged by labels that no autoencoder has seen."""

import torch
from torch import Tensor, nn

from aeteach.measures.reconstruction import codes

Labelled = tuple[Tensor, Tensor]


def neighbour_accuracy(
    z_train: Tensor, y_train: Tensor, z_test: Tensor, y_test: Tensor, neighbours: int = 5
) -> float:
    """Share of test codes z_test (M, k) whose nearest training codes vote for the right label."""
    distance = torch.cdist(z_test.float(), z_train.float())
    nearest = distance.topk(neighbours, largest=False).indices
    votes = torch.nn.functional.one_hot(y_train[nearest], int(y_train.max()) + 1).sum(1)
    return (votes.argmax(1) == y_test).float().mean().item()


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


def cluster_agreement(z: Tensor, y: Tensor, clusters: int = 10, seed: int = 0) -> float:
    """Normalised mutual information of k-means clusters of z (N, k) and labels y (N,), 0..1."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import normalized_mutual_info_score

    groups = KMeans(clusters, n_init=4, random_state=seed).fit_predict(z.numpy())
    return float(normalized_mutual_info_score(y.numpy(), groups))


def detection(score_usual: Tensor, score_odd: Tensor) -> float:
    """Area under the ROC curve: the chance that an odd example scores above a usual one.

    NaN when there are no examples of one kind.
    """
    from sklearn.metrics import roc_auc_score

    if not len(score_usual) or not len(score_odd):
        return torch.nan
    truth = torch.cat([torch.zeros(len(score_usual)), torch.ones(len(score_odd))])
    return float(roc_auc_score(truth.numpy(), torch.cat([score_usual, score_odd]).numpy()))
