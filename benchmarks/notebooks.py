"""Seconds and peak memory of each notebook, run on one core."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from benchmarks.report import Row

ROOT = Path(__file__).resolve().parents[1]
GOAL = "< 45 s"


def rows() -> Iterator[Row]:
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        with _one_core():
            seconds, peak = _run(path)
        yield Row(f"running {path.name}, peak {peak}", f"{seconds:.0f} s", goal=GOAL)


def _run(path: Path) -> tuple[float, str]:
    client = NotebookClient(
        nbformat.read(path, as_version=4),
        kernel_name="python3",
        timeout=600,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    peaks = ["not known"]
    client.on_cell_executed = lambda **_: peaks.append(_peak(client.km.provisioner.pid))
    start = time.perf_counter()
    client.execute(env=os.environ | {"OMP_NUM_THREADS": "1"})
    return time.perf_counter() - start, peaks[-1]


def _peak(pid: int) -> str:
    """Largest resident memory of process `pid` so far, where Linux tells it."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return f"{int(line.split()[1]) / 1024:.0f} MB"
    return "not known"


@contextlib.contextmanager
def _one_core() -> Iterator[None]:
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
