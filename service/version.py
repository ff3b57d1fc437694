"""Decides what `data_version` is: the rules of names, the units, the batches and the number of the last event of the change feed."""

from sqlalchemy.orm import Session

from geocode.gazetteer_load import data_version as gazetteer_version
from registry.changes.position import head


def data_version(session: Session) -> str:
    """Return a text that is another one after every change of doors, codes or units; equal ones mean equal answers on one day."""
    return with_event(gazetteer_version(session), session)


def with_event(gazetteer: str, session: Session) -> str:
    """Return the version of what is known by heart, with the number of the last event."""
    return f"{gazetteer}-{head(session).event}"
