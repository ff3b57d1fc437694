"""Decides what the gazetteer of the whole country would weigh: made-up places in real communes, never committed."""

from itertools import cycle, islice
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.place_key import hamlet_key, street_key
from registry.text import fold
from service.bench.speed import Loaded, load

ROWS_A_STATEMENT = 50_000
_COMMUNES = text("SELECT id FROM unit WHERE level = 'commune' AND in_force ORDER BY code")
_NAMES = text("SELECT DISTINCT name FROM place_name WHERE kind = 'street' ORDER BY name")
_ADD = text("""
INSERT INTO place (commune_id, kind, name, key)
SELECT * FROM unnest(CAST(:communes AS integer[]), CAST(:kinds AS text[]), CAST(:names AS text[]), CAST(:keys AS text[]))
ON CONFLICT DO NOTHING
""")
Row = tuple[int, str, str, str]


def load_with(session: Session, places: int, seed: int = 1) -> Loaded:
    """Fill up to so many places, load the gazetteer, and roll back; real street names and numbered hamlets over all communes."""
    held = session.execute(text("SELECT count(*) FROM place")).scalar_one()
    rows = _rows(session, max(0, places - held), seed)
    try:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            communes, kinds, names, keys = map(list, zip(*rows[start : start + ROWS_A_STATEMENT], strict=True))
            session.execute(_ADD, {"communes": communes, "kinds": kinds, "names": names, "keys": keys})
        del rows
        _, loaded = load(session)
        return loaded
    finally:
        session.rollback()


def _rows(session: Session, wanted: int, seed: int) -> list[Row]:
    """Return made-up places: every commune gets its share of streets, and numbered hamlets for a third of them."""
    communes = [row.id for row in session.execute(_COMMUNES)]
    names = [(name, street_key(name)) for name in session.execute(_NAMES).scalars() if fold(name)]
    if not communes or not names:
        return []
    Random(seed).shuffle(names)  # noqa: S311 - reproducible, not secret
    streets = cycle(names)
    each = -(-wanted // len(communes))
    made = ((commune, *place) for commune in communes for place in _places(list(islice(streets, each)), each))
    return list(islice(made, wanted))


def _places(streets: list[tuple[str, str]], count: int) -> list[tuple[str, str, str]]:
    """Return the places of one commune: two streets, then a hamlet, and so on."""
    return [
        ("hamlet", f"Tổ {place}", hamlet_key(f"Tổ {place}")) if place % 3 == 0 else ("street", name, key)
        for place, (name, key) in enumerate(streets[:count], start=1)
    ]
