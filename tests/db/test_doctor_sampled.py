"""What is wrong with single doors, codes and places is named by the doctor, and the hint that it gives works."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry import codes
from registry.doctor import sampled
from registry.life.revive import revive
from registry.rekey import rekey

A_CODE = "SELECT min(code) FROM digital_address WHERE status = 'active' AND scheme = 'diachiso'"


@pytest.mark.parametrize("check", sampled.CHECKS)
def test_a_sound_registry_has_nothing_to_tell(samples: Session, check: sampled.Checked) -> None:
    """The sample batches as they were imported."""
    assert check(samples.connection()).level == "ok"


@pytest.mark.parametrize("check", sampled.CHECKS)
def test_without_tables_an_upgrade_is_advised(samples: Session, check: sampled.Checked) -> None:
    """A database that nobody migrated is told what to do."""
    samples.execute(text("SET LOCAL search_path = pg_temp"))
    found = check(samples.connection())
    assert (found.level, found.hint) == ("fail", "diachiso db upgrade")


def test_a_door_in_another_province_than_its_commune_is_named(samples: Session) -> None:
    """By its number, with both provinces."""
    door = samples.scalar(
        text("UPDATE address SET province_code = '37' WHERE id = (SELECT min(id) FROM address WHERE province_code = '11') RETURNING id")
    )
    found = sampled.provinces(samples.connection())
    assert (found.level, bool(found.hint)) == ("fail", True)
    assert f"số: {door} (37, " in found.vi
    assert found.vi.endswith(" 11)")


def test_a_code_that_fails_its_own_check_is_named(samples: Session) -> None:
    """One character of a code that holds is another one."""
    code = samples.scalar(text(A_CODE))
    wrong = code[:-1] + next(letter for letter in codes.ALPHABET if letter != code[-1])
    samples.execute(text("UPDATE digital_address SET code = :wrong WHERE code = :code"), {"wrong": wrong, "code": code})
    found = sampled.check_characters(samples.connection())
    assert (found.level, found.vi, bool(found.hint)) == ("fail", f"Mã sai ký tự kiểm tra: {wrong}", True)


def test_a_code_that_holds_on_a_retired_door_is_named_and_revived(samples: Session) -> None:
    """Its door comes back by the command that the hint names."""
    code = samples.scalar(text(A_CODE))
    ended = "UPDATE address SET retired_at = now() WHERE id = (SELECT address_id FROM digital_address WHERE code = :code)"
    samples.execute(text(ended), {"code": code})
    found = sampled.retired_doors(samples.connection())
    assert (found.level, found.vi) == ("fail", f"Mã còn hiệu lực trên địa chỉ đã ngừng dùng: {code}")
    assert f"diachiso address revive {code}" in found.hint
    revive(samples, code, reason="test", actor="test")
    assert sampled.retired_doors(samples.connection()).level == "ok"


@pytest.mark.parametrize(
    ("wrong", "named"), [("fold_version = 0", "theo quy tắc cũ"), ("key = 'khong phai'", "Khoá không khớp tên đường, thôn")]
)
def test_a_place_under_a_wrong_key_is_named_and_mended(samples: Session, wrong: str, named: str) -> None:
    """Of older rules, or of another name; what the hint says makes both good."""
    name = samples.scalar(text(f"UPDATE place SET {wrong} WHERE id = (SELECT min(id) FROM place) RETURNING name"))
    found = sampled.keys(samples.connection())
    assert (found.level, bool(found.hint)) == ("fail", True)
    assert named in found.vi
    assert name in found.vi
    if found.hint.startswith("UPDATE place"):
        samples.execute(text(found.hint.split(", rồi")[0]))
    rekey(samples.connection())
    assert sampled.keys(samples.connection()).level == "ok"


def test_of_a_large_table_a_few_pages_are_looked_at(samples: Session) -> None:
    """Five hundred pages, whatever the size."""
    samples.execute(text("CREATE TABLE large AS SELECT repeat('x', 2000) AS filler FROM generate_series(1, 4000)"))
    assert sampled.percent(samples.connection(), "large") == pytest.approx(50, abs=1)
