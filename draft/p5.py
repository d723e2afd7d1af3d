import time, torch, sys
from functools import partial
from statistics import mean

torch.set_num_threads(1)
from torch import nn
from aeteach import data, fit_family, measures, fit
from aeteach.models import Autoencoder, LinearAutoencoder
from aeteach.objectives import reconstruction, mse

seed = 3
d = data.digits(4000, seed=seed)
x, xt = d.x_train, d.x_test
T = time.process_time
which = sys.argv[1].split(",")


def levels(z, bits, rounds=8):
    L = z.quantile((torch.arange(2**bits) + 0.5) / 2**bits)
    for _ in range(rounds):
        i = (z[:, None] - L).abs().argmin(1)
        s = torch.zeros(len(L)).index_add(0, i, z)
        c = torch.bincount(i, minlength=len(L))
        L = torch.where(c > 0, s / c.clamp(min=1), L)
    return L


def gains(enc, dec, x):
    z = enc(x)
    base = dec(z)
    out = []
    for j in range(z.shape[1]):
        w = z.clone()
        w[:, j] = z[:, j].mean()
        out.append((dec(w) - base).square().mean().item())
    return torch.tensor(out)


def allot(cost, bits, most=6):
    b = torch.zeros(len(cost), dtype=torch.long)
    c = cost.clone()
    for _ in range(bits):
        j = c.argmax()
        if c[j] == 0:
            break
        b[j] += 1
        c[j] /= 4
        if b[j] == most:
            c[j] = 0
    return b


def coded(enc, dec, x, xt, bits_list):
    with torch.no_grad():
        z, zt = enc(x), enc(xt)
        cost = gains(enc, dec, x[:500])
        out = {}
        for B in bits_list:
            b = allot(cost, B)
            q = z.mean(0).repeat(len(zt), 1)
            for j in b.nonzero().flatten():
                L = levels(z[:1000, j], int(b[j]))
                q[:, j] = L[(zt[:, j, None] - L).abs().argmin(1)]
            out[B] = (mse(dec(q), xt).item(), int((b > 0).sum()))
        return out


if "rd" in which:
    Bs = (8, 16, 32, 64, 128, 256, 512)
    t = T()
    mu, V = x.mean(0), torch.linalg.svd(x - x.mean(0), full_matrices=False)[2]
    I = lambda a: a
    for name, e, dd in (("pixels", I, I), ("klt", lambda a: (a - mu) @ V.T, lambda z: z @ V + mu)):
        t = T()
        r = coded(e, dd, x, xt, Bs)
        print(
            name,
            {k: (round(v[0], 4), v[1]) for k, v in r.items()},
            "cpu %.1f" % (T() - t),
            flush=True,
        )
    nets = {k: Autoencoder(196, k) for k in (4, 8, 16, 32)}
    fit_family(nets, x, reconstruction, epochs=16, batch_size=100, learning_rate=3e-3, quiet=True)
    lin = LinearAutoencoder(196, 196)
    fit(lin, x, reconstruction, epochs=16, batch_size=100, learning_rate=3e-3, quiet=True)
    for k, m in {**nets, "copier": lin}.items():
        t = T()
        r = coded(m.encoder, m.decoder, x, xt, Bs)
        print(
            k,
            "float %.4f" % measures.reconstruction_error(m, xt),
            {k: (round(v[0], 4), v[1]) for k, v in r.items()},
            "cpu %.1f" % (T() - t),
            flush=True,
        )
if "gen" in which:

    class P(nn.Module):
        def __init__(s):
            super().__init__()
            s.encoder = s.decoder = nn.Identity()

        def forward(s, x):
            return x

    nets = {k: Autoencoder(196, k) for k in (8, 32)}
    fit_family(nets, x, reconstruction, epochs=16, batch_size=100, learning_rate=3e-3, quiet=True)
    nets["id"] = P()
    real = xt[:500]
    for k, m in nets.items():
        for c in (1, 20):
            t = T()
            new = measures.invented(m, x, 500, seed, c)
            s = measures.neighbour_shares(real, new)
            print(
                k,
                c,
                "dist %.4f" % measures.distance_to_data(new, x).mean(),
                {a: round(b, 2) for a, b in s.items()},
                "cpu %.1f" % (T() - t),
                flush=True,
            )
    print("real %.4f" % measures.distance_to_data(xt[500:], x).mean())
if "arrows" in which:
    m = data.bow(400, 0.0, seed=seed) if 0 else None
    g = torch.Generator().manual_seed(seed)
    t0 = torch.rand(400, generator=g)
    a = 4.7 * t0 + 1.6
    pts = torch.stack([a * a.cos(), a * a.sin()], 1) / 6
    for s in (0.05, 0.1, 0.2, 0.4):
        for act, h in ((nn.Tanh, 64),):
            t = T()

            def net():
                return nn.Sequential(
                    nn.Linear(2, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU(), nn.Linear(h, 2)
                )

            nets = {i: net() for i in range(5)}
            fit_family(
                nets,
                pts.repeat(5, 1),
                lambda model, x: mse(model(x + s * torch.randn_like(x)), x),
                epochs=60,
                batch_size=200,
                learning_rate=3e-3,
                quiet=True,
            )
            q = pts + s * torch.randn(400, 2)
            w = (-(torch.cdist(q, pts) ** 2) / 2 / s**2).softmax(1) @ pts
            with torch.no_grad():
                r2 = [
                    1 - (((n(q) - q) - (w - q)) ** 2).sum().item() / ((w - q) ** 2).sum().item()
                    for n in nets.values()
                ]
            print(
                "sigma",
                s,
                "R2 of arrows",
                [round(v, 3) for v in r2],
                "cpu %.1f" % (T() - t),
                flush=True,
            )
