"""Decides what is taken and told of breaches of personal data over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from registry.privacy.breaches import LONGEST, Case
from service.dates import ZONE
from service.schemas.params import Body

Words = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"\S")]


class BreachBody(Body):
    """Body of `POST /v1/breaches`: what happened, without names of people, and when it was found (left out: now)."""

    what: Words
    detected_at: Annotated[
        str | None, Field(min_length=10, max_length=40, description="2026-11-20 08:00:00, in Vietnam's time unless it says another.")
    ] = None


class EntryBody(Body):
    """Body of `POST /v1/breaches/{number}/entries`: what was done; `notified`: the authority was told; `closed` ends the case."""

    kind: Literal["note", "notified", "closed"]
    words: Words


def told(case: Case) -> dict[str, Any]:
    """Return one breach as it is told."""
    return {
        "id": case.id, "what": case.what, "state": case.state, "detected_at": _at(case.detected_at), "deadline": _at(case.deadline),
        "hours_left": case.hours_left, "late": case.late, "notified_at": _at(case.notified_at), "opened_by": case.opened_by,
        "opened_at": _at(case.opened_at),
        "entries": [{"at": _at(each.at), "kind": each.kind, "words": each.words, "actor": each.actor} for each in case.entries],
    }  # fmt: skip


def _at(moment: datetime | None) -> str | None:
    return moment.astimezone(ZONE).isoformat(timespec="seconds") if moment else None
