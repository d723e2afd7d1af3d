"""The rows of the table, and the machine they were measured on."""

import os
import platform
from typing import NamedTuple

import torch

COLUMNS = ("measured", "ours", "compared with", "theirs", "ratio", "goal")


class Row(NamedTuple):
    """One line of the table; ratio is theirs / ours, the larger the better."""

    measured: str
    ours: str
    compared_with: str = ""
    theirs: str = ""
    ratio: str = ""
    goal: str = ""


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    torch.set_num_threads(1)
    return (
        f"{platform.system()} {platform.machine()}, {cores} cores, "
        f"Python {platform.python_version()}, torch {torch.__version__}, "
        f"{torch.get_num_threads()} thread"
    )


def table_head() -> str:
    return f"{line(COLUMNS)}\n{line(['---'] * len(COLUMNS))}"


def line(cells: tuple | list) -> str:
    return "| " + " | ".join(cells) + " |"
