"""A widget that is a page of its own: a still picture, its data and a small script, no kernel."""

import functools
import hashlib
import html
import json
from importlib.resources import files

from IPython.display import display
from matplotlib.figure import Figure

from aeteach import style
from aeteach.words import language

_SHELF = files("aeteach").joinpath("static")
PARTS = {
    "explore": ("controls", "explore"),
    "predict": ("controls", "answers", "predict"),
    "calibration": ("controls", "answers", "calibration"),
    "latent_pad": ("controls", "network", "latent_pad"),
    "drawing_pad": ("controls", "network", "drawing_pad"),
    "clinic": ("controls", "clinic"),
    "replay": ("controls", "chart", "replay"),
}
"""The scripts of each kind of island; the last one brings its `render` and its style sheet."""


class Island:
    """One `text/html` output that stays alive: at every opening, saved, exported, without a kernel.

    kind: one of PARTS. data: what its script reads, anything JSON can hold. still: what is seen
    where scripts are stripped, HTML of text and pictures only. text: the same in plain words.
    attributes: more attributes of the outer element.
    """

    def __init__(self, kind: str, data: dict, still: str, text: str, **attributes: str) -> None:
        self.kind, self.data, self.still, self.text = kind, data, still, text
        self.attributes = attributes

    def html(self) -> str:
        """The element, its data and its script; `<` of the data is escaped."""
        data = _json({"language": language(), **self.data})
        more = "".join(f' {k}="{html.escape(v)}"' for k, v in self.attributes.items())
        return (
            f'<div data-island="{version(self.kind)}"{more}>{self.still}'
            f'<script type="application/json">{data}</script>'
            f"<script>{script(self.kind)}</script></div>"
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def show(island: Island, name: str | None = None):
    """Show `island` at once, whatever follows in the cell; with a `name` it can be updated."""
    return display(island, display_id=name) if name else display(island)


def still_picture(figure: Figure) -> str:
    """The figure as the `<img>` that viewers without scripts keep."""
    picture, kind = style.picture(figure)
    return style.image_tag(picture, figure.alt_text, style.screen_width(figure), kind)


def source(name: str) -> str:
    """Text of a file of `static`, empty when there is none."""
    path = _SHELF.joinpath(name)
    return path.read_text("utf-8") if path.is_file() else ""


def styles(kind: str) -> str:
    """The style sheet of a kind: what all share, then its own."""
    return source("island.css") + source(f"{PARTS[kind][-1]}.css")


@functools.cache
def version(kind: str) -> str:
    """The kind and a fingerprint of its script: an island of another version is left alone."""
    return f"{kind}-{hashlib.sha256(_body(kind).encode()).hexdigest()[:8]}"


@functools.cache
def script(kind: str) -> str:
    """The whole script of a kind, in a scope of its own."""
    return f"(() => {{\nconst KIND = {json.dumps(version(kind))};\n{_body(kind)}}})();"


@functools.cache
def _body(kind: str) -> str:
    parts = [source(f"{part}.js") for part in (*PARTS[kind], "island")]
    lines = [line.strip() for line in "\n".join(parts).splitlines()]
    code = "\n".join(line for line in lines if line and not line.startswith("//"))
    return f"const CSS = {_json(styles(kind))};\n{code}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace(
        "<", "\\u003c"
    )
