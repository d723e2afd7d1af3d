"""Watch a training happen: curves and reconstructions while it runs, and again afterwards."""

import html
import time

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor, nn

from aeteach import figures
from aeteach.checks import Objective, check_last_batch, check_objective, check_settings
from aeteach.guard import whole
from aeteach.training import Run, take_over
from aeteach.widgets.front import Front, between_cells, module, show_beside, silence, twin
from aeteach.widgets.island import Island, show, still_picture
from aeteach.widgets.live import Live, waits
from aeteach.widgets.record import as_bytes, examples, plan, points
from aeteach.words import language, tr

SECONDS_BETWEEN = 0.1
SPEEDS = {"slow (half a minute)": 30, "usual (ten seconds)": 10, "as fast as possible": 0}
USUAL = 1
ORDERS = ("start", "pause", "step", "stop", "reset")
WORDS = {
    "start": "Start",
    "continue": "Continue",
    "pause": "Pause",
    "step": "One epoch",
    "stop": "Stop",
    "reset": "Reset",
    "speed": "speed",
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
    """Show the training of `fit` with buttons: start, pause, one epoch, stop, reset.

    x (N, n) and x_test (M, n) as for `fit`, which the same seed makes it equal. It trains
    `model` in place, in a thread, so other cells run meanwhile, at a speed that the learner
    chooses; the Watch that is returned has the Run so far as `run`. pictures: so many of the
    first examples are shown with their reconstructions, 0 for none; examples that fill no
    square are not shown. What is seen last can be replayed without a kernel. Where no front end
    tells which cell runs (nbval, nbclient, plain Python), or with AETEACH_WATCH=wait, it runs to
    its end within the cell. ValueError or TypeError for input that cannot be trained.
    """
    check_settings(epochs, batch_size, learning_rate, weight_decay)
    pictures = whole("pictures", pictures, 0, 20)
    take_over(model)
    check_objective(model, x, objective, x_test)
    check_last_batch(model, x, objective, batch_size)
    settings = dict(epochs=epochs, batch_size=batch_size)
    settings |= dict(learning_rate=learning_rate, weight_decay=weight_decay)
    watched = Watch(model, x, objective, x_test, settings, pictures)
    if waits():
        watched.live.finish()
        show(watched.island())
    else:
        watched.open(f"watch {tuple(x.shape)}")
    return watched


class Watch:
    """A Live training and its record.

    now: state, epoch, points [epoch, train, test or None] of the curves, picture bytes by name,
    notice. shots: pictures after some epochs, for the slider. facts: what stays.
    """

    def __init__(self, model, x, objective, x_test, settings, pictures) -> None:
        self._shown = examples(model, x, x_test, pictures)
        self._plan = plan(settings["epochs"], self._shown)
        words = dict(silent=silence(), speeds=[tr(name) for name in SPEEDS], language=language())
        self.facts = dict(
            inputs={name: as_bytes(x) for name, x in self._shown.items()},
            side=round(x.shape[1] ** 0.5),
            epochs=settings["epochs"],
            words={name: tr(text) for name, text in WORDS.items()} | words,
        )
        self._told, self._panel, self._handle, self.shots = 0.0, None, None, []
        self.live = Live(model, x, objective, x_test, self._tell, settings)
        self._tell(False)

    def __repr__(self) -> str:
        return f"Watch({self.live.state}, {self.run!r})"

    def _ipython_display_(self) -> None:
        """Nothing: `watch` has shown it."""

    @property
    def run(self) -> Run:
        """The model and its curves so far."""
        return self.live.run

    def open(self, name: str) -> None:
        """Show the buttons and, beside them, the record."""
        self._panel = Panel(self)
        self._handle = show_beside(self.island(), self._panel, name)

    def island(self) -> Island:
        """The training so far, to be replayed without a kernel."""
        notice = tr(
            "This is a record: the kernel does not know this training. To train it yourself: "
            "Run → Run All Above Selected Cell, then this cell."
        )
        data = dict(facts=self.facts, now=self.now, shots=self.shots, notice=notice)
        lines = {"train": list(self.run.train_curve), "test": list(self.run.test_curve)}
        lines = {name: curve for name, curve in lines.items() if curve}
        if not lines:
            text = tr("Not trained yet: run this cell and press Start.")
            return Island("replay", data, f"<p>{html.escape(text)}</p>", text)
        figure = self._telling(lines)
        return Island("replay", data, still_picture(figure), figure.alt_text)

    def _telling(self, lines: dict[str, list[float]]) -> Figure:
        """The curves, with the last pictures above them."""
        if not self._shown:
            return figures.curves(lines, "epoch", "objective")
        name, x = list(self._shown.items())[-1]
        rows = {"input": x, "rebuilt": self._rebuilt[name].clamp(0, 1)}
        return figures.images_and_curves(rows, {"objective": lines}, "epoch", self.live.epoch)

    def _tell(self, ended: bool) -> None:
        """Show how far it is, at most ten times a second while it trains."""
        live, epoch = self.live, self.live.epoch
        if live.state == "ready":
            self.shots = []
        shoot = (ended and epoch in self._plan) or (not ended and live.state != "running")
        if shoot and epoch not in [shot["epoch"] for shot in self.shots]:
            self._keep_shot(epoch)
        fast = live.pace < SECONDS_BETWEEN
        if ended and fast and time.monotonic() - self._told < SECONDS_BETWEEN:
            return
        self._told = time.monotonic()
        self.now = dict(
            state=live.state,
            epoch=epoch,
            points=points(live.run),
            pictures=self._pictures() if ended else {},
            notice=live.notice,
        )
        if self._panel is not None:
            self._panel.shots, self._panel.now = self.shots, self.now
            if live.state != "running":
                between_cells(self._store)

    def _store(self) -> None:
        """Let the output that will be saved hold what the training has come to."""
        if self.live.state != "running" and self._handle is not None:
            self._handle.update(twin(self.island()))

    def _keep_shot(self, epoch: int) -> None:
        """Keep the pictures of this epoch; of the unplanned ones only the last is kept."""
        if self._shown:
            planned = [shot for shot in self.shots if shot["epoch"] in self._plan | {0}]
            self.shots = [*planned, dict(epoch=epoch, pictures=self._pictures())]

    def _pictures(self) -> dict[str, str]:
        """The reconstructions now, by name; the model is in evaluation mode."""
        with torch.no_grad():
            self._rebuilt = {name: self.run.model(x) for name, x in self._shown.items()}
        return {name: as_bytes(x) for name, x in self._rebuilt.items()}


class Panel(Front):
    """The buttons of a Watch over its curves and pictures; each order is answered at once."""

    _esm = module("replay", "chart", "watch")
    facts = traitlets.Dict().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)
    shots = traitlets.List().tag(sync=True)
    speed = traitlets.Int(USUAL).tag(sync=True)

    def __init__(self, watched: Watch) -> None:
        self.live = watched.live
        super().__init__(facts=watched.facts, now=watched.now, shots=watched.shots)
        self._keep_speed()
        self.on_msg(self._obey)

    def close(self) -> None:
        """Stop the training and leave the page."""
        if hasattr(self, "live"):
            self.live.pause()
        super().close()

    def _obey(self, _widget: object, content: dict, _buffers: object) -> None:
        order = content.get("order")
        self.send({"heard": order})
        if order == "speed" and content.get("speed") in range(len(SPEEDS)):
            self.speed = content["speed"]
            self._keep_speed()
        elif order in ORDERS:
            getattr(self.live, order)()

    def _keep_speed(self) -> None:
        self.live.pace = list(SPEEDS.values())[self.speed] / self.live.epochs
