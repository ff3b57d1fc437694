"""SECURITY.md promises what tests hold: each test that it names is there."""

import re

from registry.settings import PROJECT

NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def test_every_promise_names_tests_that_exist() -> None:
    """A promise without its test is a wish."""
    named = NAMED.findall((PROJECT / "SECURITY.md").read_text(encoding="utf-8"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "tests").rglob("test_*.py")}
    assert len(named) > 30
    assert [f"{file}::{test}" for file, test in named if f"def {test}(" not in texts.get(file, "")] == []


def test_every_table_row_of_promises_names_a_test() -> None:
    """The tables of promises have no line without one."""
    sections = (PROJECT / "SECURITY.md").read_text(encoding="utf-8").split("| promise | held by |\n|---|---|\n")[1:]
    rows = [line for section in sections for line in section.split("\n\n")[0].splitlines()]
    assert [row for row in rows if not NAMED.search(row)] == []
