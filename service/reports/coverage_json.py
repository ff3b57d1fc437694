"""Decides coverage as JSON: the report's own plain values, the same as `/v1/coverage`."""

import json

from registry.coverage import CoverageReport


def coverage_json(report: CoverageReport) -> str:
    """Return one JSON object, indented, with letters as they are."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"
