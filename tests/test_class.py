"""What a hub needs to run a class."""

import os
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
VALUES = ROOT / "docs" / "hub" / "values.yaml"
CLASS_START = ROOT / "docs" / "hub" / "class-start"


def test_the_values_carry_the_script():
    values = yaml.safe_load(VALUES.read_text(encoding="utf-8"))
    file = values["singleuser"]["extraFiles"]["class-start"]
    assert file["stringData"] == CLASS_START.read_text(encoding="utf-8")
    assert [file["mountPath"]] == values["singleuser"]["cmd"]
    assert file["mode"] & stat.S_IXOTH


# class-start, run by a real shell with stand-ins for what it calls


@pytest.fixture
def start(tmp_path):
    if not Path("/bin/bash").exists():
        pytest.skip("class-start is a script of bash")
    home, bin_folder = tmp_path / "home", tmp_path / "bin"
    (home / "course" / "notebooks").mkdir(parents=True)
    (home / "course" / "notebooks" / "01.ipynb").touch()
    bin_folder.mkdir()

    def run(broken=(), **environment):
        for name in ("gitpuller", "jupyter", "jupyterhub-singleuser"):
            script = f'#!/bin/bash\necho {name} "$@" in "$PWD"\nexit {int(name in broken)}\n'
            (bin_folder / name).write_text(script)
            (bin_folder / name).chmod(0o755)
        paths = {"HOME": str(home), "PATH": f"{bin_folder}:{os.environ['PATH']}"}
        done = subprocess.run(
            ["/bin/bash", CLASS_START, "--port=1"],
            capture_output=True,
            text=True,
            env=paths | environment,
            cwd=tmp_path,
        )
        return done.stdout.replace(str(home), "~").splitlines()

    return run


def test_class_start_fetches_then_trusts_then_starts(start):
    assert start(CLASS_REPOSITORY="https://x.org/you/course.git") == [
        "gitpuller https://x.org/you/course.git main course in ~",
        "jupyter trust course/notebooks/01.ipynb in ~",
        "jupyterhub-singleuser --port=1 in ~",
    ]


def test_class_start_starts_the_server_whatever_happens(start):
    lines = start(["gitpuller", "jupyter"], CLASS_REPOSITORY="https://x.org/course")
    assert "class-start: course was not updated" in lines
    assert "class-start: course is not trusted" in lines
    assert lines[-1] == "jupyterhub-singleuser --port=1 in ~"


def test_class_start_takes_branch_and_folder(start):
    first, *_ = start(CLASS_REPOSITORY="r", CLASS_BRANCH="spring", CLASS_FOLDER="ae")
    assert first == "gitpuller r spring ae in ~"
