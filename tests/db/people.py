"""Hands over files that name people, all made up, to a deployment that keeps them or does not."""

import csv
from pathlib import Path

from sqlalchemy import text

from loaders.batch import import_file
from loaders.report import BatchReport
from registry import db
from registry.privacy.sealing import make_keys
from registry.settings import settings
from tests.db.handover import HEADER, door

NAME, PHONE, COLLECTOR, CARD = "Lò Thị Mộng Kha", "0911222333", "Vàng A Tủa", "083195001234"
PEOPLE = {"Chủ hộ": NAME, "Số điện thoại": PHONE, "Người thu thập": COLLECTOR, "Số CCCD": CARD}


def turn_on(folder: Path, monkeypatch: object, kept: str = "name,phone") -> Path:
    """Let this deployment keep people, under new keys; return the key file."""
    place = folder / "personal.keys"
    monkeypatch.setenv("DIACHISO_PERSONAL", kept)  # type: ignore[attr-defined]
    monkeypatch.setenv("DIACHISO_PERSONAL_KEYS", str(place))  # type: ignore[attr-defined]
    settings.cache_clear()
    return place if place.exists() else make_keys()


def hand_over(url: str, path: Path, *rows: dict[str, str]) -> BatchReport:
    """Import rows with columns of people behind the usual ones."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*HEADER, *PEOPLE], restval="")
        writer.writeheader()
        writer.writerows(rows)
    with db.session(url) as session:
        return import_file(session, path, province="11")


def home(number: int, **cells: str) -> dict[str, str]:
    """Return the row of a household with its people."""
    return door(so_nha=str(number), ma_ho=f"HK-{number:04d}") | PEOPLE | cells


def stored(url: str) -> str:
    """Return every row of every table as one text, encrypted cells as hexadecimal digits."""
    with db.session(url) as session:
        tables = session.scalars(
            text("SELECT oid\\:\\:regclass FROM pg_class WHERE relnamespace = 'public'\\:\\:regnamespace AND relkind = 'r'")
        )
        return "\n".join(row for table in tables.all() for row in session.scalars(text(f"SELECT to_jsonb(t)\\:\\:text FROM {table} AS t")))
