"""API keys: shown once, kept as a digest, found by a prefix, ending by day, by word and by a successor."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry import db
from registry.errors import NotFoundError, RefusedError, UsageError
from registry.locks import acquire
from registry.security import audit, keys
from registry.security.bound import bind
from registry.security.caller import Caller
from registry.security.roles import Role
from registry.settings import settings
from tests.conftest import Answer
from tests.db.handover import door, load


def made(session: Session, role: Role = Role.COURIER, provinces: list[str] | None = None) -> keys.Issued:
    """Return a new key."""
    return keys.create(session, holder="Bưu điện", role=role, provinces=provinces, created_by="test")


def test_a_key_stands_for_its_role_and_provinces(session: Session) -> None:
    """And the day of its use is written; what is stored does not hold the key."""
    issued = made(session, provinces=["37", "11"])
    proved = keys.prove(session, issued.token)
    assert proved is not None
    caller, until = proved
    assert caller == Caller(Role.COURIER, frozenset({"11", "37"}), f"key:{issued.row.prefix} Bưu điện", issued.row.id)
    assert until == issued.row.expires_at
    stored = session.scalar(text("SELECT row_to_json(k)::text FROM api_key AS k"))
    assert issued.token.split("_", 2)[2] not in stored
    assert session.scalar(text("SELECT last_used_on = current_date FROM api_key"))


def test_another_key_does_not_hold(session: Session) -> None:
    """One letter off, of another prefix, or misshapen: all the same."""
    token = made(session).token
    other = "A" if token[-1] != "A" else "B"
    for wrong in (token[:-1] + other, token[:-1], token + "A", "dcs_zzzzzzzz_" + token[13:], "", "dcs__"):
        assert keys.prove(session, wrong) is None, wrong


def test_a_key_ends(session: Session) -> None:
    """By its day and by being revoked, once."""
    old, gone = made(session), made(session)
    old.row.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    keys.revoke(session, gone.row.prefix)
    assert keys.prove(session, old.token) is None
    assert keys.prove(session, gone.token) is None
    with pytest.raises(RefusedError):
        keys.revoke(session, gone.row.prefix)
    with pytest.raises(NotFoundError):
        keys.revoke(session, "aaaaaaaa")


def test_a_rotated_key_holds_beside_its_successor_for_some_days(session: Session) -> None:
    """Same role and provinces; the old one ends with the overlap and is rotated once."""
    old = made(session, provinces=["11"])
    new = keys.rotate(session, old.row.prefix, overlap_days=3, created_by="test")
    callers = [keys.prove(session, each.token) for each in (old, new)]
    assert all(each is not None and each[0].provinces == frozenset({"11"}) for each in callers)
    assert timedelta(days=2) < old.row.expires_at - datetime.now(UTC) <= timedelta(days=3)
    with pytest.raises(RefusedError):
        keys.rotate(session, old.row.prefix, created_by="test")


@pytest.mark.parametrize(("role", "provinces", "days"), [
    (Role.PUBLIC, None, 1), (Role.LOCAL, None, 1), (Role.PROVINCE_OFFICER, None, 1), (Role.COURIER, None, 0), (Role.COURIER, None, 9999),
])  # fmt: skip
def test_keys_that_should_not_be_are_not_made(session: Session, role: Role, provinces: list[str] | None, days: int) -> None:
    """Nobody is given a key to be the public, none is for ever, and an officer has a province."""
    with pytest.raises(UsageError):
        keys.create(session, holder="x", role=role, provinces=provinces, days=days, created_by="test")


def test_a_database_alone_cannot_make_a_key_hold(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under another key of the installation the same token is another one."""
    issued = made(session)
    monkeypatch.setattr("registry.secret._place", lambda: "another secret of the installation")
    assert keys.prove(session, issued.token) is None


def test_the_commands_make_list_rotate_and_revoke(command: Callable[..., Answer]) -> None:
    """The key stands alone on its line, once; the list shows prefixes only."""
    said = command("key", "create", "Bưu điện", "--role", "courier", "--province", "11")
    token = said.out.splitlines()[0]
    prefix = token.split("_")[1]
    assert (said.code, token.startswith("dcs_")) == (0, True)
    assert token not in command("key", "list").out
    assert prefix in command("key", "list").out
    assert command("key", "rotate", prefix, "--overlap", "1").code == 0
    assert command("key", "revoke", prefix).code == 0
    assert command("key", "create", "x", "--role", "province_officer").code == 2
    for nobodys in ("public", "local", "king"):
        refused = command("key", "create", "x", "--role", nobodys)
        assert (refused.code, "courier, province_officer" in refused.err) == (2, True)
    offered = command("key", "create", "--help").out
    assert "courier" in offered
    assert "local" not in offered
    assert command("key", "revoke", "nobody").code == 1


def test_the_trail_tells_of_keys_and_is_exported_as_a_chain(command: Callable[..., Answer], tmp_path: object) -> None:
    """Who made a key and when; each line of the export carries the digest of all before it."""
    for _ in range(3):
        command("key", "create", "Bưu điện", "--role", "courier")
    listed = command("audit", "list")
    assert "api_key" in listed.out
    file = f"{tmp_path}/trail.ndjson"
    exported = command("audit", "export", "--output", file)
    with open(file, encoding="utf-8") as opened:  # noqa: PTH123 - read back as text
        lines = opened.read().splitlines()
    assert audit.digest_of(lines[-1]) in exported.out.replace("\n", "")
    assert audit.broken(lines) is None
    assert audit.broken([*lines[:-2], lines[-1]]) == len(lines) - 1
    assert audit.broken([lines[0].replace("cli:", "cli:x"), *lines[1:]]) == 1


def test_the_trail_is_exported_as_csv_and_proved(command: Callable[..., Answer], tmp_path: Path) -> None:
    """By its suffix or by --format, from a day on; the same chain in both, and a changed line is found by `audit verify`."""
    command("key", "create", "=1+1", "--role", "courier")
    rows, chain = tmp_path / "trail.csv", tmp_path / "trail.txt"
    assert command("audit", "export", "--output", str(rows), "--since", "2020-01-01").code == 0
    assert command("audit", "export", "--output", str(chain), "--format", "json").code == 0
    digests = [json.loads(line)["digest"] for line in chain.read_text(encoding="utf-8").splitlines()]
    with rows.open(encoding="utf-8-sig", newline="") as stream:
        assert [row["digest"] for row in csv.DictReader(stream)] == digests
    assert len(digests) > 0
    assert digests[-1] in command("audit", "verify", str(rows)).out.replace("\n", "")
    assert command("audit", "verify", str(chain)).code == 0
    assert command("key", "create", "later", "--role", "courier").code == 0
    for said, code in ((digests[0].upper(), 0), (digests[-1], 0), ("f" * 64, 1), ("f" * 63, 2)):
        assert command("audit", "verify", str(rows), "--digest", said).code == code
        now = command("audit", "verify", "--digest", said, "--since", "2020-01-01")
        assert now.code == code, now
    now = command("audit", "verify", "--digest", digests[-1]).out
    assert f"tới dòng {len(digests)} trong {len(digests) + 1}" in now
    assert digests[-1] not in now
    rows.write_text(rows.read_text(encoding="utf-8-sig").replace("cli:", "cli:x", 1), encoding="utf-8")
    assert command("audit", "verify", str(rows)).code == 1
    assert command("audit", "verify", str(tmp_path)).code == 1
    later = tmp_path / "later.csv"
    assert command("audit", "export", "--output", str(later), "--since", "2099-01-01").code == 0
    assert later.read_text(encoding="utf-8-sig").strip() == ",".join(audit.COLUMNS)


def test_commands_that_read_kept_rows_say_so_in_the_trail(
    command: Callable[..., Answer], fresh_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What for: as said, else what the command is for; where a purpose is needed there is none without it."""
    load(fresh_db, tmp_path / "a.csv", [door(), door(so_nha="14", xa="Phường Không Có")], province="11")
    out = str(tmp_path / "out.csv")
    for arguments in (
        ("batch", "quarantine", "1"), ("quarantine", "list", "--province", "11"), ("quarantine", "list", "--batch", "1"),
        ("quarantine", "export", "1", "--output", out, "--purpose", "kiểm tra theo giấy số 5"),
    ):  # fmt: skip
        assert command(*arguments).code == 0
    with db.session(fresh_db) as session:
        rows = [row for row in audit.listed(session) if row.entity == "batch_row"]
    assert [(row.action, row.subject, row.provinces) for row in rows] == [
        ("read", "batch 1", "11"), ("read", "", "11"), ("read", "batch 1", "11"), ("export", "batch 1", "11"),
    ]  # fmt: skip
    assert {row.role for row in rows} == {"owner"}
    assert all(row.actor.startswith("cli:") and row.purpose for row in rows)
    assert rows[-1].purpose == "kiểm tra theo giấy số 5"
    monkeypatch.setenv("DIACHISO_PURPOSE_NEEDED", "1")
    settings.cache_clear()
    assert command("batch", "quarantine", "1").code == 2
    assert command("batch", "quarantine", "1", "--purpose", "sửa").code == 0


def test_the_trail_names_the_request(sample_db: str) -> None:
    """A reading over HTTP bears the number of its request, which the log bears as well."""
    caller = Caller(Role.PROVINCE_OFFICER, frozenset({"11"}), "key:x")
    engine = db.serving_engine(sample_db)
    with Session(engine) as session:
        bind(session, caller, "r-77")
        audit.note_read(session, caller, entity="household", subject="", provinces="11", purpose="thử")
        session.commit()
    engine.dispose()
    with db.session(sample_db) as session:
        assert session.scalar(text("SELECT request_id FROM audit WHERE actor = 'key:x' ORDER BY id DESC LIMIT 1")) == "r-77"


def test_writes_leave_one_row_a_transaction_and_table(session: Session) -> None:
    """Whatever wrote them; many statements of one kind are one row."""
    before = session.scalar(text("SELECT count(*) FROM audit"))
    for _ in range(3):
        made(session)
    assert session.scalar(text("SELECT count(*) FROM audit")) == before + 1


def test_writes_name_the_provinces_that_were_locked_for_them(session: Session) -> None:
    """An import, a change of a door: not all provinces of whoever writes, which are named where nothing is locked."""
    session.execute(text("SELECT set_config('diachiso.writes', '11,14,37', true)"))
    for province in ("37", "11", "37"):
        acquire(session, province, wait=True)
    session.execute(text("UPDATE household SET ref = ref WHERE false"))
    session.execute(text("SELECT set_config('diachiso.touched', '', true)"))
    session.execute(text("UPDATE correction SET reason = reason WHERE false"))
    session.execute(text("SELECT set_config('diachiso.writes', '14', true)"))
    acquire(session, "11", wait=True)
    session.execute(text("UPDATE batch SET actor = actor WHERE false"))
    named = {row.entity: row.provinces for row in audit.listed(session)}
    assert {name: named[name] for name in ("household", "correction", "batch")} == {
        "household": "11,37", "correction": "11,14,37", "batch": "11",
    }  # fmt: skip


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_the_trail_is_only_added_to(session: Session, statement: str) -> None:
    """Not even the owner, a superuser here, changes it."""
    made(session)
    with pytest.raises(Exception, match="only ever added to"), session.begin_nested():
        session.execute(text(statement))


def test_reading_of_households_is_written_down_with_its_purpose(session: Session) -> None:
    """Without one it is refused; a phone number in it is masked."""
    caller = Caller(Role.PROVINCE_OFFICER, frozenset({"11"}), "key:x")
    with pytest.raises(UsageError):
        audit.note_read(session, caller, entity="household", subject="batch 1", provinces="11", purpose=" ")
    audit.note_read(session, caller, entity="household", subject="batch 1", provinces="11", purpose="đối chiếu, gọi 0912345678")
    row = audit.listed(session)[-1]
    assert (row.actor, row.action, row.entity, row.subject) == ("key:x", "read", "household", "batch 1")
    assert "0912345678" not in row.purpose
