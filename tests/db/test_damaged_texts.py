"""Texts that keyboards, forms and careless tools have damaged still lead to their commune, and never to a confident wrong one."""

import pytest
from sqlalchemy.orm import Session

from geocode.keyboard import decode_keyboard
from geocode.normalise import normalise
from geocode.resolver import Resolver
from geocode.types import Query, Verdict
from tests.vectors.reader import rows


@pytest.mark.parametrize("row", rows("damaged_texts.csv"), ids=lambda row: f"{row['why']}: {row['text']}")
def test_a_damaged_text_leads_to_its_commune(row: dict[str, str], samples: Session, resolver: Resolver) -> None:
    """The true commune is the answer, or listed where the old one was split."""
    answer = resolver.resolve(samples, Query(row["text"], limit=20))
    listed = [answer.best, *answer.candidates] if answer.verdict is Verdict.AMBIGUOUS else [answer.best]
    assert row["commune"] in {each.unit.commune.code for each in listed if each and each.unit.commune}, answer.explanation


def test_letters_that_were_read_again_are_said(samples: Session, resolver: Resolver) -> None:
    """Old encodings, fonts and lost letters: the answer shows the text as it was read; a text that only has slips is not called damaged."""
    for row in rows("damaged_texts.csv"):
        answer = resolver.resolve(samples, Query(row["text"]))
        said = [change for change in answer.changed if change.startswith("chữ hỏng được đọc lại: ")]
        assert bool(said) is row["why"].startswith(("UTF-8 ", "TCVN3 ", "VNI ", "letters beyond Latin-1 ")), row["text"]


@pytest.mark.parametrize("text", ["12 bis Lê Lợi, xã Sa Pa", "A10 đường D2, P15", "Xã Ia Rsai, Gia Lai", "Tổ 3, phường Phú Tân"])
def test_sound_words_are_not_decoded(text: str, resolver: Resolver) -> None:
    """A word that is a syllable of some name, a house number or carries marks is no keyboard leftover."""
    read = normalise(text)
    assert decode_keyboard(read, resolver.gazetteer.syllables) is read
