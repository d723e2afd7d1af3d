"""What `import aeteach` adds to the libraries that it cannot do without."""

import subprocess
import sys
from statistics import median

from benchmarks.report import Row

LIBRARIES = "torch, matplotlib.figure, matplotlib.backends.backend_agg, PIL.Image, ipywidgets"
SCRIPT = f"""
import time
start = time.perf_counter()
import {LIBRARIES}
between = time.perf_counter()
import aeteach
print(between - start, time.perf_counter() - between)
"""
ROUNDS = 5


def rows() -> list[Row]:
    _in_fresh_process()
    libraries, ours = zip(*(_in_fresh_process() for _ in range(ROUNDS)), strict=True)
    return [
        Row(
            measured="`import aeteach`, beyond its libraries",
            ours=f"{1000 * median(ours):.0f} ms",
            compared_with="torch, matplotlib, ipywidgets themselves",
            theirs=f"{1000 * median(libraries):.0f} ms",
            ratio=f"{median(libraries) / median(ours):.0f}",
            goal="< 50 ms",
        )
    ]


def _in_fresh_process() -> tuple[float, float]:
    command = [sys.executable, "-c", SCRIPT]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    libraries, ours = output.split()
    return float(libraries), float(ours)
