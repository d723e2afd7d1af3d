import time, torch, sys
from functools import partial
from statistics import mean

torch.set_num_threads(1)
from torch import nn
from aeteach import data, fit_family, measures
from aeteach.objectives import reconstruction, mse

seed = 3
N = int(sys.argv[5])
BS = int(sys.argv[6])
d = data.digits(N, seed=seed)
x, xt = d.x_train, d.x_test
torch.manual_seed(seed)
xc = xt
x, xt = x + 0.3 * torch.randn_like(x), xt + 0.3 * torch.randn_like(xt)


class Shallow(nn.Module):
    def __init__(s, n, k, act=nn.ReLU, dropout=0.0):
        super().__init__()
        s.encoder = nn.Sequential(nn.Linear(n, k), act(), nn.Dropout(dropout))
        s.decoder = nn.Linear(k, n)

    def forward(s, x):
        return s.decoder(s.encoder(x))


class TopK(nn.Module):
    def __init__(s, keep):
        super().__init__()
        s.keep = keep

    def forward(s, z):
        t = z.topk(s.keep).values[..., -1:]
        return z.masked_fill(z < t, 0)


def topk(keep):
    m = Shallow(196, K, nn.Identity)
    m.encoder.append(TopK(keep))
    return m


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


def unit(model):
    w = model.decoder.weight
    return w / w.norm(dim=0)


def sparse(model, x, strength):
    z = model.encoder(x)
    x_hat = z @ unit(model).T + model.decoder.bias
    return mse(x_hat, x) + strength * z.abs().sum(1).mean()


def kl(model, x, strength, rho=0.05):
    q = model.encoder(x).mean(0).clamp(1e-4, 1 - 1e-4)
    c = rho * (rho / q).log() + (1 - rho) * ((1 - rho) / (1 - q)).log()
    return reconstruction(model, x) + strength * c.sum()


def contr(model, x, strength):
    z = model.encoder(x)
    return (
        reconstruction(model, x)
        + strength * ((z * (1 - z)) ** 2 @ model.weight.square().sum(1)).mean()
    )


def den(model, x, noise):
    return mse(model(x + noise * torch.randn_like(x)), x)


K = int(sys.argv[1])
ep = int(sys.argv[2])
lr = float(sys.argv[3])


def go(name, build, obj=reconstruction, **kw):
    nets = {i: build() for i in range(2)}
    t = time.process_time()
    fit_family(nets, x, obj, epochs=ep, batch_size=BS, learning_rate=lr, quiet=True, **kw)
    t = time.process_time() - t
    e = measures.reconstruction_error
    z = measures.codes(nets[0], xt)
    print(
        "%-18s" % name,
        "cpu/net %.1f" % (t / 2),
        "own %.4f" % mean(e(m, xt) for m in nets.values()),
        "clean %.4f" % mean(e(m, xt, xc) for m in nets.values()),
        "meter %.3f" % mean(measures.copy_meter(m, xt) for m in nets.values()),
        "active %.1f" % (z.abs() > 1e-3).float().sum(1).mean().item(),
        flush=True,
    )


S = partial(Shallow, 196, K)
which = sys.argv[4].split(",")
if "zero" in which:
    go("relu 0", S)
    go("sigmoid 0", partial(S, nn.Sigmoid))
    go("tied 0", lambda: Tied(196, K))
    go("identity", partial(S, nn.Identity))
if "drop" in which:
    for p in (0.2, 0.5, 0.8):
        go(f"dropout {p}", partial(S, dropout=p))
if "decay" in which:
    for w in (0.3, 1, 3, 10):
        go(f"decay {w}", S, weight_decay=w)
if "l1" in which:
    for s in (1e-4, 1e-3, 3e-3, 1e-2):
        go(f"l1 {s}", S, partial(sparse, strength=s))
if "kl" in which:
    for s in (1e-4, 1e-3, 1e-2):
        go(f"kl {s}", partial(S, nn.Sigmoid), partial(kl, strength=s))
if "topk" in which:
    for k in (64, 16, 4):
        go(f"topk {k}", lambda: topk(k))
if "tied" in which:
    go("tied 0", lambda: Tied(196, K))
if "contr" in which:
    for s in (1e-3, 1e-2, 1e-1):
        go(f"contr {s}", lambda: Tied(196, K), partial(contr, strength=s))
if "den" in which:
    for s in (0.3, 0.6, 1.0):
        go(f"den {s}", S, partial(den, noise=s))
