"""A notebook or a Markdown text as the inside of a page."""

import re
from functools import cache
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from latex2mathml.converter import convert
from nbconvert.filters import Highlight2HTML, ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

TEMPLATES = Path(__file__).parent / "templates"
OPERATOR = r"\\operatorname\*\{([^{}]*)\}_\{([^{}]*)\}"
NAMED = r"(<mi>(?:log|exp|det)</mi>)(?!<mo)"
ASIDE = "<!--aside {}-->"


class Renderer(IPythonRenderer):
    """Markdown with formulas as MathML, which needs neither scripts nor a network."""

    def block_math(self, body: str) -> str:
        return mathml(body, "block")

    def inline_math(self, body: str) -> str:
        return mathml(body, "inline")


def mathml(formula: str, display: str) -> str:
    """A formula as MathML: what stands below an operator, space after log, straight norm bars."""
    below = re.sub(OPERATOR, r"\\underset{\2}{\\text{\1}}\\,", formula.strip())
    found = convert(below, display=display)
    found = re.sub(NAMED, r'\1<mspace width="0.17em"/>', found)
    return found.replace("<mo>&#x02016;</mo>", '<mo stretchy="false">&#x02016;</mo>')


def markdown(text: str) -> str:
    """HTML of a Markdown text."""
    return MarkdownWithMath(Renderer(escape=False, exclude_anchor_links=True)).render(text)


@cache
def highlighted(source: str) -> str:
    """HTML of Python in colours; both editions have the same code."""
    return Highlight2HTML()(source, "python3")


class Article:
    """The cells of a notebook as `html`; what nothing may rewrite stands `aside`.

    Coloured code and islands are left out of `html`, which has a mark in their places, so that
    links, headings, tables and pictures inside them stay as they were stored.
    """

    def __init__(self, notebook: nbformat.NotebookNode, words: dict[str, str]) -> None:
        self.aside: list[str] = []
        jinja = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined)
        jinja.filters |= {"markdown": markdown, "code": self._code, "ansi": ansi2html}
        jinja.filters["output"] = self._output
        template = jinja.get_template("article.html")
        self.html = template.render(cells=notebook.cells, words=words)

    def whole(self, html: str) -> str:
        """`html`, dressed meanwhile, with everything back in its place."""
        return re.sub(ASIDE.format(r"(\d+)"), lambda mark: self.aside[int(mark[1])], html)

    def _put_aside(self, html: str) -> str:
        self.aside.append(html)
        return ASIDE.format(len(self.aside) - 1)

    def _code(self, source: str) -> str:
        return self._put_aside(highlighted(source))

    def _output(self, html: str) -> str:
        return self._put_aside(html) if "data-island=" in html else html
