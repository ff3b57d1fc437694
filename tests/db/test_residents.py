"""Names and phones: kept nowhere unless a deployment says so, then encrypted, under keys that no copy of the database holds."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from loaders.residents import SEALED
from loaders.rollback import rollback_batch
from registry import db
from registry.errors import RefusedError
from registry.life.merge import merge
from registry.privacy import residents
from registry.privacy.sealing import add_key, read_keys
from registry.settings import settings
from tests.conftest import Answer
from tests.db.handover import scalar
from tests.db.people import CARD, COLLECTOR, NAME, PHONE, hand_over, home, stored, turn_on

COUNT = "SELECT count(*) FROM resident"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configured: Callable[[str], None], fresh_db: str) -> Path:
    """Let the deployment keep names and phones; give the key file."""
    configured(fresh_db)
    return turn_on(tmp_path, monkeypatch)


def people(url: str) -> list[residents.Person]:
    """Return everybody whom the registry keeps, in the order of their households."""
    with db.session(url) as session:
        doors = session.execute(text("SELECT id, province_code FROM address ORDER BY id")).all()
        return [each for number, province in doors for each in residents.of_door(session, number, province)]


def test_nobody_is_kept_unless_a_deployment_says_so(fresh_db: str, tmp_path: Path) -> None:
    """Off by default: the columns are dropped and the report says so."""
    report = hand_over(fresh_db, tmp_path / "a.csv", home(1), home(2, xa="Phường Không Có"))
    assert scalar(fresh_db, COUNT) == 0
    assert "Số điện thoại" in dict(report.notes)["file.personal_columns"]
    assert not any(secret in stored(fresh_db) for secret in (NAME, PHONE, COLLECTOR, CARD))


def test_what_is_kept_is_encrypted_and_read_back(fresh_db: str, tmp_path: Path, kept: Path) -> None:
    """Name and phone of householders only; in no table in clear, also not of a row that waits; the keys are not in the database."""
    report = hand_over(fresh_db, tmp_path / "a.csv", home(1), home(2, **{"Chủ hộ": "", "Số điện thoại": ""}), home(3, xa="Phường Không Có"))
    assert dict(report.notes)[SEALED].endswith(", Số điện thoại")
    assert "Số CCCD" in dict(report.notes)["file.personal_columns"]
    assert [(each.name, each.phone) for each in people(fresh_db)] == [(NAME, PHONE)]
    everything = stored(fresh_db)
    hidden = (NAME, PHONE, COLLECTOR, CARD, NAME.encode().hex(), PHONE.encode().hex())
    assert not any(secret in everything for secret in hidden)
    assert not any(line.split()[1] in everything for line in kept.read_text().splitlines() if line.startswith("k"))


def test_only_what_was_turned_on_is_kept(fresh_db: str, tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment that needs phones keeps no names."""
    assert kept == turn_on(tmp_path, monkeypatch, "phone")
    hand_over(fresh_db, tmp_path / "a.csv", home(1))
    assert [(each.name, each.phone) for each in people(fresh_db)] == [("", PHONE)]


def test_a_later_file_takes_the_place_of_an_earlier_one(fresh_db: str, tmp_path: Path, kept: Path) -> None:
    """Of a household the newest word is kept and no other; undone, nothing is."""
    hand_over(fresh_db, tmp_path / "a.csv", home(1))
    later = hand_over(fresh_db, tmp_path / "b.csv", home(1, **{"Chủ hộ": "Lò Văn Hai"}))
    assert [each.name for each in people(fresh_db)] == ["Lò Văn Hai"]
    with db.session(fresh_db) as session:
        assert later.batch_id is not None
        rollback_batch(session, later.batch_id)
    assert people(fresh_db) == []
    assert kept.exists()


def test_people_follow_their_household(fresh_db: str, tmp_path: Path, kept: Path) -> None:
    """Two doors become one: who lived behind either lives behind the one that stays."""
    hand_over(fresh_db, tmp_path / "a.csv", home(1), home(2, **{"Chủ hộ": "Lò Văn Hai"}))
    with db.session(fresh_db) as session:
        codes = session.scalars(text("SELECT code FROM digital_address ORDER BY address_id")).all()
        merge(session, codes[0], codes[1], reason="trùng", actor="test")
        session.commit()
        heir = session.execute(text("SELECT address_id, province_code FROM digital_address WHERE code = :code"), {"code": codes[1]}).one()
        assert {each.name for each in residents.of_door(session, *heir)} == {NAME, "Lò Văn Hai"}
        session.execute(text("DELETE FROM household"))
        assert session.scalar(text(COUNT)) == 0
    assert kept.exists()


def test_a_cell_is_read_in_its_own_row_and_column_only(kept: Path) -> None:
    """Whoever writes to the database cannot make one person's phone another's, nor a phone a name; one changed bit is found."""
    keys, row = read_keys(), uuid4()
    sealed = keys.seal(row, "phone", PHONE)
    assert keys.unseal(row, "phone", sealed, keys.current) == PHONE
    assert keys.seal(row, "phone", PHONE) != sealed
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for other_row, field, cell in ((UUID(int=1), "phone", sealed), (row, "name", sealed), (row, "phone", changed)):
        with pytest.raises(RefusedError):
            keys.unseal(other_row, field, cell, keys.current)  # type: ignore[arg-type]
    assert kept.stat().st_mode & 0o777 == 0o600


def test_keys_are_rotated(command: Callable[..., Answer], fresh_db: str, tmp_path: Path, kept: Path) -> None:
    """All is encrypted anew; what an old backup holds is still read by the old key until its line is taken out."""
    hand_over(fresh_db, tmp_path / "a.csv", home(1))
    first, before = read_keys(), scalar(fresh_db, "SELECT phone_sealed FROM resident")
    row = people(fresh_db)[0].id
    assert command("privacy", "key", "rotate").code == 0
    second = read_keys()
    assert second.current != first.current
    assert scalar(fresh_db, "SELECT key_name FROM resident") == second.current
    assert [each.name for each in people(fresh_db)] == [NAME]
    assert second.unseal(row, "phone", bytes(before), first.current) == PHONE
    assert command("privacy", "key", "make").code == 1
    kept.write_text("\n".join(line for line in kept.read_text().splitlines() if not line.startswith(second.current)))
    with pytest.raises(RefusedError, match=second.current):
        people(fresh_db)
    assert add_key().current not in {first.current, second.current}


@pytest.mark.parametrize("fault", ["missing", "readable", "empty", "torn"])
def test_without_its_keys_an_import_is_refused_as_a_whole(fresh_db: str, tmp_path: Path, kept: Path, fault: str) -> None:
    """Nothing is written, in clear or otherwise, and the file of keys is never made anew in passing."""
    if fault == "missing":
        kept.unlink()
    elif fault == "readable":
        kept.chmod(0o644)
    else:
        kept.write_text("" if fault == "empty" else kept.read_text()[:-9])
    with pytest.raises(RefusedError):
        hand_over(fresh_db, tmp_path / "a.csv", home(1))
    assert (scalar(fresh_db, COUNT), scalar(fresh_db, "SELECT count(*) FROM address")) == (0, 0)


def test_a_word_that_is_no_kind_of_data_is_refused(command: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in the setting is not taken for nothing."""
    monkeypatch.setenv("DIACHISO_PERSONAL", "name,email")
    settings.cache_clear()
    assert command("batches").code == 2


def test_reading_people_by_command_is_written_down(command: Callable[..., Answer], fresh_db: str, tmp_path: Path, kept: Path) -> None:
    """Never without a purpose."""
    hand_over(fresh_db, tmp_path / "a.csv", home(1))
    code = scalar(fresh_db, "SELECT code FROM digital_address")
    assert command("privacy", "show", code).code == 2
    said = command("privacy", "show", code, "--purpose", "báo sửa biển")
    assert (NAME in said.out, PHONE in said.out, "HK-0001" in said.out) == (True, True, True)
    told = (
        "SELECT action || ' ' || entity || ' ' || subject || ' ' || purpose FROM audit WHERE entity = 'resident' ORDER BY id DESC LIMIT 1"
    )
    assert scalar(fresh_db, told) == f"read resident code {code} báo sửa biển"
    assert kept.exists()
