"""Here is decided how a change outside a batch is remembered: what stood there before, who changed it, why, and at which moment."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.distribution import NO_PROVINCE
from registry.errors import UsageError
from registry.sqlfile import statement

Entity = Literal["address", "digital_address", "household", "external_code", "place", "unit"]
Operation = Literal["insert", "update", "delete", "retire"]
# The key of each entity and its type.
_KEYS: Final = {
    "address": ("id", "bigint"), "digital_address": ("code", "text"), "household": ("id", "bigint"),
    "external_code": ("id", "bigint"), "place": ("id", "bigint"), "unit": ("id", "integer"),
}  # fmt: skip
# Where a change lies: with the row that it is of; a place with its commune, a unit nowhere.
_PROVINCES: Final = {"place": "(SELECT u.province_code FROM unit AS u WHERE u.id = r.commune_id)", "unit": f"'{NO_PROVINCE}'"}
# A point as text is exact; as GeoJSON, which to_jsonb makes of a geometry, it is rounded.
_SOURCES: Final = {"address": "address_image"}
_SQL: Final = Path(__file__).parent / "sql" / "history.sql"


def remember(session: Session, entity: Entity, ids: Sequence[int | str], op: Operation, *, actor: str, reason: str) -> None:
    """Write down rows as they stand, before they are changed; for `insert`, that they came to be (after they did).

    `ids` are keys of the entity: numbers, or codes of digital addresses. The rows stay locked until the transaction ends, so that what
    is remembered is what stood there when they are changed. UsageError without an actor or a reason: nobody changes a public register
    without a name and a ground. The caller commits.
    """
    if not actor.strip() or not reason.strip():
        raise UsageError("Cần ghi ai sửa và lý do.", "Say who changes it and why.", hint='Ví dụ: --reason "sửa theo biên bản số 12"')
    key, kind = _KEYS[entity]
    province = _PROVINCES.get(entity, "r.province_code")
    image = "CAST('{}' AS jsonb)" if op == "insert" else "to_jsonb(r)"
    which = f"FROM {_SOURCES.get(entity, entity)} AS r WHERE r.{key} = ANY (CAST(:ids AS {kind}[])) ORDER BY r.{key}"
    # Locked by a statement of their own: the moment is read after all that had to be waited for.
    session.execute(text(f"SELECT count(*) FROM (SELECT r.{key} {which} FOR UPDATE) AS locked"), {"ids": list(ids)})  # noqa: S608 - only names and constants of ours are put in
    session.execute(
        text(
            "INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason, at)"
            f" SELECT {province}, :entity, CAST(r.{key} AS text), :op, {image}, :actor, :reason, :at {which}"
        ),
        {"entity": entity, "op": op, "actor": actor.strip(), "reason": reason.strip(), "at": moment(session), "ids": list(ids)},
    )


def moment(session: Session) -> datetime:
    """Return the one moment at which all that this transaction changes outside a batch is said to happen: that of its first change.

    The beginning of the transaction would lie before what it waited for. Whoever freezes figures waits for transactions that have
    their moment and are not committed (`settle`), so that no figure is frozen before a change that is older than it.
    """
    session.execute(statement(_SQL, "announce"))
    said: datetime = session.execute(statement(_SQL, "moment")).scalar_one()
    return said


def settle(session: Session) -> None:
    """Wait until every change that has its moment is committed or gone, and keep new ones waiting until this transaction ends."""
    session.execute(statement(_SQL, "settle"))
