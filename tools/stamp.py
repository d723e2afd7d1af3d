"""The fingerprint of what decides a notebook's outputs: change anything else, and it stays fresh.

A notebook depends on its own code; on the modules of the package that it reaches by imports,
without their comments and docstrings; on the rows of claims.toml and questions.toml that it
names; on the scripts and style sheets of the widgets that it reaches; and on the words of its
language. Where reading cannot tell, it counts as reached.
"""

import ast
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from tomllib import loads

PACKAGE = Path(__file__).resolve().parents[1] / "aeteach"
TABLES = ("claims.toml", "questions.toml")
FOREIGN = {"en": r"russian|ru(_|$)", "ru": r"(english|nuance|en)$"}
BOOKKEEPING = {"__all__", "__version__"}
PART_LISTS = "aeteach.widgets.island"
"""Names the scripts of every widget, whichever of them is used."""
WORD = re.compile(r"[^\W\d_]+")


def stamp(notebook, package=PACKAGE):
    """Fingerprint of a notebook as it stands, with the package as it stands."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    code = ast.Module([line for cell in cells for line in parsed(cell).body], [])
    language = (re.findall(r"\bstart\(\s*[\"'](\w+)", "\n".join(cells)) or ["en"])[0]
    trees = reached(code, package)
    parts = {
        "cells": cells,
        "modules": {name: written(tree) for name, tree in trees.items()},
        "rows": rows(texts_of(code), language, package),
        "scripts": scripts(trees, package),
        "words": words([code, *trees.values()], language, package),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


# modules


def reached(code, package):
    """{module: syntax tree} of what a syntax tree imports from the package, directly or not."""
    found, waiting = {}, list(targets(code, package))
    while waiting:
        name = waiting.pop()
        waiting += [name.rpartition(".")[0]] * ("." in name)
        path = place(name, package)
        if path and name not in found:
            found[name] = tree_of(path)
            waiting += targets(found[name], package)
    return found


def place(name, package):
    """Path of the package's module of that dotted name, or None."""
    root, *rest = name.split(".")
    base = package.joinpath(*rest)
    paths = (base / "__init__.py", base.with_suffix(".py")) if root == "aeteach" else ()
    return next((path for path in paths if path.is_file()), None)


def is_package(name, package):
    return getattr(place(name, package), "name", "") == "__init__.py"


def targets(tree, package):
    """The modules that a tree imports, each name followed to the module that defines it."""
    bound = {}
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "aeteach":
            for alias in node.names:
                bound[alias.asname or alias.name] = home(node.module, alias.name, package)
        for alias in node.names if isinstance(node, ast.Import) else []:
            yield from whole(alias.name, package)
    yield from bound.values()
    packages = {short: name for short, name in bound.items() if is_package(name, package)}
    members = {id(node.value): node.attr for node in nodes(tree) if isinstance(node, ast.Attribute)}
    for node in nodes(tree):
        if isinstance(node, ast.Name) and node.id in packages:
            name, member = packages[node.id], members.get(id(node))
            yield from [home(name, member, package)] if member else whole(name, package)


def home(module, name, package):
    """The module that `from module import name` leads to, through the lists of a package."""
    while is_package(module, package):
        origins = [
            node.module
            for node in nodes(parsed(text_of(place(module, package))))
            if isinstance(node, ast.ImportFrom)
            and name in [alias.asname or alias.name for alias in node.names]
        ]
        if origins in ([], [module]):
            return f"{module}.{name}"
        module = origins[-1]
    return module


def whole(name, package):
    """A module, or a package with everything in it."""
    folder = package.joinpath(*name.split(".")[1:])
    inside = folder.rglob("*.py") if name.split(".")[0] == "aeteach" else []
    parts = (path.relative_to(package).with_suffix("").parts for path in inside)
    return [name, *(".".join(["aeteach", *each]) for each in parts if each[-1] != "__init__")]


def tree_of(path):
    """Syntax tree without docstrings; an `__init__` without its imports and lists of names."""
    return meaning(text_of(path), path.name == "__init__.py")


@cache
def meaning(text, is_init):
    tree = ast.parse(text)
    for node in [*ast.walk(tree)]:
        if isinstance(getattr(node, "body", None), list):
            node.body = [line for line in node.body if not is_text(line)] or [ast.Pass()]
    for branch in [tree, *filter(is_condition, tree.body)] if is_init else []:
        branch.body = [node for node in branch.body if not is_bookkeeping(node)] or [ast.Pass()]
    return tree


def is_condition(node):
    return isinstance(node, ast.If)


def is_text(node):
    """A docstring, or another text that stands alone."""
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def is_bookkeeping(node):
    names = {getattr(target, "id", "") for target in getattr(node, "targets", [])}
    return isinstance(node, ast.Import | ast.ImportFrom) or bool(names & BOOKKEEPING)


@cache
def parsed(text):
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse("")


def plain(node):
    """A tree as nested lists: the same in every version of Python, which `ast.unparse` is not."""
    if isinstance(node, ast.AST):
        held = [(name, value) for name, value in ast.iter_fields(node) if value not in (None, [])]
        return [type(node).__name__, *((name, plain(value)) for name, value in held)]
    return [plain(part) for part in node] if isinstance(node, list) else repr(node)


written, nodes, entries = (
    cache(lambda tree: repr(plain(tree))),
    cache(lambda tree: [*ast.walk(tree)]),
    cache(loads),
)


def text_of(path):
    return path.read_text(encoding="utf-8")


# what is no Python


@cache
def texts_of(tree):
    values = [node.value for node in nodes(tree) if isinstance(node, ast.Constant)]
    return {value for value in values if isinstance(value, str)}


@cache
def words_of(tree):
    """Every single word in the texts and names of a syntax tree."""
    fields = ("value", "id", "attr", "arg", "name")
    found = [getattr(node, field, None) for node in nodes(tree) for field in fields]
    return set(WORD.findall(" ".join(text for text in found if isinstance(text, str))))


def in_package(found_in, package, without=""):
    paths = [path for path in package.rglob("*.py") if path.stem != without.rpartition(".")[2]]
    return set().union(*(found_in(tree_of(path)) for path in paths))


def rows(named, language, package):
    """The rows of the tables that are named, without the texts of other languages."""
    foreign = re.compile(FOREIGN.get(language, "$"))
    found = {}
    for table in filter(Path.is_file, [package / name for name in TABLES]):
        for key, row in entries(text_of(table)).items():
            if key in named:
                kept = {field: value for field, value in row.items() if not foreign.match(field)}
                found[f"{table.stem} {key}"] = kept
    return found


def scripts(trees, package):
    """For users of widgets: the scripts and styles that they name, and those that nobody names."""
    if not any(".widgets" in name for name in trees):
        return {}
    here = set().union(*(texts_of(tree) for name, tree in trees.items() if name != PART_LISTS))
    elsewhere = in_package(texts_of, package, without=PART_LISTS) - here
    shelf = [*package.rglob("*.js"), *package.rglob("*.css")]
    return {path.name: text_of(path) for path in shelf if path.stem not in elsewhere}


def words(trees, language, package):
    """The entries of a language that can show: their words are all here, or unknown anywhere."""
    path = package / "languages" / f"{language}.toml"
    known = entries(text_of(path)) if path.is_file() else {}
    here = set().union(*map(words_of, trees))
    anywhere = in_package(words_of, package) | in_notebooks(package.parent / "notebooks")
    needed = {key: {*WORD.findall(key)} for key in known}
    kept = [key for key in known if needed[key] <= here or not needed[key] <= anywhere]
    return {key: known[key] for key in kept}


def in_notebooks(folder):
    """Every word in the code of the notebooks of a folder: their labels are theirs alone."""
    cells = [
        "".join(cell["source"])
        for path in sorted(folder.glob("*.ipynb"))
        for cell in json.loads(text_of(path))["cells"]
        if cell["cell_type"] == "code"
    ]
    return set().union(*(words_of(parsed(cell)) for cell in cells))
