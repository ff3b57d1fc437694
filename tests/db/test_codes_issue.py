"""Codes are issued at random, never twice, and the SQL twin of the code builder agrees with Python on every serial."""

import random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.codes import SERIALS_PER_POSTAL_CODE, build, has_valid_check, serial_of
from registry.codes_issue import code_sql, issue_for
from registry.errors import RefusedError

COMMUNE = (
    "SELECT id, province_code, postal_code FROM unit WHERE level = 'commune' AND in_force AND postal_code IS NOT NULL ORDER BY code LIMIT 1"
)
ADDRESS = """
INSERT INTO address (province_code, commune_id, recorded_unit_id, kind, households, status, point, point_method, original_x, original_y,
                     original_crs, recorded_text, fold_version)
SELECT :province, :commune, :commune, 'other', 0, 'collected', ST_SetSRID(ST_MakePoint(105, 21), 4326), 'handover', 105, 21,
       'EPSG:4326', '', 1
FROM generate_series(1, :number) RETURNING id
"""


def _addresses(session: Session, number: int) -> tuple[str, list[int]]:
    commune, province, postal = session.execute(text(COMMUNE)).one()
    made = session.execute(text(ADDRESS), {"province": province, "commune": commune, "number": number})
    return postal, list(made.scalars())


def test_the_sql_twin_builds_the_same_codes(session: Session) -> None:
    """Postal codes and serials give the same code in SQL as in Python, the first and last serial included."""
    random.seed(4)
    serials = [0, SERIALS_PER_POSTAL_CODE - 1, *random.sample(range(SERIALS_PER_POSTAL_CODE), 2000)]
    postals = [f"{random.randrange(100_000):05d}" for _ in serials]  # noqa: S311 - a sample
    rows = session.execute(
        text(
            code_sql(
                "SELECT postal_code, serial FROM unnest(CAST(:postals AS text[]), CAST(:serials AS integer[])) AS t (postal_code, serial)",
                "serial,",
            )
        ),
        {"postals": postals, "serials": serials},
    ).all()
    assert [row.code for row in rows] == [build(postal, serial_of(row.serial)) for postal, row in zip(postals, rows, strict=True)]


def test_every_address_gets_one_valid_code_of_its_postal_code(session: Session) -> None:
    """A thousand doors of one commune get a thousand different codes, all well-formed."""
    postal, ids = _addresses(session, 1000)
    assert issue_for(session, [(address, postal) for address in ids]) == len(ids)
    codes = list(session.execute(text("SELECT code FROM digital_address WHERE address_id = ANY(:ids)"), {"ids": ids}).scalars())
    assert len(set(codes)) == len(ids)
    assert all(code.startswith(postal + "-") and has_valid_check(code) for code in codes)


def test_a_nearly_full_postal_code_deals_out_what_is_left_and_then_refuses(session: Session) -> None:
    """With three serials left beside withdrawn codes, here of another province, three doors get theirs; the fourth is refused."""
    postal, ids = _addresses(session, 4)
    session.execute(
        text(
            "INSERT INTO digital_address (code, province_code, scheme, status, retired_at)"
            " SELECT code, '37', 'diachiso', 'withdrawn', now() FROM ("
            + code_sql(
                f"SELECT CAST(:postal AS text) AS postal_code, serial FROM generate_series(3, {SERIALS_PER_POSTAL_CODE - 1}) AS serial"
            )
            + ") AS t",
        ),
        {"postal": postal},
    )
    assert issue_for(session, [(address, postal) for address in ids[:3]]) == 3
    with pytest.raises(RefusedError, match="no free serial"):
        issue_for(session, [(ids[3], postal)])
