"""The Russian edition against the English one, and every guard tried on a planted fault."""

import ast
import os
import tomllib
import warnings
from functools import cache
from pathlib import Path

import editions
import nbformat
import pytest
import rules
import russian
import twins
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from aeteach import data

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "aeteach"
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ENGLISH = editions.english_paths(ROOT)
RUSSIAN = [path for path in map(editions.twin_path, ENGLISH) if path.exists()]
SILENT = {
    "src",
    "inputs",
    "shots",
    "state",
    "key",
    "language",
    "layers",
    "codes",
    "kinds",
    "pictures",
    "samples",
    "colours",
    "sealed",
}
"""What in the data of an island is no text."""
CODE_WORDS = {"return", "mse", "delta", "count", "install", "ipykernel", "python"}


@cache
def read(path):
    return nbformat.read(path, as_version=4)


def table(name):
    return tomllib.loads((PACKAGE / name).read_text(encoding="utf-8"))


def dictionary():
    return table("languages/ru.toml")


def fail_on(faults):
    assert not faults, "\n" + "\n".join(f"  - {fault}" for fault in faults)


def name(path):
    return path.relative_to(ROOT).as_posix()


# the edition as it stands


def stale_or_wrong(faults):
    """Faults that wait for a translator, which a request may have, and those nobody may leave."""
    waiting = [fault for fault in faults if "is stale" in fault]
    return waiting, [fault for fault in faults if fault not in waiting]


@pytest.mark.parametrize("path", ENGLISH, ids=name)
def test_twins_agree(path):
    twin = editions.twin_path(path)
    assert twin.exists(), f"{name(twin)} is missing: run `make editions` and translate"
    waiting, wrong = stale_or_wrong(twins.twin_faults(read(path), read(twin)))
    fail_on(wrong + waiting * bool(os.environ.get("AETEACH_RELEASE")))
    if waiting:
        warnings.warn(f"{name(twin)} waits for a translator: {'; '.join(waiting)}", stacklevel=1)


def test_only_what_waits_for_a_translator_may_wait():
    waiting, wrong = stale_or_wrong(["cell `a`: is stale: the text", "cell `b`: links differ"])
    assert (len(waiting), wrong) == (1, ["cell `b`: links differ"])


@pytest.mark.parametrize("path", ENGLISH, ids=name)
def test_twins_have_the_same_title_links(path):
    assert twins.twin_link(path.name, "en") in read(path).cells[0].source, "run `make editions`"


def test_no_russian_notebook_is_without_its_english_one():
    names = {path.name for path in ENGLISH}
    assert {p.name for p in (ROOT / "notebooks" / "ru").glob("*.ipynb")} <= names


def prose(path):
    """{place: text} of the prose of a notebook that has been translated."""
    cells = [cell for cell in rules.prose_cells(read(path)) if "aeteach" in cell.metadata]
    return {f"{path.name}, cell `{cell.id}`": cell.source for cell in cells}


def shown(notebook):
    """{place: text} of what the code cells of a stored notebook show a learner."""
    texts = {}
    for cell, output, page in rules.pages(notebook):
        claim = output.get("data", {}).get(rules.CLAIM, {})
        alts = [image.get("alt") or "" for image in page.images]
        said = [*alts, *claim.get("conditions", {}), claim.get("measured", ""), *strings(page.data)]
        place = texts.setdefault(f"cell `{cell.id}`", [])
        place += said if not rules.tags(cell) & rules.EXPECTS_ERROR else []
    return {place: " ".join(said) for place, said in texts.items()}


def strings(value):
    """Every text in nested lists and the values of dictionaries."""
    if isinstance(value, str):
        return [] if value in ("slider", "radios") else [value]
    if isinstance(value, dict):
        value = [part for key, part in value.items() if key not in SILENT]
    parts = value if isinstance(value, list) else []
    return [text for part in parts for text in strings(part)]


@pytest.mark.parametrize("path", RUSSIAN, ids=name)
def test_prose_is_russian(path):
    fail_on(russian.banned(prose(path), russian.banned_terms(GLOSSARY)))
    fail_on(russian.leftover_english(prose(path), russian.latin_words(GLOSSARY)))


@pytest.mark.parametrize("path", RUSSIAN, ids=name)
def test_figures_and_widgets_speak_russian(path):
    fail_on(russian.leftover_english(shown(read(path)), russian.latin_words(GLOSSARY)))


def package_trees():
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))]


def test_every_text_of_the_package_has_its_russian():
    texts = set().union(*map(russian.shown_texts, package_trees()))
    fail_on(russian.missing(texts, dictionary()))


def test_the_dictionary_keeps_places():
    fail_on(russian.places_differ(dictionary()))


def test_no_entry_of_the_dictionary_is_unused():
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    sources += [cell.source for path in ENGLISH for cell in rules.code_cells(read(path))]
    sources += data.wines().names
    fail_on(russian.unused(dictionary(), "\n".join(sources)))


def translated():
    """{place: text} of the dictionary, the claims and the questions, in Russian."""
    texts = {f"ru.toml {key!r}": text for key, text in dictionary().items()}
    for key, row in table("claims.toml").items():
        texts[f"claims.toml [{key}]"] = f"{row.get('russian', '')} {row.get('russian_nuance', '')}"
    for key, row in table("questions.toml").items():
        texts[f"questions.toml [{key}.ru]"] = " ".join(strings(row.get("ru", {})))
    return texts


def test_words_claims_and_questions_are_russian():
    fail_on(russian.banned(translated(), russian.banned_terms(GLOSSARY)))
    fail_on(russian.leftover_english(translated(), russian.latin_words(GLOSSARY) | CODE_WORDS))


@pytest.mark.parametrize("path", ENGLISH, ids=name)
def test_every_label_in_words_has_its_russian(path):
    texts = {
        label.value
        for cell in rules.code_cells(read(path))
        for label in rules.labels(rules.tree(cell))
        if rules.is_language(label.value)
    }
    fail_on(russian.missing(texts, dictionary()))


# a pair of twins, small but complete, and the faults planted in it

SAYS = "The error is 0.09 with $L = \\text{loss}$, see [two](02_two.ipynb) and `fit`."
SAYS_IN_RUSSIAN = "Ошибка 0.09 при $L = \\text{потери}$, см. [вторую](02_two.ipynb) и `fit`."
TITLE = "# One\n\nLecture 4 · [all notebooks](../README.md)"


def english():
    return new_notebook(
        cells=[
            new_markdown_cell(TITLE, id="title"),
            new_code_cell('seed = start("en")', id="edition", metadata={"tags": ["edition"]}),
            new_markdown_cell(SAYS, id="says"),
            new_code_cell(
                "x = 1", id="look", execution_count=2, outputs=[new_output("stream", text="1")]
            ),
            new_markdown_cell("Done.", id="done"),
        ]
    )


@pytest.fixture
def shelf(tmp_path):
    """A repository with one English notebook and its complete twin; the path of the former."""
    path = tmp_path / "notebooks" / "01_one.ipynb"
    path.parent.mkdir()
    nbformat.write(english(), path)
    text = "%% md title\n# Один\n\nЛекция 4 · [все тетради](../../README.ru.md)\n"
    text += f"%% md says\n{SAYS_IN_RUSSIAN}\n%% md done\nГотово.\n"
    editions.take(path, text)
    return path


def both(path):
    return (nbformat.read(each, 4) for each in (path, editions.twin_path(path)))


def test_a_complete_twin_has_no_fault(shelf, capsys):
    first, second = both(shelf)
    assert twins.twin_faults(first, second) == []
    assert second.cells[1].source == 'seed = start("ru")' and second.cells[3].source == "x = 1"
    assert "[на русском](ru/01_one.ipynb)" in first.cells[0].source
    assert "[in English](../01_one.ipynb)" in second.cells[0].source
    assert editions.main(["status"], shelf.parents[1]) == 0
    assert "01_one.ipynb: 0 cells to translate" in capsys.readouterr().out


def changed(key, text, tags=None):
    def plant(notebook):
        cell = next(cell for cell in notebook.cells if cell.id == key)
        cell.source = text
        if tags:
            cell.metadata["tags"] = tags

    return plant


def dropped(notebook):
    del notebook.cells[2]


def doubled(notebook):
    notebook.cells.append(new_markdown_cell("Ещё", id="more"))


def turned(notebook):
    notebook.cells[3:] = reversed(notebook.cells[3:])


def folded(notebook):
    notebook.cells[3].metadata["jupyter"] = {"source_hidden": True}


def unstamped(notebook):
    notebook.cells[2].metadata.pop("aeteach")


@pytest.mark.parametrize(
    "edition, plant, words",
    [
        ("ru", changed("look", "x = 2"), "`look`: its code differs"),
        ("en", changed("look", "x = 2"), "`look`: its code differs"),
        ("ru", changed("edition", 'seed = start("en")'), "`edition`: its code differs"),
        ("ru", changed("look", "x = 1", ["claim"]), "`look`: its tags differ"),
        ("ru", folded, "folded in one edition only"),
        ("en", changed("done", "All done."), "`done`: is stale"),
        ("ru", unstamped, "`says`: is stale"),
        ("ru", changed("says", SAYS_IN_RUSSIAN.replace("L =", "M =")), "`says`: formulas differ"),
        (
            "ru",
            changed("says", SAYS_IN_RUSSIAN.replace("02_two", "03_two")),
            "`says`: links differ",
        ),
        (
            "ru",
            changed("says", SAYS_IN_RUSSIAN.replace("`fit`", "`run`")),
            "`says`: code spans differ",
        ),
        ("ru", changed("says", SAYS_IN_RUSSIAN.replace("0.09", "0.9")), "`says`: numbers differ"),
        ("ru", changed("says", SAYS_IN_RUSSIAN.replace("0.09", "0,09")), "decimal sign is a point"),
        ("ru", changed("says", f"## {SAYS_IN_RUSSIAN}"), "`says`: headings differ"),
        ("ru", changed("title", "# Один\n\n[все](../README.md)"), "`title`: links differ"),
        ("ru", dropped, "`says` is missing in Russian"),
        ("ru", doubled, "`more` is not in the English notebook"),
        ("ru", turned, "the order differs: `done` stands where English has `look`"),
    ],
)
def test_a_planted_fault_is_named(shelf, edition, plant, words):
    first, second = both(shelf)
    plant(first if edition == "en" else second)
    assert words in "\n".join(twins.twin_faults(first, second))


# make editions


def replant(path, plant):
    notebook = nbformat.read(path, 4)
    plant(notebook)
    nbformat.write(notebook, path)


def cells(path):
    return {cell.id: cell for cell in nbformat.read(editions.twin_path(path), 4).cells}


def test_a_second_run_changes_nothing(shelf):
    before = [path.read_bytes() for path in (shelf, editions.twin_path(shelf))]
    editions.main([], shelf.parents[1])
    assert [path.read_bytes() for path in (shelf, editions.twin_path(shelf))] == before


def test_code_is_copied_and_prose_is_kept(shelf):
    replant(
        editions.twin_path(shelf),
        lambda n: n.cells[3].update(outputs=[new_output("stream", text="один")], execution_count=2),
    )
    editions.main([], shelf.parents[1])
    assert cells(shelf)["look"].outputs[0].text == "один"
    replant(shelf, changed("look", "x = 2"))
    replant(shelf, changed("done", "All done."))
    editions.main([], shelf.parents[1])
    now = cells(shelf)
    assert now["look"].source == "x = 2" and now["look"].outputs == []
    assert now["done"].source == "Готово."
    assert editions.stale(*both(shelf)) == ["done"]


def test_new_cells_come_in_stale_and_in_order(shelf, capsys):
    replant(shelf, lambda n: n.cells.insert(3, new_markdown_cell("A new thought.", id="new")))
    editions.main([], shelf.parents[1])
    assert list(cells(shelf)) == ["title", "edition", "says", "new", "look", "done"]
    assert cells(shelf)["new"].source == "A new thought."
    assert "1 cells to translate: new" in capsys.readouterr().out


def test_a_new_order_and_a_new_name_keep_the_translation(shelf):
    replant(shelf, turned)
    replant(shelf, lambda n: n.cells[2].update(id="told"))
    editions.main([], shelf.parents[1])
    assert list(cells(shelf)) == ["title", "edition", "told", "done", "look"]
    assert cells(shelf)["told"].source == SAYS_IN_RUSSIAN
    assert twins.twin_faults(*both(shelf)) == []


def test_prose_that_goes_is_printed_once_more(shelf, capsys):
    replant(shelf, dropped)
    editions.main([], shelf.parents[1])
    assert "says" not in cells(shelf)
    assert f"`says` is no longer in English; its text was:\n{SAYS_IN_RUSSIAN}" in (
        capsys.readouterr().out
    )


def test_accepting_renews_the_stamp(shelf, capsys):
    root = shelf.parents[1]
    replant(shelf, changed("done", "All done."))
    assert editions.stale(*both(shelf)) == ["done"]
    assert editions.main(["accept", "01", "says"], root) == 0
    assert editions.stale(*both(shelf)) == ["done"]
    assert editions.main(["accept", "01", "done"], root) == 0
    assert editions.stale(*both(shelf)) == []


def test_what_cannot_be_accepted_is_refused_in_words(shelf, capsys):
    root = shelf.parents[1]
    replant(shelf, lambda n: n.cells.insert(3, new_markdown_cell("A new thought.", id="new")))
    editions.main([], root)
    for order, words in (
        (["accept", "01", "new"], "translate it first"),
        (["accept", "01", "gone"], "no prose cell gone"),
        (["accept", "07"], "0 notebooks are called 07"),
    ):
        assert editions.main(order, root) == 1
        assert words in capsys.readouterr().err


def test_editing_the_link_to_the_twin_is_no_new_text(shelf):
    replant(shelf, changed("title", TITLE))
    editions.main([], shelf.parents[1])
    assert editions.stale(*both(shelf)) == []


# words


TABLE = """Latin letters stay in: `Adam`, `arXiv`.

| English | Russian | banned |
|---|---|---|
| loss | функция потерь | лосс |
| train | обучать | тренировать |
| bottleneck | узкое горло | бутылочное горлышко, боттлнек |
| code | код | |
"""


@pytest.mark.parametrize(
    "text, words",
    [
        ("Функция потерь мала, узкое горло узко.", ""),
        ("Мы видим лосса рост.", "'лосса' is banned; the glossary says 'функция потерь'"),
        ("Тренируем? Нет: тренировали сеть.", "'тренировали' is banned"),
        ("Через бутылочного горлышка.", "'бутылочного горлышка' is banned"),
        ("Колосс на ногах, слоссить.", ""),
    ],
)
def test_planted_terms(text, words):
    faults = russian.banned({"here": text}, russian.banned_terms(TABLE))
    assert bool(faults) == bool(words) and words in "".join(faults)


@pytest.mark.parametrize(
    "text, words",
    [
        ("Ошибка `fit` мала при $loss$ и PCA, см. [это](there.ipynb) и Adam, arXiv:2006.", ""),
        ("Литература тут: **Литература** Alain and Bengio, what regularised learn.", ""),
        ("Radhakrishnan и соавторы (2020), {count} раз.", ""),
        ("Ошибка the loss мала.", "here: English words loss, the"),
        ("Ошибка latent_size=4.", ""),
    ],
)
def test_planted_english(text, words):
    faults = russian.leftover_english({"here": text}, russian.latin_words(TABLE))
    assert bool(faults) == bool(words) and words in "".join(faults)


SOURCE = '''
"""A docstring of words."""
WORDS = {"start": "Press this first"}
def f(x):
    """Another docstring of words."""
    if x:
        raise ValueError("a fault of the caller")
    re.match("no words of ours", x)
    return tr("right") + tr("yes" if x else "no") + tr(hint)
'''


def test_planted_texts_without_russian():
    texts = russian.shown_texts(ast.parse(SOURCE))
    assert texts == {"Press this first", "right", "yes", "no"}
    (fault,) = russian.missing(texts, {"Press this first": "", "right": "", "yes": ""})
    assert fault.startswith("'no' has no Russian")


def test_planted_places():
    assert russian.places_differ({"{n} of {m:.2f}": "{m:.2f}, из них {n}"}) == []
    assert "differ" in russian.places_differ({"{n} of {m:.2f}": "{n} из {m}"})[0]


def test_planted_dead_words():
    words = {"right": "верно", "latent size": "размер", "gone for good": "пропало"}
    (fault,) = russian.unused(words, 'tr("right"); fit(latent_size=3)')
    assert "'gone for good' is used nowhere" in fault
