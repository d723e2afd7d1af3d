"""python -m aeteach: every planted fault is named with its remedy, and a sound place is sound."""

import json
import os
import subprocess
import sys
from importlib import metadata
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from aeteach import __main__ as command
from aeteach import health


@pytest.fixture
def jupyter(monkeypatch, tmp_path):
    """Folders of Jupyter that nobody else uses: data, config, runtime."""
    for name in ("data", "config", "runtime"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(f"JUPYTER_{name.upper()}_DIR", str(tmp_path / name))
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    return tmp_path


@pytest.fixture
def notebooks(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("01_one.ipynb", "02_two.ipynb"):
        cell = nbformat.v4.new_code_cell(
            "1",
            outputs=[
                nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=1)
            ],
        )
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / name)
    return folder


def sign(folder, *names):
    notary = NotebookNotary()
    for name in names:
        notary.sign(nbformat.read(folder / name, as_version=4))


def bad(found):
    return [finding for finding in found if not finding.good]


def test_this_environment_is_sound(jupyter, notebooks):
    sign(notebooks, "01_one.ipynb", "02_two.ipynb")
    found = list(health.findings(notebooks))
    faults = [each for each in bad(found) if "memory" not in each.text]
    assert faults == [] and len(found) >= 9
    assert any(sys.executable in each.text for each in found)


def test_an_old_python_is_named(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    (fault,) = bad(health.python())
    assert "Python 3.9.1" in fault.text and "3.11 or newer" in fault.remedy


def test_missing_and_old_libraries_are_named(monkeypatch):
    versions = {"torch": "1.0", "numpy": "9.0", "ipykernel": "7.0"}

    def version(name):
        if name not in versions:
            raise metadata.PackageNotFoundError(name)
        return versions[name]

    wanted = ["torch>=2.4", "numpy>=2.0", "anywidget"]
    monkeypatch.setattr(metadata, "requires", lambda name: wanted)
    monkeypatch.setattr(metadata, "version", version)
    faults = bad(health.libraries())
    assert [fault.text for fault in faults] == [
        "torch is 1.0; >=2.4 is needed",
        "anywidget is missing",
        "jupyterlab is missing",
    ]
    assert all("pip install -r requirements.txt" in fault.remedy for fault in faults)


def kernelspec(jupyter, python):
    folder = jupyter / "data" / "kernels" / "python3"
    folder.mkdir(parents=True)
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = dict(argv=argv, display_name="Python 3", language="python")
    (folder / "kernel.json").write_text(json.dumps(spec))
    return folder


def test_a_kernel_of_another_python_is_named(jupyter):
    folder = kernelspec(jupyter, "/opt/old/bin/python3")
    (fault,) = bad(health.kernel())
    assert "another Python, /opt/old/bin/python3" in fault.text and str(folder) in fault.text


@pytest.mark.parametrize("python", ["python", sys.executable])
def test_a_kernel_of_this_python_is_sound(jupyter, python):
    kernelspec(jupyter, python)
    assert bad(health.kernel()) == []


def test_a_missing_kernel_is_named(jupyter, monkeypatch):
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    def refuse(self, name):
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", refuse)
    (fault,) = bad(health.kernel())
    assert "no kernel" in fault.text and "ipykernel install" in fault.remedy


def test_missing_extensions_are_named(jupyter, monkeypatch):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_: [str(jupyter / "data")])
    names = [fault.text.split()[-1] for fault in bad(health.extensions())]
    assert names == list(health.EXTENSIONS)
    assert all("pip install" in fault.remedy for fault in bad(health.extensions()))


@pytest.mark.parametrize(
    "off",
    [
        {"anywidget": True},
        {"anywidget:plugin": True},
        ["anywidget"],
        {"anywidget": False},
    ],
)
def test_extensions_that_are_switched_off_are_named(jupyter, off):
    (jupyter / "config" / "labconfig").mkdir()
    page = jupyter / "config" / "labconfig" / "page_config.json"
    page.write_text(json.dumps({"disabledExtensions": off}))
    faults = bad(health.extensions())
    assert [fault.text for fault in faults] == (
        [] if off == {"anywidget": False} else ["anywidget is switched off in JupyterLab"]
    )
    assert all("labextension enable anywidget" in fault.remedy for fault in faults)


def test_notebooks_that_are_not_trusted_are_named(jupyter, notebooks):
    sign(notebooks, "01_one.ipynb")
    (fault,) = bad(health.trust(notebooks))
    assert "02_two.ipynb" in fault.text and "01_one" not in fault.text
    assert "tools/lab_settings.py" in fault.remedy
    sign(notebooks, "02_two.ipynb")
    assert bad(health.trust(notebooks)) == []


def test_without_notebooks_the_folder_is_asked_for():
    (fault,) = bad(health.trust(None))
    assert "no folder" in fault.text and "project's folder" in fault.remedy


def test_notebooks_are_found_here_or_beside_the_package(notebooks, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert health.notebooks_folder() == notebooks
    monkeypatch.chdir(notebooks)
    assert health.notebooks_folder().joinpath("02_identity_copying.ipynb").exists()


def test_folders_that_cannot_be_written_are_named(jupyter, notebooks, monkeypatch):
    monkeypatch.setattr("os.access", lambda place, mode: place != notebooks)
    (fault,) = bad(health.writable(notebooks))
    assert fault.text == f"{notebooks} cannot be written" and "permissions" in fault.remedy


def test_little_memory_is_named(monkeypatch):
    free = SimpleNamespace(available=300 * 2**20)
    monkeypatch.setattr("psutil.virtual_memory", lambda: free)
    (fault,) = bad(health.memory())
    assert "300 MB" in fault.text and "Close" in fault.remedy


def test_a_check_that_fails_itself_is_a_finding(jupyter, notebooks, monkeypatch):
    def refuse():
        raise PermissionError(13, "Permission denied", "/nobody/secret")

    def fail():
        raise RuntimeError("no driver")

    monkeypatch.setattr(health, "memory", refuse)
    monkeypatch.setattr(health, "kernel", fail)
    texts = [fault.text for fault in bad(health.findings(notebooks))]
    assert "/nobody/secret cannot be written" in texts
    assert "a check failed: RuntimeError: no driver" in texts


def test_a_notebook_that_is_none_is_named(jupyter, notebooks):
    sign(notebooks, "01_one.ipynb", "02_two.ipynb")
    (notebooks / "03_cut.ipynb").write_text('{"cells": [')
    cut, sound = health.trust(notebooks)
    assert not cut.good and cut.text.startswith("03_cut.ipynb is no notebook: ")
    assert sound.good


@pytest.mark.parametrize(
    "content, good",
    [
        (None, True),
        ("{}", True),
        ('{"a": {"b": 1}} // ours', True),
        ("", False),
        ("[1]", False),
        ("{", False),
        ("\ufeff{}", True),
    ],
)
def test_settings_in_any_state_are_named_and_left_alone(tmp_path, monkeypatch, content, good):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    path = tmp_path / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    path.parent.mkdir(parents=True)
    if content is not None:
        path.write_text(content, encoding="utf-8")
    faults = bad(health.settings())
    assert bool(faults) is not good
    assert all(str(path) in fault.text and "Mend or remove" in fault.remedy for fault in faults)
    assert content is None or path.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("good, code, last", [(True, 0, "All is well."), (False, 1, "To mend: 2")])
def test_the_command_prints_marks_and_remedies(good, code, last, monkeypatch, capsys):
    two = [health.Finding(good, f"thing {n}", f"mend {n}") for n in range(2)]
    monkeypatch.setattr(command, "findings", lambda: iter(two))
    assert command.main() == code
    printed = capsys.readouterr().out.splitlines()
    each = ["✓ thing {}"] if good else ["✗ thing {}", "  → mend {}"]
    assert printed == [line.format(n) for n in range(2) for line in each] + [last]


def test_it_runs_as_a_module_without_unicode_and_with_broken_libraries(jupyter, tmp_path):
    for name, error in (("torch", "OSError('libtorch')"), ("matplotlib", "ImportError('no font')")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"raise {error}")
    root = os.path.dirname(os.path.dirname(health.__file__))
    paths = os.pathsep.join([str(tmp_path), root])
    done = subprocess.run(
        [sys.executable, "-m", "aeteach"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": paths},
    )
    assert done.stderr == "" and f"Python {sys.version.split()[0]}" in done.stdout
    for text in ("torch cannot be loaded: libtorch", "matplotlib cannot be loaded: no font"):
        assert f"? {text}\n" in done.stdout
    assert done.returncode == 1 and "To mend: " in done.stdout.splitlines()[-1]
