"""Decides when one cell holds two addresses: `12 Trần Phú, Hà Đông; 5 Lê Lợi, Quận 1`, which no single answer can serve."""

import re
from dataclasses import replace

from geocode.types import Answer, Verdict

_JOINT = re.compile(r"\s*[;|\n]\s*|\s+/\s+|\s+(?:hoặc là|hoặc|hoac|và|va|hay|or|and)\s+", re.IGNORECASE)
_SIGNS = (";", "|", "\n")
_WORDS = (" / ", " hoặc ", " hoac ", " và ", " va ", " hay ", " or ", " and ")
# A number at the head and two words behind it: an address, not the rest of one.
_ADDRESS = re.compile(
    r"^\W*(?:(?:số nhà|số|so|sn|nhà|nha|no|ngõ|ngo|hẻm|hem|kiệt|kiet)\W*)?\d\S*\W+(?:[^\W\d_]+\W+)+[^\W\d_]{2,}", re.IGNORECASE
)


def addresses_in(text: str) -> tuple[str, ...]:
    """Return the addresses of a cell when it clearly holds more than one; else nothing."""
    # Looking for each sign and word by itself is several times faster than the expression, and most texts hold none.
    if not any(map(text.__contains__, _SIGNS)) and not any(map(text.lower().__contains__, _WORDS)):
        return ()
    if not _JOINT.search(text):
        return ()
    parts = tuple(part.strip() for part in _JOINT.split(text) if _ADDRESS.match(part))
    if len(parts) < 2 or "," not in parts[-1]:  # noqa: PLR2004 - one address is no pair
        return parts if len(parts) > 1 else ()
    # `12 Trần Phú và 14 Lê Lợi, Phường …`: the units behind the last are those of all.
    units = parts[-1][parts[-1].index(",") :]
    return tuple(part if "," in part else part + units for part in parts)


def both(query: str, answers: tuple[Answer, ...]) -> Answer:
    """Return one answer that lists what each of the addresses means and says that there are several; it carries no code in front."""
    found = tuple(answer.best for answer in answers if answer.best is not None)
    doors = {candidate.address_id for candidate in found}
    if len(found) == len(answers) and len(doors) == 1 and None not in doors:
        # The same address twice is one.
        return replace(answers[0], query=query)
    count = len(answers)
    return Answer(
        query=query,
        verdict=Verdict.AMBIGUOUS if found else Verdict.REJECT,
        best=found[0].one_of(count).without_code() if found else None,
        margin=0.0,
        reason=f"Ô này có {count} địa chỉ; mỗi lần tra một địa chỉ.",
        reason_en=f"This cell holds {count} addresses; ask for one at a time.",
        changed=tuple(said for answer in answers for said in answer.changed),
        ignored=tuple(said for answer in answers for said in answer.ignored),
        candidates=found,
        working=lambda: tuple(line for answer in answers for line in answer.explanation),
    )
