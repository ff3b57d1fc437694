"""The command that opens the service: the port is taken first, then the gazetteer is loaded, then the address is printed."""

import errno
import os
import signal
import socket
import tempfile
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer
import uvicorn
from rich.console import Console
from uvicorn.supervisors import Multiprocess

from registry import db
from registry.errors import RefusedError, UsageError
from registry.settings import settings
from service.app import create_app
from service.jobs.beside import beside
from service.log_lines import CONFIG
from service.metrics import SHARED
from service.wire import PatientProtocol

_console = Console(highlight=False, soft_wrap=True)
_LAST_PORT = 65535
# Requests at work when the service is told to stop may finish; one answer may take `request_seconds`.
_SECONDS_TO_FINISH = 20
_SECONDS_TO_LOAD = 300.0
_OPTIONS: Final[dict[str, Any]] = {
    "http": PatientProtocol,
    "log_config": CONFIG,
    "log_level": "warning",
    "access_log": False,
    "server_header": False,
    # Whom a proxy speaks for is decided by service.limits, of trusted proxies only; uvicorn would believe any peer on this machine.
    "proxy_headers": False,
    "timeout_keep_alive": 15,
    "timeout_graceful_shutdown": _SECONDS_TO_FINISH,
    # A worker that loads the gazetteer may be slow to say that it lives.
    "timeout_worker_healthcheck": 30,
}
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_WHO = {
    "0": "Không có khóa: tới đường, xã và mã đầy đủ; diachiso serve --open mở cho máy này / Without a key: streets, communes, full codes",
    "1": "Mở cho máy này, không cần khóa / Open to this machine without a key",
    "network": "MỞ CHO MỌI MÁY TRONG MẠNG, không cần khóa / OPEN TO THE NETWORK without a key",
}


def register(app: typer.Typer) -> None:
    """Add `diachiso serve`."""
    app.command()(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Địa chỉ lắng nghe / Address to listen on (127.0.0.1)")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=_LAST_PORT, help="Cổng / Port (8000)")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Số tiến trình / Processes (1)")] = None,
    *,
    open_: Annotated[bool, typer.Option("--open", help="Máy này không cần khóa / Let this machine in without a key")] = False,
) -> None:
    """Serve until interrupted; RefusedError when the port is taken, before anything is loaded."""
    host, port = host or settings().host, port or settings().port
    open_to = whom(host, open_=open_)
    listener = take_port(host, port)
    db.engine().connect().close()
    _console.print("Đang nạp bảng địa danh… / Loading the gazetteer…", style="dim")
    # After a clean stop uvicorn passes the signal on; for this command Ctrl-C and SIGTERM are the ordinary end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    said = _Said(_address(host, port), open_to)
    with listener, suppress(KeyboardInterrupt), beside() if settings().worker else nullcontext():
        if (workers or settings().workers) > 1:
            _serve_by_many(listener, said, workers or settings().workers)
        else:
            _Server(uvicorn.Config(create_app(open_to=open_to), **_OPTIONS), said).run(sockets=[listener])


def _serve_by_many(listener: socket.socket, said: "_Said", workers: int) -> None:
    """Serve by several processes, which uvicorn's supervisor starts again when they die; they count together (service.metrics)."""
    # The processes are started anew and read the settings.
    os.environ["DIACHISO_OPEN"] = said.open_to
    with tempfile.TemporaryDirectory(prefix="diachiso-metrics-") as counted:
        os.environ[SHARED] = counted
        _Workers(uvicorn.Config("service.app:create_app", factory=True, workers=workers, **_OPTIONS), [listener], said).run()


def whom(host: str, *, open_: bool) -> str:
    """Return whom a service on that address lets in without a key: as the setting says, or this machine when `--open` says so.

    UsageError for `--open` on an address that others reach: there only DIACHISO_OPEN=network, said on purpose, opens it.
    """
    chosen = settings().open
    if not open_ or chosen == "network":
        return chosen
    if host not in LOOPBACK:
        raise UsageError(
            f"Không mở {host} cho mọi người.", f"{host} is reached by others; it is not opened to all.",
            hint="Dùng --host 127.0.0.1; hoặc DIACHISO_OPEN=network nếu mạng này chỉ có người được phép.",
        )  # fmt: skip
    return "1"


def take_port(host: str, port: int) -> socket.socket:
    """Return a socket bound to the port; RefusedError when another program holds it, UsageError for an address not ours."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise _refusal(error, host, port) from error
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Inherited by what is accepted: asyncio sets it only where it made the socket, and without it a second answer waits 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise _refusal(error, host, port) from error
    return listener


def _refusal(error: OSError, host: str, port: int) -> UsageError | RefusedError:
    if error.errno == errno.EADDRINUSE:
        vi, en = f"Cổng {port} đang được dùng bởi một chương trình khác.", f"Port {port} is in use by another program."
        return RefusedError(vi, en, hint=f"Chọn cổng khác: diachiso serve --port {_next_free(host, port)}")
    if error.errno == errno.EACCES:
        vi, en = f"Không có quyền mở cổng {port}.", f"No permission to open port {port}."
        return RefusedError(vi, en, hint="Chọn cổng từ 1024 trở lên.")
    vi, en = f"Không mở được {host}:{port}.", f"Cannot listen on {host}:{port}: {error.strerror}."
    return UsageError(vi, en, hint="Dùng --host 127.0.0.1, hoặc 0.0.0.0 để mở ra mạng.")


def _next_free(host: str, port: int) -> int:
    """Return the first free port after one that is taken."""
    for candidate in range(port + 1, min(port + 50, _LAST_PORT)):
        with suppress(OSError), socket.socket() as trial:
            trial.bind((host, candidate))
            return candidate
    return port + 1


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "localhost"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


class _Server(uvicorn.Server):
    """A server that says where it is once it answers."""

    def __init__(self, config: uvicorn.Config, said: "_Said") -> None:
        super().__init__(config)
        self._said = said

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._said.ready()


class _Workers(Multiprocess):
    """Several servers that say together where they are once one of them answers."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], said: "_Said") -> None:
        super().__init__(config, sockets)
        self._said = said

    def init_processes(self) -> None:
        super().init_processes()
        if self.processes[0].wait_until_ready(_SECONDS_TO_LOAD, self.should_exit):
            self._said.ready()


@dataclass(frozen=True)
class _Said:
    """What is told of a service that answers: where it is, and whom it lets in without a key."""

    address: str
    open_to: str

    def ready(self) -> None:
        """Print it."""
        _console.print(f"[bold green]✓ Sẵn sàng / Ready: {self.address}[/]   (Ctrl-C để dừng / to stop)")
        _console.print(f"  [dim]{_WHO[self.open_to]}[/]")
        _console.print("  Mở trang ấy, gõ / open it and type: xã Thanh Nưa, huyện Điện Biên")
        _console.print(f"  curl -G '{self.address}/v1/resolve' --data-urlencode 'q=phường Điện Biên Phủ, Điện Biên'")
        _console.print(f"  curl '{self.address}/v1/coverage?province=11'")
