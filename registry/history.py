"""Here is decided how a change outside a batch is remembered: what stood there before, who changed it, and why."""

from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.distribution import NO_PROVINCE
from registry.errors import UsageError

Entity = Literal["address", "digital_address", "household", "external_code", "place", "unit"]
Operation = Literal["insert", "update", "delete", "retire"]
# The key of each entity and its type.
_KEYS: Final = {
    "address": ("id", "bigint"), "digital_address": ("code", "text"), "household": ("id", "bigint"),
    "external_code": ("id", "bigint"), "place": ("id", "bigint"), "unit": ("id", "integer"),
}  # fmt: skip
# Where a change lies: with the row that it is of; a place with its commune, a unit nowhere.
_PROVINCES: Final = {"place": "(SELECT u.province_code FROM unit AS u WHERE u.id = r.commune_id)", "unit": f"'{NO_PROVINCE}'"}


def remember(session: Session, entity: Entity, ids: Sequence[int | str], op: Operation, *, actor: str, reason: str) -> None:
    """Write down rows as they stand, before they are changed; for `insert`, that they came to be (after they did).

    `ids` are keys of the entity: numbers, or codes of digital addresses. UsageError without an actor or a reason: nobody changes a
    public register without a name and a ground. The caller commits.
    """
    if not actor.strip() or not reason.strip():
        raise UsageError("Cần ghi ai sửa và lý do.", "Say who changes it and why.", hint='Ví dụ: --reason "sửa theo biên bản số 12"')
    key, kind = _KEYS[entity]
    image = "CAST('{}' AS jsonb)" if op == "insert" else "to_jsonb(r)"
    session.execute(
        text(
            "INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason)"  # noqa: S608 - only names and constants of ours are put in
            f" SELECT {_PROVINCES.get(entity, 'r.province_code')}, :entity, CAST(r.{key} AS text), :op, {image}, :actor, :reason"
            f" FROM {entity} AS r WHERE r.{key} = ANY (CAST(:ids AS {kind}[])) ORDER BY r.{key}"
        ),
        {"entity": entity, "op": op, "actor": actor.strip(), "reason": reason.strip(), "ids": list(ids)},
    )
