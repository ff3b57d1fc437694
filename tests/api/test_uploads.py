"""Hand-over files over HTTP: sent, looked at, checked, mended, confirmed, undone; by a real worker, for officers of the province alone."""

import io
import json
import shutil
import signal
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy import text

from loaders.batch import import_file
from registry import db
from registry.security import keys
from registry.security.roles import Role
from registry.settings import settings
from service.app import create_app
from service.jobs import importing
from service.jobs.desk import FAULT, Desk
from tests.api.jobs import apart, exit_code, long_gone, until, work_off, worker, written
from tests.api.service import serving
from tests.conftest import Answer
from tests.db import faults
from tests.db.handover import door, write

UPLOADS = "/v1/uploads"
# Imports of a province (registry.locks).
_HELD = (
    "SELECT 1 FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()"
    " WHERE l.locktype = 'advisory' AND l.classid = 3354"
)


@pytest.fixture
def upload_db(fresh_db: str, tmp_path: Path) -> Iterator[str]:
    """Give a clone of one's own, and a folder for its files."""
    with apart(tmp_path / "files"):
        yield fresh_db


@pytest.fixture
def service(upload_db: str) -> Iterator[httpx.Client]:
    """Give a client of an open service without a worker."""
    with serving(create_app(upload_db)) as client:
        yield client


def worked(client: httpx.Client, url: str, where: str) -> dict[str, Any]:
    """Do what is queued; return an upload as it is then."""
    work_off(url)
    found: dict[str, Any] = client.get(where).json()
    return found


def send(client: httpx.Client, path: Path, **form: str) -> httpx.Response:
    """Send a file of Điện Biên."""
    return client.post(UPLOADS, files={"data": (path.name, path.read_bytes())}, data={"province": "11", **form})


def some(folder: Path) -> Path:
    """Write a file: two good rows, one without a point, one that repeats the first, one of a commune that does not exist."""
    good = [door(so_nha="1"), door(so_nha="2", ma_ho="H11-00001")]
    bad = [door(so_nha="3", kinh_do="", vi_do=""), door(so_nha="1"), door(so_nha="5", xa="Phường Không Có")]
    return write(folder / "ban_giao.csv", good + bad)


def test_a_file_goes_from_its_preview_through_fixes_to_a_batch_and_back(service: httpx.Client, upload_db: str, tmp_path: Path) -> None:
    """What the check tells is what the command line's import finds; fixes go into a copy; the batch is undone, and the file sent again."""
    path = some(tmp_path)
    made = send(service, path)
    assert made.status_code == 202, made.text
    where = f"{UPLOADS}/{made.json()['id']}"
    assert service.post(f"{where}/confirm", json={}).status_code == 409
    found = worked(service, upload_db, where)
    with db.session(upload_db) as session:
        stages: list[str] = []
        report = import_file(session, path, province="11", dry_run=True, progress=lambda stage, *_: stages.append(stage))
    assert ("thử ghi / trial" in stages, "ghi sổ / writing" in stages) == (True, False)
    assert found["state"] == "checked"
    assert found["counts"] == {"accepted": 2} | {name.removeprefix("accepted_"): rows for name, rows in report.counts.items()}
    preview = found["preview"]
    assert (preview["format"], preview["delimiter"], len(preview["rows"])) == ("csv", ",", 5)
    assert {each["column"]: each["field"] for each in preview["columns"]}["so_nha"] == "so_nha"
    assert {each["code"]: each["rows"] for each in found["issues"]} == {one.code: one.rows for one in report.issues}
    assert service.get("/v1/batches").json() == {"batches": [], "next": None}
    _mended(service, upload_db, where, found["sha256"])
    confirmed = service.post(f"{where}/confirm", json={"accept_misplaced": False}, headers={"X-Request-Id": "confirming-1"}).json()
    assert (confirmed["state"], "request_id" in confirmed["options"]) == ("importing", False)
    imported = worked(service, upload_db, where)
    assert imported["state"] == "imported", imported
    assert written(upload_db, "SELECT DISTINCT request_id FROM audit WHERE entity IN ('address', 'household')") == [("confirming-1",)]
    assert send(service, path).json()["id"] == imported["id"]
    _undone(service, f"/v1/batches/{imported['batch_id']}", upload_db)
    again = send(service, path)
    assert (again.status_code, again.json()["id"] == imported["id"]) == (202, False)
    assert worked(service, upload_db, f"{UPLOADS}/{again.json()['id']}")["counts"]["new"] == 2


def _mended(service: httpx.Client, url: str, where: str, sha256: str) -> None:
    """Look at the rows that would not enter, and mend one."""
    rows = service.get(f"{where}/rows").json()
    assert [row["row"] for row in rows["rows"]] == [3, 4, 5]
    assert service.get(f"{where}/rows", params={"limit": 1, "after": 3}).json()["next"] == 4
    first = rows["rows"][0]
    only = service.get(f"{where}/rows", params={"issue": first["issues"][0]["code"], "outcome": first["outcome"]}).json()
    assert only["rows"] == [first]
    assert (first["issues"][0]["column"], bool(first["issues"][0]["vi"])) == ("kinh_do", True)
    assert [row["issues"][0]["columns"] for row in rows["rows"][::2]] == [["kinh_do", "vi_do"], ["xa", "ma_xa", "huyen", "tinh"]]
    for form, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("html", b"\xef\xbb\xbf<!doctype html")):
        assert service.get(f"{where}/report", params={"format": form}).content.startswith(start)
    assert service.post(f"{where}/fixes", json={"rows": [{"row": 3, "cells": {"nowhere": "3"}}]}).status_code == 400
    fixed = service.post(f"{where}/fixes", json={"rows": [{"row": 3, "cells": {"kinh_do": "103.0163", "vi_do": "21.3857"}}]})
    assert (fixed.status_code, fixed.json()["state"]) == (202, "checking")
    again = worked(service, url, where)
    assert again["counts"]["accepted"] == 3
    assert again["sha256"] == sha256 != again["fixed_sha256"]


def _undone(service: httpx.Client, batch: str, url: str) -> None:
    """Look at the batch and undo it."""
    whole = service.get(batch).json()
    assert (whole["state"], whole["rows"], whole["counts"]["accepted"], whole["waiting"]) == ("committed", 5, 3, 2)
    assert "BIÊN BẢN" in service.get(f"{batch}/minutes").text.upper()
    assert service.get(f"{batch}/quarantine").status_code == 400
    kept = service.get(f"{batch}/quarantine", params={"purpose": "sửa lô", "limit": 1}).json()
    assert (len(kept["rows"]), kept["next"]) == (1, kept["rows"][0]["row"])
    assert service.get(f"{batch}/report", params={"format": "csv"}).status_code == 200
    trail = written(url, "SELECT actor, entity, purpose FROM audit WHERE entity = 'batch_row' ORDER BY id")
    assert trail == [("local", "batch_row", "sửa lô"), ("local", "batch_row", "báo cáo kiểm tra / check report")]
    assert written(url, "SELECT DISTINCT actor, role FROM audit WHERE entity = 'address'") == [("local", "local")]
    tried = service.post(f"{batch}/rollback", json={"reason": "thử", "dry_run": True}).json()
    assert tried == {"batch": whole["id"], "dry_run": True, "restored": 0, "removed": 3}
    assert service.get(batch).json()["state"] == "committed"
    assert service.post(f"{batch}/rollback", json={"reason": "nhầm tệp"}).json()["removed"] == 3
    assert service.get(batch).json()["state"] == "rolled_back"
    assert service.post(f"{batch}/rollback", json={"reason": "nữa"}).status_code == 409


def test_reading_an_upload_is_written_down(service: httpx.Client, upload_db: str, tmp_path: Path) -> None:
    """Its preview, its rows and its report, with what for; not the state of one that is at work, whose preview is not told either."""
    trail = "SELECT entity, subject, provinces, purpose FROM audit WHERE action = 'read' ORDER BY id"
    where = f"{UPLOADS}/{send(service, some(tmp_path)).json()['id']}"
    assert service.get(where).json()["preview"] is None
    assert written(upload_db, trail) == []
    assert worked(service, upload_db, where)["preview"]["rows"]
    asked = [service.get(f"{where}/rows", params={"purpose": "sửa tệp"}), service.get(f"{where}/report", params={"format": "csv"})]
    assert [each.status_code for each in asked] == [200, 200]
    assert service.get(f"{where}/rows", params={"purpose": " "}).status_code == 400
    preparing = "chuẩn bị nhập lô / preparing a batch"
    said = [("upload", f"upload {where.rsplit('/', 1)[1]}", "11", purpose) for purpose in (preparing, "sửa tệp", preparing)]
    assert written(upload_db, trail) == said
    again = send(service, tmp_path / "ban_giao.csv").json()
    assert (again["state"], again["preview"]) == ("checked", None)


def test_uploads_go_with_who_is_erased_or_restricted(
    service: httpx.Client, upload_db: str, tmp_path: Path, command: Callable[..., Answer], configured: Callable[[str], None]
) -> None:
    """Those of the province, with their files; they are named first, and to whoever asks what is held."""
    configured(upload_db)
    extract = tmp_path / "held.json"
    with db.session(upload_db) as session:
        import_file(session, some(tmp_path), province="11")
    for asked in (("restrict", "H11-00001", "--reason", "đơn số 6"), ("erase", "H11-00001")):
        where = f"{UPLOADS}/{send(service, tmp_path / 'ban_giao.csv').json()['id']}"
        assert worked(service, upload_db, where)["preview"] is not None
        folder = settings().files_folder / f"upload-{where.rsplit('/', 1)[1]}"
        assert command("privacy", "export", "H11-00001", "--output", str(extract)).code == 0
        assert [each["name"] for each in json.loads(extract.read_text(encoding="utf-8"))["uploads_of_province"]] == ["ban_giao.csv"]
        assert "ban_giao.csv" in command("privacy", *asked).out
        assert folder.exists()
        assert command("privacy", *asked, "--yes").code == 0
        assert not folder.exists()
        assert (service.get(where).json()["state"], service.get(where).json()["preview"]) == ("expired", None)
        assert service.get(f"{where}/rows").status_code == 409


def test_a_killed_import_is_neither_half_nor_twice(service: httpx.Client, upload_db: str, tmp_path: Path) -> None:
    """SIGKILL while it writes: nothing is in the registry, the state says importing; the next worker imports it once, in one batch."""
    path = write(tmp_path / "lon.csv", [door(so_nha=str(at)) for at in range(1, 3001)])
    where = f"{UPLOADS}/{send(service, path).json()['id']}"
    with worker(upload_db, tmp_path) as process:
        until(service, where, "checked")
        with db.session(upload_db) as session:
            # The import waits where it has read and checked all and is about to write.
            session.execute(text("LOCK TABLE place IN SHARE MODE"))
            service.post(f"{where}/confirm", json={})
            faults.until(lambda: bool(session.execute(text(faults.WAITS)).all()), "the import waits")
            process.kill()
            assert exit_code(process) == -signal.SIGKILL
    faults.until(lambda: not written(upload_db, _HELD), "its lock is gone")
    assert service.get(where).json()["state"] == "importing"
    assert written(upload_db, "SELECT count(*) FROM address") == [(0,)]
    assert service.delete(where).status_code == 409
    long_gone(upload_db)
    done = worked(service, upload_db, where)
    assert done["state"] == "imported", done
    assert written(upload_db, "SELECT count(*) FROM address") == [(3000,)]
    states = {each["id"]: each["state"] for each in service.get("/v1/batches").json()["batches"]}
    assert sorted(states.values()) == ["committed", "rejected"]
    assert states[done["batch_id"]] == "committed"
    # Nothing reads the file again; taken up after all was written, as if it were there: the same batch.
    sent = settings().files_folder / f"upload-{done['id']}" / "sent"
    assert not sent.exists()
    sent.mkdir()
    shutil.copy(path, sent)
    written(upload_db, f"UPDATE upload SET state = 'importing', batch_id = NULL WHERE id = {done['id']}")
    importing.run(Desk.open(upload_db), done["id"])
    assert service.get(where).json()["batch_id"] == done["batch_id"]


def test_what_waits_for_its_province_takes_no_place(service: httpx.Client, upload_db: str, tmp_path: Path) -> None:
    """Four files of a province that an import holds: one says for whom it waits, none is begun; a job and another province go through."""
    made = [send(service, some(tmp_path), profile=profile).json()["id"] for profile in ("default", "strict", "pre_reform")]
    other = service.post(UPLOADS, files={"data": ("b.csv", (tmp_path / "ban_giao.csv").read_bytes())}, data={"province": "37"}).json()["id"]
    job = service.post("/v1/jobs", files={"data": b"dia_chi\nHA NOI\n"}).json()["id"]
    with faults.held(upload_db, faults.importing("11")):
        work_off(upload_db)
        seen = [service.get(f"{UPLOADS}/{number}").json() for number in made]
        assert [each["state"] for each in seen] == ["checking", "received", "received"]
        assert seen[0]["progress"]["stage"].startswith("đang chờ / waiting: ")
        assert service.get(f"{UPLOADS}/{other}").json()["state"] == "checked"
        assert service.get(f"/v1/jobs/{job}").json()["state"] == "done"
        assert written(upload_db, "SELECT status, count(*) FROM procrastinate_jobs WHERE queue_name = 'upload' GROUP BY 1") == [("todo", 3)]
    written(upload_db, "UPDATE procrastinate_jobs SET scheduled_at = NULL")
    work_off(upload_db)
    assert [service.get(f"{UPLOADS}/{number}").json()["state"] for number in made] == ["checked"] * 3


def test_the_same_file_is_the_same_upload_and_another_mapping_is_checked_anew(
    service: httpx.Client, upload_db: str, tmp_path: Path
) -> None:
    """Twice sent it is there once; a foreign column is read as the officer says; a refused check says why and is not the end."""
    path = some(tmp_path)
    content = path.read_text(encoding="utf-8").replace("so_nha", "cot la", 1).replace("xa,huyen", "zz,huyen", 1).replace("ma_xa", "yy", 1)
    path.write_text(content, encoding="utf-8")
    first, again, other = send(service, path), send(service, path), send(service, path, profile="strict")
    assert (first.status_code, again.status_code, other.status_code) == (202, 200, 202)
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]
    where = f"{UPLOADS}/{first.json()['id']}"
    refused = worked(service, upload_db, where)
    assert refused["state"] == "refused"
    assert refused["refusal"]["en"]
    assert refused["preview"] is not None
    for wrong in ({"nowhere": "xa"}, {"zz": "nothing"}, {"zz": "xa", "yy": "xa"}):
        assert service.post(f"{where}/mapping", json={"columns": wrong}).status_code == 400
    mapped = service.post(f"{where}/mapping", json={"columns": {"cot la": "so_nha", "zz": "xa", "yy": None}})
    assert mapped.status_code == 202, mapped.text
    found = worked(service, upload_db, where)
    assert found["state"] == "checked", found["refusal"]
    assert found["counts"]["accepted"] == 2
    assert service.delete(where).status_code == 204
    assert service.get(where).status_code == 404
    assert not (settings().files_folder / f"upload-{first.json()['id']}").exists()


def test_a_file_on_which_the_program_failed_is_checked_anew(service: httpx.Client, upload_db: str, tmp_path: Path) -> None:
    """What was refused for the file stays refused; what went wrong in the program is tried again when the file comes again."""
    path = some(tmp_path)
    number = send(service, path).json()["id"]
    where = f"{UPLOADS}/{number}"
    for refusal, state in (({"vi": "x", "en": "x", "hint": ""}, "refused"), (FAULT, "checked")):
        worked(service, upload_db, where)
        written(upload_db, f"UPDATE upload SET state = 'refused', refusal = '{json.dumps(refusal)}' WHERE id = {number}")
        assert send(service, path).json()["id"] == number
        work_off(upload_db)
        assert service.get(where).json()["state"] == state
    assert service.delete(where).status_code == 204


def test_a_file_that_is_in_the_registry_is_told_and_not_confirmed(service: httpx.Client, upload_db: str, tmp_path: Path) -> None:
    """Its check names the batch of whoever imported it; confirming it is refused as long as that batch stands."""
    path = some(tmp_path)
    where = f"{UPLOADS}/{send(service, path).json()['id']}"
    assert worked(service, upload_db, where)["repeated"] is False
    service.post(f"{where}/confirm", json={})
    assert worked(service, upload_db, where)["state"] == "imported"
    assert "đã nhập" in service.post(f"{where}/confirm", json={}).json()["detail"]
    written(upload_db, "UPDATE upload SET actor = 'key:other'")
    again = f"{UPLOADS}/{send(service, path).json()['id']}"
    found = worked(service, upload_db, again)
    assert (again != where, found["state"], found["repeated"]) == (True, "checked", True)
    refused = service.post(f"{again}/confirm", json={})
    assert (refused.status_code, f"lô {found['batch_id']}" in refused.json()["detail"]) == (409, True)


def test_a_file_of_which_no_row_can_enter_is_not_confirmed(service: httpx.Client, upload_db: str, tmp_path: Path) -> None:
    """There is nothing to import, which is said in both languages, and no batch is made."""
    path = write(tmp_path / "hong.csv", [door(so_nha=str(at), kinh_do="", vi_do="") for at in range(1, 4)])
    where = f"{UPLOADS}/{send(service, path).json()['id']}"
    assert worked(service, upload_db, where)["counts"]["accepted"] == 0
    refused = service.post(f"{where}/confirm", json={})
    assert (refused.status_code, "nothing to import" in refused.json()["detail_en"]) == (409, True)
    assert service.get("/v1/batches").json()["batches"] == []


def test_points_elsewhere_are_told_and_must_be_accepted(service: httpx.Client, upload_db: str, tmp_path: Path) -> None:
    """The check shows the share inside; the import is refused without `accept_misplaced`, and may be confirmed again with it."""
    elsewhere = [door(so_nha=str(at), kinh_do="105.8", vi_do="21.03") for at in range(1, 37)]
    path = write(tmp_path / "lech.csv", [*elsewhere, *(door(so_nha=str(at)) for at in range(37, 41))])
    where = f"{UPLOADS}/{send(service, path).json()['id']}"
    found = worked(service, upload_db, where)
    assert (found["state"], found["inside_share"]) == ("checked", 0.1)
    service.post(f"{where}/confirm", json={})
    refused = worked(service, upload_db, where)
    assert (refused["state"], refused["counts"]) == ("refused", found["counts"])
    service.post(f"{where}/confirm", json={"accept_misplaced": True})
    assert worked(service, upload_db, where)["state"] == "imported"


def bomb() -> bytes:
    """Return a workbook that unpacks to two hundred times its size and more."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (64 << 20))
    return made.getvalue()


def test_bad_files_and_forms_are_refused_in_two_languages(service: httpx.Client, upload_db: str, tmp_path: Path) -> None:
    """No table, a bomb, a province that is none, a mapping that is none, a zone that is none; a broken workbook later, by its state."""
    good = some(tmp_path).read_bytes()
    cases = [
        (b"%PDF-1.7", {}, 422), (bomb(), {}, 422), (good, {"province": "99"}, 404), (good, {"province": "x"}, 422),
        (good, {"mapping": "[]"}, 400), (good, {"mapping": '{"columns": {"nothing": "a"}}'}, 422), (good, {"crs": "EPSG:1"}, 400),
        (good, {"colour": "red"}, 422),
    ]  # fmt: skip
    for content, form, status in cases:
        answer = service.post(UPLOADS, files={"data": ("a.xlsx", content)}, data={"province": "11", **form})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
        assert {"detail", "detail_en"} <= set(answer.json())
    assert list(settings().files_folder.iterdir()) == []
    book = openpyxl.Workbook()
    content = io.BytesIO()
    book.save(content)
    empty = service.post(UPLOADS, files={"data": ("trong.xlsx", content.getvalue())}, data={"province": "11"}).json()
    found = worked(service, upload_db, f"{UPLOADS}/{empty['id']}")
    assert (found["state"], found["preview"], found["counts"]) == ("refused", None, None)
    assert service.post(f"{UPLOADS}/{empty['id']}/confirm", json={}).status_code == 409
    assert service.get(f"{UPLOADS}/{empty['id']}/rows").status_code == 409


def test_uploads_and_batches_are_for_officers_of_the_province(upload_db: str, tmp_path: Path) -> None:
    """Without a key 401, a courier and an officer of elsewhere 403; what is another province's is not there."""
    asked = {"courier": (Role.COURIER, "11"), "officer": (Role.PROVINCE_OFFICER, "11"), "far": (Role.PROVINCE_OFFICER, "37")}
    path = some(tmp_path)
    with db.session(upload_db) as session:
        keys_of = {
            name: {"X-Api-Key": keys.create(session, holder=name, role=role, provinces=[where], created_by="test").token}
            for name, (role, where) in asked.items()
        }
        session.commit()
        import_file(session, path, province="11")
    with serving(create_app(upload_db, open_to="0")) as closed:

        def ask(who: str, method: str, where: str, **sent: object) -> int:
            return closed.request(method, where, headers=keys_of.get(who), **sent).status_code  # type: ignore[arg-type]

        file = {"files": {"data": (path.name, path.read_bytes())}, "data": {"province": "11"}}
        assert [ask(who, "POST", UPLOADS, **file) for who in ("public", "courier", "far", "officer")] == [401, 403, 403, 202]
        for where in (f"{UPLOADS}/1", f"{UPLOADS}/1/rows", f"{UPLOADS}/1/report", "/v1/batches/1", "/v1/batches/1/quarantine?purpose=x"):
            assert [ask(who, "GET", where) for who in ("public", "courier", "far")] == [401, 403, 404], where
        assert ask("officer", "GET", "/v1/batches/1/quarantine?purpose=x") == 200
        for where in (f"{UPLOADS}?province=11", "/v1/batches?province=11"):
            assert [ask(who, "GET", where) for who in ("public", "courier", "far", "officer")] == [401, 403, 403, 200]
        assert closed.get("/v1/batches", headers=keys_of["far"]).json()["batches"] == []
        undo = {"json": {"reason": "x"}}
        assert [ask(who, "POST", "/v1/batches/1/rollback", **undo) for who in ("public", "courier", "far")] == [401, 403, 404]
        assert [ask(who, "POST", f"{UPLOADS}/1/confirm", json={}) for who in ("public", "courier", "far")] == [401, 403, 404]
