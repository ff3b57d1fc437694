"""Cells of text that a spreadsheet might run are disarmed in every export, by one rule, and can be read back."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.escaped import escaped, unescaped
from registry.settings import PROJECT
from tests.vectors.reader import rows

CELLS = [(json.loads(f'"{row["cell"]}"'), row["escaped"] == "yes") for row in rows("escaped_cells.csv")]
PAGE = Path(PROJECT) / "service" / "web" / "table_file.js"


@pytest.mark.parametrize(("cell", "changed"), CELLS)
def test_a_cell_that_may_run_is_disarmed(cell: str, *, changed: bool) -> None:
    """An apostrophe stands in front of it, of no other cell, and only once."""
    assert escaped(cell) == ("'" + cell if changed else cell)
    assert escaped(escaped(cell)) == escaped(cell)


@given(st.text(alphabet="'=+-@ \t\r\n＝1a\u200b\ufeff", max_size=6))
def test_nothing_that_is_disarmed_begins_with_a_sign(cell: str) -> None:
    """Whatever is in front; and it is read back as it was, but for an apostrophe of its own in front of a sign."""
    made = escaped(cell)
    assert not re.match(r"[\s\u200b\ufeff]*[=+@＝-]|[\t\r\n]", made)
    assert unescaped(made) == cell or cell == made


@pytest.mark.parametrize(("cell", "changed"), CELLS)
def test_the_page_has_the_same_rule(cell: str, *, changed: bool) -> None:
    """The expression of the page's script, which reads the same in Python."""
    said = re.search(r"const DANGEROUS = /(.*)/;", PAGE.read_text(encoding="utf-8"))
    assert said is not None
    assert bool(re.match(said[1], cell)) == changed
