"""drawing_pad: what is drawn goes through every model in the browser as in torch, no kernel."""

import base64
import json
import subprocess

import numpy as np
import pytest
import torch
from ipywidgets import Widget
from test_front import DOCUMENT, NODE, needs_node
from test_pad import BROWSER, state
from torch import nn

from aeteach import drawing_pad
from aeteach.models import Autoencoder, LinearAutoencoder, VariationalAutoencoder
from aeteach.widgets import desk
from aeteach.widgets.drawing import MOST_MODELS, SAMPLES
from aeteach.widgets.front import script
from aeteach.widgets.layers import layers

SIDE = 4
HAND = """
const hand = (el) => {
  const [help, pad, verdict] = el.children, [left, right] = pad.children;
  const [plane, place, buttons] = left.children, [take, clear] = buttons.children;
  return {help, verdict, plane, place, take, clear, figures: right.children};
};
const click = (button) => { button.handlers.click(); paintAll(); };
const press = (plane, ...names) => {
  const events = names.map((name) => typeof name === "string" ? key(name) : name);
  events.forEach((event) => plane.handlers.keydown(event));
  paintAll();
  return events.map((event) => event.kept ?? false);
};
const point = (x, y, more) => (
  {clientX: 100 + 100 * x, clientY: 50 + 100 * y, pointerId: 1, ...more});
const told = ({children: [name, picture, error, limit, verdict]}) => (
  {name: name.textContent, error: error.textContent, limit: limit.textContent,
   verdict: verdict.textContent, said: picture.attributes["aria-label"], shades: shades(picture)});
"""


def run(code):
    """What `code` returns after the script of the pad, as node sees it."""
    body = script("drawing_pad").replace("export default", "const widget =")
    program = f"{DOCUMENT}{BROWSER}{HAND}{body}\nconst answer = () => {{{code}}};\n"
    program += "console.log(JSON.stringify(answer()));"
    done = subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(autouse=True)
def empty_desk(monkeypatch):
    monkeypatch.setattr(desk, "_desks", {})
    yield
    Widget.close_all()


@pytest.fixture
def x_test():
    return torch.rand(40, SIDE**2, generator=torch.Generator().manual_seed(3))


@pytest.fixture
def models():
    torch.manual_seed(2)
    return {
        2: Autoencoder(16, 2, 5),
        "gate": Autoencoder(16, 3, 6, output=nn.Sigmoid, dropout=0.5),
        "linear": LinearAutoencoder(16, 4),
        "chain": nn.Sequential(nn.Linear(16, 3), nn.Tanh(), nn.Linear(3, 16)),
    }


def errors(model, x):
    model.eval()
    with torch.no_grad():
        return ((model(x) - x) ** 2).mean(1)


def inks(pad):
    """The samples as the browser has them."""
    bytes_ = np.frombuffer(base64.b64decode(pad.samples), dtype="u1")
    return torch.tensor(bytes_ / 255, dtype=torch.float32).reshape(-1, pad.side**2)


@needs_node
def test_every_model_is_computed_as_torch_does(models, x_test):
    pad = drawing_pad(models, x_test)
    found = run(f"""
      const {{el}} = shown({state(pad)}), {{take, figures}} = hand(el), seen = [];
      for (let n = 0; n < {SAMPLES}; n += 1) {{ seen.push(figures.map(told)); click(take); }}
      return seen;""")
    for sample, row in zip(inks(pad), found, strict=True):
        for (name, model), judged in zip(models.items(), row, strict=True):
            error, limit = errors(model, sample[None]).item(), errors(model, x_test).quantile(0.95)
            assert judged["name"] == str(name)
            assert float(judged["error"].split()[1]) == pytest.approx(error, rel=0.01, abs=6e-6)
            assert float(judged["limit"].split()[1]) == pytest.approx(limit.item(), abs=6e-6)
            right = 255 * (1 - model(sample[None])[0].detach().clamp(0, 1))
            assert np.array(judged["shades"]) == pytest.approx(right.numpy(), abs=0.6)
            if abs(error - limit) > 0.01 * limit:
                assert judged["verdict"] == ("▲ anomaly" if error > limit else "○ usual")


@needs_node
def test_compact_weights_hardly_move_an_output():
    model = Autoencoder(64, 64, 128)
    x = torch.rand(5, 64, generator=torch.Generator().manual_seed(1))
    steps = layers(nn.Sequential(model.encoder, model.decoder), compact=True)
    found = run(f"""
      const layers = unpacked({json.dumps(steps)});
      return {x.tolist()}.map((x) => [...decode(layers, x)]);""")
    assert np.abs(np.array(found) - model.eval()(x).detach().numpy()).max() < 2e-4


@pytest.mark.parametrize("scale", [0.0, 1e-12, 1e12])
def test_compact_weights_of_any_size_come_back(scale):
    layer = nn.Linear(3, 5)
    layer.weight.data *= scale
    (step,) = layers(layer, compact=True)
    whole = np.frombuffer(base64.b64decode(step["weight"]), dtype="<i2").reshape(5, 3)
    right = layer.weight.detach().numpy()
    assert np.abs(whole * step["scale"] - right).max() <= np.abs(right).max() / 65000


def test_the_limit_is_above_the_errors_of_the_share_that_is_asked(models, x_test):
    for share in (0.5, 0.95):
        for network, model in zip(drawing_pad(models, x_test, share).networks, models.values(),
                                  strict=True):
            assert (errors(model, x_test) <= network["limit"]).float().mean() == share


@needs_node
def test_the_verdict_names_who_calls_it_an_anomaly(models, x_test):
    pad = drawing_pad(models, x_test)
    odd, usual = run(f"""
      const {{el}} = shown({state(pad)}), {{verdict, plane, figures}} = hand(el);
      const first = verdict.textContent;
      for (let y = 0; y < 4; y += 0.5) {{
        plane.handlers.pointerdown(point(0, y));
        plane.handlers.pointermove(point(4, y));
      }}
      paintAll();
      return [[verdict, figures.map(told)], [first]].map(([v, f]) => [v.textContent ?? v, f]);""")
    names = [each["name"] for each in odd[1] if each["verdict"] == "▲ anomaly"]
    others = [each["name"] for each in odd[1] if each["verdict"] != "▲ anomaly"]
    assert names and usual[0].startswith("An anomaly for:")
    assert odd[0] == (f"An anomaly for: {', '.join(names)}. "
                      f"Usual for: {', '.join(others) or 'none of them'}.")


@needs_node
def test_a_stroke_leaves_soft_ink_under_the_pointer_and_none_far_away(models, x_test):
    pad = drawing_pad(models, x_test)
    ink, still, painted, focused = run(f"""
      const {{el}} = shown({state(pad)}), {{plane, place, clear}} = hand(el);
      click(clear);
      plane.handlers.pointermove(point(3.5, 3.5));
      plane.handlers.pointerdown(point(1, 3, {{button: 2}}));
      const still = paintAll();
      plane.handlers.pointerdown(point(0.5, 0.5));
      plane.handlers.pointermove(point(2.5, 0.5));
      plane.handlers.pointerup();
      plane.handlers.pointermove(point(3.5, 3.5));
      const painted = paintAll(), ink = [];
      press(plane, ...Array(8).fill("ArrowUp"), ...Array(8).fill("ArrowLeft"));
      for (let row = 0; row < 4; row += 1) {{
        for (let column = 0; column < 4; column += 1) {{
          ink.push(+place.textContent.match(/ink (\\d+)/)[1]);
          press(plane, "ArrowRight");
        }}
        press(plane, "ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowLeft");
      }}
      return [ink, still, painted, plane.focused && plane.captured === 1];""")
    grid = np.array(ink).reshape(4, 4)
    assert (grid[0] == [100, 100, 100, 25]).all() and (grid[1] == [25, 25, 25, 0]).all()
    assert not grid[2:].any() and (still, painted, focused) == (0, 1, True)


@needs_node
def test_keys_move_ink_and_clear_and_others_pass(models, x_test):
    pad = drawing_pad(models, x_test)
    texts, kept = run(f"""
      const {{el}} = shown({state(pad)}), {{plane, place, clear}} = hand(el), texts = [];
      click(clear);
      plane.handlers.focus();
      const kept = ["ArrowDown", "ArrowRight", "ArrowRight", " ", " ", " ", " ", "Backspace",
        "ArrowUp", "ArrowUp", "Tab", "x", key(" ", {{ctrlKey: true}}),
        key("ArrowUp", {{shiftKey: true}})]
        .map((name) => {{
          const [one] = press(plane, name);
          texts.push(place.textContent);
          return one;
        }});
      return [texts, kept];""")
    places = [(2, 1, 0), (2, 2, 0), (2, 3, 0), (2, 3, 50), (2, 3, 100), (2, 3, 0), (2, 3, 50),
              (2, 3, 0), (1, 3, 0)] + [(1, 3, 0)] * 5
    assert texts == [f"Row {row}, column {column}: ink {ink} %" for row, column, ink in places]
    assert kept == [True] * 10 + [False] * 4


@needs_node
def test_test_pictures_follow_one_another_and_come_round(models, x_test):
    pad = drawing_pad(models, x_test)
    errors_ = run(f"""
      const {{el}} = shown({state(pad)}), {{take, figures}} = hand(el);
      return Array.from({{length: {SAMPLES + 1}}}, () => {{
        const error = told(figures[0]).error;
        click(take);
        return error;
      }});""")
    assert errors_[0] == errors_[-1] and len(set(errors_)) == SAMPLES


@needs_node
def test_it_has_names_that_are_spoken(models, x_test):
    pad = drawing_pad(models, x_test)
    plane, place, verdict, buttons, pictures = run(f"""
      const {{el, close}} = shown({state(pad)}), all = hand(el);
      close();
      return [{{...all.plane.attributes, tab: all.plane.tabIndex}}, all.place.attributes,
        all.verdict.attributes,
        [all.take, all.clear].map(({{tag, textContent}}) => [tag, textContent]),
        all.figures.map(told)];""")
    assert (plane["aria-label"], plane["tab"]) == ("drawing pad", 0)
    assert plane["role"] == "application" and plane["aria-roledescription"] == "pad of pixels"
    assert place["aria-live"] == "polite" and verdict["role"] == "status"
    assert buttons == [["button", "Take a test picture"], ["button", "Clear"]]
    for each in pictures:
        assert each["said"] == f"Rebuilt by {each['name']}: {each['error']}, {each['limit']}"


def test_viewers_without_widgets_get_a_still_picture(models, x_test):
    pad = drawing_pad(models, x_test)
    forms, _ = pad._repr_mimebundle_()
    assert "image/png" in forms and "application/vnd.jupyter.widget-view+json" in forms
    for name, network in zip(models, pad.networks, strict=True):
        error = errors(models[name], x_test[:1]).item()
        assert f"{name}: error {error:.5f}, limit {network['limit']:.5f}" in forms["text/plain"]
    assert 'alt="A pad to draw on' in forms["text/html"]


def test_the_models_of_notebook_02_fit_into_the_budget():
    models = {k: Autoencoder(64, k) for k in (2, 8, 64)} | {"mirror": LinearAutoencoder(64, 64)}
    assert len(state(drawing_pad(models, torch.rand(30, 64)))) < 250_000


def test_models_keep_their_mode(models, x_test):
    for training in (True, False):
        for model in models.values():
            model.train(training)
        drawing_pad(models, x_test)
        modes = [part.training for model in models.values() for part in model.modules()]
        assert set(modes) == {training}


class Residual(LinearAutoencoder):
    def forward(self, x):
        return x + super().forward(x)


@pytest.mark.parametrize("model, words", [
    (Residual(16, 3), "'odd' computes something else than decoder"),
    (VariationalAutoencoder(16, 3), "'odd' cannot run on the pad: .*Module"),
    (nn.Sequential(nn.Linear(16, 16), nn.Softmax(1)), "no layer Softmax"),
    (nn.Linear(16, 16), "'odd' cannot run"),
    (Autoencoder(9, 3), "'odd' cannot run on the pad: .*shapes"),
    (nn.Sequential(nn.Linear(16, 9)), r"\(40, 16\) into \(40, 9\)"),
])
def test_models_that_the_pad_cannot_run_are_refused_by_name(model, words, x_test):
    with pytest.raises(ValueError, match=words):
        drawing_pad({"odd": model}, x_test)


def test_a_model_with_nan_is_refused(x_test):
    model = LinearAutoencoder(16, 2)
    model.encoder.weight.data[0, 0] = torch.nan
    with pytest.raises(ValueError, match="finite"):
        drawing_pad({"odd": model}, x_test)


@pytest.mark.parametrize("change, words", [
    (dict(models={}), "dict of 1 to 8"),
    (dict(models=[LinearAutoencoder(16, 2)]), "dict of 1 to 8"),
    (dict(models={k: LinearAutoencoder(16, 2) for k in range(MOST_MODELS + 1)}), "dict of 1 to 8"),
    (dict(x_test=torch.zeros(40, 15)), r"\(40, 15\)"),
    (dict(x_test=torch.zeros(10, 16)), "at least 20"),
    (dict(x_test=torch.zeros(40)), r"\(40,\)"),
    (dict(x_test=torch.full((40, 16), torch.nan)), "NaN"),
    (dict(share=1), "share is 1"),
    (dict(share=95), "share is 95"),
])
def test_input_of_another_shape_is_refused(models, x_test, change, words):
    with pytest.raises(ValueError, match=words):
        drawing_pad(**dict(models=models, x_test=x_test) | change)
