"""The set-up files agree with each other, and what they promise is there."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools import lab_settings

ROOT = Path(__file__).resolve().parent.parent
BINDER_SCRIPTS = ("binder/postBuild", "binder/start")
INDEX_OPTION = re.compile(
    r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links|--no-index|--trusted-host)\b"
)
posix_only = pytest.mark.skipif(os.name != "posix", reason="scripts and make are for POSIX")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def lines_of(text):
    stripped = (line.split(" #")[0].strip() for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def requirements_of(lines):
    found = [Requirement(line) for line in lines if not line.startswith("-")]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def runtime_of(pyproject):
    return requirements_of(tomllib.loads(pyproject)["project"]["dependencies"])


def pins_of(text):
    pins = {}
    for name, requirement in requirements_of(lines_of(text)).items():
        (pin,) = requirement.specifier
        assert pin.operator == "==", f"{requirement} is not a pin"
        pins[name] = Version(pin.version)
    return pins


def requirements_faults(requirements):
    lines = lines_of(requirements)
    faults = [f"{line}: an index option" for line in lines if INDEX_OPTION.match(line)]
    if lines[-1] != "-e .":
        faults.append("the last line is not -e .")
    return faults


def differing_bounds(pyproject, requirements):
    listed = requirements_of(lines_of(requirements))
    return [
        f"{wanted} in pyproject.toml, {listed.get(name)} in requirements.txt"
        for name, wanted in runtime_of(pyproject).items()
        if str(wanted) != str(listed.get(name))
    ]


def without_pin(requirements, constraints):
    return sorted(requirements_of(lines_of(requirements)).keys() - pins_of(constraints).keys())


def pins_below_bounds(requirements, constraints):
    pins = pins_of(constraints)
    named = requirements_of(lines_of(requirements))
    return [name for name, r in named.items() if name in pins and pins[name] not in r.specifier]


def binder_faults(pyproject, constraints, binder):
    runtime, tested = runtime_of(pyproject).keys(), pins_of(constraints)
    pins = pins_of(binder)
    faults = [f"{name} is missing" for name in sorted(runtime - pins.keys())]
    faults += [f"{name} is not needed" for name in sorted(pins.keys() - runtime)]
    for name in sorted(pins.keys() & tested.keys()):
        if pins[name].public != tested[name].public:
            faults.append(f"{name} {pins[name]}, tested with {tested[name]}")
    return faults


def torch_versions(**texts):
    pattern = re.compile(r"torch==(\d[\d.]*\d)")
    return {name: set(pattern.findall(text)) for name, text in texts.items()}


def script_faults(path):
    faults = []
    if not path.read_bytes().startswith(b"#!/"):
        faults.append("no shebang")
    if not os.access(path, os.X_OK):
        faults.append("not executable")
    return faults


def targets_of(makefile):
    return set(re.findall(r"^([a-z]\w*):(?!=)", makefile, flags=re.MULTILINE))


def make_faults(makefile, shown):
    targets = targets_of(makefile)
    listed = set(re.findall(r"^make (\w+) +\S", shown, flags=re.MULTILINE))
    phony = set(re.search(r"^\.PHONY:(.*)$", makefile, flags=re.MULTILINE)[1].split())
    faults = [f"{name}: no line in make help" for name in sorted(targets - listed)]
    return faults + [f"{name}: not in .PHONY" for name in sorted(targets - phony)]


def commands_of(workflow):
    jobs = workflow["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def missing_lines(text, wanted):
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in wanted if line not in lines]


def unknown_settings(settings, schemas):
    faults = []
    for plugin, values in settings.items():
        package, _, name = plugin.partition(":")
        schema = schemas / package / f"{name}.json"
        known = json.loads(schema.read_text(encoding="utf-8")) if schema.exists() else {}
        faults += [f"{plugin} {key}" for key in values if key not in known.get("properties", {})]
    return faults


def test_requirements_have_bounds_only_and_end_with_the_package():
    assert requirements_faults(read("requirements.txt")) == []


@pytest.mark.parametrize(
    "planted",
    ["--extra-index-url https://example.org\nnumpy\n-e .", "-i https://example.org\n-e .", "numpy"],
)
def test_requirements_guard_sees_a_fault(planted):
    assert len(requirements_faults(planted)) == 1


def test_pyproject_and_requirements_ask_for_the_same():
    assert differing_bounds(read("pyproject.toml"), read("requirements.txt")) == []


def test_bounds_guard_sees_a_fault():
    pyproject = '[project]\ndependencies = ["numpy>=2", "torch>=2.4"]'
    assert len(differing_bounds(pyproject, "torch>=2.5\n-e .")) == 2


def test_every_direct_requirement_is_pinned_within_its_bounds():
    requirements, constraints = read("requirements.txt"), read("constraints.txt")
    assert without_pin(requirements, constraints) == []
    assert pins_below_bounds(requirements, constraints) == []


def test_pin_guards_see_a_fault():
    assert without_pin("torch\nPyYAML>=6\n-e .", "torch==2.13.0") == ["pyyaml"]
    assert pins_below_bounds("torch>=2.14\n-e .", "torch==2.13.0") == ["torch"]
    with pytest.raises(AssertionError, match="not a pin"):
        pins_of("torch>=2.13.0")


def test_binder_has_what_the_package_needs_as_tested():
    faults = binder_faults(
        read("pyproject.toml"), read("constraints.txt"), read("binder/requirements.txt")
    )
    assert faults == []
    assert read("binder/runtime.txt").strip() == "python-3.11"


def test_binder_guard_sees_a_fault():
    pyproject = '[project]\ndependencies = ["numpy", "torch", "pillow"]'
    constraints = "numpy==2.4.6\ntorch==2.13.0\npillow==13.0.0\njupyterlab==4.6.6"
    binder = "numpy==2.4.5\ntorch==2.13.0+cpu\njupyterlab==4.6.6"
    faults = binder_faults(pyproject, constraints, binder)
    expected = ["pillow is missing", "jupyterlab is not needed", "numpy 2.4.5, tested with 2.4.6"]
    assert faults == expected


def test_torch_is_one_version_everywhere():
    names = [
        "constraints.txt", "binder/requirements.txt", "Makefile",
        "README.md", ".github/workflows/test.yml",
    ]
    found = torch_versions(**{name: read(name) for name in names if (ROOT / name).exists()})
    assert found["constraints.txt"] and found["binder/requirements.txt"]
    assert len(set.union(*found.values())) == 1, found


def test_torch_guard_sees_a_fault():
    found = torch_versions(readme="pip install torch==2.12.0", binder="torch==2.13.0+cpu")
    assert found == {"readme": {"2.12.0"}, "binder": {"2.13.0"}}


@posix_only
@pytest.mark.parametrize("name", [*BINDER_SCRIPTS, ".ci/run"])
def test_scripts_can_be_run(name):
    assert script_faults(ROOT / name) == []


@posix_only
def test_script_guard_sees_a_fault(tmp_path):
    script = tmp_path / "start"
    script.write_text("export OMP_NUM_THREADS=1\n")
    script.chmod(0o644)
    assert script_faults(script) == ["no shebang", "not executable"]


@posix_only
@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
def test_make_help_names_every_target():
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    assert make_faults(read("Makefile"), shown) == []


def test_make_guard_sees_a_fault():
    makefile = ".PHONY: help\nhelp:  ## show this list\nlab: .venv/.ready\n"
    assert make_faults(makefile, "make help  show this list\n") == [
        "lab: no line in make help",
        "lab: not in .PHONY",
    ]


def test_workflows_run_the_tests():
    yaml = pytest.importorskip("yaml")
    test = commands_of(yaml.safe_load(read(".github/workflows/test.yml")))
    newest = commands_of(yaml.safe_load(read(".github/workflows/newest.yml")))
    assert "make test" in test
    assert "python -m pytest" in newest
    assert not any("constraints.txt" in command for command in newest)


def test_ci_runs_the_tests_and_other_seeds():
    assert missing_lines(read(".ci/run"), ["make test", "make seeds"]) == []


def test_ci_guard_sees_a_fault():
    assert missing_lines("# make seeds\n  make test\n", ["make test", "make seeds"]) == [
        "make seeds"
    ]


def test_lab_settings_are_known_to_jupyterlab():
    commands = pytest.importorskip("jupyterlab.commands")
    schemas = Path(commands.get_app_dir(), "schemas")
    assert unknown_settings(lab_settings.SETTINGS, schemas) == []


def test_settings_guard_sees_a_fault(tmp_path):
    schema = tmp_path / "@jupyterlab" / "news.json"
    schema.parent.mkdir()
    schema.write_text('{"properties": {"fetch": {}}}')
    planted = {"@jupyterlab:news": {"fetch": 1, "fetchNews": 1}, "@jupyterlab:gone": {"fetch": 1}}
    assert unknown_settings(planted, tmp_path) == [
        "@jupyterlab:news fetchNews",
        "@jupyterlab:gone fetch",
    ]


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


def test_trust_signs_a_notebook(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    path = tmp_path / "a.ipynb"
    nbformat.write(notebook, path)
    assert not NotebookNotary().check_signature(nbformat.read(path, as_version=4))
    lab_settings.trust([path])
    assert NotebookNotary().check_signature(nbformat.read(path, as_version=4))


def rendered_for_binder(folder, monkeypatch):
    buildpacks = pytest.importorskip("repo2docker.buildpacks")
    monkeypatch.chdir(folder)
    pack = buildpacks.PythonBuildPack("docker.io/library/buildpack-deps:24.04")
    pack.platform = "linux/amd64"
    assert pack.detect()
    return pack.python_version, pack.render()


def render_faults(python_version, dockerfile):
    wanted = {
        "Python 3.11": python_version == "3.11",
        "requirements": '-r "binder/requirements.txt"' in dockerfile,
        "postBuild": "binder/postBuild" in dockerfile,
        "start": re.search(r'R2D_ENTRYPOINT="?\S*binder/start', dockerfile),
    }
    return [name for name, found in wanted.items() if not found]


def test_binder_builds_from_these_files(monkeypatch):
    assert render_faults(*rendered_for_binder(ROOT, monkeypatch)) == []


def test_render_guard_sees_a_fault(tmp_path, monkeypatch):
    (tmp_path / "binder").mkdir()
    (tmp_path / "binder" / "requirements.txt").write_text("numpy\n")
    faults = render_faults(*rendered_for_binder(tmp_path, monkeypatch))
    assert faults == ["Python 3.11", "postBuild", "start"]
