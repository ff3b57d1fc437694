"""Doors beside their look-alikes in a small made-up town: flats, alleys, short names, neighbours, two addresses in a cell."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Answer, Level, Query, Verdict
from loaders.batch import import_file
from tests.db.handover import door, write

CENTRE = "Phường Điện Biên Phủ, Tỉnh Điện Biên"
MUONG_THANH = "Phường Mường Thanh, Tỉnh Điện Biên"
FLATS = 30
_NEW = {"xa": "Phường Mường Thanh", "ma_xa": "03334", "kinh_do": "103.0365", "vi_do": "21.3661", "duong": "Lê Lợi"}
_OLD = {"xa": "Phường Mường Thanh", "huyen": "Thành phố Điện Biên Phủ", "kinh_do": "103.0178", "vi_do": "21.3866", "duong": "Lê Lợi"}
ROWS = [
    door(so_nha="12"),
    door(so_nha="14"),
    door(so_nha="45/12/3"),
    door(so_nha="45"),
    door(so_nha="7", ngo="Trại Cá"),
    door(so_nha="8", ngo="Trại Cá", duong=""),
    door(so_nha="12", duong="Nguyễn Thị Minh Khai"),
    door(so_nha="7", duong="Lê Thị Hồng"),
    door(so_nha="7", duong="Lê Thị Hoa"),
    door(so_nha="9", duong="Đường số 5"),
    door(so_nha="9", duong="Đường số 6"),
    door(so_nha="200", toa_nha="A2", tang="3", phong="302"),
    *(door(so_nha="100", toa_nha="B1", tang=str(at // 4 + 1), phong=f"{at // 4 + 1}0{at % 4 + 1}") for at in range(FLATS)),
    door(**_NEW, so_nha="20"),
    door(**_NEW, so_nha="21"),
    door(**_OLD, so_nha="20"),
    door(**_OLD, so_nha="22"),
]


class Town(NamedTuple):
    """A session on the made-up town, and a resolver over it."""

    session: Session
    resolver: Resolver

    def ask(self, text: str) -> Answer:
        """Return what is answered, up to eight candidates."""
        return self.resolver.resolve(self.session, Query(text, limit=8))

    def verdict(self, text: str) -> tuple[Verdict, str]:
        """Return the verdict and the first door without its commune; an empty text where the answer stops before a door."""
        answer = self.ask(text)
        door = answer.best.label.split(", Phường")[0] if answer.best and answer.best.level is Level.HOUSEHOLD else ""
        return answer.verdict, door


@pytest.fixture(scope="module")
def town(shared_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Give the town, imported once for this file and rolled back at its end."""
    path = write(tmp_path_factory.mktemp("town") / "town.csv", ROWS)
    with shared_engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            report = import_file(session, path, province="11")
            assert report.accepted == len(ROWS), report
            yield Town(session, Resolver.open(session))
        transaction.rollback()


@pytest.mark.parametrize("joint", ["; ", " | ", " hoặc ", " hoac ", " hay ", "\n", " / ", " và ", " and ", " or "])
@pytest.mark.parametrize("other", ["7 đường Lê Thị Hoa", "số 14 Võ Nguyên Giáp"])
def test_two_addresses_in_a_cell_are_said_and_none_is_chosen(joint: str, other: str, town: Town) -> None:
    """Both are listed with their codes, the answer says that there are two, and no code stands in front."""
    answer = town.ask(f"12 Võ Nguyên Giáp, {CENTRE}{joint}{other}, {CENTRE}")
    assert answer.verdict is Verdict.AMBIGUOUS
    assert "2" in answer.reason
    assert answer.best is not None
    assert answer.best.code is None
    assert len({each.code for each in answer.candidates} - {None}) == 2
    assert answer.to_dict()["code"] is None


@pytest.mark.parametrize(
    "tail", ["; gọi trước khi giao", "; 0912345678", " | giao giờ hành chính", " / Việt Nam", "\nViệt Nam", " và cảm ơn"]
)
def test_what_follows_an_address_is_no_second_one(tail: str, town: Town) -> None:
    """Notes behind a semicolon, a bar, a new line or `và` do not make two addresses of one."""
    assert town.verdict(f"12 Võ Nguyên Giáp, {CENTRE}{tail}")[1] == "12 đường Võ Nguyên Giáp"


def test_two_numbers_of_one_street_are_not_accepted(town: Town) -> None:
    """`12 và 14`, `12, 14` and `12-14` are no single door, and not the first of them either."""
    for numbers in ("12 và 14", "12 va 14", "12, 14", "12-14", "12 & 14", "12 hoặc 14"):
        assert town.verdict(f"{numbers} Võ Nguyên Giáp, {CENTRE}")[0] is not Verdict.ACCEPT, numbers


@pytest.mark.parametrize(
    "flat",
    [
        "Phòng 302, tầng 3, tòa A2, 200", "Phòng 302, tòa A2, 200", "Phòng 302, 200", "P.302 tòa nhà A2, 200", "Căn hộ 302 block A2, 200",
        "lầu 3 phòng 302 chung cư A2 200",
    ],
)  # fmt: skip
def test_a_flat_is_found_by_its_room(flat: str, town: Town) -> None:
    """The room decides; floor and building may be missing."""
    assert town.verdict(f"{flat} Võ Nguyên Giáp, {CENTRE}") == (Verdict.ACCEPT, "A2, 3, 302, 200 đường Võ Nguyên Giáp")


@pytest.mark.parametrize(
    "flat",
    [
        "Phòng 303, tầng 3, tòa A2, 200", "Phòng 303, 200", "Phòng 302, tòa A3, 200", "Phòng 302, tầng 4, tòa A2, 200", "Tầng 3, 200",
        "Tòa A2, 200", "200", "Phòng 302, 12", "Phòng 701, tòa B2, 100", "Phòng 701, tầng 6, 100", "Phòng 999, 100", "Tầng 7, tòa B1, 100",
        "Tòa B1, 100", "100",
    ],
)  # fmt: skip
def test_another_room_or_only_a_building_is_never_accepted(flat: str, town: Town) -> None:
    """Another room, floor or building, no room at all, or a room in a house without flats: at best to be confirmed."""
    assert town.verdict(f"{flat} Võ Nguyên Giáp, {CENTRE}")[0] in {Verdict.CONFIRM, Verdict.AMBIGUOUS}


@pytest.mark.parametrize("at", [0, 11, 12, 24, FLATS - 1])
@pytest.mark.parametrize("words", ["Phòng {room}, tầng {floor}, tòa B1", "Phòng {room}, tòa B1", "căn hộ {room}"])
def test_every_flat_behind_one_number_is_found(at: int, words: str, town: Town) -> None:
    """Of thirty flats at number 100 the first, the twenty-fifth and the last."""
    floor = at // 4 + 1
    room = f"{floor}0{at % 4 + 1}"
    asked = f"{words.format(room=room, floor=floor)}, 100 Võ Nguyên Giáp, {CENTRE}"
    assert town.verdict(asked) == (Verdict.ACCEPT, f"B1, {floor}, {room}, 100 đường Võ Nguyên Giáp")


@pytest.mark.parametrize(
    "around",
    [
        "Anh Nam, 0912345678, {}", "{}, chị Hoa, sđt 0987.654.321", "Người nhận Minh, {}, giao giờ hành chính", "Shop Hoa Mai, {}",
        "ông Ba, {}, ĐT: 0912 345 678", "{} 0912345678", "0912345678 - {}", "Công ty Minh Phát, {}", "{}, gọi trước khi giao",
    ],
)  # fmt: skip
def test_recipients_and_phones_around_an_address_do_not_put_it_in_doubt(around: str, town: Town) -> None:
    """Persons, shops, numbers to call and notes are told apart from the address."""
    assert town.verdict(around.format(f"12 Võ Nguyên Giáp, {CENTRE}")) == (Verdict.ACCEPT, "12 đường Võ Nguyên Giáp")


@pytest.mark.parametrize("near", ["gần chợ Mường Thanh", "đối diện trường học", "cạnh nhà thuốc Minh", "sau lưng bưu điện"])
@pytest.mark.parametrize("form", ["12 Võ Nguyên Giáp, {}, @", "12 Võ Nguyên Giáp ({}), @", "12 Võ Nguyên Giáp, @, {}"])
def test_a_landmark_beside_an_address_is_said_and_puts_nothing_in_doubt(near: str, form: str, town: Town) -> None:
    """It is listed among what was not used, and the door is accepted."""
    answer = town.ask(form.format(near).replace("@", CENTRE))
    assert answer.verdict is Verdict.ACCEPT
    assert near in answer.ignored


@pytest.mark.parametrize(
    "near",
    [
        "bên cạnh nhà 12", "cạnh 12", "cạnh nhà 12,", "đối diện số 12", "gần số 12,", "gần 12", "kế bên 12", "sau lưng nhà số 12",
        "cách nhà 12", "nhà bên cạnh, 12", "nhà đối diện, 12", "nhà sau, 12",
    ],
)  # fmt: skip
def test_a_door_beside_the_one_named_is_never_accepted(near: str, town: Town) -> None:
    """Beside, opposite or behind number 12 is not number 12."""
    assert town.verdict(f"{near} Võ Nguyên Giáp, {CENTRE}")[0] is Verdict.CONFIRM


@pytest.mark.parametrize("form", ["đối diện, 12 {}, @", "phía sau, 12 {}, @", "12 {}, bên cạnh, @"])
def test_a_word_for_beside_with_nothing_behind_it_is_about_the_door(form: str, town: Town) -> None:
    """No landmark is named, so the door meant is beside the one written."""
    assert town.verdict(form.format("Võ Nguyên Giáp").replace("@", CENTRE))[0] is not Verdict.ACCEPT


@pytest.mark.parametrize("street", ["NTMK", "đường NTMK", "ntmk", "Ng. Thị Minh Khai", "Nguyễn T M Khai"])
def test_a_street_is_known_by_initials_that_only_it_has(street: str, town: Town) -> None:
    """The door comes first, and the answer says what the letters were read as."""
    answer = town.ask(f"12 {street}, {CENTRE}")
    assert answer.verdict in {Verdict.ACCEPT, Verdict.CONFIRM}
    assert answer.best is not None
    assert answer.best.label.startswith("12 đường Nguyễn Thị Minh Khai")
    assert any("đường Nguyễn Thị Minh Khai" in said for said in answer.changed)


def test_initials_that_two_streets_share_are_ambiguous(town: Town) -> None:
    """`LTH` is Lê Thị Hoa and Lê Thị Hồng: both are listed, neither is chosen."""
    answer = town.ask(f"7 LTH, {CENTRE}")
    assert answer.verdict is Verdict.AMBIGUOUS
    assert {each.label.split(",")[0] for each in answer.candidates} == {"7 đường Lê Thị Hoa", "7 đường Lê Thị Hồng"}
    assert answer.best is not None
    assert answer.best.code is None


@pytest.mark.parametrize("alley", ["ngõ Trại Cá", "hẻm Trại Cá", "ngo trai ca", "kiệt Trại Cá"])
def test_an_alley_with_a_name_is_a_place_of_doors(alley: str, town: Town) -> None:
    """Its own numbers are accepted; a number that it does not have stops at the alley, and is not sought on the street."""
    assert town.verdict(f"số 8 {alley}, {CENTRE}") == (Verdict.ACCEPT, "8 Trại Cá")
    assert town.verdict(f"7 {alley}, {CENTRE}") == (Verdict.ACCEPT, "7 Trại Cá")
    for number in (9, 12, 45):
        assert town.verdict(f"{number} {alley}, {CENTRE}") == (Verdict.CONFIRM, "")


def test_a_number_of_a_named_alley_is_no_number_of_its_street(town: Town) -> None:
    """Number 7 of the alley off Võ Nguyên Giáp is not 7 Võ Nguyên Giáp, and 12 of the street is not in the alley."""
    assert town.verdict(f"7 Võ Nguyên Giáp, {CENTRE}") == (Verdict.CONFIRM, "")
    assert town.verdict(f"12 ngõ Trại Cá, Võ Nguyên Giáp, {CENTRE}")[0] is not Verdict.ACCEPT


def test_a_former_ward_of_the_same_name_with_such_a_door_asks_for_confirmation(town: Town) -> None:
    """Lê Lợi runs through today's Phường Mường Thanh and through the former one: only a number of today's alone is accepted."""
    assert town.verdict(f"21 Lê Lợi, {MUONG_THANH}") == (Verdict.ACCEPT, "21 đường Lê Lợi")
    answer = town.ask(f"20 Lê Lợi, {MUONG_THANH}")
    assert answer.verdict is Verdict.CONFIRM
    assert {each.unit.commune.name for each in (answer.best, *answer.candidates) if each and each.unit.commune} == {
        "Phường Mường Thanh", "Phường Điện Biên Phủ",
    }  # fmt: skip
    assert town.verdict(f"22 Lê Lợi, {MUONG_THANH}") == (Verdict.CONFIRM, "22 đường Lê Lợi")


@pytest.mark.parametrize(("number", "verdicts"), [(20, {Verdict.ACCEPT, Verdict.CONFIRM}), (22, {Verdict.ACCEPT})])
def test_the_former_city_settles_which_ward_is_meant(number: int, verdicts: set[Verdict], town: Town) -> None:
    """With TP Điện Biên Phủ the former ward comes first, and a door that only it has is accepted."""
    answer = town.ask(f"{number} Lê Lợi, P. Mường Thanh, TP Điện Biên Phủ, Điện Biên")
    assert answer.verdict in verdicts
    assert answer.best is not None
    assert answer.best.unit.commune is not None
    assert answer.best.unit.commune.name == "Phường Điện Biên Phủ"


@pytest.mark.parametrize("word", ["đừong số", "đườn số", "đờyng", "đuờng số", "dường số", "duong so", "Đ.", "đường", "đường só"])
def test_a_numbered_street_is_found_behind_a_misspelt_street_word(word: str, town: Town) -> None:
    """Streets 5 and 6 are kept apart, and a street 7 is not invented."""
    assert town.verdict(f"9 {word} 5, {CENTRE}") == (Verdict.ACCEPT, "9 Đường số 5")
    assert town.verdict(f"9 {word} 6, {CENTRE}") == (Verdict.ACCEPT, "9 Đường số 6")
    assert town.verdict(f"9 {word} 7, {CENTRE}") == (Verdict.CONFIRM, "")
    assert town.verdict(f"8 {word} 5, {CENTRE}") == (Verdict.CONFIRM, "")


def test_another_syllable_for_the_street_word_asks_for_confirmation(town: Town) -> None:
    """`đong số 5` may be a name: the door is shown, not accepted."""
    assert town.verdict(f"9 đong số 5, {CENTRE}") == (Verdict.CONFIRM, "9 Đường số 5")


@pytest.mark.parametrize("form", ["45/12/3 {}", "số 3 ngách 12 ngõ 45 {}", "nhà số 3, ngách 45/12, {}", "45/12/3, đường {}"])
def test_an_alley_path_is_accepted_in_the_orders_that_are_clear(form: str, town: Town) -> None:
    """Slashes from the street inward, alleys in words."""
    assert town.verdict(form.format(f"Võ Nguyên Giáp, {CENTRE}")) == (Verdict.ACCEPT, "45/12/3 đường Võ Nguyên Giáp")


@pytest.mark.parametrize(
    "house",
    [
        "12A", "12 bis", "12B", "013", "13", "121", "1/2", "12/1", "120", "0", "45A", "45/12", "45/3/12", "12/45/3", "3/12/45", "45/12/4",
        "45/12/3A", "45/12/3/1", "145/12/3", "số 3 ngách 45 ngõ 12", "hẻm 45", "12 ngõ 45", "lô 12", "km 12", "1 2",
    ],
)  # fmt: skip
def test_a_door_that_is_not_registered_is_never_accepted(house: str, town: Town) -> None:
    """Another suffix, another order of alleys, a neighbour's number, a deeper or a shallower path: no household, no code."""
    answer = town.ask(f"{house} Võ Nguyên Giáp, {CENTRE}")
    assert answer.verdict is Verdict.CONFIRM
    assert answer.best is not None
    assert answer.best.level is not Level.HOUSEHOLD
    assert answer.best.code is None


@pytest.mark.parametrize("text", ["14 Võ Nguyên Giáp{} Điện Biên", "14 vo nguyen giap{} dien bien", "số 14 Võ Nguyên Giáp{} Điện Biên"])
def test_a_province_needs_no_comma_in_front(text: str, town: Town) -> None:
    """Number, street and province alone, as tables join them by blanks: the same door as with the comma, and not accepted either."""
    joined, parted = (town.verdict(text.format(sign)) for sign in ("", ","))
    assert joined == parted == (Verdict.CONFIRM, "14 đường Võ Nguyên Giáp")


def test_a_street_that_the_province_may_not_have_leads_to_the_province(town: Town) -> None:
    """A number and words nobody registered, then a bare province: as far as that, to be confirmed; without a number nothing."""
    answer = town.ask("66 Trần Nhân Tông Đà Nẵng")
    assert (answer.verdict, answer.best and answer.best.level) == (Verdict.CONFIRM, Level.PROVINCE)
    assert town.ask("quán phở ngon Đà Nẵng").verdict is Verdict.REJECT


def test_no_commune_is_read_inside_a_province(town: Town) -> None:
    """`Hồ Chí Minh` at the end of a text is no Xã Chí Minh."""
    answer = town.ask("11 Bà Huyện Thanh Quan Hồ Chí Minh")
    assert answer.best is not None
    assert answer.best.unit.province is not None
    assert answer.best.unit.province.code == "79"


def test_a_comma_behind_the_number_changes_nothing(town: Town) -> None:
    """Tables join their cells by commas as well: the number belongs to the street behind it."""
    for text in ("14{} Võ Nguyên Giáp, Điện Biên", "14{} đường Võ Nguyên Giáp, Điện Biên", "14{} vo nguyen giap, dien bien"):
        assert town.verdict(text.format(",")) == town.verdict(text.format("")) == (Verdict.CONFIRM, "14 đường Võ Nguyên Giáp"), text


def test_half_of_a_province_is_no_commune(town: Town) -> None:
    """`109 Lê Công Thanh Hà Nam` names no Xã Thanh Hà; what is answered lies where Hà Nam is today."""
    answer = town.ask("109 Lê Công Thanh Hà Nam")
    assert answer.best is not None
    assert answer.best.unit.province is not None
    assert answer.best.unit.province.code == "37"
