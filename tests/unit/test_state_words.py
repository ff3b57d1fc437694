"""Every state that a record can be in has its Vietnamese words."""

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import CheckConstraint, Table

from registry import state_words
from registry.models.tables import Base


def _states(table: str) -> set[str]:
    """Return the states that the table allows."""
    found: Table = Base.metadata.tables[table]
    rules = [str(each.sqltext) for each in found.constraints if isinstance(each, CheckConstraint)]
    (listed,) = (rule for rule in rules if rule.startswith("state IN"))
    return set(re.findall(r"'(\w+)'", listed))


@pytest.mark.parametrize(
    ("table", "words"), [("batch", state_words.BATCH), ("upload", state_words.UPLOAD), ("job", state_words.JOB)]
)  # fmt: skip
def test_every_state_has_its_words(table: str, words: Mapping[str, str]) -> None:
    """Neither one too few nor one that no longer exists; none is the English word of the table."""
    assert set(words) == _states(table)
    assert not set(words.values()) & set(words)


def test_every_decision_has_its_words() -> None:
    """Of reports and of corrections together."""
    assert set(state_words.DECISION) == _states("feedback") | _states("correction")
