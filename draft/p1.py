import time, torch, sys
from functools import partial
from statistics import mean

torch.set_num_threads(1)
from aeteach import data, fit_family, measures
from aeteach.models import Autoencoder, LinearAutoencoder
from aeteach.objectives import reconstruction

seed = 3
h = int(sys.argv[1])
ep = int(sys.argv[2])
lr = float(sys.argv[3])
bs = int(sys.argv[4])
n = int(sys.argv[5])
d = data.digits(n, seed=seed)
x, xt = d.x_train, d.x_test
torch.manual_seed(seed)
noise = 0.3
xn, xnt = x + noise * torch.randn_like(x), xt + noise * torch.randn_like(xt)
sizes = (1, 2, 4, 8, 16, 32, 64, 128)
fam = {(k, i): Autoencoder(196, k, hidden_size=h) for k in sizes for i in range(2)}
t = time.process_time()
runs = fit_family(fam, xn, reconstruction, epochs=ep, batch_size=bs, learning_rate=lr, quiet=True)
print("cpu", time.process_time() - t)
err = measures.reconstruction_error
for k in sizes:
    m = [fam[k, i] for i in range(2)]
    print(
        k,
        "train %.4f" % mean(err(a, xn) for a in m),
        "test %.4f" % mean(err(a, xnt) for a in m),
        "clean %.4f" % mean(err(a, xnt, xt) for a in m),
        "meter %.2f" % mean(measures.copy_meter(a, xnt) for a in m),
    )
