"""What counts as the same text: folding, tone evidence, cleaning."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.place_key import PlaceKind, kind_in_street_cell, place_key
from registry.text import clean, fold, has_accents, toned
from tests.vectors.reader import rows

VIETNAMESE = st.text(alphabet="aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ ĐÂ'’-./0123456789")


@given(VIETNAMESE)
def test_folding_twice_is_folding_once(text: str) -> None:
    """The key form is a fixed point, so keys can be folded again without harm."""
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_folding_never_fails_and_leaves_only_key_signs(text: str) -> None:
    """Whatever is typed, a key holds lower-case letters, digits, slashes and single spaces."""
    key = fold(text)
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789/ ")
    assert key == " ".join(key.split())


@given(VIETNAMESE)
def test_unicode_forms_of_one_text_have_one_key(text: str) -> None:
    """NFC and NFD, as different keyboards send them, fold alike and carry the same tones."""
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert toned(unicodedata.normalize("NFD", text)) == toned(unicodedata.normalize("NFC", text))


@given(VIETNAMESE)
def test_tone_evidence_is_stable(text: str) -> None:
    """The evidence form is a fixed point and folds to the same key as the text."""
    assert toned(toned(text)) == toned(text)
    assert fold(toned(text)) == fold(text)


@pytest.mark.parametrize(("one", "other"), [("Hoà Bình", "Hòa Bình"), ("Thuỷ", "Thủy"), ("Quý", "Qúy"), ("Khoá", "Khóa"), ("Uý", "Úy")])
def test_tone_placement_is_no_difference(one: str, other: str) -> None:
    """Both schools of placing the tone mark give the same evidence."""
    assert toned(one) == toned(other)


@pytest.mark.parametrize(("one", "other"), [("Ba Tơ", "Ba Tô"), ("Sơn Hà", "Sơn Hạ"), ("Mỹ Tho", "Mỹ Thọ"), ("Văn Lang", "Văn Lăng")])
def test_names_that_differ_by_a_mark_share_a_key_but_not_the_evidence(one: str, other: str) -> None:
    """The ten pairs of communes that fold alike inside a province are told apart by their tones."""
    assert fold(one) == fold(other)
    assert toned(one) != toned(other)


def test_marks_of_minority_names_do_not_matter() -> None:
    """Straight and curly apostrophes are no difference: Ea M'Droh."""
    assert fold("Ea M'Droh") == fold("Ea M’Droh") == "ea mdroh"


@pytest.mark.parametrize("one", ["Ðống Ða", "Ɖống Ɖa", "ðống ða", "ɖống đa"])
def test_letters_that_look_like_d_with_a_stroke_are_it(one: str) -> None:
    """The Icelandic and the African letter have the key, the evidence and the kept form of the Vietnamese one."""
    assert (fold(one), toned(one), clean(one).lower()) == ("dong da", toned("Đống Đa"), "đống đa")
    assert has_accents("Ða")


def test_text_is_kept_clean() -> None:
    """Control signs, tabs and doubled spaces go; letters stay as written."""
    assert clean("  Tạ An\u200b Khương\t Đông\n") == "Tạ An Khương Đông"
    assert has_accents("Đa Kao")
    assert not has_accents("Da Kao")


@pytest.mark.parametrize("row", rows("place_keys.csv"), ids=lambda row: row["name"])
def test_place_names_fold_to_their_key(row: dict[str, str]) -> None:
    """Each line of place_keys.csv holds, and its key folds to itself."""
    kind: PlaceKind = row["kind"]  # type: ignore[assignment]
    assert place_key(kind, row["name"]) == row["key"]
    assert place_key(kind, row["key"]) == row["key"]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Ấp 4", "hamlet"),
        ("Ap 4", "hamlet"),
        ("Tổ 5, KP.6", "hamlet"),
        ("KP3", "hamlet"),
        ("Cư xá Lữ Gia", "area"),
        ("Bàn Cờ", "street"),
        ("Tôn Đản", "street"),
        ("Lê Lợi", "street"),
        ("Đường số 5", "street"),
        ("QL6", "street"),
    ],
)
def test_a_street_cell_may_name_a_hamlet_or_an_area(cell: str, kind: str) -> None:
    """Officers fill the street column with what they have; marks decide between `Bàn Cờ` and `Bản …`."""
    assert kind_in_street_cell(cell) == kind
