# % jacobian widget
middle = 7 * 14 + 7
pixels = (4 * 14 + 7, 7 * 14 + 5, 7 * 14 + 9, 10 * 14 + 6)


def receptive_fields(model, x):
    slopes = measures.jacobian(model, x)  # (n, n)
    return torch.stack([slopes[pixel] for pixel in pixels])  # (4, n)


for k in sizes:
    f = receptive_fields(family[k, 0], x_test[:50])
    print(
        k,
        f.abs().max().item(),
        [round(f[i, p].item(), 2) for i, p in enumerate(pixels)],
        "share own",
        [round((f[i, p] ** 2 / (f[i] ** 2).sum()).item(), 2) for i, p in enumerate(pixels)],
    )


# % probes
def linear_probe(z, z_test, labelled):
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    s = StandardScaler().fit(z)
    return (
        LogisticRegression(C=0.03, max_iter=300)
        .fit(s.transform(z[:labelled]), digits.y_train[:labelled])
        .score(s.transform(z_test), digits.y_test)
    )


codes = {"pixels": [(x, x_test)]}
codes["copier"] = [(measures.codes(copier, x), measures.codes(copier, x_test))]
for k in (best, widest):
    codes[k] = [
        (measures.codes(family[k, i], x), measures.codes(family[k, i], x_test)) for i in starts
    ]
for name, pairs in codes.items():
    print(
        name,
        [
            ("lin100", [round(linear_probe(a, b, 100), 3) for a, b in pairs]),
            ("lin4000", [round(linear_probe(a, b, 4000), 3) for a, b in pairs]),
            (
                "1nn100",
                [
                    round(
                        measures.neighbour_accuracy(
                            a[:100], digits.y_train[:100], b, digits.y_test, 1
                        ),
                        3,
                    )
                    for a, b in pairs
                ],
            ),
            ("nmi", [round(measures.cluster_agreement(b, digits.y_test), 3) for a, b in pairs]),
        ],
    )

# % second
torch.manual_seed(seed + 1)
second = grainy(x_clean_test)
sec = measures.over(family, partial(distance, x=x_test, target=second))
print({k: (round(median(sec[k]), 4), round(median(clean[k]) + 0.09, 4)) for k in sizes})


# % denoise
class Overcomplete(nn.Module):
    def __init__(self, input_size, latent_size, dropout=0.0):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(input_size, latent_size),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.decoder = nn.Linear(latent_size, input_size)

    def forward(self, x):
        return self.decoder(self.encoder(x))


def denoising(model, x, noise=0.4):
    x_noisy = x + noise * torch.randn_like(x)
    return mse(model(x_noisy), x)


short = brief | dict(epochs=4, learning_rate=5e-3)
roomy = partial(Overcomplete, n, 256)
noises = (0, 0.2, 0.4, 0.6, 0.8, 1.2)
torch.manual_seed(seed)
cured = {(s, i): roomy() for s in noises for i in starts}
goals = {key: partial(denoising, noise=key[0]) for key in cured}
fit_family(cured, x, goals, **short)
for s in noises:
    print(
        s,
        "own %.4f clean %.4f meter %.3f"
        % tuple(
            median([f(cured[s, i]) for i in starts]) for f in (to_grainy, to_clean, copy_meter)
        ),
    )


# % gallery
def penalised(model, x, strength):
    z = model.encoder(x)
    columns = model.decoder.weight / model.decoder.weight.norm(dim=0)
    x_hat = z @ columns.T + model.decoder.bias
    return mse(x_hat, x) + strength * z.abs().sum(1).mean()


class Tied(nn.Module):
    def __init__(s, n, k):
        super().__init__()
        s.weight = nn.Parameter(torch.randn(k, n) / n**0.5)
        s.bz = nn.Parameter(torch.zeros(k))
        s.bx = nn.Parameter(torch.zeros(n))

    def encoder(s, x):
        return (x @ s.weight.T + s.bz).sigmoid()

    def decoder(s, z):
        return z @ s.weight + s.bx

    def forward(s, x):
        return s.decoder(s.encoder(x))


def contractive(model, x, strength):
    z = model.encoder(x)
    return (
        reconstruction(model, x)
        + strength * ((z * (1 - z)) ** 2 @ model.weight.square().sum(1)).mean()
    )


def show(name, nets):
    print(
        name,
        "own %.4f clean %.4f meter %.3f"
        % tuple(median([f(m) for m in nets]) for f in (to_grainy, to_clean, copy_meter)),
    )


import time

t = time.process_time()
for p in (0.2, 0.5, 0.8):
    nets = {i: roomy(dropout=p) for i in starts}
    fit_family(nets, x, reconstruction, quiet=True, **short)
    show(f"dropout {p}", nets.values())
print(time.process_time() - t)
t = time.process_time()
for w in (1, 4, 16):
    nets = {i: roomy() for i in starts}
    fit_family(nets, x, reconstruction, quiet=True, weight_decay=w, **short)
    show(f"decay {w}", nets.values())
print(time.process_time() - t)
t = time.process_time()
nets = {(s, i): roomy() for s in (0, 3e-4, 1e-3, 3e-3) for i in starts}
fit_family(nets, x, {k: partial(penalised, strength=k[0]) for k in nets}, quiet=True, **short)
for s in (0, 3e-4, 1e-3, 3e-3):
    show(f"l1 {s}", [m for k, m in nets.items() if k[0] == s])
print(time.process_time() - t)
t = time.process_time()
nets = {(s, i): Tied(n, 256) for s in (0, 1e-3, 3e-3, 1e-2, 3e-2) for i in starts}
fit_family(
    nets,
    x,
    {k: partial(contractive, strength=k[0]) for k in nets},
    quiet=True,
    **(short | dict(epochs=8, learning_rate=2e-2)),
)
for s in (0, 1e-3, 3e-3, 1e-2, 3e-2):
    show(f"contr {s}", [m for k, m in nets.items() if k[0] == s])
print(time.process_time() - t)
