"""watch: the training of fit, with buttons, in a thread that ends when it should."""

import copy
import json
import math
import threading
import time

import pytest
import torch
from ipywidgets import Widget
from test_training import Climbing, climb

from aeteach import fit, watch
from aeteach.models import Autoencoder, VariationalAutoencoder
from aeteach.objectives import denoising, mse, reconstruction
from aeteach.widgets import desk
from aeteach.widgets.live import THREAD, waits
from aeteach.widgets.watch import MAX_POINTS, MAX_SHOTS, ORDERS, _plan, _points

SETTINGS = dict(epochs=12, batch_size=20, learning_rate=0.02)
LONG = SETTINGS | dict(epochs=100_000)
PATIENCE = 60


@pytest.fixture(autouse=True)
def empty_desk(monkeypatch):
    monkeypatch.setattr(desk, "_desks", {})
    monkeypatch.setenv("AETEACH_WATCH", "live")
    yield
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


def press(watched, order):
    watched._handle_custom_msg({"order": order}, [])


def running(watched, epochs=2):
    press(watched, "start")
    until(lambda: watched.live.epoch >= epochs)
    return watched


def equal(state, twin):
    """Equal but for the last digit: sums may be taken in another order on another thread."""
    assert state.keys() == twin.keys()
    for name in state:
        assert torch.allclose(state[name], twin[name], rtol=1e-4, atol=1e-6), name


def counting(calls):
    def objective(model, x):
        calls.append(len(x))
        return reconstruction(model, x)

    return objective


@pytest.mark.parametrize("make, objective", [
    (lambda: Autoencoder(16, 3, 20, dropout=0.2), denoising),
    (lambda: VariationalAutoencoder(16, 2, 20), lambda model, x: mse(model(x), x)),
])
@pytest.mark.parametrize("wish", ["wait", "live"])
def test_it_trains_exactly_as_fit_does(make, objective, wish, squares, monkeypatch):
    monkeypatch.setenv("AETEACH_WATCH", wish)
    torch.manual_seed(4)
    model = make()
    twin, test = copy.deepcopy(model), squares[:17] ** 2
    torch.manual_seed(5)
    run = fit(twin, squares, objective, test, **SETTINGS, weight_decay=0.1, quiet=True)
    torch.manual_seed(5)
    watched = watch(model, squares, objective, test, **SETTINGS, weight_decay=0.1)
    if wish == "live":
        assert watched.run.train_curve == [] and watched.now["state"] == "ready"
        press(watched, "start")
    until(lambda: watched.now["state"] == "done")
    assert watched.run.train_curve == pytest.approx(run.train_curve, rel=1e-5)
    assert watched.run.test_curve == pytest.approx(run.test_curve, rel=1e-5)
    assert watched.run.model is model and not model.training and watched.run.stopped == ""
    equal(model.state_dict(), twin.state_dict())


def test_pause_and_single_epochs_change_nothing(squares):
    torch.manual_seed(1)
    model = Autoencoder(16, 3, 20)
    twin = copy.deepcopy(model)
    run = fit(twin, squares, reconstruction, epochs=6, batch_size=5, quiet=True)
    watched = watch(model, squares, reconstruction, epochs=6, batch_size=5)
    for epoch in (1, 2):
        press(watched, "step")
        until(lambda: watched.now["state"] == "paused")
        assert watched.live.epoch == epoch and not model.training
        press(watched, "pause")
    press(watched, "start")
    press(watched, "pause")
    assert watched.live.state in ("paused", "done")
    press(watched, "start")
    until(lambda: watched.now["state"] == "done")
    assert watched.run.train_curve == pytest.approx(run.train_curve, rel=1e-5)
    equal(model.state_dict(), twin.state_dict())


def test_the_last_single_epoch_ends_it(squares):
    watched = watch(Autoencoder(16, 3), squares, reconstruction, epochs=1)
    press(watched, "step")
    until(lambda: watched.now["state"] == "done")
    assert watched.run.stopped == ""


@pytest.mark.parametrize("order", ["pause", "stop", "reset", "close"])
def test_no_step_is_made_after(order, squares):
    calls = []
    watched = running(watch(Autoencoder(16, 3), squares, counting(calls), **LONG))
    watched.close() if order == "close" else press(watched, order)
    made = len(calls)
    assert threads() == []
    time.sleep(0.05)
    assert len(calls) == made


def test_the_running_step_is_the_last_one(squares):
    calls, gate, inside = [], threading.Event(), threading.Event()

    def slow(model, x):
        calls.append(1)
        if len(calls) > 5:
            inside.set()
            gate.wait(PATIENCE)
        return reconstruction(model, x)

    watched = watch(Autoencoder(16, 3), squares, slow, **LONG)
    press(watched, "start")
    assert inside.wait(PATIENCE)
    made = len(calls)
    threading.Timer(0.05, gate.set).start()
    press(watched, "stop")
    assert len(calls) == made and threads() == [] and watched.now["state"] == "done"


def test_two_starts_make_one_thread(squares):
    watched = watch(Autoencoder(16, 3), squares, reconstruction, **LONG)
    hands = [threading.Thread(target=press, args=(watched, "start")) for _ in range(8)]
    [hand.start() for hand in hands]
    [hand.join() for hand in hands]
    assert len(threads()) == 1


def test_many_hands_leave_it_sound(squares):
    watched = watch(Autoencoder(16, 3), squares, reconstruction, **LONG)
    hands = [threading.Thread(target=lambda: [press(watched, o) for o in ORDERS * 3])
             for _ in range(3)]
    [hand.start() for hand in hands]
    [hand.join(PATIENCE) for hand in hands]
    press(watched, "reset")
    assert watched.now["state"] == "ready" and watched.live.epoch == 0 and threads() == []


def test_stop_keeps_the_model_and_says_so(squares):
    watched = running(watch(Autoencoder(16, 3), squares, reconstruction, **LONG))
    press(watched, "stop")
    now, epoch = watched.now, watched.live.epoch
    assert now["state"] == "done" and now["notice"].startswith("interrupted")
    assert now["epoch"] == epoch == watched.shots[-1]["epoch"] and not watched.run.model.training
    press(watched, "start")
    press(watched, "step")
    assert threads() == [] and watched.live.epoch == epoch


def test_reset_goes_back_to_the_start_and_the_same_training_follows(squares):
    model = Autoencoder(16, 3)
    start = copy.deepcopy(model.state_dict())
    watched = watch(model, squares, reconstruction, **SETTINGS)
    press(watched, "start")
    until(lambda: watched.now["state"] == "done")
    curve, shots = watched.run.train_curve, watched.shots
    press(watched, "reset")
    equal(model.state_dict(), start)
    assert watched.now["points"] == [] and watched.run.train_curve == []
    assert [shot["epoch"] for shot in watched.shots] == [0]
    press(watched, "start")
    until(lambda: watched.now["state"] == "done")
    assert watched.run.train_curve == curve and watched.shots == shots


def failing(after):
    calls = []

    def objective(model, x):
        calls.append(1)
        if len(calls) == after:
            raise KeyError("no such weight")
        return reconstruction(model, x)

    return objective


def test_an_error_is_told_in_words_and_reset_helps(squares):
    watched = watch(Autoencoder(16, 3), squares, failing(9), **SETTINGS)
    press(watched, "start")
    until(lambda: watched.now["state"] == "failed" and not threads())
    assert "in epoch 3, KeyError: 'no such weight'" in watched.now["notice"]
    press(watched, "start")
    assert threads() == []
    press(watched, "reset")
    assert watched.now["notice"] == ""
    press(watched, "start")
    until(lambda: watched.now["state"] == "done")


def test_within_its_cell_an_error_is_raised(squares, monkeypatch):
    monkeypatch.setenv("AETEACH_WATCH", "wait")
    with pytest.raises(KeyError, match="no such weight"):
        watch(Autoencoder(16, 3), squares, failing(9), **SETTINGS)


def test_within_its_cell_an_interrupt_keeps_what_was_trained(squares, monkeypatch):
    monkeypatch.setenv("AETEACH_WATCH", "wait")
    calls = []

    def objective(model, x):
        calls.append(1)
        if len(calls) == 9:
            raise KeyboardInterrupt
        return reconstruction(model, x)

    watched = watch(Autoencoder(16, 3), squares, objective, **SETTINGS)
    assert watched.run.stopped.startswith("interrupted") and len(watched.run.train_curve) == 2


def test_nan_ends_it_with_the_words_of_fit(x):
    model = Climbing()
    twin = copy.deepcopy(model)
    run = fit(twin, x, climb, epochs=30, batch_size=20, learning_rate=0.01, quiet=True)
    watched = watch(model, x, climb, epochs=30, batch_size=20, learning_rate=0.01)
    press(watched, "start")
    until(lambda: watched.now["state"] == "done")
    assert watched.now["notice"] == run.why() and run.stopped == "diverged"
    equal(model.state_dict(), twin.state_dict())


def test_the_browser_hears_at_most_ten_times_a_second(squares):
    heard = []
    watched = watch(Autoencoder(16, 3), squares, reconstruction, **LONG)
    watched.observe(lambda change: heard.append((time.monotonic(), change.new["epoch"])), "now")
    running(watched, 150)
    press(watched, "pause")
    live = [at for at, _ in heard[1:-1]]
    assert len(heard) < watched.live.epoch
    assert len(live) <= 10 * (live[-1] - live[0]) + 2


@pytest.mark.parametrize("epochs", [1, 2, 12, 200, 5000])
def test_few_shots_from_the_first_to_the_last_epoch(epochs):
    plan = _plan(epochs, MAX_SHOTS)
    assert len(plan) <= MAX_SHOTS and {1, epochs} <= plan and max(plan) == epochs


def test_stepping_does_not_pile_up_shots(squares):
    watched = watch(Autoencoder(16, 3), squares, reconstruction, epochs=5000)
    for epoch in range(1, 60):
        press(watched, "step")
        until(lambda: watched.now["state"] == "paused" and not threads())
        assert watched.shots[-1]["epoch"] == epoch == watched.live.epoch
    unplanned = [s["epoch"] for s in watched.shots if s["epoch"] not in _plan(5000, MAX_SHOTS)]
    assert unplanned in ([0], [0, 59])


@pytest.mark.parametrize("side, epochs", [(8, 1000), (28, 40)])
def test_what_is_stored_stays_small_and_is_the_same_again(side, epochs, monkeypatch):
    monkeypatch.setenv("AETEACH_WATCH", "wait")
    x, states = torch.rand(30, side**2), []
    for _ in range(2):
        torch.manual_seed(0)
        watched = watch(
            Autoencoder(side**2, 2, 8), x, reconstruction, x[:20], epochs=epochs, batch_size=30
        )
        state = watched.get_state()
        kept = {name: state[name] for name in ("now", "shots", "inputs", "words", "epochs")}
        states.append(json.dumps(kept))
    assert states[0] == states[1] and len(states[0]) < 150_000
    assert len(watched.shots) >= 4 and watched.shots[-1]["epoch"] == epochs


def test_long_curves_are_thinned_with_both_ends():
    class Long:
        train_curve, test_curve = [1 / n for n in range(1, 3002)], []

    points = _points(Long)
    assert len(points) <= MAX_POINTS + 1 and points[0] == [1, 1.0, None]
    assert points[-1] == [3001, float(f"{1 / 3001:.5g}"), None]


def test_no_square_no_pictures(x):
    watched = watch(Autoencoder(12, 3), x, reconstruction, **SETTINGS)
    assert watched.inputs == {} and watched.shots == []
    press(watched, "start")
    until(lambda: watched.now["state"] == "done")
    assert len(watched.now["points"]) == 12


def test_it_shows_itself_without_widgets(squares, monkeypatch):
    watched = watch(Autoencoder(16, 3), squares, reconstruction, **SETTINGS)
    assert "press Start" in repr(watched)
    press(watched, "start")
    until(lambda: watched.now["state"] == "done")
    forms, _ = watched._repr_mimebundle_()
    assert {"text/html", "image/png", "text/plain"} <= set(forms)
    assert "epoch" in forms["text/plain"] and "train" in forms["text/plain"]


def test_a_model_has_one_trainer(squares):
    model = Autoencoder(16, 3)
    first = running(watch(model, squares, reconstruction, **LONG))
    desk._desks.clear()
    watch(model, squares, reconstruction, **LONG)
    assert threads() == [] and first.live.state == "paused"


@pytest.mark.parametrize("wrong, words", [
    (dict(epochs=0), "epochs is 0"),
    (dict(learning_rate=-1), "learning_rate is -1"),
    (dict(pictures=-1), "pictures is -1"),
    (dict(pictures=2.5), "pictures is 2.5"),
    (dict(x_test=torch.rand(3, 9)), "x_test has examples"),
    (dict(objective=lambda model, x: model(x)), "it must return one number"),
])
def test_bad_input_is_named(wrong, words, squares):
    given = dict(objective=reconstruction) | wrong
    with pytest.raises(ValueError, match=words):
        watch(Autoencoder(16, 3), squares, **given)


def test_strange_orders_are_left_alone(squares):
    watched = watch(Autoencoder(16, 3), squares, reconstruction, **SETTINGS)
    for content in ({}, {"order": "finish"}, {"order": None}, {"order": "__class__"}):
        watched._handle_custom_msg(content, [])
    assert watched.now["state"] == "ready" and threads() == []


def test_it_waits_where_nobody_could_start_it(monkeypatch):
    monkeypatch.delenv("AETEACH_WATCH")
    assert waits()
    monkeypatch.setattr(desk, "_running_cell", lambda: ("cell", "run"))
    assert not waits()
    monkeypatch.setenv("AETEACH_WATCH", "wait")
    assert waits()
    monkeypatch.setenv("AETEACH_WATCH", "sometimes")
    with pytest.raises(ValueError, match="'sometimes'; it must be wait or live"):
        waits()


def test_the_curves_are_finite_numbers_for_the_browser(squares):
    watched = watch(Autoencoder(16, 3), squares, reconstruction, squares[:9], **SETTINGS)
    press(watched, "start")
    until(lambda: watched.now["state"] == "done")
    assert all(math.isfinite(value) for point in watched.now["points"] for value in point)
