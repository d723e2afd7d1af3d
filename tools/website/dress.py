"""From the inside of a page to one that fits the site: links, headings, figures, tables."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

HEADINGS = ["h1", "h2", "h3", "h4"]
TEXTS = [*HEADINGS, "p", "li", "td", "th"]
SMALLEST = 0.6


@dataclass
class Heading:
    """A line of the contents; html is its text, which may hold a formula."""

    level: int
    id: str
    html: str
    text: str


def parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def text_of(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[^\w]+", "-", plain).strip("-") or "section"


def headings(soup: BeautifulSoup) -> list[Heading]:
    """Give every heading an id of its own and return them in order."""
    taken, found = {tag["id"] for tag in soup.find_all(id=True)}, []
    for tag in soup.find_all(HEADINGS):
        wanted = name = slug(text_of(tag))
        count = 1
        while name in taken:
            count += 1
            name = f"{wanted}-{count}"
        taken.add(name)
        tag["id"] = name
        found.append(Heading(int(tag.name[1]), name, tag.decode_contents(), text_of(tag)))
    return found


def relink(soup: BeautifulSoup, target: Callable[[str], str | None]) -> None:
    """Replace every relative link and picture source; a link without a target becomes text."""
    for tag, attribute in [(a, "href") for a in soup.find_all("a", href=True)] + [
        (image, "src") for image in soup.find_all("img", src=True)
    ]:
        old = tag[attribute]
        if re.match(r"[a-z][a-z0-9+.-]*:|#|//", old, flags=re.I):
            continue
        new = target(old)
        if new is None and tag.name == "a":
            tag.unwrap()
        elif new is not None:
            tag[attribute] = new


def frame_tables(soup: BeautifulSoup) -> None:
    """A table scrolls inside its own box; an empty corner is no header."""
    for table in soup.find_all("table"):
        table.wrap(soup.new_tag("div", attrs={"class": "scroll"}))
        for cell in table.find_all("th"):
            if not text_of(cell) and not cell.find(True):
                cell.name = "td"
            elif cell.find_parent("thead"):
                cell["scope"] = "col"


def caption_figures(soup: BeautifulSoup, in_words: str) -> None:
    """Each picture among the outputs becomes a figure whose description can be read by all.

    On a narrow screen it shrinks to SMALLEST of its width, then scrolls inside its own box.
    """
    for image in soup.select(".output img"):
        figure = image.wrap(soup.new_tag("figure"))
        image.wrap(soup.new_tag("div", attrs={"class": "scroll"}))
        least = round(SMALLEST * int(image.get("width", 0)))
        image["style"] = f"{image.get('style', '')};min-width:{least}px"
        details, summary, said = (soup.new_tag(name) for name in ("details", "summary", "p"))
        summary.string, said.string = in_words, image["alt"]
        details.extend([summary, said])
        caption = soup.new_tag("figcaption")
        caption.append(details)
        figure.append(caption)


def leave_colours_to_the_theme(soup: BeautifulSoup) -> None:
    """A traceback names colours that only one of the themes can show."""
    for span in soup.select("pre span[style]"):
        del span["style"]


def sections(soup: BeautifulSoup) -> list[dict[str, str]]:
    """What the search looks through: {id, heading, text} of each section, outputs left out."""
    found = []
    for tag in soup.find_all(TEXTS):
        if tag.find_parent(class_="output") or tag.find_parent(TEXTS):
            continue
        if tag.name in HEADINGS:
            found.append({"id": tag["id"], "heading": text_of(tag), "text": ""})
        elif found:
            found[-1]["text"] = f"{found[-1]['text']} {text_of(tag)}".strip()
    return found
