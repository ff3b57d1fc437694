"""The working of an answer: each word with what it was read as, and why every rival lost."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from geocode.candidates import Scored
from geocode.parse import Reading
from geocode.resolver import Resolver
from geocode.rivals import why_lost
from geocode.types import Answer, Candidate, Level, Query, UnitChain

TEXT = "chị Lan 0912345678, số 5 ngõ 12 Trần Phú, phường Điện Biên Phủ, Điện Biên, giao giờ hành chính"


def lines(answer: Answer, beginning: str) -> list[str]:
    """Return the lines of an explanation that begin so."""
    return [line.strip() for line in answer.explanation if line.strip().startswith(beginning)]


def test_every_word_is_said_to_be_something(samples: Session, resolver: Resolver) -> None:
    """Unit, street, house, noise: the words of each reading together are the words of the text."""
    answer = resolver.resolve(samples, Query(TEXT))
    read = lines(answer, "từng chữ / words")[0]
    assert "lời thừa / noise “0912345678”" in read
    assert "“phường Điện Biên Phủ, Điện Biên”" in read.split("đơn vị / unit ")[1]
    assert "số nhà / house “số 5 ngõ 12" in read
    said = read.split(": ", 1)[1]
    for word in TEXT.replace(",", "").split():
        assert word in said, word


def test_what_is_not_used_is_listed(samples: Session, resolver: Resolver) -> None:
    """Phone numbers and wishes of the courier were seen and left out, and that is said."""
    (unused,) = lines(resolver.resolve(samples, Query(TEXT)), "không dùng / not used")
    assert "0912345678" in unused
    assert "giao giờ hành chính" in unused


def test_nothing_left_out_is_said_too(samples: Session, resolver: Resolver) -> None:
    """An answer that used every word says so."""
    (unused,) = lines(resolver.resolve(samples, Query("Phường Điện Biên Phủ, Tỉnh Điện Biên")), "không dùng / not used")
    assert unused.endswith("không có / nothing")


@pytest.mark.parametrize("text", ["Thanh Xuân, Hà Nội", "xã Thanh Nưa, Điện Biên", "số 5, Phường Mai Dịch, Quận Cầu Giấy, Hà Nội"])
def test_each_rival_has_its_reason_in_both_languages(text: str, samples: Session, resolver: Resolver) -> None:
    """One line a rival, in their order, with a Vietnamese sentence and the English one behind it."""
    answer = resolver.resolve(samples, Query(text, limit=8))
    lost = lines(answer, "vì sao #")
    assert len(lost) == len(lines(answer, "candidate:")) - 1
    assert [line.split(" ")[2] for line in lost] == [f"#{place}" for place in range(2, len(lost) + 2)]
    assert all(line.endswith(".)") and " (" in line for line in lost)


def test_the_points_between_two_are_told_part_by_part(samples: Session, resolver: Resolver) -> None:
    """The sum of what the best won and lost against a rival is the difference of their confidences."""
    answer = resolver.resolve(samples, Query("Phường Mường Thanh, Điện Biên", limit=8))
    assert answer.best
    rival = answer.candidates[-1]
    held = {part.name: part.points for part in rival.parts}
    won = [part for part in answer.best.parts if part.points - held[part.name] >= 0.005]
    (line, *_) = [each for each in lines(answer, "vì sao #") if rival.label in each]
    assert won
    assert all(f"less for {part.name}" in line for part in won)


def test_a_rival_that_reaches_less_far_is_said_to() -> None:
    """Where a level decides, the level is the reason; equal ones are said to be equal."""
    reading = Reading(None, None, None, None, (), "", "", ())
    door, street = (
        Scored(Candidate(level, UnitChain(), 0.9, level.value), 0.9, reading, frozenset(), "exact", "exact", None)
        for level in (Level.HOUSEHOLD, Level.STREET)
    )
    assert why_lost(door, street) == "street: chỉ tới đường, câu trả lời tới cửa. (reaches the street, the answer the door.)"
    assert "equal in score" in why_lost(door, door)


def test_the_command_prints_the_working(command: Callable[..., Any]) -> None:
    """`resolve --explain` shows tokens, readings, parts, what was left out and why the others lost."""
    printed = command("resolve", "Thanh Xuân, Hà Nội", "--explain")
    assert printed.code == 0
    for words in ("tokens:", "reading:", "từng chữ / words", "candidate:", "không dùng / not used", "why #2 lost"):
        assert words in printed.out
