"""What a hub needs to run a class, and the tool that measures one."""

import asyncio
import os
import stat
import subprocess
from pathlib import Path

import class_size
import jsonschema
import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks import hub, student

ROOT = Path(__file__).resolve().parents[1]
VALUES = ROOT / "docs" / "hub" / "values.yaml"
CLASS_START = ROOT / "docs" / "hub" / "class-start"
GIGABYTE = 1024**3 / 1e6  # JupyterHub's G, in megabytes


def closed(required=(), **properties):
    return {"type": "object", "additionalProperties": False, "properties": properties,
            "required": list(required)}


TEXT, FLAG, WHOLE, OPEN = ({"type": kind} for kind in ("string", "boolean", "integer", "object"))
NUMBER, TEXTS = {"type": "number"}, {"type": "array", "items": TEXT}
SWITCH = closed(["enabled"], enabled=FLAG)
FILE = closed(["mountPath"], mountPath=TEXT, mode=WHOLE, stringData=TEXT)
CHART = closed(
    hub=closed(config=OPEN),
    proxy=closed(https=closed(enabled=FLAG, hosts=TEXTS, letsencrypt=closed(contactEmail=TEXT))),
    singleuser=closed(
        image=closed(["name", "tag"], name=TEXT, tag=TEXT), cmd=TEXTS, defaultUrl=TEXT,
        startTimeout=WHOLE, memory=closed(guarantee=TEXT, limit=TEXT),
        cpu=closed(guarantee=NUMBER, limit=NUMBER), storage=closed(capacity=TEXT), extraEnv=OPEN,
        extraFiles={"type": "object", "additionalProperties": FILE},
    ),
    prePuller=closed(hook=SWITCH, continuous=SWITCH),
    scheduling=closed(podPriority=SWITCH, userPlaceholder=closed(enabled=FLAG, replicas=WHOLE)),
    cull=closed(["enabled"], enabled=FLAG, timeout=WHOLE, every=WHOLE),
)
"""The part that we use of jupyterhub/values.schema.yaml in jupyterhub/zero-to-jupyterhub-k8s."""


@pytest.fixture(scope="module")
def values():
    return yaml.safe_load(VALUES.read_text(encoding="utf-8"))


def test_the_values_fit_the_chart(values):
    jsonschema.validate(values, CHART)


@pytest.mark.parametrize("path, value", [
    (("singleuser", "memory", "guaranty"), "1G"),
    (("singleuser", "cpu", "limit"), "one"),
    (("cull", "timeout"), "1h"),
    (("sheduling",), {}),
])
def test_a_planted_value_is_refused(path, value):
    planted = yaml.safe_load(VALUES.read_text(encoding="utf-8"))
    place = planted
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(planted, CHART)


def test_a_student_fits_into_the_guarantee_and_two_notebooks_into_the_limit(values):
    found, memory = class_size.measured(), values["singleuser"]["memory"]
    guarantee, limit = (float(memory[key].removesuffix("G")) * GIGABYTE
                        for key in ("guarantee", "limit"))
    assert class_size.student(found, 1) * class_size.HEADROOM < guarantee
    assert class_size.student(found, 2) * class_size.HEADROOM < limit


def test_the_guaranteed_cores_serve_a_class_that_starts_together(values):
    cores = 300 * values["singleuser"]["cpu"]["guarantee"]
    assert cores >= class_size.cores(300, class_size.measured(), class_size.PATIENCE)


def test_the_values_carry_the_script(values):
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
        done = subprocess.run(["/bin/bash", CLASS_START, "--port=1"], capture_output=True,
                              text=True, env=paths | environment, cwd=tmp_path)
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


# the measurement


def test_missing_tools_are_named(monkeypatch, capsys):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        hub.main(["--students", "1"])
    message = capsys.readouterr().err
    assert "-m pip install jupyterhub" in message
    assert "npm install --global configurable-http-proxy" in message


@pytest.mark.parametrize("arguments, words", [
    (["--students", "0"], "at least one student"),
    (["--notebook", "gone.ipynb"], "no such notebook: gone.ipynb"),
])
def test_a_class_that_cannot_be_measured_is_refused(arguments, words, capsys):
    with pytest.raises(SystemExit):
        hub.main(arguments)
    assert words in capsys.readouterr().err


def test_a_row_shares_the_peak_among_the_students():
    watch = student.Watch(os.getpid(), [])
    watch.seen = [student.Memory(900, 700, 1000), student.Memory(800, 750, 900)]
    watch.hub = 170
    cells = hub.row(2, [1.0, 2.0], [10.0, 30.0], [40.0, 42.0], watch, student.Memory(200, 0, 0))
    assert cells == ("| 2 | 2.0 s | 30 s | 41 s | 450 MB | 375 MB | 500 MB | 100 MB | 170 MB |")


def lesson(folder, *sources):
    path = folder / "notebooks" / "tiny.ipynb"
    path.parent.mkdir()
    cells = [new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
    nbformat.write(new_notebook(cells=cells), path)
    return hub.lesson(1, path, folder / "hub")


needs_hub = pytest.mark.skipif(bool(hub.missing_tools()), reason="; ".join(hub.missing_tools()))


@needs_hub
def test_a_student_runs_a_notebook_on_a_real_hub(tmp_path):
    (tmp_path / "hub").mkdir()
    burn = "import time\nend = time.process_time() + 2\nwhile time.process_time() < end: pass"
    _, _, used, watch, alone = asyncio.run(lesson(tmp_path, "x = bytearray(200_000_000)", burn))
    assert watch.peak("pss") > alone.pss + 200 and used[0] > 2


@needs_hub
def test_a_cell_that_fails_is_named(tmp_path):
    (tmp_path / "hub").mkdir()
    with pytest.raises(student.StudentError, match="student0: cell `cell-1` failed: division"):
        asyncio.run(lesson(tmp_path, "x = 1", "1 / 0"))
