"""One student of a class on a JupyterHub, and what the machine spends on all of them."""

import asyncio
import json
import time
import uuid
from typing import NamedTuple
from urllib.parse import quote

import nbformat
import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

MEGABYTE = 1e6
MAX_MESSAGE = 200_000_000
EXPECTS_ERROR = {"raises-exception", "nbval-raises-exception"}


class StudentError(Exception):
    """What kept a student from working, in words."""


class Student:
    """A learner who starts a server, opens a notebook and runs all of its cells.

    `address` is that of the hub and `token` one that may start and use the student's server.
    """

    def __init__(self, name: str, address: str, token: str):
        self.name, self.address = name, address
        self.headers = {"Authorization": f"token {token}"}

    async def ask(self, method: str, path: str, body=None, seconds=120):
        request = HTTPRequest(
            self.address + path, method, self.headers, json.dumps(body) if body else None,
            request_timeout=seconds, allow_nonstandard_methods=True,
        )
        return await AsyncHTTPClient().fetch(request)

    async def wait_for_hub(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                await self.ask("GET", "/hub/api/")
                return
            except (OSError, HTTPClientError) as error:
                if time.monotonic() > end:
                    raise StudentError(f"the hub did not start within {seconds} s") from error
                await asyncio.sleep(0.2)

    async def arrive(self) -> float:
        """Log in, start the server and load JupyterLab's page: seconds until it is there."""
        begin = time.perf_counter()
        await self.ask("POST", f"/hub/api/users/{self.name}")
        await self.ask("POST", f"/hub/api/users/{self.name}/server")
        while True:
            user = json.loads((await self.ask("GET", f"/hub/api/users/{self.name}")).body)
            if user["servers"].get("", {}).get("ready"):
                break
            await asyncio.sleep(0.2)
        await self.ask("GET", f"/user/{self.name}/lab")
        return time.perf_counter() - begin

    async def run_all(self, path: str) -> float:
        """Open a notebook as the browser does and run its cells: seconds from first to last.

        Raises StudentError when a cell fails.
        """
        place = f"/user/{self.name}/api"
        model = json.loads((await self.ask("GET", f"{place}/contents/{quote(path)}")).body)
        notebook = nbformat.from_dict(model["content"])
        session = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        made = json.loads((await self.ask("POST", f"{place}/sessions", session)).body)
        address = f"{self.address}{place}/kernels/{made['kernel']['id']}/channels"
        socket = await websocket_connect(
            HTTPRequest(address.replace("http", "ws", 1), headers=self.headers),
            max_message_size=MAX_MESSAGE,
        )
        begin = time.perf_counter()
        for cell in notebook.cells:
            if cell.cell_type == "code":
                await self.run(socket, cell)
        seconds = time.perf_counter() - begin
        socket.close()
        return seconds

    async def run(self, socket, cell) -> None:
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "session": self.name,
                  "username": self.name, "version": "5.4", "date": ""}
        content = {"code": cell.source, "silent": False, "store_history": True,
                   "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
        await socket.write_message(json.dumps(
            {"header": header, "parent_header": {}, "metadata": {}, "content": content,
             "channel": "shell", "buffers": []}))
        while True:
            text = await socket.read_message()
            if text is None:
                raise StudentError(f"{self.name}: the kernel died in cell `{cell.id}`")
            if isinstance(text, bytes):
                continue
            message = json.loads(text)
            if message["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            if message["msg_type"] == "execute_reply":
                break
        reply = message["content"]
        if reply["status"] != "ok" and not EXPECTS_ERROR & set(cell.metadata.get("tags", [])):
            raise StudentError(f"{self.name}: cell `{cell.id}` failed: {reply.get('evalue')}")

    async def leave(self) -> None:
        await self.ask("DELETE", f"/hub/api/users/{self.name}/server")


class Memory(NamedTuple):
    """Megabytes: a fair share of shared pages (pss), private pages (uss), all pages (rss)."""

    pss: float
    uss: float
    rss: float


def processes(hub: int, names: list[str]) -> tuple[list, list]:
    """The processes of these students, and the others below the hub."""
    students, others = [], [psutil.Process(hub)]
    for process in others[0].children(recursive=True):
        try:
            is_student = process.environ().get("JUPYTERHUB_USER") in names
        except psutil.Error:
            continue
        (students if is_student else others).append(process)
    return students, others


def memory(group: list) -> Memory:
    found = []
    for process in group:
        try:
            info = process.memory_full_info()
        except psutil.Error:
            continue
        found.append((info.pss, info.uss, info.rss))
    return Memory(*(sum(column) / MEGABYTE for column in zip(*found, strict=True)))


def spent(hub: int, names: list[str]) -> list[float]:
    """CPU seconds of each student's server and kernel so far."""
    by_name = dict.fromkeys(names, 0.0)
    for process in processes(hub, names)[0]:
        times = process.cpu_times()
        by_name[process.environ()["JUPYTERHUB_USER"]] += times.user + times.system
    return list(by_name.values())


class Watch:
    """Looks at the memory of all students together, again and again."""

    def __init__(self, hub: int, names: list[str]):
        self.process, self.names, self.seen, self.hub = hub, names, [], 0.0

    def measure(self) -> Memory:
        students, others = processes(self.process, self.names)
        self.seen.append(memory(students))
        self.hub = max(self.hub, memory(others).pss)
        return self.seen[-1]

    def peak(self, kind: str) -> float:
        """Largest sum over all students at one moment, in megabytes."""
        return max(getattr(each, kind) for each in self.seen)

    async def run(self, pause=1.0) -> None:
        while True:
            await asyncio.sleep(pause)
            self.measure()
