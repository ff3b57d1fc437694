"""A door's life: corrected, moved, verified, merged, split, retired, revived; the code goes on resolving and nothing is forgotten."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.boundaries import load_files
from registry.errors import CodeError, DiachisoError, NotFoundError, RefusedError, UsageError
from registry.life.amend import amend
from registry.life.chain import last_of
from registry.life.fate import fate_of
from registry.life.fields import amendment
from registry.life.merge import merge
from registry.life.move import move
from registry.life.retire import retire
from registry.life.revive import revive
from registry.life.split import Part, split
from registry.life.spot import Reading
from registry.life.status import advance_all, notify, plate, verify
from tests.db.living import FAR, LAT, LON, OTHER, WHO, assert_whole, changes, commune, door, external, number_of, row_of
from tests.db.test_boundaries import geojson, square


def test_a_correction_keeps_the_code_and_says_what_was_there(session: Session) -> None:
    """Number, street, hamlet, kind, households and note change; the image before them is kept with who and why."""
    code = door(session, "12")
    said = {"so_nha": "12a", "duong": "Trần Phú", "thon_to": "Tổ 5", "loai": "doanh_nghiep", "so_ho": "0", "ghi_chu": "gọi 0912345678"}
    done = amend(session, code, amendment(said), **WHO)
    row = row_of(session, code)
    assert (row.house_path, row.house_key, row.kind, row.households, row.note) == ("12A", "12a", "business", 0, "gọi ***")
    assert done.fields["so_nha"] == ("12", "12A")
    assert done.fields["duong"] == ("Sao Hôm", "Trần Phú")
    assert done.fields["thon_to"] == ("", "Tổ 5")
    before = session.execute(text("SELECT before, actor, reason FROM change WHERE entity = 'address'")).one()
    assert (before.before["house_path"], before.actor, before.reason) == ("12", WHO["actor"], WHO["reason"])
    assert changes(session) == [("place", "insert"), ("place", "insert"), ("address", "update")]
    assert_whole(session)


def test_a_street_is_found_by_the_key_of_imports(session: Session) -> None:
    """`đường Trần phú` and `Trần Phú` are one street, also for a correction: no second place is made."""
    one, two = door(session, "1"), door(session, "2", street="Trần Phú")
    amend(session, one, amendment({"duong": "đường TRẦN PHÚ"}), **WHO)
    assert row_of(session, one).place_id == row_of(session, two).place_id


def test_the_door_hangs_on_its_hamlet_where_no_street_is_left(session: Session) -> None:
    """As in an import: the street, else the building, else the hamlet; without any of them there is no door."""
    code = door(session, "12")
    with pytest.raises(RefusedError, match="needs a street"):
        amend(session, code, amendment({"duong": ""}), **WHO)
    amend(session, code, amendment({"duong": "", "thon_to": "Bản Na Sang"}), **WHO)
    row = row_of(session, code)
    assert row.place_id == row.hamlet_id
    assert_whole(session)


WRONG = [
    ({"so_nha": "12"}, RefusedError, "Nothing would change"),
    ({"so_nha": "14"}, RefusedError, "Another door stands there"),
    ({"so_nha": "cạnh chợ"}, UsageError, "Not a house number"),
    ({"so_ho": "1"}, RefusedError, "2 household references"),
    ({"so_ho": "nhiều"}, UsageError, "Not a number"),
    ({"loai": "lâu đài"}, UsageError, "No such kind"),
    ({"duong": "nhà ông Nguyễn Văn Mẫu 0912345678"}, RefusedError, "names or reaches a person"),
    ({"mau": "xanh"}, UsageError, "No such field"),
    ({}, UsageError, "Nothing to change"),
]


@pytest.mark.parametrize(("said", "error", "words"), WRONG)
def test_a_correction_that_cannot_be_changes_nothing(
    session: Session, said: dict[str, str], error: type[DiachisoError], words: str
) -> None:
    """Another door there, no such number, fewer households than references: refused with what to do."""
    code = door(session, "12", refs=("H1", "H2"))
    door(session, "14")
    before = row_of(session, code)
    with pytest.raises(error, match=words), session.begin_nested():
        amend(session, code, amendment(said), **WHO)
    assert row_of(session, code) == before
    assert changes(session) == []


def test_a_code_must_be_known_live_and_rightly_copied(session: Session) -> None:
    """Wrong check character, unknown, retired, misshapen: each says what is wrong."""
    code = door(session, "12")
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for text_, error in ((wrong, CodeError), ("3212099999", NotFoundError), ("abc", CodeError)):
        with pytest.raises(error):
            retire(session, text_, **WHO)
    with pytest.raises(UsageError):
        retire(session, code, actor="", reason="x")
    retire(session, code, **WHO)
    for act in (retire, verify):
        with pytest.raises(RefusedError, match="retired since"):
            act(session, code, **WHO)


def test_a_further_code_names_the_door_where_it_is_its_alone(session: Session) -> None:
    """NDAS works like the registry's own; a Vpostcode square with two doors is refused."""
    one, two = door(session, "1"), door(session, "2")
    external(session, one, "ndas", "3212000017")
    for each in (one, two):
        external(session, each, "vpostcode", "321207P9R92X")
    assert verify(session, "3212000017", **WHO).code == one
    with pytest.raises(RefusedError, match="2 doors share"):
        verify(session, "vpostcode 321207P9R92X", **WHO)


def test_a_point_is_kept_as_it_was_given(session: Session) -> None:
    """VN-2000 metres become degrees; the metres, their system and the way they were got are kept beside them."""
    code = door(session, "12")
    done = move(session, code, Reading(502000.0, 2366000.0, "EPSG:9205", "survey", 3.0), **WHO)
    row = row_of(session, code)
    assert (row.original_x, row.original_y, row.original_crs, row.point_method, row.accuracy_m) == (
        502000.0,
        2366000.0,
        "EPSG:9205",
        "survey",
        3.0,
    )
    assert (row.lon, row.lat) == pytest.approx((103.0193, 21.3876), abs=0.01)
    assert done.warnings
    assert "toa_do" in done.fields
    assert_whole(session)


@pytest.mark.parametrize(("x", "y", "error"), [(21.3, 103.0, UsageError), (2.35, 48.85, RefusedError), (LON, LAT, RefusedError)])
def test_a_point_that_cannot_be_is_refused(session: Session, x: float, y: float, error: type[DiachisoError]) -> None:
    """Axes swapped, elsewhere in the world, the same as before."""
    code = door(session, "12")
    with pytest.raises(error):
        move(session, code, Reading(x, y), **WHO)


@pytest.fixture
def areas(session: Session, tmp_path: Path) -> Session:
    """Give the session with official areas of two communes of Điện Biên side by side, and of one of Hà Nội."""
    squares = [
        ({"ma_xa": "03127"}, square(LON, LAT, 0.02)),
        ({"ma_xa": OTHER}, square(LON + 0.04, LAT, 0.02)),
        ({"ma_xa": FAR}, square(105.8, 21.0, 0.02)),
    ]
    load_files(session, [geojson(tmp_path / "areas.geojson", *squares)])
    return session


def test_a_door_follows_its_point_into_another_commune(areas: Session) -> None:
    """Commune, street and counts follow; the code stays and the unit it was recorded under is the new one."""
    code = door(areas, "12")
    done = move(areas, code, Reading(LON + 0.04, LAT), **WHO)
    row = row_of(areas, code)
    assert row.commune_id == row.recorded_unit_id == commune(areas, OTHER).id
    assert done.fields["xa"][1].endswith(f"({OTHER})")
    assert ("place", "insert") in changes(areas)
    assert_whole(areas)


def test_official_areas_decide_where_a_point_may_lie(areas: Session) -> None:
    """In no commune at all, and in another province: refused. Fifty metres over the edge of all areas: with a warning."""
    code = door(areas, "12")
    with pytest.raises(RefusedError, match="in no other commune"):
        move(areas, code, Reading(LON, LAT + 0.5), **WHO)
    with pytest.raises(RefusedError, match="another province"):
        move(areas, code, Reading(105.8, 21.0), **WHO)
    assert "outside" in move(areas, code, Reading(LON, LAT + 0.0205), **WHO).warnings[0][1]


def test_a_door_climbs_the_ladder_and_never_descends(session: Session) -> None:
    """Verified, notified, plated, each with its day; a step back, a day to come and a day before an earlier step are refused."""
    code = door(session, "12", status="collected")
    verify(session, code, on=date(2026, 3, 1), **WHO)
    with pytest.raises(RefusedError, match="before an earlier step"):
        notify(session, code, on=date(2026, 2, 1), **WHO)
    with pytest.raises(UsageError, match="has not come"):
        notify(session, code, on=date(2999, 1, 1), **WHO)
    plate(session, code, on=date(2026, 4, 1), **WHO)
    for act in (verify, notify, plate):
        with pytest.raises(RefusedError, match="only goes up"):
            act(session, code, **WHO)
    days = session.execute(text("SELECT kind, happened_on FROM life_event ORDER BY id")).all()
    assert [tuple(row) for row in days] == [("verified", date(2026, 3, 1)), ("plated", date(2026, 4, 1))]
    assert_whole(session)


def test_a_list_is_climbed_row_by_row(session: Session) -> None:
    """Every row has its own result; what is wrong with one does not stop the others."""
    one, two = door(session, "1"), door(session, "2", status="plated")
    climbs = advance_all(session, [one, two, one, "abc"], "notified", **WHO)
    assert [climb.happened is not None for climb in climbs] == [True, False, False, False]
    assert all(climb.refused for climb in climbs[1:])
    assert row_of(session, one).status == "notified"
    assert_whole(session)


def test_a_merged_code_leads_to_the_other(session: Session) -> None:
    """Households, references and further codes move over; the code is retired, resolves, and says since when and what to use."""
    one, two = door(session, "12", refs=("H1",)), door(session, "12A", refs=("H2", "H3"))
    external(session, one, "ndas", "3212000017")
    for each in (one, two):
        external(session, each, "vpostcode", "321207P9R92X")
    done = merge(session, one, two, **WHO)
    assert (row_of(session, two).households, done.others, done.fields["so_ho"]) == (3, (two,), ("2", "3"))
    assert done.warnings
    held = session.execute(text("SELECT code FROM external_code WHERE address_id = :id"), {"id": number_of(session, two)}).scalars()
    assert sorted(held) == ["3212000017", "321207P9R92X"]
    fate = fate_of(session, one)
    assert fate is not None
    assert (fate.kind, fate.instead, fate.on is not None) == ("merged", two, True)
    assert two in fate.vi
    assert two in fate.en
    expected = {("household", "update"), ("external_code", "update"), ("external_code", "delete"), ("address", "retire"),
                ("digital_address", "retire"), ("address", "update")}  # fmt: skip
    assert set(changes(session)) == expected
    assert_whole(session)


def test_merges_that_cannot_be(session: Session) -> None:
    """With itself, across provinces, into a retired door, with fewer households than references."""
    one, two, far = door(session, "12", refs=("H1", "H2")), door(session, "14"), door(session, "1", unit=FAR)
    with pytest.raises(RefusedError, match="merged with itself"):
        merge(session, one, one, **WHO)
    with pytest.raises(RefusedError, match="two provinces"):
        merge(session, one, far, **WHO)
    with pytest.raises(RefusedError, match="2 household references"):
        merge(session, one, two, households=1, **WHO)
    retire(session, two, **WHO)
    with pytest.raises(RefusedError, match="retired"):
        merge(session, one, two, **WHO)


def test_a_chain_of_merges_ends_at_the_last_door(session: Session) -> None:
    """A into B, B into C: A leads to C; D into B goes to C; C into A is the door itself; a ring in the table ends where it closes."""
    a, b, c, d = (door(session, number) for number in ("1", "2", "3", "4"))
    merge(session, a, b, **WHO)
    merge(session, b, c, **WHO)
    assert last_of(session, number_of(session, a)) == number_of(session, c)
    fate = fate_of(session, a)
    assert fate is not None
    assert fate.instead == c
    assert merge(session, d, b, **WHO).others == (c,)
    with pytest.raises(RefusedError, match="merged with itself"):
        merge(session, c, a, **WHO)
    assert_whole(session)
    session.execute(
        text("UPDATE address SET retired_at = now(), replaced_by = :a WHERE id = :c"),
        {"a": number_of(session, a), "c": number_of(session, c)},
    )
    assert last_of(session, number_of(session, a)) in {number_of(session, each) for each in (a, b, c)}


def test_a_split_leaves_the_code_with_one_door(session: Session) -> None:
    """The new doors get codes of their own and take their households along; the old code says what was split off."""
    code = door(session, "12", households=3)
    parts = [Part(amendment({"so_nha": "12B"})), Part(amendment({"so_nha": "12C", "so_ho": "1"}), (LON + 0.0001, LAT))]
    done = split(session, code, parts, keeps=amendment({"so_nha": "12A"}), **WHO)
    assert len(set(done.others) | {code}) == 3
    assert [row_of(session, each).house_path for each in (code, *done.others)] == ["12A", "12B", "12C"]
    assert [row_of(session, each).households for each in (code, *done.others)] == [1, 1, 1]
    fate = fate_of(session, code)
    assert fate is not None
    assert fate.kind == "split"
    assert all(each in fate.vi for each in done.others)
    assert_whole(session)


def test_splits_that_cannot_be(session: Session) -> None:
    """Two doors under one key, nothing that tells the new one, a point in another commune, no part at all."""
    code = door(session, "12")
    door(session, "14")
    for said in ({"so_nha": "14"}, {"so_nha": "12"}, {"ghi_chu": "sau nhà", "so_nha": ""}):
        with pytest.raises(RefusedError), session.begin_nested():
            split(session, code, [Part(amendment(said))], **WHO)
    with pytest.raises(RefusedError, match="stands there"), session.begin_nested():
        split(session, code, [Part(amendment({"so_nha": "16"})), Part(amendment({"so_nha": "16"}))], **WHO)
    with pytest.raises(UsageError):
        split(session, code, [], **WHO)
    assert_whole(session)


def test_a_retired_door_comes_back_with_its_code(session: Session) -> None:
    """Unless it lives, or another door stands in its place by now."""
    code = door(session, "12")
    with pytest.raises(RefusedError, match="is in use"):
        revive(session, code, **WHO)
    retire(session, code, **WHO)
    assert_whole(session)
    other = door(session, "12")
    with pytest.raises(RefusedError, match="Another door stands"):
        revive(session, code, **WHO)
    amend(session, other, amendment({"so_nha": "14"}), **WHO)
    revive(session, code, **WHO)
    assert row_of(session, code).retired_at is None
    assert fate_of(session, code) is None
    assert_whole(session)


def test_a_merge_is_taken_back_with_what_it_took(session: Session) -> None:
    """References, further codes and the number of households stand where they stood."""
    one, two = door(session, "12", refs=("H1",), households=2), door(session, "14", refs=("H2",))
    external(session, one, "ndas", "3212000017")
    merge(session, one, two, **WHO)
    assert row_of(session, two).households == 3
    revive(session, one, **WHO)
    assert [row_of(session, each).households for each in (one, two)] == [2, 1]
    refs = {row.ref: row.address_id for row in session.execute(text("SELECT ref, address_id FROM household"))}
    assert refs == {"H1": number_of(session, one), "H2": number_of(session, two)}
    assert session.execute(text("SELECT address_id FROM external_code")).scalar_one() == number_of(session, one)
    assert_whole(session)


def test_a_reason_holds_nobody(session: Session) -> None:
    """Names and numbers of people are taken out before anything is written."""
    code = door(session, "12")
    retire(session, code, actor="can-bo", reason="chủ nhà chị Lan 0912345678 báo đã phá")
    kept = session.execute(
        text("SELECT string_agg(reason, ' ') FROM (SELECT reason FROM change UNION SELECT reason FROM life_event) AS r")
    ).scalar_one()
    assert "0912345678" not in kept
    assert "Lan" not in kept
