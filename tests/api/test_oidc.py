"""Bearer tokens of an identity provider: whose, for whom, until when, and what their claims mean here."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from registry.errors import UnavailableError
from registry.security import tokens
from registry.security.caller import Caller
from registry.security.roles import Role
from registry.settings import settings
from tests.db import faults

ISSUER, AUDIENCE, KID = "https://danh-tinh.example", "diachiso", "k1"
KEY: EllipticCurvePrivateKey = generate_private_key(SECP256R1())
OFFICER = {"diachiso_role": "province_officer", "diachiso_provinces": ["11", "37"]}


def signed(key: Any = KEY, algorithm: str = "ES256", kid: str = KID, **claims: Any) -> str:  # noqa: ANN401 - claims are free
    """Return a token with good claims but for those given; None leaves one out."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-17", "iat": now, "exp": now + 600} | OFFICER
    told = {name: value for name, value in (good | claims).items() if value is not None}
    return jwt.encode(told, key, algorithm=algorithm, headers={"kid": kid})


def jwks() -> str:
    """Return the public key as a provider publishes it."""
    return json.dumps({"keys": [json.loads(ECAlgorithm.to_jwk(KEY.public_key())) | {"kid": KID, "use": "sig", "alg": "ES256"}]})


@pytest.fixture
def believing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Configure the provider with its keys in a file; give what sets more."""
    file = tmp_path / "jwks.json"
    file.write_text(jwks(), encoding="utf-8")
    for name, value in (("ISSUER", ISSUER), ("AUDIENCE", AUDIENCE), ("JWKS", str(file))):
        monkeypatch.setenv(f"DIACHISO_OIDC_{name}", value)
    settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.usefixtures("believing")
def test_a_good_token_is_its_role_and_provinces() -> None:
    """The subject is the actor; whatever else it claims is not kept."""
    assert tokens.prove(signed(name="Ai Đó")) == Caller(Role.PROVINCE_OFFICER, frozenset({"11", "37"}), "oidc:u-17")


NOW = int(time.time())
BAD: list[dict[str, Any]] = [
    {"iss": "https://another.example"}, {"aud": "another"}, {"exp": NOW - 120}, {"iat": NOW + 3600}, {"nbf": NOW + 3600}, {"exp": None},
    {"sub": None}, {"iat": None}, {"aud": None}, {"iss": None}, {"kid": "k2"}, {"key": generate_private_key(SECP256R1())},
    {"sub": "with space"}, {"sub": "x" * 101}, {"diachiso_role": None}, {"diachiso_role": "public"}, {"diachiso_role": "local"},
    {"diachiso_role": "root"}, {"diachiso_role": 7}, {"diachiso_provinces": "*"},
]  # fmt: skip


@pytest.mark.usefixtures("believing")
@pytest.mark.parametrize("claims", BAD, ids=" ".join)
def test_a_token_that_says_otherwise_is_not_believed(claims: dict[str, Any]) -> None:
    """Another issuer, audience, key; ended, not begun; without what must be there; a role that no token has; an officer of the country."""
    assert tokens.prove(signed(**claims)) is None


@pytest.mark.usefixtures("believing")
def test_the_algorithm_is_not_the_tokens_to_choose() -> None:
    """`none`, and a shared secret made of the public key, prove nothing."""
    assert tokens.prove(signed(key=None, algorithm="none")) is None
    assert tokens.prove(signed(key=json.loads(jwks())["keys"][0]["x"], algorithm="HS256")) is None
    for nonsense in ("", "a.b.c", "eyJhbGciOiJub25lIn0.e30."):
        assert tokens.prove(nonsense) is None


@pytest.mark.usefixtures("believing")
def test_a_clock_may_be_a_minute_off() -> None:
    """And not two."""
    assert tokens.prove(signed(exp=int(time.time()) - 30)) is not None


@pytest.mark.usefixtures("believing")
def test_no_province_is_none_and_the_country_must_be_said() -> None:
    """A courier without provinces sees no doors."""
    none = tokens.prove(signed(diachiso_role="courier", diachiso_provinces=None))
    country = tokens.prove(signed(diachiso_role="courier", diachiso_provinces="*"))
    assert none is not None
    assert country is not None
    assert (none.provinces, none.reads, country.provinces, country.reads) == (frozenset(), "", None, "*")


def test_claims_are_read_as_the_settings_say(believing: pytest.MonkeyPatch) -> None:
    """Names of claims and of roles are those of the provider."""
    believing.setenv("DIACHISO_OIDC_ROLE_CLAIM", "groups")
    believing.setenv("DIACHISO_OIDC_PROVINCE_CLAIM", "tinh")
    believing.setenv("DIACHISO_OIDC_ROLES", '{"can-bo": "province_officer"}')
    settings.cache_clear()
    found = tokens.prove(signed(groups=["khác", "can-bo"], tinh="86", diachiso_role="administrator"))
    assert found == Caller(Role.PROVINCE_OFFICER, frozenset({"86"}), "oidc:u-17")


def test_without_settings_no_token_is_believed() -> None:
    """Nobody is believed by accident."""
    assert tokens.prove(signed()) is None


ANSWERS = threading.Event()
ANSWERS.set()


@pytest.fixture
def published() -> Iterator[str]:
    """Give the address of a provider on this machine that publishes its keys."""

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ANSWERS.wait()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(jwks().encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/jwks"
    ANSWERS.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_keys_are_fetched_from_the_provider(believing: pytest.MonkeyPatch, published: str) -> None:
    """By URL; a provider that does not answer makes the service unavailable, not open."""
    believing.setenv("DIACHISO_OIDC_JWKS", published)
    settings.cache_clear()
    assert tokens.prove(signed()) is not None
    believing.setenv("DIACHISO_OIDC_JWKS", "http://127.0.0.1:1/jwks")
    settings.cache_clear()
    with pytest.raises(UnavailableError):
        tokens.prove(signed())


def test_a_provider_that_hangs_holds_up_no_known_key(believing: pytest.MonkeyPatch, published: str) -> None:
    """While one made-up token waits for the provider, good tokens are believed and other made-up ones are refused at once."""
    believing.setenv("DIACHISO_OIDC_JWKS", published)
    settings.cache_clear()
    assert tokens.prove(signed()) is not None
    # The library asks for unknown keys again only after half a minute.
    tokens._client(published).cooldown_duration = 0
    ANSWERS.clear()
    with ThreadPoolExecutor(1) as others:
        waiting = others.submit(tokens.prove, signed(kid="made-up"))
        faults.until(tokens._client(published)._fetching.locked, "the provider is asked")
        assert tokens.prove(signed()) is not None
        with pytest.raises(UnavailableError):
            tokens.prove(signed(kid="made-up-too"))
        assert not waiting.done()
        ANSWERS.set()
        assert waiting.result() is None


@pytest.mark.usefixtures("believing")
@pytest.mark.parametrize("content", [None, "<html>", "{}", '{"keys": []}', "\xff", "null", "1", '"x"', "[]"])
def test_keys_that_cannot_be_read_are_an_outage(content: str | None) -> None:
    """A file that is gone, or holds no keys, does not make a good token bad: it is told as an outage."""
    file = Path(settings().oidc_jwks or "")
    if content is None:
        file.unlink()
    else:
        file.write_text(content, encoding="latin-1")
    with pytest.raises(UnavailableError):
        tokens.prove(signed())


@pytest.mark.usefixtures("believing")
@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_key_that_names_no_algorithm_serves_both_of_its_kind(algorithm: str) -> None:
    """Providers publish RSA keys without `alg` and sign by either padding."""
    key = rsa.generate_private_key(65537, 2048)
    published = {"keys": [json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": KID, "use": "sig"}]}
    Path(settings().oidc_jwks or "").write_text(json.dumps(published), encoding="utf-8")
    assert tokens.prove(signed(key, algorithm)) is not None
    assert tokens.prove(signed(generate_private_key(SECP256R1()), "ES256")) is None
