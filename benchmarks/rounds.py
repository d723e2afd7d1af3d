"""Several ways timed in turn, so that a busy machine slows all of them alike."""

import time
from collections.abc import Callable
from statistics import median


def seconds(way: Callable[[], object]) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def medians(
    ways: dict[str, Callable[[], object]], rounds: int, measure: Callable = seconds
) -> dict[str, float]:
    """Median of `measure(way)` for each way; every other round runs them backwards."""
    taken = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways)[:: -1 if number % 2 else 1]:
            taken[name].append(measure(ways[name]))
    return {name: median(values) for name, values in taken.items()}
