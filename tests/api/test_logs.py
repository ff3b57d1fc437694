"""What somebody asked for stands in no log: neither the service's nor PostgreSQL's, however it goes wrong."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry import cluster, db
from registry.cluster_process import processes_in
from service.app import create_app
from tests.api.service import serving
from tests.db.stoppable import Server

PHONE, STREET, REF = "0911222333", "Sao Hôm Nay", "HK-778899"
ASKED = f"77 đường {STREET}, gọi {PHONE}, phường Điện Biên Phủ"
TOLD = (PHONE, STREET, "Sao H", "Sao%20H", REF)


def test_no_log_of_the_service_holds_what_was_asked(fresh_db: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Answered, unknown, refused, too long, or failed in the database with the words in the error."""
    with db.session(fresh_db) as session:
        session.execute(
            text("CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
                 " $$BEGIN RAISE EXCEPTION 'no room for %', NEW.query || NEW.note USING DETAIL = NEW.query; END$$")
        )  # fmt: skip
        session.execute(text("CREATE TRIGGER fail BEFORE INSERT ON feedback FOR EACH ROW EXECUTE FUNCTION fail()"))
        session.commit()
    body = {"query": ASKED, "note": STREET, "right_text": ASKED}
    with serving(create_app(fresh_db)) as client:
        statuses = [
            client.get("/search", params={"q": ASKED}).status_code,
            client.get("/v1/resolve", params={"q": ASKED}).status_code,
            client.get("/v1/resolve", params={"q": ASKED * 100}).status_code,
            client.get("/search", params={"q": ASKED, STREET: PHONE}).status_code,
            client.get(f"/v1/codes/{PHONE}").status_code,
            client.get(f"/{STREET}/{PHONE}").status_code,
            client.post("/v1/resolve", content=f'{{"queries": ["{ASKED}"'.encode()).status_code,
            client.post("/search/csv", files={"data": f"a\n{ASKED}\n".encode()}, data={"columns": STREET}).status_code,
            client.post("/v1/feedback", json=body).status_code,
            client.get("/v1/codes/32120-K7Q4B/households", params={"purpose": ASKED}).status_code,
        ]
    written = capfd.readouterr()
    assert statuses == [200, 200, 400, 400, 404, 404, 422, 400, 500, 404]
    assert written.err.count('"event": "request"') >= len(statuses)
    assert [said for said in TOLD if said in written.err + written.out] == []


def test_what_went_wrong_with_a_statement_is_told_without_its_values(fresh_db: str) -> None:
    """The error that a log could be given names the statement and none of its parameters."""
    for engine in (db.engine(fresh_db), db.serving_engine(fresh_db)):
        with Session(engine) as session, pytest.raises(DBAPIError) as failed:
            session.execute(text("SELECT 1 / length(replace(:ref, :ref, ''))"), {"ref": REF})
        assert "replace" in str(failed.value)
        assert REF not in str(failed.value)
        engine.dispose()


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """Give a private cluster as `diachiso db start` makes it."""
    with tempfile.TemporaryDirectory(prefix="diachiso-logs-") as name:
        Path(name).chmod(0o755)
        try:
            yield Server(Path(name))
        finally:
            cluster.stop(Path(name))
            found = cluster.status(Path(name)).cluster
            assert not found or not processes_in(found.data)


def test_no_log_of_postgresql_holds_what_was_asked(own: Server) -> None:
    """A value that stands twice, one that is no number, a line that cannot be copied, a question that takes too long, a lock."""
    url = own.url("postgres")
    own.tell("postgres", "CREATE TABLE kept (ref text UNIQUE, number integer)", f"INSERT INTO kept VALUES ('{REF}')")
    for statement in (
        f"INSERT INTO kept VALUES ('{REF}')", f"SELECT CAST('{PHONE}x' AS integer)", f"SELECT * FROM kept WHERE ref = '{STREET}' AND",
        f"SELECT pg_sleep(3), '{ASKED}' FROM kept", f'SELECT "{STREET}" FROM kept',
    ):  # fmt: skip
        with db.engine(url).connect() as connection:
            connection.exec_driver_sql("SET statement_timeout = 300")
            with pytest.raises(DBAPIError):
                connection.exec_driver_sql(statement)
    connection = db.engine(url).raw_connection()
    with pytest.raises(Exception, match="integer"), connection.cursor() as cursor:
        cursor.execute(f"COPY kept (number) FROM PROGRAM 'echo {PHONE}x'")
    connection.close()
    db.engine(url).dispose()
    log = "\n".join(path.read_text(encoding="utf-8") for path in own.var.rglob("postgres-*.log"))
    assert "ready to accept connections" in log
    assert [said for said in TOLD if said in log] == []
