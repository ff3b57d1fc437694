"""How a typed text is cut into tokens."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geocode.normalise import _ENGLISH, MAX_CHARS, Text, normalise


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


def _read(text: Text) -> list[tuple[str, str, bool, bool]]:
    """Return what later steps see of a text's tokens."""
    return [(token.key, token.tone, token.gap, token.dash) for token in text.tokens]


@settings(max_examples=600, deadline=None, derandomize=True)
@given(
    text=st.one_of(
        st.text(max_size=120),
        st.lists(
            st.sampled_from([
                "12", "12/5A", "P15", "KP1", "HuyệnMộc Châu", "XGia Hội", "TTĐức An", "Ea M'Droh", "Trần Phú", "ĐT.639", "3/2", "30-4",
                "Lâm Viên - Đà Lạt", "–", "phường/quận", ",", ";", "(", "ngõ", "A10",
                "km 5+300", "hoà", "\u200b", "😀", "a\u0301", "Street", "Ward 5",
            ]),
            max_size=14,
        ).map(" ".join),
    )
)  # fmt: skip
def test_cutting_a_text_twice_is_cutting_it_once(text: str) -> None:
    """What the normaliser keeps of a text is cut into the same tokens again."""
    once = normalise(text)
    assume(len(_ENGLISH.findall(once.original)) < 2)
    assert _read(normalise(once.original)) == _read(once), once.original


def test_two_english_words_keep_their_order() -> None:
    """`12 Rose Street Road` is put in Vietnamese order once and stays so."""
    once = normalise("12 Rose Street Road")
    assert _read(normalise(once.original)) == _read(once)
