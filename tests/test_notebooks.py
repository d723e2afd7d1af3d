"""The rules applied to every notebook, and each rule tried on a planted fault."""

import ast
import copy
import json
import os
from functools import cache
from pathlib import Path

import nbformat
import pytest
import report
import rules
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from store import notebook_paths, stamp

from aeteach.claims import STRICT, statements
from aeteach.questions import questions

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "aeteach"
NOTEBOOKS = notebook_paths(ROOT)
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})


@cache
def read(path):
    return nbformat.read(path, as_version=4)


def name(path):
    return path.relative_to(ROOT).as_posix()


def fail_on(faults):
    assert not faults, "\n" + "\n".join(f"  - {fault}" for fault in faults)


each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=name)


@each_notebook
@pytest.mark.parametrize("rule", rules.ALONE, ids=lambda rule: rule.__name__)
def test_notebook(path, rule):
    fail_on(rule(read(path)))


@each_notebook
def test_the_title_links_to_its_neighbours(path):
    fail_on(rules.title_links(read(path), rules.neighbours(path)))


@each_notebook
def test_claims_and_questions_are_rows(path):
    fail_on(rules.rows_known(read(path), "claim", statements()))
    fail_on(rules.rows_known(read(path), "predict", questions()))
    fail_on(rules.questions_measured(read(path), questions()))


@each_notebook
def test_repeated_code_equals_the_package(path):
    fail_on(rules.canon(read(path), rules.canon_definitions(PACKAGE)))


@each_notebook
def test_outputs_are_fresh(path):
    fail_on(rules.fresh(read(path), stamp(read(path))))


@each_notebook
def test_the_file_is_small_and_numbered(path):
    fail_on(rules.file_name(path.name))
    fail_on(rules.size(path.stat().st_size))


@each_notebook
def test_links_in_notebooks(path):
    fail_on(rules.links(read(path), path.parent, ROOT))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_in_pages(path):
    fail_on(rules.dead_links(path.read_text(encoding="utf-8"), path.parent, ROOT))


def test_every_row_is_used():
    english = [read(path) for path in NOTEBOOKS if path.parent.name == "notebooks"]
    rows = {key: row for key, row in statements().items() if row["kind"] != "usage"}
    fail_on(rules.rows_used(english, "claim", rows))
    fail_on(rules.rows_used(english, "predict", questions()))


def test_notebooks_run_as_tests_are_strict():
    assert os.environ[STRICT] == "1"


# a healthy notebook, small but complete, and the faults planted in it

PROSE = "The line below is what to look at, and this sentence says why it is there at all. "
TITLE = """# Copying
Does a wide code copy? Lecture section 5.1, 10 minutes.

- You will measure a copy.

[previous](01_before.ipynb) [next](03_after.ipynb)
"""
CLOSING = "## Exercises and summary\n### Exercises\nChange one number.\n### Summary\nDone."
ALT = "Test error falls from 0.05 to 0.01 as the code grows to {} numbers"
PACKAGE_CODE = '''
@decorated
class Coder(Module):
    """A docstring."""

    def forward(self, x: Tensor) -> Tensor:
        """Another."""
        return self.decoder(self.encoder(x))

def mse(x_hat, x):
    return ((x_hat - x) ** 2).mean()
'''
CODER = """class Coder(Module):
    def forward(self, x):
        return self.decoder(self.encoder(x))"""


def image(alt, width=' width="300"'):
    return f'<img src="data:," alt="{alt}"{width}>'


def figure(html):
    return new_output("display_data", {"image/png": "iVBO", "text/html": html})


def code(key, source, tag=None, *outputs):
    metadata = {"tags": [tag] if tag else []}
    if tag == "solution":
        metadata["jupyter"] = {"source_hidden": True}
    return new_code_cell(source, id=key, metadata=metadata, outputs=list(outputs))


def prose(key, source):
    return new_markdown_cell(source, id=key)


def island(*frames):
    """An output as explore stores it."""
    data = json.dumps({"frames": list(frames)}).replace("<", "\\u003c")
    html = f'<div data-island="explore-1">{image(ALT)}<script type="application/json">{data}'
    return new_output("display_data", {"text/html": f"{html}</script></div>"})


def frame(alt, width=300):
    return {"src": "data:,", "alt": alt, "width": width}


def healthy_cells():
    book = island(frame(ALT.format(1)), frame(ALT.format(2)))
    return [
        prose("title", TITLE),
        prose("stage", "## Stage"),
        code("edition", 'seed = start("en", seed=0)', "edition"),
        code("imports", "import torch"),
        prose("see", f"## See\n{PROSE}"),
        code("look", "x.shape  # (N, n)", None, figure(image(ALT.format(8)))),
        *(prose(f"station-{key}", f"## Station {key}\n{PROSE}") for key in range(3, 8)),
        prose("build", f"## Build\n{PROSE}"),
        code("model", CODER, "canon"),
        code("turn", "explore(draw, k=(1, 2))", "widget", book),
        code("claim-copies", 'claim("copies", {"copy near the input": a < b})', "claim"),
        prose("closing", CLOSING),
        code("exercise-one", "answer = 1", "exercise"),
        prose("hint", "A hint."),
        code("solution-one", "def solved_one(): return 2", "solution"),
    ]


def healthy():
    notebook = new_notebook(cells=healthy_cells(), metadata={"aeteach": {"stamp": "now"}})
    for count, cell in enumerate(rules.code_cells(notebook), 1):
        cell.execution_count = count
    return nbformat.from_dict(notebook)


def cell_of(notebook, key):
    return next(cell for cell in notebook.cells if cell.id == key)


def source(key, text):
    return lambda notebook: cell_of(notebook, key).update(source=text)


def added(key, text):
    def plant(notebook):
        cell_of(notebook, key).source += text

    return plant


def tagged(key, *names):
    return lambda notebook: cell_of(notebook, key).metadata.update(tags=list(names))


def renamed(key, new):
    return lambda notebook: cell_of(notebook, key).update(id=new)


def removed(key):
    return lambda notebook: notebook.cells.remove(cell_of(notebook, key))


def inserted(cell, at=6):
    return lambda notebook: notebook.cells.insert(at, cell)


def shown(key, *outputs):
    return lambda notebook: cell_of(notebook, key).update(outputs=list(outputs))


def without_state(notebook):
    notebook.metadata.widgets = {}


def unfolded(notebook):
    cell_of(notebook, "solution-one").metadata.pop("jupyter")


def miscounted(notebook):
    cell_of(notebook, "look").execution_count = None


ERROR = new_output("error", ename="ValueError", evalue="", traceback=[])
WARNING = new_output("stream", name="stderr", text="careful")
FAILED = new_output("display_data", {rules.CLAIM: {"name": "copies", "holds": False}})

PLANTED = [
    (rules.ids, renamed("look", "See"), "small letters"),
    (rules.ids, renamed("look", "3f2a9c1e"), "random"),
    (rules.ids, renamed("look", "3f2a9c1e-77aa-4b1c-9d2e-0a1b2c3d4e5f"), "random"),
    (rules.ids, renamed("look", "model"), "same id"),
    (rules.known_tags, tagged("look", "claims"), "unknown tag `claims`"),
    (rules.parses, source("look", "%matplotlib inline"), "plain Python"),
    (rules.parses, source("look", "\n"), "empty"),
    (rules.parses, source("look", "x;  "), "ends in `;`"),
    (rules.no_plumbing, source("look", "import matplotlib.pyplot as plt"), "uses matplotlib"),
    (rules.no_plumbing, source("look", "from ipywidgets import HTML"), "uses ipywidgets"),
    (rules.no_plumbing, source("look", "from urllib import request"), "uses urllib"),
    (rules.no_plumbing, source("look", "widgets.IntSlider()"), "uses widgets"),
    (rules.no_plumbing, source("look", "ax.imshow(x)"), "uses imshow"),
    (rules.no_plumbing, source("look", "open(name)"), "uses open"),
    (rules.no_plumbing, source("look", "fetch_openml(name)"), "uses fetch_openml"),
    (rules.no_language, source("look", "x  # the shape"), "comment '# the shape'"),
    (rules.no_language, source("look", "print('test error')"), "text 'test error'"),
    (rules.no_language, source("look", "print(f'test {x} train {y}')"), "text 'test 0 train 0'"),
    (rules.no_language, source("look", "def f(x):\n    'Twice the number.'"), "Twice"),
    (rules.no_language, source("look", "print('ошибка теста')"), "ошибка"),
    (rules.seeds, source("look", "torch.manual_seed(3)"), "seed 3"),
    (rules.seeds, source("look", "digits(seed=4)"), "seed 4"),
    (rules.seeds, source("look", "PCA(random_state=5)"), "seed 5"),
    (rules.edition, tagged("edition"), "0 cells are tagged"),
    (rules.edition, tagged("imports", "edition"), "2 cells are tagged"),
    (rules.calls_tagged, source("look", "start()"), "`look`: the tag `edition`"),
    (rules.calls_tagged, source("edition", "seed = 0"), "`edition`: the tag `edition`"),
    (rules.calls_tagged, tagged("turn"), "`turn`: the tag `widget`"),
    (rules.calls_tagged, tagged("look", "widget"), "`look`: the tag `widget`"),
    (rules.calls_tagged, tagged("claim-copies"), "`claim-copies`: the tag"),
    (rules.calls_tagged, tagged("look", "claim"), "`look`: the tag `claim`"),
    (rules.exercises, removed("solution-one"), "no solution"),
    (rules.exercises, tagged("exercise-one"), "no exercise"),
    (rules.exercises, inserted(code("between", "x"), -2), "no solution"),
    (rules.exercises, unfolded, "fold the solution"),
    (rules.exercises, source("solution-one", "def one(): return 2"), "call it solved_"),
    (rules.executed, miscounted, "`look`: counted None, not 3"),
    (rules.executed, shown("look", ERROR), "an error"),
    (rules.executed, tagged("look", "raises-exception"), "expected to fail"),
    (rules.executed, shown("look", WARNING), "stderr"),
    (rules.executed, shown("claim-copies", FAILED), "stored claim [copies] does not hold"),
    (rules.widget_states, without_state, "metadata.widgets is stored"),
    (rules.widgets_stored, shown("turn", figure(image(ALT))), "stores no island"),
    (rules.figures_described, shown("look", figure("")), "without alternative text"),
    (rules.figures_described, shown("look", figure(image("short"))), "shorter than 20"),
    (rules.figures_described, shown("look", figure(image(ALT, ""))), "no width attribute"),
    (rules.figures_described, shown("turn", island(frame(ALT), frame(""))), "frame 1: alternat"),
    (rules.figures_described, shown("turn", island(frame(ALT, 0))), "frame 0: the <img> has no wi"),
    (rules.frames_differ, shown("turn", island(*2 * [frame(ALT)])), "`turn`: 1 alternative texts"),
]


@pytest.mark.parametrize("rule", rules.ALONE, ids=lambda rule: rule.__name__)
def test_a_healthy_notebook_has_no_fault(rule):
    assert rule(healthy()) == []


@pytest.mark.parametrize(
    "rule, plant, words", PLANTED, ids=[f"{rule.__name__}-{words}" for rule, _, words in PLANTED]
)
def test_a_planted_fault_is_named(rule, plant, words):
    notebook = healthy()
    plant(notebook)
    assert words in "\n".join(rule(notebook))


def test_every_rule_has_been_tried_on_a_planted_fault():
    tried = {rule for rule, _, _ in PLANTED}
    with_context = {rule.__name__ for rule in rules.WITH_CONTEXT}
    tests = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    planted = {
        node.attr
        for test in tests.body
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_planted_")
        for node in ast.walk(test)
        if isinstance(node, ast.Attribute)
    }
    assert tried == set(rules.ALONE)
    assert with_context <= planted


@pytest.mark.parametrize(
    "text",
    [
        "claim('copies', a < b, f'{a:.4f} < {b:.4f} / 4')",
        "x  # (N, k)",
        "torch.manual_seed(seed + 1)",
        "print(f'{a} -> {b}, {c} | {d}')",
        "fit(model, x, weight_decay='on')",
        "from aeteach import explore\nfrom aeteach.widgets import watch",
        "x = await y",
    ],
)
def test_ordinary_code_is_no_fault(text):
    notebook = healthy()
    source("look", text)(notebook)
    for rule in (rules.parses, rules.no_plumbing, rules.no_language, rules.seeds):
        assert rule(notebook) == []


def test_planted_title_links():
    names = ["01_before.ipynb", "03_after.ipynb"]
    assert rules.title_links(healthy(), names) == []
    (fault,) = rules.title_links(healthy(), [*names, "ru/02_copying.ipynb"])
    assert "ru/02_copying.ipynb" in fault


def test_neighbours_are_the_files_before_and_after_and_the_other_edition(tmp_path):
    for file in ("01_a.ipynb", "02_b.ipynb", "03_c.ipynb", "ru/02_b.ipynb"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    middle = ["01_a.ipynb", "03_c.ipynb", "ru/02_b.ipynb"]
    assert rules.neighbours(tmp_path / "01_a.ipynb") == ["02_b.ipynb"]
    assert rules.neighbours(tmp_path / "02_b.ipynb") == middle
    assert rules.neighbours(tmp_path / "ru" / "02_b.ipynb") == ["../02_b.ipynb"]


@pytest.mark.parametrize("text", ["claim(name, a < b)", "claim('copy', a < b)"])
def test_planted_rows(text):
    notebook, rows = healthy(), {"copies": {}}
    assert rules.rows_known(notebook, "claim", rows) == []
    assert rules.rows_used([notebook], "claim", rows) == []
    source("claim-copies", text)(notebook)
    assert "names no row" in rules.rows_known(notebook, "claim", rows)[0]
    assert 'no cell calls claim("copies", ...)' in rules.rows_used([notebook], "claim", rows)


@pytest.mark.parametrize(
    "text, words",
    [
        ("predict('turn', value)", "[turn] needs `measure`"),
        ("predict('turn', value, found)", ""),
    ],
)
def test_planted_questions_measured(text, words):
    notebook = healthy()
    source("turn", text)(notebook)
    faults = rules.questions_measured(notebook, {"turn": {"cuts": [1], "en": {}}})
    assert bool(faults) == bool(words) and words in "".join(faults)


@pytest.mark.parametrize(
    "plant, words",
    [
        (source("model", CODER.replace("encoder(x)", "encoder(-x)")), "differs"),
        (source("model", "x = 1"), "defines nothing"),
        (source("model", "class Other:\n    pass"), "no Other"),
        (tagged("model"), "tag it canon or rename it"),
        (source("look", "def mse(x_hat, x):\n    return 0"), "has mse too"),
    ],
)
def test_planted_canon(plant, words):
    package = rules.definitions(ast.parse(PACKAGE_CODE))
    notebook = healthy()
    assert rules.canon(notebook, package) == []
    plant(notebook)
    assert words in rules.canon(notebook, package)[0]


def test_the_package_has_a_canon():
    assert {"Autoencoder", "mse", "fit"} <= set(rules.canon_definitions(PACKAGE))


def test_planted_fresh():
    assert rules.fresh(healthy(), "now") == []
    assert "make notebooks" in rules.fresh(healthy(), "later")[0]


def test_planted_file_name():
    assert rules.file_name("02_identity_copying.ipynb") == []
    assert "two digits" in rules.file_name("Untitled.ipynb")[0]


def test_planted_size():
    assert rules.size(1_572_863) == []
    assert "1.60 MiB" in rules.size(1_677_722)[0]


@pytest.mark.parametrize(
    "text, dead",
    [
        ("[a](01_a.ipynb#part) [w](https://example.org/x) [h](#here)", None),
        ("[a](02_b.ipynb)", "02_b.ipynb"),
        ('<a href="gone.md">x</a>', "gone.md"),
        ("![alt](pictures/none.png)", "pictures/none.png"),
        ("[out](../../etc)", "../../etc"),
        ("`[a](x.md)`\n```\n[a](y.md)\n```\n", None),
    ],
)
def test_planted_links(tmp_path, text, dead):
    (tmp_path / "01_a.ipynb").touch()
    notebook = new_notebook(cells=[prose("title", text)])
    faults = rules.links(notebook, tmp_path, tmp_path)
    assert faults == (
        [] if dead is None else [f"cell `title`: link to {dead} leads to no file of the repository"]
    )


def test_matters_of_taste_are_reported():
    notebook = healthy()
    source("look", "x = 1\n" * 15 + "y = '" + "z" * 80 + "'")(notebook)
    first, *rest = report.report(notebook)
    assert "19 cells, 7 of open code, median 1 lines, 24 in all" in first
    assert rest == ["  look: 16 lines", "  look: a line of 86 characters"]


def test_an_empty_notebook_has_faults_and_breaks_no_rule():
    faults = [fault for rule in rules.ALONE for fault in rule(new_notebook())]
    assert faults and rules.title_links(new_notebook(), ["01_a.ipynb"])


def test_a_rule_leaves_the_notebook_as_it_is():
    notebook = healthy()
    before = copy.deepcopy(notebook)
    for rule in rules.ALONE:
        rule(notebook)
    assert notebook == before
