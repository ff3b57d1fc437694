"""Whoever knows every published figure and that sums hold cannot tell a hidden small count from any other of 1 to 4."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.suppression import CUSHION, SMALL, Row, hidden, hidden_parts, is_small

FOREVER = 10**9
# What an attacker adds up: households with a code and those without. Households are their sum, and both are at least zero.
CODED, UNCODED = 0, 1
Counts = tuple[int, int]
numbers = st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 12), st.integers(13, 400))
leaves = st.tuples(numbers, numbers)
countries = st.lists(st.lists(leaves, min_size=1, max_size=6), min_size=1, max_size=4)


def table(country: list[list[Counts]]) -> dict[str, tuple[str | None, Counts]]:
    """Return every unit with its parent and its (coded, uncoded) households: communes, provinces, the country."""
    rows: dict[str, tuple[str | None, Counts]] = {}
    for number, communes in enumerate(country):
        for place, counts in enumerate(communes):
            rows[f"{number}.{place}"] = (str(number), counts)
        rows[str(number)] = ("all", (sum(each[0] for each in communes), sum(each[1] for each in communes)))
    provinces = [rows[str(number)][1] for number in range(len(country))]
    rows["all"] = (None, (sum(each[0] for each in provinces), sum(each[1] for each in provinces)))
    return rows


def pattern(rows: dict[str, tuple[str | None, Counts]]) -> frozenset[str]:
    """Hide by households and by households with a code, as coverage does."""
    return hidden(Row(name, parent, (coded + uncoded, coded)) for name, (parent, (coded, uncoded)) in rows.items())


def bounds(rows: dict[str, tuple[str | None, Counts]], out: frozenset[str], column: int) -> dict[str, tuple[int, int]]:
    """Return what every figure of a column can be: exact, for sums over a tree are settled by one way up and one way down."""
    can = {name: (0, FOREVER) if name in out else (counts[column],) * 2 for name, (_, counts) in rows.items()}
    order = sorted(rows, key=lambda name: 0 if name == "all" else 1 + name.count("."), reverse=True)

    def children(name: str) -> Iterator[str]:
        return (each for each, (parent, _) in rows.items() if parent == name)

    for name in order:
        if low := [can[each] for each in children(name)]:
            can[name] = (max(can[name][0], sum(a for a, _ in low)), min(can[name][1], sum(b for _, b in low)))
    for name in reversed(order):
        parts = list(children(name))
        for each in parts:
            others = [can[other] for other in parts if other != each]
            least, most = can[name][0] - sum(b for _, b in others), can[name][1] - sum(a for a, _ in others)
            can[each] = (max(can[each][0], least), min(can[each][1], most))
    return can


@given(countries)
@settings(max_examples=250, deadline=None)
def test_every_value_from_1_to_4_stays_possible(country: list[list[Counts]]) -> None:
    """The attacker's interval of a hidden small count holds 1 to 4, in households with a code and in households."""
    rows = table(country)
    out = pattern(rows)
    coded, uncoded = bounds(rows, out, CODED), bounds(rows, out, UNCODED)
    for name, (_, (with_code, without)) in rows.items():
        if is_small(with_code):
            assert coded[name][0] <= 1
            assert coded[name][1] >= SMALL - 1
        if is_small(with_code + without):
            assert coded[name][0] + uncoded[name][0] <= 1
            assert coded[name][1] + uncoded[name][1] >= SMALL - 1


@given(countries)
@settings(max_examples=120, deadline=None)
def test_no_small_count_is_shown_and_nothing_is_hidden_without_need(country: list[list[Counts]]) -> None:
    """Every unit with a count from 1 to 4 is hidden; a table without any is shown whole."""
    rows = table(country)
    out = pattern(rows)
    small = {name for name, (_, (coded, uncoded)) in rows.items() if is_small(coded) or is_small(coded + uncoded)}
    assert small <= out
    assert small or not out


@given(countries)
@settings(max_examples=50, deadline=None)
def test_the_pattern_does_not_depend_on_the_order_of_the_rows(country: list[list[Counts]]) -> None:
    """The same units in another order hide the same units."""
    rows = table(country)
    backwards = dict(reversed(list(rows.items())))
    assert pattern(rows) == pattern(backwards)


def test_a_lone_small_commune_takes_the_smallest_large_sibling_with_it() -> None:
    """Of two siblings large enough the one of lower rank is hidden, and the sums stay."""
    rows = [Row("p", None, (153,)), Row("a", "p", (3,)), Row("b", "p", (100,), rank=2), Row("c", "p", (50,), rank=1)]
    assert hidden(rows) == {"a", "c"}


def test_where_no_sibling_is_large_the_sum_is_hidden_and_a_sibling_of_the_sum() -> None:
    """A province whose only households are three: it goes too, with another province and one of that province's communes."""
    rows = [
        Row("all", None, (93,)), Row("p", "all", (3,)), Row("a", "p", (3,)), Row("b", "p", (0,)), Row("q", "all", (90,)),
        Row("c", "q", (60,)), Row("d", "q", (30,), rank=1),
    ]  # fmt: skip
    assert hidden(rows) == {"a", "p", "q", "c"}


def test_zero_is_shown() -> None:
    """That nobody lives there is no secret."""
    assert hidden([Row("p", None, (20,)), Row("a", "p", (0,)), Row("b", "p", (20,))]) == frozenset()


shares = st.lists(st.lists(st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 60)), min_size=3, max_size=3), min_size=2, max_size=5)


@given(shares)
@settings(max_examples=120, deadline=None)
def test_parts_of_hidden_units_are_hidden_and_small_parts_are_not_alone(given_shares: list[list[int]]) -> None:
    """No shown part holds doors of a hidden unit; a small part's unit that is shown is shared with another hidden part."""
    units = {f"u{at}": sum(line) for at, line in enumerate(given_shares)}
    parts = {f"d{at}": {f"u{unit}": (line[at],) for unit, line in enumerate(given_shares) if line[at]} for at in range(3)}
    parts = {name: each for name, each in parts.items() if each}
    total = sum(units.values())
    secret = hidden([Row("all", None, (total,)), *(Row(name, "all", (number,)) for name, number in units.items())])
    out = hidden_parts(parts, secret)
    for name, each in parts.items():
        number = sum(counts[0] for counts in each.values())
        if is_small(number):
            assert name in out
            for unit in set(each) - secret:
                rest = units[unit] - each[unit][0]
                held = sum(parts[other][unit][0] for other in out if other != name and unit in parts[other])
                assert held >= min(rest, CUSHION)
        elif name not in out:
            assert secret.isdisjoint(each)
