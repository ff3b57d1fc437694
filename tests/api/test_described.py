"""The description of the interface is complete and true: schemathesis, asking by it, finds nothing."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings

from service.app import create_app

LONGEST_WAIT = 30
DESCRIBED: dict[str, Any] = create_app().openapi()
PATHS: dict[str, Any] = DESCRIBED["paths"]
UNTAGGED = (
    "/healthz", "/readyz", "/metrics", "/v1/changes", "/v1/corrections", "/v1/coverage/report", "/v1/open-data", "/v1/audit", "/v1/jobs",
    "/v1/upload", "/v1/batches", "/v1/me", "/v1/breaches",
)  # fmt: skip
OPERATIONS = [(method, path, one) for path, found in PATHS.items() for method, one in found.items()]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]
# Rules between two parameters, the check character of a code, a day that has not come, a column of the table: no schema can say them, so
# a refusal of what the schema allows is no fault.
RULES = ("400", "410", "422")
RULED = schemathesis.Config(seed=1)
RULED.projects.default.checks.positive_data_acceptance.expected_statuses.extend(RULES)
schema = schemathesis.openapi.from_dict(DESCRIBED, config=RULED)


@pytest.fixture(scope="module")
def asker() -> Iterator[requests.Session]:
    """Give what asks: one connection for thousands of questions, and no look for a proxy before each."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@schema.parametrize()
@settings(max_examples=3, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
def test_schemathesis_finds_nothing(client: httpx.Client, asker: requests.Session, case: schemathesis.Case) -> None:
    """No fault of the program, no status, content, header or shape that is not described, nothing wrong taken, nothing right refused."""
    wait = case.query.get("wait")
    if isinstance(wait, int) and 0 <= wait <= LONGEST_WAIT:
        # Any length of patience is right; a test has none.
        case.query["wait"] = 0
    case.call_and_validate(base_url=str(client.base_url).rstrip("/"), session=asker)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_every_operation_is_described_with_examples(method: str, path: str, operation: dict[str, Any]) -> None:
    """Words, an example of every parameter, of the body and of the answer unless it is a picture, and the problems."""
    assert operation["summary"]
    assert operation["description"]
    assert [each["name"] for each in operation.get("parameters", ()) if each.get("example") is None] == []
    assert all(content["example"] for content in operation.get("requestBody", {}).get("content", {}).values())
    for status, answer in operation["responses"].items():
        for kind, content in answer.get("content", {}).items():
            told = kind.startswith(("application/json", "application/geo+json", "text/csv", "application/problem+json"))
            assert not told or path.endswith((".geojson", "/report", ".{form}")) or content["example"], (method, status, kind)
    assert {"400", "503"} <= set(operation["responses"])
    assert all("application/problem+json" in answer["content"] for status, answer in operation["responses"].items() if status >= "400")
    kept = method == "get" and not path.startswith(UNTAGGED) and not path.endswith("/households")
    assert ("304" in operation["responses"]) == kept


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_every_example_can_be_asked_as_it_stands(client: httpx.Client, method: str, path: str, operation: dict[str, Any]) -> None:
    """The good answer, or the refusal of a registry that holds no such thing."""
    parameters = operation.get("parameters", ())
    required = {each["name"]: each["example"] for each in parameters if each["in"] == "query" and each.get("required")}
    sent: dict[str, Any] = {"params": required}
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        body = dict(content["example"])
        sent |= {"json": body} if kind == "application/json" else {"files": {"data": body.pop("data").encode()}, "data": body}
    answer = client.request(method, path.format(**{each["name"]: each["example"] for each in parameters}), **sent)
    # The trail is shown to auditors, breaches to administrators, whom an open service does not know.
    known = {200, 201, 202, 204, 404, 409}
    assert answer.status_code in known | ({403} if path.startswith(("/v1/audit", "/v1/breaches")) else set()), answer.text
