"""Issues and profiles are data; the data must be whole."""

import re

import pytest

from loaders import profiles
from loaders.issues import ISSUES, KNOWN, OUTCOMES
from loaders.profiles import outcomes, severity
from registry.errors import UsageError
from registry.settings import PROJECT


def test_there_are_at_least_sixty_codes_over_four_scopes() -> None:
    """File, column, row and batch all have issues of their own."""
    assert len(ISSUES) >= 60
    assert {issue.scope for issue in ISSUES.values()} == {"file", "column", "row", "batch"}


@pytest.mark.parametrize("code", list(KNOWN))
def test_an_issue_says_what_it_is_and_what_to_do_in_both_languages(code: str) -> None:
    """Label and hint, Vietnamese and English; the two languages differ."""
    issue = KNOWN[code]
    assert all((issue.vi, issue.en, issue.hint, issue.hint_en)), code
    assert issue.vi != issue.en
    assert issue.hint != issue.hint_en
    assert issue.outcome in OUTCOMES


def test_every_code_that_is_raised_has_words() -> None:
    """Whatever stands in code or SQL as a code of an issue, or begins one, is known with its words."""
    texts = [
        path.read_text(encoding="utf-8")
        for room in ("loaders", "service")
        for path in (PROJECT / room).rglob("*")
        if path.suffix in {".py", ".sql"}
    ]
    raised = {code for text in texts for code in re.findall(r"""["']((?:file|column|row|batch)\.[a-z_]+)["']""", text)}
    assert len(raised) > len(ISSUES) / 2
    assert {code for code in raised if not any(known == code or known.startswith((f"{code}_", code)) for known in KNOWN)} == set()


def test_profiles_name_known_codes_and_outcomes() -> None:
    """A slip in profiles.csv fails here, not at a province's desk."""
    assert set(profiles.profiles()) == {"default", "strict", "pre_reform"}
    for changed in profiles.profiles().values():
        assert set(changed) <= set(ISSUES)
        assert set(changed.values()) <= set(OUTCOMES)


def test_a_profile_changes_the_outcome_and_with_it_the_severity() -> None:
    """Severity follows from the outcome; an unknown profile is wrong usage and lists the known ones."""
    assert (severity("row.point_swapped"), severity("row.house_date"), severity("row.house_missing")) == ("error", "warning", "note")
    assert (severity("row.house_missing", "strict"), outcomes("pre_reform").get("row.unit_former")) == ("warning", None)
    with pytest.raises(UsageError) as refused:
        outcomes("nope")
    assert "pre_reform" in refused.value.hint


def test_no_profile_lets_a_refused_row_in() -> None:
    """Profiles may harden, or silence notes; what is rejected or incomplete by default never becomes accepted."""
    for name in profiles.profiles():
        for code, outcome in outcomes(name).items():
            assert outcome not in {"accepted", "silent"} or ISSUES[code].outcome in {"accepted", "silent"}, (name, code)
