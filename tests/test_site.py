"""The static site as files: both editions, no dead link, nothing from the net, all described."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup

from tools.website import article, build, dress
from tools.website.edition import EDITIONS, drafts, page_of
from tools.website.words import WORDS

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = [path for each in EDITIONS.values() for path in each.notebook_paths(ROOT)]
LOADED = r"<(?:script|img|link|source|iframe)\b[^>]*? (?:src|href)=[\"']((?:https?:)?//[^\"']*)"
MOST_BYTES = 2_500_000


def inside(path):
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path):
    """A page without the colours of its code."""
    return dress.parse(re.sub(r"</?span[^>]*>", "", path.read_text("utf-8")))


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
    found = {path.name: parsed(path) for path in sorted(folder.glob("*.html"))}
    return {name: soup for name, soup in found.items() if name != "404.html"}


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
    return faults + [
        f"h{a} is followed by h{b}" for a, b in zip(levels, levels[1:], strict=False) if b > a + 1
    ]


def repeated_ids(soup):
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    return sorted({each for each in ids if ids.count(each) > 1})


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


def test_pages_ask_for_nothing_from_the_net(site):
    for path in site.rglob("*.html"):
        assert re.findall(LOADED, path.read_text("utf-8")) == [], path.name
    for path in [*site.rglob("*.js"), *site.rglob("*.css")]:
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
            if not image.find_parent(attrs={"data-island": True}):
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


def outputs(path):
    """The stored HTML of each output of a notebook."""
    notebook = nbformat.read(path, 4)
    stored = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data["text/html"] for output in stored if "text/html" in output.get("data", {})]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=inside)
def test_islands_stand_on_the_page_as_they_are_stored(site, path):
    text = (site / page_of(inside(path))).read_text("utf-8")
    islands = [html for html in outputs(path) if "data-island=" in html]
    assert islands and [html[:60] for html in islands if html not in text] == []
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


def test_the_first_page_says_what_this_is_and_shows_every_notebook(pages, notebooks, edition):
    lead = (ROOT / edition.readme).read_text("utf-8").split("\n\n")[2]
    assert len(lead) > 100 and lead[:60] in dress.text_of(pages["index.html"].article)
    cards = pages["index.html"].select(".cards li")
    linked = {card.a["href"]: dress.text_of(card) for card in cards if card.a}
    assert list(linked) == [f"{path.stem}.html" for path in notebooks]
    words = WORDS[edition.language]
    pattern = rf"\?.*{words['lecture']} \d.*\d+ {words['minutes']}"
    assert all(re.search(pattern, text) for text in linked.values())


def is_folded(cell):
    solution = "solution" in cell.metadata.get("tags", [])
    return cell.cell_type == "code" and (
        solution or bool(cell.metadata.get("jupyter", {}).get("source_hidden"))
    )


def test_folded_cells_and_solutions_can_be_unfolded(pages, notebooks):
    for path in notebooks:
        shown = pages[f"{path.stem}.html"].select("details.source")
        folded = {cell.id for cell in nbformat.read(path, 4).cells if is_folded(cell)}
        assert {details.parent["id"] for details in shown} == folded


def test_the_search_index_covers_every_section(folder, pages, edition):
    text = (folder / "assets" / "search-index.js").read_text("utf-8")
    rows = json.loads(text.removeprefix("window.searchIndex = ").rstrip(";\n"))
    found = {(row["page"], row["id"]) for row in rows}
    wanted = {
        (name, tag["id"])
        for name, soup in pages.items()
        if name != "index.html"
        for tag in soup.select("article h1, article h2, article h3")
    }
    assert wanted <= found
    sought = {"en": "copy meter", "ru": "измеритель копирования"}[edition.language]
    assert any(sought in row["text"].lower() for row in rows)


def test_an_address_that_leads_nowhere_is_answered(site):
    soup = parsed(site / "404.html")
    assert [a["href"] for a in soup.find_all("a")] == ["index.html", "ru/index.html"]
    assert dead_links(soup, site / "404.html") == [] and not soup.base


def test_links_of_a_repository_are_used_when_it_is_named(sample, tmp_path):
    named = build.Site(sample / "repository", "owner/name")
    named.write(tmp_path / "site")
    binder = "https://mybinder.org/v2/gh/owner/name/HEAD?urlpath=lab/tree/notebooks/02_sample.ipynb"
    tools = parsed(tmp_path / "site" / "02_sample.html").select(".tools a")
    assert [a["href"] for a in tools] == ["notebooks/02_sample.ipynb", binder]
    assert len(parsed(sample / "site" / "02_sample.html").select(".tools a")) == 1
    assert parsed(tmp_path / "site" / "404.html").base["href"] == "/name/"
    readme = named._target(sample / "repository", "docs")
    assert readme == "https://github.com/owner/name/blob/HEAD/docs"


@pytest.mark.parametrize(
    "language, place, link, target",
    [
        ("en", "notebooks", "../README.md", "index.html"),
        ("en", "docs", "../notebooks/02_x.ipynb#cell", "02_x.html#cell"),
        ("en", "notebooks", "ru/02_x.ipynb", "ru/02_x.html"),
        ("en", ".", "docs", None),
        ("en", ".", "../elsewhere", None),
        ("ru", ".", "docs/moving.gif", "../docs/moving.gif"),
        ("ru", ".", "docs/ru/moving.gif", "docs/moving.gif"),
        ("ru", "notebooks/ru", "../02_x.ipynb", "../02_x.html"),
        ("ru", "notebooks/ru", "02_x.ipynb", "02_x.html"),
        ("ru", "notebooks/ru", "../../README.ru.md", "index.html"),
    ],
)
def test_links_between_files_become_links_between_pages(sample, language, place, link, target):
    root = sample / "repository"
    assert build.Site(root, "", language)._target(root / place, link) == target


def test_a_notebook_that_git_does_not_know_is_not_published(tmp_path):
    edition, (folder, git) = EDITIONS["en"], (tmp_path / "notebooks", ["git", "-C", tmp_path])
    folder.mkdir()
    for name in ("01_mine.ipynb", "02_draft.ipynb"):
        (folder / name).write_text("{}")
    assert len(edition.notebook_paths(tmp_path)) == 2
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "notebooks/01_mine.ipynb"], check=True)
    assert [path.name for path in edition.notebook_paths(tmp_path)] == ["01_mine.ipynb"]
    assert drafts(tmp_path) == ["notebooks/02_draft.ipynb"]


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


def test_islands_are_not_dressed():
    island = "<div data-island=x-1><img src='a.png'><table><th>&lt;</table><h2 id=a>B</h2></div>"
    output = nbformat.v4.new_output("display_data", {"text/html": island})
    cells = [nbformat.v4.new_markdown_cell("## A"), nbformat.v4.new_code_cell(outputs=[output])]
    inside = article.Article(nbformat.v4.new_notebook(cells=cells), WORDS["en"])
    assert island not in inside.html and island in inside.whole(str(dress.parse(inside.html)))


HEADINGS = "<h1>A</h1><h2>B</h2><h4>C</h4>"


def test_guards_see_planted_faults(tmp_path):
    soup = BeautifulSoup(
        f"{HEADINGS}<a href='x.html'>x</a><a href='#y'>y</a>"
        "<script src='https://cdn.example/x.js'></script>"
        "<p id='z'></p><p id='z'></p>",
        "html.parser",
    )
    assert heading_faults(soup) == ["h2 is followed by h4"]
    assert re.findall(LOADED, str(soup)) == ["https://cdn.example/x.js"]
    (tmp_path / "a.html").write_text(str(soup))
    assert len(dead_links(soup, tmp_path / "a.html")) == 2
    assert repeated_ids(soup) == ["z"]


def test_headings_get_ids_of_their_own():
    soup = dress.parse("<p id='measure'></p><h2>Measure</h2><h2>Measure</h2><h3>$z$?</h3>")
    assert [each.id for each in dress.headings(soup)] == ["measure-2", "measure-3", "z"]


def test_the_workflow_publishes_what_make_site_writes():
    yaml = pytest.importorskip("yaml")
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "site.yml").read_text("utf-8"))
    steps = workflow["jobs"]["site"]["steps"]
    assert any(step.get("run", "").startswith("make site ") for step in steps)
    uploaded = [step["with"]["path"] for step in steps if "upload-pages" in step.get("uses", "")]
    assert uploaded == ["site"]
    assert workflow["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
    assert re.search(
        r"^site: .*\n\t\$\(BIN\)/python -m tools\.website ",
        (ROOT / "Makefile").read_text(),
        flags=re.M,
    )
