"""What the matcher promises whatever is asked: every unit, nonsense, days, and the cases that hurt couriers most."""

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Answer, Level, Query, Verdict
from registry.unit_names import kind_and_name
from service.bench.doors import written_doors
from service.bench.styles import STYLES

MOST = 250
# Commune, district and province: a door that was recorded before July 2025.
THREE_LEVELS = 3
RECORDED = sql("SELECT recorded_unit_id FROM address WHERE id = :id")


def accepted(answer: Answer) -> int | None:
    """Return the door that an answer tells the courier to go to."""
    return answer.best.address_id if answer.verdict is Verdict.ACCEPT and answer.best else None


def test_an_unregistered_number_is_never_accepted_as_a_door(samples: Session, resolver: Resolver) -> None:
    """A number that the street does not have falls back to alley, street or hamlet, without a code, and says so."""
    for _, door in written_doors(samples, MOST):
        made_up = STYLES["complete"](door).replace(door.house.text if door.house else "", "9871", 1)
        answer = resolver.resolve(samples, Query(made_up))
        assert accepted(answer) is None
        assert answer.best is not None
        assert answer.best.level in {Level.STREET, Level.HAMLET}
        assert answer.best.code is None


def test_every_unit_of_both_worlds_is_right_or_ambiguous_never_wrong(samples: Session, resolver: Resolver) -> None:
    """Communes of today and of the 63-province world, written in full and large to small, lead where succession says."""
    gazetteer = resolver.gazetteer
    draw = random.Random(34).sample  # noqa: S311 - a fixed draw, no secret.
    current = draw([unit for (level, _), unit in gazetteer.current.items() if level == "commune"], MOST)
    old = draw([unit for (level, _), unit in gazetteer.old.items() if level == "commune"], MOST)
    for unit in [*current, *old]:
        world = gazetteer.old if unit.world == "old" else gazetteer.current
        names = [unit.full_name, *([world["district", unit.district].full_name] if unit.world == "old" else [])]
        names.append(world["province", unit.province].full_name)
        want = {gazetteer.commune(each).code for each in unit.today}
        for text in (", ".join(names), ", ".join(reversed(names))):
            answer = resolver.resolve(samples, Query(text, limit=20))
            listed = [answer.best, *answer.candidates] if answer.verdict is Verdict.AMBIGUOUS else [answer.best]
            assert want & {each.unit.commune.code for each in listed if each and each.unit.commune}, text


@pytest.mark.parametrize(
    "nonsense",
    ["", "   ", "😀😀😀", "???", "asdf qwer", "Paris, France", "0912 345 678", "cảm ơn shop nhé", "a" * 5000, "12/" * 300, "\x00\ufeff"],
)
def test_nonsense_is_rejected_with_a_reason(nonsense: str, samples: Session, resolver: Resolver) -> None:
    """Emoji, phone numbers, foreign towns and five thousand characters are no address, and no error either."""
    answer = resolver.resolve(samples, Query(nonsense))
    assert answer.verdict is Verdict.REJECT
    assert answer.best is None
    assert answer.reason


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from(
            ["12", "đường", "Trần Phú", "xã", "Mường Chà", "Điện Biên", "p.", "1", ",", "/", "ngõ", "hẻm 5", "Tổ 3", "🙂", "huyện"]
        )
    )
)
def test_any_jumble_of_address_words_gets_an_answer(words: list[str], samples: Session, resolver: Resolver) -> None:
    """Whatever order the words come in, there is an answer of the promised shape, and only doors carry a code."""
    found = resolver.resolve(samples, Query(" ".join(words))).to_dict()
    assert found["verdict"] in set(Verdict)
    assert found["code"] is None or found["level"] == "household"


def test_a_reused_name_is_read_in_the_world_that_the_text_names(samples: Session, resolver: Resolver) -> None:
    """Thị trấn Mường Chà is in Xã Na Sang today, while Xã Mường Chà was made of Chà Cang and its neighbours."""
    old = resolver.resolve(samples, Query("Thị trấn Mường Chà, huyện Mường Chà, Điện Biên")).best
    new = resolver.resolve(samples, Query("Xã Mường Chà, Điện Biên")).best
    assert old is not None
    assert new is not None
    assert old.unit.commune is not None
    assert new.unit.commune is not None
    assert (old.unit.commune.name, new.unit.commune.name) == ("Xã Na Sang", "Xã Mường Chà")


def test_units_are_named_as_of_the_day_asked_for(samples: Session, resolver: Resolver) -> None:
    """Đồng Nai is a province in 2025 and a city since 2026-04-30; before July 2025 the old units are named."""
    text = "Xã Xuân Lộc, Đồng Nai"
    names = {}
    for day in (date(2025, 8, 1), date(2026, 10, 1), None):
        best = resolver.resolve(samples, Query(text, on=day)).best
        assert best is not None
        assert best.unit.province is not None
        assert best.unit.commune is not None
        names[day] = (best.unit.commune.name, best.unit.province.name)
    assert names == {
        date(2025, 8, 1): ("Xã Xuân Lộc", "Tỉnh Đồng Nai"),
        date(2026, 10, 1): ("Phường Xuân Lộc", "Thành phố Đồng Nai"),
        None: ("Phường Xuân Lộc", "Thành phố Đồng Nai"),
    }


@pytest.mark.parametrize("style", ["bên cạnh nhà {}", "hẻm bên cạnh nhà {}", "đối diện {}", "{}, 9134", "{} và 9134", "{} cũ"])
def test_words_beside_the_number_keep_it_from_being_accepted(style: str, samples: Session, resolver: Resolver) -> None:
    """Next to 12, opposite 12, 12 and 14, formerly 12: none of them is exactly the door 12."""
    for _, door in written_doors(samples, 60):
        number = door.house.text if door.house else ""
        text = STYLES["complete"](door).replace(number, style.format(number), 1)
        assert accepted(resolver.resolve(samples, Query(text))) is None, text


def test_a_namesake_hamlet_of_a_merged_neighbour_is_not_accepted(samples: Session, resolver: Resolver) -> None:
    """Merged communes each had a Tổ dân phố 3: the one that the text does not name needs confirming at the least."""
    gazetteer = resolver.gazetteer
    tried = 0
    for address_id, door in written_doors(samples, 2000):
        unit = gazetteer.by_id[samples.execute(RECORDED, {"id": address_id}).scalar_one()]
        siblings = [each for each in gazetteer.predecessors[unit.today[0]] if each.id != unit.id] if unit.world == "old" else []
        if door.street or not siblings:
            continue
        other = siblings[0]
        units = (other.full_name, gazetteer.old["district", other.district].full_name, door.units[-1])
        answer = resolver.resolve(samples, Query(STYLES["complete"](replace(door, units=units))))
        assert accepted(answer) != address_id
        tried += 1
    assert tried > 50


def test_before_the_reform_the_province_of_a_door_is_still_known(samples: Session, resolver: Resolver) -> None:
    """A door recorded in today's units is named, on a day of 2024, as far as succession decides it."""
    for address_id, door in written_doors(samples, 30):
        best = resolver.resolve(samples, Query(STYLES["complete"](door), on=date(2024, 1, 1))).best
        assert best is not None
        assert best.address_id == address_id
        assert best.unit.province is not None


def test_a_number_with_letters_leads_a_street_without_its_word(samples: Session, resolver: Resolver) -> None:
    """`90 bis Hồ Xuân Hương` and `12A Lê Lợi` are accepted although no `đường` stands between number and name."""
    tried = 0
    for address_id, door in written_doors(samples, 6000):
        if not door.street or not door.house or not any(sign.isalpha() for sign in door.house.text):
            continue
        answer = resolver.resolve(samples, Query(STYLES["complete"](replace(door, street=door.street.removeprefix("đường ")))))
        assert accepted(answer) == address_id, answer.explanation
        tried += 1
    assert tried > 50


@pytest.mark.parametrize(
    "text",
    ["174 đường Nguyễn Văn Cừ, Thị xã Kim Bảng", "134 đường Mỹ Long, Tỉnh Trà Vinh", "161 đường Lý Thường Kiệt, Tỉnh Hà Nam"],
)
def test_a_district_or_province_alone_does_not_hide_the_door(text: str, samples: Session, resolver: Resolver) -> None:
    """House and street find the door; so they do with the town or province behind them."""
    bare = resolver.resolve(samples, Query(text.split(",", maxsplit=1)[0], limit=50))
    named = resolver.resolve(samples, Query(text, limit=50))
    doors = {each.address_id for each in (bare.best, *bare.candidates) if each and each.address_id}
    assert doors
    assert named.best is not None
    assert named.best.address_id in doors


@pytest.mark.parametrize(
    "written", ["{0} {1}, {province}", "{0} {1} {province}", "{0} {1}", "{0} {1}, {district}, {province}", "{0} {1} {district} {province}"]
)
def test_a_street_without_its_commune_lists_the_door(written: str, samples: Session, resolver: Resolver) -> None:
    """`10 Cầu Diễn, Hà Nội`: that a commune bears the street's name hides no door, with or without commas, province and old district."""
    tried = missed = 0
    for address_id, door in written_doors(samples, 1500):
        words = door.street.removeprefix("đường ").strip()
        if not words or not door.house or not words[0].isalpha() or ("district" in written and len(door.units) != THREE_LEVELS):
            continue
        district, province = (kind_and_name(name)[1] for name in door.units[-2:])
        if district.isdigit():
            continue
        text = written.format(door.house.text, words, district=district, province=province)
        answer = resolver.resolve(samples, Query(text, limit=200))
        doors = {each.address_id for each in (answer.best, *answer.candidates) if each}
        missed += address_id not in doors
        tried += 1
    assert tried > 100
    assert missed <= tried // 50


@pytest.mark.parametrize("between", [", ", " "])
def test_no_door_of_another_province_is_proposed_for_a_town_that_ends_the_text(between: str, samples: Session, resolver: Resolver) -> None:
    """A street that only other provinces have leads to the town or province that was written, never to its namesake elsewhere."""
    gazetteer = resolver.gazetteer
    known = resolver.resolve(samples, Query("174 đường Nguyễn Văn Cừ")).best
    assert known is not None
    assert known.unit.province is not None
    towns = [unit for (level, _), unit in gazetteer.old.items() if level == "district" and unit.kind in {"thành phố", "thị xã"}]
    provinces = [unit for world in (gazetteer.old, gazetteer.current) for (level, _), unit in world.items() if level == "province"]
    for unit in (*towns, *provinces):
        answer = resolver.resolve(samples, Query(f"174 Nguyễn Văn Cừ{between}{unit.name}"))
        assert answer.best is not None, unit.full_name
        if answer.best.address_id is not None and answer.verdict is not Verdict.AMBIGUOUS:
            named = {each.province for each in (*towns, *provinces) if each.name == unit.name}
            today = named | {code for each in named for code in gazetteer.province_today.get(("old", each), frozenset())}
            assert answer.best.unit.province is not None
            assert answer.best.unit.province.code in today, unit.full_name


def test_a_listed_street_that_no_door_has_yet_is_no_old_commune(samples: Session, resolver: Resolver) -> None:
    """Hà Nội has a street Nguyễn Trãi, and had a commune of that name far away: behind a number the street is meant."""
    best = resolver.resolve(samples, Query("45 Nguyễn Trãi, Hà Nội")).best
    assert best is not None
    assert (best.level, best.unit.province and best.unit.province.code) == (Level.PROVINCE, "01")
    named = resolver.resolve(samples, Query("Xã Nguyễn Trãi, Hà Nội")).best
    assert named is not None
    assert named.level is Level.COMMUNE


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("45 Lê Lợi Sài Gòn", "79"), ("45 Lê Lợi, Sài Gòn", "79"), ("45 Lê Lợi, TP Sài Gòn", "79"), ("45 Le Loi, Saigon", "79"),
        ("12 Trần Phú, Qui Nhơn", "52"), ("12 Trần Phú, Buôn Mê Thuột", "66"), ("9 Võ Thị Sáu Đà Lạt", "68"),
        ("15 An Dương Hải Phòng", "31"), ("15 Tuệ Tĩnh Hải Phòng", "31"),
    ],
)  # fmt: skip
def test_a_town_is_known_by_the_name_that_people_give_it(text: str, province: str, samples: Session, resolver: Resolver) -> None:
    """Old and popular names are held against their own marks; `Dương` and `Tĩnh` at the end of a street announce no other."""
    best = resolver.resolve(samples, Query(text)).best
    assert best is not None
    assert best.unit.province is not None
    assert best.unit.province.code == province
