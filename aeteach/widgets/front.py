"""What all widgets share: native controls in the browser, and a fixed way to show themselves."""

from importlib.resources import files

import anywidget

_SHELF = files("aeteach").joinpath("static")
_NETWORKS = ("latent_pad", "drawing_pad")


def script(name: str) -> str:
    """The JavaScript of a widget: what it shares with others, then its own `render`."""
    shared = ("controls", "network") if name in _NETWORKS else ("controls",)
    parts = (_SHELF.joinpath(f"{part}.js").read_text("utf-8") for part in (*shared, name))
    return "\n".join(parts)


def styles(name: str) -> str:
    """The style sheet of a widget: the shared controls, then its own rules."""
    return "\n".join(
        _SHELF.joinpath(f"{part}.css").read_text("utf-8") for part in ("controls", name)
    )


class Front(anywidget.AnyWidget):
    """A widget that shows itself in viewers without widgets too, by `still_forms`."""

    _css = _SHELF.joinpath("controls.css").read_text("utf-8")

    def still_forms(self) -> dict[str, object]:
        """What a viewer without widgets shows: {mime type: data}, with text/plain."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self.still_forms()["text/plain"]

    def _repr_mimebundle_(self, **options: object) -> tuple[dict, dict]:
        forms, metadata = super()._repr_mimebundle_(**options)
        return forms | self.still_forms(), metadata
