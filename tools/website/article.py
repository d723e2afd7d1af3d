"""A notebook or a Markdown text as the inside of a page."""

import re
from pathlib import Path

import nbformat
from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets import default

TEMPLATES = Path(__file__).parent / "templates"
OPERATOR = r"\\operatorname\*\{([^{}]*)\}_\{([^{}]*)\}"
NAMED = r"(<mi>(?:log|exp|det)</mi>)(?!<mo)"


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


class Article(HTMLExporter):
    """Cells without prompts, folded code as <details>, a mount for every widget."""

    @default("template_name")
    def _own_template(self) -> str:
        return "article"

    @default("extra_template_basedirs")
    def _own_folder(self) -> list[str]:
        return [str(TEMPLATES)]

    @pass_context
    def markdown2html(self, context, source: str) -> str:
        return markdown(source)


def of_notebook(notebook: nbformat.NotebookNode, words: dict[str, str], mounts: set[str]) -> str:
    """HTML of the cells; `mounts` names the widget models that the page can bring to life."""
    html, _ = Article().from_notebook_node(notebook, {"words": words, "mounts": mounts})
    return html
