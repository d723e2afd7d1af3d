"""A training that can be started, paused, stepped, stopped and taken back while it runs."""

import copy
import os
import threading
import time
from collections.abc import Callable

from torch import Tensor, nn

from aeteach.checks import Objective
from aeteach.training import TRAINERS, Keeper, Run, adam, batch_order, steps, take_over
from aeteach.widgets.front import in_front_end
from aeteach.words import tr

THREAD = "aeteach.watch"
PATIENCE = 5
NAP = 0.1


def waits() -> bool:
    """Whether a training is to run to its end within its cell, since nobody could start it.

    So it is where no front end tells which cell runs: under nbval and nbclient and in plain
    Python. The environment variable AETEACH_WATCH decides otherwise: "wait" or "live".
    """
    wish = os.environ.get("AETEACH_WATCH", "")
    if wish not in ("", "wait", "live"):
        raise ValueError(f"AETEACH_WATCH is {wish!r}; it must be wait or live")
    return wish == "wait" or (not wish and not in_front_end())


class Live:
    """The loop of `fit`, in a thread that lives only while the training runs.

    state: "ready", "running", "paused", "done" or "failed"; notice: what went wrong, in words;
    run: curves and model so far; pace: seconds that an epoch takes at least. tell(ended) is
    called on the training's thread: with True after an epoch, the model in evaluation mode,
    and with False when the state has changed.
    """

    def __init__(
        self,
        model: nn.Module,
        x: Tensor,
        objective: Objective,
        x_test: Tensor | None,
        tell: Callable[[bool], None],
        settings: dict[str, float],
    ) -> None:
        take_over(model)
        self._data, self._settings, self._tell = (x, objective, x_test), settings, tell
        self._lock, self._halt, self._thread = threading.RLock(), threading.Event(), None
        self.epochs, self._at_start = settings["epochs"], copy.deepcopy(model.state_dict())
        self.pace = 0.0
        self._begin(model)
        TRAINERS.add(self)

    def _begin(self, model: nn.Module) -> None:
        own = self._settings
        self.run, self.state, self.notice, self.error = Run(model), "ready", "", None
        self._wanted, self._keeper = "paused", Keeper(model)
        optimizer = adam(model.parameters(), own["learning_rate"], own["weight_decay"])
        batches = batch_order(len(self._data[0]), own["batch_size"])
        self._steps = steps(self.run, *self._data, optimizer, batches, self.epochs, self._keeper)

    @property
    def epoch(self) -> int:
        """Epochs that are over."""
        return len(self.run.train_curve)

    def start(self) -> None:
        """Go on to the end."""
        self._go(one_epoch=False)

    def step(self) -> None:
        """Go on to the end of this epoch."""
        self._go(one_epoch=True)

    def pause(self) -> None:
        """Rest after the running step; `start` and `step` go on from there."""
        self._rest("paused")

    def hand_over(self) -> None:
        """Pause, since another training takes the model, and say so."""
        with self._lock:
            if self.state != "running":
                return
            self._rest("paused")
            if not self._is_at_rest():
                raise RuntimeError(
                    f"the model is in a step of another training that has lasted {PATIENCE} s; "
                    "press Stop there, wait for its end, and run this cell again"
                )
            if self.state == "paused":
                self.notice = tr("paused, because another cell trains this model now")
                self._tell(False)

    def stop(self) -> None:
        """End the training after the running step; the model is that of its last whole epoch."""
        with self._lock:
            self._rest("done")
            if self.state in ("ready", "paused"):
                self._finish("done")
                self._tell(False)

    def reset(self) -> None:
        """Put the weights of the start back, for a training from the beginning."""
        with self._lock:
            self._rest("paused")
            if not self._is_at_rest():
                return
            self.run.model.load_state_dict(self._at_start)
            self._begin(self.run.model)
            self._tell(False)

    def finish(self) -> None:
        """Run to the end on the caller's thread; an error of the objective is raised."""
        self.state = "running"
        self._work(one_epoch=False)
        if self.error is not None and not isinstance(self.error, KeyboardInterrupt):
            raise self.error

    def _go(self, one_epoch: bool) -> None:
        take_over(self.run.model, self)
        with self._lock:
            if self.state not in ("ready", "paused") or not self._is_at_rest():
                return
            self.state, self.notice, self._wanted = "running", "", "paused"
            self._halt.clear()
            self._thread = threading.Thread(
                target=self._work, args=(one_epoch,), name=THREAD, daemon=True
            )
            self._tell(False)
            self._thread.start()

    def _is_at_rest(self) -> bool:
        """Whether no thread is left, after waiting a while for one that is about to end."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(PATIENCE)
        return self._thread is None or not self._thread.is_alive()

    def _rest(self, wanted: str) -> None:
        """Let the thread end in the state `wanted`, and wait for it."""
        with self._lock:
            self._wanted = wanted
            self._halt.set()
            self._is_at_rest()

    def _work(self, one_epoch: bool) -> None:
        self.run.model.train()
        state = "failed"
        try:
            state = self._walk(one_epoch)
        except BaseException as error:
            self.error = error
            state = self._in_words(error)
        self._finish(state)
        self._tell(False)

    def _walk(self, one_epoch: bool) -> str:
        began = time.monotonic()
        for ended in self._steps:
            if ended:
                self._tell(True)
                if self.epoch == self.epochs:
                    return "done"
                if one_epoch:
                    return self._wanted
                self._keep_pace(began)
                began = time.monotonic()
            if self._halt.is_set():
                return self._wanted
            time.sleep(0)
        return "done"

    def _keep_pace(self, began: float) -> None:
        """Wait until the epoch has lasted as long as `pace` says, or until the learner calls."""
        while (left := began + self.pace - time.monotonic()) > 0:
            if self._halt.wait(min(left, NAP)):
                return

    def _in_words(self, error: BaseException) -> str:
        if isinstance(error, KeyboardInterrupt):
            return "done"
        self.notice = tr(
            "the training failed in epoch {epoch}, {kind}: {error}. Mend the cell that this "
            "comes from and run it and this one again; Reset puts the model of the start back.",
            epoch=self.epoch + 1,
            kind=type(error).__name__,
            error=error,
        )
        return "failed"

    def _finish(self, state: str) -> None:
        self.run.model.eval()
        if state == "done":
            if self.epoch < self.epochs and not self.run.stopped:
                self.run.stopped = "interrupted"
                self._keeper.go_back()
            self.notice = self.run.why()
        if self.run.stopped == "interrupted":
            self.notice = tr("stopped: the model is that of its last whole epoch")
        self.state = state
