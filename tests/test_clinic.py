"""The diagnosis game: feedback from the patient's own numbers, score, new patients."""

import base64
import json
import re

import pytest
from browser import Notebook
from test_front import needs_node, run

from aeteach import diagnose
from aeteach.measures.symptoms import DISEASES, disease
from aeteach.style import describe, new_figure
from aeteach.widgets.findings import cures, on_cure, on_disease
from aeteach.words import speak

SIGNS = {
    "copies": dict(train=0.002, test=0.003, copy=0.75, landed=0.0),
    "memorises": dict(train=0.0, test=0.0585, copy=-0.08, landed=0.96),
    "overfits": dict(train=0.001, test=0.0185, copy=0.23, landed=0.02),
    "underfits": dict(train=0.042, test=0.044, copy=0.02, landed=0.0),
    "healthy": dict(train=0.0136, test=0.0148, copy=0.24, landed=0.0),
}
FIT = SIGNS["healthy"] | dict(test=0.0140)
TREATED = {
    name: {"no_treatment": SIGNS[name], "rest": SIGNS[name] | dict(test=0.0977), "pill": FIT}
    for name in DISEASES
}


def sheet(width=2):
    return describe(new_figure(width, 1), "A sheet of curves and of pictures.")


def clinic(names=DISEASES, **options):
    return diagnose([(sheet(), SIGNS[name]) for name in names], TREATED, **options)


def opened(page):
    return json.loads(base64.b64decode(page["sealed"]))


@pytest.mark.parametrize("name", DISEASES)
def test_the_right_disease_is_confirmed_by_its_own_number(name):
    found = on_disease(name, SIGNS[name])
    number = {"copies": "R² 0.75", "memorises": "96%", "overfits": "18.5 times",
              "underfits": "0.0420", "healthy": "1.1 times"}[name]
    assert found["right"] and found["lines"][0] == f"✓ Right: {name}."
    assert number in found["lines"][1]
    assert f"test error {SIGNS[name]['test']:.4f}" in found["lines"][-1]


@pytest.mark.parametrize("name", DISEASES)
@pytest.mark.parametrize("guess", DISEASES)
def test_a_wrong_disease_is_named_and_the_true_one_too(name, guess):
    found = on_disease(guess, SIGNS[name])
    assert found["right"] == (guess == name)
    if guess != name:
        assert found["lines"][0] == f"✗ You said: {guess}. It is: {name}."
        assert len(found["lines"]) == 4
    assert "{" not in " ".join(found["lines"])


def test_what_speaks_against_a_guess_is_measured_or_a_matter_of_degree():
    assert "reaches 0.02." in on_disease("copies", SIGNS["underfits"])["lines"][2]
    for guess, name in (("overfits", "memorises"), ("memorises", "overfits")):
        assert "a matter of degree" in on_disease(guess, SIGNS[name])["lines"][2]


def test_a_cure_is_judged_by_what_it_did():
    lines = on_cure("pill", "memorises", TREATED["memorises"])["lines"]
    assert lines[0] == "✓ Right: pill."
    assert "test error 0.0585 → 0.0140" in lines[1] and "96% → 0%" in lines[1]
    assert lines[2] == "The same rule now says: healthy."
    lines = on_cure("rest", "copies", TREATED["copies"])["lines"]
    assert lines[0] == "✗ Not a cure here: rest." and lines[-1] == "What worked: pill."
    assert not on_cure("no_treatment", "copies", TREATED["copies"])["right"]


def test_a_cure_that_moves_a_patient_to_another_disease_does_not_count():
    table = {"no_treatment": SIGNS["overfits"], "noise": SIGNS["memorises"]}
    found = on_cure("noise", "overfits", table)
    assert not found["right"] and "The same rule now says: memorises." in found["lines"]
    assert found["lines"][-1] == "What worked: none of these alone."


def test_a_gap_that_closes_by_a_worse_train_error_is_no_cure():
    table = {"no_treatment": SIGNS["overfits"], "noise": dict(SIGNS["overfits"], train=0.007)}
    found = on_cure("noise", "overfits", table)
    assert disease(table["noise"]) == "healthy" and not found["right"]
    assert "nothing is won" in found["lines"][2]


def test_a_healthy_patient_is_best_left_alone():
    assert cures("no_treatment", TREATED["healthy"]) and cures("pill", TREATED["healthy"])
    worse = TREATED["healthy"] | {"noise": SIGNS["healthy"] | dict(test=0.02)}
    assert not cures("noise", worse)
    assert "leave it alone" in on_cure("noise", "healthy", worse)["lines"][2]


def test_nothing_shown_before_the_answer_names_the_disease():
    game = clinic()
    for page in game.patients:
        shown = json.dumps({key: page[key] for key in page if key not in ("png", "sealed")})
        assert not any(name in shown + page["sealed"] for name in DISEASES)
    assert all(re.fullmatch(r"[A-Za-z0-9+/=]+", page["sealed"]) for page in game.patients)


def test_the_order_of_patients_follows_the_seed_and_nothing_else():
    orders = []
    for seed in (0, 0, 1):
        right = [[each["right"] for each in opened(page)[0]] for page in clinic(seed=seed).patients]
        orders.append([row.index(True) for row in right])
    assert orders[0] == orders[1] != orders[2] and sorted(orders[2]) == [0, 1, 2, 3, 4]


def test_a_new_patient_comes_with_its_number_and_its_own_feedback():
    asked = []

    def new(number):
        asked.append(number)
        return sheet(3), SIGNS["copies"]

    game = clinic(["healthy"], new=new)
    game.wanted = 1
    assert asked == [1] and game.fresh["number"] == 1 and game.fresh["width"] == 300
    assert opened(game.fresh)[0][0]["right"] and game.notice == ""
    game.wanted = 2
    assert asked == [1, 2] and game.fresh["number"] == 2


def test_an_error_of_a_new_patient_is_told_in_words():
    def new(number):
        raise RuntimeError("no bed")

    game = clinic(["healthy"], new=new)
    game.wanted = 1
    assert game.notice == "patient 1 did not come: RuntimeError: no bed" and not game.fresh
    game.wanted = 2
    assert "patient 2" in game.notice
    game = clinic(["healthy"], new=lambda number: 5)
    game.wanted = 1
    assert "a patient is a pair (sheet, signs)" in game.notice


def test_without_a_source_of_patients_there_is_no_button_for_them():
    assert clinic().buttons == ["Diagnose", "Next patient"]
    assert clinic(new=lambda number: None).buttons[-1] == "New patient"


@pytest.mark.parametrize("patients, treated, kind, words", [
    ([], TREATED, ValueError, "there are no patients"),
    ([(sheet(), SIGNS["copies"])], {}, ValueError, "treated lacks copies, memorises"),
    ([(sheet(), SIGNS["copies"])], TREATED | {"healthy": {"pill": FIT}}, ValueError,
     "the cures of healthy are pill"),
    ([(sheet(), {"train": 1.0})], TREATED, TypeError, "signs of measures.symptoms"),
    ([sheet()], TREATED, TypeError, "a patient is a pair"),
    ([("sheet", SIGNS["copies"])], TREATED, TypeError, "sheet is 'sheet'; give a figure"),
])
def test_bad_input_is_refused_in_words(patients, treated, kind, words):
    with pytest.raises(kind, match=re.escape(words)):
        diagnose(patients, treated)


def test_viewers_without_widgets_see_the_first_sheet():
    forms = clinic().still_forms()
    assert "A sheet of curves" in forms["text/html"] and forms["text/plain"] == sheet().alt_text


def test_its_words_follow_the_language(tmp_path, monkeypatch):
    (tmp_path / "eo.toml").write_text('"Diagnose" = "Diagnozi"\n"copies" = "kopias"\n')
    monkeypatch.setattr("aeteach.words._SHELF", tmp_path)
    speak("eo")
    game = clinic()
    assert game.buttons[0] == "Diagnozi" and game.asks[0]["values"][0] == "kopias"


PLAY = """
  Element.prototype.matches = function () { return this.disconnected === true; };
  const {el, model} = shown(STATE);
  const [head, image, asked, row, notice, score, answer] = el.children;
  const choose = (group, n) => asked.children[group].children[n + 1].children[0].handlers.input();
  const press = (n) => row.children[n].handlers.click();
  const said = () => answer.children.flatMap((part) => texts(part));
"""


def played(code, disconnected=False):
    pages = [dict(png="", alt=f"sheet {n}", width=9, sealed=sealed(n)) for n in range(2)]
    state = dict(
        patients=pages, asks=[dict(name=name, values=["a", "b"]) for name in ("D", "C")],
        buttons=["diagnose", "next", "new"], wanted=0, fresh={}, notice="",
        words=dict(patient="P {n}", choose="choose", last="last", training="wait",
                   asleep="asleep", score="{diseases} {cures} of {n}"))
    return run("clinic", PLAY.replace("STATE", json.dumps(state))
               + f"el.disconnected = {json.dumps(disconnected)};" + code)


def sealed(right):
    answers = [[dict(right=n == right, lines=[f"{kind}{n}"]) for n in range(2)] for kind in "dc"]
    return base64.b64encode(json.dumps(answers).encode()).decode()


@needs_node
def test_both_answers_are_needed_and_the_first_pair_counts():
    assert played("""
      press(0);
      const first = [notice.textContent, said()];
      choose(0, 0); choose(1, 1); press(0);
      const second = [notice.textContent, said(), score.textContent];
      choose(1, 0); press(0);
      return [first, second, [said(), score.textContent]];
    """) == [["choose", []], ["", ["d0", "c1"], "1 0 of 1"], [["d0", "c0"], "1 0 of 1"]]


@needs_node
def test_the_score_goes_on_with_the_next_patient_until_none_is_left():
    assert played("""
      choose(0, 0); choose(1, 0); press(0); press(1);
      const second = [head.textContent, image.alt, said()];
      choose(0, 0); choose(1, 1); press(0);
      const then = score.textContent;
      press(1);
      return [second, then, notice.textContent, image.alt];
    """) == [["P 2", "sheet 1", []], "1 2 of 2", "last", "sheet 1"]


@needs_node
def test_a_new_patient_is_asked_once_and_shown_when_it_comes():
    assert played(f"""
      press(2); press(2);
      const once = [model.get("wanted"), notice.textContent, model.saved];
      model.state.fresh = {{png: "", alt: "fresh", width: 9, number: 1, sealed: "{sealed(1)}"}};
      model.watchers["change:fresh"]();
      const came = [image.alt, head.textContent, notice.textContent];
      press(2);
      model.state.notice = "no bed";
      model.watchers["change:notice"]();
      return [once, came, notice.textContent, model.get("wanted"), image.alt];
    """) == [[1, "wait", 1], ["fresh", "P 2", ""], "no bed", 2, "fresh"]


@needs_node
def test_without_a_kernel_a_new_patient_says_so():
    assert played('press(2); return [notice.textContent, model.get("wanted")];', True) == [
        "asleep", 0]


GAME = f"""from aeteach import diagnose, start
from aeteach.style import describe, new_figure
start()
signs = {SIGNS!r}
table = {TREATED!r}
def new(number):
    sheet = describe(new_figure(5, 2), f"Sheet number {{number}} of curves.")
    return sheet, signs["memorises"]
diagnose([(new(0)[0], signs["copies"])], table, new)"""


@pytest.mark.browser
def test_the_game_is_played_by_keyboard(chromium, lab):
    notebook = Notebook(chromium, lab, lab.write("game.ipynb", GAME))
    notebook.run_all()
    page, cell = notebook.page, notebook.cell(0)
    diseases, treatments = notebook.controls(0)
    diseases.press("Space")
    treatments.press("Space")
    treatments.press("ArrowRight")
    treatments.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    said = cell.query_selector("div[role=status]").inner_text()
    assert "✓ Right: copies." in said and "✓ Right: pill." in said
    assert cell.query_selector("p[role=status]").inner_text() == (
        "Diagnoses right: 1 of 1, cures right: 1 of 1.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_selector('.aeteach img[alt="Sheet number 1 of curves."]')
    assert cell.query_selector("h4").inner_text() == "Patient 2"
    assert not cell.query_selector("div[role=status]").inner_text()
    assert all(control.now()["at"] == -1 for control in notebook.controls(0))
    assert notebook.active_cell() == 0
    notebook.close()


def test_the_signs_of_these_tests_are_those_of_their_diseases():
    assert [disease(SIGNS[name]) for name in DISEASES] == list(DISEASES)
