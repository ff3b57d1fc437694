"""Here is decided what counts as personal data in free text: phones, identity numbers, e-mail, names behind a form of address.

The registry keeps none of it (Law 91/2025/QH15 on personal data: minimise), in notes, texts and quarantined rows alike.
"""

import re
from typing import Final

MASK: Final = "***"
# The same pattern serves Python and PostgreSQL; signs stand in brackets so that both read them alike. Each part starts only where
# a run of its signs starts, so that a cell of ten megabytes takes a second, not a day.
PHONE: Final = (
    r"(?<![0-9])(?:[+]?84|0)[ .-]?[235789](?:[ .-]?[0-9]){8,9}(?![0-9])"
    r"|[(](?:[+]?84|0[235789][0-9]{0,3})[)](?:[ .-]{0,2}[0-9]){6,10}(?![0-9])"
)
# Twelve digits tell by themselves; nine (the old card) only behind the word for the card.
_CARD: Final = (
    r"(?:[Ss][ốỐoO] ?)?(?:[Cc][Mm][Nn][Dd]|[Cc][Cc][Cc][Dd]|[Cc][Mm][Tt]|[Cc][ăĂaA][Nn] ?[Cc][ưƯuU][ớỚoO][Cc]"
    r"|[Cc][hH][ứỨuU][nN][gG] [mM][iI][nN][hH])"
)
IDENTITY: Final = (
    rf"(?<![0-9])0[0-9]{{11}}(?![0-9])|(?<![0-9])0[0-9]{{2}}(?:[ .][0-9]{{3}}){{3}}(?![0-9])"
    rf"|{_CARD}[^0-9,;]{{0,20}}[0-9](?:[ .]?[0-9]){{8}}(?:(?:[ .]?[0-9]){{3}})?(?![0-9])"
)
EMAIL: Final = r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+[.][A-Za-z0-9.-]+"
PATTERN: Final = f"{PHONE}|{IDENTITY}|{EMAIL}"

_PATTERN: Final = re.compile(PATTERN)
_CAPITALISED: Final = r"[A-ZÀ-ỸĐ][\w'’]*"
_NAMED: Final = re.compile(
    rf"(?<!\w)((?i:chủ hộ|chủ nhà|người nhận|người đại diện|liên hệ|họ tên|ông|bà|anh|chị|cụ)(?: (?i:ông|bà|anh|chị|là))?)"
    # A form of address is a word of its own: nobody is called in `BÀN GIAO`.
    rf"(?!\w)(?:\s*:)?\s*({_CAPITALISED}(?:\s+{_CAPITALISED}){{1,4}})",
)


def scrub(text: str) -> str:
    """Return the text without personal data; equal to the text when it holds none."""
    return _NAMED.sub(_mask_name, _PATTERN.sub(MASK, text))


def _mask_name(found: re.Match[str]) -> str:
    """Mask what follows a form of address only where every word is capitalised, as names are."""
    return f"{found[1]} {MASK}" if all(word[0].isupper() for word in found[2].split()) else found[0]
