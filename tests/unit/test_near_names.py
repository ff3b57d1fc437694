"""Two names are near when each of their words is: a shared family name makes no street of another."""

import pytest

from geocode.near_places import near_in_every_word


@pytest.mark.parametrize(
    ("written", "known", "near"),
    [
        ("nguyen hue", "nguyen du", False), ("nguyen trai", "nguyen tri", True), ("le hong phng", "le hong phong", True),
        ("tran phu", "tran phy", True), ("dien bien phu", "dien bienphu", True), ("hai ba trung", "hai ba truong", True),
    ],
)  # fmt: skip
def test_a_shared_family_name_makes_no_street_of_another(written: str, known: str, near: bool) -> None:  # noqa: FBT001 - a vector
    """Slips and lost blanks are near, another given name is not."""
    assert near_in_every_word(written, known) is near
