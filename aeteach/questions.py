"""Temporary: replaced by the claims branch."""
import functools
from importlib.resources import files


@functools.cache
def questions():
    import tomllib

    return tomllib.loads(files("aeteach").joinpath("questions.toml").read_text("utf-8"))


def right_option(name, value):
    return 0
