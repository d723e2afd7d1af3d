"""The shipped JavaScript, run by node on a small stand-in for the browser's document."""

import itertools
import json
import math
import shutil
import subprocess

import pytest

from aeteach.widgets.front import Front, script

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node in PATH: the JavaScript is not run")

DOCUMENT = """
class Element {
  constructor(tag) { Object.assign(this, {tag, children: [], handlers: {}, attributes: {}}); }
  get classList() { return {add: (name) => { this.className = name; }}; }
  get last() { return this.children.at(-1); }
  matches() { return this.disconnected === true; }
  setAttribute(name, value) { this.attributes[name] = value; }
  addEventListener(kind, handler) { this.handlers[kind] = handler; }
  append(...parts) { this.children.push(...parts); }
  replaceChildren(...parts) { this.children = parts; }
  move(value) { this.value = String(value); this.handlers.input(); }
}
const document = {createElement: (tag) => new Element(tag)};
class Model {
  constructor(state) { Object.assign(this, {state, watchers: {}, saved: 0}); }
  get(name) { return this.state[name]; }
  set(name, value) { this.state[name] = value; }
  save_changes() { this.saved += 1; }
  on(event, handler) { this.watchers[event] = handler; }
  off(event) { delete this.watchers[event]; }
}
function shown(state) {
  const el = new Element("div"), model = new Model(state);
  return {el, model, close: render({model, el})};
}
const texts = (row) => row.children.map((line) => line.textContent);
"""


def run(name, code):
    """What `code` returns after the script of widget `name`, as node sees it."""
    body = script(name).replace("export default", "const widget =")
    program = f"{DOCUMENT}{body}\nconst answer = () => {{{code}}};\n"
    program += "console.log(JSON.stringify(answer()));"
    done = subprocess.run([NODE, "-e", program], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def book(*lengths):
    """State of a flip-book whose frames say which combination they show."""
    choices = [
        dict(kind="slider", name=f"c{n}", values=[str(10 * k) for k in range(length)])
        for n, length in enumerate(lengths)
    ]
    combinations = itertools.product(*map(range, lengths))
    frames = [dict(png="", alt=str(list(each)), width=7) for each in combinations]
    return json.dumps(dict(choices=choices, frames=frames, wanted=[], notice=""))


def on_demand(kind="slider", **choice):
    start = choice.get("low", 0)
    state = dict(choices=[dict(kind=kind, name="noise", **choice)], frames=[], wanted=[start],
                 frame=dict(png="", alt="first", width=7), notice="", asleep="run me")
    return json.dumps(state)


@needs_node
@pytest.mark.parametrize("lengths", [(4,), (2, 5), (2, 3, 4)])
def test_every_combination_shows_its_own_frame(lengths):
    combinations = [list(each) for each in itertools.product(*map(range, lengths))]
    alts = run("explore", f"""
      const {{el}} = shown({book(*lengths)});
      return {combinations}.map((at) => {{
        at.forEach((index, n) => el.children[n].children[1].move(index));
        return el.last.alt;
      }});""")
    assert alts == [str(each) for each in combinations]


@needs_node
def test_a_slider_says_its_value_and_keeps_the_kernel_out():
    row, saved, width = run("explore", f"""
      const {{el, model}} = shown({book(3)});
      el.children[0].children[1].move(2);
      return [el.children[0], model.saved, el.last.width];""")
    name, track, readout = row["children"]
    assert (row["tag"], row["className"], name) == ("label", "slider", "c0")
    assert (track["type"], track["min"], track["max"], track["step"]) == ("range", 0, 2, 1)
    assert track["attributes"]["aria-valuetext"] == readout["textContent"] == "20"
    assert (saved, width) == (0, 7)


@needs_node
@pytest.mark.parametrize("low, high, place, text", [
    (0, 1, 67, "0.335"), (0.1, 0.7, 200, "0.7"), (100, 101, 3, "100.015"), (-5, 5, 100, "0"),
    (0, 2e-4, 1, "0.000001"), (0, 5000, 1, "25"),
])
def test_a_continuous_slider_reaches_its_ends_and_names_every_stop(low, high, place, text):
    readout, wanted = run("explore", f"""
      const {{el, model}} = shown({on_demand(low=low, high=high)});
      el.children[0].children[1].move({place});
      return [el.children[0].children[2].textContent, model.get("wanted")];""")
    assert float(readout) == float(text)
    assert wanted == [high] if place == 200 else math.isclose(wanted[0], float(text))


@needs_node
def test_without_a_kernel_a_picture_on_demand_says_so():
    for disconnected, told in (("true", "run me"), ("false", "")):
        state = on_demand(low=0, high=1)
        assert told == run("explore", f"""
          const {{el}} = shown({state});
          el.disconnected = {disconnected};
          el.children[0].children[1].move(5);
          return el.children[1].textContent ?? "";""")


@needs_node
def test_a_picture_on_demand_follows_the_kernel_until_it_is_closed():
    assert run("explore", f"""
      const {{el, model, close}} = shown({on_demand(low=0, high=1)});
      Object.assign(model.state, {{frame: {{png: "", alt: "next", width: 9}}, notice: "no"}});
      Object.values(model.watchers).forEach((tell) => tell());
      close();
      return [el.last.alt, el.children[1].textContent, Object.keys(model.watchers)];
    """) == ["next", "no", []]


@needs_node
def test_a_second_view_starts_where_the_first_one_stands():
    state = json.loads(on_demand(low=0, high=2)) | dict(wanted=[1.5])
    track = f"shown({json.dumps(state)}).el.children[0].children[1]"
    assert run("explore", f"return {track}.value;") == 150


@needs_node
def test_radio_buttons_are_one_group_with_a_name():
    group, wanted = run("explore", f"""
      const {{el, model}} = shown({on_demand("radios", values=["none", "noise"])});
      el.children[0].children[2].children[0].handlers.input();
      return [el.children[0], model.get("wanted")];""")
    legend, *labels = group["children"]
    inputs = [label["children"][0] for label in labels]
    assert (group["tag"], legend["tag"], legend["textContent"]) == ("fieldset", "legend", "noise")
    assert [label["children"][-1] for label in labels] == ["none", "noise"]
    assert [each["checked"] for each in inputs] == [True, False]
    assert len({each["name"] for each in inputs}) == 1 and inputs[0]["type"] == "radio"
    assert wanted == [1]


@needs_node
def test_an_answer_shows_after_both_choices_only():
    pages = [[[f"{option}{sure}", "idea"] for sure in range(3)] for option in range(2)]
    state = dict(question="Why?", options=["a", "b"], how_sure="Sure?",
                 confidences=["x", "y", "z"], pages=pages)
    first, then, changed, started = run("predict", f"""
      const {{el}} = shown({json.dumps(state)});
      const choose = (group, n) => el.children[group].children[n + 1].children[0];
      const started = choose(0, 0).checked || choose(1, 0).checked;
      choose(0, 1).handlers.input();
      const first = texts(el.last);
      choose(1, 2).handlers.input();
      const then = texts(el.last);
      choose(0, 0).handlers.input();
      return [first, then, texts(el.last), started];""")
    assert (first, then, changed, started) == ([], ["12", "idea"], ["02", "idea"], False)


@needs_node
def test_plain_keys_stay_in_the_widget_and_commands_reach_jupyterlab():
    assert run("explore", f"""
      const {{el}} = shown({book(2)});
      return [{{}}, {{shiftKey: true}}, {{ctrlKey: true}}, {{metaKey: true}}].map((keys) => {{
        let stopped = false;
        el.handlers.keydown({{...keys, stopPropagation: () => {{ stopped = true; }}}});
        return stopped;
      }});""") == [True, False, False, False]


def test_every_rule_of_the_style_sheet_stays_inside_the_widgets():
    lines = [line for line in Front._css.splitlines() if line.strip()]
    assert lines and all(line.startswith(".aeteach") for line in lines)
