"""explore and predict: every picture and page the right one, nothing piles up."""

import base64
import functools
import html
import importlib
import io
import itertools
import math
import threading
import time

import pytest
import torch
from ipywidgets import Widget
from ipywidgets.widgets.widget import _instances
from matplotlib.figure import Figure
from PIL import Image

from aeteach.style import describe, screen_width
from aeteach.widgets import between, desk, explore, predict
from aeteach.widgets.choices import Between, control, written
from aeteach.widgets.explore import FlipBook, OnDemand
from aeteach.widgets.predict import Question, questions

explore_module = importlib.import_module("aeteach.widgets.explore")
QUESTION = "stranger"
LETTERS = "abcdefgh"


def draw(**chosen):
    """A tiny figure that says what was chosen."""
    return describe(Figure(figsize=(0.2, 0.1)), f"drawn for {sorted(chosen.items())}")


def drawn_for(frame):
    """What `draw` was given for this frame, as its alternative text tells."""
    return frame["alt"].split(". drawn for ")[1]


def frame_at(book, indices):
    """The frame that a learner sees with each control at its index: the last turns fastest."""
    place = 0
    for choice, index in zip(book.choices, indices, strict=True):
        place = place * len(choice["values"]) + index
    return book.frames[place]


@pytest.fixture(autouse=True)
def empty_desk(monkeypatch):
    monkeypatch.setattr(desk, "_desks", {})
    yield
    Widget.close_all()


@pytest.fixture
def cell(monkeypatch):
    """The running cell and its run, as the front end tells them."""
    running = ["cell-1", 0]
    monkeypatch.setattr(desk, "_running_cell", lambda: tuple(running))
    return running


@pytest.mark.parametrize("choices", [
    dict(size=(1, 2, 4)),
    dict(size=[8, 16], noise=(0.0, 0.5, 1.0)),
    dict(size=(1, 2), remedy=("plain", "sparse", "noisy"), seed=range(4)),
    dict(only=(3,)),
    dict(size=(1, 2), only=("one",)),
    dict(mixed=(1, "two", None), on=(False, True)),
], ids=["one", "two", "three", "single", "single of two", "mixed"])
def test_every_combination_leads_to_its_own_frame(choices):
    book = explore(draw, **choices)
    assert isinstance(book, FlipBook) and len(book.choices) == len(choices)
    assert len(book.frames) == math.prod(len(values) for values in choices.values())
    spans = [range(len(values)) for values in choices.values()]
    for indices in itertools.product(*spans):
        chosen = {
            name: list(values)[index]
            for (name, values), index in zip(choices.items(), indices, strict=True)
        }
        assert drawn_for(frame_at(book, indices)) == str(sorted(chosen.items()))


def test_choices_that_are_equal_have_frames_of_their_own():
    assert len(explore(draw, noise=(1, 1.0, True)).frames) == 3


def test_each_combination_is_drawn_once():
    calls = []

    def counted(**chosen):
        calls.append(tuple(chosen.values()))
        return draw(**chosen)

    explore(counted, size=(1, 2, 3), noise=(4, 5))
    assert calls == list(itertools.product((1, 2, 3), (4, 5)))


def test_alternative_text_says_what_was_chosen():
    book = explore(draw, latent_size=(4, 8), remedy=('say "no"', "b"))
    assert frame_at(book, [1, 0])["alt"].startswith('latent size 8, remedy say "no". drawn')


def test_alternative_text_says_it_once():
    def told(k):
        return describe(Figure(figsize=(0.2, 0.1)), f"k {k}. One digit.")

    assert explore(told, k=(1, 2)).frames[1]["alt"] == "k 2. One digit."


def test_a_frame_holds_the_picture():
    def coloured(red):
        figure = describe(Figure(figsize=(0.2, 0.1)), "One colour.")
        figure.patch.set_facecolor((red, 0, 0))
        return figure

    book = explore(coloured, red=(0.0, 1.0))
    for frame, value in zip(book.frames, (0, 255), strict=True):
        assert frame["width"] == screen_width(book.still)
        picture = Image.open(io.BytesIO(base64.b64decode(frame["png"]))).convert("RGB")
        assert picture.getpixel((3, 3)) == (value, 0, 0)


def test_up_to_the_limit_it_is_a_flip_book(monkeypatch):
    monkeypatch.setattr(explore_module, "MAX_FRAMES", 6)
    assert isinstance(explore(draw, size=(1, 2), noise=(1, 2, 3)), FlipBook)
    assert isinstance(explore(draw, size=(1, 2), noise=(1, 2, 3, 4)), OnDemand)


def test_the_limit_is_moderate():
    assert 24 <= explore_module.MAX_FRAMES <= 100


def test_a_continuous_choice_is_drawn_on_demand():
    book = explore(draw, noise=between(0.5, 2), size=(1, 2))
    assert isinstance(book, OnDemand) and book.frames == []
    slider = book.choices[0]
    assert (slider["name"], slider["low"], slider["high"]) == ("noise", 0.5, 2)
    assert book.wanted == [0.5, 0] and book.asleep
    assert drawn_for(book.frame) == "[('noise', 0.5), ('size', 1)]"


@pytest.mark.parametrize("low, high", [(2, 1), (1, 1), (0, float("inf")), (float("nan"), 1)])
def test_between_needs_room(low, high):
    with pytest.raises(ValueError, match=rf"between\({low}, {high}\) is empty"):
        between(low, high)


def test_between_keeps_its_ends():
    assert between(-1, 2.5) == Between(-1, 2.5)


@pytest.mark.parametrize("values", ["abc", 5, 2.5, None, b"ab"])
def test_a_choice_without_several_values_is_refused_by_name(values):
    with pytest.raises(ValueError, match=r"size is .*; give several values, such as size=\(1, 2"):
        explore(draw, noise=(1, 2), size=values)


@pytest.mark.parametrize("values", [(), [], range(0), {}])
def test_an_empty_choice_is_refused_by_name(values):
    with pytest.raises(ValueError, match="size is empty; give at least one value"):
        explore(draw, noise=(1, 2), size=values)


def test_no_choice_at_all_is_refused():
    with pytest.raises(ValueError, match="explore has no choice; give one"):
        explore(draw)


@pytest.mark.parametrize("choices", [dict(size=(1, 2)), dict(size=between(0, 1))])
@pytest.mark.parametrize("value", [None, "picture", torch.zeros(2)])
def test_draw_must_return_a_figure(choices, value):
    def forgetful(size):
        return value

    with pytest.raises(TypeError, match="forgetful returned .*; it must end with: return figures"):
        explore(forgetful, **choices)


def test_a_generator_is_read_once():
    book = explore(draw, size=(k * k for k in (1, 2, 3)))
    assert drawn_for(book.frames[2]) == "[('size', 9)]"


def test_anything_that_can_be_called_draws():
    class Drawer:
        def __call__(self, **chosen):
            return draw(**chosen)

    for drawer in (functools.partial(draw, fixed=1), Drawer(), lambda **chosen: draw(**chosen)):
        book = explore(drawer, size=(1, 2))
        assert "('size', 2)" in drawn_for(book.frames[1])


def test_numbers_have_sliders_and_words_have_radio_buttons():
    assert control("latent_size", [1, 2.5]) == {
        "kind": "slider", "name": "latent size", "values": ["1", "2.5"]
    }
    assert control("remedy", ["none", 2])["kind"] == "radios"
    assert control("on", [True, False])["values"] == ["yes", "no"]


@pytest.mark.parametrize("value, text", [
    (True, "yes"), (False, "no"), (3, "3"), (0.25, "0.25"), (1e-4, "0.0001"), ("plain", "plain"),
])
def test_values_as_they_are_written(value, text):
    assert written(value) == text


def test_a_still_picture_for_viewers_without_widgets():
    book = explore(draw, size=(7, 2))
    forms, _ = book._repr_mimebundle_()
    assert 'alt="drawn for [(&#x27;size&#x27;, 7)]"' in forms["text/html"]
    assert {"image/png", "application/vnd.jupyter.widget-view+json"} <= set(forms)
    assert forms["text/plain"] == repr(book) == "drawn for [('size', 7)]"


def test_a_plain_figure_can_be_explored():
    book = explore(lambda size: Figure(figsize=(0.2, 0.1)), size=(1, 2))
    assert [frame["alt"] for frame in book.frames] == ["size 1.", "size 2."]
    assert repr(book) == "figure"


def on_demand(drawer=draw, **choices):
    return explore(drawer, **choices or dict(noise=between(0, 100)))


def test_a_new_value_is_drawn():
    book = on_demand(size=range(100), side=("left", "right"))
    book.wanted = [41, 1]
    assert drawn_for(book.frame) == "[('side', 'right'), ('size', 41)]"
    book.wanted = [7, 0]
    assert drawn_for(book.frame) == "[('side', 'left'), ('size', 7)]"


def test_a_value_seen_before_is_not_drawn_again():
    calls = []

    def counted(noise):
        calls.append(noise)
        return draw(noise=noise)

    book = on_demand(counted)
    for value in (5, 9, 5, 9, 5):
        book.wanted = [value]
    assert calls == [0, 5, 9] and drawn_for(book.frame) == "[('noise', 5)]"


def test_only_so_many_frames_are_kept(monkeypatch):
    monkeypatch.setattr(explore_module, "KEPT_FRAMES", 3)
    book = on_demand()
    for value in range(1, 8):
        book.wanted = [value]
    assert list(book._frames) == [(5,), (6,), (7,)]


def test_an_error_of_draw_is_told_and_the_widget_lives_on():
    def fragile(noise):
        if noise == 13:
            raise ZeroDivisionError("no <13>")
        return draw(noise=noise)

    book = on_demand(fragile)
    book.wanted = [7]
    book.wanted = [13]
    assert book.notice == "the drawing failed at noise 13: no <13>"
    assert drawn_for(book.frame) == "[('noise', 7)]"
    book.wanted = [20]
    assert book.notice == "" and drawn_for(book.frame) == "[('noise', 20)]"


def test_a_draw_that_returns_nothing_later_is_told():
    book = on_demand(lambda noise: draw() if noise == 0 else None)
    book.wanted = [1]
    assert "returned None; it must end with" in book.notice


class SlowDraw:
    """Draws slowly and notes when two drawings run at the same time."""

    def __init__(self, seconds):
        self.seconds, self.calls, self.together = seconds, [], False
        self.busy = threading.Lock()

    def __call__(self, noise):
        free = self.busy.acquire(blocking=False)
        self.together |= not free
        self.calls.append(noise)
        time.sleep(self.seconds)
        if free:
            self.busy.release()
        return draw(noise=noise)


def test_the_newest_value_wins_and_stale_ones_are_skipped():
    slow, drawing, go_on = SlowDraw(0), threading.Event(), threading.Event()

    def held(noise):
        if noise == 1:
            drawing.set()
            go_on.wait(10)
        return slow(noise)

    book = on_demand(held)
    first = threading.Thread(target=lambda: setattr(book, "wanted", [1]))
    first.start()
    assert drawing.wait(10)
    for value in range(2, 30):
        book.wanted = [value]
    go_on.set()
    first.join()
    assert slow.calls == [0, 1, 29] and not slow.together
    assert drawn_for(book.frame) == "[('noise', 29)]"


@pytest.mark.parametrize("attempt", range(3))
def test_many_threads_end_at_the_final_value(attempt):
    slow = SlowDraw(0.001)
    book = on_demand(slow)

    def drag(start):
        for step in range(12):
            book.wanted = [start + step]
            time.sleep(0.0005 * (start % 3))

    threads = [threading.Thread(target=drag, args=(10 * n + attempt,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert drawn_for(book.frame) == f"[('noise', {book.wanted[0]})]"
    assert not slow.together and not book._lock.locked()


def live_widgets():
    return len(_instances)


@pytest.mark.parametrize("show, runs", [
    (lambda: explore(draw, size=(1, 2), noise=(3,)), 200),
    (lambda: explore(draw, noise=between(0, 1)), 200),
    (lambda: predict(QUESTION, "a"), 200),
], ids=["flip-book", "on demand", "predict"])
def test_running_a_cell_again_does_not_pile_up_widgets(show, runs, cell, monkeypatch):
    monkeypatch.setattr("aeteach.style.png", lambda figure: b"")
    empty = live_widgets()
    show()
    once = live_widgets()
    assert once > empty
    for run in range(1, runs):
        cell[1] = run
        show()
    assert live_widgets() == once and len(desk._desks) == 1


def test_two_explores_in_one_cell_both_stay(cell):
    first, second = explore(draw, size=(1, 2)), explore(draw, size=(1, 2))
    assert all(widget.comm is not None for widget in (first, second))
    cell[1] = 1
    third = explore(draw, size=(1, 2))
    assert first.comm is None and second.comm is None and third.comm is not None


def test_two_cells_do_not_disturb_each_other(cell):
    first = explore(draw, size=(1, 2))
    cell[:] = ["cell-2", 1]
    second = explore(draw, size=(1, 2))
    assert first.comm is not None and second.comm is not None


def test_without_a_cell_the_same_call_replaces_itself(monkeypatch):
    monkeypatch.setattr(desk, "_running_cell", lambda: (None, None))
    first, other = explore(draw, size=(1, 2)), explore(draw, noise=(1, 2))
    again = explore(draw, size=(1, 2))
    assert first.comm is None and other.comm is not None and again.comm is not None


def test_a_closed_book_leaves_nothing(cell):
    empty = set(_instances)
    for show in (lambda: explore(draw, size=(1, 2)), lambda: predict(QUESTION, "a")):
        first = show()
        cell[1] += 1
        second = show()
        assert set(_instances) - empty == {second.model_id, second.layout.model_id}
        assert first.comm is None and second.comm is not None
        cell[1] += 1


def test_the_running_cell_is_told_by_the_front_end(monkeypatch):
    assert desk._running_cell() == (None, None)

    class Shell:
        def get_parent(self):
            return {"metadata": {"cellId": "abc"}, "header": {"msg_id": "m1"}}

    class Python:
        get_ipython = Shell

    monkeypatch.setitem(desk.sys.modules, "IPython", Python)
    assert desk._running_cell() == ("abc", "m1")
    monkeypatch.setattr(Shell, "get_parent", lambda self: {})
    assert desk._running_cell() == (None, None)


@pytest.mark.parametrize("right", range(3))
def test_every_page_of_a_question_is_the_right_one(right):
    asked = predict(QUESTION, LETTERS[right], {"test_error": 0.25})
    ideas = questions()[QUESTION]["en"]["ideas"]
    for option, sure in itertools.product(range(3), range(3)):
        page = asked.pages[option][sure]
        assert page[0].startswith("✓ Right.") is (option == right)
        assert page[0].startswith("✗ Not this time.") is (option != right)
        assert ("Certain and wrong" in page[0]) is (option != right and sure == 2)
        assert ("good guess" in page[0]) is (option == right and sure == 0)
        assert page[1] == ideas[option] and page[-1] == "test error: 0.25"
        assert (f"Measured: {ideas[right]}" in page) is (option != right)


def test_a_question_shows_its_text():
    asked, text = predict(QUESTION, "b"), questions()[QUESTION]["en"]
    assert (asked.question, asked.options) == (text["question"], text["options"])
    assert asked.how_sure and len(asked.confidences) == 3
    assert [len(page) for page in asked.pages] == [3, 3, 3]


def test_a_question_without_numbers_has_no_empty_line():
    assert len(predict(QUESTION, "b").feedback(1, 1)) == 2


def test_an_unknown_question_is_refused():
    with pytest.raises(KeyError, match="no question 'no_such'.*questions.toml"):
        predict("no_such", "a")


@pytest.mark.parametrize("answer", ["d", "", "ab", "A", "1", " "])
def test_a_letter_without_an_option_is_refused(answer):
    with pytest.raises(ValueError, match=f"answer is '{answer}'; .*has a, b, c"):
        predict(QUESTION, answer)


def test_a_question_for_viewers_without_widgets():
    asked = predict(QUESTION, "b", {"error": 0.25})
    forms, text = asked._repr_mimebundle_()[0], questions()[QUESTION]["en"]
    still = html.unescape(forms["text/html"])
    assert text["question"] in still and all(option in still for option in text["options"])
    answer = still.split("<details>")[1]
    assert text["options"][1] in answer and "error: 0.25" in answer
    assert text["options"][0] not in answer
    assert "application/vnd.jupyter.widget-view+json" in forms
    assert repr(asked) == f"predict: {text['question']}"


def test_questions_are_escaped_in_the_still_form():
    text = dict(question="a < b?", options=["<i>", "x"], ideas=["<u>", "& y"])
    asked = Question(text, 0, "1 < 2")
    still = asked._repr_mimebundle_()[0]["text/html"]
    assert asked.feedback(0, 1)[1:] == ["<u>", "1 < 2"]
    assert "a &lt; b?" in still and "1 &lt; 2" in still and "<i>" not in still


def test_a_question_falls_back_to_english(monkeypatch):
    module = importlib.import_module("aeteach.widgets.predict")
    monkeypatch.setattr(module, "language", lambda: "xx")
    assert predict(QUESTION, "a").question == questions()[QUESTION]["en"]["question"]


def test_the_answer_may_be_the_label_of_a_number():
    measured = {"digit": 0.1, "triangle": 0.9, "noise": 0.2}
    assert predict(QUESTION, "triangle", measured).right == 1
    assert predict(QUESTION, "c", measured).right == 2


def test_a_label_beyond_the_options_is_no_answer():
    measured = dict.fromkeys(("digit", "triangle", "noise", "mean"), 0.0)
    with pytest.raises(ValueError, match="answer is 'mean'"):
        predict(QUESTION, "mean", measured)
