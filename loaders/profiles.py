"""Here is decided how severe each issue is: a profile is data on top of the codes, so a source with its own habits needs no code."""

from typing import Final, Literal

from loaders.issues import ISSUES, Outcome
from registry.errors import UsageError

Severity = Literal["error", "warning"]

# Profile -> issue code -> the outcome that replaces the usual one. Only issues that leave a whole row may be softened or hardened.
PROFILES: Final[dict[str, dict[str, Outcome]]] = {
    "default": {},
    "strict": {
        "row.unit_former": "incomplete",
        "row.unit_mixed_vintage": "incomplete",
        "row.unit_spelling": "incomplete",
        "row.commune_part": "incomplete",
        "row.commune_by_point": "incomplete",
        "row.point_near_commune": "incomplete",
        "row.point_unverified": "incomplete",
        "row.house_missing": "incomplete",
    },
}


def outcomes(profile: str) -> dict[str, Outcome]:
    """Return what every issue makes of a row under a profile; UsageError when there is no such profile."""
    if profile not in PROFILES:
        raise UsageError(f"Không có bộ quy tắc “{profile}”.", f"No profile “{profile}”.", hint=f"Có: {', '.join(PROFILES)}")
    return {code: PROFILES[profile].get(code, issue.outcome) for code, issue in ISSUES.items()}
