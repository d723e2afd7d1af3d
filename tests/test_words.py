"""The learner's language."""

import pytest

from aeteach import words
from aeteach.words import label, language, languages, speak, tr


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A shelf with one word list, Esperanto."""
    (tmp_path / "eo.toml").write_text(
        '"latent size" = "latenta grando"\n"{count} epochs" = "{count} epokoj"\n', "utf-8"
    )
    (tmp_path / "notes.txt").write_text("no list")
    monkeypatch.setattr(words, "_SHELF", tmp_path)


def test_english_needs_no_list():
    assert language() == "en" and languages()[0] == "en"
    assert tr("latent size") == "latent size"


def test_values_are_filled_in():
    assert tr("{count} epochs, {share:.0%}", count=3, share=0.25) == "3 epochs, 25%"


def test_text_without_values_keeps_its_braces():
    assert tr("a set {1, 2}") == "a set {1, 2}"


def test_values_may_hold_braces():
    assert tr("said {what}", what="{x}") == "said {x}"


def test_another_language(shelf):
    assert languages() == ["en", "eo"]
    speak("eo")
    assert language() == "eo"
    assert tr("latent size") == "latenta grando"
    assert tr("{count} epochs", count=4) == "4 epokoj"
    assert tr("no such word") == "no such word"


@pytest.mark.parametrize(
    "name, words",
    [
        ("latent_size", "latenta grando"),
        ("latent_size_8", "latenta grando 8"),
        ("latent size k=8", "latenta grando k=8"),
        ("k=8", "k=8"),
        ("", ""),
        ("copier 128", "copier 128"),
    ],
)
def test_a_number_at_the_end_needs_no_entry(shelf, name, words):
    assert label(name) == name.replace("_", " ")
    speak("eo")
    assert label(name) == words


def test_back_to_english(shelf):
    speak("eo")
    speak("en")
    assert tr("latent size") == "latent size"


@pytest.mark.parametrize("name", ["xx", "EN", "", "notes", "en.toml", "../en"])
def test_an_unknown_language_is_refused_with_the_list(name, shelf):
    with pytest.raises(ValueError, match="not at hand; choose one of en, eo") as refused:
        speak(name)
    assert repr(name) in str(refused.value) and language() == "en"


def test_a_refused_language_changes_nothing(shelf):
    speak("eo")
    with pytest.raises(ValueError):
        speak("xx")
    assert tr("latent size") == "latenta grando"


@pytest.mark.parametrize("name", languages())
def test_every_language_at_hand_can_be_spoken(name):
    speak(name)
    assert language() == name and isinstance(tr("latent size"), str)
