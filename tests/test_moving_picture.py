"""The README's moving picture and badges: made from what is stored, small, and true."""

import io
import re
import tomllib

import moving_picture
import nbformat
import numpy as np
import pytest
import torch
from moving_picture import decode, pad_frames, path, slider_frames, states, write
from PIL import Image
from test_readme import ROOT
from torch import nn

from aeteach import latent_pad
from aeteach.widgets.layers import layers, packed

BYTES = 1_500_000


def png():
    stream = io.BytesIO()
    Image.new("L", (60, 30), 255).save(stream, "PNG")
    return packed(torch.tensor(list(stream.getvalue())), torch.uint8)


def book(sizes=moving_picture.SIZES, rows="noisy"):
    frames = [dict(alt=f"latent size {size}. 12 pictures in rows: {rows}", png=png())
              for size in sizes]
    return {"frames": frames}


@pytest.fixture
def pad():
    decoder = nn.Sequential(nn.Linear(2, 5), nn.SiLU(), nn.Linear(5, 9), nn.Sigmoid())
    generator = torch.Generator().manual_seed(1)
    y = torch.tensor([0, 3, 5] * 8)
    z = torch.randn(24, 2, generator=generator) + y[:, None]
    return latent_pad(decoder, z, y, torch.rand(24, 9, generator=generator)).get_state()


@pytest.mark.parametrize("activation", [nn.ReLU, nn.SiLU, nn.Tanh, nn.Sigmoid])
def test_it_decodes_as_torch_does(activation):
    decoder = nn.Sequential(nn.Linear(2, 7), activation(), nn.Linear(7, 9))
    z = torch.tensor([0.7, -1.3])
    found = decode(layers(decoder), z.numpy())
    assert found == pytest.approx(decoder(z).detach().numpy(), abs=1e-6)


def test_the_slider_shows_each_stored_frame_at_its_place():
    frames = slider_frames([{}, book(rows="input"), book()])
    assert len(frames) == len(moving_picture.SIZES)
    blue = moving_picture.ImageColor.getrgb(moving_picture.BLUE)
    ends = [np.argwhere((np.asarray(page) == blue).all(2))[:, 1].max() for page, _ in frames]
    assert ends == sorted(set(ends))


def test_the_point_visits_the_middle_of_every_digit():
    z = np.array([[0.0, 0], [2, 0], [2, 2], [0, 2]] * 3)
    kinds = np.array([0, 1, 2, 3] * 3)
    points = path(z, kinds)
    rests = {tuple(at) for at, pause in points if pause == moving_picture.STOP_MS}
    assert rests == {(0, 0), (2, 0), (2, 2), (0, 2)}
    assert len(points) == 4 * moving_picture.STEPS
    steps = np.diff([at for at, _ in points], axis=0)
    assert np.abs(steps).sum(1) == pytest.approx(2 / moving_picture.STEPS)


def test_the_pad_shows_what_its_decoder_makes(pad):
    frames = pad_frames([{}, book(), pad])
    z = np.frombuffer(moving_picture.base64.b64decode(pad["codes"]), "<f4").reshape(-1, 2)
    kinds = np.frombuffer(moving_picture.base64.b64decode(pad["kinds"]), "u1")
    for (page, _), (at, _) in zip(frames, path(z, kinds), strict=True):
        decoded = decode(pad["layers"], at).clip(0, 1)
        shade = page.getpixel((530 + 88, 109 + 88))[0]
        assert shade == pytest.approx(255 * (1 - decoded[4]), abs=0.51)


def test_the_file_moves_and_stops(tmp_path, pad):
    frames = slider_frames([book()]) + pad_frames([pad])
    write(frames, tmp_path / "docs" / "moving.gif")
    with Image.open(tmp_path / "docs" / "moving.gif") as picture:
        assert picture.n_frames > len(moving_picture.SIZES)
        assert picture.info["loop"] == moving_picture.PLAYS - 1
        pauses = []
        for number in range(picture.n_frames):
            picture.seek(number)
            pauses.append(picture.info["duration"])
    assert sum(pauses) == sum(pause for _, pause in frames)


def test_the_colours_of_the_house_survive():
    names = ("train", "test", "pca", "fault", "purple", "sky")
    page = Image.new("RGB", (len(names), 1))
    for place, name in enumerate(names):
        colour = moving_picture.ImageColor.getrgb(moving_picture.style.COLOURS[name])
        page.putpixel((place, 0), colour)
    few = page.quantize(palette=moving_picture.palette(), dither=Image.Dither.NONE).convert("RGB")
    assert np.abs(np.asarray(few).astype(int) - np.asarray(page)).max() <= 8


@pytest.mark.parametrize("found, words", [
    ([], "notebook 02"), ([{"frames": []}], "notebook 02"), ([book(sizes=(1, 2))], "notebook 02"),
])
def test_a_slider_that_is_not_stored_is_asked_for(found, words):
    with pytest.raises(LookupError, match=f"{words}.*make notebooks"):
        slider_frames(found)


def test_a_pad_that_is_not_stored_is_asked_for(pad, tmp_path):
    with pytest.raises(LookupError, match="notebook 04.*make notebooks"):
        pad_frames([book(), {**pad, "layers": []}])
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "bare.ipynb")
    assert states(tmp_path / "bare.ipynb") == []


@pytest.mark.parametrize("page, place", [
    ("README.md", "docs/moving.gif"), ("README.ru.md", "docs/ru/moving.gif")])
def test_the_readme_shows_it_small_and_described(page, place):
    text = (ROOT / page).read_text(encoding="utf-8").split("\n## ")[0]
    alts = dict(re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text))
    shown = {target: alt for alt, target in alts.items()}
    assert len(shown[place]) > 100 and (ROOT / place).stat().st_size < BYTES
    with Image.open(ROOT / place) as picture:
        assert picture.is_animated
    assert all(alts) and not any(target.startswith("http") for target in shown)


def test_badges_are_true():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    python, licence = ((ROOT / "docs" / f"badge_{name}.svg").read_text(encoding="utf-8")
                       for name in ("python", "licence"))
    assert f">{project['requires-python'].removeprefix('>=')} or newer<" in python
    for name in project["license"].split(" AND "):
        assert name.replace("-", " ") in licence


def test_the_health_check_needs_what_the_package_needs():
    from aeteach import health

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=" + ".".join(map(str, health.PYTHON))
