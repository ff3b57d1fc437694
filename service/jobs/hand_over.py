"""Decides how an uploaded hand-over file is read: its options, its mapping, and the copies that stand for it: mended rows, and fixes."""

import csv
import hashlib
import json
import shutil
from collections.abc import Mapping as Given
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from loaders import files as tables
from loaders.fields import COLUMNS
from loaders.files import Source
from loaders.formats.refusal import temporary_disk
from loaders.kept_rows import header_keys
from loaders.mapping import Mapping, mapping_from, read_mapping, written
from loaders.resubmit import Again, toml, write_again
from registry.errors import UsageError
from registry.models.job import Upload
from service.jobs import files

# What an import may be told of a file, besides its mapping.
OPTIONS: Final = ("profile", "crs", "delimiter", "encoding", "sheet", "complete")
# The request that confirmed the import, which the trail names; nobody is told it again.
REQUEST: Final = "request_id"
# What the corrected copy, plain CSV in UTF-8, no longer has.
_OF_THE_FIRST_FILE: Final = ("delimiter", "encoding", "sheet")
_PLAIN: Final = {"delimiter": ",", "encoding": "utf-8", "sheet": None}
_MENDED: Final = "mended"
Fixes = dict[str, dict[str, str]]


@dataclass(frozen=True)
class HandOver:
    """The file to be imported, the options of `import_file` to read it with, and the hash of the corrected copy if it is one."""

    path: Path
    options: dict[str, Any]
    fixed_sha256: str | None


def folder(upload: Upload) -> Path:
    """Return where the files of an upload lie."""
    return files.folder("upload", upload.id)


def mapping_of(options: Given[str, Any]) -> Mapping:
    """Return the mapping that an upload is read with."""
    return mapping_from(options.get("mapping"))


def checked_mapping(text: str, place: Path) -> dict[str, Any]:
    """Read the JSON of a mapping file, in a folder of one's own; UsageError or FileRefused says what is wrong with it."""
    try:
        path = place / "mapping.toml"
        # What is no object has no items.
        path.write_text(toml(dict(json.loads(text).items())), encoding="utf-8")
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError("mapping phải là một đối tượng JSON.", "mapping must be a JSON object.", hint='Ví dụ: {"columns": {}}') from error
    return read_mapping(path, tuple(COLUMNS)).to_dict()


def write_mended(session: Session, upload: Upload) -> Again | None:
    """Write the rows of a mended export as their first file had them (`loaders.resubmit.write_again`); None for any other upload."""
    batch = upload.options.get("quarantine_of")
    if batch is None:
        return None
    place = folder(upload) / _MENDED
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    reading = {name: upload.options.get(name) or None for name in _OF_THE_FIRST_FILE}
    with temporary_disk():
        return write_again(session, files.sent("upload", upload.id, upload.name), place, batch=batch, **reading)


def table_of(upload: Upload) -> tuple[Path, Mapping]:
    """Return the table that is read, before any fixes, and what is said of it: what was sent, or the private copy of mended rows."""
    mapping = mapping_of(upload.options)
    if upload.options.get("quarantine_of") is None:
        said = {name: upload.options.get(name) or getattr(mapping, name) for name in ("crs", *_OF_THE_FIRST_FILE)}
        return files.sent("upload", upload.id, upload.name), replace(mapping, **said)
    said = {**_PLAIN, "crs": upload.options.get("crs") or mapping.crs}
    return folder(upload) / _MENDED / f"{Path(upload.name).stem}.csv", replace(mapping, **said)


def prepared(upload: Upload, again: Again | None = None) -> HandOver:
    """Make what an import needs of an upload: the mapping as a file, the mended rows if `again` are such, the corrected copy of fixes."""
    place, options = folder(upload), upload.options
    mapping = mapping_of(options)
    given = {name: options.get(name) or None for name in OPTIONS} | {"complete": bool(options.get("complete"))}
    path, digest = files.sent("upload", upload.id, upload.name), None
    if again:
        path, given = again.path, given | again.options
    if options.get("fixes"):
        path, digest, crs = _corrected(upload)
        given |= {"crs": given["crs"] or mapping.crs or crs}
        if again:
            given |= {"resubmission": replace(again.options["resubmission"], sha256=digest)}
    if again or digest:
        plain = {name: value for name, value in mapping.to_dict().items() if name not in _OF_THE_FIRST_FILE}
        mapping, given = mapping_of({"mapping": plain}), given | _PLAIN
    said = place / "mapping.toml"
    said.write_text(written(mapping), encoding="utf-8")
    return HandOver(path, {**given, "mapping": said, "province": upload.province_code}, digest)


def fixes_of(upload: Upload) -> Fixes:
    """Return the fixes that an upload is read with, by row number and column."""
    if not upload.options.get("fixes"):
        return {}
    found: Fixes = json.loads(_fixes(upload, upload.options["fixes"]).read_text(encoding="utf-8"))
    return found


def keep_fixes(upload: Upload, fixes: Given[int, Given[str, str]]) -> int:
    """Write down fixes beside those that were there, for a row whole; return their number, by which the upload names them."""
    number = int(upload.options.get("fixes") or 0) + 1
    all_of_them = fixes_of(upload)
    for row, cells in fixes.items():
        all_of_them[str(row)] = all_of_them.get(str(row), {}) | dict(cells)
    with temporary_disk(), files.private(_fixes(upload, number)) as stream:
        stream.write(json.dumps(all_of_them, ensure_ascii=False).encode())
    return number


def _fixes(upload: Upload, number: int) -> Path:
    return folder(upload) / f"fixes-{number}.json"


def _corrected(upload: Upload) -> tuple[Path, str, str | None]:
    """Write the file with its fixes as CSV; return its path, its hash, and the coordinate system that the first file declared."""
    place = folder(upload) / "fixed"
    place.mkdir(mode=0o700, exist_ok=True)
    path = place / f"{Path(upload.name).stem}.csv"
    table, said = table_of(upload)
    options = {name: getattr(said, name) for name in ("delimiter", "encoding", "sheet", "crs")}
    with tables.opened(table, names=tuple(said.headers), **options) as source:
        with temporary_disk(), files.private(path):
            _write(path, source, fixes_of(upload))
        with path.open("rb") as stream:
            return path, hashlib.file_digest(stream, "sha256").hexdigest(), source.crs


def _write(path: Path, source: Source, fixes: Fixes) -> None:
    places = {name: at for at, name in enumerate(header_keys(source.header))}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(source.header)
        for number, (cells, _) in enumerate(tables.rows(source), start=1):
            row = list(cells)
            for name, cell in fixes.get(str(number), {}).items():
                row += [""] * (places[name] + 1 - len(row))
                row[places[name]] = cell
            writer.writerow(row)


def forget_check(upload: Upload) -> None:
    """Remove what a check left, for another follows."""
    for path in (*folder(upload).glob("report.*"), folder(upload) / "rows.sqlite"):
        with suppress(OSError):
            path.unlink()
