"""Accessibility, by axe-core and by the keyboard: the site's pages, and our outputs in JupyterLab.

Judged are WCAG's rules and axe's own best practice; nothing serious or critical may be found.
"""

import browser
import pytest
import site_page
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tools.website.edition import EDITIONS

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}
KEPT = {"resultTypes": ["violations", "passes"]}
OURS = {"include": [[".jp-OutputArea-output"]]}
QUICK = [(site_page.SAMPLE, 1280), (site_page.SAMPLE, 390), ("index.html", 1280)]
PAGES = QUICK + [
    pytest.param((edition.page(name), 1280), marks=pytest.mark.full)
    for edition in EDITIONS.values()
    for name in sorted(edition.page_names(browser.ROOT))
    if (edition.page(name), 1280) not in QUICK
]

# axe would spell out every picture; code in colours is judged on the sample's page.
SLIM = f"""keep => ({site_page.EVERYTHING})().forEach(each => {{
  if (each.matches('.highlight pre') && !keep) each.textContent = each.textContent;
  if (each.matches('main script')) each.remove();
  if (each.matches('img')) each.src = 'data:,';
  if (each.matches('article details')) each.open = true;
}})"""

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


def judged(page, context=None):
    """(violations that are serious, names of the rules that found something to judge)."""
    response = Axe().run(page, context=context, options=KEPT).response
    grave = [found for found in response["violations"] if found["impact"] in GRAVE]
    return grave, {rule["id"] for rule in [*response["passes"], *response["violations"]]}


def in_words(violations):
    return "".join(
        f"\n  - {found['impact']} {found['id']}: {found['help']}"
        + "".join(
            f"\n      {node['html'][:120]}\n      {node['failureSummary']}"
            for node in found["nodes"][:3]
        )
        for found in violations
    )


def assert_accessible(page, wanted, context=None):
    grave, rules = judged(page, context)
    assert not grave, in_words(grave)
    assert wanted <= rules, f"not judged: {wanted - rules}"


@pytest.fixture(params=PAGES, ids=lambda page: "-".join(map(str, page)))
def opened(request, chromium, sample):
    name, width = request.param
    is_sample = name == site_page.SAMPLE
    folder = sample / "site" if is_sample else request.getfixturevalue("site")
    with site_page.served(folder) as base:
        shown = site_page.SitePage(chromium, base + name)
        shown.page.set_viewport_size({"width": width, "height": 844})
        shown.page.evaluate(SLIM, is_sample)
        yield shown
        shown.page.close()


def test_site_pages_are_accessible_in_both_themes(opened):
    for theme in ("light", "dark"):
        opened.page.emulate_media(color_scheme=theme)
        expect(opened.page.locator("html")).to_have_attribute("data-theme", theme)
        assert_accessible(opened.page, {"color-contrast", "document-title", "bypass", "region"})


@pytest.mark.full
def test_our_outputs_in_jupyterlab_are_accessible_in_both_themes(chromium, lab, sample):
    path = sample / "repository" / "notebooks" / "02_sample.ipynb"
    notebook = browser.Notebook(chromium, lab, lab.copy(path, "access.ipynb"))
    notebook.wait(f"() => ({browser.AWAKE})() > 0")
    height = notebook.run_js(TALL)
    notebook.page.set_viewport_size({"width": browser.WINDOW["width"], "height": height + 200})
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.run_js(CHANGE_THEME, theme)
        notebook.wait(THEME_SHOWN, theme)
        notebook.run_js(TALL)
        wanted = {"color-contrast", "image-alt", "label", "role-img-alt", "aria-input-field-name"}
        assert_accessible(notebook.page, wanted, OURS)
    notebook.close()


@pytest.mark.parametrize(
    "fault, rule",
    [
        ("<p style='color:#999;background:#fff'>pale</p>", "color-contrast"),
        ("<img src='data:,'>", "image-alt"),
        ("<input type='range'>", "label"),
        ("<div role='slider' tabindex='0' aria-valuenow='1'></div>", "aria-input-field-name"),
    ],
)
def test_planted_faults_are_found_in_a_shadow_root_too(chromium, fault, rule):
    page = chromium.new_page()
    page.set_content("<html lang=en><title>t</title><main><h1>t</h1><div></div></main></html>")
    page.evaluate(
        "html => { document.querySelector('div').attachShadow({mode: 'open'}).innerHTML = html; }",
        fault,
    )
    grave, _ = judged(page)
    assert [found["id"] for found in grave] == [rule]
    assert rule in in_words(grave)
    page.close()
