"""Kept rows over HTTP: taken home, mended, handed in again as an upload, and settled as on the command line."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from loaders.batch import import_file
from registry import db
from registry.security import keys
from registry.security.roles import Role
from service.app import create_app
from tests.api.jobs import apart, work_off, written
from tests.api.service import serving
from tests.db.handover import door, load, write

UPLOADS = "/v1/uploads"
PURPOSE = {"purpose": "sửa để nộp lại"}
# One good row; two that wait for a point, one of them with what a spreadsheet would run.
ROWS = [door(so_nha="1"), door(so_nha="2", kinh_do="", ghi_chu="=1+1"), door(so_nha="3", vi_do="", ghi_chu="gọi 0912 345 678")]
POINT = {"kinh_do": "103.0162", "vi_do": "21.3856"}
Ask = Callable[..., httpx.Response]


@pytest.fixture
def service(fresh_db: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """Give a client of a closed service over a database of its own, as the officer of Điện Biên (11)."""
    with db.session(fresh_db) as session:
        made = keys.create(session, holder="11", role=Role.PROVINCE_OFFICER, provinces=["11"], created_by="test")
        session.commit()
    with apart(tmp_path / "files"), serving(create_app(fresh_db, open_to="0")) as client:
        client.headers["X-Api-Key"] = made.token
        yield client


def export(client: httpx.Client, batch: int | None) -> list[dict[str, str]]:
    """Take the kept rows of a batch home."""
    answer = client.get(f"/v1/batches/{batch}/quarantine/export", params={"format": "csv", **PURPOSE})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def sheet(rows: list[dict[str, str]]) -> dict[str, Any]:
    """Return mended rows as the file of a form."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return {"data": ("sua.csv", stream.getvalue().encode())}


def hand_in(client: httpx.Client, rows: list[dict[str, str]], batch: int | None, **form: str) -> httpx.Response:
    """Hand mended rows of a batch in again."""
    return client.post(UPLOADS, files=sheet(rows), data={"province": "11", "quarantine_of": str(batch), **form})


def checked(client: httpx.Client, url: str, answer: httpx.Response) -> dict[str, Any]:
    """Do what is queued; return the upload of an answer as it is then."""
    assert answer.status_code in {200, 202}, answer.text
    work_off(url)
    found: dict[str, Any] = client.get(f"{UPLOADS}/{answer.json()['id']}").json()
    return found


def test_kept_rows_go_home_are_mended_and_settle_what_waits(service: httpx.Client, fresh_db: str, tmp_path: Path) -> None:
    """The upload is checked and previewed as the first file, fixed in place, confirmed; the rows that came in are settled by its batch."""
    first, _ = load(fresh_db, tmp_path / "a.csv", ROWS, province="11", profile="strict")
    rows = export(service, first.batch_id)
    assert [(row["batch"], row["row_no"], row["ghi_chu"]) for row in rows] == [("1", "2", "'=1+1"), ("1", "3", "gọi ***")]
    assert written(fresh_db, "SELECT action, subject, purpose FROM audit WHERE entity = 'batch_row'") == [
        ("export", "batch 1", "sửa để nộp lại")
    ]
    found = checked(service, fresh_db, hand_in(service, [rows[0] | POINT, rows[1]], first.batch_id))
    assert (found["state"], found["counts"]["new"], found["counts"]["incomplete"]) == ("checked", 1, 1), found
    assert "row_no" not in [each["column"] for each in found["preview"]["columns"]]
    assert (found["options"]["quarantine_of"], found["options"]["profile"], found["preview"]["format"]) == (1, "strict", "csv")
    at = [each["column"] for each in found["preview"]["columns"]].index("so_nha")
    where = f"{UPLOADS}/{found['id']}"
    found = checked(service, fresh_db, service.post(f"{where}/fixes", json={"rows": [{"row": 2, "cells": POINT}]}))
    assert (found["counts"]["new"], found["preview"]["rows"][1][at]) == (2, "3"), found
    imported = checked(service, fresh_db, service.post(f"{where}/confirm", json={}))
    assert imported["state"] == "imported", imported
    batch = service.get(f"/v1/batches/{imported['batch_id']}").json()
    assert batch["settled"] == [{"batch": 1, "rows": 2, "waiting": 0}]
    assert service.get("/v1/batches/1").json()["waiting"] == 0
    assert "mended rows of batch 1" in service.get(f"/v1/batches/{imported['batch_id']}/minutes").text
    refused = hand_in(service, rows, first.batch_id, encoding="utf-8")
    assert (refused.status_code, "không còn dòng nào chờ" in refused.json()["detail"]) == (409, True)


def test_the_check_report_is_mended_before_and_after_the_import(service: httpx.Client, fresh_db: str, tmp_path: Path) -> None:
    """Cells that differ become fixes of the upload, masked ones stay; after the import the same report settles the rows of the batch."""
    path = write(tmp_path / "a.csv", ROWS)
    found = checked(service, fresh_db, service.post(UPLOADS, files={"data": ("a.csv", path.read_bytes())}, data={"province": "11"}))
    where = f"{UPLOADS}/{found['id']}"
    book = openpyxl.load_workbook(io.BytesIO(service.get(f"{where}/report").content))
    sent = book.worksheets[0]
    names = [cell.value for cell in sent[1]]
    sent.cell(2, names.index("kinh_do") + 1).value = POINT["kinh_do"]
    stream = io.BytesIO()
    book.save(stream)
    report = {"data": ("sua.xlsx", stream.getvalue())}
    fixed = checked(service, fresh_db, service.post(f"{where}/mended", files=report))
    assert (fixed["counts"]["accepted"], fixed["counts"]["incomplete"]) == (2, 1), fixed
    assert "0912 345 678" in (tmp_path / "files" / f"upload-{found['id']}" / "fixed" / "a.csv").read_text(encoding="utf-8")
    again = service.post(f"{where}/mended", files=report)
    assert (again.status_code, "không phải một dòng bị giữ lại" in again.json()["detail"]) == (422, True)
    batch = checked(service, fresh_db, service.post(f"{where}/confirm", json={}))["batch_id"]
    rows = [row | POINT for row in csv.DictReader(io.StringIO(service.get(f"{where}/report?format=csv").content.decode("utf-8-sig")))]
    settling = checked(service, fresh_db, hand_in(service, rows, batch))
    assert settling["counts"]["new"] == 1, settling
    checked(service, fresh_db, service.post(f"{UPLOADS}/{settling['id']}/confirm", json={}))
    assert service.get(f"/v1/batches/{batch}").json()["waiting"] == 0


def test_a_mended_report_that_is_none_is_refused_in_words(service: httpx.Client, fresh_db: str, tmp_path: Path) -> None:
    """Nothing changed, rows or columns of its own, rows of a batch: each says what to do instead, and the upload stays as it was."""
    path = write(tmp_path / "a.csv", ROWS)
    found = checked(service, fresh_db, service.post(UPLOADS, files={"data": ("a.csv", path.read_bytes())}, data={"province": "11"}))
    where = f"{UPLOADS}/{found['id']}"
    rows = list(csv.DictReader(io.StringIO(service.get(f"{where}/report?format=csv").content.decode("utf-8-sig"))))
    wrong = {
        "nothing to mend": rows,
        "rows 3 are not": [*rows, rows[0] | {"row_no": ""}],
        "says 2 in two data rows, 1 and 3": [*rows, rows[0] | {"so_nha": "9"}],
        "says “lô 7”, which is no number": [row | {"batch": "lô 7"} for row in rows],
        "columns of its own": [row | {"moi": "x"} for row in rows],
        "holds kept rows of batch 7": [row | {"batch": "7"} for row in rows],
        "no columns batch and row_no": [{"so_nha": "1"}],
    }
    for words, sent in wrong.items():
        answer = service.post(f"{where}/mended", files=sheet(sent))
        assert (answer.status_code in {409, 422}, words in answer.json()["detail_en"]) == (True, True), answer.text
        assert "diachiso" not in answer.json().get("hint", "")
    assert service.get(where).json()["state"] == "checked"


def test_kept_rows_are_of_their_province_and_of_one_batch(service: httpx.Client, fresh_db: str, tmp_path: Path) -> None:
    """Another province's batch is not there; a purpose is needed; rows of another batch, or a complete list, are refused."""
    with db.session(fresh_db) as session:
        other = keys.create(session, holder="37", role=Role.PROVINCE_OFFICER, provinces=["37"], created_by="test").token
        session.commit()
        first = import_file(session, write(tmp_path / "a.csv", ROWS), province="11").batch_id
    rows = export(service, first)
    assert service.get(f"/v1/batches/{first}/quarantine/export").status_code == 400
    head = {"X-Api-Key": other}
    asked: Ask = lambda: service.get(f"/v1/batches/{first}/quarantine/export", params=PURPOSE, headers=head)  # noqa: E731
    assert asked().status_code in {403, 404}
    taken = service.post(UPLOADS, files=sheet(rows), data={"province": "37", "quarantine_of": str(first)}, headers=head)
    assert taken.status_code in {403, 404}
    assert hand_in(service, rows, first, complete="yes").status_code == 400
    found = checked(service, fresh_db, hand_in(service, [row | {"batch": "9"} for row in rows], first))
    assert (found["state"], "đúng một lô" in found["refusal"]["vi"]) == ("refused", True)
