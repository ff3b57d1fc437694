"""Addresses cross the reform of 2025: the words stay, the units change, and every origin is listed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Verdict


def test_an_old_address_is_written_in_todays_units(samples: Session, resolver: Resolver) -> None:
    """House and street stay as they were written; the old ward, city and province become today's two levels."""
    found = resolver.convert(samples, "12/5 Nguyễn Văn Trỗi, P. Châu Cầu, TP Phủ Lý, tỉnh Hà Nam")
    assert found.today == "12/5 Nguyễn Văn Trỗi, Phường Phủ Lý, Tỉnh Ninh Bình"


def test_a_new_commune_lists_everything_it_was_made_of(samples: Session, resolver: Resolver) -> None:
    """Xã Mường Chà of today was Chà Cang, Chà Nưa, Pa Tần and Nậm Tin, all whole."""
    found = resolver.convert(samples, "Bản Nà Hỳ, Xã Mường Chà, Điện Biên")
    assert {each.commune.name for each in found.origins} == {"Xã Chà Cang", "Xã Chà Nưa", "Xã Pa Tần", "Xã Nậm Tin"}
    assert all(each.whole for each in found.origins)
    assert "Bản Nà Hỳ, Xã Chà Cang, Huyện Nậm Pồ, Tỉnh Điện Biên" in {each.written for each in found.origins}


def test_a_split_commune_is_ambiguous_with_every_form(samples: Session, resolver: Resolver) -> None:
    """Phường Mai Dịch went to three wards: none is chosen."""
    found = resolver.convert(samples, "Số 5, Phường Mai Dịch, Quận Cầu Giấy, Hà Nội")
    assert found.verdict is Verdict.AMBIGUOUS
    assert found.today is None
    assert len(found.candidates) == 3


@pytest.mark.parametrize("text", ["", "😀", "Hà Nội", "asdf qwer"])
def test_what_names_no_commune_is_refused_with_a_reason(text: str, samples: Session, resolver: Resolver) -> None:
    """Nothing is converted by guessing."""
    found = resolver.convert(samples, text)
    assert found.verdict is Verdict.REJECT
    assert found.reason


def test_the_command_says_both_ways(command: Callable[..., Any]) -> None:
    """`convert` prints today's form and the origins; nonsense is refused."""
    printed = command("convert", "12 Trần Phú, P. Châu Cầu, TP Phủ Lý, Hà Nam")
    assert printed.code == 0
    assert "Phường Phủ Lý, Tỉnh Ninh Bình" in printed.out
    assert "Phường Châu Cầu" in printed.out
    assert command("convert", "😀").code == 1
