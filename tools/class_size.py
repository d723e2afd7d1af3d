"""Print how much memory and how many cores a class needs, from what `make class` measured.

    python tools/class_size.py 30 300
"""

import argparse
import sys
import tomllib
from math import ceil
from pathlib import Path
from typing import NamedTuple

MEASURED = Path(__file__).resolve().parents[1] / "docs" / "hub" / "measured.toml"
HEADROOM = 1.3
SYSTEM = 1000  # MB for the operating system
PATIENCE = 300  # seconds until the last of a class that starts together has its results
PACE = 1200  # seconds between two runs of the same student
COLUMNS = ("students", "one notebook open", "two notebooks open", "cores", "cores, together")


class Measured(NamedTuple):
    """One student: megabytes of server and of kernel, CPU seconds of one run; the hub's MB."""

    server: float
    kernel: float
    seconds: float
    hub: float


def measured(path: Path = MEASURED) -> Measured:
    return Measured(**tomllib.loads(path.read_text(encoding="utf-8")))


def student(found: Measured, notebooks: int) -> float:
    """Megabytes of one student with so many notebooks open and run, without headroom."""
    return found.server + notebooks * found.kernel


def memory(students: int, found: Measured, notebooks: int = 1) -> int:
    """Gigabytes for a class on one machine, rounded up."""
    needed = students * student(found, notebooks) * HEADROOM + found.hub + SYSTEM
    return ceil(needed / 1000)


def cores(students: int, found: Measured, seconds: float) -> int:
    """Cores on which every student runs a notebook once within so many seconds."""
    return max(2, ceil(students * found.seconds / seconds))


def row(students: int, found: Measured) -> str:
    cells = [
        str(students), f"{memory(students, found)} GB", f"{memory(students, found, 2)} GB",
        str(cores(students, found, PACE)), str(cores(students, found, PATIENCE)),
    ]
    return "| " + " | ".join(cells) + " |"


def table(classes: list[int], found: Measured) -> str:
    head = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    return "\n".join(head + [row(students, found) for students in classes])


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("students", nargs="+", type=int)
    options = parser.parse_args(arguments)
    if min(options.students) < 1:
        parser.error("a class has at least one student")
    print(table(options.students, measured()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
