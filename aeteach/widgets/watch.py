"""Watch a training happen: curves and reconstructions while it runs, and again afterwards."""

import time

import torch
import traitlets
from torch import Tensor, nn

from aeteach import style
from aeteach.checks import Objective, check_objective, check_settings
from aeteach.figures.charts import curves
from aeteach.training import Run
from aeteach.widgets import desk
from aeteach.widgets.front import Front, script, styles
from aeteach.widgets.layers import packed
from aeteach.widgets.live import Live, retire, waits
from aeteach.words import tr

MAX_SHOTS = 24
SHOT_BYTES = 80_000
MAX_POINTS = 400
SECONDS_BETWEEN = 0.1
ORDERS = ("start", "pause", "step", "stop", "reset")
WORDS = {
    "start": "Start",
    "continue": "Continue",
    "pause": "Pause",
    "step": "One epoch",
    "stop": "Stop",
    "reset": "Reset",
    "ready": "not trained yet",
    "running": "training",
    "paused": "paused",
    "done": "ended",
    "failed": "failed",
    "train": "train",
    "test": "test",
    "epoch": "epoch",
    "of": "epoch {epoch} of {epochs}",
    "objective": "objective",
    "rows": "input above, reconstruction below",
    "pictures": "{name} pictures above, their reconstructions after epoch {epoch} below",
    "empty": "Curves of the training; there is no epoch yet",
}


def watch(
    model: nn.Module,
    x: Tensor,
    objective: Objective,
    x_test: Tensor | None = None,
    *,
    epochs: int = 200,
    batch_size: int = 100,
    learning_rate: float = 2e-3,
    weight_decay: float = 0.0,
    pictures: int = 8,
) -> "Watch":
    """The training of `fit` with buttons: start, pause, one epoch, stop, reset.

    x (N, n) and x_test (M, n) as for `fit`, which the same seed makes it equal. It trains
    `model` in place, in a thread, so other cells run meanwhile; `run` holds the Run so far.
    pictures: so many of the first examples are shown with their reconstructions, 0 for none;
    examples that fill no square are not shown. Where no front end tells which cell runs (nbval,
    nbclient, plain Python), or with AETEACH_WATCH=wait, it runs to its end within the cell. Let
    it stand last in its cell. ValueError or TypeError for input that cannot be trained.
    """
    check_settings(epochs, batch_size, learning_rate, weight_decay)
    if not isinstance(pictures, int) or not 0 <= pictures <= 20:
        raise ValueError(f"pictures is {pictures!r}; it must be a whole number from 0 to 20")
    retire(model)
    check_objective(model, x, objective, x_test)
    settings = dict(epochs=epochs, batch_size=batch_size)
    settings |= dict(learning_rate=learning_rate, weight_decay=weight_decay)
    watched = Watch(model, x, objective, x_test, settings, pictures)
    desk.put(watched, f"watch {tuple(x.shape)}")
    if waits():
        watched.live.finish()
    return watched


class Watch(Front):
    """Buttons, curves and pictures of a Live training; viewers without widgets get it still.

    now: what changes while it trains: state, epoch, points [epoch, train, test or None] of the
    curves, picture bytes by name, notice. shots: pictures after some epochs, for the slider.
    inputs: the pictures that go in, by name, as base64.
    """

    _esm = script("watch")
    _css = styles("watch")
    now = traitlets.Dict().tag(sync=True)
    shots = traitlets.List().tag(sync=True)
    inputs = traitlets.Dict().tag(sync=True)
    side = traitlets.Int().tag(sync=True)
    epochs = traitlets.Int().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    asleep = traitlets.Unicode().tag(sync=True)

    def __init__(self, model, x, objective, x_test, settings, pictures) -> None:
        self._shown = _shown(model, x, x_test, pictures)
        size = 2 * sum(x.numel() for x in self._shown.values())
        self._plan = _plan(settings["epochs"], min(MAX_SHOTS, SHOT_BYTES // max(size, 1)))
        self._told = 0.0
        self.live = Live(model, x, objective, x_test, self._tell, settings)
        super().__init__(
            inputs={name: _packed(x) for name, x in self._shown.items()},
            side=round(x.shape[1] ** 0.5),
            epochs=settings["epochs"],
            words={name: tr(text) for name, text in WORDS.items()},
            asleep=tr("Run this cell first: the kernel does the training."),
        )
        self._tell(False)
        self.on_msg(self._obey)

    @property
    def run(self) -> Run:
        """The model and its curves so far."""
        return self.live.run

    def still_forms(self) -> dict[str, object]:
        lines = {"train": list(self.run.train_curve), "test": list(self.run.test_curve)}
        lines = {tr(name): dict(enumerate(c, 1)) for name, c in lines.items() if c}
        if lines:
            return style.bundle(curves(lines, "epoch", "objective"))
        figure = style.new_figure(5.0, 0.6)
        words = tr("Not trained yet: run this cell and press Start.")
        figure.text(0.02, 0.5, words, va="center", color=style.COLOURS["ink"])
        return style.bundle(style.describe(figure, words))

    def close(self) -> None:
        """Stop the training and leave the page."""
        if hasattr(self, "live"):
            self.live.pause()
        super().close()

    def _obey(self, _widget: object, content: dict, _buffers: object) -> None:
        if content.get("order") in ORDERS:
            getattr(self.live, content["order"])()

    def _tell(self, ended: bool) -> None:
        """Show how far it is, at most ten times a second while it trains."""
        live, epoch = self.live, self.live.epoch
        if live.state == "ready":
            self.shots = []
        shoot = (ended and epoch in self._plan) or (not ended and live.state != "running")
        if shoot and epoch not in [shot["epoch"] for shot in self.shots]:
            self._keep_shot(epoch)
        if ended and time.monotonic() - self._told < SECONDS_BETWEEN:
            return
        self._told = time.monotonic()
        self.now = dict(
            state=live.state,
            epoch=epoch,
            points=_points(live.run),
            pictures=self._pictures() if ended else {},
            notice=live.notice,
        )

    def _keep_shot(self, epoch: int) -> None:
        """Keep the pictures of this epoch; of the unplanned ones only the last is kept."""
        if self._shown:
            planned = [shot for shot in self.shots if shot["epoch"] in self._plan | {0}]
            self.shots = [*planned, dict(epoch=epoch, pictures=self._pictures())]

    def _pictures(self) -> dict[str, str]:
        """The reconstructions now, by name; the model is in evaluation mode."""
        with torch.no_grad():
            return {name: _packed(self.run.model(x)) for name, x in self._shown.items()}


def _shown(model, x, x_test, pictures) -> dict[str, Tensor]:
    """The examples to be shown by name; none when they or the reconstructions fill no square."""
    if not pictures or x.dim() != 2 or round(x.shape[1] ** 0.5) ** 2 != x.shape[1]:
        return {}
    sets = dict(train=x) if x_test is None else dict(train=x, test=x_test)
    shown = {name: x[:pictures].detach().clone() for name, x in sets.items()}
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        found = model.eval()(shown["train"])
    return shown if isinstance(found, Tensor) and found.shape == shown["train"].shape else {}


def _plan(epochs: int, count: int) -> set[int]:
    """At most `count` epochs to keep pictures of: dense at first, the last one too."""
    return {round(epochs ** (n / (count - 1))) for n in range(count)} if count > 1 else {epochs}


def _points(run: Run) -> list[list[float | None]]:
    """The curves for the browser, thinned to MAX_POINTS: [epoch, train, test or None]."""
    train, test = list(run.train_curve), list(run.test_curve)
    stride = -(-len(train) // MAX_POINTS) or 1
    rows = sorted({*range(0, len(train), stride), max(len(train) - 1, 0)} & {*range(len(train))})
    return [[n + 1, _short(train[n]), _short(test[n]) if n < len(test) else None] for n in rows]


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def _packed(x: Tensor) -> str:
    return packed((x.clamp(0, 1) * 255).round(), torch.uint8)
