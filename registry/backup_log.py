"""Decides how a machine remembers its backups: the last one, in a small file under `var/`, for the doctor to ask."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_NAME = "last_backup.json"


@dataclass(frozen=True)
class Noted:
    """When a backup was complete, and where it lies."""

    at: datetime
    place: str


def note(var: Path, place: Path) -> None:
    """Remember that a backup is complete now; a disk that refuses this costs no backup."""
    with suppress(OSError):
        var.mkdir(parents=True, exist_ok=True)
        draft = var / f"{_NAME}.new"
        draft.write_text(json.dumps({"at": datetime.now(UTC).isoformat(), "place": str(place)}) + "\n", encoding="utf-8")
        draft.replace(var / _NAME)


def last(var: Path) -> Noted | None:
    """Return the last backup, None where none was noted or the note cannot be read."""
    try:
        said = json.loads((var / _NAME).read_text(encoding="utf-8"))
        return Noted(datetime.fromisoformat(said["at"]), str(said["place"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
