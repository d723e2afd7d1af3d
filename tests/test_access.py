"""Accessibility, by axe-core and by the keyboard: the site's pages, and our outputs in JupyterLab.

Judged are WCAG's rules and axe's own best practice; nothing serious or critical may be found.
"""

import browser
import pytest
import site_page
from axe_playwright_python.sync_playwright import Axe

from tools.website.edition import EDITIONS

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}
KEPT = {"resultTypes": ["violations", "passes"]}
OURS = {"include": [[".jp-OutputArea-output"]]}
IN_LAB = "04_latent_chaos.ipynb"
PAGES = sorted(EDITIONS["en"].page_names(browser.ROOT))
PAGES += ["ru/index.html", "ru/02_identity_copying.html"]

# Code in colours is judged in tests/test_site.py, and axe would read every picture as text.
SLIM = """() => {
  document.querySelectorAll('.highlight pre').forEach(p => { p.textContent = p.textContent; });
  document.querySelectorAll('main script').forEach(script => script.remove());
  document.querySelectorAll('img').forEach(image => { image.src = 'data:,'; });
  document.querySelectorAll('article details').forEach(each => { each.open = true; });
}"""

# JupyterLab's body is 0 pixels high and cuts off what overflows: to axe nothing would be visible.
TALL = """() => {
  document.body.style.overflow = 'visible';
  panel.content.widgets.forEach(cell => { cell.node.style.contentVisibility = 'visible'; });
  return panel.content.node.querySelector('.jp-WindowedPanel-outer').scrollHeight;
}"""
CHANGE_THEME = """async theme => {
  await jupyterapp.commands.execute('apputils:change-theme', {theme});
}"""
# While a theme changes JupyterLab hides itself, then fades a splash that covers everything.
THEME_SHOWN = """theme => document.body.dataset.jpThemeName === theme
  && jupyterapp.shell.isVisible && !document.getElementById('jupyterlab-splash')"""
OUR_STOP = """() => {
  const at = document.activeElement, ours = at.closest('.aeteach');
  return ours && (at.type === 'radio' ? at.name : at.tagName
    + [...document.querySelectorAll('.aeteach :is(input, button, canvas)')].indexOf(at));
}"""


def judged(page, context=None):
    """(violations that are serious, names of the rules that found something to judge)."""
    response = Axe().run(page, context=context, options=KEPT).response
    grave = [found for found in response["violations"] if found["impact"] in GRAVE]
    return grave, {rule["id"] for rule in [*response["passes"], *response["violations"]]}


def in_words(violations):
    return "".join(
        f"\n  - {found['impact']} {found['id']}: {found['help']}"
        + "".join(f"\n      {node['html'][:120]}\n      {node['failureSummary']}"
                  for node in found["nodes"][:3])
        for found in violations
    )


def assert_accessible(page, wanted, context=None):
    grave, rules = judged(page, context)
    assert not grave, in_words(grave)
    assert wanted <= rules, f"not judged: {wanted - rules}"


@pytest.fixture(scope="module")
def base(site):
    with site_page.served(site) as address:
        yield address


@pytest.fixture(scope="module")
def notebook(chromium, lab):
    """A stored notebook with sliders, pads and questions, wholly laid out."""
    name = lab.copy(browser.NOTEBOOKS / IN_LAB, "access.ipynb")
    opened = browser.opened(chromium, lab, name)
    height = opened.run_js(TALL)
    opened.page.set_viewport_size({"width": browser.WINDOW["width"], "height": height + 200})
    yield opened
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_site_pages_are_accessible_in_both_themes(chromium, base, name):
    opened = site_page.SitePage(chromium, base, name)
    opened.page.evaluate(SLIM)
    for theme in ("light", "dark"):
        opened.page.emulate_media(color_scheme=theme)
        opened.wait_for(f"() => document.documentElement.dataset.theme === '{theme}'")
        assert_accessible(opened.page, {"color-contrast", "document-title", "bypass", "region"})
    opened.page.close()


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_our_outputs_in_jupyterlab_are_accessible(notebook, theme):
    notebook.run_js(CHANGE_THEME, theme)
    notebook.wait(THEME_SHOWN, theme)
    notebook.run_js(TALL)
    notebook.page.wait_for_timeout(500)
    wanted = {"color-contrast", "image-alt", "label", "role-img-alt", "aria-input-field-name"}
    assert_accessible(notebook.page, wanted, OURS)


def test_tab_leads_through_our_controls_in_jupyterlab(notebook):
    wanted = notebook.run_js(site_page.STOPS)
    notebook.run_js("() => document.querySelector('.aeteach input').focus()")
    found = set()
    for _ in range(4 * wanted):
        found.add(notebook.run_js(OUR_STOP))
        if len(found - {None}) == wanted:
            break
        notebook.page.keyboard.press("Tab")
    assert len(found - {None}) == wanted > 10


def test_our_outputs_are_heard_in_jupyterlab(notebook):
    heard = site_page.spoken(notebook.page, "image")
    cell = notebook.explore_cells()[0]
    assert notebook.picture(cell)[1] in heard
    pads = [browser.Pad(notebook, number).now() for number in notebook.pad_cells()]
    sliders = site_page.spoken(notebook.page, "slider")
    assert pads and all(pad["label"] in sliders for pad in pads)
    assert all(set(pad["names"]) <= set(heard) for pad in pads)


@pytest.mark.parametrize("fault, rule", [
    ("<p style='color:#999;background:#fff'>pale</p>", "color-contrast"),
    ("<img src='data:,'>", "image-alt"),
    ("<input type='range'>", "label"),
    ("<div role='slider' tabindex='0' aria-valuenow='1'></div>", "aria-input-field-name"),
])
def test_planted_faults_are_found(chromium, fault, rule):
    page = chromium.new_page()
    page.set_content(f"<html lang=en><title>t</title><main><h1>t</h1>{fault}</main></html>")
    grave, _ = judged(page)
    assert [found["id"] for found in grave] == [rule]
    assert rule in in_words(grave)
    page.close()
