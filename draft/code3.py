# % copiers
stages = (1, 2, 4, 8, 16)
kinds = {
    "linear": (LinearAutoencoder, 2),
    "one hidden layer": (partial(Autoencoder, hidden_size=256), 4),
    "two hidden layers": (DeepAutoencoder, 16),
}
mixed = shuffled(x_clean_test)


def watched(build, last):
    nets, path, done = {i: build(n, n) for i in starts}, {}, 0
    for stage in (s for s in stages if s <= last):
        plan = brief | dict(epochs=stage - done, quiet=True)
        fit_family(nets, x_clean, reconstruction, **plan)
        done = stage
        path[stage] = [
            [share_rebuilt(net, shown) for net in nets.values()] for shown in (x_clean_test, mixed)
        ]
    return path


torch.manual_seed(seed)
paths = {name: watched(*kind) for name, kind in kinds.items()}

# % copier-predict widget
early, late = paths["linear"][1], paths["two hidden layers"][16]
predict(
    "copier",
    median(early[1]) - median(late[1]),
    dict(linear=median(early[1]), deep=median(late[1])),
)

# % copiers-figure
figures.trade_off(
    {name: [tuple(map(median, stage)) for stage in path.values()] for name, path in paths.items()},
    "share of the digits rebuilt (R²)",
    "copy meter",
)

# % copiers-claim claim
claim(
    "large_latent_copies",
    {
        "linear copies": (min(paths["linear"][2][1]), ">", 0.5),
        "deep rebuilds digits as well": (median(late[0]), ">", median(early[0]) - 0.05),
        "but copies less, every start": (max(late[1]), "<", min(early[1])),
    },
    {"linear, after 1 epoch": median(early[1]), "deep, after 16": median(late[1])},
)

# % fields widget
places = [round(n * share) for share in (0.25, 0.4, 0.55, 0.7)]
places = [3 * 14 + 7, 6 * 14 + 5, 7 * 14 + 9, 10 * 14 + 6]


def fields(model):
    slopes = measures.jacobian(model, x_test[:100])  # (n, n)
    return slopes[places]  # (4, n)


def draw_fields(latent_size):
    rows = {"trained": fields(family[latent_size, 0])}
    return figures.receptive_fields(rows, reach=0.5)


explore(draw_fields, latent_size=sizes, start=best)

# % memoriser
torch.manual_seed(seed)
known = x_clean[:10]
memorisers = {i: Autoencoder(n, 8, hidden_size=256) for i in starts}
drill = dict(epochs=800, batch_size=10, learning_rate=3e-3)
fit_family(memorisers, known, reconstruction, **drill)

mirrors = {i: LinearAutoencoder(n, n) for i in starts}
fit_family(mirrors, x, reconstruction, **brief)


def again(model, x, rounds):
    for _ in range(rounds):
        x = measures.rebuilt(model, x)
    return x


# % again-predict widget
begin = x_clean_test[:300]


def landed(model):
    end = again(model, begin, 30)
    return (measures.distance_to_data(end, known) < 0.01).float().mean().item()


caught = [landed(m) for m in memorisers.values()]
print(caught)


# % again-drag widget
def draw_again(rounds):
    start = x_clean_test[:12]
    rows = {"start": start, "memoriser": again(memorisers[0], start, rounds)}
    rows["copier"] = again(mirrors[0], start, rounds)
    return figures.images(rows)


explore(draw_again, rounds=(0, 1, 2, 3, 5, 10, 20, 30), start=30)

# % table
three = {
    "copier": mirrors,
    "memoriser": memorisers,
    "learner": {i: family[best, i] for i in starts},
}
seen = {"copier": x, "memoriser": known, "learner": x}
shown_table = {
    name: {
        "known": median(distance(m, seen[name], seen[name]) for m in nets.values()),
        "new": median(distance(m, x_clean_test, x_clean_test) for m in nets.values()),
        "shuffled": median(distance(m, mixed, mixed) for m in nets.values()),
    }
    for name, nets in three.items()
}
print(shown_table)
figures.table(shown_table)

# % uses
pair, labels = (x, x_test), (digits.y_train, digits.y_test)


def probed(z, z_test, labelled=100):
    few = z[:labelled], labels[0][:labelled], z_test, labels[1]
    return {
        "linear classifier": measures.linear_accuracy(*few),
        "nearest neighbour": measures.neighbour_accuracy(*few, neighbours=1),
        "clusters (NMI)": measures.cluster_agreement(z_test, labels[1]),
    }


def codes_of(nets):
    return [[measures.codes(net, shown) for shown in pair] for net in nets]


coders = {
    "pixels": [pair],
    "copier": codes_of(mirrors.values()),
    f"latent size {best}": codes_of(family[best, i] for i in starts),
    f"PCA {best}": codes_of([measures.pca_model(x, best)])
    if hasattr(measures, "pca_model")
    else [
        [
            measures.pca_codes(x, best)
            if 0
            else (s - x.mean(0)) @ torch.linalg.svd(x - x.mean(0), full_matrices=False)[2][:best].T
            for s in pair
        ]
    ],
}
uses = {name: [probed(*each) for each in all_] for name, all_ in coders.items()}
for k, v in uses.items():
    print(k, {c: [round(r[c], 3) for r in v] for c in v[0]})


# % bits
def allotted(costs, bits):
    shares = torch.zeros(len(costs), dtype=torch.long)
    for _ in range(bits):
        most = costs.argmax()
        shares[most] += 1
        costs[most] /= 4
    return shares.clamp(max=8)


def costs_of(decoder, z):
    whole = decoder(z)
    means = z.mean(0)
    missing = [torch.where(torch.arange(len(means)) == j, means, z) for j in range(len(means))]
    return torch.stack([mse(decoder(each), whole) for each in missing])


def coded(model, bits):
    with torch.no_grad():
        z, z_test = model.encoder(x_clean), model.encoder(x_clean_test)
        shares = allotted(costs_of(model.decoder, z[:300]), bits)
        return model.decoder(measures.quantised(z[:1000], z_test, shares))


torch.manual_seed(seed)
narrow = {i: Autoencoder(n, 8) for i in starts}
fit_family(narrow, x_clean, reconstruction, **brief)


class Fixed(nn.Module):
    def __init__(s, V, mu):
        super().__init__()
        s.V, s.mu = V, mu

    def encoder(s, x):
        return (x - s.mu) @ s.V.T

    def decoder(s, z):
        return z @ s.V + s.mu

    def forward(s, x):
        return s.decoder(s.encoder(x))


V = torch.linalg.svd(x_clean - x_clean.mean(0), full_matrices=False)[2]
codecs = {
    "pixels": [Fixed(torch.eye(n), torch.zeros(n))],
    "transform": [Fixed(V, x_clean.mean(0))],
    "copier": list(mirrors.values())[:2],
    "latent size 8": list(narrow.values())[:2],
}
for name, ms in codecs.items():
    print(
        name,
        {
            b: [round(mse(coded(m, b), x_clean_test).item(), 4) for m in ms]
            for b in (16, 32, 64, 128, 256)
        },
    )


# % generate
def invented(model, components=1):
    return measures.invented(model, x_clean, 500, seed, components)


for name, ms in (("copier", mirrors), ("narrow", narrow)):
    for m in list(ms.values())[:3]:
        new = invented(m)
        print(
            name,
            measures.neighbour_shares(x_clean_test[:500], new)["coverage"],
            measures.distance_to_data(new, x_clean).mean().item(),
        )

# % anomalies
usual = {odd: x[digits.y_train != odd][:3200] for odd in range(10)}
alarms = {}
for k in (8, 128):
    nets = {odd: Autoencoder(n, k) for odd in usual}
    fit_family(nets, usual, reconstruction, **brief)
    alarms[k] = []
    for odd, net in nets.items():
        e = (measures.rebuilt(net, x_test) - x_test).square().mean(1)
        alarms[k].append(measures.detection(e[digits.y_test != odd], e[digits.y_test == odd]))
    print(k, [round(a, 2) for a in alarms[k]], sum(alarms[k]) / 10)
for k in (8, 128, 196):
    r = []
    for odd in usual:
        u = usual[odd]
        mu = u.mean(0)
        V = torch.linalg.svd(u - mu, full_matrices=False)[2][:k]
        e = ((x_test - mu) - (x_test - mu) @ V.T @ V).square().mean(1)
        r.append(measures.detection(e[digits.y_test != odd], e[digits.y_test == odd]))
    print("pca", k, [round(a, 2) for a in r], sum(r) / 10)

# % arrows
angle = 4.7 * torch.rand(400, 1) + 1.6
curve = torch.cat([angle * angle.cos(), angle * angle.sin()], 1) / 6
levels_ = (0.05, 0.1, 0.2, 0.4)
build = partial(layers, 2, 64, 64, 2)
pullers = {(s, i): build() for s in levels_ for i in starts}
goals = {key: partial(denoising, noise=key[0]) for key in pullers}
fit_family(pullers, curve.repeat(5, 1), goals, epochs=60, batch_size=200, learning_rate=3e-3)


def best_answer(x_noisy, noise):
    far = torch.cdist(x_noisy, curve) ** 2
    return (-far / (2 * noise**2)).softmax(1) @ curve


for s in levels_:
    at = grainy(curve, s)
    ideal = best_answer(at, s)
    print(
        s,
        [
            round(
                1
                - (
                    (measures.rebuilt(pullers[s, i], at) - ideal).square().sum()
                    / (ideal - at).square().sum()
                ).item(),
                3,
            )
            for i in starts
        ],
    )
