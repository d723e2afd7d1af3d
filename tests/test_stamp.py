"""What makes a stored notebook stale, on the real notebooks: each edit touches only its own."""

import shutil
import tomllib
from pathlib import Path

import nbformat
import pytest
import stamp
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from store import notebook_paths

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ("01", "03", "06")
NOTEBOOKS = {
    path.relative_to(ROOT / "notebooks").as_posix()[:-6]: nbformat.read(path, 4)
    for path in notebook_paths(ROOT)
    if path.name.startswith(SAMPLE)
}
ALL = set(NOTEBOOKS)
RUSSIAN = {name for name in ALL if name.startswith("ru/")}


@pytest.fixture(scope="module")
def before():
    return {name: stamp.stamp(notebook) for name, notebook in NOTEBOOKS.items()}


@pytest.fixture
def package(tmp_path):
    """A copy of the package that may be edited, beside the notebooks as they are."""
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(stamp.PACKAGE, tmp_path / "aeteach", ignore=ignored))


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} holds no {old!r} any more: choose another edit"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def stale(before, package):
    return {
        name
        for name, notebook in NOTEBOOKS.items()
        if stamp.stamp(notebook, package) != before[name]
    }


def users(text):
    return {
        name
        for name, notebook in NOTEBOOKS.items()
        if any(text in cell.source for cell in notebook.cells if cell.cell_type == "code")
    }


def numbered(name, number):
    return name.removeprefix("ru/").startswith(number)


def of(number):
    return {name for name in ALL if numbered(name, number)}


def test_a_comment_a_docstring_and_a_list_of_names_make_nothing_stale(before, package):
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"""', '"""Changed. ', 1) + "\n# a comment\n", "utf-8")
    edit(package / "__init__.py", '__version__ = "', '__version__ = "9')
    edit(package / "__init__.py", "__all__ = [", '__all__ = [\n    "more",')
    assert stale(before, package) == set()


def test_code_makes_those_stale_that_reach_it(before, package):
    with (package / "exercises" / "pca.py").open("a", encoding="utf-8") as module:
        module.write("\nMORE = 1\n")
    assert stale(before, package) == users("exercises.pca") | of("06") != ALL


def test_code_that_all_use_makes_all_stale(before, package):
    with (package / "words.py").open("a", encoding="utf-8") as module:
        module.write("\nMORE = 1\n")
    assert stale(before, package) == ALL


def test_a_russian_word_makes_those_russian_ones_stale_that_can_show_it(before, package):
    path = package / "languages" / "ru.toml"
    module = (package / "exercises" / "pca.py").read_text("utf-8")
    said = max(
        (key for key in tomllib.loads(path.read_text("utf-8")) if f'"{key}"' in module),
        key=len,
    )
    edit(path, f'"{said}" = "', f'"{said}" = "иначе: ')
    assert stale(before, package) == {name for name in of("06") if name in RUSSIAN}


def test_the_label_of_one_notebook_leaves_the_others_fresh(before, package):
    path = package / "languages" / "ru.toml"
    edit(path, '"copier untrained" = "', '"copier untrained" = "иначе: ')
    assert stale(before, package) == set()


def test_a_claim_of_03_makes_03_stale(before, package):
    name = next(
        name
        for name, row in tomllib.loads((package / "claims.toml").read_text("utf-8")).items()
        if row["section"] == "5.2"
    )
    named = users(f'claim("{name}"')
    edit(package / "claims.toml", f"[{name}]\n", f'[{name}]\nremark = "changed"\n')
    assert stale(before, package) == named == of("03")


def test_the_words_of_another_language_are_none_of_its_business(before, package):
    path = package / "questions.toml"
    (name,) = [name for name in tomllib.loads(path.read_text("utf-8")) if name == "constant"]
    edit(path, f"[{name}.ru]\n", f'[{name}.ru]\nmore = "ещё"\n')
    assert stale(before, package) == users(f'predict("{name}"') & RUSSIAN != set()


def test_a_script_makes_those_stale_that_use_the_widget(before, package):
    edit(package / "static" / "clinic.js", "const ", "const\n")
    assert stale(before, package) == of("03")


def test_the_list_of_all_parts_is_no_use_of_them(tmp_path):
    package = tmp_path / "aeteach"
    (package / "widgets").mkdir(parents=True)
    for file in ("island.css", "controls.js", "pad.js", "watch.js"):
        (package / file).write_text(file)
    sources = {
        "island": "PARTS = {'pad': ('controls', 'pad'), 'watch': ('controls', 'watch')}",
        "pad": "from aeteach.widgets.island import Island\nIsland('pad')",
        "watch": "from aeteach.widgets.island import Island\nIsland('watch')",
    }
    for name, source in sources.items():
        (package / "widgets" / f"{name}.py").write_text(source)
    trees = stamp.reached(stamp.parsed("from aeteach.widgets.pad import pad"), package)
    assert set(stamp.scripts(trees, package)) == {"controls.js", "island.css", "pad.js"}
    assert stamp.scripts({}, package) == {}


def small(*sources):
    return new_notebook(cells=[new_markdown_cell("text"), *map(new_code_cell, sources)])


INSIDE = {
    "__init__.py": "import sys\nif sys.argv:\n    from aeteach.figures import draw",
    "figures/__init__.py": "from aeteach.figures.charts import bars, draw\n"
    "from aeteach.figures.maps import at\ndef here(): return 1",
    "figures/charts.py": "import numpy",
    "figures/maps.py": "from aeteach.words import tr",
    "words.py": "from aeteach import no_such",
}


@pytest.mark.parametrize(
    "code, modules",
    [
        ("from aeteach import figures\nfigures.bars(x)", {"figures.charts"}),
        ("from aeteach import figures as f\nf.bars(x)", {"figures.charts"}),
        ("from aeteach.figures import bars", {"figures.charts"}),
        ("from aeteach.figures.charts import anything", {"figures.charts"}),
        ("from aeteach import figures\nshow(figures)", {"figures.charts", "figures.maps", "words"}),
        ("import aeteach.figures", {"figures.charts", "figures.maps", "words"}),
        ("from aeteach import draw", {"figures.charts"}),
        ("def f():\n    from aeteach.figures import maps", {"figures.maps", "words"}),
        ("from aeteach.figures import here", {"figures"}),
        ("import numpy.linalg", set()),
        ("x =", set()),
    ],
)
def test_names_are_followed_to_the_module_that_defines_them(tmp_path, code, modules):
    package = tmp_path / "aeteach"
    (package / "figures").mkdir(parents=True)
    for name, source in INSIDE.items():
        (package / name).write_text(source)
    found = stamp.reached(stamp.parsed(code), package)
    above = {part.rpartition(".")[0] for part in modules} - {""}
    assert {name.removeprefix("aeteach.") for name in found} - {"aeteach"} == modules | above


def test_the_stamp_follows_code_and_not_prose():
    first = stamp.stamp(small("x = 1"))
    prose = small("x = 1")
    prose.cells[0].source = "other text"
    assert stamp.stamp(prose) == first != stamp.stamp(small("x = 2"))
