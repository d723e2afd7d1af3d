"""The learner's language: every word that a figure, a widget or a check shows goes through `tr`."""

from importlib.resources import files

_SHELF = files("aeteach").joinpath("languages")
_current = {"language": "en", "words": {}}


def languages() -> list[str]:
    """Names of the languages at hand: English and one for each file in `aeteach/languages`."""
    found = [entry.name for entry in _SHELF.iterdir()] if _SHELF.is_dir() else []
    return ["en", *sorted(name[:-5] for name in found if name.endswith(".toml"))]


def speak(language: str) -> None:
    """Choose the language of everything shown from now on.

    Raises ValueError for a language without a word list.
    """
    if language not in languages():
        raise ValueError(
            f"language {language!r} is not at hand; choose one of {', '.join(languages())}"
        )
    import tomllib

    text = "" if language == "en" else _SHELF.joinpath(f"{language}.toml").read_text("utf-8")
    _current.update(language=language, words=tomllib.loads(text))


def language() -> str:
    """The language chosen last, "en" at first."""
    return _current["language"]


def tr(text: str, **values: object) -> str:
    """`text` in the learner's language, with `{name}` places filled from `values`."""
    translated = _current["words"].get(text, text)
    return translated.format(**values) if values else translated


def label(name: str) -> str:
    """A name from the code as the learner reads it: `latent_size` becomes "latent size".

    A number at the end needs no entry of its own in a word list: "copier 128", "noisy k=8".
    """
    text = name.replace("_", " ")
    head, _, tail = text.rpartition(" ")
    if head and text not in _current["words"] and any(mark.isdigit() for mark in tail):
        return f"{label(head)} {tail}"
    return tr(text)
