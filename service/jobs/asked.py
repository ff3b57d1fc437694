"""Decides what is kept of who asked for work and with what: enough to do it later with the same rights, and to know it again."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from registry.models.job import Asker
from registry.security.caller import Caller
from registry.security.roles import Role
from registry.settings import settings
from service.jobs.files import Received


def kept(caller: Caller, sent: Received, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a job or upload that say who asked, the file and the options."""
    provinces = None if caller.provinces is None else sorted(caller.provinces)
    # Another role or other provinces are another question: the answer holds other doors.
    said = {"role": caller.role.value, "provinces": provinces, **options}
    return {
        "actor": caller.actor, "role": caller.role.value, "provinces": provinces, "name": sent.name, "bytes": sent.size,
        "sha256": sent.sha256, "asked": hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        "options": dict(options), "expires_at": datetime.now(UTC) + timedelta(days=settings().files_days),
    }  # fmt: skip


def caller_of(row: Asker) -> Caller:
    """Return who asked."""
    return Caller(Role(row.role), None if row.provinces is None else frozenset(row.provinces), row.actor)
