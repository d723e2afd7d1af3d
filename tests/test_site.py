"""The static site as files: both editions, no dead link, nothing from the net, all described."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup

from tools.website import article, build, dress, state
from tools.website.edition import EDITIONS, page_of
from tools.website.words import WORDS

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = [path for each in EDITIONS.values() for path in each.notebook_paths(ROOT)]
SOURCES = {
    "script": "src", "img": "src", "link": "href", "source": "src", "audio": "src", "iframe": "src"
}
MOST_BYTES = 2_500_000


def inside(path):
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path):
    return dress.parse(path.read_text("utf-8"))


@pytest.fixture(scope="module", params=EDITIONS)
def edition(request):
    return EDITIONS[request.param]


@pytest.fixture(scope="module")
def folder(site, edition):
    return site / edition.folder


@pytest.fixture(scope="module")
def notebooks(edition):
    return edition.notebook_paths(ROOT)


@pytest.fixture(scope="module")
def pages(folder):
    return {path.name: parsed(path) for path in sorted(folder.glob("*.html"))}


def outer_sources(soup):
    return [tag[attribute] for name, attribute in SOURCES.items() for tag in soup.find_all(name)
            if re.match(r"(https?:)?//", tag.get(attribute, ""))]


def dead_links(soup, page):
    faults = []
    for tag in soup.find_all(["a", "link", "script", "img"]):
        target = tag.get("href") or tag.get("src") or ""
        if not target or re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        place, _, anchor = unquote(target).partition("#")
        there = (page.parent / place).resolve() if place else page
        if not there.is_file():
            faults.append(f"{page.name}: no file {target}")
        elif anchor and not parsed(there).find(id=anchor):
            faults.append(f"{page.name}: no place {target}")
    return faults


def heading_faults(soup):
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    faults = [] if levels.count(1) == 1 and levels[0] == 1 else [f"level 1 in {levels}"]
    return faults + [f"h{a} is followed by h{b}"
                     for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]


def repeated_ids(soup):
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    return sorted({each for each in ids if ids.count(each) > 1})


def lum(colour):
    parts = [int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((lum(one), lum(other)))
    return (high + 0.05) / (low + 0.05)


def code_colours(css, start):
    """Text colours of the highlighted code in the lines that begin with `start`."""
    lines = [line for line in css.splitlines() if line.startswith(start)]
    found = {long(c) for line in lines for c in re.findall(r"[{ ;]color: (#[0-9a-fA-F]+)", line)}
    errors = {long(c) for line in lines if re.search(r"\.(err|g\w*) ", line)
              for c in re.findall(r"[{ ;]color: (#[0-9a-fA-F]+)", line)}
    return found - errors


def long(colour):
    return "#" + "".join(2 * c for c in colour[1:]) if len(colour) == 4 else colour


def test_every_notebook_and_text_has_its_page(pages, edition):
    texts = (ROOT / edition.docs).glob("*.md")
    wanted = {f"{path.stem}.html" for path in [*edition.notebook_paths(ROOT), *texts]}
    assert {"index.html", "setup.html"} | wanted == set(pages) == edition.page_names(ROOT)


def test_every_page_speaks_its_language_and_leads_to_the_other(pages, edition, folder):
    (other,) = {*EDITIONS.values()} - {edition}
    for name, soup in pages.items():
        assert soup.html["lang"] == edition.language
        assert WORDS[edition.language]["menu"] in soup.select_one("nav.site").get_text()
        switch = soup.select_one("header a.language")
        assert switch["lang"] == switch["hreflang"] == other.language
        twin = parsed((folder / switch["href"]).resolve())
        assert twin.html["lang"] == other.language
        back = twin.select_one("header a.language")["href"]
        assert Path(switch["href"]).name in {name, "index.html"}
        if Path(switch["href"]).name == name:
            assert Path(back).name == name


def test_all_words_are_translated():
    assert WORDS["ru"].keys() == WORDS["en"].keys()
    same = {key for key, text in WORDS["en"].items() if WORDS["ru"][key] == text}
    assert same == {"title"}


def test_pages_ask_for_nothing_from_the_net(folder, pages):
    for name, soup in pages.items():
        assert outer_sources(soup) == [], name
    for path in [*folder.glob("assets/*.js"), *folder.glob("assets/*.css")]:
        loaded = re.findall(r"(?:url\(|@import|import\(|fetch\()\s*[\"']?https?:", path.read_text())
        assert not loaded, path.name


def test_links_lead_to_pages_and_places(folder, pages):
    for name, soup in pages.items():
        assert dead_links(soup, folder / name) == []


def test_no_link_leads_to_a_notebook_where_a_page_is_meant(pages):
    for name, soup in pages.items():
        kept = [a["href"] for a in soup.select("article a[href$='.ipynb'], article a[href$='.md']")]
        assert kept == [], name


def test_pictures_are_described(pages):
    for name, soup in pages.items():
        bare = [str(i)[:80] for i in soup.find_all("img") if not i.get("alt", "").strip()]
        assert bare == [], name


def test_stored_figures_have_a_description_to_read(pages):
    for name, soup in pages.items():
        for image in soup.select(".output img"):
            if not image.find_parent(class_="mount"):
                said = image.find_parent("figure").figcaption.p.get_text()
                assert said == image["alt"], name


def test_headings_are_in_order_and_ids_unique(pages):
    for name, soup in pages.items():
        assert heading_faults(soup) == [], name
        assert repeated_ids(soup) == [], name


def test_every_formula_is_mathml(pages, notebooks):
    for path in notebooks:
        soup = pages[f"{path.stem}.html"]
        cells = (c for c in nbformat.read(path, 4).cells if c.cell_type == "markdown")
        blocks = sum(len(re.findall(r"\$\$.+?\$\$", c.source, flags=re.S)) for c in cells)
        assert len(soup.select('article math[display="block"]')) == blocks
        texts = [tag.get_text() for tag in soup.select(".prose p, .prose li")]
        assert [text for text in texts if re.search(r"\$[^$]*\\|\\[a-z]{3,}", text)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=inside)
def test_every_widget_has_its_mount_and_its_state(site, path):
    notebook = nbformat.read(path, 4)
    shown = [o["data"][state.VIEW]["model_id"] for cell in notebook.cells
             for o in cell.get("outputs", []) if state.VIEW in o.get("data", {})]
    soup = parsed(site / page_of(inside(path)))
    mounts = soup.select(".mount[data-live]")
    assert shown and [mount["data-model"] for mount in mounts] == shown
    modules = json.loads(soup.find(id="modules").string)
    stored = state.models(notebook)
    for mount in mounts:
        data, own = json.loads(mount.script.string), stored[mount["data-model"]]
        assert modules[data["module"]] == own["_esm"]
        still = mount.img["src"].split(",")[1] if mount.img else None
        kept = {name: value for name, value in own.items() if name[0] != "_" and name != "asleep"}
        back = json.loads(json.dumps(data["state"]).replace(f'"{state.STILL}"', json.dumps(still)))
        assert {name: back[name] for name in kept} == kept


@pytest.mark.parametrize("path", NOTEBOOKS, ids=inside)
def test_no_picture_stands_twice_and_pages_stay_light(site, path):
    text = (site / page_of(inside(path))).read_text("utf-8")
    pictures = re.findall(r"iVBOR[A-Za-z0-9+/=]{200,}", text)
    assert pictures and len(pictures) - len(set(pictures)) <= len(pictures) // 20
    assert len(text) < MOST_BYTES


def test_the_sidebar_marks_the_page_and_lists_its_sections(pages, notebooks):
    for path in notebooks:
        soup = pages[f"{path.stem}.html"]
        (current,) = soup.select("nav.site a[aria-current=page]")
        assert current["href"] == f"{path.stem}.html"
        listed = [a["href"][1:] for a in soup.select("nav.site .contents a")]
        assert listed == [tag["id"] for tag in soup.select("article h2, article h3")]


def test_previous_and_next_walk_through_the_notebooks(pages, notebooks):
    order, at = [], f"{notebooks[0].stem}.html"
    while at:
        order.append(at)
        link = pages[at].select_one(".neighbours a[rel=next]")
        assert not link or pages[link["href"]].select_one(".neighbours a[rel=prev]")["href"] == at
        at = link and link["href"]
    assert order == [f"{path.stem}.html" for path in notebooks]


def test_the_first_page_shows_every_notebook_with_question_and_minutes(pages, notebooks, edition):
    cards = pages["index.html"].select(".cards li")
    linked = {card.a["href"]: dress.text_of(card) for card in cards if card.a}
    assert list(linked) == [f"{path.stem}.html" for path in notebooks]
    words = WORDS[edition.language]
    pattern = rf"\?.*{words['lecture']} \d.*\d+ {words['minutes']}"
    assert all(re.search(pattern, text) for text in linked.values())


def test_the_first_page_says_what_this_is(pages, edition):
    readme = (ROOT / edition.readme).read_text("utf-8")
    shown = dress.text_of(pages["index.html"].select_one("article .prose"))
    lead = readme.split("\n\n")[2]
    assert len(lead) > 100 and lead[:60] in shown


def test_folded_cells_and_solutions_can_be_unfolded(pages, notebooks):
    for path in notebooks:
        soup = pages[f"{path.stem}.html"]
        for cell in nbformat.read(path, 4).cells:
            if cell.cell_type == "code":
                folded = bool(cell.metadata.get("jupyter", {}).get("source_hidden"))
                assert bool(soup.find(id=cell.id).select_one("details.source")) == folded, cell.id


def test_the_search_index_covers_every_section(folder, pages, edition):
    text = (folder / "assets" / "search-index.js").read_text("utf-8")
    rows = json.loads(text.removeprefix("window.searchIndex = ").rstrip(";\n"))
    found = {(row["page"], row["id"]) for row in rows}
    wanted = {(name, tag["id"]) for name, soup in pages.items() if name != "index.html"
              for tag in soup.select("article h1, article h2, article h3")}
    assert wanted <= found
    sought = {"en": "copy meter", "ru": "измеритель копирования"}[edition.language]
    assert any(sought in row["text"].lower() for row in rows)


@pytest.mark.parametrize("start, ground", [
    (".highlight", "#f5f6f8"), (':root[data-theme="dark"] .highlight', "#1d2126")])
def test_code_has_contrast_in_both_themes(site, start, ground):
    css = (site / "assets" / "site.css").read_text()
    assert f"--raised: {ground}" in css
    colours = code_colours((site / "assets" / "code.css").read_text(), start)
    assert len(colours) > 5
    assert {c: contrast(c, ground) for c in colours if contrast(c, ground) < 4.5} == {}


def test_links_of_a_repository_are_used_when_it_is_named(tmp_path):
    site = build.Site.__new__(build.Site)
    site.root, site.repository, site.edition = ROOT, "owner/name", EDITIONS["en"]
    page = build.Page("a.html", "A", source="notebooks/a.ipynb")
    assert site._binder(page).endswith("/gh/owner/name/HEAD?urlpath=lab/tree/notebooks/a.ipynb")
    assert site._target(ROOT, "LICENSE") == "https://github.com/owner/name/blob/HEAD/LICENSE"
    assert site._target(ROOT / "notebooks", "../README.md") == "index.html"
    assert site._target(ROOT / "docs", "../notebooks/02_x.ipynb#cell") == "02_x.html#cell"
    assert site._target(ROOT / "notebooks", "ru/02_x.ipynb") == "ru/02_x.html"
    site.repository = ""
    assert site._target(ROOT, "LICENSE") is None
    assert site._target(ROOT, "../elsewhere") is None
    site.edition = EDITIONS["ru"]
    assert site._target(ROOT, "docs/moving.gif") == "../docs/moving.gif"
    assert site._target(ROOT, "docs/ru/moving.gif") == "docs/moving.gif"
    assert site._target(ROOT / "notebooks/ru", "../02_x.ipynb") == "../02_x.html"
    assert site._target(ROOT / "notebooks/ru", "02_x.ipynb") == "02_x.html"
    assert site._target(ROOT / "notebooks/ru", "../../README.ru.md") == "index.html"


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="name an empty folder"):
        build.clear(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_formulas_are_kept_from_markdown():
    html = article.markdown("Let $a_1 * b_2 * c$ and\n\n$$\\frac{x}{2} .$$\n")
    assert html.count("<math") == 2 and "<em>" not in html and 'display="block"' in html


def test_formulas_keep_what_stands_below_an_operator_and_space_after_log():
    found = article.mathml(r"\operatorname*{mean}_{x \in X} \log N", "block")
    assert "munder" in found and "*" not in found
    assert '<mi>log</mi><mspace width="0.17em"/><mi>N</mi>' in found
    assert "mspace" not in article.mathml(r"\log(N)", "inline")


def test_state_leaves_out_what_the_front_end_does_not_read():
    own = {"_esm": "x", "_css": "y", "asleep": "run", "frames": [{"png": "AAA"}, {"png": "BBB"}]}
    front = state.without_still(state.front_state(own, "sleeps"), "AAA")
    assert front == {"asleep": "sleeps", "frames": [{"png": state.STILL}, {"png": "BBB"}]}
    assert "</script" not in state.script_json({"a": "</script>"})


HEADINGS = "<h1>A</h1><h2>B</h2><h4>C</h4>"


def test_guards_see_planted_faults(tmp_path):
    soup = BeautifulSoup(f"{HEADINGS}<a href='x.html'>x</a><a href='#y'>y</a>"
                         "<script src='https://cdn.example/x.js'></script>"
                         "<p id='z'></p><p id='z'></p>", "html.parser")
    assert heading_faults(soup) == ["h2 is followed by h4"]
    assert outer_sources(soup) == ["https://cdn.example/x.js"]
    (tmp_path / "a.html").write_text(str(soup))
    assert len(dead_links(soup, tmp_path / "a.html")) == 2
    assert repeated_ids(soup) == ["z"]
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


def test_headings_get_ids_of_their_own():
    soup = dress.parse("<p id='measure'></p><h2>Measure</h2><h2>Measure</h2><h3>$z$?</h3>")
    assert [each.id for each in dress.headings(soup)] == ["measure-2", "measure-3", "z"]


def shows_a_picture(cell):
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def pictures_without_words(cells):
    """Ids of the cells that show a picture and are not followed by prose before the next one."""
    silent, waiting = [], None
    for cell in cells:
        if cell.cell_type == "markdown":
            waiting = None
        elif shows_a_picture(cell):
            silent += [waiting] * bool(waiting)
            waiting = cell.id
    return silent + [waiting] * bool(waiting)


def test_the_workflow_publishes_what_make_site_writes():
    yaml = pytest.importorskip("yaml")
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "site.yml").read_text("utf-8"))
    steps = workflow["jobs"]["site"]["steps"]
    assert any(step.get("run", "").startswith("make site ") for step in steps)
    uploaded = [step["with"]["path"] for step in steps if "upload-pages" in step.get("uses", "")]
    assert uploaded == ["site"]
    assert workflow["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
    assert re.search(r"^site: .*\n\t\$\(BIN\)/python -m tools\.website ",
                     (ROOT / "Makefile").read_text(), flags=re.M)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=inside)
def test_words_follow_every_picture(path):
    assert pictures_without_words(nbformat.read(path, 4).cells) == []


def test_a_silent_picture_is_found():
    output = nbformat.v4.new_output("display_data", {"image/png": ""})
    picture = [nbformat.v4.new_code_cell(outputs=[output], id=name) for name in "ab"]
    prose = nbformat.v4.new_markdown_cell("So it falls.")
    assert pictures_without_words([picture[0], prose, picture[1]]) == ["b"]
    assert pictures_without_words([*picture, prose]) == ["a"]
