"""Laws that hold whatever door is asked for and however it is written: properties over the registered sample doors."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

import geocode.places
import geocode.prepare
import loaders.doors
from geocode.resolver import Resolver
from geocode.types import Answer, Query, Verdict
from registry import db, place_key
from registry.house_path import HousePath, readings
from registry.text import FOLD_VERSION, fold
from service.bench.doors import written_doors
from service.bench.styles import SHORT, STYLES, Written
from service.bench.word_noise import unmarked

MOST = 250
LAW = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
AT = st.integers(0, MOST - 1)
FAR = 1000


class Doors(tuple[tuple[int, Written], ...]):
    """Doors with their parts in words; a failing example need not show them all."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return how many there are."""
        return f"{len(self)} doors"


def _short(text: str) -> str:
    """Write every type word short."""
    for word, short in SHORT.items():
        text = text.replace(word, short)
    return text


SPOILS: dict[str, Callable[[str], str]] = {
    "no accents": unmarked,
    "capitals": str.upper,
    "small": str.lower,
    "swapped": str.swapcase,
    "no commas": lambda text: text.replace(",", ""),
    "no spaces behind commas": lambda text: text.replace(", ", ","),
    "semicolons for commas": lambda text: text.replace(", ", " - "),
    "short": _short,
    "wide": lambda text: text.replace(" ", "  "),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "country": lambda text: f"{text}, Việt Nam",
    "full stop": lambda text: f"{text}.",
}
SPOILT = st.lists(st.sampled_from(sorted(SPOILS)), min_size=1, max_size=4, unique=True)


@pytest.fixture(scope="module")
def doors(sample_db: str) -> Doors:
    """Give registered doors with their parts in words, always the same."""
    with db.session(sample_db) as opened:
        return Doors(written_doors(opened, MOST))


def accepted(answer: Answer) -> int | None:
    """Return the door that an answer tells the courier to go to."""
    return answer.best.address_id if answer.verdict is Verdict.ACCEPT and answer.best else None


def rank(answer: Answer, address_id: int) -> int:
    """Return the place of a door among what is answered, 0 for the first; far behind when it is not there."""
    listed = [answer.best, *answer.candidates] if answer.best else []
    ids = list(dict.fromkeys(each.address_id for each in listed if each))
    return ids.index(address_id) if address_id in ids else FAR


@pytest.mark.parametrize("style", STYLES)
def test_registered_doors_come_back_in_every_style(style: str, doors: Doors, samples: Session, resolver: Resolver) -> None:
    """A door written in full, without accents, in capitals, abbreviated, re-ordered or with its alleys in words is found."""
    answers = resolver.resolve_many(samples, [Query(STYLES[style](door)) for _, door in doors])
    found = [answer.best.address_id if answer.best else None for answer in answers]
    assert sum(one == want for one, (want, _) in zip(found, doors, strict=True)) >= 0.99 * len(doors)
    assert all(accepted(answer) in {None, want} for answer, (want, _) in zip(answers, doors, strict=True))


@LAW
@given(at=AT, style=st.sampled_from(sorted(STYLES)), spoils=SPOILT)
def test_no_spoilt_writing_of_a_door_is_accepted_as_another(
    at: int, style: str, spoils: list[str], doors: Doors, samples: Session, resolver: Resolver
) -> None:
    """Accents, case, commas, long words taken away, in any order and together: what is accepted stays the same door."""
    address_id, door = doors[at]
    text = STYLES[style](door)
    for spoil in spoils:
        text = SPOILS[spoil](text)
    assert accepted(resolver.resolve(samples, Query(text))) in {None, address_id}, text


def _other_number(house: HousePath, change: str) -> HousePath:
    """Return the path of a door that looks much like another one."""
    digits = "".join(sign for sign in house.house if sign.isdigit())[:4]
    last = {
        "suffix": f"{house.house[:8]}C",
        "neighbour": str(int(digits or 0) + 2),
        "longer": f"{digits}7",
        "shorter": digits[:-1] or "8",
        "bare": digits or "6",
    }.get(change, house.house)
    alley = house.alley[::-1] if change == "turned" else house.alley[1:] if change == "outer alley lost" else house.alley
    alley = (*alley, "3") if change == "deeper" else alley
    return HousePath((*alley, last))


CHANGES = ("suffix", "neighbour", "longer", "shorter", "bare", "turned", "outer alley lost", "deeper")


@LAW
@given(at=AT, change=st.sampled_from(CHANGES), style=st.sampled_from(sorted(STYLES)))
def test_an_accepted_door_has_the_number_that_was_written(
    at: int, change: str, style: str, doors: Doors, samples: Session, resolver: Resolver
) -> None:
    """Another suffix, a neighbour, a digit more or less, alleys turned round or left out: only such a door is accepted, if any."""
    _, door = doors[at]
    assert door.house is not None
    meant = _other_number(door.house, change)
    answer = resolver.resolve(samples, Query(STYLES[style](replace(door, house=meant))))
    if answer.verdict is Verdict.ACCEPT:
        assert answer.best is not None
        assert answer.best.house is not None
        assert readings(answer.best.house)[0] == meant, answer.query


@LAW
@given(
    at=AT,
    spoil=st.sampled_from(["no accents", "capitals", "small", "no spaces behind commas", "wide", "decomposed", "country", "full stop"]),
)
def test_what_says_nothing_changes_nothing(at: int, spoil: str, doors: Doors, samples: Session, resolver: Resolver) -> None:
    """A complete writing without accents, in another case or another Unicode form, or with the country behind it: the same door first."""
    address_id, door = doors[at]
    text = SPOILS[spoil](STYLES["complete"](door))
    assert rank(resolver.resolve(samples, Query(text, limit=20)), address_id) == 0, text


@LAW
@given(at=AT, words=st.integers(1, 14), limit=st.integers(2, 30), style=st.sampled_from(sorted(STYLES)))
def test_the_first_answer_does_not_depend_on_how_many_are_asked_for(
    at: int, words: int, limit: int, style: str, doors: Doors, samples: Session, resolver: Resolver
) -> None:
    """limit=1 is the first of limit=n, with the same verdict, margin and reason, also for texts that are cut short."""
    text = " ".join(STYLES[style](doors[at][1]).split(" ")[:words])
    one, many = (resolver.resolve(samples, Query(text, limit=most)) for most in (1, limit))
    assert (one.verdict, one.best, one.margin, one.reason, one.changed) == (many.verdict, many.best, many.margin, many.reason, many.changed)
    assert len(many.candidates) <= limit
    assert one.candidates == many.candidates[: len(one.candidates)]


@LAW
@given(at=AT, kept=st.sets(st.integers(0, 2)), more=st.sets(st.integers(0, 2), min_size=1), today=st.booleans())
def test_naming_a_true_unit_never_lowers_the_door(
    at: int,
    kept: set[int],
    more: set[int],
    today: bool,  # noqa: FBT001 - drawn
    doors: Doors,
    samples: Session,
    resolver: Resolver,
) -> None:
    """With commune, district or province in words beside what was written, of the map of then or of today, the door stands no lower."""
    address_id, door = doors[at]
    units = door.today if today and door.today else door.units
    before, after = (
        Query(STYLES["complete"](replace(door, units=tuple(name for place, name in enumerate(units) if place in places))), limit=50)
        for places in (kept, kept | more)
    )
    assert rank(resolver.resolve(samples, after), address_id) <= rank(resolver.resolve(samples, before), address_id), after.text


@LAW
@given(at=AT, kept=st.sets(st.integers(0, 2)), which=st.sampled_from(["province_code", "commune_code", "postal_code", "both"]))
def test_a_true_filter_never_lowers_the_door(
    at: int, kept: set[int], which: str, doors: Doors, samples: Session, resolver: Resolver
) -> None:
    """A filter on the right province, commune or postal code only takes others away; what was accepted stays accepted."""
    address_id, door = doors[at]
    text = STYLES["complete"](replace(door, units=tuple(name for place, name in enumerate(door.units) if place in kept)))
    commune, province, postal = samples.execute(sql(
        "SELECT u.code, u.province_code, u.postal_code FROM address a JOIN unit u ON u.id = a.commune_id WHERE a.id = :id"
    ), {"id": address_id}).one()  # fmt: skip
    filters = {"province_code": province, "commune_code": commune, "postal_code": postal}
    chosen = {name: code for name, code in filters.items() if which in {name, "both"} and code}
    free, held = resolver.resolve(samples, Query(text, limit=50)), resolver.resolve(samples, Query(text, limit=50, **chosen))
    assert rank(held, address_id) <= rank(free, address_id), text
    if accepted(free) == address_id:
        assert accepted(held) == address_id, text


@LAW
@given(at=AT, other=AT, style=st.sampled_from(sorted(STYLES)))
def test_a_filter_lets_no_door_of_another_commune_through(
    at: int, other: int, style: str, doors: Doors, samples: Session, resolver: Resolver
) -> None:
    """Whatever commune is filtered on, every door that is answered lies in it."""
    code = samples.execute(
        sql("SELECT u.code FROM address a JOIN unit u ON u.id = a.commune_id WHERE a.id = :id"), {"id": doors[other][0]}
    ).scalar_one()
    answer = resolver.resolve(samples, Query(STYLES[style](doors[at][1]), limit=20, commune_code=code))
    listed = [each for each in (answer.best, *answer.candidates) if each and each.address_id]
    assert {each.unit.commune.code for each in listed if each.unit.commune} <= {code}


@LAW
@given(at=st.lists(AT, min_size=1, max_size=30))
def test_many_questions_are_answered_as_one_by_one(at: list[int], doors: Doors, samples: Session, resolver: Resolver) -> None:
    """Asked together, each question has the answer that it has alone."""
    queries = [Query(STYLES[sorted(STYLES)[place % len(STYLES)]](doors[place][1])) for place in at]
    together = resolver.resolve_many(samples, queries)
    assert [(each.verdict, each.best) for each in together] == [
        (alone.verdict, alone.best) for alone in (resolver.resolve(samples, query) for query in queries)
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{house} {street}, {commune}, {province}", "{street} {house}, {commune}, {province}"),
        ("{house} {street}, {commune}, {province}", "{house} {street} Street, {commune}, {province}"),
        ("{house} {street}, {commune}, {province}", "{province} - {commune} - {street} - {house}"),
    ],
)
def test_the_order_of_words_does_not_change_the_door(one: str, other: str, doors: Doors, samples: Session, resolver: Resolver) -> None:
    """Street then number, English order, dashes from large to small: what is accepted is the same door."""
    for address_id, door in doors[:80]:
        if not door.street or not door.house or "/" in door.house.text:
            continue
        parts = {
            "house": door.house.text,
            "street": door.street.removeprefix("đường "),
            "commune": door.units[0],
            "province": door.units[-1],
        }
        for form in (one, other):
            assert accepted(resolver.resolve(samples, Query(form.format(**parts)))) in {None, address_id}, form.format(**parts)


def test_a_clear_text_is_read_the_short_way_as_the_long_way(
    doors: Doors, samples: Session, resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where typed units settle a text, searching for bare names changes no verdict and no first answer: doors, units of both maps."""
    asked = [STYLES[style](door) for _, door in doors for style in ("complete", "abbreviated", "no accents")]
    gazetteer = resolver.gazetteer
    for world in (gazetteer.current, gazetteer.old):
        communes = [unit for (level, _), unit in world.items() if level == "commune"]
        for unit in communes[::20]:
            district = [world["district", unit.district].full_name] if unit.district else []
            asked.append(", ".join([unit.full_name, *district, world["province", unit.province].full_name]))
    queries = [Query(text) for text in (*asked, *map(unmarked, asked[::5]), *map(_short, asked[::5]))]
    short = resolver.resolve_many(samples, queries)
    monkeypatch.setattr(geocode.prepare, "_is_clear", lambda *_: False)
    long = resolver.resolve_many(samples, queries)
    assert [(one.verdict, one.best) for one in short] == [(other.verdict, other.best) for other in long]


def test_load_and_query_share_one_folding(samples: Session, resolver: Resolver) -> None:
    """The keys of every registered place, house and flat are what a question's words are folded to, and the version says by which rules."""
    assert vars(loaders.doors)["place_key"] is vars(geocode.places)["place_key"] is place_key.place_key
    for place in resolver.gazetteer.places:
        assert place_key.place_key(place.kind, place.name) == place.key
        assert fold(place.key) == place.key
        assert place in resolver.gazetteer.places.find(place.key, frozenset({place.commune_id}), FAR)
    for path, key in samples.execute(sql("SELECT DISTINCT house_path, house_key FROM address WHERE house_path <> ''")):
        assert readings(path)[0].key == key
    assert set(samples.execute(sql("SELECT DISTINCT fold_version FROM address")).scalars()) == {FOLD_VERSION}
    assert resolver.data_version.startswith(f"{FOLD_VERSION}-")
