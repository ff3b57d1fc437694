"""Here is decided how a value that a file keeps as number, date or truth reads as the text that an officer typed."""

import json
import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

# Excel shows fifteen digits; the sixteenth is an artefact of the binary number.
_DIGITS: Final = 15


def cell_text(value: Any) -> str:  # noqa: ANN401, PLR0911 - whatever a file may hold
    """Return the text of a value: 12.0 is `12`, a date `2024-03-12`, a truth `TRUE`, a list or record its JSON; nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        moment = value.replace(microsecond=0)
        return moment.date().isoformat() if moment.time() == time() else moment.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=cell_text)
    return number_text(value) if isinstance(value, Decimal) else str(value) if isinstance(value, timedelta) else f"{value}"


def number_text(value: float | Decimal) -> str:
    """Write a number without exponent and without digits that nobody typed; empty when it is none."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if not math.isfinite(value):
        return ""
    if value == int(value):
        return str(int(value))
    shown = f"{value:.{_DIGITS}g}"
    return format(Decimal(shown), "f") if "e" in shown else shown
