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
import tomllib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "aeteach"
TABLES = ("claims.toml", "questions.toml")
FOREIGN = {"en": r"russian|ru(_|$)", "ru": r"(english|nuance|en)$"}
BOOKKEEPING = {"__all__", "__version__"}
WORD = re.compile(r"[^\W\d_]+")


def stamp(notebook, package=PACKAGE):
    """Fingerprint of a notebook as it stands, with the package as it stands."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    code = parsed("\n".join(cells))
    language = (re.findall(r"\bstart\(\s*[\"'](\w+)", "\n".join(cells)) or ["en"])[0]
    trees = reached(code, package)
    here = [code, *trees.values()]
    parts = {
        "cells": cells,
        "modules": {name: written(tree) for name, tree in trees.items()},
        "rows": rows(texts_of(code), language, package),
        "scripts": scripts(trees, package),
        "words": words(union(words_of, here), language, package),
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
    if name.split(".")[0] != "aeteach":
        return None
    base = package.joinpath(*name.split(".")[1:])
    return next(
        (path for path in (base / "__init__.py", base.with_suffix(".py")) if path.is_file()), None
    )


def is_package(name, package):
    return getattr(place(name, package), "name", "") == "__init__.py"


def targets(tree, package):
    """The modules that a tree imports, each name followed to the module that defines it."""
    bound = {}
    for node in nodes(tree):
        for alias in getattr(node, "names", []) if isinstance(node, ast.ImportFrom) else []:
            if (node.module or "").split(".")[0] == "aeteach":
                bound[alias.asname or alias.name] = home(node.module, alias.name, package)
        for alias in node.names if isinstance(node, ast.Import) else []:
            yield from whole(alias.name, package)
    yield from bound.values()
    members = {id(node.value): node.attr for node in nodes(tree) if isinstance(node, ast.Attribute)}
    packages = {short: name for short, name in bound.items() if is_package(name, package)}
    for node in nodes(tree):
        if isinstance(node, ast.Name) and node.id in packages:
            name, member = packages[node.id], members.get(id(node))
            yield from [home(name, member, package)] if member else whole(name, package)


def home(module, name, package):
    """The module that `from module import name` leads to, through the lists of a package."""
    while is_package(module, package):
        origin = exports(place(module, package)).get(name)
        if origin in (None, module):
            return f"{module}.{name}"
        module = origin
    return module


def whole(name, package):
    """A module, or a package with everything in it."""
    if name.split(".")[0] != "aeteach":
        return []
    inside = package.joinpath(*name.split(".")[1:]).rglob("*.py")
    parts = (path.relative_to(package).with_suffix("").parts for path in inside)
    return [name, *(".".join(["aeteach", *each]).removesuffix(".__init__") for each in parts)]


def exports(path):
    """{name: module} of what an `__init__` takes from elsewhere."""
    return {
        alias.asname or alias.name: node.module
        for node in parsed(text_of(path)).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def tree_of(path):
    """Syntax tree without docstrings; an `__init__` without its imports and lists of names."""
    return meaning(text_of(path), path.name == "__init__.py")


@cache
def meaning(text, is_init):
    tree = ast.parse(text)
    for node in [*ast.walk(tree)]:
        if isinstance(getattr(node, "body", None), list):
            node.body = [line for line in node.body if not is_text(line)] or [ast.Pass()]
    if is_init:
        tree.body = [node for node in tree.body if not is_bookkeeping(node)]
    return tree


def is_text(node):
    """A docstring, or another text that stands alone."""
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def is_bookkeeping(node):
    if isinstance(node, ast.Assign):
        return any(getattr(target, "id", "") in BOOKKEEPING for target in node.targets)
    return isinstance(node, ast.Import | ast.ImportFrom)


@cache
def parsed(text):
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse("")


@cache
def written(tree):
    return ast.unparse(tree)


@cache
def nodes(tree):
    return [*ast.walk(tree)]


def text_of(path):
    return path.read_text(encoding="utf-8")


@cache
def entries(text):
    return tomllib.loads(text)


def all_trees(package):
    return [tree_of(path) for path in package.rglob("*.py") if "__pycache__" not in path.parts]


# what is no Python


@cache
def texts_of(tree):
    return {
        node.value
        for node in nodes(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def words_of(tree):
    """Every single word in the texts and names of a syntax tree."""
    texts = (
        getattr(node, field, None)
        for node in nodes(tree)
        for field in ("value", "id", "attr", "arg", "name")
    )
    return {
        word
        for text in texts
        if isinstance(text, str)
        for word in WORD.findall(text.replace("_", " "))
    }


def union(found_in, trees):
    return set().union(*map(found_in, trees))


def rows(named, language, package):
    """The rows of the tables that are named, without the texts of other languages."""
    tables = {
        name: entries(text_of(package / name)) for name in TABLES if (package / name).is_file()
    }
    return {
        name: {
            key: {
                field: value
                for field, value in row.items()
                if not re.match(FOREIGN.get(language, "$"), field)
            }
            for key, row in table.items()
            if key in named
        }
        for name, table in tables.items()
    }


def scripts(trees, package):
    """For users of widgets: the parts of the widgets they name, and the files that none names."""
    lists = [part_lists(tree) for tree in trees.values()]
    named = union(
        texts_of, [tree for tree, parts in zip(trees.values(), lists, strict=True) if not parts]
    )
    parts = {kind: files for each in lists for kind, files in each.items()}
    named |= {file for kind in named & set(parts) for file in parts[kind]}
    anywhere = union(texts_of, all_trees(package))
    shelf = sorted([*package.rglob("*.js"), *package.rglob("*.css")])
    return {
        path.name: text_of(path)
        for path in shelf
        if any(".widgets" in name for name in trees)
        and ({path.stem, path.name} & named or not {path.stem, path.name} & anywhere)
    }


def part_lists(tree):
    """PARTS of a module, {kind of widget: names of its scripts}; empty elsewhere."""
    values = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "PARTS"
    )
    return ast.literal_eval(next(values, ast.Dict([], [])))


def words(here, language, package):
    """The entries of a language that can show: their words are all here, or unknown anywhere."""
    path = package / "languages" / f"{language}.toml"
    known = entries(text_of(path)) if path.is_file() else {}
    anywhere = union(words_of, all_trees(package))
    return {
        key: value
        for key, value in known.items()
        if set(WORD.findall(key)) <= here or not set(WORD.findall(key)) <= anywhere
    }
