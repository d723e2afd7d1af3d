"""Widgets as islands: every picture and page the right one, self-contained, text harmless."""

import base64
import io
import itertools
import json
import re

import islands
import moving_picture
import numpy as np
import pytest
import torch
from bs4 import BeautifulSoup
from islands import draw
from PIL import Image
from torch import nn

from aeteach import style
from aeteach.questions import questions
from aeteach.style import describe, new_figure
from aeteach.widgets import (
    between,
    calibration,
    diagnose,
    drawing_pad,
    explore,
    latent_pad,
    predict,
)
from aeteach.widgets.explore import MAX_FRAMES
from aeteach.widgets.island import PARTS, Island, script, styles, version
from aeteach.widgets.layers import _joined, _parts
from aeteach.widgets.question import question
from aeteach.words import speak


@pytest.fixture
def shown(monkeypatch):
    return islands.captured(monkeypatch)


def chosen_at(data, indices):
    """What the frame says that is seen with each control at its index: the last turns fastest."""
    place = 0
    for choice, index in zip(data["choices"], indices, strict=True):
        place = place * len(choice["values"]) + index
    return data["frames"][place]["alt"].split(". drawn for ")[1]


def test_an_island_is_one_html_output_that_needs_nothing_else(shown):
    islands.show_all()
    assert {each.kind for each in shown} == PARTS.keys() - {"replay"}
    for each in shown:
        forms = each._repr_mimebundle_()
        assert forms.keys() == {"text/html", "text/plain"} and forms["text/plain"]
        soup = BeautifulSoup(forms["text/html"], "html.parser")
        assert len(soup.find_all(recursive=False)) == 1
        assert soup.div["data-island"] == version(each.kind)
        assert not re.findall(r"(?:src|href)=\"(?!data:|#)", forms["text/html"])
        assert all(image["alt"].strip() for image in soup.find_all("img"))


@pytest.mark.parametrize("kind", PARTS)
def test_scripts_ask_nobody_and_stand_still(kind):
    text = script(kind) + styles(kind)
    assert not re.search(r"https?:(?!//www\.w3\.org/)|fetch\(|import\(|innerHTML|eval\(", text)
    assert not re.search(r"animation|transition|setInterval", text)
    assert "</script" not in text and "<!--" not in text


def test_the_version_changes_with_the_script(monkeypatch):
    from aeteach.widgets import island

    before = version("explore")
    monkeypatch.setattr(island, "source", lambda name: f"/* other */ {name}")
    for cached in (island._body, island.version, island.script):
        cached.cache_clear()
    assert version("explore") != before
    monkeypatch.undo()
    for cached in (island._body, island.version, island.script):
        cached.cache_clear()
    assert version("explore") == before


HOSTILE = "</script><img src=x onerror=alert(1)> \"quotes\" 'one' & ümlaut Ж 🙂 $a$ <!--"


def test_hostile_text_stays_text(shown):
    explore(lambda k: describe(new_figure(0.4, 0.3), HOSTILE), k=(1, HOSTILE))
    soup = BeautifulSoup(shown[0].html(), "html.parser")
    assert len(soup.find_all("script")) == 2 and len(soup.find_all("img")) == 1
    assert HOSTILE.replace("_", " ") in islands.data_of(shown[0])["choices"][0]["values"]
    assert HOSTILE in soup.img["alt"]


@pytest.mark.parametrize(
    "choices",
    [
        dict(size=(1, 2, 4)),
        dict(size=[8, 16], noise=(0.0, 0.5, 1.0)),
        dict(size=(1, 2), remedy=("plain", "sparse", "noisy"), seed=range(4)),
        dict(only=(3,)),
        dict(mixed=(1, "two", None), on=(False, True)),
        dict(same=(1, 1.0, True)),
    ],
    ids=["one", "two", "three", "single", "mixed", "equal"],
)
def test_every_combination_leads_to_its_own_frame(shown, choices):
    calls = []

    def counted(**chosen):
        calls.append(tuple(chosen.values()))
        return draw(**chosen)

    assert explore(counted, **choices) is None
    data = islands.data_of(shown[0])
    every = list(itertools.product(*choices.values()))
    assert calls[0] == every[0] and calls[1:] == every[1:]
    spans = [range(len(values)) for values in choices.values()]
    for indices in itertools.product(*spans):
        chosen = {
            name: list(values)[index]
            for (name, values), index in zip(choices.items(), indices, strict=True)
        }
        assert chosen_at(data, indices) == str(sorted(chosen.items()))


@pytest.mark.parametrize(
    "start, indices",
    [(None, [0, 0]), ({"size": 4}, [2, 0]), ({"remedy": "b", "size": 2.0}, [1, 1])],
)
def test_the_telling_frame_is_the_still_one_and_stored_once(shown, start, indices):
    explore(draw, size=(1, 2, 4), remedy=("a", "b"), start=start)
    data, soup = islands.data_of(shown[0]), BeautifulSoup(shown[0].still, "html.parser")
    assert data["start"] == indices
    without = [n for n, frame in enumerate(data["frames"]) if "src" not in frame]
    assert without == [indices[0] * 2 + indices[1]]
    assert soup.img["alt"] == data["frames"][without[0]]["alt"] == shown[0].text


@pytest.mark.parametrize(
    "start, words",
    [
        (3, "start of size is 3, which is not among 1, 2, 4"),
        ({"seize": 1}, "start names 'seize'; the choices are size"),
        ("2", "start of size is '2'"),
    ],
)
def test_a_start_that_is_not_there_is_named(start, words):
    with pytest.raises(ValueError, match=words):
        explore(draw, size=(1, 2, 4), start=start)


def test_two_choices_need_a_named_start():
    with pytest.raises(ValueError, match="there are 2 choices; name them: start={'size': ...}"):
        explore(draw, size=(1, 2), noise=(0, 1), start=2)


def test_a_frame_holds_the_picture(shown):
    def coloured(red):
        figure = describe(new_figure(0.4, 0.3), "One colour.")
        figure.patch.set_facecolor((red, 0, 0))
        return figure

    explore(coloured, red=(0.0, 1.0))
    frame = islands.data_of(shown[0])["frames"][1]
    picture = Image.open(io.BytesIO(base64.b64decode(frame["src"].split(",")[1])))
    assert picture.getpixel((3, 3))[:3] == (255, 0, 0) and frame["width"] == 40


def test_a_frame_of_the_same_size_holds_what_differs_from_the_still_one(shown):
    def grown(size, right):
        figure = describe(new_figure(0.4 * size, 0.3), "A figure.")
        figure.text(0.8 * right, 0.5, "x")
        return figure

    explore(grown, size=(1, 2), right=(0, 1))
    frames = islands.data_of(shown[0])["frames"]
    assert [frame.get("over") for frame in frames] == [None, 0, None, 2]
    sources = [BeautifulSoup(shown[0].still, "html.parser").img["src"]]
    sources += [frame["src"] for frame in frames[1:]]
    for place, (size, right) in enumerate([(1, 0), (1, 1), (2, 0), (2, 1)]):
        ground = sources[frames[place].get("over", place)]
        found = moving_picture.laid(*map(moving_picture.picture, (sources[place], ground)))
        wanted = style.few_colours(style.raster(grown(size, right))).convert("RGB")
        assert found.size == wanted.size
        assert np.abs(np.int16(found) - np.int16(wanted)).max() < 8


def test_a_frame_that_differs_much_is_whole_and_its_neighbours_lie_upon_it(shown):
    def noise(kind, step):
        figure = describe(new_figure(2, 2), "Noise.")
        values = np.random.default_rng(kind).random((100, 100))
        values[0, 0] = step
        figure.figimage(np.kron(values, np.ones((4, 4))))
        return figure

    explore(noise, kind=(1, 2), step=(0, 0.5, 1))
    frames = islands.data_of(shown[0])["frames"]
    assert [frame.get("over") for frame in frames] == [None, 0, 0, None, 3, 3]
    assert len(frames[4]["src"]) < 0.3 * len(frames[3]["src"])


@pytest.mark.parametrize(
    "choices, words",
    [
        ({}, "explore has no choice"),
        (dict(size=()), "size is empty"),
        (dict(size=8), r"size is 8; give several values"),
        (dict(size="8"), r"size is '8'; give several values"),
        (dict(size=torch.tensor(8)), r"size is tensor\(8\); give several values"),
        (dict(size=np.int64(8)), r"size is np.int64\(8\); give several values"),
        (dict(size=torch.rand(50, 9)), r"size is a tensor of shape \(50, 9\), torch.float32; give"),
        (
            dict(size=[torch.rand(9)] * 2),
            r"size holds a tensor of shape \(9,\), torch.float32; give",
        ),
        (dict(size=[1, 2], start=torch.rand(99)), r"is a tensor of shape \(99,\), .*among 1, 2$"),
        (dict(a=[1], b=[1], start=torch.rand(99)), r"start is a tensor of shape \(99,\), "),
        (dict(size=[0.1234567], start=0.123457), "is 0.123457, which is not among 0.1234567$"),
    ],
)
def test_choices_that_cannot_be_are_named(choices, words):
    with pytest.raises(ValueError, match=words):
        explore(draw, **choices)


@pytest.mark.parametrize("sizes", [np.array([1, 2]), torch.tensor([1, 2])])
def test_an_array_of_values_is_that_many_choices(sizes, shown):
    explore(draw, size=sizes)
    control = islands.data_of(shown[0])["choices"][0]
    assert control["kind"] == "slider" and control["values"] == ["1", "2"]


@pytest.mark.parametrize("wrong", [None, torch.rand(9), Island])
def test_what_draws_nothing_is_named(wrong):
    with pytest.raises(TypeError, match="draw is .*; it must be a function"):
        explore(wrong, size=(1, 2))


def test_a_drawing_that_is_no_figure_is_named():
    with pytest.raises(TypeError, match="sketch returned None; it must end with: return figures"):
        explore(_sketch, size=(1, 2))


def _sketch(size):
    return None


@pytest.mark.parametrize("low, high", [(2, 1), (1, 1)])
def test_between_needs_room(low, high):
    with pytest.raises(ValueError, match=rf"between\({low}, {high}\) is empty"):
        between(low, high)


@pytest.mark.parametrize("wrong", [np.inf, np.nan, 10**400, torch.rand(9), "1", None])
def test_between_needs_two_finite_numbers(wrong):
    for name, ends in (("low", (wrong, 1)), ("high", (0, wrong))):
        with pytest.raises(ValueError, match=f"{name} is .*; it must be a finite number"):
            between(*ends)


def test_the_limit_of_frames_is_moderate():
    assert 24 <= MAX_FRAMES <= 100


@pytest.mark.parametrize("name", questions())
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_page_of_a_question_tells_the_truth(name, language):
    speak(language)
    text = questions()[name][language]
    for right in range(len(text["options"])):
        data = islands.data_of(question(name, right, "measured: 1"))
        assert data["options"] == text["options"] and data["right"] == right
        for option, pages in enumerate(data["pages"]):
            for page in pages:
                assert page[0].startswith("✓" if option == right else "✗")
                assert page[1] == text["ideas"][option] and page[-1] == "measured: 1"
                assert (len(page) == 3) == (option == right)


def test_a_question_is_asked_under_a_key_of_its_notebook(shown):
    predict("recall", 0.5)
    assert islands.data_of(shown[0])["key"] == "02/recall"
    assert 'data-question="02/recall"' in shown[0].html()


def test_numbers_of_which_one_wins_are_told_apart(shown):
    predict("sharpest", {"MSE": 0.5, "L1": 0.50002, "BCE": 0.25})
    predict("sharpest", {"MSE": 0.5, "L1": 0.5, "BCE": 0.25})
    answers = [shown[n].html().partition("</summary>")[2] for n in (0, 1)]
    assert "MSE: 0.5, L1: 0.50002, BCE: 0.25<" in answers[0]
    assert "MSE: 0.5, L1: 0.5, BCE: 0.25<" in answers[1]


@pytest.mark.parametrize("veil", [-1, 21, 1.5, True, "1", torch.rand(300)])
def test_a_veil_is_a_number_of_cells(veil):
    with pytest.raises(ValueError, match="veil is .*from 0 to 20") as refused:
        predict("recall", 0.5, veil=veil)
    assert len(str(refused.value)) < 120


def test_calibration_needs_a_question(monkeypatch):
    monkeypatch.setattr("aeteach.widgets.question._asked", {})

    with pytest.raises(ValueError, match="no question was asked yet"):
        calibration()


X, NETS = islands.pictures(), islands.networks()
Z, Y = torch.rand(40, 2), torch.arange(40) % 10


@pytest.mark.parametrize(
    "changed, words",
    [
        (dict(z=torch.rand(40, 3)), r"z is \(40, 3\); a plane needs codes of shape \(N, 2\)"),
        (dict(y=Y[:3]), r"y is \(3,\)"),
        (dict(x=X[:, :15]), "x has 15 values a picture"),
        (dict(z=Z * float("nan")), "z holds NaN"),
        (dict(decoder=nn.Linear(2, 9)), r"the decoder turns one code into \(1, 9\)"),
    ],
)
def test_a_pad_names_what_does_not_fit(changed, words):
    with pytest.raises(ValueError, match=words):
        latent_pad(**(dict(decoder=NETS.decoder, z=Z, y=Y, x=X) | changed))


@pytest.mark.parametrize("limit", [None, 3.5])
def test_a_decoder_unknown_to_the_browser_is_stored_on_a_grid(shown, limit):
    latent_pad(lambda z: NETS.decoder(z), Z, Y, X, limit=limit)
    data = islands.data_of(shown[0])
    assert "layers" not in data and "grid of stored pictures" in data["notice"]
    count, (low, high) = data["grid"]["count"], data["window"]
    bytes_ = torch.frombuffer(
        bytearray(base64.b64decode(data["grid"]["pictures"])), dtype=torch.uint8
    )
    across, up = count - 2, 1
    code = [low[n] + (high[n] - low[n]) * at / (count - 1) for n, at in enumerate((across, up))]
    wanted = (NETS.decoder(torch.tensor([code]))[0].clamp(0, 1) * 255).round()
    assert (bytes_.view(count, count, -1)[up, across] - wanted).abs().max() <= 1


class Shifted(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = NETS.encoder, NETS.decoder

    def forward(self, x):
        return self.decoder(self.encoder(x)) + 0.1


@pytest.mark.parametrize(
    "models, x_test, share, words",
    [
        ({}, X, 0.95, "models must be a dict of 1 to 8"),
        ({"a": NETS.whole}, X[:5], 0.95, "give at least 20 pictures"),
        ({"a": NETS.whole}, X * float("inf"), 0.95, "NaN or infinite"),
        ({"a": NETS.whole}, X, 1.0, "share is 1.0"),
        ({"a": nn.Sequential(nn.Softmax(1))}, X, 0.95, "cannot run on the pad: .*Softmax"),
        ({"a": Shifted()}, X, 0.95, "computes something else than decoder"),
    ],
)
def test_a_drawing_pad_names_what_does_not_fit(models, x_test, share, words):
    with pytest.raises(ValueError, match=words):
        drawing_pad(models, x_test, share)


def test_a_patient_is_sealed_and_its_feedback_is_that_of_its_signs(shown):
    patients = [islands.patient(n) for n in range(4)]
    diagnose(patients, islands.cure_table(), seed=1)
    pages = islands.data_of(shown[0])["patients"]
    assert len(pages) == 4 and sum("src" not in page for page in pages) == 1
    for page in pages:
        ill = "('patient', 1)" in page["alt"] or "('patient', 3)" in page["alt"]
        on_disease, on_cure = json.loads(base64.b64decode(page["sealed"]))
        right = [n for n, each in enumerate(on_disease) if each["right"]]
        assert right == [islands.DISEASES.index("memorises" if ill else "healthy")]
        assert len(on_cure) == 2 and all(each["lines"] for each in on_cure)


def cures(*names):
    """A table of cures for every disease, the last of which lacks the last of `names`."""
    table = {disease: dict.fromkeys(names) for disease in islands.DISEASES}
    return table | ({"healthy": dict.fromkeys((*names, "more"))} if "no_treatment" in names else {})


@pytest.mark.parametrize(
    "patients, treated, error, words",
    [
        ([], {}, ValueError, "there are no patients"),
        ([islands.patient()], {}, ValueError, "treated lacks copies"),
        (
            [islands.patient()],
            cures("a", "b"),
            ValueError,
            "cures of copies are a, b; give the same",
        ),
        ([islands.patient()], cures("no_treatment"), ValueError, "cures of healthy are no_treat"),
        ([1], None, TypeError, "a patient is a pair"),
        ([(1, islands.SIGNS)], None, TypeError, "sheet is 1; give a figure"),
    ],
)
def test_a_clinic_names_what_does_not_fit(patients, treated, error, words):
    with pytest.raises(error, match=words):
        diagnose(patients, islands.cure_table() if treated is None else treated)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_islands_say_which_language_they_speak(shown, language):
    speak(language)
    explore(draw, k=(1, 2))
    assert islands.data_of(shown[0])["language"] == language


def test_an_island_says_what_it_is_in_plain_text():
    assert repr(Island("explore", {}, "<b>x</b>", "A picture.")) == "A picture."


def test_two_linear_layers_in_a_row_become_one_where_that_is_smaller():
    chain = nn.Sequential(nn.Linear(4, 9), nn.Linear(9, 4, bias=False), nn.ReLU(), nn.Linear(4, 9))
    z, before = torch.randn(5, 4), torch.get_rng_state()
    first, *rest = joined = _joined(_parts(chain))
    assert [type(part) for part in rest] == [nn.ReLU, nn.Linear] and first.weight.shape == (4, 4)
    torch.testing.assert_close(nn.Sequential(*joined)(z), chain(z))
    assert torch.equal(before, torch.get_rng_state())
