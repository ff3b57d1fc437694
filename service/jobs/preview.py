"""Decides what an officer sees of a file before it is checked: how it was read, what its columns would mean, its first rows, masked."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from loaders.headers import PERSONAL_MARK
from loaders.kept_rows import header_keys, kept_cell, kind_of
from loaders.suggest import Proposal
from registry.models.job import Upload
from service.jobs import files
from service.jobs.hand_over import folder, table_of
from service.suggestion import Look, look

_ROWS: Final = 5
_FILE: Final = "preview.json"


def make(upload: Upload) -> None:
    """Look at the file of an upload and keep what is shown of it; FileRefused when it cannot be read."""
    path, given = table_of(upload)
    seen = look(path, given, upload.province_code)
    said = json.dumps(_told(seen, upload), ensure_ascii=False).encode()
    with files.private(folder(upload) / _FILE) as stream:
        stream.write(said)


def of(upload: Upload) -> dict[str, Any] | None:
    """Return what is shown of a file; None while nobody has looked, or when it could not be read."""
    try:
        found: dict[str, Any] = json.loads((folder(upload) / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def shown(upload: Upload) -> dict[str, Any] | None:
    """Return the same without what is only of use here."""
    found = of(upload)
    return None if found is None else {name: value for name, value in found.items() if name != "header"}


def _told(seen: Look, upload: Upload) -> dict[str, Any]:
    source, proposal = seen.source, seen.proposal
    keys = header_keys(source.header)
    kinds = [None if each.canonical == PERSONAL_MARK else kind_of(each.canonical) for each in proposal.sightings]
    # Mended rows are read from our own copy, of which nobody need know how it is written.
    ours = upload.options.get("quarantine_of") is not None
    written = "" if ours else source.format
    return {
        "format": Path(upload.name).suffix.removeprefix(".") if ours else written, "encoding": None if ours else seen.encoding,
        "delimiter": source.delimiter if written == "csv" else None,
        "sheet": upload.options.get("sheet") or seen.parts,
        "crs": upload.options.get("crs") or proposal.mapping.crs, "columns": _columns(keys, proposal),
        "rows": [_masked(row, kinds) for row in seen.first[:_ROWS]], "header": list(source.header),
        "lacking": [{"vi": vi, "en": en} for vi, en in proposal.lacking], "zones": list(proposal.zones),
    }  # fmt: skip


def _columns(keys: Sequence[str], proposal: Proposal) -> list[dict[str, Any]]:
    unread = {"personal", "ignored", "twice"}
    return [
        {
            "column": key, "field": None if each.why in unread or not each.canonical else each.canonical, "examples": list(each.samples),
            "why": each.why, "proposed": each.proposed, "doubt": each.doubt,
        }
        for key, each in zip(keys, proposal.sightings, strict=True)
    ]  # fmt: skip


def _masked(row: Sequence[str], kinds: Sequence[str | None]) -> list[str]:
    return [kept_cell(kind, cell)[:200] for kind, cell in zip(kinds, row, strict=False)]
