"""Decides how an answer lies in a row of CSV in the dialect of addok and the French BAN."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from geocode.types import Answer, Candidate, Verdict
from service.schemas.geocodejson import feature
from service.schemas.table_form import ReverseColumn, SearchColumn

SEARCH_COLUMNS: Final[tuple[str, ...]] = get_args(SearchColumn)
REVERSE_COLUMNS: Final[tuple[str, ...]] = get_args(ReverseColumn)
NOT_FOUND: Final = "not-found"
Cells = Mapping[str, Any]


def search_cells(answer: Answer, shown: Sequence[Candidate], verdict: Verdict) -> Cells:
    """Return what is said of a row by column: its first feature and the score of the next; `shown` is what `/search` would show."""
    if not shown:
        return {"result_verdict": verdict.value, "result_status": NOT_FOUND, "result_reason": answer.reason}
    lon, lat, named = _named(shown[0])
    following = round(shown[1].confidence, 4) if len(shown) > 1 else ""
    verdicts = {"result_verdict": verdict.value, "result_status": "ok", "result_reason": answer.reason}
    return {**named, "latitude": lat, "longitude": lon, "result_score_next": following, **verdicts}


def reverse_cells(shown: Sequence[Candidate]) -> Cells:
    """Return what is said of a point by column."""
    if not shown:
        return {"result_status": NOT_FOUND, "result_reason": "Không có cửa hay xã nào ở điểm này."}
    lon, lat, named = _named(shown[0])
    return {**named, "result_latitude": lat, "result_longitude": lon, "result_status": "ok"}


def _named(candidate: Candidate) -> tuple[float, float, dict[str, Any]]:
    found = feature(candidate)
    lon, lat = found["geometry"]["coordinates"]
    return lon, lat, {f"result_{name}": value for name, value in found["properties"].items()}
