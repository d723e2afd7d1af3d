"""What a class costs: real students on a real JupyterHub on this machine.

    python -m benchmarks.hub --students 1 2 4

Each student logs in, opens a notebook and runs all of its cells, all students at the same time.
It needs JupyterHub and its proxy besides the project's environment, and says so when they are
missing. Linux only: /proc tells how much of the memory is shared. Explained in docs/teaching.md.
"""

import argparse
import asyncio
import contextlib
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import machine
from benchmarks.student import Student, Watch, spent

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "02_identity_copying.ipynb"
START_SECONDS = 60
CONFIG = """
import os
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"] if os.getuid() == 0 else []
c.Spawner.env_keep.extend(
    name for name in os.environ if name.startswith(("PYTHON", "JUPYTER", "OMP_")))
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.services = [{{"name": "lecturer", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{
    "name": "lecturer", "services": ["lecturer"],
    "scopes": ["admin:users", "admin:servers", "access:servers"]}}]
"""
COLUMNS = (
    "students", "server started", "first to last cell", "CPU a student",
    "memory a student", "of it private", "resident", "server alone", "hub and proxy",
)


def missing_tools() -> list[str]:
    """What this measurement needs and does not find, with the remedy."""
    wanted = {
        f"{sys.executable} -m pip install jupyterhub": importlib.util.find_spec("jupyterhub"),
        "npm install --global configurable-http-proxy": shutil.which("configurable-http-proxy"),
        "a Linux machine": Path("/proc/self/smaps_rollup").exists() or None,
    }
    return [remedy for remedy, found in wanted.items() if found is None]


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def hub(folder: Path):
    """A JupyterHub in `folder`: (its process, its address, the lecturer's token)."""
    port, hub_port, proxy_port = free_ports(3)
    token = secrets.token_hex(16)
    config = folder / "jupyterhub_config.py"
    config.write_text(CONFIG.format(
        port=port, hub_port=hub_port, proxy_port=proxy_port, token=token,
        homes=str(folder / "homes"), python=sys.executable,
    ), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterhub", "--config", str(config)]
    with open(folder / "hub.log", "wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        yield process, f"http://127.0.0.1:{port}", token
    finally:
        process.terminate()
        try:
            process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


async def lesson(count: int, notebook: Path, folder: Path) -> tuple:
    """`count` students run all cells of `notebook` at the same time: one row of the table."""
    with hub(folder) as (process, address, token):
        students = [Student(f"student{n}", address, token) for n in range(count)]
        for student in students:
            home = folder / "homes" / student.name
            shutil.copytree(notebook.parent, home / "notebooks")
        await students[0].wait_for_hub(START_SECONDS)
        starts = await asyncio.gather(*(student.arrive() for student in students))
        watch = Watch(process.pid, [student.name for student in students])
        alone = watch.measure()
        watching = asyncio.create_task(watch.run())
        runs = await asyncio.gather(*(s.run_all(f"notebooks/{notebook.name}") for s in students))
        watching.cancel()
        watch.measure()
        used = spent(process.pid, [student.name for student in students])
        await asyncio.gather(*(student.leave() for student in students))
    return starts, runs, used, watch, alone


def row(count: int, starts, runs, used, watch, alone) -> str:
    cells = [
        str(count), f"{max(starts):.1f} s", f"{max(runs):.0f} s",
        f"{sum(used) / count:.0f} s", f"{watch.peak('pss') / count:.0f} MB",
        f"{watch.peak('uss') / count:.0f} MB", f"{watch.peak('rss') / count:.0f} MB",
        f"{alone.pss / count:.0f} MB", f"{watch.hub:.0f} MB",
    ]
    return "| " + " | ".join(cells) + " |"


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hub", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", nargs="+", type=int, default=[1, 2, 4], metavar="N")
    parser.add_argument("--notebook", type=Path, default=NOTEBOOK)
    options = parser.parse_args(arguments)
    if min(options.students) < 1:
        parser.error("--students: a class has at least one student")
    if not options.notebook.is_file():
        parser.error(f"no such notebook: {options.notebook}")
    if lacks := missing_tools():
        parser.error("this measurement needs: " + "; ".join(lacks))
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    print(machine(), f"notebook {options.notebook.name}", sep=", ", end="\n\n")
    print("| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS), sep="\n", flush=True)
    for count in options.students:
        with tempfile.TemporaryDirectory(prefix="class") as folder:
            found = asyncio.run(lesson(count, options.notebook.resolve(), Path(folder)))
        print(row(count, *found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
