"""Here is decided how severe each issue is: a profile is data on top of the codes, so a source with its own habits needs no code.

`profiles.csv` holds what a profile changes; `default` changes nothing and needs no line. `strict` keeps what was only guessed out of the
registry; `pre_reform` takes units of before 2025-07-01 as the rule, and today's as suspicious.
"""

import csv
from functools import cache
from pathlib import Path
from typing import Final, cast

from loaders.issues import ISSUES, OUTCOMES, Outcome, Severity
from registry.errors import UsageError

DEFAULT: Final = "default"
_TABLE: Final = Path(__file__).parent / "profiles.csv"


@cache
def profiles() -> dict[str, dict[str, Outcome]]:
    """Return profile -> issue code -> the outcome that replaces the usual one."""
    found: dict[str, dict[str, Outcome]] = {DEFAULT: {}}
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["profile"], {})[row["code"]] = cast("Outcome", row["outcome"])
    return found


def outcomes(profile: str) -> dict[str, Outcome]:
    """Return what every issue makes of a row under a profile, without the silent ones; UsageError when there is no such profile."""
    known = profiles()
    if profile not in known:
        raise UsageError(f"Không có bộ quy tắc “{profile}”.", f"No profile “{profile}”.", hint=f"Có: {', '.join(known)}")
    made = {code: known[profile].get(code, issue.outcome) for code, issue in ISSUES.items()}
    return {code: outcome for code, outcome in made.items() if outcome != "silent"}


def severity(code: str, profile: str = DEFAULT) -> Severity:
    """Return error (the row is refused), warning (it waits) or note (it passes); UsageError when there is no such profile."""
    return OUTCOMES[outcomes(profile).get(code, "silent")]
