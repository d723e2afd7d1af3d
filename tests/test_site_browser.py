"""The site in a browser without kernel and net: every island on its pages is alive.

One page with every kind of island in `make test`, all pages of the notebooks in `make test-all`.
"""

import re

import browser
import pytest
import site_page
from playwright.sync_api import expect

from tools.website.edition import EDITIONS

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SMALLEST = 0.6
TOO_WIDE = f"""() => ({site_page.EVERYTHING})().filter(part => part.checkVisibility()
  && part.getBoundingClientRect().right > innerWidth + 1
  && !part.closest('.scroll, .sideways, pre, .skip, math, header label, p:has(> math)'))
  .map(part => part.outerHTML.slice(0, 99))"""
TOO_SMALL = f"""() => ({site_page.EVERYTHING})().filter(part => part.checkVisibility()
  && part.matches('button, summary, input:not([type=radio]), label:has(input), canvas[tabindex], '
    + 'nav a, header a, .tools a, .neighbours a')
  && Math.min(part.getBoundingClientRect().width, part.getBoundingClientRect().height) < 24)
  .map(part => part.outerHTML.slice(0, 99))"""
COVERED = """() => {
  const parts = [...document.querySelectorAll('header > :not([hidden])')]
    .map(part => part.getBoundingClientRect());
  return parts.some((a, n) => parts.slice(n + 1).some(b =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom));
}"""
SHRUNK = f"""() => ({site_page.EVERYTHING})().filter(image => image.checkVisibility()
  && image.matches('.scroll img, .sideways img')
  && image.clientWidth < {SMALLEST} * image.getAttribute('width') - 1).map(image => image.alt)"""
PAGES = [site_page.SAMPLE] + [
    pytest.param(edition.page(f"{path.stem}.html"), marks=pytest.mark.full)
    for edition in EDITIONS.values()
    for path in edition.notebook_paths(browser.ROOT)
]


@pytest.fixture(scope="module")
def base(site):
    with site_page.served(site) as address:
        yield address


@pytest.fixture(scope="module", params=PAGES)
def address(request, sample):
    name = request.param
    is_sample = name == site_page.SAMPLE
    folder = sample / "site" if is_sample else request.getfixturevalue("site")
    with site_page.served(folder) as base:
        yield base + name


@pytest.fixture(scope="module")
def opened(chromium, address):
    shown = site_page.SitePage(chromium, address)
    yield shown
    shown.page.close()


@pytest.fixture
def home(chromium, base):
    shown = site_page.SitePage(chromium, base + "index.html")
    yield shown
    shown.page.close()


def moves(island, control, move):
    """The picture that follows once `move` has changed it; its description names the value."""
    image = island.get_by_role("img")
    before = image.get_attribute("alt"), image.get_attribute("src")
    move()
    expect(image).not_to_have_attribute("alt", before[0])
    assert image.get_attribute("src") != before[1]
    assert control.get_attribute("aria-valuetext") in image.get_attribute("alt")


def test_every_island_is_alive(opened):
    for island in opened.islands():
        assert island.locator(".island").count() == 1
        assert island.locator(":is(input, button, canvas)").count()
    for kind in ("explore", "predict"):
        assert opened.islands(kind), f"no {kind} on {opened.page.url}"


def test_every_slider_moves_by_keyboard_and_mouse_and_the_picture_follows(opened):
    for island in opened.islands("explore"):
        for slider in island.locator("input[type=range]").all():
            slider.press("Home")
            moves(island, slider, lambda s=slider: s.press("End"))
            moves(island, slider, lambda s=slider: s.click(position={"x": 2, "y": 12}))
        for group in island.locator("fieldset").all():
            before = island.locator(".island img:not([alt=''])").get_attribute("alt")
            group.locator("input:not(:checked)").first.check()
            expect(island.locator(".island img:not([alt=''])")).not_to_have_attribute("alt", before)


def test_every_pad_answers_by_keyboard_and_mouse(opened):
    for island in opened.islands("latent_pad"):
        plane = island.get_by_role("slider")
        for act in (
            lambda p=plane: p.press("ArrowRight"),
            lambda p=plane: p.click(position={"x": 30, "y": 30}),
        ):
            before = plane.get_attribute("aria-valuetext")
            act()
            expect(plane).not_to_have_attribute("aria-valuetext", before)
    for island in opened.islands("drawing_pad"):
        rebuilt = island.locator("figure canvas").first
        before = rebuilt.get_attribute("aria-label")
        island.get_by_role("application").press("Space")
        expect(rebuilt).not_to_have_attribute("aria-label", before)


def test_every_question_answers_by_keyboard(opened):
    for island in opened.islands("predict"):
        options, confidences = island.locator("fieldset").all()
        options.locator("input").first.press("Space")
        expect(island.get_by_role("status")).to_have_text("")
        confidences.locator("input").first.press("Space")
        expect(island.get_by_role("status")).to_have_text(re.compile(r"^[✓✗]"))


def test_tab_reaches_every_control_and_shows_where_it_is(opened):
    stops = opened.tab_through()
    assert len(stops) == opened.page.evaluate(site_page.STOPS) > 0
    assert all(stops.values())


def test_the_page_fits_a_phone(opened):
    opened.page.set_viewport_size(PHONE)
    expect(opened.page.locator("#menu")).not_to_have_attribute("open", "")
    assert opened.page.evaluate(TOO_WIDE) == []
    assert opened.page.evaluate(TOO_SMALL) == []
    assert opened.page.evaluate(SHRUNK) == []
    assert not opened.page.evaluate(COVERED)
    opened.page.set_viewport_size(browser.WINDOW)


@pytest.mark.parametrize(
    "fault, guard",
    [
        ("<p style='width: 500px'>wide</p>", TOO_WIDE),
        ("<button style='font-size: 5px'>small</button>", TOO_SMALL),
        ("<header><a>one</a><b style='margin-left: -9px'>two</b></header>", COVERED),
        ("<div class=scroll><img width=900 style='width: 300px' alt=x></div>", SHRUNK),
    ],
)
def test_planted_faults_of_layout_are_seen(chromium, fault, guard):
    page = chromium.new_page()
    page.set_viewport_size(PHONE)
    page.set_content(fault)
    assert page.evaluate(guard)
    page.close()


def test_paper_shows_the_telling_frames_but_no_navigation(opened):
    opened.page.emulate_media(media="print")
    stills = opened.page.locator("[data-island] > img")
    parts = ("header", "nav.site", ".tools", "article h1", "[data-island^=explore] .island")
    shown = [part for part in parts if opened.page.locator(part).first.is_visible()]
    told = [still.is_visible() and bool(still.get_attribute("alt")) for still in stills.all()]
    opened.page.emulate_media(media="screen")
    assert shown == ["article h1"] and told and all(told)


def test_nothing_leaves_this_machine_and_nothing_complains(opened):
    assert opened.strangers == [] and opened.complaints == []


def test_without_scripts_the_stills_and_the_answers_are_there(chromium, address):
    context = chromium.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert all(still.is_visible() for still in page.locator("[data-island] > img").all())
    answer = page.locator("[data-island^=predict] details").first
    answer.locator("summary").click()
    assert answer.evaluate("details => details.open && details.innerText.length > 9")
    context.close()


def test_a_page_opened_as_a_file_moves_too(chromium, sample):
    shown = site_page.SitePage(chromium, (sample / "site" / site_page.SAMPLE).as_uri())
    (island,) = shown.islands("explore")
    slider = island.get_by_role("slider")
    moves(island, slider, lambda: slider.press("End"))
    assert shown.complaints == []
    shown.page.close()


def test_the_first_page_opens_with_a_picture_that_moves(home):
    for size in (PHONE, browser.WINDOW):
        home.page.set_viewport_size(size)
        (island,) = home.islands("explore")
        slider, image = island.get_by_role("slider"), island.locator(".island img:not([alt=''])")
        assert image.bounding_box()["y"] + 60 < size["height"]
        slider.press("Home")
        moves(island, slider, lambda s=slider: s.press("End"))
        assert not home.page.evaluate(COVERED)
    assert home.strangers == [] and home.complaints == []


def test_search_finds_a_section_and_leads_there(home):
    page = home.page
    page.get_by_role("searchbox").press_sequentially("copy meter")
    expect(page.locator("#results li a").first).to_contain_text("A meter for copying")
    page.keyboard.press("Enter")
    page.wait_for_url("**/02_identity_copying.html#a-meter-for-copying")
    assert page.locator("#a-meter-for-copying").bounding_box()["y"] < browser.WINDOW["height"]
    assert home.strangers == [] and home.complaints == []


def test_search_says_when_there_is_nothing_and_escape_closes_it(home):
    home.page.get_by_role("searchbox").fill("xyzzy+(")
    expect(home.page.locator("#results [role=status]")).to_have_text("0")
    home.page.keyboard.press("Escape")
    expect(home.page.locator("#results")).to_be_hidden()


def test_the_theme_follows_the_system_and_the_button_which_is_remembered(home):
    root = home.page.locator("html")
    home.page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-theme", "dark")
    home.page.get_by_role("button", name="Dark theme", pressed=True).press("Enter")
    expect(root).to_have_attribute("data-theme", "light")
    home.page.reload()
    expect(root).to_have_attribute("data-theme", "light")
    home.page.evaluate("() => localStorage.clear()")


def test_the_skip_link_leads_to_the_text(home):
    home.page.keyboard.press("Tab")
    home.page.keyboard.press("Enter")
    expect(home.page.locator("#main")).to_be_focused()


def test_the_switch_leads_to_the_russian_page_whose_slider_speaks_russian(home):
    home.page.locator("header a.language").click()
    home.page.wait_for_url("**/ru/index.html")
    (island,) = home.islands("explore")
    label, image = island.locator("label"), island.locator(".island img:not([alt=''])")
    assert re.search("[а-яё]{3}", label.inner_text())
    assert re.search("[а-яё]{3}", image.get_attribute("alt"))
    home.page.locator("header a.language").click()
    home.page.wait_for_url(re.compile(r"(?<!/ru)/index\.html$"))
