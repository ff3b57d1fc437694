"""Here is decided that Python reads each distinct value once: the meanings go back to the database as small tables to join."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders import doors, values
from loaders.copying import array, copy
from loaders.mapping import Mapping
from loaders.resolve_units import directory, match_all
from loaders.stage import Progress
from loaders.statements import run_all
from registry.personal import scrub
from registry.place_key import PlaceKind
from registry.text import clean

PLAIN_HOUSE: Final = "^[1-9][0-9]{0,4}[A-Za-z]?$"
_PLACES: Final[tuple[tuple[str, PlaceKind], ...]] = (("duong", "street"), ("thon_to", "hamlet"), ("toa_nha", "building"))
_WORDS: Final[tuple[tuple[str, Callable[[str], object]], ...]] = (
    ("loai", values.kind),
    ("trang_thai", values.status),
    ("so_ho", values.households),
    ("ngay_thu_thap", values.day),
    ("vpostcode", values.said_vpostcode),
)


def resolve(session: Session, mapping: Mapping, province: str | None, progress: Progress) -> None:
    """Fill the tables of meanings: units, houses, places, flats, words, codes, notes, odd numbers."""
    run_all(session, "meanings")
    _units(session, province)
    _words(session, mapping)
    for at, step in enumerate(_STEPS, 1):
        progress("đọc nội dung / reading values", at, len(_STEPS))
        step(session)
    for table in ("unit_key", "unit_candidate", "house", "place_said", "flat_said", "value_said", "code_said", "note_said", "number_said"):
        session.execute(text(f"ANALYZE {table}"))


def distinct(session: Session, columns: str, where: str) -> Sequence[Sequence[str]]:
    """Return the distinct values of some columns of the staged rows."""
    return session.execute(text(f"SELECT DISTINCT {columns} FROM stage_row WHERE {where}")).all()  # noqa: S608 - only names and constants of ours are put in


def _units(session: Session, province: str | None) -> None:
    said = [tuple(row) for row in distinct(session, "ma_xa, xa, huyen, tinh", "true")]
    keys, candidates, issues = [], [], []
    for number, (key, found) in enumerate(match_all(directory(session), said, province), 1):  # type: ignore[arg-type]
        keys.append((number, *key, len(found.candidates), found.undecided, array(today for _, today in found.candidates)))
        candidates += [(number, recorded, today) for recorded, today in found.candidates]
        issues += [(number, finding.code, not finding.fatal, json.dumps(finding.details, ensure_ascii=False)) for finding in found.findings]
    copy(session, "unit_key", ["k", "ma_xa", "xa", "huyen", "tinh", "choices", "undecided", "todays"], keys)
    copy(session, "unit_candidate", ["k", "recorded_unit_id", "commune_id"], candidates)
    copy(session, "unit_issue", ["k", "code", "mild", "details"], issues)


def _houses(session: Session) -> None:
    where = f"so_nha || ngo || ngach <> '' AND NOT (so_nha ~ '{PLAIN_HOUSE}' AND ngo = '' AND ngach = '')"
    found: list[tuple[Any, ...]] = []
    for so_nha, ngo, ngach in distinct(session, "so_nha, ngo, ngach", where):
        said = doors.house(so_nha, ngo, ngach)
        alley = doors.place("alley", said.alley) if said.alley else ("", "", "")
        found.append((so_nha, ngo, ngach, said.path, said.key, alley[1], alley[2], said.issue, said.suggestion, True))
    names = ["so_nha", "ngo", "ngach", "path", "key", "alley", "alley_key", "issue", "suggestion", "known"]
    copy(session, "house", names, found)


def _places(session: Session) -> None:
    for column, kind in _PLACES:
        said = (row[0] for row in distinct(session, column, f"{column} <> ''"))
        copy(session, "place_said", ["col", "raw", "kind", "name", "key"], ((column, raw, *doors.place(kind, raw)) for raw in said))


def _flats(session: Session) -> None:
    said = distinct(session, "toa_nha, tang, phong", "toa_nha || tang || phong <> ''")
    copy(session, "flat_said", ["toa_nha", "tang", "phong", "flat", "key"], ((*row, *doors.flat(*row)) for row in said))


def _words(session: Session, mapping: Mapping) -> None:
    for column, meaning in _WORDS:
        own = mapping.values.get(column, {})
        said = (row[0] for row in distinct(session, column, f"{column} <> ''"))
        copy(session, "value_said", ["col", "raw", "value"], ((column, raw, meaning(own.get(raw, raw))) for raw in said))


def _codes(session: Session) -> None:
    said = (row[0] for row in distinct(session, "ma_dia_chi_so", "ma_dia_chi_so <> '' AND ma_dia_chi_so !~ '^[0-9]{10}$'"))
    found = ((raw, code.code, code.scheme, code.issue, code.words, code.suggestion) for raw in said for code in (values.said_code(raw),))
    copy(session, "code_said", ["raw", "code", "scheme", "issue", "words", "suggestion"], found)


def _notes(session: Session) -> None:
    said = (row[0] for row in distinct(session, "ghi_chu", "ghi_chu <> ''"))
    copy(session, "note_said", ["raw", "note", "scrubbed"], _scrubbed(said))


def _scrubbed(said: Iterable[str]) -> Iterable[tuple[str, str, bool]]:
    for raw in said:
        tidy = clean(raw)
        note = scrub(tidy)
        yield raw, note, note != tidy


def _numbers(session: Session) -> None:
    odd = "<> '' AND {0} !~ '^[+-]?[0-9]{{1,9}}([.][0-9]+)?$'"
    said = {row[0] for column in ("kinh_do", "vi_do") for row in distinct(session, column, f"{column} {odd.format(column)}")}
    copy(session, "number_said", ["raw", "value", "comma"], ((raw, *values.number(raw)) for raw in said))


_STEPS: Final[tuple[Callable[[Session], None], ...]] = (_houses, _places, _flats, _codes, _notes, _numbers)
