"""Decides how an answer lies in a row of CSV: the fields of `resolve --json` as `result_*` columns."""

from geocode.types import Answer, UnitChain

ANSWER_COLUMNS = (
    "result_verdict", "result_level", "result_code", "result_scheme", "result_confidence", "result_margin",
    "result_province_code", "result_province", "result_commune_code", "result_commune", "result_district_code", "result_district",
    "result_place", "result_house", "result_lat", "result_lon", "result_accuracy_m", "result_label", "result_changed", "result_ignored",
    "result_candidates", "result_reason",
)  # fmt: skip


def answer_cells(answer: Answer) -> list[str]:
    """Return the cells of one answer, in the order of `ANSWER_COLUMNS`; nothing known is an empty cell."""
    best = answer.best
    units = best.unit if best else UnitChain()
    named = [(unit.code, unit.name) if unit else ("", "") for unit in (units.province, units.commune, units.district)]
    cells: list[object] = [
        answer.verdict.value,
        best.level.value if best else "none",
        best.code if best else None,
        best.scheme if best else None,
        f"{best.confidence:.3f}" if best else "0.000",
        f"{answer.margin:.3f}",
        *(cell for pair in named for cell in pair),
        best.place if best else None,
        best.house if best else None,
        best.lat if best else None,
        best.lon if best else None,
        best.accuracy_m if best else None,
        best.label if best else None,
        "; ".join(answer.changed),
        "; ".join(answer.ignored),
        " | ".join(f"{each.code or each.level.value}: {each.label}" for each in answer.candidates),
        answer.reason,
    ]
    return ["" if cell is None else str(cell) for cell in cells]
