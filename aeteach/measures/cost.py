"""What a computation costs."""

from collections.abc import Callable
from time import process_time

from aeteach.measures.threads import one_thread


def seconds(action: Callable[[], object], repeats: int = 1) -> float:
    """Processor seconds of one call of `action`, the mean over `repeats` calls.

    Other programs on the machine do not count, as they would by the clock on the wall. The
    linear algebra of numpy and scipy is held to one thread meanwhile: a second one that waits
    for work would count as work. ValueError for repeats below 1.
    """
    if repeats < 1:
        raise ValueError(f"repeats is {repeats}; it must be at least 1")
    with one_thread():
        begin = process_time()
        for _ in range(repeats):
            action()
    return (process_time() - begin) / repeats
