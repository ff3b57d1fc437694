"""Decides how a row that waits is told over HTTP: its cells as they came, each issue with its column, what is proposed by column."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.formats.cell_text import cell_text
from loaders.issues import KNOWN
from loaders.quarantine import SURPLUS
from loaders.report import BatchReport
from service.reports.batch_rows import about, columns_of

Row = dict[str, Any]
_LEVELS: Final = {"rejected": "error", "incomplete": "warning", "duplicate": "warning"}


def told_rows(session: Session, batch_id: int, rows: Iterable[Mapping[str, Any]]) -> tuple[list[str], Iterator[Row]]:
    """Return the header of a batch's file, and its rows that wait (`loaders.quarantine.quarantined`) as they are told."""
    options = session.execute(text("SELECT options FROM batch WHERE id = :batch"), {"batch": batch_id}).scalar() or {}
    header = [*(options.get("header") or ()), SURPLUS]
    columns = columns_of(header[:-1], options.get("mapping") or {})
    return header, (_told(row, header, columns) for row in rows)


def counts_of(report: BatchReport) -> dict[str, int]:
    """Return the outcomes of a file as they are told."""
    said = report.counts
    short = {name.removeprefix("accepted_"): said[name] for name in ("accepted_new", "accepted_changed", "accepted_same")}
    return {"accepted": report.accepted, **{name: said[name] for name in ("incomplete", "duplicate", "rejected")}, **short}


def issues_of(report: BatchReport) -> list[dict[str, Any]]:
    """Return the issues of a file with their words, the most frequent first."""
    return [{**_words(one.code), "level": _level(one.code), "rows": one.rows} for one in report.issues]


def notes_of(report: BatchReport) -> list[dict[str, Any]]:
    """Return what was noticed of a file as a whole."""
    return [{**_words(code), "words": words} for code, words in report.notes]


def _told(row: Mapping[str, Any], header: Sequence[str], columns: Mapping[str, tuple[int, ...]]) -> Row:
    details = json.loads(row["details"]) if row["details"] else {}
    proposed: dict[str, str] = {}
    issues = []
    for code in sorted(row["issues"]):
        # Where what is proposed, or was found missing, is no column of the file, those are told that such an issue is about at all.
        names = (*about(code, details.get(code)), *about(code, None))
        places = list(dict.fromkeys(header[at] for name in names for at in columns.get(name, ())))
        issues.append({**_words(code), "column": places[0] if places else None, "columns": places})
        found = details.get(code)
        wanted = (found.get("suggestion") or {}) if isinstance(found, dict) else {}
        proposed |= {header[columns[name][0]]: str(value) for name, value in wanted.items() if value not in ("", None) and name in columns}
    return {
        "row": row["row_no"], "outcome": row["outcome"], "cells": [cell_text(row["raw"].get(name, "")) for name in header],
        "issues": issues, "proposed": proposed,
    }  # fmt: skip


def _words(code: str) -> dict[str, str]:
    known = KNOWN.get(code)
    if known is None:
        return {"code": code, "vi": code, "en": code, "hint": "", "hint_en": ""}
    hint, hint_en = known.on_page
    return {"code": code, "vi": known.vi, "en": known.en, "hint": hint, "hint_en": hint_en}


def _level(code: str) -> str:
    known = KNOWN.get(code)
    return _LEVELS.get(known.outcome, "note") if known else "note"
