"""What a person decided about a door outlives the files: repeating what was corrected does not undo it, and says so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from loaders.rollback import rollback_batch
from registry import db
from registry.errors import RefusedError
from registry.life.amend import amend
from registry.life.fields import amendment
from registry.life.merge import merge
from registry.life.move import move
from registry.life.retire import retire
from registry.life.revive import revive
from registry.life.split import Part, split
from registry.life.spot import Reading
from registry.tally import differences
from tests.db.handover import door, fate, load, scalar
from tests.db.living import WHO

KEPT = [("accepted", "row.kept_by_hand")]


def by_hand(url: str, act: Callable[..., Any], *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the act takes and gives
    """Do something to a door and commit."""
    with db.session(url) as session:
        done = act(session, *arguments, **named, **WHO)
        session.commit()
    return done


def whole(url: str) -> None:
    """Assert that the kept counts are right."""
    with db.session(url) as session:
        assert differences(session) == []


def test_a_corrected_number_stays_corrected(fresh_db: str, tmp_path: Path) -> None:
    """The same file with another header byte names the door as it was: it is found, stays as corrected, and the row says so."""
    _, first = load(fresh_db, tmp_path / "a.csv", [door(ghi_chu="cổng xanh")])
    code = first[0]["result_code"]
    by_hand(fresh_db, amend, code, amendment({"so_nha": "12A", "duong": "Trần Phú", "ghi_chu": "cổng đỏ", "so_ho": "2"}))
    report, result = load(fresh_db, tmp_path / "b.csv", [door(stt="1", ghi_chu="cổng xanh", so_ho="1")])
    assert (fate(result), result[0]["result_code"], report.counts["accepted_same"]) == (KEPT, code, 1)
    assert scalar(fresh_db, "SELECT house_path || note || households FROM address") == "12Acổng đỏ2"
    assert scalar(fresh_db, "SELECT count(*) FROM address") == 1
    whole(fresh_db)


def test_what_is_new_in_a_file_counts(fresh_db: str, tmp_path: Path) -> None:
    """A value that is neither the old nor the corrected one is news, as ever."""
    _, first = load(fresh_db, tmp_path / "a.csv", [door(ghi_chu="cổng xanh", ma_dia_chi_so="3210000012")])
    by_hand(fresh_db, amend, first[0]["result_code"], amendment({"ghi_chu": "cổng đỏ"}))
    report, result = load(fresh_db, tmp_path / "b.csv", [door(ghi_chu="cổng vàng", ma_dia_chi_so="3210000012")])
    assert (fate(result), report.counts["accepted_changed"]) == ([("accepted", "")], 1)
    assert scalar(fresh_db, "SELECT note FROM address") == "cổng vàng"


@pytest.mark.parametrize("cells", [{}, {"so_nha": "", "duong": "", "thon_to": "Bản Na Sang"}, {"ma_dia_chi_so": "3210000012"}])
def test_a_corrected_point_stays_corrected(fresh_db: str, tmp_path: Path, cells: dict[str, str]) -> None:
    """Numbered, without a number, with a code: more than a kilometre away it is still the same door."""
    _, first = load(fresh_db, tmp_path / "a.csv", [door(**cells)])
    by_hand(fresh_db, move, first[0]["result_code"], Reading(103.03, 21.39))
    _, result = load(fresh_db, tmp_path / "b.csv", [door(stt="1", **cells)])
    assert result[0]["result_outcome"] == "accepted"
    assert "row.kept_by_hand" in result[0]["result_issues"]
    assert scalar(fresh_db, "SELECT count(*) FROM address WHERE ST_X(point) = 103.03 AND original_crs = 'EPSG:4326'") == 1
    assert scalar(fresh_db, "SELECT count(*) FROM address") == 1


def test_a_door_merged_by_hand_does_not_come_back(fresh_db: str, tmp_path: Path) -> None:
    """Its row is a duplicate of the door that stayed, by number and by code; the households that were added up stay."""
    rows = [
        door(so_nha="12", so_ho="1"),
        door(so_nha="14", so_ho="1", ma_dia_chi_so="3210000014"),
        door(so_nha="16", ma_dia_chi_so="3210000016"),
    ]
    _, first = load(fresh_db, tmp_path / "a.csv", rows)
    one, two, three = (row["result_code"] for row in first)
    by_hand(fresh_db, merge, one, two)
    by_hand(fresh_db, merge, three, two)
    report, result = load(fresh_db, tmp_path / "b.csv", [*rows, door(so_nha="18")])
    assert fate(result) == [("duplicate", "row.door_merged"), *KEPT, ("duplicate", "row.door_merged"), ("accepted", "")]
    assert report.counts["accepted_new"] == 1
    assert scalar(fresh_db, "SELECT households FROM address WHERE house_key = '14'") == 3
    whole(fresh_db)


def test_a_door_retired_by_hand_waits_for_a_person(fresh_db: str, tmp_path: Path) -> None:
    """Its row is kept; after a person revived the door the same row goes in."""
    _, first = load(fresh_db, tmp_path / "a.csv", [door()])
    by_hand(fresh_db, retire, first[0]["result_code"])
    _, result = load(fresh_db, tmp_path / "b.csv", [door(stt="1")])
    assert fate(result) == [("incomplete", "row.door_retired")]
    by_hand(fresh_db, revive, first[0]["result_code"])
    _, again = load(fresh_db, tmp_path / "c.csv", [door(stt="2")])
    assert (fate(again), again[0]["result_code"]) == ([("accepted", "")], first[0]["result_code"])


def test_a_complete_list_spares_what_people_made(fresh_db: str, tmp_path: Path) -> None:
    """A door that was split off by hand came from no file, so no file retires it; the corrected one is meant by its old row."""
    _, first = load(fresh_db, tmp_path / "a.csv", [door(so_nha="12", so_ho="2"), door(so_nha="14")])
    by_hand(fresh_db, split, first[0]["result_code"], [Part(amendment({"so_nha": "12B"}))], keeps=amendment({"so_nha": "12A"}))
    load(fresh_db, tmp_path / "b.csv", [door(so_nha="12", so_ho="2"), door(so_nha="14", stt="2")], complete=True)
    assert (
        scalar(
            fresh_db, "SELECT string_agg(house_path || ':' || households, ' ' ORDER BY house_path) FROM address WHERE retired_at IS NULL"
        )
        == "12A:1 12B:1 14:1"
    )
    whole(fresh_db)


ACTS: list[Callable[[Session, str], Any]] = [
    lambda session, code: amend(session, code, amendment({"so_nha": "12A"}), **WHO),
    lambda session, code: retire(session, code, **WHO),
    lambda session, code: split(session, code, [Part(amendment({"so_nha": "12B"}))], **WHO),
]


@pytest.mark.parametrize("act", ACTS)
def test_a_batch_is_not_undone_under_what_a_person_did_since(fresh_db: str, tmp_path: Path, act: Callable[[Session, str], Any]) -> None:
    """The refusal names the door; an act before the batch does not stand in its way."""
    first, rows = load(fresh_db, tmp_path / "a.csv", [door()])
    code = rows[0]["result_code"]
    with db.session(fresh_db) as session:
        act(session, code)
        session.commit()
    later, _ = load(fresh_db, tmp_path / "b.csv", [door(so_nha="20")])
    with db.session(fresh_db) as session, pytest.raises(RefusedError, match=f"by hand since: {code}"):
        rollback_batch(session, first.batch_id or 0)
    with db.session(fresh_db) as session:
        assert rollback_batch(session, later.batch_id or 0)["removed"] == 1
    whole(fresh_db)


def test_a_batch_is_not_undone_where_a_person_took_its_number(fresh_db: str, tmp_path: Path) -> None:
    """A batch corrected 12 to 14 by code, then somebody made 16 a 12: the door cannot come back under its old number."""
    coded = {"ma_dia_chi_so": "3210000012"}
    _, first = load(fresh_db, tmp_path / "a.csv", [door(so_nha="12", **coded), door(so_nha="16")])
    second, _ = load(fresh_db, tmp_path / "b.csv", [door(so_nha="14", **coded)])
    by_hand(fresh_db, amend, first[1]["result_code"], amendment({"so_nha": "12"}))
    with db.session(fresh_db) as session, pytest.raises(RefusedError, match="by hand since"):
        rollback_batch(session, second.batch_id or 0)
