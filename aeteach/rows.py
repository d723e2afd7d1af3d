"""Rows of the tables that stand beside the package: claims.toml and questions.toml."""

import difflib
import functools
from importlib.resources import files

from aeteach.guard import told


@functools.cache
def table(file: str) -> dict[str, dict]:
    """All rows of `file`, a name in the folder of the package, by name."""
    import tomllib

    return tomllib.loads(files("aeteach").joinpath(file).read_text("utf-8"))


def find(rows: dict[str, dict], name: str, what: str, file: str) -> dict:
    """Row `name`; KeyError that names the closest one when there is none."""
    if isinstance(name, str) and name in rows:
        return rows[name]
    near = difflib.get_close_matches(str(name), rows, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise KeyError(f"no {what} {told(name)}; {hint}the names stand in aeteach/{file}") from None
