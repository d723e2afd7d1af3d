"""The set-up files agree with each other, and what they promise is there."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from can_install import Computer, obstacle
from nbformat.sign import NotebookNotary
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools import lab_settings

ROOT = Path(__file__).resolve().parent.parent
CI_STEPS = ["make test", "make rest", "make seeds"]
posix_only = pytest.mark.skipif(os.name != "posix", reason="scripts and make are for POSIX")
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="no make")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def lines_of(text):
    stripped = (line.split(" #")[0].strip() for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def requirements_of(lines):
    found = [Requirement(line) for line in lines if not line.startswith("-")]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def wanted_by(pyproject, *extras):
    """{name: requirement} of the package, with what these extras add."""
    project = tomllib.loads(pyproject)["project"]
    lines = [line for extra in extras for line in project["optional-dependencies"][extra]]
    found = requirements_of([*project["dependencies"], *lines])
    return {name: each for name, each in found.items() if name != "aeteach"}


def pins_of(text):
    pins = {}
    for name, requirement in requirements_of(lines_of(text)).items():
        (pin,) = requirement.specifier
        assert pin.operator == "==", f"{requirement} is not a pin"
        pins[name] = Version(pin.version)
    return pins


def pin_faults(wanted, constraints):
    pins = pins_of(constraints)
    faults = [f"{name} has no pin" for name in sorted(wanted.keys() - pins.keys())]
    return faults + [
        f"{each}, pinned to {pins[name]}"
        for name, each in wanted.items()
        if name in pins and pins[name] not in each.specifier
    ]


def binder_faults(wanted, constraints, binder):
    tested, pins = pins_of(constraints), pins_of(binder)
    faults = [f"{name} is missing" for name in sorted(wanted.keys() - pins.keys())]
    faults += [f"{name} is not needed" for name in sorted(pins.keys() - wanted)]
    for name in sorted(pins.keys() & tested.keys()):
        if pins[name].public != tested[name].public:
            faults.append(f"{name} {pins[name]}, tested with {tested[name]}")
    return faults


def test_every_direct_requirement_is_pinned_within_its_bounds():
    pyproject = read("pyproject.toml")
    extras = tomllib.loads(pyproject)["project"]["optional-dependencies"]
    assert pin_faults(wanted_by(pyproject, *extras), read("constraints.txt")) == []


def test_a_learner_installs_no_test_tool():
    pyproject = read("pyproject.toml")
    assert lines_of(read("requirements.txt")) == ["-e .[lab]"]
    tools = wanted_by(pyproject, "test").keys() - wanted_by(pyproject).keys()
    assert {"pytest", "nbval", "ruff"} <= tools
    assert not tools & wanted_by(pyproject, "lab").keys()


def test_pin_guard_sees_a_fault():
    wanted = requirements_of(["torch>=2.14", "PyYAML>=6"])
    faults = pin_faults(wanted, "torch==2.13.0")
    assert faults == ["pyyaml has no pin", "torch>=2.14, pinned to 2.13.0"]
    with pytest.raises(AssertionError, match="not a pin"):
        pins_of("torch>=2.13.0")


def test_binder_has_what_the_package_needs_as_tested():
    wanted = wanted_by(read("pyproject.toml"))
    assert binder_faults(wanted, read("constraints.txt"), read("binder/requirements.txt")) == []
    assert read("binder/runtime.txt").strip() == "python-3.11"


def test_binder_guard_sees_a_fault():
    wanted = requirements_of(["numpy", "torch", "pillow"])
    constraints = "numpy==2.4.6\ntorch==2.13.0\npillow==13.0.0\njupyterlab==4.6.6"
    binder = "numpy==2.4.5\ntorch==2.13.0+cpu\njupyterlab==4.6.6"
    faults = binder_faults(wanted, constraints, binder)
    expected = ["pillow is missing", "jupyterlab is not needed", "numpy 2.4.5, tested with 2.4.6"]
    assert faults == expected


@posix_only
@pytest.mark.parametrize("name", ["binder/postBuild", "binder/start", ".ci/run"])
def test_scripts_can_be_run(name):
    assert (ROOT / name).read_bytes().startswith(b"#!/") and os.access(ROOT / name, os.X_OK)


# the check before the set-up

LINUX = Computer("Linux", "x86_64", 64, (3, 12), (), (2, 35), True, "python3", True)
MAC = LINUX._replace(system="Darwin", machine="arm64", macos=(15, 1), glibc=())
WINDOWS = LINUX._replace(system="Windows", machine="amd64", glibc=())


@pytest.mark.parametrize(
    "computer",
    [
        LINUX,
        LINUX._replace(machine="aarch64", glibc=(2, 28)),
        MAC,
        WINDOWS,
        MAC._replace(macos=(13, 6), pinned=False),
        LINUX._replace(python=(3, 15), pinned=False),
        LINUX._replace(python=(3, 11)),
        LINUX._replace(python=(3, 14)),
    ],
)
def test_nothing_is_in_the_way(computer):
    assert obstacle(computer) == ""


@pytest.mark.parametrize(
    "computer, cause, way",
    [
        (MAC._replace(machine="x86_64"), "no build for Darwin on x86_64", "GitHub Codespaces"),
        (MAC._replace(macos=(13, 6)), "needs macOS 14, and this is 13.6", "make lab PINNED=no"),
        (WINDOWS._replace(machine="arm64"), "Windows on ARM", "x86-64 Python from python.org"),
        (WINDOWS._replace(machine="win32", bits=32), "32 bits", "install the 64-bit Python"),
        (LINUX._replace(machine="armv7l", bits=32), "32 bits", "install the 64-bit Python"),
        (LINUX._replace(machine="riscv64"), "no build for Linux on riscv64", "Binder"),
        (
            LINUX._replace(glibc=(2, 27)),
            "needs glibc 2.28, and this system has glibc 2.27",
            "Binder",
        ),
        (LINUX._replace(glibc=()), "this system has another C library", "Binder"),
        (LINUX._replace(makes_environments=False), "environments", "sudo apt install python3-venv"),
        (
            LINUX._replace(python=(3, 10)),
            "3.11 to 3.14, and 'python3' is 3.10",
            "PYTHON=python3.12",
        ),
        (
            LINUX._replace(python=(3, 15)),
            "3.11 to 3.14, and 'python3' is 3.15",
            "PYTHON=python3.12",
        ),
    ],
)
def test_what_is_in_the_way_is_said_in_one_sentence_with_a_way_that_works(computer, cause, way):
    words = obstacle(computer)
    assert cause in words and way in words
    assert words.endswith(".") and ". " not in words


@needs_make
def test_make_lab_ends_at_once_where_something_is_in_the_way(tmp_path):
    for name in ("Makefile", "requirements.txt", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "tools").mkdir()
    check = (ROOT / "tools" / "can_install.py").read_text()
    (tmp_path / "tools" / "can_install.py").write_text(check.replace("bits=64 if", "bits=32 if"))
    done = subprocess.run(
        ["make", "lab", f"PYTHON={sys.executable}"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode and done.stderr.startswith("PyTorch needs a 64-bit Python")
    assert not (tmp_path / ".venv").exists()


@needs_make
def test_make_help_names_every_target():
    run = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", read("Makefile"), flags=re.M))
    assert set(re.findall(r"^make ([\w-]+) +\S", run.stdout, flags=re.M)) == targets
    assert set(re.search(r"^\.PHONY:(.*)$", read("Makefile"), flags=re.M)[1].split()) == targets


def commands_of(name):
    jobs = pytest.importorskip("yaml").safe_load(read(f".github/workflows/{name}.yml"))["jobs"]
    return {step["run"] for job in jobs.values() for step in job["steps"] if "run" in step}


def test_workflows_and_the_ci_script_run_the_tests():
    assert {"make test", ".ci/run"} <= commands_of("test")
    assert "python -m pytest" in commands_of("newest")
    assert not any("constraints.txt" in command for command in commands_of("newest"))
    lines = [line.strip() for line in read(".ci/run").splitlines()]
    assert [line for line in lines if line in CI_STEPS] == CI_STEPS
    assert "; ".join(CI_STEPS) in read(".ci/run")


def test_a_container_of_a_development_environment_sets_up_what_make_lab_does():
    container = json.loads(read(".devcontainer/devcontainer.json"))
    assert container["postCreateCommand"].startswith("make .venv/.lab && ")
    assert "/.venv/bin/python" in str(container["customizations"])


def test_lab_settings_are_known_to_jupyterlab():
    commands = pytest.importorskip("jupyterlab.commands")
    for plugin, values in lab_settings.SETTINGS.items():
        schema = Path(commands.get_app_dir(), "schemas", plugin.replace(":", "/") + ".json")
        known = json.loads(schema.read_text(encoding="utf-8"))["properties"]
        assert set(values) <= set(known)


def test_lab_settings_leave_other_settings_alone(tmp_path):
    path = tmp_path / "settings" / "overrides.json"
    lab_settings.write_settings(path)
    assert json.loads(path.read_text()) == lab_settings.SETTINGS
    plugin = next(iter(lab_settings.SETTINGS))
    path.write_text(json.dumps({plugin: {"mine": 1}, "other": {"theirs": 2}}))
    lab_settings.write_settings(path)
    written = json.loads(path.read_text())
    assert written["other"] == {"theirs": 2}
    assert written[plugin] == {"mine": 1, **lab_settings.SETTINGS[plugin]}


@pytest.mark.parametrize("text", ["", "\ufeff{}", '// mine\n{"other": {"theirs": 2}, }'])
def test_settings_that_jupyterlab_can_read_are_kept(tmp_path, text):
    path = tmp_path / "overrides.json"
    path.write_text(text, encoding="utf-8")
    lab_settings.write_settings(path)
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written.pop("other", {"theirs": 2}) == {"theirs": 2} and written == lab_settings.SETTINGS
    before = path.stat().st_mtime_ns
    lab_settings.write_settings(path)
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize("text", ["{", "[1]", f'{{"{next(iter(lab_settings.SETTINGS))}": 1}}'])
def test_settings_that_nobody_can_read_are_named_and_left_alone(tmp_path, text):
    path = tmp_path / "overrides.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match="overrides.json holds no JSON object .* delete it"):
        lab_settings.write_settings(path)
    assert path.read_text(encoding="utf-8") == text


def test_trust_signs_a_notebook(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    path = tmp_path / "a.ipynb"
    nbformat.write(notebook, path)
    assert not NotebookNotary().check_signature(nbformat.read(path, as_version=4))
    assert lab_settings.trust([path]) == ""
    assert NotebookNotary().check_signature(nbformat.read(path, as_version=4))


def test_where_nothing_can_be_signed_the_folder_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "file" / "data"))
    words = lab_settings.trust([])
    assert "stay untrusted" in words and str(tmp_path / "file" / "data") in words


def test_binder_builds_from_these_files(monkeypatch):
    buildpacks = pytest.importorskip("repo2docker.buildpacks")
    monkeypatch.chdir(ROOT)
    pack = buildpacks.PythonBuildPack("docker.io/library/buildpack-deps:24.04")
    pack.platform = "linux/amd64"
    assert pack.detect() and pack.python_version == "3.11"
    dockerfile = pack.render()
    assert '-r "binder/requirements.txt"' in dockerfile and "binder/postBuild" in dockerfile
    assert re.search(r'R2D_ENTRYPOINT="?\S*binder/start', dockerfile)
