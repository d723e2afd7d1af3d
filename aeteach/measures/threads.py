"""One thread for the linear algebra of small tables, where a second only costs time."""

import functools
from contextlib import AbstractContextManager


def one_thread() -> AbstractContextManager:
    """Holds the linear algebra of numpy and scipy to one thread inside a `with`.

    PCA of a thousand digits takes 1 ms on one thread, and up to a hundred on several that
    wait for one another.
    """
    return _pools().limit(limits=1)


@functools.cache
def _pools():
    """The libraries with threads of their own; scipy's is loaded first, so that it counts."""
    import scipy.linalg  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
