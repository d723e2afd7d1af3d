"""latent_pad: the browser decodes as torch does, by mouse, touch and keys, with no kernel."""

import base64
import json
import subprocess
import threading

import numpy as np
import pytest
import torch
from ipywidgets import Widget
from ipywidgets.widgets.widget import _instances
from PIL import Image
from test_front import DOCUMENT, NODE, needs_node
from torch import nn

from aeteach import latent_pad
from aeteach.models import Autoencoder, VariationalAutoencoder
from aeteach.widgets import desk
from aeteach.widgets.front import script
from aeteach.widgets.layers import MAX_WEIGHTS, NotInBrowser, layers, packed
from aeteach.widgets.pad import _reach, _window

BROWSER = """
Object.assign(Element.prototype, {
  getContext() { return this.pen = this.pen ?? pen(); },
  focus() { this.focused = true; },
  setPointerCapture(id) { this.captured = id; },
  getBoundingClientRect() { return {left: 100, top: 50, width: 400, height: 400}; },
});
const pen = () => new Proxy({}, {get: (kept, name) => kept[name] ?? ((...args) => {
  if (name === "createImageData") return {data: new Uint8ClampedArray(4 * args[0] * args[1])};
  if (name === "putImageData") kept.image = [...args[0].data];
}), set: (kept, name, value) => { kept[name] = value; return true; }});
let frames = [];
globalThis.requestAnimationFrame = (paint) => frames.push(paint);
globalThis.cancelAnimationFrame = () => {};
const paintAll = () => {
  const due = frames;
  frames = [];
  due.forEach((paint) => paint());
  return due.length;
};
const parts = (el) => ({plane: el.children[1].children[0], said: el.children[2],
  decoded: el.children[1].children[1].children[0].children[1],
  real: el.children[1].children[1].children[1].children[1], notice: el.children[3]});
const shades = (canvas) => canvas.pen.image.filter((_, n) => n % 4 === 0);
const key = (name, more = {}) => ({key: name, preventDefault() { this.kept = true; }, ...more});
"""


def run(code):
    """What `code` returns after the script of the pad, as node sees it."""
    body = script("latent_pad").replace("export default", "const widget =")
    program = f"{DOCUMENT}{BROWSER}{body}\nconst answer = () => {{{code}}};\n"
    program += "console.log(JSON.stringify(answer()));"
    done = subprocess.run(
        [NODE, "-"], input=program, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def unpacked(text, kind):
    return np.frombuffer(base64.b64decode(text), dtype=kind)


@pytest.fixture(autouse=True)
def empty_desk(monkeypatch):
    monkeypatch.setattr(desk, "_desks", {})
    yield
    Widget.close_all()


@pytest.fixture
def data():
    """20 codes with labels 3, 5, 8 and pictures of 9 pixels."""
    z = torch.randn(20, 2, generator=torch.Generator().manual_seed(1))
    y = torch.tensor([3, 5, 8, 5] * 5)
    return z, y, torch.rand(20, 9, generator=torch.Generator().manual_seed(2))


def decoder():
    return nn.Sequential(nn.Linear(2, 7), nn.ReLU(), nn.Linear(7, 9), nn.Sigmoid())


def state(pad):
    """The synchronised state, as a stored notebook holds it."""
    return json.dumps({key: value for key, value in pad.get_state().items() if key[0] != "_"
                       and key not in ("layout", "tabbable", "tooltip")})


DECODERS = {
    "autoencoder": Autoencoder(9, 2, 5).decoder,
    "sigmoid": Autoencoder(9, 2, 5, output=nn.Sigmoid, dropout=0.3).decoder,
    "vae": VariationalAutoencoder(9, 2, 6).decoder,
    "tanh": nn.Sequential(nn.Linear(2, 4, bias=False), nn.Tanh(), nn.Linear(4, 9)),
    "silu": nn.Sequential(nn.Sequential(nn.Linear(2, 4), nn.SiLU()), nn.Linear(4, 9)),
    "linear": nn.Linear(2, 9),
    "wide": nn.Sequential(nn.Linear(2, 300), nn.ReLU(), nn.Linear(300, 300), nn.SiLU(),
                          nn.Linear(300, 64)),
}


@needs_node
@pytest.mark.parametrize("name", DECODERS)
def test_javascript_decodes_as_torch_does(name):
    model = DECODERS[name].eval()
    z = torch.tensor([[0.0, 0.0], [1.5, -2.25], [-30.0, 4.0], [1e-3, 7.0]])
    found = run(f"""
      const layers = unpacked({json.dumps(layers(model))});
      return {z.tolist()}.map((z) => [...decode(layers, z)]);""")
    right = model(z).detach().numpy()
    assert np.abs(np.array(found) - right).max() < 1e-5 * max(1, np.abs(right).max())


class Doubled(nn.Linear):
    def forward(self, z):
        return 2 * super().forward(z)


@pytest.mark.parametrize("model, name", [
    (nn.Sequential(nn.Linear(2, 9), nn.Softmax(1)), "Softmax"),
    (nn.Sequential(nn.Linear(2, 9), nn.BatchNorm1d(9)), "BatchNorm1d"),
    (nn.Sequential(Doubled(2, 9)), "Doubled"),
    (lambda z: z, "function"),
    (Autoencoder(9, 2), "Autoencoder"),
])
def test_what_the_browser_cannot_compute_is_named(model, name):
    with pytest.raises(NotInBrowser, match=f"no layer {name}"):
        layers(model)


def test_a_decoder_too_large_for_the_browser_is_named():
    side = int(MAX_WEIGHTS**0.5)
    assert len(layers(nn.Linear(side, side))) == 1
    with pytest.raises(NotInBrowser, match=f"{(side + 1) ** 2 + 2 * side} weights"):
        layers(nn.Sequential(nn.Linear(side + 1, side + 1), nn.Linear(2, side)))


def test_numbers_are_packed_row_by_row():
    values = torch.tensor([[1.0, -2.5], [3.0, 0.125]]).T
    assert unpacked(packed(values), "<f4").tolist() == [1, 3, -2.5, 0.125]
    assert unpacked(packed(torch.tensor([0, 7, 255]), torch.uint8), "u1").tolist() == [0, 7, 255]


def test_the_state_holds_codes_labels_and_pictures(data):
    z, y, x = data
    pad = latent_pad(decoder(), z, y, x)
    assert np.array_equal(unpacked(pad.codes, "<f4").reshape(20, 2), z.numpy())
    assert pad.labels == ["3", "5", "8"]
    assert [pad.labels[kind] for kind in unpacked(pad.kinds, "u1")] == [str(k) for k in y.tolist()]
    assert unpacked(pad.pictures, "u1").reshape(20, 9) / 255 == pytest.approx(x.numpy(), abs=0.002)
    assert (pad.side, pad.notice, pad.picture) == (3, "", "") and len(pad.layers) == 4


def test_the_window_holds_every_code_or_follows_the_limit(data):
    z = data[0] * torch.tensor([1.0, 9.0])
    (left, bottom), (right, top) = _window(z, None)
    assert left < z[:, 0].min() and right > z[:, 0].max()
    assert bottom < z[:, 1].min() and top > z[:, 1].max()
    assert right - left == pytest.approx(top - bottom, abs=1e-3)
    assert _window(z, 2.5) == [[-2.5, -2.5], [2.5, 2.5]]


def test_reach_covers_all_but_the_loneliest_codes():
    z = torch.stack([torch.arange(300.0), torch.zeros(300)], dim=1)
    assert _reach(z) == 1
    z[0, 1] = 100
    assert _reach(z) == 1


def test_the_same_pad_has_the_same_state_and_picture(data):
    found = []
    for _ in range(2):
        torch.manual_seed(0)
        pad = latent_pad(decoder(), *data)
        found.append((state(pad), repr(pad), pad.still_forms()))
    assert found[0] == found[1]


def test_viewers_without_widgets_get_a_still_picture(data, tmp_path):
    forms, _ = latent_pad(decoder(), *data)._repr_mimebundle_()
    (tmp_path / "still.png").write_bytes(base64.b64decode(forms["image/png"]))
    assert Image.open(tmp_path / "still.png").width > 300
    assert "The plane of 20 codes" in forms["text/plain"] and 'alt="The plane' in forms["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in forms


@pytest.mark.parametrize("change, words", [
    (dict(z=torch.zeros(20, 3)), r"z is \(20, 3\)"),
    (dict(z=torch.zeros(20)), r"z is \(20,\)"),
    (dict(y=torch.zeros(19)), r"y is \(19,\)"),
    (dict(x=torch.zeros(7, 9)), r"x is \(7, 9\)"),
    (dict(x=torch.zeros(20, 10)), "10 values a picture"),
    (dict(x=torch.zeros(20, 16)), r"turns one code into \(1, 9\), x holds 16"),
    (dict(z=torch.full((20, 2), torch.nan)), "NaN"),
])
def test_input_of_another_shape_is_refused_by_name(data, change, words):
    given = dict(zip("zyx", data, strict=True)) | change
    with pytest.raises(ValueError, match=words):
        latent_pad(decoder(), **given)


def warped(z):
    return torch.cat([z.sin(), z.cos(), z**2, z[:, :1]], dim=1)[:, :4]


def test_another_decoder_is_asked_through_the_kernel(data):
    z, y, x = data
    pad = latent_pad(warped, z, y, x[:, :4])
    assert pad.layers == [] and "the browser has no layer function" in pad.notice
    for at in ([0.5, -1.0], [2.0, 0.25]):
        pad.at = at
        right = warped(torch.tensor([at]))[0].numpy()
        assert unpacked(pad.picture, "<f4") == pytest.approx(right)


def test_an_error_of_the_decoder_is_told_and_the_pad_lives_on(data):
    z, y, x = data

    def fragile(z):
        if z[0, 0] > 5:
            raise RuntimeError("too far")
        return warped(z)

    pad = latent_pad(fragile, z, y, x[:, :4])
    old = pad.picture
    pad.at = [6.0, 0.0]
    assert pad.picture == old and pad.notice == "the decoder failed: too far"
    pad.at = [1.0, 0.0]
    assert pad.picture != old


def test_many_threads_end_at_the_final_point(data):
    z, y, x = data
    pad = latent_pad(warped, z, y, x[:, :4])
    threads = [threading.Thread(target=setattr, args=(pad, "at", [i / 10, 0.0]))
               for i in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pad.at = [0.77, 0.5]
    right = warped(torch.tensor([pad.at]))[0].numpy()
    assert unpacked(pad.picture, "<f4") == pytest.approx(right)


def test_running_a_cell_again_leaves_one_pad(data, monkeypatch):
    running = ["cell-1", 0]
    monkeypatch.setattr(desk, "_running_cell", lambda: tuple(running))
    latent_pad(decoder(), *data)
    once = len(_instances)
    for number in range(1, 20):
        running[1] = number
        latent_pad(decoder(), *data)
    assert len(_instances) == once


@needs_node
def test_it_says_where_the_point_is_and_whether_there_is_data(data):
    pad = latent_pad(decoder(), *data)
    spoken, far, attributes = run(f"""
      const {{el}} = shown({state(pad)}), {{plane, said}} = parts(el);
      const first = said.textContent;
      plane.handlers.pointerdown({{clientX: 101, clientY: 51, pointerId: 4}});
      paintAll();
      return [first, said.textContent, plane.attributes];""")
    label = data[1][(data[0] - torch.tensor(pad.start)).norm(dim=1).argmin()].item()
    x, y = pad.start
    assert spoken == f"z = ({x:.2f}, {y:.2f}). Data here: the nearest code, label {label}, is " \
                     "0.00 away."
    assert "No data here" in far
    assert attributes["role"] == "slider" and attributes["aria-label"] == "latent plane"
    assert attributes["aria-valuetext"] == far
    assert float(attributes["aria-valuemin"]) < float(attributes["aria-valuenow"])


@needs_node
def test_a_drag_decodes_what_lies_under_the_pointer(data):
    model = decoder()
    pad = latent_pad(model, *data, limit=2.0)
    shades, saved, focused, after = run(f"""
      const {{el, model}} = shown({state(pad)}), {{plane, decoded}} = parts(el);
      plane.handlers.pointermove({{clientX: 400, clientY: 60}});
      const still = paintAll();
      plane.handlers.pointerdown({{clientX: 300, clientY: 250, pointerId: 4}});
      plane.handlers.pointermove({{clientX: 400, clientY: 150}});
      plane.handlers.pointermove({{clientX: 450, clientY: 100}});
      const painted = paintAll();
      const seen = shades(decoded);
      plane.handlers.pointerup();
      plane.handlers.pointermove({{clientX: 100, clientY: 60}});
      return [seen, model.saved, plane.focused && plane.captured === 4,
              [still, painted, paintAll()]];""")
    right = model(torch.tensor([[1.5, 1.5]]))[0].detach()
    assert np.array(shades) == pytest.approx((255 * (1 - right)).numpy(), abs=0.51)
    assert (saved, focused, after) == (0, True, [0, 1, 0])


@needs_node
def test_the_nearest_real_picture_stands_beside(data):
    z, _, x = data
    pad = latent_pad(decoder(), *data, limit=4.0)
    for at in ((0.0, 0.0), (-2.0, 3.0), (3.9, -3.9)):
        clientX, clientY = 100 + 400 * (at[0] + 4) / 8, 450 - 400 * (at[1] + 4) / 8
        seen = run(f"""
          const {{el}} = shown({state(pad)}), {{plane, real}} = parts(el);
          plane.handlers.pointerdown({{clientX: {clientX}, clientY: {clientY}, pointerId: 1}});
          paintAll();
          return shades(real);""")
        row = (z - torch.tensor(at)).norm(dim=1).argmin()
        assert np.array(seen) == pytest.approx((255 * (1 - x[row])).numpy(), abs=1.01)


@needs_node
def test_arrow_keys_move_the_point_and_commands_pass(data):
    pad = latent_pad(decoder(), *data, limit=4.0)
    said, kept = run(f"""
      const {{el}} = shown({state(pad)}), {{plane, said}} = parts(el);
      const texts = [], kept = [];
      const press = (event) => {{
        plane.handlers.keydown(event);
        paintAll();
        texts.push(said.textContent.split(".  ")[0].match(/\\((.*)\\)/)[1]);
        kept.push(event.kept ?? false);
      }};
      ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight", "Home", "x"]
        .forEach((name) => press(key(name)));
      press(key("ArrowRight", {{shiftKey: true}}));
      press(key("ArrowRight", {{ctrlKey: true}}));
      return [texts, kept];""")
    x, y = pad.start
    moves = [(0.1, 0), (0.1, 0.1), (0, 0.1), (0, 0), (0.1, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
    found = [tuple(map(float, text.split(", "))) for text in said]
    for (right, up), (a, b) in zip(moves, found, strict=True):
        assert (a, b) == pytest.approx((x + right, y + up), abs=0.011)
    assert kept == [True] * 6 + [False] * 3


@needs_node
def test_the_point_stays_on_the_plane(data):
    pad = latent_pad(decoder(), *data, limit=4.0)
    assert run(f"""
      const {{el}} = shown({state(pad)}), {{plane, said}} = parts(el);
      plane.handlers.pointerdown({{clientX: -900, clientY: 9000, pointerId: 1}});
      paintAll();
      return said.textContent;""").startswith("z = (-4.00, -4.00).")


@needs_node
def test_with_a_decoder_in_the_kernel_the_point_is_sent_and_the_picture_awaited(data):
    z, y, x = data
    pad = latent_pad(warped, z, y, x[:, :4], limit=2.0)
    sent, asleep, seen, left = run(f"""
      const {{el, model, close}} = shown({state(pad)}), {{plane, decoded, notice}} = parts(el);
      el.disconnected = true;
      plane.handlers.pointerdown({{clientX: 400, clientY: 150, pointerId: 1}});
      model.state.picture = {json.dumps(packed(torch.tensor([0.0, 1, 0.2, 3])))};
      model.watchers["change:picture"]();
      paintAll();
      const told = notice.textContent, watched = shades(decoded);
      close();
      return [[model.saved, model.get("at")], told, watched, Object.keys(model.watchers)];""")
    assert sent == [1, [1, 1]] and asleep == pad.asleep
    assert seen == [255, 0, 204, 0] and left == []


@needs_node
@pytest.mark.parametrize("low, high, right", [
    (-1, 1, [-1, -0.5, 0, 0.5, 1]), (-14.1, 3, [-10, -5, 0]), (0.01, 0.02, [0.01, 0.012]),
])
def test_ticks_are_round_numbers(low, high, right):
    assert run(f"return ticks({low}, {high});")[: len(right)] == right
