import torch, time

torch.set_num_threads(1)
from aeteach import data, fit_family, measures
from aeteach.models import Autoencoder
from aeteach.objectives import reconstruction


def landed(m, x, known, rounds=30):
    for _ in range(rounds):
        x = measures.rebuilt(m, x)
    return (measures.distance_to_data(x, known) < 0.01).float().mean().item()


for drill in (
    dict(epochs=600, learning_rate=3e-3),
    dict(epochs=800, learning_rate=1e-3),
    dict(epochs=1000, learning_rate=2e-3),
):
    for seed in (27182, 8191, 30103, 1):
        d = data.digits(4000, seed=seed)
        torch.manual_seed(seed)
        known = d.x_train[:10]
        t = time.process_time()
        nets = {i: Autoencoder(196, 8, hidden_size=256) for i in range(5)}
        fit_family(nets, known, reconstruction, batch_size=10, quiet=True, **drill)
        print(
            drill,
            seed,
            [round(landed(m, d.x_test[:300], known), 2) for m in nets.values()],
            ["%.1e" % measures.reconstruction_error(m, known) for m in nets.values()],
            [round(landed(m, d.x_test[:300], known, 100), 2) for m in nets.values()],
            round(time.process_time() - t, 1),
        )
