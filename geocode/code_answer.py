"""Decides what a typed code answers: its door, whether the code is still in use, and whether words beside it agree."""

from sqlalchemy.orm import Session

from geocode.doors import Door, doors_by_code
from geocode.gazetteer import Gazetteer
from geocode.label import door_candidate
from geocode.match import match
from geocode.types import Answer, Candidate, Level, PartScore, Query, Verdict
from registry.codes import PUBLIC_SCHEMES, Code

LEAST_WORDS = 12
BY_CODE = (PartScore("code", 1.0, 1.0, "theo mã"),)


def answer_code(session: Session, gazetteer: Gazetteer, query: Query, code: Code, rest: str = "") -> Answer | None:
    """Answer by a code; None when the registry does not know it. Several doors under one external code are AMBIGUOUS."""
    # Whoever sees no doors might compute codes of this kind square by square: they are not looked up, known or not.
    found = doors_by_code(session, code.text) if query.doors or code.scheme in PUBLIC_SCHEMES else []
    # A code of several doors would tell of all of them.
    if not found or (len(found) > 1 and not query.doors) or not all(_is_looked_up(gazetteer, query, door) for door, _, _ in found):
        return None
    candidates = [door_candidate(gazetteer, door, query.on, 1.0, BY_CODE) for door, _, _ in found]
    if len(found) > 1:
        reason = f"Mã {code.text} dùng chung cho {len(found)} địa chỉ."
        return Answer(query.text, Verdict.AMBIGUOUS, _bare(candidates[0]), 0.0, reason, f"{len(found)} doors share this code.",
                      candidates=tuple(candidates[: max(1, query.limit)]))  # fmt: skip
    _, status, replaced_by = found[0]
    retired = status == "retired"
    changed = (f"mã {code.text} đã ngừng dùng" + (f", thay bằng {replaced_by}" if replaced_by else ""),) if retired else ()
    at_odds = _disagrees(session, gazetteer, query._replace(text=rest, limit=5), found[0][0])
    verdict = Verdict.CONFIRM if retired or at_odds else Verdict.ACCEPT
    reason, reason_en = "Đúng mã địa chỉ số.", "The code is registered."
    if retired:
        reason, reason_en = "Mã này đã ngừng dùng; địa chỉ vẫn tra được.", "This code is retired; its door still resolves."
    if at_odds:
        reason, reason_en = "Mã và phần chữ chỉ hai nơi khác nhau.", "The code and the words name different places."
    return Answer(query.text, verdict, candidates[0], 1.0, reason, reason_en, changed=changed, ignored=(rest,) if at_odds else ())


def _is_looked_up(gazetteer: Gazetteer, query: Query, door: Door) -> bool:
    """Tell whether codes of the province of a door are looked up for a question."""
    return query.codes_of is None or gazetteer.province_of(door.commune_id).code in query.codes_of


def _bare(candidate: Candidate) -> Candidate:
    """Take the code off one of several doors."""
    return Candidate(Level.HOUSEHOLD, candidate.unit, candidate.confidence, candidate.label, candidate.place, candidate.house,
                     lat=candidate.lat, lon=candidate.lon, accuracy_m=candidate.accuracy_m)  # fmt: skip


def _disagrees(session: Session, gazetteer: Gazetteer, rest: Query, door: Door) -> bool:
    """Tell whether the words beside a code name another door or another commune."""
    if len(rest.text) < LEAST_WORDS:
        return False
    answer = match(session, gazetteer, [Query(rest.text, doors=rest.doors)])[0]
    best = answer.best
    if answer.verdict is Verdict.REJECT or best is None:
        return False
    if best.level is Level.HOUSEHOLD:
        return best.address_id != door.id and answer.verdict is Verdict.ACCEPT
    commune = best.unit.commune
    return commune is not None and answer.verdict is not Verdict.AMBIGUOUS and commune.code != gazetteer.commune(door.commune_id).code
