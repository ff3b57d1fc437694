"""Here is decided which OIDC bearer tokens are believed: whose, for whom, by which algorithms, and what their claims mean here."""

import re
import threading
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jwt

from registry.errors import UnavailableError
from registry.security.caller import EVERYWHERE, Caller
from registry.security.roles import GIVEN, Role
from registry.settings import Settings, settings

# By kind of key, for many providers leave out which algorithm theirs is for.
# Keys of the issuer only: with a shared secret (HS…) whoever checks a token could make one, and `none` proves nothing.
_OF_KEYS: Final[Mapping[str, tuple[str, ...]]] = {"RSA": ("RS256", "PS256"), "EC": ("ES256",), "OKP": ("EdDSA",)}
SKEW_SECONDS: Final = 60
_JWKS_SECONDS: Final = 5
_JWKS_KEPT_SECONDS: Final = 600
# A provider that did not answer is not asked again for so long.
_SILENT_SECONDS: Final = 10
_SUBJECT: Final = re.compile(r"[!-~]{1,100}")
_PROVINCE: Final = re.compile(r"[0-9]{2}")


def prove(token: str) -> Caller | None:
    """Return whom a token stands for, or None when it is not believed; UnavailableError when the issuer's keys cannot be read.

    Believed is a token with a signature of the issuer, the configured issuer and audience, a subject, a time of
    expiry not more than `SKEW_SECONDS` ago, and claims that mean a role and, for an officer, provinces.
    """
    chosen = settings()
    if not (chosen.oidc_issuer and chosen.oidc_audience and chosen.oidc_jwks):
        return None
    try:
        key = _signing_key(chosen.oidc_jwks, jwt.get_unverified_header(token).get("kid"))
        algorithms = list(_OF_KEYS.get(key.key_type or "", ()))
        claims = jwt.decode(
            token, key.key, algorithms=algorithms, issuer=chosen.oidc_issuer, audience=chosen.oidc_audience, leeway=SKEW_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, KeyError):
        return None
    return _meant(claims, chosen)


def _meant(claims: Mapping[str, Any], chosen: Settings) -> Caller | None:
    role = _role(claims.get(chosen.oidc_role_claim), chosen.oidc_roles)
    provinces = _provinces(claims.get(chosen.oidc_province_claim))
    subject = claims["sub"]
    if role is None or not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
        return None
    # Whoever is given no province sees none; the whole country must be said (`*`), and is never an officer's.
    if role is Role.PROVINCE_OFFICER and provinces is None:
        return None
    return Caller(role, provinces, f"oidc:{subject}")


def _role(claimed: object, mapping: Mapping[str, str]) -> Role | None:
    """Return the role of a claim, or of the first entry of a list that means one."""
    for each in claimed if isinstance(claimed, list) else [claimed]:
        meant = mapping.get(each, each) if isinstance(each, str) else None
        if meant in GIVEN:
            return Role(meant)
    return None


def _provinces(claimed: object) -> frozenset[str] | None:
    listed = claimed if isinstance(claimed, list) else [claimed]
    if EVERYWHERE in listed:
        return None
    return frozenset(each for each in listed if isinstance(each, str) and _PROVINCE.fullmatch(each))


def _signing_key(place: str, named: str | None) -> jwt.PyJWK:
    """Return the key of that name; KeyError or PyJWTError when there is none, UnavailableError when the keys cannot be read."""
    try:
        return _named_key(place, named)
    except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError, OSError, ValueError, AttributeError, TypeError) as error:
        raise UnavailableError(
            "Không đọc được khóa của nơi cấp danh tính.", "The keys of the identity provider cannot be read.", hint="DIACHISO_OIDC_JWKS"
        ) from error


def _named_key(place: str, named: str | None) -> jwt.PyJWK:
    if place.startswith(("http://", "https://")):
        return _client(place).key(str(named))
    path = Path(place)
    found = [key for key in _file(path, path.stat().st_mtime_ns).keys if key.key_id == named]
    if not found:
        raise KeyError(named)
    return found[0]


class _Client(jwt.PyJWKClient):
    """Fetches the keys of a provider; one that hangs holds up nobody but who must be the first to ask it."""

    def __init__(self, url: str) -> None:
        super().__init__(url, lifespan=_JWKS_KEPT_SECONDS, timeout=_JWKS_SECONDS)
        self._fetching = threading.Lock()
        self._silent_until = 0.0

    def key(self, kid: str) -> jwt.PyJWK:
        """Return the key of that name, known or fetched; PyJWKClientConnectionError where that must wait for others, or just failed."""
        kept = self.jwk_set_cache.get() if self.jwk_set_cache else None
        known = self.match_kid([key for key in kept.keys if key.public_key_use in {"sig", None}], kid) if kept else None
        if known is not None:
            return known
        # Tokens are made up by anybody: who names a new key while one is asked for does not wait, unless nothing is known yet.
        if not self._fetching.acquire(timeout=0 if kept else _JWKS_SECONDS):
            raise jwt.PyJWKClientConnectionError("the keys are being fetched")
        try:
            return self.get_signing_key(kid)
        finally:
            self._fetching.release()

    def fetch_data(self) -> Any:  # noqa: ANN401 - as in the library
        """Fetch, unless that failed a moment ago."""
        if time.monotonic() < self._silent_until:
            raise jwt.PyJWKClientConnectionError("the provider did not answer a moment ago")
        try:
            return super().fetch_data()
        except (jwt.PyJWTError, ValueError):
            self._silent_until = time.monotonic() + _SILENT_SECONDS
            raise


@cache
def _client(url: str) -> _Client:
    return _Client(url)


@cache
def _file(path: Path, _changed: int) -> jwt.PyJWKSet:
    """Read the keys of a file again when the file changes."""
    return jwt.PyJWKSet.from_json(path.read_text(encoding="utf-8"))
