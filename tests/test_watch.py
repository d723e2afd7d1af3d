"""watch: the training of fit, with buttons, in a thread that ends when it should."""

import copy
import json
import threading
import time

import pytest
import torch
from ipywidgets import Widget
from test_training import Climbing, climb

from aeteach import fit, watch
from aeteach.models import Autoencoder, VariationalAutoencoder
from aeteach.objectives import denoising, mse, reconstruction
from aeteach.widgets import front
from aeteach.widgets.live import THREAD, waits
from aeteach.widgets.record import MAX_POINTS, MAX_SHOTS, plan, points
from aeteach.widgets.watch import ORDERS, SPEEDS

SETTINGS = dict(epochs=12, batch_size=20, learning_rate=0.02)
LONG = SETTINGS | dict(epochs=100_000)
PATIENCE = 60
HOUR = 3600


@pytest.fixture(autouse=True)
def outputs(monkeypatch):
    """What is displayed, an island that is updated only as it is last; no thread is left."""
    entries = []

    class Handle:
        def __init__(self):
            self.place = len(entries) - 1

        def update(self, value):
            entries[self.place] = value

    def display(value, display_id=None):
        entries.append(value)
        return Handle() if display_id else None

    monkeypatch.setattr(front, "_desks", {})
    monkeypatch.setattr("aeteach.widgets.island.display", display)
    monkeypatch.setattr("aeteach.widgets.front.display", display)
    monkeypatch.setenv("AETEACH_WATCH", "live")
    yield entries
    Widget.close_all()
    assert threads() == []


@pytest.fixture
def squares():
    return torch.rand(60, 16, generator=torch.Generator().manual_seed(3))


def threads():
    return [thread for thread in threading.enumerate() if thread.name == THREAD]


def until(found):
    end = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.005)


def opened(model, *given, speed=2, **settings):
    watched = watch(model, *given, **settings)
    press(watched, "speed", speed=speed)
    return watched


def press(watched, order, **more):
    watched._panel._handle_custom_msg({"order": order, **more}, [])


def ended(watched):
    press(watched, "start")
    until(lambda: watched.now["state"] in ("done", "failed") and not threads())
    return watched


def running(watched, epochs=2):
    press(watched, "start")
    until(lambda: watched.live.epoch >= epochs)
    return watched


def equal(state, twin):
    """Equal but for the last digit: sums may be taken in another order on another thread."""
    assert state.keys() == twin.keys()
    for name in state:
        assert torch.allclose(state[name], twin[name], rtol=1e-4, atol=1e-6), name


def counting(calls, fails_at=None, error=KeyError):
    def objective(model, x):
        calls.append(1)
        if len(calls) == fails_at:
            raise error("no such weight")
        return reconstruction(model, x)

    return objective


@pytest.mark.parametrize(
    "make, objective",
    [
        (lambda: Autoencoder(16, 3, 20, dropout=0.2), denoising),
        (lambda: VariationalAutoencoder(16, 2, 20), lambda model, x: mse(model(x), x)),
    ],
)
@pytest.mark.parametrize("wish", ["wait", "live"])
def test_it_trains_exactly_as_fit_does(make, objective, wish, squares, monkeypatch):
    monkeypatch.setenv("AETEACH_WATCH", wish)
    torch.manual_seed(4)
    model = make()
    twin, given = copy.deepcopy(model), (squares, objective, squares[:17] ** 2)
    torch.manual_seed(5)
    run = fit(twin, *given, **SETTINGS, weight_decay=0.1, quiet=True)
    torch.manual_seed(5)
    start = watch if wish == "wait" else opened
    watched = start(model, *given, **SETTINGS, weight_decay=0.1)
    if wish == "live":
        assert watched.run.train_curve == [] and watched.now["state"] == "ready"
        ended(watched)
    assert watched.run.train_curve == pytest.approx(run.train_curve, rel=1e-5)
    assert watched.run.test_curve == pytest.approx(run.test_curve, rel=1e-5)
    assert watched.run.model is model and not model.training and watched.run.stopped == ""
    equal(model.state_dict(), twin.state_dict())


def test_pause_and_single_epochs_change_nothing(squares):
    model = Autoencoder(16, 3, 20)
    twin = copy.deepcopy(model)
    run = fit(twin, squares, reconstruction, epochs=3, batch_size=5, quiet=True)
    watched = opened(model, squares, reconstruction, epochs=3, batch_size=5)
    for epoch in (1, 2, 3):
        press(watched, "step")
        until(lambda: watched.now["state"] != "running" and not threads())
        assert watched.now["state"] == ("done" if epoch == 3 else "paused")
        assert watched.live.epoch == epoch == watched.shots[-1]["epoch"] and not model.training
    assert watched.run.train_curve == pytest.approx(run.train_curve, rel=1e-5)
    equal(model.state_dict(), twin.state_dict())


@pytest.mark.parametrize(
    "order, state",
    [
        ("pause", "paused"),
        ("stop", "done"),
        ("reset", "ready"),
        ("close", "paused"),
    ],
)
def test_no_step_is_made_after(order, state, squares):
    calls = []
    watched = running(opened(Autoencoder(16, 3), squares, counting(calls), **LONG))
    watched._panel.close() if order == "close" else press(watched, order)
    made = len(calls)
    assert threads() == [] and watched.live.state == state
    time.sleep(0.05)
    assert len(calls) == made


def test_a_pause_ends_the_longest_wait_and_speed_shortens_it(squares):
    watched = opened(Autoencoder(16, 3), squares, reconstruction, speed=0, **SETTINGS)
    assert watched.live.pace == max(SPEEDS.values()) / 12 > 0
    watched.live.pace = HOUR
    running(watched, 1)
    press(watched, "pause")
    assert watched.live.state == "paused" and watched.live.epoch == 1
    running(watched, 2)
    press(watched, "speed", speed=2)
    until(lambda: watched.now["state"] == "done")
    assert watched.live.epoch == 12


def test_many_hands_leave_one_sound_training(squares):
    watched = opened(Autoencoder(16, 3), squares, reconstruction, **LONG)
    hands = [
        threading.Thread(target=lambda: [press(watched, o) for o in ORDERS * 3]) for _ in range(3)
    ]
    [hand.start() for hand in hands]
    [hand.join(PATIENCE) for hand in hands]
    press(watched, "start")
    assert len(threads()) <= 1
    press(watched, "reset")
    assert watched.now["state"] == "ready" and watched.live.epoch == 0


def test_reset_goes_back_to_the_start_and_the_same_training_follows(squares):
    model = Autoencoder(16, 3)
    start = copy.deepcopy(model.state_dict())
    watched = ended(opened(model, squares, reconstruction, **SETTINGS))
    curve, shots = watched.run.train_curve, watched.shots
    press(watched, "reset")
    equal(model.state_dict(), start)
    assert watched.now["points"] == [] and [shot["epoch"] for shot in watched.shots] == [0]
    ended(watched)
    assert watched.run.train_curve == curve and watched.shots == shots


def test_an_error_is_told_in_words_and_reset_helps(squares, monkeypatch):
    watched = ended(opened(Autoencoder(16, 3), squares, counting([], 9), **SETTINGS))
    assert watched.now["state"] == "failed"
    assert "in epoch 3, KeyError: 'no such weight'" in watched.now["notice"]
    press(watched, "reset")
    assert watched.now["notice"] == "" and ended(watched).now["state"] == "done"
    monkeypatch.setenv("AETEACH_WATCH", "wait")
    with pytest.raises(KeyError, match="no such weight"):
        watch(Autoencoder(16, 3), squares, counting([], 9), **SETTINGS)


def test_stop_and_interrupt_keep_the_last_whole_epoch_and_say_so(squares, monkeypatch):
    stopped = running(opened(Autoencoder(16, 3), squares, reconstruction, **LONG))
    press(stopped, "stop")
    assert "last whole epoch" in stopped.now["notice"]
    press(stopped, "start")
    assert threads() == [] and stopped.live.epoch == stopped.shots[-1]["epoch"]
    monkeypatch.setenv("AETEACH_WATCH", "wait")
    model = Autoencoder(16, 3)
    twin = copy.deepcopy(model)
    fit(twin, squares, reconstruction, **SETTINGS | dict(epochs=2), quiet=True)
    watched = watch(model, squares, counting([], 9, KeyboardInterrupt), **SETTINGS)
    assert len(watched.run.train_curve) == 2 and watched.now["notice"] == stopped.now["notice"]
    equal(model.state_dict(), twin.state_dict())


def test_nan_ends_it_with_the_words_of_fit(x):
    model = Climbing()
    twin = copy.deepcopy(model)
    run = fit(twin, x, climb, epochs=30, batch_size=20, learning_rate=0.01, quiet=True)
    watched = ended(opened(model, x, climb, epochs=30, batch_size=20, learning_rate=0.01))
    assert watched.now["notice"] == run.why() and "finite" in run.why()
    equal(model.state_dict(), twin.state_dict())


@pytest.mark.parametrize("other", [fit, watch])
def test_a_model_has_one_trainer(other, squares):
    model = Autoencoder(16, 3)
    first = running(opened(model, squares, reconstruction, **LONG))
    other(torch.nn.Sequential(model.encoder, model.decoder), squares, reconstruction, epochs=1)
    assert threads() == [] and first.now["state"] == "paused"
    assert "another cell" in first.now["notice"]
    second = running(opened(model, squares, reconstruction, **LONG))
    press(first, "start")
    assert second.now["state"] == "paused" and len(threads()) == 1
    press(first, "stop")


def test_it_shows_the_record_first_and_keeps_it_up_to_date(outputs, squares):
    watched = opened(Autoencoder(16, 3), squares, reconstruction, squares[:9], **SETTINGS)
    island, panel = outputs
    assert (island.data["now"]["state"], panel) == ("ready", watched._panel)
    assert "press Start" in str(island)
    forms, _ = panel._repr_mimebundle_()
    assert forms["text/plain"] == "" and "application/vnd.jupyter.widget-view+json" in forms
    ended(watched)
    assert outputs[0].data["now"] == watched.now and "Not trained" not in str(outputs[0])
    assert "rebuilt" in outputs[0].text and outputs[0].html().count("data-twin") > 1
    watched._ipython_display_()
    assert len(outputs) == 2


@pytest.mark.parametrize("side, epochs", [(8, 1000), (28, 40)])
def test_a_record_is_small_and_the_same_again(side, epochs, monkeypatch, outputs):
    monkeypatch.setenv("AETEACH_WATCH", "wait")
    x = torch.rand(30, side**2)
    for _ in range(2):
        torch.manual_seed(0)
        model = Autoencoder(side**2, 2, 8)
        watched = watch(model, x, reconstruction, x[:20], epochs=epochs, batch_size=30)
    first, second = outputs
    assert first.html() == second.html() and len(json.dumps(first.data)) < 150_000
    assert len(watched.shots) >= 4 and watched.shots[-1]["epoch"] == epochs


@pytest.mark.parametrize("epochs", [1, 2, 12, 200, 5000])
def test_few_shots_and_points_with_both_ends(epochs):
    kept = plan(epochs, {"train": torch.zeros(1, 4)})
    assert len(kept) <= MAX_SHOTS and {1, epochs} <= kept and max(kept) == epochs

    class Run:
        train_curve, test_curve = [1 / n for n in range(1, epochs + 1)], []

    thinned = points(Run)
    assert len(thinned) <= MAX_POINTS + 1 and thinned[0] == [1, 1.0, None]
    assert thinned[-1] == [epochs, float(f"{1 / epochs:.5g}"), None]


@pytest.mark.parametrize(
    "wrong, words",
    [
        (dict(epochs=0), "epochs is 0"),
        (dict(pictures=2.5), "pictures is 2.5"),
        (dict(x_test=torch.rand(3, 9)), "x_test has examples"),
        (dict(objective=lambda model, x: model(x)), "it must return one number"),
    ],
)
def test_bad_input_is_named(wrong, words, squares):
    given = dict(objective=reconstruction) | wrong
    with pytest.raises(ValueError, match=words):
        watch(Autoencoder(16, 3), squares, **given)


def test_strange_orders_are_left_alone(squares):
    watched = opened(Autoencoder(16, 3), squares, reconstruction, **SETTINGS)
    for content in ({"order": "finish"}, {"order": "__class__"}, {"order": "speed", "speed": 9}):
        watched._panel._handle_custom_msg(content, [])
    assert watched.now["state"] == "ready" and watched._panel.speed == 2 and threads() == []


def test_it_waits_where_nobody_could_start_it(monkeypatch):
    monkeypatch.delenv("AETEACH_WATCH")
    assert waits()
    monkeypatch.setattr(front, "_running_cell", lambda: ("cell", "run"))
    assert not waits()
    monkeypatch.setenv("AETEACH_WATCH", "sometimes")
    with pytest.raises(ValueError, match="'sometimes'; it must be wait or live"):
        waits()
