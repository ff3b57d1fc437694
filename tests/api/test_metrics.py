"""The numbers of the service: few labels, nothing of what was asked, and a dashboard that shows what exists."""

import json
import re
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from registry.settings import PROJECT
from service.app import create_app
from tests.api.service import serving

DASHBOARD = Path(PROJECT) / "service" / "ops" / "dashboard.json"
QUESTION = "số 5 Sao Hôm, phường Điện Biên Phủ, Điện Biên"


def numbers(client: httpx.Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return every sample by its name and labels."""
    told = client.get("/metrics")
    assert told.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(told.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_template_and_never_by_what_was_asked(client: httpx.Client) -> None:
    """A question, a code and a wrong path: counted under three routes, and no word of them is told."""
    key = ("diachiso_http_requests_total", (("route", "/v1/resolve"), ("status", "200")))
    timed = ("diachiso_http_request_seconds_count", (("route", "/v1/resolve"),))
    then = numbers(client)
    before, all_before = then.get(key, 0), then.get(timed, 0)
    client.get("/v1/resolve", params={"q": QUESTION})
    client.get("/v1/codes/9999900000")
    client.get("/nothing/Sao-Hôm")
    after = numbers(client)
    assert after[key] == before + 1
    assert after["diachiso_http_requests_total", (("route", "/v1/codes/{code}"), ("status", "404"))] >= 1
    assert after["diachiso_http_requests_total", (("route", "-"), ("status", "404"))] >= 1
    assert after[timed] == all_before + 1
    told = client.get("/metrics").text
    assert not re.search(r"Sao|9999900000|Điện", told)


def test_the_state_of_every_part_is_told(client: httpx.Client) -> None:
    """Resolver, places, database, pool, batches by state, head of the feed and lag."""
    found = numbers(client)
    assert found["diachiso_resolver_loaded", ()] == found["diachiso_database_up", ()] == found["diachiso_database_writable", ()] == 1
    assert found["diachiso_places", ()] > 0
    assert found["diachiso_resolver_age_seconds", ()] >= 0
    assert found["diachiso_change_lag_seconds", ()] == 0
    assert found["diachiso_feed_head", ()] >= 0
    assert {labels[0][1] for name, labels in found if name == "diachiso_batches"} >= {"received", "committed", "rolled_back"}
    assert {labels[0][1] for name, labels in found if name == "diachiso_database_connections"} == {"in_use", "idle"}
    assert found["process_resident_memory_bytes", ()] > 0


def test_the_queue_is_told(fresh_db: str) -> None:
    """What waits, since when, and that nobody works on it."""
    with serving(create_app(fresh_db)) as opened:
        assert opened.post("/v1/jobs", files={"data": b"dia_chi\nHA NOI\n"}).status_code == 202
        found = numbers(opened)
    states = {labels[0][1]: value for (name, labels), value in found.items() if name == "diachiso_queue_tasks"}
    assert states == {"waiting": 1, "running": 0, "failed": 0}
    assert found["diachiso_queue_oldest_seconds", ()] > 0
    assert found["diachiso_queue_workers", ()] == 0


def test_every_metric_of_the_dashboard_exists(client: httpx.Client) -> None:
    """A panel over a metric that nobody tells would stay empty for ever."""
    client.get("/v1/resolve", params={"q": QUESTION})
    told = {name for name, _ in numbers(client)}
    expressions = [target["expr"] for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel["targets"]]
    asked = {name for each in expressions for name in re.findall(r"\b(?:diachiso|process)_\w+", each)}
    assert asked
    assert asked <= told


def test_every_metric_is_in_the_table_of_the_readme(client: httpx.Client) -> None:
    """What is told is written down, and what is written down is told."""
    written = set(re.findall(r"`(diachiso_\w+)`", (DASHBOARD.parent / "README.md").read_text()))
    told = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name, _ in numbers(client) if name.startswith("diachiso_")}
    assert {re.sub("_created$", "", name) for name in told} - {"diachiso_http_requests", "diachiso_http_refused"} <= written <= told


def test_a_silent_database_does_not_silence_the_rest() -> None:
    """Without a database the metrics say so, and still tell what the process knows."""
    with serving(create_app("postgresql+psycopg2://nobody@127.0.0.1:1/nothing")) as opened:
        found = numbers(opened)
    assert found["diachiso_database_up", ()] == found["diachiso_resolver_loaded", ()] == 0
    assert ("diachiso_feed_head", ()) not in found


def test_a_database_that_only_reads_is_ready_to_be_asked_and_not_to_be_written(fresh_db: str) -> None:
    """`/readyz` says read-only, with write=1 it is 503; a question is answered, a report is told to come back."""
    with create_engine(fresh_db, poolclass=NullPool).begin() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    report = {"query": "a", "right_text": "b"}
    with serving(create_app(fresh_db)) as opened:
        ready = opened.get("/readyz")
        assert (ready.status_code, ready.json()["status"], ready.json()["writable"]) == (200, "read-only", False)
        assert opened.get("/readyz?write=1").status_code == 503
        assert opened.get("/v1/resolve", params={"q": QUESTION}).status_code == 200
        refused = opened.post("/v1/feedback", json=report)
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        assert numbers(opened)["diachiso_database_writable", ()] == 0


@pytest.mark.parametrize(("version", "status"), [("0013", 503), ("9999", 200)])
def test_an_older_schema_is_not_ready_and_a_newer_one_is(fresh_db: str, version: str, status: int) -> None:
    """Migrations go before programs: a program works on a schema that is ahead of it, never on one that is behind."""
    with serving(create_app(fresh_db)) as opened:
        assert opened.get("/readyz").json()["status"] == "ready"
        with create_engine(fresh_db, poolclass=NullPool).begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        assert opened.get("/readyz").status_code == status


def test_every_line_of_log_is_json_with_the_request_id_of_the_answer(client: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    """The id in the answer finds the line; the question is not in it."""
    answer = client.get("/v1/resolve", params={"q": QUESTION}, headers={"x-request-id": "abc-123"})
    assert answer.headers["x-request-id"] == "abc-123"
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    found = [line for line in lines if line.get("request_id") == "abc-123"]
    assert [(line["route"], line["status"], line["event"]) for line in found] == [("/v1/resolve", 200, "request")]
    assert "Sao" not in json.dumps(found, ensure_ascii=False)
