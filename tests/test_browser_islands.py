"""Islands in a plain page: alive wherever HTML with scripts is shown, readable, undisturbed."""

import json

import browser
import islands
import nbformat
import pytest
import torch

from aeteach.widgets import calibration, drawing_pad, explore, latent_pad
from aeteach.widgets.layers import layers
from aeteach.widgets.question import question

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 780}
HOSTILE = '</script><img src=x onerror="window.hurt=1"> "q" \'q\' & ü Ж 🙂 $a$ <!--'
AS_VS_CODE_DOES = """html => {
  const output = document.createElement('div');
  document.body.append(output);
  output.innerHTML = html;
  for (const script of [...output.querySelectorAll('script')]) {
    const again = document.createElement('script');
    for (const {name, value} of script.attributes) again.setAttribute(name, value);
    again.textContent = script.textContent;
    script.replaceWith(again);
  }
}"""
TOO_SMALL = """() => [...document.querySelectorAll('[data-island]')].flatMap(host =>
  [...host.shadowRoot.querySelectorAll('button, input, a, canvas[tabindex], summary')].map(part => {
    const box = (part.closest('label') ?? part).getBoundingClientRect();
    return [`${host.dataset.island} ${part.tagName} ${part.type ?? ''}`, box.width, box.height];
  }).filter(([, width, height]) => Math.min(width, height) < 24))"""
TOO_WIDE = """() => [...document.querySelectorAll('[data-island]')].flatMap(host =>
  [...host.shadowRoot.querySelectorAll('*')].filter(part => part.checkVisibility()
    && part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(part => `${host.dataset.island} ${part.tagName}`))"""
TEXT_COLOURS = """() => [...document.querySelectorAll('[data-island]')].flatMap(host =>
  [...host.shadowRoot.querySelectorAll('.island *')]
    .filter(part => [...part.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(part => [getComputedStyle(part).color,
                  getComputedStyle(part.closest('button, .island')).backgroundColor]))"""


@pytest.fixture(scope="module")
def every_kind():
    """HTML of one island of every kind."""
    with pytest.MonkeyPatch.context() as patch:
        found = islands.captured(patch)
        islands.show_all()
    return {f"{n} {each.kind}": each.html() for n, each in enumerate(found)}


@pytest.fixture
def page(chromium):
    """An empty page that notes every complaint."""
    opened = chromium.new_page()
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on("dialog", lambda dialog: opened.complaints.append(dialog.message))
    yield opened
    opened.close()
    assert opened.complaints == []


@pytest.fixture
def show(monkeypatch):
    """HTML of what a call shows."""
    found = islands.captured(monkeypatch)

    def html(call, *args, **options):
        call(*args, **options)
        return found.pop().html()

    return html


def document(*parts, style="", body=""):
    cells = "".join(
        f"<div class='jp-Cell'><div class='jp-Cell-outputWrapper'>{p}</div></div>" for p in parts
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>t</title>"
        f"<style>{style}</style><body {body}><main>{cells}</main></body></html>"
    )


def opened(page, tmp_path, text):
    """Open `text` as a file: only a page with an address has a localStorage."""
    path = tmp_path / "page.html"
    path.write_text(text, "utf-8")
    page.goto(path.as_uri())


def drive(page, frame=None):
    faults = (frame or page).evaluate(browser.DRIVE_ALL, "body")
    assert faults and {name: f for name, f in faults.items() if f} == {}
    return faults


def test_every_kind_answers(page, tmp_path, every_kind):
    opened(page, tmp_path, document(*every_kind.values()))
    assert len(drive(page)) == len(every_kind)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=pytest.mark.full if "ru" in path.parts else ())
        for path in sorted(browser.NOTEBOOKS.rglob("[0-9]*.ipynb"))
    ],
    ids=lambda path: path.relative_to(browser.NOTEBOOKS).as_posix(),
)
def test_every_stored_island_answers_without_a_kernel(page, tmp_path, path):
    cells = nbformat.read(path, as_version=4).cells
    held = [
        o["data"]["text/html"]
        for c in cells
        for o in c.get("outputs", [])
        if "data-island=" in o.get("data", {}).get("text/html", "")
    ]
    opened(page, tmp_path, document(*held))
    assert len(drive(page)) == len(held) > 5


def test_inserted_as_vs_code_does_it_is_alive(page, tmp_path, every_kind):
    opened(page, tmp_path, document())
    for html in every_kind.values():
        page.evaluate(AS_VS_CODE_DOES, html)
    assert len(drive(page)) == len(every_kind)


def test_in_a_sandboxed_frame_it_is_alive_without_storage(page, tmp_path, every_kind):
    (tmp_path / "inside.html").write_text(document(*every_kind.values()), "utf-8")
    frame = "<iframe sandbox='allow-scripts' src='inside.html' width=1000 height=900></iframe>"
    opened(page, tmp_path, document(frame))
    page.frame_locator("iframe").locator("[data-island]").last.wait_for()
    inside = page.frames[1]
    assert inside.evaluate("() => { try { return !localStorage } catch { return true } }")
    assert len(drive(page, inside)) == len(every_kind)


@pytest.mark.parametrize(
    "style",
    [
        "",
        "body { background: #111; color: #eee } * { color: #eee; "
        "background: #111; font-size: 3px }",
    ],
)
def test_in_any_page_text_is_dark_on_light(page, tmp_path, every_kind, style):
    opened(page, tmp_path, document(*every_kind.values(), style=style))
    found = page.evaluate(TEXT_COLOURS)
    assert len(found) > 20
    for ink, paper in found:
        ink, paper = (
            tuple(map(int, c[c.index("(") + 1 : -1].split(",")[:3])) for c in (ink, paper)
        )
        assert max(ink) < 110 and min(paper) > 220


def test_its_style_does_not_leak(page, tmp_path, every_kind):
    probe = "<p id=probe>text</p><label class=slider>x</label>"
    look = (
        "() => JSON.stringify([...document.querySelectorAll('#probe, label')].map(e => "
        "[getComputedStyle(e).display, getComputedStyle(e).margin, getComputedStyle(e).font]))"
    )
    opened(page, tmp_path, document(probe))
    before = page.evaluate(look)
    opened(page, tmp_path, document(probe, *every_kind.values()))
    assert page.evaluate(look) == before


def test_two_copies_do_not_disturb_each_other(page, tmp_path, every_kind):
    html = next(html for name, html in every_kind.items() if name.endswith("explore"))
    opened(page, tmp_path, document(html, html))
    hosts = page.locator("[data-island]")
    before = hosts.nth(1).locator(".island img:not([alt=''])").get_attribute("src")
    hosts.nth(0).get_by_role("slider").press("End")
    hosts.nth(0).get_by_role("radio").nth(1).check()
    assert hosts.nth(0).locator(".island img:not([alt=''])").get_attribute("src") != before
    assert hosts.nth(1).locator(".island img:not([alt=''])").get_attribute("src") == before
    assert hosts.nth(1).get_by_role("radio").nth(0).is_checked()


def test_keys_stay_inside_and_escape_leads_out(page, tmp_path, every_kind):
    opened(page, tmp_path, document(*every_kind.values()))
    page.evaluate("""() => { window.heard = [];
      document.querySelectorAll('.jp-Cell').forEach(cell => { cell.tabIndex = 0; });
      document.addEventListener('keydown', event => heard.push(event.key)); }""")
    stops = page.locator("input[type=range], label:first-of-type input, canvas[tabindex], button")
    for n in range(stops.count()):
        if not stops.nth(n).is_visible():
            continue
        stops.nth(n).focus()
        for key in ("ArrowDown", "ArrowUp", "a", "d"):
            page.keyboard.press(key)
        assert page.evaluate("() => heard.splice(0)") == []
        page.keyboard.press("Escape")
        assert page.evaluate("() => heard.splice(0)") == ["Escape"]
        assert page.evaluate("() => document.activeElement.className") == "jp-Cell"
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("Shift+Enter")
    assert page.evaluate("() => heard") == ["Shift", "Enter"]


def test_everything_can_be_touched_and_fits_a_phone(page, tmp_path, every_kind):
    page.set_viewport_size(PHONE)
    meta = "<meta name=viewport content='width=device-width'>"
    opened(page, tmp_path, document(*every_kind.values()).replace("<title>", meta + "<title>"))
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(TOO_SMALL) == []


def test_print_shows_the_telling_frame(page, tmp_path, every_kind):
    opened(page, tmp_path, document(*every_kind.values()))
    page.get_by_role("slider").first.press("End")
    page.emulate_media(media="print")
    for name, host in zip(every_kind, page.locator("[data-island]").all(), strict=True):
        still = host.locator("> :not(script)").first
        assert still.is_visible() != name.endswith("calibration"), name
        assert host.locator(".island").is_visible() == name.endswith("calibration"), name


def test_without_scripts_the_still_and_its_words_remain(chromium, tmp_path, every_kind):
    context = chromium.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    opened(page, tmp_path, document(*every_kind.values()))
    for host in page.locator("[data-island]").all():
        assert host.locator("> :not(script)").first.is_visible()
        assert all(image.get_attribute("alt") for image in host.locator("img").all())
    context.close()


def test_hostile_words_are_shown_and_never_run(page, tmp_path, show):
    html = show(explore, islands.draw, k=(1, HOSTILE))
    text = dict(question=HOSTILE, options=[HOSTILE, "b"], ideas=[HOSTILE, "b"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "aeteach.widgets.question.questions", lambda: {"hostile": {"notebook": 2, "en": text}}
        )
        asked = question("hostile", 0, HOSTILE).html()
    opened(page, tmp_path, document(html, asked))
    group = page.locator("[data-island]").nth(1).get_by_role("group").first
    assert group.locator("legend").inner_text() == HOSTILE
    group.get_by_role("radio").first.check()
    page.get_by_role("radio", name="certain").check()
    assert HOSTILE in page.get_by_role("status").inner_text()
    assert page.evaluate("() => window.hurt") is None


def answer(host, option, sure):
    host.get_by_role("group").nth(0).get_by_role("radio").nth(option).check()
    host.get_by_role("group").nth(1).get_by_role("radio").nth(sure).check()


def test_answers_come_back_and_add_up(page, tmp_path, every_kind, show):
    names = ("recall", "noisy_size", "copier")
    asked = [question(name, 0, "") for name in names]
    opened(page, tmp_path, document(*(each.html() for each in asked), show(calibration)))
    page.evaluate("() => localStorage.clear()")
    page.reload()
    hosts = page.locator("[data-question]")
    answer(hosts.nth(0), 0, 0)
    answer(hosts.nth(1), 1, 2)
    page.reload()
    assert hosts.nth(0).get_by_role("radio").nth(0).is_checked()
    assert hosts.nth(1).get_by_role("status").inner_text().startswith("✗")
    assert hosts.nth(2).get_by_role("status").inner_text() == ""
    summary = page.locator("[data-island^=calibration]")
    listed = summary.get_by_role("listitem").all_inner_texts()
    assert "a guess: 1 of 1 right." in listed and "certain: 0 of 1 right." in listed
    wrong = summary.get_by_role("button", name=asked[1].data["question"])
    wrong.click()
    assert hosts.nth(1).evaluate("e => e.getBoundingClientRect().top < innerHeight")
    with page.expect_download() as saved:
        summary.get_by_role("link").click()
    found = json.loads(saved.value.path().read_text("utf-8"))
    assert {key: each["right"] for key, each in found.items()} == {
        "02/recall": True,
        "02/noisy_size": False,
    }
    summary.get_by_role("button").nth(-1).click()
    summary.get_by_role("button").nth(-1).click()
    assert page.evaluate("() => Object.keys(localStorage)") == []


def test_the_first_answer_counts(page, tmp_path):
    opened(page, tmp_path, document(question("recall", 1, "").html()))
    page.evaluate("() => localStorage.clear()")
    page.reload()
    host = page.locator("[data-question]")
    answer(host, 0, 2)
    answer(host, 1, 0)
    assert host.get_by_role("status").inner_text().startswith("✓")
    kept = page.evaluate("() => JSON.parse(localStorage['aeteach/02/recall'])")
    assert (kept["option"], kept["right"]) == (0, False)


@pytest.mark.parametrize("way", ["answer", "skip"])
def test_a_veil_covers_what_follows_until_answered_or_skipped(page, tmp_path, way):
    html = question("recall", 1, "", veil=2).html()
    opened(page, tmp_path, document("<p>0</p>", html, "<p>1</p>", "<p>2</p>", "<p>3</p>"))
    page.evaluate("() => localStorage.clear()")
    page.reload()
    veiled = (
        "() => [...document.querySelectorAll('.jp-Cell')].map(cell => cell.inert && "
        "getComputedStyle(cell.firstChild).filter !== 'none')"
    )
    assert page.evaluate(veiled) == [False, False, True, True, False]
    if way == "skip":
        page.get_by_role("button", name="Skip").click()
        assert page.evaluate("() => JSON.parse(localStorage['aeteach/02/recall']).skipped")
    else:
        answer(page.locator("[data-question]"), 1, 1)
    assert page.evaluate(veiled) == [False] * 5
    page.reload()
    assert page.evaluate(veiled) == [False] * 5


@pytest.mark.parametrize("gone", [".jp-Cell:has([data-question])", "[data-question]"])
def test_a_veil_goes_with_the_question(page, tmp_path, gone):
    html = question("recall", 1, "", veil=1).html()
    opened(page, tmp_path, document(html, "<p>1</p>"))
    page.evaluate("() => localStorage.clear()")
    page.reload()
    assert page.locator("[data-aeteach-veil]").count() == 1
    page.evaluate("gone => document.querySelector(gone).remove()", gone)
    page.wait_for_function("() => !document.querySelector('[data-aeteach-veil]')")
    assert page.evaluate("() => ![...document.querySelectorAll('.jp-Cell')].some(c => c.inert)")


def test_pads_compute_what_torch_computes(page, tmp_path, show):
    x, nets = islands.pictures(), islands.networks()
    with torch.no_grad():
        z = nets.encoder(x)
        wanted = nets.decoder(z[:5]), nets.whole(x[:5])
    html = show(latent_pad, nets.decoder, z, torch.arange(40) % 10, x)
    shared = browser.ROOT.joinpath("aeteach/static/network.js").read_text("utf-8")
    opened(page, tmp_path, document(html))
    run = (
        f"([parts, rows]) => {{ {shared}; const read = unpacked(parts);"
        "return rows.map(row => [...decode(read, row)]); }"
    )
    for part, rows, compact, limit in ((nets.decoder, z, False, 1e-6), (nets.whole, x, True, 1e-3)):
        found = page.evaluate(run, [layers(part, compact), rows[:5].tolist()])
        index = 0 if part is nets.decoder else 1
        assert (torch.tensor(found) - wanted[index]).abs().max() < limit


def test_the_drawing_pad_draws_by_mouse_and_judges(page, tmp_path, show):
    x, nets = islands.pictures(), islands.networks()
    opened(page, tmp_path, document(show(drawing_pad, {"one": nets.whole}, x)))
    pad, status = page.locator("canvas[tabindex]"), page.get_by_role("status")
    page.get_by_role("button", name="Clear").click()
    blank = pad.evaluate("canvas => canvas.toDataURL()")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 240, steps=6)
    page.mouse.up()
    page.wait_for_function("([c, old]) => c.toDataURL() !== old", arg=[pad.element_handle(), blank])
    with torch.no_grad():
        limit = ((nets.whole(x) - x) ** 2).mean(1).quantile(0.95).item()
    words = page.locator("figure").inner_text()
    error = float(words.split("error ")[1].split()[0])
    assert f"limit {limit:.5f}" in words
    assert ("An anomaly for: one" in status.inner_text()) == (error > limit)


def test_the_latent_point_follows_the_mouse(page, tmp_path, show):
    x, nets = islands.pictures(), islands.networks()
    with torch.no_grad():
        z = nets.encoder(x)
    html = show(latent_pad, nets.decoder, z, torch.arange(40) % 10, x)
    opened(page, tmp_path, document(html))
    plane = page.get_by_role("slider")
    box = plane.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 3, box["y"] + 3, steps=5)
    page.mouse.up()
    low = float(plane.get_attribute("aria-valuemin"))
    high = float(plane.get_attribute("aria-valuemax"))
    page.wait_for_function(
        "([p, most]) => +p.getAttribute('aria-valuenow') < most",
        arg=[plane.element_handle(), low + 0.05 * (high - low)],
    )
    assert "z = (" in plane.get_attribute("aria-valuetext")
