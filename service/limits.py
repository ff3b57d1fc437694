"""Here is decided how often somebody may ask, by key, else by network address."""

import ipaddress
import math
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import Request
from limits import RateLimitItem, parse

from geocode.resolver import LONGEST_SEARCHED
from registry.codes import is_code
from registry.codes_detect import find
from registry.errors import TooManyError, UsageError
from registry.security.caller import Caller
from registry.security.roles import Role, Scope
from registry.settings import settings
from service.access import CallerDep
from service.metrics import SHARED
from service.windows import Windows

# Questions by role; roles that are not named are not limited. Without a key, what draws the map and completes as one types is counted for
# itself (`map`, `typing`): a page asks for it a dozen times before its reader has asked once, and no door is in it; so are reports
# (`papers`), of which each takes seconds to set. `codes`: codes asked
# for without a key. `misses`: codes that were unknown or hidden, with a key also those of provinces that it does not show; who has more
# of these walks them.
LIMITS: Final[Mapping[str, str]] = {
    Role.PUBLIC: "60/minute",
    "map": "1200/minute",
    "typing": "240/minute",
    "papers": "6/minute",
    "codes": "30/minute",
    "misses": "20/hour",
    Role.COURIER: "3000/minute",
    Role.PROVINCE_OFFICER: "1200/minute",
    Role.REPORTER: "120/minute",
    Role.AUDITOR: "120/minute",
    Role.ADMINISTRATOR: "1200/minute",
}
# An address of version 6 is one of a house's many.
_HOUSE_BITS: Final = 64
# The file of what is counted, in the directory that the processes of one service share.
_COUNTED: Final = "limits"
_OF_THE_MAP: Final = ("/v1/tiles/", "/v1/provinces.geojson", "/v1/units", "/v1/me")


class Limits:
    """Counts the questions of one service, however many processes it has; nothing is counted of whoever sits at an open one."""

    def __init__(self) -> None:
        """Start with what the processes beside this one have counted; UsageError for a setting that is no limit."""
        together = os.environ.get(SHARED)
        self._windows = Windows(Path(together) / _COUNTED if together else None)
        self._items = {name: _item(said) for name, said in ({str(role): rate for role, rate in LIMITS.items()} | settings().limits).items()}

    def count(self, name: str, who: str) -> None:
        """Count one question of somebody under a limit; TooManyError when there were too many."""
        item = self._items.get(name)
        if item is not None and not self._windows.hit(*_of(item, name, who)):
            raise self._refusal(item, name, who)

    def knows(self, *names: str) -> bool:
        """Tell whether there are limits of those names."""
        return all(name in self._items for name in names)

    def look(self, name: str, who: str) -> None:
        """Refuse as `count` does, and count nothing."""
        item = self._items.get(name)
        if item is not None and not self.allows(name, who):
            raise self._refusal(item, name, who)

    def allows(self, name: str, who: str) -> bool:
        """Tell whether `count` would let one more pass, and count nothing."""
        item = self._items.get(name)
        return item is None or not self._windows.wait(*_of(item, name, who))

    def note(self, name: str, who: str) -> None:
        """Count and refuse nothing."""
        item = self._items.get(name)
        if item is not None:
            self._windows.hit(*_of(item, name, who))

    def _refusal(self, item: RateLimitItem, name: str, who: str) -> TooManyError:
        wait = max(1, math.ceil(self._windows.wait(*_of(item, name, who))))
        return TooManyError(
            f"Đã hỏi quá {item.amount} lần mỗi {item.get_expiry()} giây.", f"More than {item.amount} requests in {item.get_expiry()} s.",
            hint=f"Thử lại sau {wait} giây, hoặc xin khóa truy cập.", retry_after=wait,
        )  # fmt: skip


async def limited(request: Request, caller: CallerDep) -> None:
    """Count a request against the limit of its caller."""
    limits: Limits = request.app.state.limits
    limits.count(_counted_as(request, caller, limits), asker(request, caller))


def _counted_as(request: Request, caller: Caller, limits: Limits) -> str:
    """Return the limit that a request is counted against; what has none of its own counts as any other question."""
    if caller.role is Role.PUBLIC and limits.knows("map", "typing", "papers"):
        if request.url.path == "/v1/coverage/report":
            return "papers"
        if request.url.path.startswith(_OF_THE_MAP):
            return "map"
        if request.url.path == "/search" and request.query_params.get("autocomplete", "0").lower() in {"1", "true"}:
            return "typing"
    return caller.role.value


async def walking(request: Request, caller: CallerDep) -> None:
    """Count a code that is asked for without a key, in the path or as a text, and refuse whoever met too many that he is not told of."""
    if caller.role is not Role.PUBLIC or not asks_for_code(request):
        return
    limits: Limits = request.app.state.limits
    who = asker(request, caller)
    limits.look("misses", who)
    limits.count("codes", who)


def missed(request: Request, caller: Caller) -> None:
    """Count a code that was unknown to a caller, hidden from him, or of a province that his key does not show: then the next may be."""
    if not caller.in_all(Scope.DOORS) and asks_for_code(request):
        limits: Limits = request.app.state.limits
        limits.note("misses", asker(request, caller))


def plates(request: Request, caller: Caller) -> bool:
    """Tell whether codes lead to doors of provinces that a key does not show: not for whoever met too many such, or unknown."""
    limits: Limits = request.app.state.limits
    return caller.in_all(Scope.DOORS) or limits.allows("misses", asker(request, caller))


def asks_for_code(request: Request) -> bool:
    """Tell whether a code is asked for, in the path or as a text."""
    asked = request.path_params.get("code") or request.query_params.get("q", "")[:LONGEST_SEARCHED]
    return "code" in request.path_params or bool(find(asked)) or is_code(asked)


def asker(request: Request, caller: Caller) -> str:
    """Return whose questions are counted together: those of a key or token, else of an address, of version 6 of its /64."""
    if caller.role is not Role.PUBLIC:
        return caller.actor
    address = _address(request)
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((read, _HOUSE_BITS), strict=False)) if read.version == 6 else str(read)  # noqa: PLR2004 - version 6


def _address(request: Request) -> str:
    """Return where a request comes from: the peer, or behind trusted proxies the last address that is not one of theirs."""
    peer = request.client.host if request.client else ""
    trusted = _networks(settings().trusted_proxies)
    told = [part.strip() for part in ",".join(request.headers.getlist("x-forwarded-for")).split(",") if part.strip()]
    while told and _is_in(peer, trusted):
        peer = told.pop()
    return peer


@cache
def _networks(said: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in said.split(",") if part.strip())
    except ValueError as error:
        raise UsageError(
            "DIACHISO_TRUSTED_PROXIES có mạng sai.", f"DIACHISO_TRUSTED_PROXIES: {error}", hint="Ví dụ: 127.0.0.1,10.0.0.0/8"
        ) from error


def _is_in(address: str, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(read in network for network in networks)


def _of(item: RateLimitItem, name: str, who: str) -> tuple[str, int, int]:
    """Return under what somebody is counted, how many he may have, and in how many seconds."""
    return f"{name} {who}", item.amount, item.get_expiry()


def _item(said: str) -> RateLimitItem:
    try:
        return parse(said)
    except ValueError as error:
        raise UsageError(
            f"DIACHISO_LIMITS: “{said}” không phải giới hạn.", f"“{said}” is no limit.", hint='Ví dụ: {"public": "60/minute"}'
        ) from error
