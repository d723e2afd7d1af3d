"""explore and predict: every page right, every control joined, nothing piles up."""

import base64
import functools
import html
import importlib
import io
import itertools
import re
import threading
import time

import ipywidgets as ipw
import pytest
import torch
from ipywidgets.widgets.widget import _instances
from matplotlib.figure import Figure
from PIL import Image

from aeteach.style import describe, screen_width
from aeteach.widgets import between, desk, explore, predict
from aeteach.widgets.choices import Between, control, message, written
from aeteach.widgets.explore import FlipBook, OnDemand
from aeteach.widgets.predict import Question, questions

explore_module = importlib.import_module("aeteach.widgets.explore")
QUESTION = "stranger"
LETTERS = "abcdefgh"


def draw(**chosen):
    """A tiny figure that says what was chosen."""
    return describe(Figure(figsize=(0.2, 0.1)), f"drawn for {sorted(chosen.items())}")


def alt_of(page):
    return html.unescape(re.search(r'<img alt="([^"]*)"', page).group(1))


def drawn_for(page):
    return alt_of(page).split(". drawn for ")[1]


def links_of(book):
    return {(link.source[0], link.target[0]): link for link in book.links}


def page_at(book, indices):
    """The frame that a learner sees with each control at its index."""
    page = book.children[-1]
    for index in indices:
        page = page.children[index]
    return page


def stacks_at(page, depth):
    """All stacks below `page`, with how deep they stand."""
    if isinstance(page, ipw.Stack):
        yield page, depth
        for child in page.children:
            yield from stacks_at(child, depth + 1)


@pytest.fixture(autouse=True)
def empty_desk(monkeypatch):
    monkeypatch.setattr(desk, "_desks", {})
    yield
    ipw.Widget.close_all()


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
    assert isinstance(book, FlipBook) and list(book.controls) == list(choices)
    spans = [range(len(values)) for values in choices.values()]
    for indices in itertools.product(*spans):
        chosen = {
            name: list(values)[index]
            for (name, values), index in zip(choices.items(), indices, strict=True)
        }
        assert drawn_for(page_at(book, indices).value) == str(sorted(chosen.items()))


def test_every_stack_is_joined_to_the_control_of_its_depth():
    book = explore(draw, size=(1, 2), noise=(3, 4, 5), seed=(6, 7))
    controls = list(book.controls.values())
    expected = {
        (controls[depth], stack) for stack, depth in stacks_at(book.children[-1], 0)
    }
    links = links_of(book)
    assert set(links) == expected and len(book.links) == 1 + 2 + 6
    for link in links.values():
        assert (link.source[1], link.target[1]) == ("index", "selected_index")


def test_pages_and_controls_start_at_the_first_value():
    book = explore(draw, size=(4, 2), noise=("a", "b"))
    assert [control.index for control in book.controls.values()] == [0, 0]
    assert all(stack.selected_index == 0 for stack, _ in stacks_at(book.children[-1], 0))


def test_choices_that_are_equal_have_pages_of_their_own():
    book = explore(draw, noise=(1, 1.0, True))
    assert [page_at(book, [i]).value.count("<img") for i in range(3)] == [1, 1, 1]


def test_each_combination_is_drawn_once():
    calls = []

    def counted(**chosen):
        calls.append(tuple(chosen.values()))
        return draw(**chosen)

    explore(counted, size=(1, 2, 3), noise=(4, 5))
    assert calls == list(itertools.product((1, 2, 3), (4, 5)))


def test_frames_share_their_looks():
    frames = explore(draw, size=(1, 2, 3)).children[-1].children
    assert len(frames) == 3
    assert len({frame.layout for frame in frames}) == len({frame.style for frame in frames}) == 1


def test_alternative_text_says_what_was_chosen():
    book = explore(draw, latent_size=(4, 8), remedy=('say "no"', "b"))
    assert alt_of(page_at(book, [1, 0]).value).startswith('latent size 8, remedy say "no". drawn')


def test_a_frame_holds_the_picture():
    def coloured(red):
        figure = describe(Figure(figsize=(0.2, 0.1)), "One colour.")
        figure.patch.set_facecolor((red, 0, 0))
        return figure

    book = explore(coloured, red=(0.0, 1.0))
    for index, value in enumerate((0, 255)):
        page = page_at(book, [index]).value
        assert f'width="{screen_width(book.still)}"' in page
        source = re.search(r"base64,([^\"]+)", page).group(1)
        picture = Image.open(io.BytesIO(base64.b64decode(source))).convert("RGB")
        assert picture.getpixel((3, 3)) == (value, 0, 0)


def test_up_to_the_limit_it_is_a_flip_book(monkeypatch):
    monkeypatch.setattr(explore_module, "MAX_FRAMES", 6)
    assert isinstance(explore(draw, size=(1, 2), noise=(1, 2, 3)), FlipBook)
    assert isinstance(explore(draw, size=(1, 2), noise=(1, 2, 3, 4)), OnDemand)


def test_the_limit_is_moderate():
    assert 24 <= explore_module.MAX_FRAMES <= 100


def test_a_continuous_choice_is_drawn_on_demand():
    book = explore(draw, noise=between(0.5, 2), size=(1, 2))
    assert isinstance(book, OnDemand) and book.links == []
    slider = book.controls["noise"]
    assert (slider.min, slider.max, slider.value) == (0.5, 2, 0.5)
    assert drawn_for(book.frame.value) == "[('noise', 0.5), ('size', 1)]"


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
    assert drawn_for(page_at(book, [2]).value) == "[('size', 9)]"


def test_anything_that_can_be_called_draws():
    class Drawer:
        def __call__(self, **chosen):
            return draw(**chosen)

    for drawer in (functools.partial(draw, fixed=1), Drawer(), lambda **chosen: draw(**chosen)):
        book = explore(drawer, size=(1, 2))
        assert "('size', 2)" in drawn_for(page_at(book, [1]).value)


def test_numbers_have_sliders_and_words_have_buttons():
    number, word = control("latent_size", [1, 2.5]), control("remedy", ["none", "noise"])
    assert isinstance(number, ipw.SelectionSlider) and isinstance(word, ipw.ToggleButtons)
    assert isinstance(control("on", [True, False]), ipw.ToggleButtons)
    assert number.description == "latent size" and word.description == "remedy"
    assert [text for text, _ in number.options] == ["1", "2.5"]


@pytest.mark.parametrize("value, text", [
    (True, "yes"), (False, "no"), (3, "3"), (0.25, "0.25"), (1e-4, "0.0001"), ("plain", "plain"),
])
def test_values_as_they_are_written(value, text):
    assert written(value) == text


def test_a_still_picture_for_viewers_without_widgets():
    book = explore(draw, size=(7, 2))
    forms = book._repr_mimebundle_()
    assert alt_of(forms["text/html"]) == "drawn for [('size', 7)]"
    assert {"image/png", "application/vnd.jupyter.widget-view+json"} <= set(forms)
    assert repr(book) == "explore: drawn for [('size', 7)]"


def test_a_plain_figure_can_be_explored():
    book = explore(lambda size: Figure(figsize=(0.2, 0.1)), size=(1, 2))
    assert alt_of(page_at(book, [1]).value).startswith("size 2")


def on_demand(drawer=draw, **choices):
    return explore(drawer, **choices or dict(noise=between(0, 100)))


def test_a_new_value_is_drawn():
    book = on_demand(size=range(100))
    book.controls["size"].value = 41
    assert drawn_for(book.frame.value) == "[('size', 41)]"
    book.controls["size"].index = 7
    assert drawn_for(book.frame.value) == "[('size', 7)]"


def test_a_value_seen_before_is_not_drawn_again():
    calls = []

    def counted(noise):
        calls.append(noise)
        return draw(noise=noise)

    book = on_demand(counted)
    for value in (5, 9, 5, 9, 5):
        book.controls["noise"].value = value
    assert calls == [0, 5, 9] and drawn_for(book.frame.value) == "[('noise', 5.0)]"


def test_only_so_many_frames_are_kept(monkeypatch):
    monkeypatch.setattr(explore_module, "KEPT_FRAMES", 3)
    book = on_demand()
    for value in range(1, 8):
        book.controls["noise"].value = value
    assert list(book._frames) == [(5.0,), (6.0,), (7.0,)]


def test_an_error_of_draw_is_told_and_the_widget_lives_on():
    def fragile(noise):
        if noise == 13:
            raise ZeroDivisionError("no <13>")
        return draw(noise=noise)

    book = on_demand(fragile)
    book.controls["noise"].value = 7
    book.controls["noise"].value = 13
    assert book.notice.value == message("the drawing failed at noise 13: no <13>")
    assert 'role="alert"' in book.notice.value and "no &lt;13&gt;" in book.notice.value
    assert drawn_for(book.frame.value) == "[('noise', 7.0)]"
    book.controls["noise"].value = 20
    assert book.notice.value == "" and drawn_for(book.frame.value) == "[('noise', 20.0)]"


def test_a_draw_that_returns_nothing_later_is_told():
    book = on_demand(lambda noise: draw() if noise == 0 else None)
    book.controls["noise"].value = 1
    assert "returned None; it must end with" in html.unescape(book.notice.value)


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
    slow = SlowDraw(0.05)
    book = on_demand(slow)
    first = threading.Thread(target=lambda: setattr(book.controls["noise"], "value", 1))
    first.start()
    while 1 not in slow.calls:
        time.sleep(0.001)
    for value in range(2, 30):
        book.controls["noise"].value = value
    first.join()
    assert slow.calls == [0, 1, 29] and not slow.together
    assert drawn_for(book.frame.value) == "[('noise', 29.0)]"


@pytest.mark.parametrize("attempt", range(3))
def test_many_threads_end_at_the_final_value(attempt):
    slow = SlowDraw(0.001)
    book = on_demand(slow)

    def drag(start):
        for step in range(12):
            book.controls["noise"].value = start + step
            time.sleep(0.0005 * (start % 3))

    threads = [threading.Thread(target=drag, args=(10 * n + attempt,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    final = book.controls["noise"].value
    assert drawn_for(book.frame.value) == f"[('noise', {final})]"
    assert not slow.together and not book._lock.locked()


def live_widgets():
    return len(_instances)


@pytest.mark.parametrize("show, runs", [
    (lambda: explore(draw, size=(1, 2), noise=(3,)), 200),
    (lambda: explore(draw, noise=between(0, 1)), 200),
    (lambda: predict(QUESTION, "a"), 40),
], ids=["flip-book", "on demand", "predict"])
def test_running_a_cell_again_does_not_pile_up_widgets(show, runs, cell, monkeypatch):
    monkeypatch.setattr("aeteach.style.png", lambda figure: b"")
    empty = live_widgets()
    show()
    once = live_widgets()
    assert once - empty >= 9
    for run in range(1, runs):
        cell[1] = run
        show()
    assert live_widgets() == once and len(desk._desks) == 1


def test_two_explores_in_one_cell_both_stay(cell):
    first, second = explore(draw, size=(1, 2)), explore(draw, size=(1, 2))
    assert all(widget.comm is not None for widget in (first, *first.links, second))
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


def test_a_closed_book_leaves_none_of_its_parts(cell):
    empty = set(_instances)
    book = explore(draw, size=(1, 2), noise=(3, 4))
    made = set(_instances) - empty
    inside = {part.model_id for whole in (book, *book.links) for part in desk.parts(whole)}
    assert made == inside


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


@pytest.mark.parametrize("name", questions())
def test_a_row_of_questions_is_complete(name):
    row = questions()[name]
    assert row["notebook"] in range(1, 7) and "en" in row
    for language in set(row) - {"notebook"}:
        text = row[language]
        assert set(text) == {"question", "options", "ideas"} and text["question"].endswith("?")
        assert 2 <= len(text["options"]) == len(text["ideas"]) == len(row["en"]["options"])
        assert len(set(text["options"])) == len(text["options"])


@pytest.mark.parametrize("right", range(3))
def test_every_page_of_a_question_is_the_right_one(right):
    asked = predict(QUESTION, LETTERS[right], {"test_error": 0.25})
    ideas = questions()[QUESTION]["en"]["ideas"]
    for option, sure in itertools.product(range(3), range(3)):
        page = html.unescape(asked.children[-1].children[option].children[sure].value)
        assert page == html.unescape(asked.feedback(option, sure))
        assert ("✓ Right." in page) is (option == right)
        assert ("✗ Not this time." in page) is (option != right)
        assert ("Certain and wrong" in page) is (option != right and sure == 2)
        assert ("good guess" in page) is (option == right and sure == 0)
        assert ideas[option] in page and ideas[right] in page and "test error: 0.25" in page
        assert 'role="status"' in page


def test_a_question_is_joined_to_its_pages():
    asked = predict(QUESTION, "b")
    pages = asked.children[-1]
    links = links_of(asked)
    assert set(links) == {(asked.options, pages), *((asked.sure, s) for s in pages.children)}
    assert {(link.source[1], link.target[1]) for link in links.values()} == {
        ("index", "selected_index")
    }


def test_a_question_starts_without_an_answer():
    asked = predict(QUESTION, "b")
    pages = asked.children[-1]
    assert asked.options.index is asked.sure.index is pages.selected_index is None
    assert all(stack.selected_index is None for stack in pages.children)
    assert asked.options.options == tuple(questions()[QUESTION]["en"]["options"])


def test_a_question_without_numbers_has_no_empty_line():
    page = predict(QUESTION, "b").feedback(1, 1)
    assert page.count("<br>") == 1


def test_an_unknown_question_is_refused():
    with pytest.raises(KeyError, match="no question 'no_such'.*questions.toml"):
        predict("no_such", "a")


@pytest.mark.parametrize("answer", ["d", "", "ab", "A", "1", " "])
def test_a_letter_without_an_option_is_refused(answer):
    with pytest.raises(ValueError, match=f"answer is '{answer}'; .*has a, b, c"):
        predict(QUESTION, answer)


def test_a_question_for_viewers_without_widgets():
    asked = predict(QUESTION, "b", {"error": 0.25})
    forms, text = asked._repr_mimebundle_(), questions()[QUESTION]["en"]
    still = html.unescape(forms["text/html"])
    assert text["question"] in still and all(option in still for option in text["options"])
    answer = still.split("<details>")[1]
    assert text["options"][1] in answer and "error: 0.25" in answer
    assert text["options"][0] not in answer
    assert "application/vnd.jupyter.widget-view+json" in forms
    assert repr(asked) == f"predict: {text['question']}"


def test_questions_are_escaped():
    text = dict(question="a < b?", options=["<i>", "x"], ideas=["<u>", "& y"])
    asked = Question(text, 0, "1 < 2")
    assert "&lt;u&gt;" in asked.feedback(0, 1) and "1 &lt; 2" in asked.feedback(0, 1)
    assert "a &lt; b?" in asked._repr_mimebundle_()["text/html"]
    assert "<i>" not in asked._repr_mimebundle_()["text/html"]


def test_a_question_falls_back_to_english(monkeypatch):
    module = importlib.import_module("aeteach.widgets.predict")
    monkeypatch.setattr(module, "language", lambda: "xx")
    assert predict(QUESTION, "a").text == questions()[QUESTION]["en"]
