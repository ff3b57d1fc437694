"""The service of the tests, really listening on a free loopback port."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from registry import db
from service.app import create_app
from tests.api.made_up import fill
from tests.conftest import _name, _numbers
from tests.run import database

_SECONDS = 60


@contextmanager
def serving(app: FastAPI) -> Iterator[httpx.Client]:
    """Serve an application in a thread and give a client of it; the listening socket queues what comes before it is up."""
    listener = socket.create_server(("127.0.0.1", 0))
    # The client lets go of a connection after five seconds without a question; the server never first, for then one may be lost between.
    options = {"log_level": "warning", "access_log": False, "proxy_headers": False, "timeout_keep_alive": 600}
    server = uvicorn.Server(uvicorn.Config(app, **options))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=_SECONDS) as client:
            client.get("/healthz")
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="module")
def service_db(server: str, template_db: str) -> Iterator[str]:
    """Give the URL of a clone that holds the made-up doors; a file its own, so that no other file finds what one left there."""
    with database(server, _name(f"service_{next(_numbers)}"), template_db) as url:
        with db.session(url) as session:
            fill(session)
        yield url
        db.engine(url).dispose()


@pytest.fixture(scope="module")
def client(service_db: str) -> Iterator[httpx.Client]:
    """Give a client of the running service."""
    with serving(create_app(service_db)) as opened:
        yield opened


@pytest.fixture
def served(client: httpx.Client) -> str:
    """Give the host and port of the running service."""
    return client.base_url.netloc.decode()
