"""The command `diachiso serve`."""

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from registry.errors import UsageError
from registry.settings import settings
from service.cli.serve import take_port, whom
from tests.api.process import children, command_of, running
from tests.db import faults


def test_a_port_that_is_taken_is_refused_with_one_that_is_free(command: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1, a sentence, the command to type instead; the gazetteer is not loaded for it."""
    monkeypatch.setattr("service.cli.serve.create_app", None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = command("serve", "--port", str(port))
    assert answer.code == 1
    assert f"Cổng {port} đang được dùng" in answer.err
    assert "diachiso serve --port" in answer.err
    assert "Traceback" not in answer.err


def test_an_address_that_is_not_ours_is_a_wrong_use() -> None:
    """192.0.2.1 is reserved for documentation (RFC 5737)."""
    with pytest.raises(UsageError, match=r"192\.0\.2\.1"):
        take_port("192.0.2.1", 8000)


def test_an_address_that_others_reach_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--open` is for this machine; the network is opened by the setting alone, on purpose, and nothing is open by itself."""
    try:
        for said, host, open_, expected in (
            ("0", "127.0.0.1", True, "1"),
            ("0", "192.0.2.1", False, "0"),
            ("network", "192.0.2.1", True, "network"),
        ):
            monkeypatch.setenv("DIACHISO_OPEN", said)
            settings.cache_clear()
            assert whom(host, open_=open_) == expected
        monkeypatch.delenv("DIACHISO_OPEN")
        settings.cache_clear()
        assert whom("127.0.0.1", open_=False) == "0"
        with pytest.raises(UsageError):
            whom("192.0.2.1", open_=True)
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_the_interface_describes_itself_without_the_internet(client: httpx.Client) -> None:
    """/openapi.json names every route; the documentation pages that load scripts from elsewhere are off."""
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/search", "/reverse", "/v1/resolve", "/v1/codes/{code}", "/v1/units/{code}", "/v1/coverage", "/healthz"} <= set(paths)
    assert client.get("/docs").status_code == 404


def test_a_service_has_a_worker_beside_it_that_ends_with_it(fresh_db: str, tmp_path: Path) -> None:
    """It answers a job, is started again when it is killed, and is gone when the service was killed itself."""
    with running(fresh_db, tmp_path, DIACHISO_WORKER="1", DIACHISO_FILES=str(tmp_path / "files")) as service:
        faults.until(lambda: bool(_workers(service.process.pid)), "a worker runs")
        made = service.client.post("/v1/jobs", files={"data": b"dia_chi\nHA NOI\n"}).json()
        path = f"/v1/jobs/{made['id']}"
        faults.until(lambda: service.client.get(path).json()["state"] == "done", "the job is done")
        (first,) = _workers(service.process.pid)
        os.kill(first, signal.SIGKILL)
        faults.until(lambda: _workers(service.process.pid) not in ([], [first]), "another worker runs")
        (second,) = _workers(service.process.pid)
        service.process.kill()
        service.process.wait()
        faults.until(lambda: not Path(f"/proc/{second}/cmdline").exists(), "the worker is gone")


def test_the_processes_of_a_service_count_together(fresh_db: str, tmp_path: Path) -> None:
    """Two processes allow as much as one, also when one of them was killed and started again."""
    told = {"DIACHISO_OPEN": "0", "DIACHISO_LIMITS": '{"map": "8/30 days"}'}
    with running(fresh_db, tmp_path, "--workers", "2", **told) as service:
        asked = [service.status("/v1/units") for _ in range(12)]
        assert sorted(asked) == [200] * 8 + [429] * 4
        first = service.workers()[0]
        os.kill(first, signal.SIGKILL)
        faults.until(lambda: first not in service.workers() and len(service.workers()) == 2, "another process serves")
        faults.until(lambda: [service.status("/v1/units") for _ in range(4)] == [429] * 4, "and counts on")


def test_nobody_chooses_the_address_that_he_is_counted_under(fresh_db: str, tmp_path: Path) -> None:
    """A peer on this machine is no trusted proxy by itself: what he says of others is not believed."""
    with running(fresh_db, tmp_path, DIACHISO_OPEN="0", DIACHISO_LIMITS='{"map": "2/30 days"}') as service:
        asked = [service.client.get("/v1/units", headers={"X-Forwarded-For": f"10.0.0.{each}"}).status_code for each in range(4)]
    assert asked == [200, 200, 429, 429]


def _workers(pid: int) -> list[int]:
    """Return the workers of the queue beside a service."""
    return [child for child in children(pid) if "--attached" in command_of(child)]
