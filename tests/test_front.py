"""Widgets of the kernel: their stops, what is cleared away, and what their JavaScript notices."""

import json
import shutil
import subprocess

import pytest

from aeteach import figures
from aeteach.widgets import between, front, on_demand
from aeteach.widgets.explore import MAX_FRAMES
from aeteach.widgets.island import Island, source

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="no node in PATH")


def run(*scripts, code):
    """What `code` returns after the scripts, as node sees it."""
    program = "\n".join(map(source, scripts)) + f"\nconst answer = () => {{{code}}};\n"
    program += "console.log(JSON.stringify(answer()));"
    done = subprocess.run(["node", "-e", program], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@needs_node
def test_silence_is_told_late_a_lost_line_at_once_and_an_answer_clears_both():
    assert run(
        "live.js",
        code="""
      const notice = {textContent: ""}, line = phone(notice, "silent"), told = [];
      globalThis.setTimeout = (act, wait) => { told.push(wait); line.late = act; return 7; };
      globalThis.clearTimeout = () => {};
      const say = (act) => { act(); told.push(notice.textContent); };
      say(() => line.call(() => {}));
      say(() => line.call(() => {}));
      say(() => line.late());
      say(() => line.heard());
      say(() => line.call(() => { throw new Error("Cannot send"); }));
      return told;""",
    ) == [1500, "", "", "silent", "", 1500, "silent"]


@needs_node
@pytest.mark.parametrize("values", [[], [0.5, 0.5], [-3, 4], [0.2, 0.21], [0.001, 1], [1e-9, 1e9]])
def test_an_axis_holds_its_values_and_a_few_ticks(values):
    low, high, ticks, seen = run(
        "chart.js",
        code=f"""
      const y = axis({values});
      return [y.low, y.high, y.ticks.map(y.turn), {values}.map(y.turn)];""",
    )
    assert 1 <= len(ticks) <= 20 and sorted(set(ticks)) == ticks
    assert all(low <= value <= high + 1e-9 for value in [*ticks, *seen])


@pytest.mark.parametrize(
    "values, opening, first, last",
    [
        (dict(a=between(0, 1)), dict(a=0.3), [0, 0.3, 0.5], 1),
        (dict(a=between(0.25, 1)), dict(a=1.0), [0.25, 0.438, 0.625], 1),
        (dict(a=list("abcdefghijkl"), b=range(9)), dict(a="b", b=5), ["a", "b", "d"], "l"),
    ],
)
def test_a_few_stops_hold_both_ends_and_the_opening(values, opening, first, last):
    stops = on_demand.few_stops(values, opening)
    assert stops["a"][:3] == first and stops["a"][-1] == last
    assert all(opening[name] in places for name, places in stops.items())


def test_two_stops_still_hold_the_opening():
    values = {name: list(range(9)) for name in "abcdefg"}
    opening = dict.fromkeys(values, 4)
    stops = on_demand.few_stops(values, opening)
    assert min(map(len, stops.values())) <= 2
    assert all(4 in places for places in stops.values())


def test_many_choices_are_thinned_to_what_a_notebook_can_hold():
    values = {name: list(range(40)) for name in "abcd"} | {name: [0, 1] for name in "efghijk"}
    stops = on_demand.few_stops(values, dict.fromkeys(values, 0))
    count = 1
    for places in stops.values():
        count *= len(places)
    assert 1 < count <= MAX_FRAMES


def drawn(noise, size):
    if noise > 0.9:
        raise ValueError("too loud")
    return figures.curves({"a": [noise, size]}, "x", "y")


def test_a_picture_on_demand_belongs_to_what_is_wanted_and_a_failure_is_told():
    values = dict(noise=between(0, 1), size=[1, 2, 4])
    live = on_demand.OnDemand(drawn, values, dict(noise=0.3, size=4))
    assert live.wanted == [0.3, 2] == live.shown["at"]
    live.wanted = [0.5, 0]
    assert live.shown["alt"].startswith("noise 0.5, size 1.") and live.shown["at"] == [0.5, 0]
    picture = live.shown["src"]
    live.wanted = [0.95, 1]
    assert live.shown["at"] == [0.95, 1] and live.shown["src"] == picture
    assert live.shown["notice"] == "the drawing failed at noise 0.95, size 2: too loud"


def test_a_cell_run_again_closes_what_it_had_shown(monkeypatch):
    monkeypatch.setattr(front, "_desks", {})
    monkeypatch.setattr(front, "display", lambda *_: None)
    monkeypatch.setattr("aeteach.widgets.island.display", lambda *_, **__: None)
    widgets = []
    for cell in [("c1", "run 1"), ("c1", "run 1"), ("c2", "run 2"), ("c1", "run 3")]:
        monkeypatch.setattr(front, "_running_cell", lambda cell=cell: cell)
        widgets.append(front.Front())
        front.show_beside(Island("replay", {}, "", ""), widgets[-1], "any")
    assert [widget.comm is None for widget in widgets] == [True, True, False, False]
