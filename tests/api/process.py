"""The service as it runs in earnest: `diachiso serve` in processes of its own, to be killed, stopped and told to end."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.db import faults


def children(pid: int) -> list[int]:
    """Return the processes that a process started and that are there; none when it is gone itself."""
    found: list[int] = []
    for task in Path("/proc").glob(f"{pid}/task/*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, task.read_text().split())
    return found


def command_of(pid: int) -> str:
    """Return the command line of a process, nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


@dataclass
class Service:
    """A running `diachiso serve`; `client` asks it, a new connection for every question."""

    process: "subprocess.Popen[bytes]"
    client: httpx.Client
    log: Path

    def workers(self) -> list[int]:
        """Return the processes that serve under the supervisor."""
        return [pid for pid in children(self.process.pid) if "spawn_main" in command_of(pid)]

    def told_to_end(self) -> None:
        """Tell it to end, and go on without waiting."""
        self.process.send_signal(signal.SIGTERM)

    def status(self, path: str) -> int:
        """Return the status of an answer, 0 when the connection broke."""
        try:
            return self.client.get(path).status_code
        except httpx.TransportError:
            return 0


@contextmanager
def running(url: str, folder: Path, *arguments: str, **environment: str) -> Iterator[Service]:
    """Run the service on a free port over that database; it has ended at the end."""
    held = socket.socket()
    # Whoever holds a port with this option lets the service listen there, and the system gives it to nobody else.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port = held.getsockname()[1]
    log = folder / f"serve-{port}.log"
    command = [sys.executable, "-m", "service.cli.main", "serve", "--port", str(port), *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env={**os.environ, "DIACHISO_DATABASE_URL": url, **environment}
        )
    # No connection is kept: which worker answers is drawn for every question.
    limits = httpx.Limits(max_keepalive_connections=0)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits) as client:
            service = Service(process, client, log)
            faults.until(lambda: process.poll() is not None or service.status("/readyz") == 200, "the service is ready")
            assert process.poll() is None, log.read_text()
            yield service
    finally:
        left = [pid for pid in children(process.pid) if "spawn_main" in command_of(pid)]
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()
            held.close()
            for pid in left:
                _end(pid)


def _end(pid: int) -> None:
    """End a worker that its supervisor left behind."""
    if "spawn_main" in command_of(pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
