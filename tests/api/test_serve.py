"""The command `diachiso serve`."""

import socket
from collections.abc import Callable

import httpx
import pytest

from registry.errors import UsageError
from service.cli.serve import take_port


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


def test_the_interface_describes_itself_without_the_internet(client: httpx.Client) -> None:
    """/openapi.json names every route; the documentation pages that load scripts from elsewhere are off."""
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/search", "/reverse", "/v1/resolve", "/v1/codes/{code}", "/v1/units/{code}", "/v1/coverage", "/healthz"} <= set(paths)
    assert client.get("/docs").status_code == 404
