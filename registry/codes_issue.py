"""Here is decided how codes are issued: drawn at random within the postal code, all at once, never one that ever existed.

Serials come from the server's strong random source (`gen_random_uuid`), so that no neighbour can be guessed and nothing about
order or size leaks. Every code ever issued stays in `digital_address`, whatever its status, and is never drawn again.
"""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.codes import ALPHABET, BASE, DIGITS, SERIALS_PER_POSTAL_CODE, WEIGHTS
from registry.errors import RefusedError

_DRAWS: Final = 12

# Weights and alphabet come from registry.codes, so that the SQL twin cannot drift from it. The digits are split once a row: building a
# million codes takes half as long that way.
_SERIAL: Final = {
    "a": f"{len(DIGITS)} + serial / {BASE**3}",
    "b": f"serial / {BASE**2} % {BASE}",
    "c": f"serial / {BASE} % {BASE}",
    "d": f"serial % {BASE}",
}
_SPLIT: Final = ", ".join(f"{value} AS {name}" for name, value in _SERIAL.items())
_POSTAL_SUM: Final = " + ".join(f"{weight} * (postal / {10 ** (4 - at)} % 10)" for at, weight in enumerate(WEIGHTS[:5]))
_SERIAL_SUM: Final = " + ".join(f"{weight} * {name}" for weight, name in zip(WEIGHTS[5:], _SERIAL, strict=True))
_SIGNS: Final = "(CAST('{" + ",".join(ALPHABET) + "}' AS text[]))"
_TEXT: Final = " || ".join(f"{_SIGNS}[{value} + 1]" for value in (*_SERIAL, f"({_POSTAL_SUM} + {_SERIAL_SUM}) % {BASE}"))
_RANDOM: Final = f"(('x' || substr(gen_random_uuid()::text, 1, 8))::bit(32)::bigint % {SERIALS_PER_POSTAL_CODE})::integer"


def code_sql(source: str, carried: str = "") -> str:
    """Return the query that turns `postal_code` (text) and `serial` (0 to 625610) of a source into `code`, as registry.codes.build does.

    `carried` are further columns of the source, each followed by a comma.
    """
    split = f"SELECT {carried} postal_code, postal_code::integer AS postal, {_SPLIT} FROM ({source} OFFSET 0) AS drawn OFFSET 0"  # noqa: S608 - only names and constants of ours are put in
    return f"SELECT {carried} postal_code || '-' || {_TEXT} AS code FROM ({split}) AS split"  # noqa: S608 - only names and constants of ours are put in


_DRAWN: Final = f"SELECT address_id, province_code, postal_code, {_RANDOM} AS serial FROM code_wanted"  # noqa: S608 - only constants of ours are put in
_DRAW: Final = f"""
INSERT INTO digital_address (code, province_code, scheme, address_id, status, batch_id)
SELECT code, province_code, 'diachiso', address_id, 'active', :batch
FROM ({code_sql(_DRAWN, "address_id, province_code,")}) AS built
WHERE NOT EXISTS (SELECT FROM digital_address AS c WHERE c.code = built.code)
ON CONFLICT (code, province_code) DO NOTHING
"""  # noqa: S608 - only names and constants of ours are put in
_TAKE_OUT: Final = """
DELETE FROM code_wanted AS w USING digital_address AS c
WHERE c.address_id = w.address_id AND c.province_code = w.province_code AND c.status = 'active'
"""
_EVERY: Final = f"SELECT CAST(:postal AS text) AS postal_code, serial FROM generate_series(0, {SERIALS_PER_POSTAL_CODE - 1}) AS serial"  # noqa: S608 - only constants of ours are put in
_ENUMERATE: Final = f"""
INSERT INTO digital_address (code, province_code, scheme, address_id, status, batch_id)
SELECT f.code, w.province_code, 'diachiso', w.address_id, 'active', :batch
FROM (SELECT address_id, province_code, row_number() OVER () AS nth FROM code_wanted WHERE postal_code = :postal) AS w
JOIN (
    SELECT code, row_number() OVER (ORDER BY gen_random_uuid()) AS nth
    FROM ({code_sql(_EVERY)}) AS built
    WHERE NOT EXISTS (SELECT FROM digital_address AS c WHERE c.code = built.code)
) AS f USING (nth)
"""  # fmt: skip  # noqa: S608 - only names and constants of ours are put in


def issue_wanted(session: Session, batch_id: int | None) -> int:
    """Issue a code to every row of the temporary table `code_wanted (address_id, postal_code, province_code)`; return how many.

    Draws at random and again where the draw met a taken code; what is left after that lies in nearly full postal codes, whose
    free serials are listed and dealt out. RefusedError when a postal code has none left.
    """
    left = wanted = int(session.execute(text("SELECT count(*) FROM code_wanted")).scalar_one())
    for _ in range(_DRAWS):
        if not left:
            return wanted
        drawn: Any = session.execute(text(_DRAW), {"batch": batch_id})
        left -= drawn.rowcount
        if left:
            session.execute(text(_TAKE_OUT))
    for (postal_code,) in session.execute(text("SELECT DISTINCT postal_code FROM code_wanted")).all():
        session.execute(text(_ENUMERATE), {"batch": batch_id, "postal": postal_code})
        session.execute(text(_TAKE_OUT))
        if session.execute(text("SELECT 1 FROM code_wanted WHERE postal_code = :postal LIMIT 1"), {"postal": postal_code}).first():
            raise RefusedError(
                f"Mã bưu chính {postal_code} đã hết số để cấp mã.",
                f"Postal code {postal_code} has no free serial left.",
                hint=f"Mỗi mã bưu chính có {SERIALS_PER_POSTAL_CODE} mã.",
            )
    return wanted


def issue_for(session: Session, wanted: list[tuple[int, str]], batch_id: int | None = None) -> int:
    """Issue codes to the given (address id, postal code) pairs; RefusedError when a postal code is exhausted."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.code_wanted"))
    session.execute(text("CREATE TEMP TABLE code_wanted (address_id bigint, postal_code text, province_code text) ON COMMIT DROP"))
    rows: list[dict[str, Any]] = [{"address": address, "postal": postal} for address, postal in wanted]
    if rows:
        session.execute(text("INSERT INTO code_wanted SELECT id, :postal, province_code FROM address WHERE id = :address"), rows)
    return issue_wanted(session, batch_id)
