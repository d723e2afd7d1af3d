"""Collect the pages, write them, and put what they need beside them."""

import json
import shutil
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from posixpath import relpath

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pygments.formatters import HtmlFormatter

from tools.website import article, dress, readme
from tools.website.edition import (
    EDITIONS,
    PICTURES,
    other_than,
    page_of,
    picture_of,
    published,
)
from tools.website.words import WORDS

HERE = Path(__file__).parent
STYLES = {"light": "xcode", "dark": "lightbulb"}
BINDER = "https://mybinder.org/v2/gh/{}/HEAD?urlpath=lab/tree/{}"
SLIDER = 'data-island="explore-'
OPENING = "2"
"""Number of the notebook whose first slider opens the first page."""
SOURCE = "https://github.com/{}/blob/HEAD/{}"


@dataclass
class Page:
    """One file of the site; number and first slider are a notebook's, empty for other pages."""

    name: str
    title: str
    html: str = ""
    number: str = ""
    slider: str = ""
    source: str = ""
    contents: list[dress.Heading] = field(default_factory=list)
    sections: list[dict] = field(default_factory=list)


class Site:
    """All pages of one edition of the repository at `root`."""

    def __init__(self, root: Path, repository: str = "", language: str = "en") -> None:
        self.root, self.repository, self.edition = root, repository, EDITIONS[language]
        self.other, self.words = other_than(language), WORDS[language]
        loader = FileSystemLoader(HERE / "templates")
        self.jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        self.notebooks = [self._notebook(path) for path in self.edition.notebook_paths(root)]
        texts = self.edition.text_paths(root)
        self.texts = [self._text(path, f"{path.stem}.html") for path in texts]
        setup = self._text(root / self.edition.readme, "setup.html", self.words["setup"])
        self.texts.append(setup)

    def write(self, folder: Path) -> list[Path]:
        """Write every page into `folder`, which is emptied first; returns the pages."""
        clear(folder)
        shutil.copytree(HERE / "assets", folder / "assets")
        (folder / "assets" / "code.css").write_text(code_styles(), "utf-8")
        (folder / "assets" / "search-index.js").write_text(self._index(), "utf-8")
        for place in ("notebooks", "docs"):
            (folder / place).mkdir()
        for page in self.notebooks:
            shutil.copy(self.root / page.source, folder / "notebooks")
        for suffix in PICTURES:
            for picture in published(self.root, self.edition.docs, f"*{suffix}"):
                shutil.copy(picture, folder / "docs")
        (folder / ".nojekyll").touch()
        if not self.edition.folder:
            self._lost(folder)
        return [self._save(folder, page) for page in [self._home(), *self.notebooks, *self.texts]]

    def _notebook(self, path: Path) -> Page:
        inside = article.Article(nbformat.read(path, as_version=4), self.words)
        page = self._page(dress.parse(inside.html), path, f"{path.stem}.html")
        page.number = path.stem.split("_")[0].lstrip("0")
        page.html = inside.whole(page.html)
        page.slider = next((html for html in inside.aside if SLIDER in html), "")
        return page

    def _text(self, path: Path, name: str, title: str = "") -> Page:
        soup = dress.parse(f'<div class="prose">{article.markdown(path.read_text("utf-8"))}</div>')
        page = self._page(soup, path, name)
        page.title = title or page.title
        return page

    def _page(self, soup, path: Path, name: str) -> Page:
        dress.relink(soup, partial(self._target, path.parent))
        dress.frame_tables(soup)
        dress.leave_colours_to_the_theme(soup)
        dress.caption_figures(soup, self.words["in_words"])
        contents = dress.headings(soup)
        source = path.relative_to(self.root).as_posix()
        title = contents[0].text if contents else path.stem
        inner = [heading for heading in contents if heading.level in (2, 3)]
        sections = dress.sections(soup)
        return Page(name, title, str(soup), source=source, contents=inner, sections=sections)

    def _target(self, folder: Path, link: str) -> str | None:
        """Where a link of a file in `folder` leads on the site, None for nowhere."""
        place, _, anchor = link.partition("#")
        path = (folder / place).resolve()
        if not path.is_relative_to(self.root.resolve()):
            return None
        inside = path.relative_to(self.root.resolve()).as_posix()
        name = page_of(inside, bool(anchor))
        if name:
            return self._from_here(name) + f"#{anchor}" * bool(anchor)
        if picture := picture_of(inside):
            return self._from_here(picture)
        known = path.exists() and self.repository
        return SOURCE.format(self.repository, inside) if known else None

    def _from_here(self, place: str) -> str:
        """A place on the site, as the pages of this edition link to it."""
        return relpath(place, self.edition.folder or ".")

    def _twin(self, page: Page) -> str | None:
        """The same page in the other language, its first page, or None without that edition."""
        names = self.other.page_names(self.root)
        name = page.name if page.name in names else "index.html"
        return self._from_here(self.other.page(name)) if names else None

    def _index(self) -> str:
        rows = [
            {"page": page.name, "title": page.title, **section}
            for page in [*self.notebooks, *self.texts]
            for section in page.sections
        ]
        return f"window.searchIndex = {json.dumps(rows, ensure_ascii=False)};\n"

    def _home(self) -> Page:
        text = (self.root / self.edition.readme).read_text("utf-8")
        shown = next((page for page in self.notebooks if page.number == OPENING), None)
        template = self.jinja.get_template(f"home.{self.edition.language}.html")
        html = template.render(
            rows=readme.table(text), shown=shown, words=self.words, **readme.opening(text)
        )
        soup = dress.parse(html)
        own = {page.name for page in [*self.notebooks, *self.texts]}
        dress.relink(soup, lambda link: link if link in own else self._target(self.root, link))
        html = str(soup).replace("<!--slider-->", shown.slider if shown else "")
        return Page("index.html", self.words["title"], html)

    def _lost(self, folder: Path) -> None:
        """The page that a web server shows for an address that leads nowhere."""
        name = self.repository.partition("/")[2]
        html = self.jinja.get_template("404.html").render(
            base=f"/{name}/" if name else "", editions=EDITIONS.values(), every=WORDS
        )
        (folder / "404.html").write_text(html, "utf-8", newline="\n")

    def _save(self, folder: Path, page: Page) -> Path:
        order = [each.name for each in self.notebooks]
        at = order.index(page.name) if page.name in order else None
        around = {
            "previous": self.notebooks[at - 1] if at else None,
            "next": self.notebooks[at + 1] if at is not None and at + 1 < len(order) else None,
        }
        html = self.jinja.get_template("page.html").render(
            page=page,
            site=self,
            words=self.words,
            Markup=Markup,
            binder=self.repository and BINDER.format(self.repository, page.source),
            twin=self._twin(page),
            **around,
        )
        path = folder / page.name
        path.write_text(html, "utf-8", newline="\n")
        return path


def clear(folder: Path) -> None:
    """Empty a folder of earlier pages; FileExistsError when it holds something else."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / ".nojekyll").exists():
            raise FileExistsError(f"{folder} holds other files; name an empty folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def code_styles() -> str:
    """Colours of the code in both themes, of styles with 4.5 to 1 on our grounds."""
    light, dark = (HtmlFormatter(style=STYLES[theme]) for theme in ("light", "dark"))
    return "\n".join(
        [
            light.get_style_defs(".highlight"),
            "@media screen {",
            dark.get_style_defs(':root[data-theme="dark"] .highlight'),
            "}\n",
        ]
    )
