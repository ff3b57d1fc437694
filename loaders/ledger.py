"""Here is decided what the national ledger says: addresses expected and handed over by province as a source gave them, beside ours.

Nothing is filled in: what a source does not say is unknown (None), never zero, and a country's total need not be the sum of what is known.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from loaders.statements import run
from registry.errors import NotFoundError

STATES: Final = ("complete", "partial", "none")


@dataclass(frozen=True)
class LedgerLine:
    """A province (or the country, without code): numbers of addresses; `states` counts the provinces in it by state, '' for not stated.

    `expected`, `handed_over` and `state` are None where the source is silent; `received` are live doors in this registry.
    """

    code: str
    name: str
    expected: int | None
    handed_over: int | None
    state: str | None
    received: int
    states: dict[str, int]
    source: str | None = None
    members: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """Handed over of expected, None where either is unknown or nothing is expected."""
        return self.handed_over / self.expected if self.expected and self.handed_over is not None else None

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain values; unknown is null."""
        share = self.share
        return {
            "province_code": self.code, "name": self.name, "expected": self.expected, "handed_over": self.handed_over,
            "share": None if share is None else round(share, 4), "state": self.state, "received_here": self.received,
            "complete": self.states.get("complete", 0), "partial": self.states.get("partial", 0), "none": self.states.get("none", 0),
            "not_stated": self.states.get("", 0), "members": list(self.members), "source": self.source,
        }  # fmt: skip


@dataclass(frozen=True)
class LedgerReport:
    """The ledger of a day: one line a province of that day's map (of today's with `today_map`), and the country's line."""

    as_of: date
    on: date | None
    today_map: bool
    lines: tuple[LedgerLine, ...]
    total: LedgerLine
    notes: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "as_of": self.as_of.isoformat(), "on": self.on.isoformat() if self.on else None,
            "map": "today" if self.today_map else self.as_of.isoformat(), "total": self.total.to_dict(),
            "lines": [line.to_dict() for line in self.lines], "notes": [{"vi": vi, "en": en} for vi, en in self.notes],
        }  # fmt: skip


def show(session: Session, on: date | None = None, *, today_map: bool = False) -> LedgerReport:
    """Return the latest ledger not after a day (the latest of all when None); NotFoundError when there is none.

    What the registry received counts doors that were entered by `on` (now when None).
    """
    as_of = run(session, "ledger", "days", day=on).scalar()
    if as_of is None:
        raise NotFoundError(
            "Sổ bàn giao chưa có số liệu" + (f" tính đến {on.isoformat()}." if on else "."),
            "The ledger has no figures" + (f" as of {on.isoformat()}." if on else "."),
            hint="Nạp số liệu: diachiso ledger load sample_data/ledger_2023_06.csv",
        )
    stated = list(run(session, "ledger", "lines", as_of=as_of).mappings())
    provinces = [row for row in stated if row["code"]]
    if today_map:
        heirs = {row.first: (row.code, row.full_name) for row in run(session, "ledger", "heirs", as_of=as_of)}
        received = _counts(run(session, "ledger", "received", day=on))
        lines = _merged(provinces, heirs, received)
    else:
        received = _counts(run(session, "ledger", "received_then", day=on, as_of=as_of))
        lines = tuple(_line(row, received.get(row["code"], 0)) for row in provinces)
    total = _total(lines, next((row for row in stated if not row["code"]), None), sum(received.values()))
    return LedgerReport(as_of, on, today_map, lines, total, tuple(_notes(lines, total, received)))


def _counts(rows: Iterable[Any]) -> dict[str | None, int]:
    return {row.code: int(row.doors) for row in rows}


def _line(row: Any, received: int) -> LedgerLine:  # noqa: ANN401 - a row of the statement
    return LedgerLine(
        row["code"], row["name"], row["expected"], row["handed_over"], row["state"], received, {row["state"] or "": 1}, row["source"]
    )


def _merged(provinces: list[Any], heirs: dict[int, tuple[str, str]], received: dict[str | None, int]) -> tuple[LedgerLine, ...]:
    """Put the provinces of the source's map under those of today; a sum with an unknown part is unknown."""
    groups: dict[tuple[str, str], list[LedgerLine]] = defaultdict(list)
    for row in provinces:
        groups[heirs[row["unit_id"]]].append(_line(row, 0))
    return tuple(
        replace(_sum(code, name, parts), received=received.get(code, 0), members=tuple(part.name for part in parts))
        for (code, name), parts in sorted(groups.items())
    )


def _sum(code: str, name: str, parts: Iterable[LedgerLine]) -> LedgerLine:
    """Add lines up; the state is one only where all agree, `partial` where some are complete and none is unknown."""
    listed = list(parts)
    states: dict[str, int] = defaultdict(int)
    for part in listed:
        for state, number in part.states.items():
            states[state] += number
    known = set(states)
    state = next(iter(known)) if len(known) == 1 else "partial" if "" not in known else ""
    sources = sorted({part.source for part in listed if part.source})
    return LedgerLine(
        code, name, _known_sum(part.expected for part in listed), _known_sum(part.handed_over for part in listed), state or None,
        sum(part.received for part in listed), dict(states), "; ".join(sources) or None,
    )  # fmt: skip


def _known_sum(numbers: Iterable[int | None]) -> int | None:
    listed = list(numbers)
    return None if not listed or None in listed else sum(number or 0 for number in listed)


def _total(lines: tuple[LedgerLine, ...], stated: Any, received: int) -> LedgerLine:  # noqa: ANN401 - a row of the statement
    """Return the country: the source's own total where it gives one, else the sum where everything is known."""
    total = replace(_sum("", "Cả nước", lines), received=received)
    if stated is None:
        return total
    return replace(total, expected=stated["expected"], handed_over=stated["handed_over"], state=stated["state"], source=stated["source"])


def _notes(lines: tuple[LedgerLine, ...], total: LedgerLine, received: dict[str | None, int]) -> Iterable[tuple[str, str]]:
    """Say how far the lines and the total hang together."""
    for name, vi, en in (("expected", "cần bàn giao", "expected"), ("handed_over", "đã bàn giao", "handed over")):
        said = getattr(total, name)
        known = [number for line in lines if (number := getattr(line, name)) is not None]
        silent = len(lines) - len(known)
        if said is None:
            continue
        if silent:
            yield (
                f"Số {vi} của cả nước là số của nguồn; {silent}/{len(lines)} tỉnh không có số riêng nên không phải tổng các dòng.",
                f"The country's number {en} is the source's own: {silent} of {len(lines)} provinces have none, so it is no sum of lines.",
            )
        if sum(known) > said or (not silent and sum(known) != said):
            yield (
                f"Chú ý: tổng các tỉnh có số là {sum(known):,}, khác số {vi} của cả nước {said:,}.",
                f"Note: the provinces that have a number add up to {sum(known):,}, the country's number {en} is {said:,}.",
            )
    over = [line.name for line in (*lines, total) if (line.share or 0) > 1]
    if over:
        yield (f"Bàn giao nhiều hơn dự kiến (trên 100 %): {', '.join(over)}.", f"More handed over than expected: {', '.join(over)}.")
    lost = received.get(None, 0)
    if lost:
        yield (
            f"{lost:,} địa chỉ trong sổ thuộc xã nay gồm đất của nhiều tỉnh cũ: chỉ tính ở dòng cả nước.",
            f"{lost:,} doors lie in communes made from several old provinces: they count on the country's line only.",
        )
