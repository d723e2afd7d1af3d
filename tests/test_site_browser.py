"""The site in a browser without kernel and net: every slider, pad and question is moved."""

import re

import browser
import nbformat
import pytest
import site_page

from tools.website import state
from tools.website.edition import EDITIONS
from tools.website.words import WORDS

pytestmark = pytest.mark.browser

ASLEEP = WORDS["en"]["asleep"]
PHONE = {"width": 400, "height": 800}
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(part =>
  part.checkVisibility() && !part.closest('.scroll, pre, .skip, math, label, p:has(> math)')
  && part.getBoundingClientRect().right > innerWidth + 1)
  .map(part => part.outerHTML.slice(0, 99))"""


@pytest.fixture(scope="module")
def base(site):
    with site_page.served(site) as address:
        yield address


ENGLISH = EDITIONS["en"].notebook_paths(browser.ROOT)


@pytest.fixture(scope="module", params=ENGLISH, ids=lambda p: p.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def states(path):
    """State of the widget in each mount, in order."""
    notebook = nbformat.read(path, 4)
    found = state.models(notebook)
    return [found[o["data"][state.VIEW]["model_id"]] for cell in notebook.cells
            for o in cell.get("outputs", []) if state.VIEW in o.get("data", {})]


@pytest.fixture(scope="module")
def opened(chromium, base, path):
    page = site_page.SitePage(chromium, base, f"{path.stem}.html")
    yield page
    page.page.close()


@pytest.fixture
def home(chromium, base):
    page = site_page.SitePage(chromium, base, "index.html")
    yield page
    page.page.close()


def numbers(states, wanted):
    return [number for number, each in enumerate(states) if wanted(each)]


def flip_books(states):
    return numbers(states, lambda each: each.get("frames"))


def pads(states):
    return numbers(states, lambda each: "reach" in each and each["layers"])


def sleepers(states):
    return numbers(states, lambda each: ("frame" in each and not each["frames"])
                   or ("reach" in each and not each["layers"]))


def slide(slider):
    """Dragged to its end by mouse and led back by keyboard; the picture changes each time."""
    last = slider.now()["last"]
    for way, end in ((lambda: slider.drag(1), last), (lambda: slider.press("Home"), 0)):
        slider.picture_after(way)
        assert slider.now()["at"] == end


def test_every_widget_is_alive(opened, states):
    live = opened.page.eval_on_selector_all(
        site_page.MOUNTS, "mounts => mounts.map(mount => mount.dataset.live)")
    assert live == ["yes"] * len(states)


def test_every_slider_moves_by_keyboard_and_mouse_and_the_picture_follows(opened, states):
    for number in flip_books(states):
        first = opened.picture(number)
        for control in opened.controls(number):
            if control.is_slider:
                slide(control)
            else:
                for option in [*range(1, control.now()["last"] + 1), 0]:
                    control.picture_after(lambda c=control, n=option: c.click(n))
        assert opened.picture(number) == first


def test_every_pad_moves_and_decodes(opened, states):
    for number in pads(states):
        pad = browser.Pad(opened, number)
        start = pad.now()
        pad.after(lambda p=pad: p.press("ArrowRight", times=6))
        pad.after(lambda p=pad: p.drag(0.05, 0.95))
        assert pad.after(lambda p=pad: p.press("Home")) == start


def test_every_question_answers_by_keyboard(opened, states):
    for number in numbers(states, lambda each: "pages" in each):
        options, confidences = opened.controls(number)
        status = opened.cell(number).query_selector("[role=status]")
        options.press("Space")
        assert not status.inner_text()
        confidences.press("Space")
        assert status.inner_text().split("\n") == states[number]["pages"][0][0]
        options.press("ArrowDown")
        assert status.inner_text().split("\n") == states[number]["pages"][1][0]


def test_what_needs_a_kernel_says_so(opened, states):
    for number in sleepers(states):
        cell = opened.cell(number)
        cell.query_selector("input[type=range], canvas[role=slider]").focus()
        opened.page.keyboard.press("ArrowRight")
        assert cell.query_selector("[role=alert]").inner_text() == ASLEEP


def test_tab_reaches_every_control_and_shows_where_it_is(opened):
    stops = opened.tab_through()
    assert len(stops) == opened.page.evaluate(site_page.STOPS) > 0
    assert all(stops.values())


def test_the_description_of_the_shown_picture_is_heard(opened, states):
    number = flip_books(states)[0]
    before = opened.picture(number)[1]
    assert before in site_page.spoken(opened.page, "image")
    control = opened.controls(number)[0]
    key = "ArrowRight" if control.is_slider else "ArrowDown"
    after = control.picture_after(lambda: control.press(key))[1]
    heard = site_page.spoken(opened.page, "image")
    assert after in heard and before not in heard
    assert opened.cell(number).query_selector(".in-words p").text_content() == after


def test_pads_are_heard_as_sliders_that_say_where_they_are(opened, states):
    for number in pads(states):
        now = browser.Pad(opened, number).now()
        assert now["label"] in site_page.spoken(opened.page, "slider")
        assert set(now["names"]) <= set(site_page.spoken(opened.page, "image"))


def test_the_page_fits_a_phone(opened):
    opened.page.set_viewport_size(PHONE)
    opened.wait_for("() => !document.getElementById('menu').open")
    assert opened.page.evaluate(TOO_WIDE) == []
    opened.page.set_viewport_size(browser.WINDOW)


def test_paper_shows_the_text_and_the_pictures_but_no_navigation(opened, states):
    opened.page.emulate_media(media="print")
    seen = {part: opened.page.locator(part).first.is_visible()
            for part in ("header", "nav.site", ".tools", "article h1", ".aeteach img")}
    opened.page.emulate_media(media="screen")
    assert [part for part, visible in seen.items() if visible] == ["article h1", ".aeteach img"]


def test_nothing_leaves_this_machine_and_nothing_complains(opened):
    assert opened.strangers == []
    assert opened.complaints == []


def test_search_finds_a_section_and_leads_there(home):
    page = home.page
    page.keyboard.press("Tab")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("copy meter")
    first = page.locator("#results li a").first
    first.wait_for()
    assert "Who copies?" in first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/02_identity_copying.html#who-copies")
    assert page.locator("#who-copies").bounding_box()["y"] < browser.WINDOW["height"]
    assert home.strangers == [] and home.complaints == []


def test_search_says_when_there_is_nothing_and_escape_closes_it(home):
    page = home.page
    page.get_by_role("searchbox").fill("xyzzy+(")
    home.wait_for("() => document.querySelector('#results [role=status]').textContent === '0'")
    page.keyboard.press("Escape")
    assert not page.locator("#results").is_visible()


def test_the_theme_follows_the_system_and_the_button_which_is_remembered(home):
    page, shown = home.page, "() => document.documentElement.dataset.theme"
    page.emulate_media(color_scheme="dark")
    home.wait_for("() => document.documentElement.dataset.theme === 'dark'")
    page.get_by_role("button", name="Dark theme", pressed=True).press("Enter")
    assert page.evaluate(shown) == "light"
    home.open("setup.html")
    assert page.evaluate(shown) == "light"
    page.evaluate("() => localStorage.clear()")


def test_the_skip_link_leads_to_the_text(home):
    home.page.keyboard.press("Tab")
    home.page.keyboard.press("Enter")
    assert home.page.evaluate("() => document.activeElement.id") == "main"


def test_the_switch_leads_to_the_russian_page_whose_slider_speaks_russian(chromium, base):
    shown = site_page.SitePage(chromium, base, "02_identity_copying.html")
    shown.page.locator("header a.language").click()
    shown.page.wait_for_url("**/ru/02_identity_copying.html")
    shown.wait_for("() => document.querySelector('.mount[data-live=yes] input[type=range]')")
    control = next(c for number in range(len(shown.page.query_selector_all(site_page.MOUNTS)))
                   for c in shown.controls(number) if c.is_slider)
    _, alt = control.picture_after(lambda: control.press("End"))
    assert re.search("[а-яё]{3}", control.label) and re.search("[а-яё]{3}", alt)
    assert shown.strangers == [] and shown.complaints == []
    shown.page.locator("header a.language").click()
    shown.page.wait_for_url(base + "02_identity_copying.html")
    shown.page.close()


def test_a_page_opened_as_a_file_moves_too(chromium, site):
    page = site_page.SitePage(chromium, site.as_uri() + "/", "02_identity_copying.html")
    control = next(c for number in range(len(page.page.query_selector_all(site_page.MOUNTS)))
                   for c in page.controls(number) if c.is_slider)
    control.picture_after(lambda: control.press("End"))
    assert page.complaints == []
    page.page.close()


def test_without_scripts_the_stills_and_the_answers_are_there(chromium, base):
    context = chromium.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base + "02_identity_copying.html")
    assert page.locator(".mount img").first.is_visible()
    assert page.locator(".mount details summary").first.is_visible()
    context.close()
