"""The service as it runs in earnest: `diachiso serve` in processes of its own, to be killed, stopped and told to end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from registry import cluster
from tests.db import faults


@dataclass
class Service:
    """A running `diachiso serve`; `client` asks it, a new connection for every question."""

    process: "subprocess.Popen[bytes]"
    client: httpx.Client
    log: Path

    def workers(self) -> list[int]:
        """Return the processes that serve under the supervisor."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [pid for pid in map(int, children) if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]

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
    port = cluster.free_port()
    log = folder / f"serve-{port}.log"
    command = [sys.executable, "-m", "service.cli.main", "serve", "--port", str(port), *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env={**os.environ, "DIACHISO_DATABASE_URL": url, **environment}
        )
    # No connection is kept: which worker answers is drawn for every question.
    limits = httpx.Limits(max_keepalive_connections=0)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, limits=limits) as client:
            service = Service(process, client, log)
            faults.until(lambda: process.poll() is not None or service.status("/readyz") == 200, "the service is ready")
            assert process.poll() is None, log.read_text()
            yield service
    finally:
        children = service.workers() if process.poll() is None else []
        process.terminate()
        try:
            process.wait(30)
        finally:
            process.kill()
            for pid in children:
                _end(pid)


def _end(pid: int) -> None:
    """End a worker that its supervisor left behind."""
    if Path(f"/proc/{pid}/cmdline").exists() and "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text():
        os.kill(pid, signal.SIGKILL)
