"""Decides the verdict: ACCEPT only what is safe to deliver, CONFIRM what is probable, AMBIGUOUS a list, else REJECT."""

from geocode.candidates import Scored
from geocode.explain import explain
from geocode.gazetteer import Gazetteer
from geocode.parse import Reading
from geocode.prepare import Prepared
from geocode.types import Answer, Candidate, Level, Query, Verdict

DEPTH = {
    Level.HOUSEHOLD: 6, Level.ALLEY: 5, Level.STREET: 4, Level.HAMLET: 4,
    Level.COMMUNE: 3, Level.DISTRICT: 2, Level.PROVINCE: 1, Level.NONE: 0,
}  # fmt: skip
CLOSE = 0.05
ACCEPT_FROM = 0.90
DOUBTS = frozenset({"fuzzy", "tone", "contradiction", "street_like", "after_number", "no_commune", "other_hamlet", "other_old_commune"})
CLEAR_LEAD = 7.0
# A door that exists says more about a reading than its units do; without a door the units decide.
LEAD_OF_DOORS, LEAD_OF_PLACES = 200.0, 60.0


def decide(gazetteer: Gazetteer, prepared: Prepared, found: list[Scored]) -> Answer:
    """Return the verdict on a question from its scored candidates."""
    query = prepared.query
    if prepared.text.too_long:
        return rejected(
            query.text,
            "Văn bản quá dài (hơn 500 ký tự), không phải một địa chỉ.",
            "The text is longer than 500 characters: not one address.",
        )
    ranked = _ranked(prepared, found)
    if not ranked:
        return _nothing(query)
    top = ranked[0]
    rivals = _rivals(ranked)
    verdict, reason, reason_en = _verdict(prepared, ranked, rivals)
    others = tuple(each.candidate for each in ranked)
    if verdict is Verdict.AMBIGUOUS:
        listed = tuple(each.one_of(len(rivals) + 1) for each in others[: max(1, query.limit)])
    else:
        listed = others[1 : max(1, query.limit)]
    return Answer(
        query=query.text,
        verdict=verdict,
        best=top.candidate.one_of(len(rivals) + 1).without_code() if verdict is Verdict.AMBIGUOUS else top.candidate,
        margin=top.score - ranked[1].score if len(ranked) > 1 else top.score,
        reason=reason,
        reason_en=reason_en,
        changed=(*((f"chữ hỏng được đọc lại: {prepared.repaired}",) if prepared.repaired else ()), *_changed(gazetteer, top)),
        ignored=(*top.reading.asides, *top.reading.ignored),
        candidates=listed,
        working=lambda: explain(prepared, ranked),
    )


def _nothing(query: Query) -> Answer:
    """Say that nothing was recognised; where only some area was asked for, in that area: elsewhere there may be something."""
    filters = (
        ("tỉnh", "province", query.province_code),
        ("xã", "commune", query.commune_code),
        ("mã bưu chính", "postcode", query.postal_code),
    )
    given = [(vi, en, code) for vi, en, code in filters if code]
    if not given:
        vi, en = "Không nhận ra địa chỉ nào ở Việt Nam trong văn bản này.", "No address in Vietnam was recognised in this text."
        return rejected(query.text, vi, en)
    where, place = (", ".join(f"{name[at]} {name[2]}" for name in given) for at in (0, 1))
    return rejected(query.text, f"Không có địa chỉ nào khớp trong {where}.", f"No address matches within {place}.")


def rejected(query: str, reason: str, reason_en: str) -> Answer:
    """Return a refusal with its reason."""
    return Answer(query, Verdict.REJECT, None, 0.0, reason, reason_en)


def _ranked(prepared: Prepared, found: list[Scored]) -> list[Scored]:
    """Order the candidates: doors first, then by confidence and reading; one candidate a door or place, filters only remove."""
    if len(found) <= 1:
        return found
    best_chain = max((each.reading.chain.score for each in found if each.reading.chain), default=0.0)

    def order(each: Scored) -> tuple[int, float, float, float, int]:
        lead = (each.reading.chain.score if each.reading.chain else 0.0) - best_chain
        depth = 1 if each.candidate.level is Level.HOUSEHOLD else 0
        scale = LEAD_OF_DOORS if depth else LEAD_OF_PLACES
        return (
            -depth,
            -round(each.score + lead / scale, 4),
            -DEPTH[each.candidate.level],
            _distance(prepared, each),
            each.candidate.address_id or 0,
        )

    ranked: list[Scored] = []
    seen: set[object] = set()
    for each in sorted(found, key=order):
        candidate = each.candidate
        meaning = candidate.address_id or (candidate.level, each.commune_id, candidate.place, candidate.unit)
        if meaning not in seen:
            seen.add(meaning)
            ranked.append(each)
    return ranked


def _distance(prepared: Prepared, each: Scored) -> float:
    """Return the squared distance in degrees to the point that the asker leans towards; 0 without one."""
    query, candidate = prepared.query, each.candidate
    if query.lat is None or query.lon is None or candidate.lat is None or candidate.lon is None:
        return 0.0
    return (query.lat - candidate.lat) ** 2 + (query.lon - candidate.lon) ** 2


def _rivals(ranked: list[Scored]) -> list[Scored]:
    """Return the candidates that are as good as the first: same depth, confidence close, readings close."""
    top = ranked[0]
    household = top.candidate.level is Level.HOUSEHOLD
    lead = top.reading.chain.score if top.reading.chain else 0.0
    rivals: list[Scored] = []
    for each in ranked[1:]:
        score = each.reading.chain.score if each.reading.chain else 0.0
        if (each.candidate.level is Level.HOUSEHOLD) != household or lead - score > CLEAR_LEAD:
            continue
        shallower = DEPTH[each.candidate.level] < DEPTH[top.candidate.level] and lead > score
        if not shallower and top.score - each.score <= CLOSE and (household or each.commune_id != top.commune_id):
            rivals.append(each)
    return rivals


def _verdict(prepared: Prepared, ranked: list[Scored], rivals: list[Scored]) -> tuple[Verdict, str, str]:
    """Return the verdict with its reason in Vietnamese and English."""
    top = ranked[0]
    level, asked = top.candidate.level, top.reading.asked
    if rivals and not _settled(top, rivals):
        return (
            Verdict.AMBIGUOUS,
            f"Có {len(rivals) + 1} khả năng như nhau, cần thêm thông tin.",
            f"{len(rivals) + 1} answers fit equally well.",
        )
    if level is Level.HOUSEHOLD:
        return _door_verdict(prepared, ranked)
    if DEPTH[level] < DEPTH[asked] or top.reading.street_text:
        what, what_en = NAMES[level]
        return (
            Verdict.CONFIRM,
            f"Số nhà hoặc đường này chưa có trong sổ địa chỉ; chỉ xác định được tới {what}.",
            f"This door is not registered; the answer reaches the {what_en} only.",
        )
    doubt = _doubt(top) if top.flags & DOUBTS or top.reading.ignored or "split" in top.flags or _old_rival(prepared, top) else ""
    return (
        Verdict.CONFIRM,
        f"Chỉ xác định tới {NAMES[level][0]}; chưa đủ để giao tới cửa" + (f" ({doubt})." if doubt else "."),
        f"Matches down to the {NAMES[level][1]}: not enough to deliver to a door.",
    )


NAMES = {
    Level.HOUSEHOLD: ("số nhà", "door"), Level.ALLEY: ("đầu ngõ, hẻm", "mouth of the alley"), Level.STREET: ("đường", "street"),
    Level.HAMLET: ("thôn, tổ", "hamlet"), Level.COMMUNE: ("xã, phường", "commune"), Level.DISTRICT: ("huyện cũ", "former district"),
    Level.PROVINCE: ("tỉnh, thành phố", "province"), Level.NONE: ("", ""),
}  # fmt: skip


def _settled(top: Scored, rivals: list[Scored]) -> bool:
    """Tell whether the first answer stands although others are close: all the people of a split commune went there."""
    chain = top.reading.chain
    if (
        top.candidate.level is Level.HOUSEHOLD
        or chain is None
        or "namesake" in chain.flags
        or chain.unit.level != "commune"
        or not chain.unit.today
    ):
        return False
    same = all(rival.reading.chain is chain for rival in rivals)
    return same and chain.unit.decided and top.commune_id == chain.unit.today[0] and not top.reading.street


def _door_verdict(prepared: Prepared, ranked: list[Scored]) -> tuple[Verdict, str, str]:
    """Accept a door only when nothing at all is in doubt."""
    top = ranked[0]
    if top.house_how == "exact" and any(each.house_how == "inside" and each.reading is top.reading for each in ranked[1:]):
        return (
            Verdict.CONFIRM,
            "Có thể đúng, cần xác nhận: trong thôn, tổ này còn nhà cùng số trên một đường.",
            "Probably right; a street in the same hamlet has a house of that number too.",
        )
    if _other_door(ranked):
        return (
            Verdict.CONFIRM,
            "Có thể đúng, cần xác nhận: đơn vị cùng tên ở bản đồ kia (trước hoặc sau 1/7/2025) cũng có một nhà như vậy.",
            "Probably right; the unit of the same name on the other map (before or after 2025-07-01) holds such a door too.",
        )
    exact = top.house_how == "exact" and top.place_how in {"exact", "alias", "bare"}
    clean = not top.flags & DOUBTS and not top.reading.ignored and not top.reading.street_text and top.candidate.code is not None
    if exact and clean and top.score >= ACCEPT_FROM and not _old_rival(prepared, top) and not _nationwide(prepared, top):
        return Verdict.ACCEPT, "Khớp đúng một địa chỉ.", "Matches exactly one address."
    return Verdict.CONFIRM, "Có thể đúng, cần xác nhận: " + _doubt(top), "Probably right, please confirm."


def _other_door(ranked: list[Scored]) -> bool:
    """Tell whether the same words, read as units of the other world, lead to another door just as exactly."""
    top = ranked[0]
    if len(ranked) == 1:
        return False
    words = top.reading.chain.mentions[0][:3] if top.reading.chain else ()
    return any(
        each.candidate.level is Level.HOUSEHOLD
        and each.reading is not top.reading
        and each.reading.chain is not None
        and each.reading.chain.mentions[0][:3] == words
        and each.house_how == top.house_how
        and each.place_how == top.place_how
        for each in ranked[1:]
    )


def _old_rival(prepared: Prepared, top: Scored) -> bool:
    """Tell whether a two-level text could as well mean a commune of the other world that became another one."""
    chain = top.reading.chain
    if chain is None or chain.unit.level != "commune" or (chain.unit.world == "new" and "no_province" not in chain.flags):
        return False
    return any(
        other.chain is not None
        and other.chain.unit.level == "commune"
        and chain.score - other.chain.score <= CLEAR_LEAD
        and top.commune_id not in other.chain.unit.today
        for other in prepared.readings
    )


def _nationwide(prepared: Prepared, top: Scored) -> bool:
    """Tell whether the text names no province and its commune's name is not unique in the country."""
    return "no_province" in top.flags and sum(1 for each in prepared.readings if each.chain and each.chain.unit.level == "commune") > 1


def _doubt(top: Scored) -> str:
    """Say in words what keeps an answer from being certain."""
    reasons = [part.why for part in top.candidate.parts if part.points < part.ceiling and part.why != "không ghi"]
    if top.reading.street_text and top.candidate.level is Level.HOUSEHOLD:
        reasons.append(f"chưa biết “{top.reading.street_text}”")
    if top.reading.ignored:
        reasons.append("không dùng: " + ", ".join(top.reading.ignored))
    if "other_hamlet" in top.flags:
        reasons.append("thôn, tổ khác với sổ địa chỉ")
    return "; ".join(reasons) or "tên xã, phường trùng giữa đơn vị cũ và mới hoặc giữa các tỉnh"


def _changed(gazetteer: Gazetteer, top: Scored) -> tuple[str, ...]:
    """Say what the answer changed of what was written."""
    said: list[str] = []
    chain = top.reading.chain
    if chain and chain.unit.level == "commune" and chain.unit.valid_to is not None and top.commune_id not in (None, chain.unit.id):
        commune = gazetteer.commune(top.commune_id)
        said.append(f"{chain.unit.full_name} (đơn vị cũ) → {commune.full_name}, {gazetteer.province_of(top.commune_id).full_name}")
    if chain and "fuzzy" in chain.flags:
        said.append(f"tên đơn vị gần đúng → {chain.unit.full_name}")
    if chain and "tone" in chain.flags:
        said.append(f"dấu thanh khác → {chain.unit.full_name}")
    said.extend(_changed_place(top.reading, top.candidate))
    return tuple(said)


def _changed_place(reading: Reading, candidate: Candidate) -> list[str]:
    """Say how the street or hamlet was respelt."""
    hit = reading.street or reading.hamlet
    if hit and hit.how in {"fuzzy", "tone", "alias"} and candidate.place:
        return [f"{hit.name} → {candidate.place}"]
    return []
