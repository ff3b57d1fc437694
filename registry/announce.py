"""Here is decided how other processes hear that the registry changed: a notification that goes out with the commit."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

CHANNEL: Final = "diachiso_registry"


def announce(session: Session, what: str) -> None:
    """Tell whoever listens, once this transaction commits; geocoders then load the places anew."""
    session.execute(text("SELECT pg_notify(:channel, :what)"), {"channel": CHANNEL, "what": what})
