"""Decides which candidates of an answer are shown in the dialect of addok, and in which order."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Answer, Candidate, Verdict
from service.schemas.geocodejson import has_point, places_of

# Filters and missing points drop candidates, so more are asked for than are shown: `limit` cuts the list and decides nothing else.
MOST = 40


def ranked(answer: Answer) -> list[Candidate]:
    """Return the best candidate and then the others; a rejected question has none."""
    if answer.best is None or answer.verdict is Verdict.REJECT:
        return []
    # An ambiguous answer's best candidate has had its code taken off: the list holds it whole.
    if answer.verdict is Verdict.AMBIGUOUS:
        return list(answer.candidates)
    return [answer.best, *answer.candidates]


def shown_verdict(answer: Answer) -> Verdict:
    """Return the verdict on the first that is shown: certainty about a place without a point is not certainty about the next one."""
    shown = answer.best is None or has_point(answer.best)
    return answer.verdict if shown or answer.verdict is not Verdict.ACCEPT else Verdict.CONFIRM


def in_area(found: Iterable[Candidate], postcode: str | None, citycode: str | None) -> list[Candidate]:
    """Keep what lies in the postal code and commune that were asked for."""
    return [
        each
        for each in found
        if postcode in (None, each.unit.postal_code)
        and (citycode is None or (each.unit.commune is not None and each.unit.commune.code == citycode))
    ]


def at_point(
    session: Session, resolver: Resolver, point: tuple[float, float], kind: str | None = None, limit: int = 1, on: date | None = None
) -> list[Candidate]:
    """Return what is at a point (latitude, longitude in degrees WGS 84) at the level asked for.

    A street or hamlet that nobody knows there gives way to the commune.
    """
    if kind is None:
        return resolver.reverse(session, *point, limit, on)
    # Where no door is asked for, what remains is the commune.
    commune = resolver.reverse(session, *point, 0, on)
    if kind == "municipality":
        return commune
    found = places_of(resolver.reverse(session, *point, MOST, on), kind)
    return found or (commune if kind != "housenumber" else [])
