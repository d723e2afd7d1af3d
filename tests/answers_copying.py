"""Answers to the exercises of notebook 02: right in many spellings, wrong in typical ways."""

import torch
from torch.nn import functional as F

from aeteach.exercises import check_diagnosis, check_masking, check_top_k
from aeteach.objectives import mae, mse

RIGHT, WRONG = {}, {}


def by_product(model, x):
    return mse(model(x * (torch.rand_like(x) > 0.3)), x)


def by_fill(model, x):
    x_masked = x.masked_fill(torch.rand(x.shape) < 0.3, 0)
    return F.mse_loss(model(x_masked), x)


def by_where(model, x):
    hidden = torch.rand_like(x) < 0.3
    return ((model(torch.where(hidden, 0.0, x)) - x) ** 2).mean()


def by_copy(model, x):
    x_masked = x.clone()
    x_masked[torch.rand_like(x) < 0.3] = 0
    return mse(model(x_masked), x)


def by_bernoulli(model, x):
    return mae(model(x * torch.bernoulli(torch.full_like(x, 0.7))), x)


def by_count(model, x):
    """Exactly 19 of the 64 pixels of each picture."""
    places = torch.rand_like(x).argsort(1)[:, :19]
    return mse(model(x.scatter(1, places, 0.0)), x)


def by_parts(model, x):
    z = model.encoder(x * (torch.rand_like(x) > 0.3))
    return mse(model.decoder(z), x)


def on_hidden_only(model, x):
    hidden = torch.rand_like(x) < 0.3
    return ((model(x * ~hidden) - x)[hidden] ** 2).mean()


def by_sum(model, x):
    return ((model(x * (torch.rand_like(x) > 0.3)) - x) ** 2).sum(1).mean()


RIGHT[check_masking] = [
    by_product,
    by_fill,
    by_where,
    by_copy,
    by_bernoulli,
    by_count,
    by_parts,
    on_hidden_only,
    by_sum,
]


def masked_target(model, x):
    x_masked = x * (torch.rand_like(x) > 0.3)
    return mse(model(x_masked), x_masked)


def in_place(model, x):
    x[torch.rand_like(x) < 0.3] = 0
    return mse(model(x), x)


def turned_round(model, x):
    return mse(model(x * (torch.rand_like(x) < 0.3)), x)


def same_pixels(model, x):
    return mse(model(x * (torch.rand(x.shape[1]) > 0.3)), x)


def first_pixels(model, x):
    x_masked = x.clone()
    x_masked[:, :19] = 0
    return mse(model(x_masked), x)


def whole_pictures(model, x):
    return mse(model(x * (torch.rand(len(x), 1) > 0.3)), x)


def output_masked(model, x):
    return mse(model(x) * (torch.rand_like(x) > 0.3), x)


def cut_short(model, x):
    return mse(model(x[:, :45]), x[:, :45])


MASKING_FAULTS = {
    lambda model, x: mse(model(x), x): "you hide 0%",
    lambda model, x: (model(x * (torch.rand_like(x) > 0.3)) - x) ** 2: "return one number",
    lambda model, x: mse(model(x * (torch.rand_like(x) > 0.3)), x).item(): "return one number",
    lambda model, x: x * (torch.rand_like(x) > 0.3): "return one number",
    lambda model, x: mse(model(F.dropout(x, 0.3)), x): "not hidden must keep its value",
    lambda model, x: mse(model(x + 0.3 * torch.randn_like(x)), x): "must keep its value",
    lambda model, x: mse(model(x * (torch.rand_like(x) > 0.5)), x): "you hide 50%",
    lambda model, x: mse(x, x): "must be shown a picture",
    masked_target: "a copier pays nothing here",
    in_place: "changes what it was given",
    turned_round: "you hide 70%",
    same_pixels: "other pixels in each picture",
    first_pixels: "other pixels in each picture",
    whole_pictures: "some pixels of every picture",
    output_masked: "you hide 0%",
    cut_short: "the same shape as x",
}


WRONG[check_masking] = list(MASKING_FAULTS.items())


def by_thresholds(train, test, copy):
    if copy > 0.5:
        return "copies"
    return "memorises" if test > 5 * train else "healthy"


def by_ratio_first(train_error, test_error, copy_meter):
    if test_error / train_error >= 10:
        return "memorises"
    if copy_meter > 0.6:
        return "copies"
    return "healthy"


def by_gap(train, test, copy):
    worst = max((copy, "copies"), (1 - train / test - 0.25, "memorises"), (0.4, "healthy"))
    return worst[1]


RIGHT[check_diagnosis] = [by_thresholds, by_ratio_first, by_gap]


WRONG[check_diagnosis] = [
    (lambda train, test, copy: "healthy", "train 0.0001, test 0.0001, copy meter 0.99"),
    (lambda train, test, copy: "copies", "train 0.0001, test 0.0500, copy meter -0.10"),
    (lambda train, test, copy: "memorises" if test > train else "copies", "test 0.0150"),
    (lambda train, test, copy: "copies" if test < 0.01 else "memorises", "test 0.0150"),
    (lambda train, test, copy: by_thresholds(test, train, copy), "test 0.0500"),
    (lambda train, test, copy: "copies" if copy > 0.9 else by_thresholds(train, test, 0), "0.80"),
    (lambda train, test, copy: by_thresholds(train, test, 2 * copy), "copy meter 0.35"),
    (
        lambda train, test, copy: (
            "healthy" if test < 0.04 and copy < 0.5 else by_thresholds(train, test, copy)
        ),
        "test 0.0300",
    ),
]


def by_scatter(z, keep):
    places = z.abs().topk(keep, dim=1).indices
    return torch.zeros_like(z).scatter(1, places, z.gather(1, places))


def by_mask(z, keep):
    places = z.abs().topk(keep).indices
    return z * torch.zeros_like(z).scatter(1, places, 1.0)


def by_smallest_kept(z, keep):
    smallest = z.abs().sort(1, descending=True).values[:, keep - 1 : keep]
    return torch.where(z.abs() >= smallest, z, 0.0)


def by_rank(z, keep):
    return z * ((-z.abs()).argsort(1).argsort(1) < keep)


def by_squares(z, keep):
    return z.masked_fill(z**2 < (z**2).kthvalue(z.shape[1] - keep + 1, 1, True).values, 0)


def by_loop(z, keep):
    return torch.stack([by_mask(row[None], keep)[0] for row in z])


RIGHT[check_top_k] = [
    by_scatter,
    by_mask,
    by_rank,
    by_loop,
]


def without_minus(z, keep):
    places = z.topk(keep, dim=1).indices
    return z * torch.zeros_like(z).scatter(1, places, 1.0)


def in_place_z(z, keep):
    z[z.abs() < 1] = 0
    return z


TOP_K_FAULTS = {
    lambda z, keep: z: "keep=1, but [9] values a row are awake",
    lambda z, keep: z.abs().topk(keep, dim=1).values: "of the shape of z, (50, 9)",
    lambda z, keep: by_mask(z, keep).tolist(): "of the shape of z, (50, 9)",
    lambda z, keep: by_mask(z, keep).abs(): "must keep its number and sign",
    lambda z, keep: by_mask(z, keep) * 2: "must keep its number and sign",
    lambda z, keep: by_mask(z, keep) != 0: "must keep its number and sign",
    lambda z, keep: by_mask(z, keep).detach(): "no gradient reaches z",
    lambda z, keep: by_mask(z, min(keep, 8)): "keep=9, but [8] values",
    lambda z, keep: by_mask(z, 3): "keep=1, but [3] values",
    lambda z, keep: by_mask(z.T, keep).T: "values a row are awake",
    lambda z, keep: by_mask(z.reshape(1, -1), keep * 50).reshape(z.shape): "values a row",
    lambda z, keep: z * ((z.abs()).argsort(1).argsort(1) < keep): "mind the minus signs",
    lambda z, keep: F.relu(z): "values a row are awake",
    without_minus: "mind the minus signs",
    in_place_z: "changes what it was given",
}


WRONG[check_top_k] = list(TOP_K_FAULTS.items())


WRONG[check_top_k] += [
    (by_smallest_kept, "keep=1, but [1, 9] values a row are awake"),
    (by_squares, "keep=1, but [1, 9] values a row are awake"),
]
WRONG[check_diagnosis] += [
    (lambda *_, word=word: word, f"your answer is {word!r}; it must be one of copies, memorises")
    for word in ("Copies", "learning", 3)
]
WRONG[check_masking] += [
    (lambda model, x: 5 - by_product(model, x), "must pay nothing"),
    (lambda model, x: 5 + 0 * by_product(model, x), "must pay nothing"),
    (lambda model, x: torch.tensor(5.0), "must be shown a picture"),
    (lambda model, x: by_product(model, x).detach(), "no gradient reaches the model"),
]
