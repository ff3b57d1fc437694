"""Tables answered in the background: by a real worker, which may be killed at any moment."""

import csv
import io
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import openpyxl
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from registry import db
from registry.security import keys
from registry.security.roles import Role
from registry.settings import settings
from service.app import create_app
from tests.api.jobs import apart, exit_code, long_gone, until, work_off, worker, written
from tests.api.made_up import CODE, STREET, fill
from tests.api.service import serving
from tests.conftest import Answer
from tests.db import faults
from tests.db.people import NAME, PHONE, hand_over, home, stored, turn_on

WARD = "phường Điện Biên Phủ, Điện Biên"
DOOR = f"5 đường {STREET}, {WARD}"
JOBS = "/v1/jobs"
_END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
# However slow whoever watches is, the worker is not done before it is told to end.
_SECOND_BLOCK_WAITS = """
DROP TRIGGER IF EXISTS second_block_waits ON job;
CREATE OR REPLACE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(47); RETURN NEW; END $$;
CREATE TRIGGER second_block_waits BEFORE UPDATE OF done ON job FOR EACH ROW WHEN (OLD.done > {before}) EXECUTE FUNCTION wait_here();
"""


@pytest.fixture
def job_db(fresh_db: str, tmp_path: Path) -> Iterator[str]:
    """Give a clone with the made-up doors, and a folder for its files."""
    with db.session(fresh_db) as session:
        fill(session)
    with apart(tmp_path / "files"):
        yield fresh_db


@pytest.fixture
def service(job_db: str) -> Iterator[httpx.Client]:
    """Give a client of an open service without a worker."""
    with serving(create_app(job_db)) as client:
        yield client


def table(rows: int, first: str = DOOR) -> bytes:
    """Return a table of that many addresses."""
    return ("ma,dia_chi\n" + "".join(f'{at},"{first}"\n' for at in range(rows))).encode()


def send(client: httpx.Client, content: bytes, **form: str) -> httpx.Response:
    """Send a table as a job."""
    return client.post(JOBS, files={"data": ("don.csv", content)}, data=form)


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    """Read the rows of a result."""
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_job_answers_as_the_table_does_at_once(service: httpx.Client, job_db: str) -> None:
    """The same rows in the same order as `/search/csv`, as CSV and as a workbook; what a spreadsheet would run is disarmed."""
    content = f'ma,dia_chi\n=1+1,"{DOOR}"\n2,zzqx wvvk\n3,\n'.encode()
    made = send(service, content)
    assert made.status_code == 202
    assert made.json()["progress"] == {"done": 0, "total": None}
    other = send(service, content, format="xlsx")
    work_off(job_db)
    done, book = (service.get(f"{JOBS}/{each.json()['id']}").json() for each in (made, other))
    assert (done["state"], done["progress"]) == ("done", {"done": 3, "total": 3})
    found = rows_of(service.get(str(done["result"])))
    at_once = rows_of(service.post("/search/csv", files={"data": ("don.csv", content)}))
    assert found == at_once
    assert (found[0]["ma"], found[0]["result_code"]) == ("'=1+1", CODE)
    sheet = openpyxl.load_workbook(io.BytesIO(service.get(str(book["result"])).content)).active
    first, second = (dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[at]], strict=True)) for at in (2, 3))
    assert (first["ma"], first["result_code"], second["result_status"]) == ("'=1+1", CODE, "not-found")
    assert isinstance(first["latitude"], float)
    (settings().files_folder / f"job-{done['id']}" / "answer.csv").unlink()
    assert service.get(done["result"]).status_code == 410


def test_the_same_table_asked_in_the_same_way_is_the_same_job(service: httpx.Client) -> None:
    """200 and the same number; another option, or one that was cancelled, is a new one."""
    first = send(service, table(2))
    again, other = send(service, table(2)), send(service, table(2), format="xlsx")
    assert (first.status_code, again.status_code, other.status_code) == (202, 200, 202)
    assert again.json()["id"] == first.json()["id"] != other.json()["id"]
    assert service.delete(f"{JOBS}/{first.json()['id']}").status_code == 204
    assert service.get(f"{JOBS}/{first.json()['id']}").json()["state"] == "cancelled"
    assert send(service, table(2)).status_code == 202


def test_tables_of_jobs_go_with_whom_they_name(
    service: httpx.Client, job_db: str, tmp_path: Path, command: Callable[..., Answer], configured: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """By reference in its column, by name or phone in any cell or another sheet, by the file's name; done or waiting; others stay."""
    configured(job_db)
    turn_on(tmp_path, monkeypatch)
    book = io.BytesIO()
    sheets = openpyxl.Workbook()
    sheets.active.append(["dia_chi"])
    sheets.active.append([DOOR])
    sheets.create_sheet("khách").append([f"gọi {PHONE}"])
    sheets.save(book)
    for reads, asked in (("restrict", ("--reason", "đơn số 6")), ("erase", ())):
        hand_over(job_db, tmp_path / f"{reads}.csv", home(1), home(2, ma_ho="12", **{"Chủ hộ": "Lò Văn Hai", "Số điện thoại": ""}))
        tables = {
            "ref.csv": f"ma_ho,dia_chi\n HK-0001,{reads}\nHK-0002,b\n", "ten.csv": f"dia_chi,ghi chú\na,{reads} {NAME.upper()}\nb,{NAME}\n",
            f"{NAME}.csv": f"dia_chi\n{reads}\n", "sheet.xlsx": book.getvalue(), "khac.csv": f"dia_chi,ma_ho\n{reads} 0001,HK-00011\n",
        }  # fmt: skip
        made = {name: service.post(JOBS, files={"data": (name, content)}).json()["id"] for name, content in tables.items()}
        if reads == "erase":
            work_off(job_db)
        assert command("privacy", "export", "HK-0001", "--output", str(tmp_path / "held.json")).code == 0
        told = {each["job"]: each["rows"] for each in json.loads((tmp_path / "held.json").read_text(encoding="utf-8"))["jobs"]}
        gone = [number for name, number in made.items() if name != "khac.csv"]
        assert list(told) == gone
        assert [told[number] for number in gone] == [1, 2, None, None]
        shown = command("privacy", reads, "HK-0001", *asked)
        assert f"{made['ten.csv']} (2 dòng" in shown.out
        assert all(service.get(f"{JOBS}/{number}").json()["state"] != "expired" for number in gone)
        done = command("privacy", reads, "HK-0001", *asked, "--yes")
        assert (done.code, "Vẫn còn" in done.out) == (0, False), done
        assert [service.get(f"{JOBS}/{number}").json()["state"] for number in gone] == ["expired"] * 4
        folders = settings().files_folder
        assert [number for number in made.values() if (folders / f"job-{number}").exists()] == [made["khac.csv"]]
        assert NAME not in stored(job_db)


def test_workers_that_are_stopped_or_killed_lose_no_finished_block(service: httpx.Client, job_db: str, tmp_path: Path) -> None:
    """SIGTERM: exit code 0 after the block at hand, queued again. SIGKILL: the next goes on behind the last block. Nothing shows of it."""
    number = send(service, table(5000)).json()["id"]
    path = f"{JOBS}/{number}"
    stopped = _until_a_block_is_done(service, path, job_db, tmp_path, signal.SIGTERM)
    assert written(job_db, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'resolve' AND status = 'doing'") == [(0,)]
    killed = _until_a_block_is_done(service, path, job_db, tmp_path, signal.SIGKILL)
    assert 0 < stopped < killed < 5000
    assert service.get(path).json()["state"] == "running"
    assert service.get(f"{path}/result").status_code == 409
    # What was written of a block that was not finished goes.
    with (settings().files_folder / f"job-{number}" / "answer.csv").open("ab") as stream:
        stream.write(b"half a row")
    long_gone(job_db)
    work_off(job_db)
    done = service.get(path).json()
    assert (done["state"], done["progress"]) == ("done", {"done": 5000, "total": 5000})
    found = rows_of(service.get(done["result"]))
    assert [row["ma"] for row in found] == [str(at) for at in range(5000)]
    assert {row["result_code"] for row in found} == {CODE}


def _until_a_block_is_done(service: httpx.Client, path: str, url: str, folder: Path, sent: signal.Signals) -> int:
    """Let a worker do one more block, send it a signal while the next one waits to be told of; return how many rows are done."""
    before = service.get(path).json()["progress"]["done"]
    written(url, _SECOND_BLOCK_WAITS.format(before=before))
    with create_engine(url, poolclass=NullPool).connect() as holder:
        holder.exec_driver_sql("SELECT pg_advisory_lock(47)")
        with worker(url, folder) as process:
            faults.until(lambda: service.get(path).json()["progress"]["done"] > before, "a block is done")
            os.kill(process.pid or 0, sent)
            if sent == signal.SIGTERM:
                holder.exec_driver_sql("SELECT pg_advisory_unlock(47)")
            assert exit_code(process) == (0 if sent == signal.SIGTERM else -sent)
    done: int = service.get(path).json()["progress"]["done"]
    return done


def test_a_worker_outlives_its_connections(service: httpx.Client, job_db: str, tmp_path: Path) -> None:
    """The server ends all of them in the middle of a job: the same worker goes on by itself, and the answer is whole."""
    path = f"{JOBS}/{send(service, table(3000)).json()['id']}"
    with worker(job_db, tmp_path) as process:
        faults.until(lambda: service.get(path).json()["progress"]["done"] > 0, "a block is done")
        written(job_db, _END_ALL)
        done = until(service, path, "done", "failed")
        assert process.is_alive()
    assert [row["ma"] for row in rows_of(service.get(str(done["result"])))] == [str(at) for at in range(3000)]


def test_answers_expire(service: httpx.Client, job_db: str) -> None:
    """When its time has come a job says so, 410 for its answer, and its files are gone; a new one may be sent."""
    number = send(service, table(3)).json()["id"]
    folder = settings().files_folder / f"job-{number}"
    assert [path.stat().st_mode & 0o777 for path in (folder, folder / "sent" / "don.csv")] == [0o700, 0o600]
    written(job_db, f"UPDATE job SET expires_at = now() - interval '1 second' WHERE id = {number}")
    work_off(job_db)
    assert service.get(f"{JOBS}/{number}").json()["state"] == "expired"
    assert not folder.exists()
    answer = service.get(f"{JOBS}/{number}/result")
    assert (answer.status_code, answer.headers["content-type"]) == (410, "application/problem+json")
    assert send(service, table(3)).status_code == 202


def test_what_is_no_table_is_refused_at_once(service: httpx.Client) -> None:
    """With a sentence in two languages, and nothing is kept of it."""
    for content in (b"%PDF-1.7 x", b"\x89PNG\r\n", b"", b"PK\x03\x04broken", b"<!doctype html><table>"):
        answer = send(service, content)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert {"detail", "detail_en"} <= set(answer.json())
    assert send(service, b"a,b\n1,2\n", columns="c").status_code == 400
    assert list(settings().files_folder.iterdir()) == []


def test_jobs_are_their_askers_own(job_db: str) -> None:
    """Without a key none is taken; another courier sees none of them, and is answered by what he may see himself."""
    with db.session(job_db) as session:
        made = [
            keys.create(session, holder=f"courier {where}", role=Role.COURIER, provinces=[where], created_by="test").token
            for where in ("11", "37")
        ]
        session.commit()
    mine, other = ({"Authorization": f"Bearer {token}"} for token in made)
    with serving(create_app(job_db, open_to="0")) as closed:
        assert closed.post(JOBS, files={"data": table(1)}).status_code == 401
        assert closed.get(JOBS).status_code == 401
        first, far = (closed.post(JOBS, files={"data": table(1)}, headers=who).json()["id"] for who in (mine, other))
        assert [each["id"] for each in closed.get(JOBS, headers=mine).json()["jobs"]] == [first]
        for method, path in (("GET", f"{JOBS}/{first}"), ("GET", f"{JOBS}/{first}/result"), ("DELETE", f"{JOBS}/{first}")):
            assert closed.request(method, path, headers=other).status_code == 404
        work_off(job_db)
        seen, hidden = (rows_of(closed.get(f"{JOBS}/{at}/result", headers=who))[0] for at, who in ((first, mine), (far, other)))
        assert (seen["result_code"], hidden["result_code"], hidden["result_type"]) == (CODE, "", "street")
