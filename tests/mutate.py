"""Plant single faults at random in the package and name those that its unit tests let pass.

python tests/mutate.py 20 --seed 1
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import stamp  # noqa: E402

GEOMETRY = ("figures", "style.py")
"""Where things are drawn is looked at, not tested."""
NO_UNIT_TESTS = ("browser", "site", "access", "own_pictures", "notebooks", "editions", "stamp")
SECONDS = 600
OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def faults(node):
    """Ways to spoil one node: functions that change it in place."""
    operator = type(node.ops[0] if isinstance(node, ast.Compare) else getattr(node, "op", None))
    if operator in OPERATORS and isinstance(node, ast.Compare):
        yield lambda n: n.ops.__setitem__(0, OPERATORS[operator]())
    elif operator in OPERATORS:
        yield lambda n: setattr(n, "op", OPERATORS[operator]())
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda n: setattr(n, "value", not n.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield lambda n: setattr(n, "value", n.value + 1)
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
    if isinstance(node, ast.Return) and node.value and not is_none(node.value):
        yield lambda n: setattr(n, "value", ast.Constant(None))


def is_none(node):
    return isinstance(node, ast.Constant) and node.value is None


def modules(package):
    paths = sorted(path for path in package.rglob("*.py") if path.name != "__init__.py")
    return [path for path in paths if path.relative_to(package).parts[0] not in GEOMETRY]


def sites(path):
    """(number of the node in ast.walk, fault) of all that can be planted in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(at, fault) for at, node in enumerate(ast.walk(tree)) for fault in faults(node)]


def planted(path, at, fault):
    """The module's text with the fault, its line, and that statement before and after."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    node = list(ast.walk(tree))[at]
    before = ast.unparse(copy.deepcopy(node))
    fault(node)
    after = ast.unparse(ast.fix_missing_locations(node))
    return ast.unparse(tree), f"line {node.lineno}: {before[:90]!r} -> {after[:90]!r}"


def testers(path, root):
    """The unit tests that import a module, or, when none does, those that reach it."""
    package = root / "aeteach"
    name = ".".join(["aeteach", *path.relative_to(package).with_suffix("").parts])
    direct, reaching = [], []
    for test in sorted((root / "tests").glob("test_*.py")):
        if not any(word in test.name for word in NO_UNIT_TESTS):
            tree = stamp.parsed(test.read_text(encoding="utf-8"))
            direct += [test] * (name in set(stamp.targets(tree, package)))
            reaching += [test] * (name in stamp.reached(tree, package))
    return direct or reaching


def survives(path, text, tests, root):
    """Whether all these tests pass with the module's text replaced; the text is put back."""
    original = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, timeout=SECONDS,
                              env=os.environ | {"PYTHONPATH": str(root)})  # fmt: skip
        return done.returncode == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        path.write_text(original, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ignored = shutil.ignore_patterns(".git", ".venv", "site", "__pycache__")
        root = Path(shutil.copytree(ROOT, Path(folder, "copy"), ignore=ignored))
        every = [(path, *site) for path in modules(root / "aeteach") for site in sites(path)]
        survivors = 0
        for path, at, fault in random.Random(options.seed).sample(every, options.count):
            text, words = planted(path, at, fault)
            tests = testers(path, root)
            passed = survives(path, text, tests, root)
            survivors += passed
            names = " ".join(test.stem for test in tests)
            print("SURVIVED" if passed else "caught  ", path.relative_to(root), words, f"({names})",
                  flush=True)  # fmt: skip
    print(f"{options.count - survivors} of {options.count} caught")


if __name__ == "__main__":
    main()
