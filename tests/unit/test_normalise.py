"""How a typed text is cut into tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocode.normalise import MAX_CHARS, normalise


def keys(text: str) -> str:
    """Write the tokens with a bar for each separator."""
    return " ".join(("| " if token.gap else "") + token.key for token in normalise(text).tokens)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("290A/47 Dương Bá Trạc, P1,Q8, TP HCM", "| 290a/47 duong ba trac | p 1 | q 8 | tp hcm"),
        ("P.15, Q.8", "| p 15 | q 8"),
        ("39/4 KP1, phường Tân Kiểng, Q7", "| 39/4 kp 1 | phuong tan kieng | q 7"),
        ("72/71 Thiện Lương - Tân Thiềng - Chợ Lách", "| 72/71 thien luong | tan thieng | cho lach"),
        ("12-14 đường 30-4", "| 12-14 duong 30-4"),
        ("Xã Quy Hướng,HuyệnMộc Châu", "| xa quy huong | huyen moc chau"),
        ("TTĐức An", "| tt duc an"),
        ("Ea M'Droh", "| ea mdroh"),
        ("AVương", "| avuong"),
        ("0987.654.321", "| 0987.654.321"),
        ("Phường Lâm Viên - Đà Lạt", "| phuong lam vien | da lat"),
        ("😀😀", ""),
        ("", ""),
    ],
)
def test_texts_are_cut_as_people_mean_them(text: str, cut: str) -> None:
    """Numbers keep their signs, short forms part from their numbers, lost spaces come back."""
    assert keys(text) == cut


@given(st.text(max_size=MAX_CHARS))
def test_any_text_is_cut_without_error_and_positions_point_into_it(text: str) -> None:
    """Tokens lie in order inside the kept text, whatever was typed."""
    read = normalise(text)
    places = [(token.start, token.end) for token in read.tokens]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(read.original) for start, end in places)


def test_a_text_of_five_thousand_characters_is_marked_not_read() -> None:
    """No address is that long; it is refused before any work is done."""
    read = normalise("a b " * 1250)
    assert read.too_long
    assert read.tokens == ()
