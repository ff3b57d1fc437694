"""The noise generator writes what its classes say, the same again for the same seed."""

import re
from random import Random

import pytest

from registry.house_path import HousePath
from registry.text import fold
from service.bench.noisy import CLASSES, NoiseClass
from service.bench.styles import Written

# These classes may spell the number itself another way.
RESPELLS_NUMBER = {"alley paths", "damaged text"}

CITY = "Thành phố Hồ Chí Minh"
DOORS = (
    Written(
        HousePath(("12",)), "đường Trần Phú", "", ("Phường Châu Cầu", "Thành phố Phủ Lý", "Tỉnh Hà Nam"),
        ("Phường Phủ Lý", "Tỉnh Ninh Bình"),
    ),
    Written(HousePath(("145", "32", "47A")), "đường Lê Lợi", "Tổ dân phố 5", ("Phường 5", "Quận 10", CITY), ("Phường Diên Hồng", CITY)),
    Written(
        HousePath(("7", "9")), "đường Nguyễn Thị Thuỷ", "", ("Phường Sài Gòn", CITY), ("Phường Sài Gòn", CITY),
        ("Phường Bến Nghé", "Quận 1", CITY),
    ),
    Written(HousePath(("88",)), "", "Buôn 3", ("Xã Ea M'Droh", "Tỉnh Đắk Lắk"), ("Xã Ea M'Droh", "Tỉnh Đắk Lắk")),
    Written(
        HousePath(("21",)), "đường Hoà Bình", "", ("Phường Láng", "Thành phố Hà Nội"), ("Phường Láng", "Thành phố Hà Nội"), None,
        ("Chung cư A1", "5", "507"),
    ),
    Written(None, "", "Thôn 2", ("Xã Mường Phăng", "Tỉnh Điện Biên"), ("Xã Mường Phăng", "Tỉnh Điện Biên")),
)  # fmt: skip


def texts(kind: NoiseClass, seed: int = 1, times: int = 40) -> list[tuple[Written, str | None]]:
    """Return what a class makes of every door, several times over."""
    rng = Random(f"{seed}-{kind.number}")  # noqa: S311 - reproducible, not secret
    return [(door, kind.spoil(door, rng)) for door in DOORS for _ in range(times)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.name)
def test_every_class_writes_a_text_or_says_that_it_does_not_apply(kind: NoiseClass) -> None:
    """A class yields text for at least one of the doors, and never an empty one."""
    made = [text for _, text in texts(kind)]
    assert any(made)
    assert all(text is None or text.strip() for text in made)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.name)
def test_a_seed_writes_the_same_again(kind: NoiseClass) -> None:
    """Two runs with one seed ask the same."""
    assert texts(kind, 3) == texts(kind, 3)


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind.expects == "door"], ids=lambda kind: kind.name)
def test_a_class_that_expects_the_door_keeps_its_number(kind: NoiseClass) -> None:
    """Noise never moves a question to another house: every part of the number is still there, in order where it is not respelt."""
    for door, text in texts(kind):
        if text is None or door.house is None:
            continue
        numbers = fold(text)
        if kind.name in RESPELLS_NUMBER:
            assert all(re.search(rf"(?<!\d)0?{part.lower()}", numbers) for part in door.house.parts), text
        else:
            assert "/".join(door.house.parts).lower() in numbers, text


def test_an_unregistered_door_is_another_one() -> None:
    """What stands for a door that nobody registered has another number, suffix, alley or street."""
    kind = next(each for each in CLASSES if each.expects == "absent")
    for door, text in texts(kind):
        if text is not None and door.house is not None:
            assert "Giả Định" in text or " 97, " in text or re.match(r"\d{4}\b|[\w/]*(?:K|/97)\b", text)


def test_classes_are_numbered_once_each() -> None:
    """The list of classes has no holes and no twins."""
    assert [each.number for each in CLASSES] == list(range(1, 26))
    assert len({each.name for each in CLASSES}) == len(CLASSES)
