"""One line that is replaced, and silence outside Jupyter."""

import pytest

from aeteach.progress import Progress


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("aeteach.progress.time.monotonic", lambda: now[0])
    return now


def test_one_line_is_replaced(shown, clock):
    progress = Progress(5)
    for done in range(1, 6):
        clock[0] += 1
        progress.update(done, f"step {done}")
        assert len(shown) == 1 and shown[0]["text/plain"] == f"step {done}"
        assert f'value="{done}" max="5"' in shown[0]["text/html"]


def test_the_closing_text_replaces_the_bar(shown, clock):
    progress = Progress(5)
    progress.update(3, "half way")
    progress.close("the end")
    assert shown == [{"text/html": "the end", "text/plain": "the end"}]


def test_a_change_too_fresh_is_skipped_and_the_end_is_not(shown, clock):
    progress = Progress(9)
    progress.update(1, "first")
    clock[0] += 0.05
    progress.update(2, "second")
    assert shown[0]["text/plain"] == "first"
    clock[0] += 0.06
    progress.update(3, "third")
    assert shown[0]["text/plain"] == "third"
    progress.close("end")
    assert shown[0]["text/plain"] == "end"


def test_the_bar_can_be_read_aloud_and_text_is_escaped(shown, clock):
    Progress(2).update(1, 'a < "b"')
    assert 'aria-label="a &lt; &quot;b&quot;"' in shown[0]["text/html"]
    assert shown[0]["text/html"].endswith("</progress> a &lt; &quot;b&quot;")
    assert shown[0]["text/plain"] == 'a < "b"'


def test_two_trainings_have_a_line_each(shown, clock):
    for name in ("one", "two"):
        Progress(1).close(name)
    assert [entry["text/plain"] for entry in shown] == ["one", "two"]


def test_steps_done_before_are_counted(shown, clock):
    progress = Progress(6)
    progress.base = 3
    progress.update(1, "second half")
    assert 'value="4" max="6"' in shown[0]["text/html"]


@pytest.mark.parametrize("quiet", [True, False])
def test_quiet_and_outside_jupyter_nothing_is_shown(quiet, request, capsys):
    shown = request.getfixturevalue("shown") if quiet else []
    progress = Progress(2, quiet)
    progress.update(1, "half")
    progress.close("end")
    assert progress.quiet and shown == [] and capsys.readouterr() == ("", "")
