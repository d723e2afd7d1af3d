"""One line in the output that tells how far a training is; silent outside Jupyter."""

import html
import sys
import time


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return hasattr(shell, "kernel")


class Progress:
    """A line that is replaced at most ten times a second and stays with its last text.

    total: number of steps, at least 1. quiet: show nothing. base: steps done before.
    """

    def __init__(self, total: int, quiet: bool = False) -> None:
        self.total, self.quiet = total, quiet or not _in_notebook()
        self.base, self._shown_at = 0, 0.0
        self._handle = None

    def update(self, done: int, text: str) -> None:
        """Show `done` of `total` steps and `text`, unless the last change is too fresh."""
        if self.quiet or time.monotonic() - self._shown_at < 0.1:
            return
        value = f'value="{self.base + done}" max="{self.total}"'
        bar = f'<progress {value} aria-label="{html.escape(text)}">'
        self._show(f"{bar}</progress> {html.escape(text)}", text)

    def close(self, text: str) -> None:
        """Replace the bar by its closing `text`."""
        self._show(html.escape(text), text)

    def _show(self, rich: str, plain: str) -> None:
        if self.quiet:
            return
        from IPython.display import display

        self._shown_at = time.monotonic()
        forms = {"text/html": rich, "text/plain": plain}
        if self._handle is None:
            self._handle = display(forms, raw=True, display_id=True)
        else:
            self._handle.update(forms, raw=True)
