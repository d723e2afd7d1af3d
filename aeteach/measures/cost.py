"""What a computation costs."""

from collections.abc import Callable
from time import process_time


def seconds(action: Callable[[], object], repeats: int = 1) -> float:
    """Processor seconds of one call of `action`, the mean over `repeats` calls.

    Other programs on the machine do not count, as they would by the clock on the wall.
    ValueError for repeats below 1.
    """
    if repeats < 1:
        raise ValueError(f"repeats is {repeats}; it must be at least 1")
    begin = process_time()
    for _ in range(repeats):
        action()
    return (process_time() - begin) / repeats
