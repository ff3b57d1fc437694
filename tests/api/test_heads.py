"""HEAD is answered wherever GET is: the same status and headers, and no body."""

from http.client import HTTPConnection

import httpx
import pytest

from tests.api.made_up import CODE, STREET

# What is another one at every answer.
_OWN = {"date", "x-request-id"}
PATHS = (
    "/", "/healthz", "/readyz", "/openapi.json", "/static/icon.svg",
    f"/search?q={STREET}", "/reverse?lat=21.39&lon=103.02", f"/api?q={STREET}",
    f"/v1/resolve?q={CODE}", f"/v1/codes/{CODE}", "/v1/units?province=11", "/v1/provinces.geojson", "/v1/changes/snapshot?province=11",
    "/v1/tiles/communes/5/25/14.mvt", "/v1/open-data", "/nothing", "/search", "/v1/codes/5",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_head_is_a_get_without_its_body(client: httpx.Client, path: str) -> None:
    """Also of refusals, of streamed answers and of what is kept."""
    asked = {"Accept-Encoding": "identity"}
    got, head = client.get(path, headers=asked), client.head(path, headers=asked)
    assert (head.status_code, head.content) == (got.status_code, b"")
    told, expected = ({name: value for name, value in each.headers.items() if name not in _OWN} for each in (head, got))
    assert told == expected


def test_a_connection_goes_on_behind_a_head(served: str) -> None:
    """Nothing of a body is on the wire, so that the next answer of the connection is read from its beginning."""
    connection = HTTPConnection(served)
    try:
        for method in ("HEAD", "GET", "HEAD", "GET"):
            connection.request(method, f"/v1/codes/{CODE}")
            answer = connection.getresponse()
            assert (answer.status, bool(answer.read())) == (200, method == "GET")
    finally:
        connection.close()


def test_what_takes_no_get_takes_no_head(client: httpx.Client) -> None:
    """405 as ever; what is allowed where GET is, is told with HEAD."""
    assert client.head("/search/csv").status_code == 405
    assert client.get("/search/csv").headers["allow"] == "POST"
    assert client.delete("/healthz").headers["allow"] == "GET, HEAD"
