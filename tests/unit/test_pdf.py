"""Paper is archival, carries its own fonts, and shows every Vietnamese letter in both cases."""

import unicodedata
from datetime import UTC, datetime

import pytest
import typst

from service.reports.pdf import TEMPLATES, typst_pages, typst_pdf
from tests.unit.paper import read

VOWELS = "aăâeêioôơuưy"
MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = tuple(unicodedata.normalize("NFC", vowel + mark) for vowel in VOWELS for mark in MARKS)
ALPHABET = "".join(letter + letter.upper() for letter in (*LETTERS, "đ", *"bcdghklmnpqrstvx"))
SIGNS = "▲~≥≤≈–−…“”/%‡"


def a_document(said: str) -> dict[str, object]:
    """Return the smallest official report, with one sentence."""
    words = {"vi": said, "en": ""}
    return {
        "title": "Thử", "superior": "A\nB", "issuer": "C", "number": "Số", "place_date": "…", "subject": words, "addressee": "",
        "due": words, "sections": [], "recipients": [], "signer": "D", "attached_to": "", "footer": "",
        "opening": [{"kind": "paragraph", "strong": False, "words": words}],
    }  # fmt: skip


def test_every_vietnamese_letter_is_there_in_both_cases_and_embedded() -> None:
    """Upper and lower case come back from the file as they went in, out of one family that the file carries; no sign is a hollow box."""
    paper = read(typst_pdf("official.typ", a_document(f"{ALPHABET} {SIGNS}")))
    assert paper.archival
    assert set(ALPHABET + SIGNS) <= set(paper.text)
    assert paper.fonts == paper.embedded
    assert all(name.startswith("LibertinusSerif") for name in paper.fonts)


def test_data_are_never_read_as_markup() -> None:
    """What would be a command of the typesetter is printed as it stands."""
    said = '#panic("x") *not bold* $1/2$ = heading <label> @cite // comment'
    assert said in read(typst_pdf("official.typ", a_document(said))).text.replace("  ", " ")


def test_a_foreign_letter_makes_an_ordinary_file_not_a_failure() -> None:
    """No font here has Chinese letters: the file is written, but is no archival one."""
    assert not read(typst_pdf("official.typ", a_document("漢"))).archival


def test_a_fault_of_a_template_is_not_hidden() -> None:
    """A template that misses its data stops with the typesetter's own error."""
    with pytest.raises(typst.TypstError):
        typst_pdf("official.typ", {"title": "x"})


def test_the_same_data_make_the_same_file() -> None:
    """Nothing in the file depends on the machine or the hour, only on the day it is given."""
    day = datetime(2026, 10, 5, tzinfo=UTC)
    once, again = (typst_pdf("official.typ", a_document("x"), printed_at=day) for _ in range(2))
    assert once == again
    assert len(typst_pages("official.typ", a_document("x"))) == 1


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.typ")))
def test_templates_fetch_nothing(template: str) -> None:
    """A template that imported a package would need the network."""
    assert "@preview" not in (TEMPLATES / template).read_text(encoding="utf-8")
