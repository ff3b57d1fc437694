"""Decides how it is said why a candidate lost against the best one: its level, the parts of its score, or how its units were read."""

from geocode.candidates import Scored
from geocode.types import Level

# Below this a difference is rounding.
LEAST = 0.005
PARTS = {"units": "đơn vị", "place": "đường, thôn", "house": "số nhà", "rest": "chữ thừa"}
LEVELS = {
    Level.HOUSEHOLD: ("tới cửa", "the door"),
    Level.ALLEY: ("tới đầu ngõ, hẻm", "the mouth of the alley"),
    Level.STREET: ("tới đường", "the street"),
    Level.HAMLET: ("tới thôn, tổ", "the hamlet"),
    Level.COMMUNE: ("tới xã, phường", "the commune"),
    Level.DISTRICT: ("tới huyện cũ", "the former district"),
    Level.PROVINCE: ("tới tỉnh", "the province"),
    Level.NONE: ("không tới đâu", "nothing"),
}


def why_lost(best: Scored, other: Scored) -> str:
    """Return a Vietnamese sentence with the English one behind it on what the best has before another candidate."""
    reasons = [*_level(best, other), *_parts(best, other), *_reading(best, other), *_doubts(best, other)]
    if not reasons:
        reasons = [("bằng điểm; chỉ xếp sau theo khoảng cách hoặc số thứ tự", "equal in score; ordered by distance or number only")]
    vi, en = ("; ".join(said) for said in zip(*reasons, strict=True))
    return f"{other.candidate.label}: {vi}. ({en}.)"


def _level(best: Scored, other: Scored) -> list[tuple[str, str]]:
    """Say that it reaches less far, or elsewhere."""
    one, two = best.candidate.level, other.candidate.level
    if one is two:
        return []
    return [(f"chỉ {LEVELS[two][0]}, câu trả lời {LEVELS[one][0]}", f"reaches {LEVELS[two][1]}, the answer {LEVELS[one][1]}")]


def _parts(best: Scored, other: Scored) -> list[tuple[str, str]]:
    """Say in which parts the best won, with the points between them; and where it did not, for the sum decides."""
    held = {part.name: part for part in other.candidate.parts}
    said: list[tuple[str, str]] = []
    for part in best.candidate.parts:
        rival = held.get(part.name)
        ahead = part.points - rival.points if rival else 0.0
        if rival and ahead >= LEAST:
            said.append((f"kém {ahead:.2f} điểm ở {PARTS.get(part.name, part.name)} ({rival.why})", f"{ahead:.2f} less for {part.name}"))
        elif rival and ahead <= -LEAST:
            said.append((f"tuy hơn {-ahead:.2f} điểm ở {PARTS.get(part.name, part.name)}", f"though {-ahead:.2f} more for {part.name}"))
    return said


def _reading(best: Scored, other: Scored) -> list[tuple[str, str]]:
    """Say that its units were read less surely: the score of the chain, and what is held against it alone."""
    one, two = best.reading.chain, other.reading.chain
    if one is None or two is None or one is two:
        return []
    against = ", ".join(sorted(two.flags - one.flags))
    flags = (f" (cờ: {against})", f" (flags: {against})") if against else ("", "")
    ahead = one.score - two.score
    if ahead >= 1:
        return [(f"cách đọc đơn vị kém {ahead:.0f} điểm{flags[0]}", f"its reading of the units scores {ahead:.0f} less{flags[1]}")]
    if ahead <= -1:
        return [(f"tuy cách đọc đơn vị hơn {-ahead:.0f} điểm", f"though its reading of the units scores {-ahead:.0f} more")]
    return [(f"cách đọc đơn vị khác, cùng điểm{flags[0]}", f"another reading of the units, equal in score{flags[1]}")] if against else []


def _doubts(best: Scored, other: Scored) -> list[tuple[str, str]]:
    """Say what is in doubt about the candidate itself, where its parts and its reading do not show it."""
    shown = other.reading.chain.flags if other.reading.chain else frozenset()
    doubts = other.flags - best.flags - shown
    return [("thôn, tổ khác với câu hỏi", "in another hamlet than the text says")] if "other_hamlet" in doubts else []
