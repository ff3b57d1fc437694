"""What the loader reads by a short cut is what the long way reads, and the codes that it draws are codes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from loaders import doors, reading
from loaders.copying import escaped
from registry.codes import SERIALS_PER_POSTAL_CODE, build, has_valid_check, read, serial_of
from registry.codes_draw import Draws, _written

HOUSES = st.from_regex(re.compile(r"[1-9][0-9]{0,3}[A-Za-z]?(?:/[1-9][0-9]{0,2}[A-Za-z]?){0,4}"), fullmatch=True).filter(str.isascii)


@given(HOUSES)
def test_a_plain_house_number_is_what_the_rules_say(number: str) -> None:
    """The short cut for plain numbers gives path, key and nothing else, as doors.house does."""
    said = doors.house(number, "", "")
    assert reading._PLAIN_HOUSE(number)
    assert (said.path, said.key, said.alley, said.issue, said.street, said.issues) == (number.upper(), number.lower(), "", "", "", ())


def test_what_is_no_plain_number_takes_the_long_way() -> None:
    """A five-digit number may be a date, a leading zero may be lost, words are words."""
    for text in ("45363", "012", "12 bis", "12-14", "12/0", "", "số 5"):
        assert not reading._PLAIN_HOUSE(text)


@given(st.integers(0, SERIALS_PER_POSTAL_CODE - 1), st.from_regex(r"[0-9]{5}", fullmatch=True).filter(str.isascii))
def test_a_drawn_code_is_built_as_every_code(serial: int, postal: str) -> None:
    """The fast writer and registry.codes.build agree on every serial of every postal code."""
    draws = Draws()
    prefix, weight, _ = draws._opened(postal)
    assert _written(prefix, weight, serial) == build(postal, serial_of(serial))


def test_no_serial_is_drawn_twice() -> None:
    """Twenty thousand draws of one postal code are twenty thousand valid codes."""
    draws = Draws()
    drawn = [draws.next("32110") for _ in range(20_000)]
    assert None not in drawn
    assert len(set(drawn)) == len(drawn)
    assert all(code and has_valid_check(code) and read(code).text == code for code in drawn[:200])


@given(st.text())
def test_a_cell_cannot_break_a_line_of_copy(text: str) -> None:
    """Whatever a cell holds, its line has no tab, no line end and no lone backslash more."""
    said = escaped(text)
    assert not re.search(r"[\t\n\r]", said)
    assert "\\" not in re.sub(r"\\[\\tnr]", "", said)
