"""What a learner does while a training runs."""

from aeteach.objectives import reconstruction


def interrupting(calls, objective=reconstruction):
    """An objective during whose call number `calls` the learner presses stop."""
    count = 0

    def counted(model, x):
        nonlocal count
        count += 1
        if count == calls:
            raise KeyboardInterrupt
        return objective(model, x)

    return counted
