"""The table of places answers as a plain list would, however many communes share one name."""

from hypothesis import given, settings
from hypothesis import strategies as st

from geocode.place_table import FEW, KINDS, GazPlace, PlaceTable

KEYS = ("to 3", "to 5", "le loi", "tran phu", "quoc lo 6", "30/4", "")
COMMUNES = st.integers(1, 40)
ROWS = st.lists(
    st.tuples(
        st.integers(1, 2**40),
        COMMUNES,
        st.sampled_from(KINDS),
        st.sampled_from(["Tổ 3", "Lê Lợi", "Trần Phú", ""]),
        st.sampled_from(KEYS),
        st.none() | st.integers(1, 20_000),
    ),
    max_size=120,
    unique_by=lambda row: row[0],
)
WANTED = st.none() | st.frozensets(COMMUNES, max_size=45)


def listed(rows: list[tuple[int, int, str, str, str, int | None]]) -> list[GazPlace]:
    """Return the rows as places."""
    return [GazPlace(*row) for row in rows]


@settings(max_examples=300, deadline=None)
@given(rows=ROWS, communes=WANTED, most=st.integers(0, 150))
def test_a_key_finds_what_a_plain_list_holds(
    rows: list[tuple[int, int, str, str, str, int | None]], communes: frozenset[int] | None, most: int
) -> None:
    """The same places for every key, each once; with a limit so many of them, in all communes or in a few."""
    table, places = PlaceTable(rows), listed(rows)
    for key in (*KEYS, "no such key"):
        want = {place for place in places if place.key == key and (communes is None or place.commune_id in communes)}
        found = table.find(key, communes, len(rows) + 1)
        assert len(found) == len(set(found))
        assert set(found) == want
        cut = table.find(key, communes, most)
        assert len(cut) == min(most, len(want))
        assert set(cut) <= want


@given(rows=ROWS, absent=st.integers(-5, 2**41))
def test_ids_and_communes_find_what_a_plain_list_holds(rows: list[tuple[int, int, str, str, str, int | None]], absent: int) -> None:
    """Every place by its id, none under another id, and each commune its own places."""
    table, places = PlaceTable(rows), listed(rows)
    assert all(table.by_id(place.id) == place for place in places)
    assert table.by_id(absent) == next((place for place in places if place.id == absent), None)
    for commune in range(42):
        assert sorted(table.of_commune(commune)) == sorted(place for place in places if place.commune_id == commune)


@given(rows=ROWS)
def test_the_whole_table_is_the_list(rows: list[tuple[int, int, str, str, str, int | None]]) -> None:
    """Iteration keeps the order of the rows; length, keys, names and first words agree with it."""
    table, places = PlaceTable(iter(rows)), listed(rows)
    assert list(table) == places
    assert len(table) == len(places)
    assert set(table.keys()) == {place.key for place in places}
    assert table.names() == {place.name for place in places}
    assert table.first_words == {place.key.split(" ")[0] for place in places}


@given(shared=st.integers(FEW - 1, 400), commune=st.integers(1, 450), twice=st.booleans())
def test_a_hamlet_of_every_commune_is_found_by_bisection(shared: int, commune: int, twice: bool) -> None:  # noqa: FBT001 - drawn
    """`Tổ 3` of four hundred communes, also twice in one (once for each old commune): those of the commune asked for, no other."""
    rows: list[tuple[int, int, str, str, str, int | None]] = [(each, each, "hamlet", "Tổ 3", "to 3", None) for each in range(shared, 0, -1)]
    rows += [(1000 + each, each, "hamlet", "Tổ dân phố 3", "to 3", 7) for each in range(1, shared + 1) if twice]
    table = PlaceTable(rows)
    found = {place.id for place in table.find("to 3", frozenset({commune}), 60)}
    assert found == ({commune, *([1000 + commune] if twice else [])} if commune <= shared else set())
    assert len(table.find("to 3", None, 60)) == min(60, len(rows))


def test_an_empty_table_holds_nothing() -> None:
    """No place, no error."""
    table = PlaceTable()
    assert (len(table), list(table), table.by_id(1), table.find("x", None, 5), list(table.of_commune(1))) == (0, [], None, (), [])
