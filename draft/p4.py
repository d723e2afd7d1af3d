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
xc, xct = d.x_train, d.x_test
torch.manual_seed(seed)
x, xt = xc + 0.3 * torch.randn_like(xc), xct + 0.3 * torch.randn_like(xct)
quick = dict(epochs=8, batch_size=100, learning_rate=3e-3, quiet=True)
T = time.process_time
which = sys.argv[1].split(",")
if "mem" in which:
    for lr, ep in ((3e-3, 800), (1e-3, 1500)):
        t = T()
        nets = {i: Autoencoder(196, 8, hidden_size=256) for i in range(5)}
        fit_family(
            nets, xc[:10], reconstruction, epochs=ep, batch_size=10, learning_rate=lr, quiet=True
        )
        print("mem cpu", T() - t)
        for m in nets.values():
            end = measures.iterate(m, xct[:300], 100)
            print(
                "own %.6f test %.4f"
                % (
                    measures.reconstruction_error(m, xc[:10]),
                    measures.reconstruction_error(m, xct),
                ),
                "landed",
                [round(measures.landed(end[r], xc[:10], near=0.01), 2) for r in (10, 30, 100)],
                "meter %.2f" % measures.copy_meter(m, xct),
            )
if "four" in which:
    t = T()
    nets = {k: Autoencoder(196, k, hidden_size=64) for k in (2, 8, 32)}
    fit_family(nets, x, reconstruction, **quick)
    lin = LinearAutoencoder(196, 196)
    fit(lin, x, reconstruction, **quick)
    nets["copier"] = lin
    print("four cpu", T() - t)
    tri = data.sprites(300, side=14, seed=seed, shape="triangle").x
    for k, m in nets.items():
        print(
            k,
            "R2 digits %.2f tri %.2f meter(clean) %.2f meter(noisy) %.2f"
            % (
                measures.explained(xct, measures.rebuilt(m, xct)),
                measures.explained(tri, measures.rebuilt(m, tri)),
                measures.copy_meter(m, xct),
                measures.copy_meter(m, xt),
            ),
        )
    print("probes on noisy")
    from sklearn.linear_model import LogisticRegression

    for k, m in list(nets.items()) + [("raw", None)]:
        z, zt = measures.codes(m, x), measures.codes(m, xt)
        out = []
        for n in (100, 4000):
            for C in (0.01, 0.1, 1):
                zz = (z - z.mean(0)) / z.std(0)
                zzt = (zt - z.mean(0)) / z.std(0)
                out.append(
                    round(
                        LogisticRegression(C=C, max_iter=300)
                        .fit(zz[:n], d.y_train[:n])
                        .score(zzt, d.y_test),
                        3,
                    )
                )
        out.append(
            (
                "1nn100",
                round(
                    measures.label_accuracy(
                        m, (x, d.y_train), (xt, d.y_test), labelled=100, neighbours=1
                    ),
                    3,
                ),
            )
        )
        out.append(("5nn", round(measures.label_accuracy(m, (x, d.y_train), (xt, d.y_test)), 3)))
        out.append(("nmi", round(measures.cluster_agreement(zt, d.y_test), 3)))
        print(k, out)
    print("generation")
    real = xct[:500]
    for k, m in nets.items():
        for c in (1, 20):
            t = T()
            new = measures.invented(m, x, 500, seed, c)
            s = measures.neighbour_shares(real, new)
            print(
                k,
                c,
                "dist %.4f" % measures.distance_to_data(new, xc).mean(),
                {a: round(b, 2) for a, b in s.items()},
                "cpu %.1f" % (T() - t),
            )
    print(
        "real",
        measures.distance_to_data(xct[500:], xc).mean(),
        measures.neighbour_shares(real, xct[500:]),
    )
    mp = xc.mean(0, keepdim=True).repeat(500, 1)
    print("mean", measures.distance_to_data(mp, xc).mean())
if "anom" in which:
    t = T()
    n = 1600
    xs = {}
    for g in range(10):
        keep = d.y_train != g
        xs[g] = x[keep][:3200]
    for name, build, obj in (
        ("k8", lambda: Autoencoder(196, 8), reconstruction),
        ("copier", lambda: LinearAutoencoder(196, 196), reconstruction),
    ):
        nets = {g: build() for g in range(10)}
        fit_family(nets, xs, obj, **quick)
        print(name, "cpu", T() - t)
        t = T()
        res = []
        resc = []
        for g, m in nets.items():
            for X, R in ((xt, res), (xct, resc)):
                e = (measures.rebuilt(m, X) - X).square().mean(1)
                R.append(measures.detection(e[d.y_test != g], e[d.y_test == g]))
        print("noisy", [round(r, 2) for r in res], round(mean(res), 3))
        print("clean", [round(r, 2) for r in resc], round(mean(resc), 3))
