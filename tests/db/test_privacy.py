"""A person asks what is held, to be forgotten, or to be left alone: each is shown first, done whole, and written down."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.residents import is_refs
from registry import db
from registry.errors import NotFoundError, RefusedError
from registry.life.merge import merge
from registry.privacy.erase import erase
from registry.privacy.subject import find_subject
from registry.privacy.traces import found_in, pattern, telling, traces
from tests.conftest import Answer
from tests.db.handover import scalar
from tests.db.people import NAME, PHONE, hand_over, home, stored, turn_on

REF, OTHER = "HK-0001", "HK-0002"


@pytest.fixture
def lived(fresh_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configured: Callable[[str], None]) -> str:
    """Give a registry in which a household stands wherever one may: doors, people, kept rows, before-images, words of users."""
    configured(fresh_db)
    turn_on(tmp_path, monkeypatch)
    rows = [
        home(1),
        home(2, **{"Chủ hộ": "Lò Văn Hai", "Số điện thoại": "0911222444"}),
        home(3, ma_ho=f" {REF.lower()}", xa="Phường Không Có"),
    ]
    hand_over(fresh_db, tmp_path / "a.csv", *rows)
    with db.session(fresh_db) as session:
        codes = session.scalars(text("SELECT code FROM digital_address ORDER BY address_id")).all()
        merge(session, codes[0], codes[1], reason=f"một nhà, xem {REF}", actor="test")
        session.execute(text("UPDATE address SET note = :said"), {"said": f"hộ {REF}, gọi {PHONE}"})
        session.execute(
            text("INSERT INTO feedback (kind, query, right_text, note) VALUES ('other', :said, 'x', :said);"
                 "INSERT INTO correction (province_code, code, address_id, proposed, seen, reason)"
                 " VALUES ('11', 'X', 1, jsonb_build_object('ghi_chu', CAST(:said AS text)), '{}', :said)"),
            {"said": f"nhà {NAME}, mã {REF}, số {PHONE}"},
        )  # fmt: skip
        session.commit()
    return fresh_db


def counts(url: str) -> tuple[int, int, int]:
    """Return how many doors, codes and households there are."""
    return tuple(scalar(url, f"SELECT count(*) FROM {table}") for table in ("address", "digital_address", "household"))  # type: ignore[return-value]


def test_nothing_of_an_erased_household_is_left_in_any_table(lived: str, command: Callable[..., Answer]) -> None:
    """Shown first and nothing done; then the reference, the name and the phone are in no column of any table; the doors stay."""
    before, (doors, codes, homes) = stored(lived), counts(lived)
    shown = command("privacy", "erase", REF)
    assert (shown.code, "1 người" in shown.out, "--yes" in shown.out) == (0, True, True)
    assert REF in before
    assert stored(lived).count(REF) == before.count(REF)
    done = command("privacy", "erase", REF, "--yes", "--purpose", "đơn số 5")
    assert (done.code, "Vẫn còn" in done.out) == (0, False), done
    after = stored(lived)
    assert [word for word in (REF, REF.lower(), NAME, PHONE) if word in after] == []
    assert counts(lived) == (doors, codes, homes - 1)
    assert OTHER in after
    assert scalar(lived, "SELECT count(*) FROM resident") == 1
    assert scalar(lived, "SELECT concat_ws(' ', action, entity, purpose) FROM audit WHERE action = 'erase'") == "erase household đơn số 5"
    assert command("privacy", "erase", REF, "--yes").code == 1
    assert command("coverage", "recount").code == 0


def test_all_behind_a_door_are_erased_by_its_code(lived: str, command: Callable[..., Answer]) -> None:
    """And words that are said besides; the code goes on resolving."""
    code = scalar(lived, "SELECT code FROM digital_address WHERE status = 'active'")
    assert command("privacy", "erase", code, "--yes", "--word", "một nhà").code == 0
    after = stored(lived)
    assert [word for word in (REF, OTHER, NAME, PHONE, "0911222444", "một nhà") if word in after] == []
    assert command("code", "show", code).code == 0


def test_an_erasure_that_fails_leaves_everything(lived: str) -> None:
    """One transaction: until it commits nothing is gone."""
    before = stored(lived)
    with db.session(lived) as session:
        erase(session, find_subject(session, REF), (), is_refs, actor="test", purpose="thử")
        session.rollback()
    assert sorted(stored(lived).splitlines()) == sorted(before.splitlines())


@pytest.mark.usefixtures("lived")
def test_what_is_held_is_given_out_whole(command: Callable[..., Answer], tmp_path: Path) -> None:
    """As JSON and as a Vietnamese page, readable by its owner alone: references, people, kept rows, earlier states, who read.

    The taking is written down first.
    """
    file, paper = tmp_path / "held.json", tmp_path / "held.html"
    assert command("privacy", "export", REF, "--output", str(file), "--purpose", "đơn số 4").code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    held = json.loads(file.read_text(encoding="utf-8"))
    assert [each["ref"] for each in held["households"]] == [REF]
    assert [(each["name"], each["phone"]) for each in held["residents"]] == [(NAME, PHONE)]
    assert [each["cells"]["ma_ho"].strip() for each in held["kept_rows"]] == [REF.lower()]
    assert [each["ref"] for each in held["earlier"]] == [REF]
    assert [each["purpose"] for each in held["readings"]] == ["đơn số 4"]
    assert OTHER not in json.dumps(held)
    assert command("privacy", "export", held["door"]["code"], "--output", str(paper)).code == 0
    page = paper.read_text(encoding="utf-8")
    assert all(word in page for word in (REF, OTHER, NAME, PHONE, "91/2025/QH15", "Lò Văn Hai"))
    assert command("privacy", "export", REF, "--output", "x.pdf").code == 2
    assert command("privacy", "export", "HK-9999", "--output", str(file)).code == 1


def test_a_restriction_hides_and_is_lifted(lived: str, command: Callable[..., Answer], tmp_path: Path) -> None:
    """Tried first; residents and kept rows are marked, also those of later files, until it is lifted."""
    marked = "SELECT (SELECT count(*) FROM resident WHERE restricted_at IS NOT NULL), (SELECT count(*) FROM restricted_row)"

    def state() -> tuple[int, int]:
        with db.session(lived) as session:
            return tuple(session.execute(text(marked)).one())  # type: ignore[return-value]

    assert command("privacy", "restrict", REF, "--reason", "đơn số 6").code == 0
    assert state() == (0, 0)
    assert command("privacy", "restrict", REF, "--reason", "đơn số 6", "--yes").code == 0
    assert state() == (1, 1)
    assert command("privacy", "restrict", REF, "--reason", "đơn số 6", "--yes").code == 1
    hand_over(lived, tmp_path / "b.csv", home(1), home(9, ma_ho=REF, xa="Phường Không Có"))
    # The door of the first row was merged, so that it waits too.
    assert state() == (1, 3)
    code = scalar(lived, "SELECT code FROM digital_address WHERE status = 'active'")
    assert "restricted" in command("privacy", "show", code, "--purpose", "xem").out
    assert command("privacy", "restrict", REF, "--reason", "đơn số 7", "--lift", "--yes").code == 0
    assert state() == (0, 0)
    assert command("privacy", "restrict", REF, "--reason", "đơn số 7", "--lift", "--yes").code == 1
    assert scalar(lived, "SELECT count(*) FROM audit WHERE action IN ('restrict', 'lift')") == 2


def test_whose_reference_it_is(lived: str) -> None:
    """In any case; unknown ones and those of several provinces are refused."""
    with db.session(lived) as session:
        assert find_subject(session, " hk-0001 ").refs == (REF,)
        session.execute(text("INSERT INTO household (address_id, province_code, ref) VALUES (1, '37', :ref)"), {"ref": REF})
        with pytest.raises(RefusedError, match="2 households"):
            find_subject(session, REF)
        assert find_subject(session, REF, "11").province == "11"
        for said in ("", "HK-9999", "nonsense"):
            with pytest.raises(NotFoundError):
                find_subject(session, said)


def test_a_number_tells_of_nobody(session: Session) -> None:
    """A reference of few digits is a house number elsewhere: it is looked for in columns of references alone."""
    assert telling(["12", "A1", "HK-0001", "0911222333", "Lò Văn Hai", "Lò"]) == ("HK-0001", "0911222333", "Lò Văn Hai")
    assert traces(session, ["12"]) == []
    for said, found in (("mã HK-0001.", True), ("HK-00011", False), ('{"a": "hk-0001"}', True), ("XHK-0001", False)):
        assert session.scalar(text("SELECT :said ~* :pattern"), {"said": said, "pattern": pattern(["HK-0001"])}) is found


def test_a_name_is_erased_however_it_is_written(fresh_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without marks, in any case, with the tone on the other vowel, in letters and marks apart; another name with other marks stays."""
    turn_on(tmp_path, monkeypatch)
    hand_over(fresh_db, tmp_path / "a.csv", home(1, **{"Chủ hộ": "Trần Quốc Hoà"}), home(2, ma_ho=REF, xa="Phường Không Có"))
    written = ["Tran Quoc Hoa", "trần quốc  hòa", "TRẦN QUỐC HOÀ", unicodedata.normalize("NFD", "Trần Quốc Hoà")]
    others = ["Trần Quốc Hóa", "Tran Quoc Huan"]
    with db.session(fresh_db) as session:
        for said in [*written, *others]:
            session.execute(
                text("INSERT INTO feedback (kind, query, right_text, note) VALUES ('other', :said, 'x', 'x');"
                     "INSERT INTO correction (province_code, code, address_id, proposed, seen, reason)"
                     " VALUES ('11', 'X', 1, jsonb_build_object('note', 'x'), '{}', '… ' || :said || ' chuyển')"),
                {"said": said},
            )  # fmt: skip
        session.execute(text("UPDATE batch_row SET raw = raw || jsonb_build_object('ten_duong', 'nha TRAN QUOC HOA')"))
        erase(session, find_subject(session, REF), (), is_refs, actor="test", purpose="thử")
        session.commit()
    left = stored(fresh_db)
    assert [said for said in [*written, "TRAN QUOC HOA"] if said in left] == []
    assert [said for said in others if said in left] == others
    assert scalar(fresh_db, "SELECT raw ->> 'ten_duong' FROM batch_row WHERE raw IS NOT NULL") == "nha ***"


def test_a_name_without_marks_stands_for_every_one(session: Session) -> None:
    """Who was handed over as LE VAN DU may be Lê Văn Đủ; names of few or marked off letters are names too."""
    assert telling(["H'Nhi Êban", "Y Bham", "A B"]) == ("H'Nhi Êban", "Y Bham")
    cases = [("LE VAN DU", "ông Lê Văn Đủ,", True), ("Lê Văn Đủ", "le van du", True), ("Lê Văn Đủ", "Lê Văn Dụ", False),
             ("H'Nhi Êban", "H'NHI EBAN", True)]  # fmt: skip
    for name, said, found in cases:
        assert session.scalar(text("SELECT :said ~* :pattern"), {"said": said, "pattern": pattern([name])}) is found, name
        assert bool(found_in([name]).search(said)) is found, name


def test_a_short_reference_goes_from_its_column_only(fresh_db: str, tmp_path: Path) -> None:
    """Household 12 is forgotten; house number 12 of the same kept row is not."""
    hand_over(fresh_db, tmp_path / "a.csv", home(1, ma_ho="12"), home(12, ma_ho="12", xa="Phường Không Có"))
    with db.session(fresh_db) as session:
        erase(session, find_subject(session, "12"), (), is_refs, actor="test", purpose="thử")
        session.commit()
    assert scalar(fresh_db, "SELECT concat_ws(' ', raw ->> 'so_nha', raw ->> 'ma_ho') FROM batch_row WHERE raw IS NOT NULL") == "12 ***"
