"""One Markdown table of every measurement.

python -m benchmarks                    all of them
python -m benchmarks --only family drag     some of them
"""

import argparse
import importlib
import sys
import time

from benchmarks.report import line, machine, table_head

MEASUREMENTS = ("imports", "family", "drag", "notebooks")


def measure(name: str) -> None:
    start = time.perf_counter()
    for row in importlib.import_module(f"benchmarks.{name}").rows():
        print(line(row), flush=True)
    print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=MEASUREMENTS, default=MEASUREMENTS)
    names = parser.parse_args().only
    print(machine(), table_head(), sep="\n\n", flush=True)
    for name in names:
        measure(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
