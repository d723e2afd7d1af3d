"""What a hub needs to run a class."""

import os
import stat
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
VALUES = ROOT / "docs" / "hub" / "values.yaml"
CLASS_START = ROOT / "docs" / "hub" / "class-start"


def closed(required=(), **properties):
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(required),
    }


TEXT, FLAG, WHOLE, OPEN = ({"type": kind} for kind in ("string", "boolean", "integer", "object"))
NUMBER, TEXTS = {"type": "number"}, {"type": "array", "items": TEXT}
SWITCH = closed(["enabled"], enabled=FLAG)
FILE = closed(["mountPath"], mountPath=TEXT, mode=WHOLE, stringData=TEXT)
CHART = closed(
    hub=closed(config=OPEN),
    proxy=closed(https=closed(enabled=FLAG, hosts=TEXTS, letsencrypt=closed(contactEmail=TEXT))),
    singleuser=closed(
        image=closed(["name", "tag"], name=TEXT, tag=TEXT),
        cmd=TEXTS,
        defaultUrl=TEXT,
        startTimeout=WHOLE,
        memory=closed(guarantee=TEXT, limit=TEXT),
        cpu=closed(guarantee=NUMBER, limit=NUMBER),
        storage=closed(capacity=TEXT),
        extraEnv=OPEN,
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


@pytest.mark.parametrize(
    "path, value",
    [
        (("singleuser", "memory", "guaranty"), "1G"),
        (("singleuser", "cpu", "limit"), "one"),
        (("cull", "timeout"), "1h"),
        (("sheduling",), {}),
    ],
)
def test_a_planted_value_is_refused(path, value):
    planted = yaml.safe_load(VALUES.read_text(encoding="utf-8"))
    place = planted
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(planted, CHART)


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
