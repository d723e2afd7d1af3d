"""The house of the package: imports point down, modules and functions stay small."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "aeteach"
FLOORS = [
    {"words", "style", "progress", "checks", "guard"},
    {"data", "models", "objectives"},
    {"measures"},
    {"training", "stack", "claims", "exercises", "figures", "sounds"},
    {"family", "stage", "health"},
    {"widgets"},
    {"__init__", "__main__"},
]
MODULE_LINES = 220
FUNCTION_LINES = 25
EMPTY_NAMES = {"utils", "util", "helpers", "common", "misc"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def module_paths(package=PACKAGE):
    return sorted(path for path in package.rglob("*.py") if "__pycache__" not in path.parts)


def dotted(path, package=PACKAGE):
    """The module's name below the package: "words", "widgets.pad", "widgets.__init__"."""
    return ".".join(path.relative_to(package).with_suffix("").parts)


def imported(source, module, package="aeteach"):
    """Names below the package that a module imports; "__init__" stands for the package itself."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {below(alias.name, package) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            target = absolute(node, module, package)
            if target == package:
                found |= {member(alias.name) for alias in node.names}
            else:
                found.add(below(target, package))
    return found - {None}


def absolute(node, module, package):
    if not node.level:
        return node.module
    here = [package, *module.split(".")][: -node.level]
    return ".".join([*here, *([node.module] if node.module else [])])


def below(name, package):
    first, *rest = name.split(".")
    if first != package:
        return None
    return rest[0] if rest else "__init__"


def member(name):
    """`from aeteach import name`: a module when a floor has it, else a name of the roof."""
    return name if floor_of(name) is not None else "__init__"


def floor_of(name):
    return next((floor for floor, names in enumerate(FLOORS) if name in names), None)


def import_faults(module, source):
    name = module.split(".")[0]
    floor = floor_of(name)
    if floor is None:
        return [f"{name} stands on no floor; add it to FLOORS in tests/test_floors.py"]
    faults = []
    for other in sorted(imported(source, module) - {name}):
        if floor_of(other) is None:
            faults.append(f"{module} imports {other}, which stands on no floor")
        elif floor_of(other) >= floor:
            way = "sideways" if floor_of(other) == floor else "up"
            faults.append(f"{module} imports {other}: that points {way}")
    return faults


def function_lines(node):
    """Lines of the body: neither the signature nor the docstring makes a function long."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return node.end_lineno - body[0].lineno + 1 if body else 0


def size_faults(module, source):
    faults = []
    count = len(source.splitlines())
    if count > MODULE_LINES:
        faults.append(f"{module} has {count} lines; at most {MODULE_LINES}")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, FUNCTIONS) and function_lines(node) > FUNCTION_LINES:
            faults.append(f"{module}.{node.name} has {function_lines(node)} lines without its "
                          f"docstring; at most {FUNCTION_LINES}")
    return faults


def name_faults(module):
    return [f"{module}: {part} says nothing; name the module after its one idea"
            for part in module.split(".") if part in EMPTY_NAMES]


each_module = pytest.mark.parametrize("path", module_paths(), ids=dotted)


@each_module
def test_imports_point_down(path):
    assert import_faults(dotted(path), path.read_text(encoding="utf-8")) == []


@each_module
def test_modules_and_functions_are_small(path):
    assert size_faults(dotted(path), path.read_text(encoding="utf-8")) == []


@each_module
def test_modules_are_named_after_an_idea(path):
    assert name_faults(dotted(path)) == []


def test_the_house_is_found():
    assert {"words", "models", "training", "__init__"} <= {dotted(path) for path in module_paths()}


def test_no_name_stands_on_two_floors():
    assert sum(len(floor) for floor in FLOORS) == len(set().union(*FLOORS))


@pytest.mark.parametrize("module, source, words", [
    ("models", "from aeteach.stage import start", "models imports stage: that points up"),
    ("models", "from .measures import pca", "models imports measures: that points up"),
    ("models", "from . import data", "models imports data: that points sideways"),
    ("models", "import aeteach.training as t", "models imports training: that points up"),
    ("models", "def f():\n    from aeteach import fit", "models imports __init__: that points up"),
    ("models", "from aeteach import widgets", "models imports widgets: that points up"),
    ("models", "from aeteach import *", "models imports __init__: that points up"),
    ("models", "import aeteach", "models imports __init__: that points up"),
    ("models", "from aeteach.attic import x", "attic, which stands on no floor"),
    ("figures.charts", "from ..family import fit_family", "figures.charts imports family"),
    ("figures.charts", "from .. import claims", "that points sideways"),
    ("attic", "import torch", "attic stands on no floor"),
])
def test_planted_imports_are_named(module, source, words):
    (fault,) = import_faults(module, source)
    assert words in fault


@pytest.mark.parametrize("module, source", [
    ("training", "import torch\nfrom aeteach.models import Autoencoder\nfrom . import words"),
    ("figures.charts", "from .images import mosaic\nfrom ..style import BLUE"),
    ("figures.charts", "from . import panels"),
    ("figures.charts", "from aeteach.figures.images import mosaic"),
    ("widgets.__init__", "from .pad import latent_pad\nfrom aeteach.stage import start"),
    ("__init__", "from .widgets import explore\nfrom .models import Autoencoder"),
    ("models", "import aeteachers"),
])
def test_imports_that_point_down_are_no_fault(module, source):
    assert import_faults(module, source) == []


def test_planted_sizes_are_named():
    body = "    x = 1\n" * 25
    assert size_faults("m", f"def f():\n    '''One.\n\n    Two.\n    '''\n{body}") == []
    (fault,) = size_faults("m", f"class A:\n  def f():\n{body}    x = 2\n")
    assert "m.f has 26 lines" in fault
    (fault,) = size_faults("m", "x = 1\n" * 221)
    assert "221 lines" in fault


def test_planted_names_are_named():
    assert name_faults("measures") == []
    assert "utils says nothing" in name_faults("widgets.utils")[0]
