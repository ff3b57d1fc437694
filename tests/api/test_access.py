"""Who sees what over HTTP: without a key streets and communes, with one what its role and its provinces allow."""

import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection

import httpx
import pytest
from sqlalchemy import Engine, event, text

from registry import db
from registry.security import keys
from registry.security.audit import note_act
from registry.security.roles import Role
from registry.settings import settings
from service import access
from service.app import create_app
from service.body_limit import TEXTS
from tests.api.made_up import CODE, LAT, LON, NDAS, OLD_CODE, STREET, VPOSTCODE, WITHDRAWN, code_of
from tests.api.service import serving

DOOR = f"5 đường {STREET}, phường Điện Biên Phủ, Điện Biên"
MISSING = f"6 đường {STREET}, phường Điện Biên Phủ, Điện Biên"
TILE = "/v1/tiles/addresses/14/12880/7195.mvt"
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def tokens(service_db: str) -> dict[str, str]:
    """Give a key of each role: of Điện Biên (11), and a courier of Ninh Bình (37)."""
    asked: dict[str, tuple[Role, list[str] | None]] = {
        "courier": (Role.COURIER, ["11"]), "far": (Role.COURIER, ["37"]), "officer": (Role.PROVINCE_OFFICER, ["11"]),
        "reporter": (Role.REPORTER, None), "auditor": (Role.AUDITOR, None), "administrator": (Role.ADMINISTRATOR, None),
    }  # fmt: skip
    with db.session(service_db) as session:
        made = {
            name: keys.create(session, holder=name, role=role, provinces=where, created_by="test").token
            for name, (role, where) in asked.items()
        }
        session.commit()
    return made


@pytest.fixture(scope="module")
def closed(service_db: str) -> Iterator[httpx.Client]:
    """Give a client of a service that lets nobody in without a key; a key that was proved is believed for as long as tests may take."""
    with pytest.MonkeyPatch.context() as patched, serving(create_app(service_db, open_to="0")) as opened:
        patched.setattr(access, "BELIEVED_SECONDS", 3600.0)
        yield opened


@pytest.fixture
def ask(closed: httpx.Client, tokens: dict[str, str]) -> Ask:
    """Give a function that asks as somebody."""

    def asked(who: str, path: str, **params: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {tokens[who]}"} if who != "public" else {}
        return closed.get(path, params=params, headers=headers)  # type: ignore[arg-type]

    return asked


def test_the_public_is_answered_down_to_the_street(ask: Ask) -> None:
    """No code, no number, no point of a door; a registered number and one that is not get the same answer but for the text."""
    found, other = (ask("public", "/v1/resolve", q=asked).json() for asked in (DOOR, MISSING))
    assert (found["level"], found["code"], found["house"]) == ("street", None, None)
    assert found["lat"] == round(found["lat"], 3)
    assert found | {"query": ""} == other | {"query": ""}


def test_search_and_completion_show_the_public_no_door(ask: Ask) -> None:
    """Neither the dialect of addok nor what completes as one types holds a number or a code."""
    for params in ({"q": DOOR}, {"q": f"5 {STREET}", "autocomplete": "1"}):
        features = ask("public", "/search", **params).json()["features"]
        assert features
        assert all(each["properties"]["type"] != "housenumber" and "code" not in each["properties"] for each in features)


def test_reverse_shows_the_public_the_commune_or_roughly_the_street(ask: Ask) -> None:
    """What lies at a point is no door; a street is put where no door stands, without a distance to it."""
    (commune,) = ask("public", "/reverse", lat=LAT, lon=LON).json()["features"]
    assert commune["properties"]["type"] == "municipality"
    assert ask("public", "/reverse", lat=LAT, lon=LON, type="housenumber").json()["features"] == []
    (street,) = ask("public", "/reverse", lat=LAT + 0.0003, lon=LON, type="street").json()["features"]
    assert "distance" not in street["properties"]


def test_a_code_given_in_full_is_told_to_anybody(ask: Ask) -> None:
    """The code of a plate leads to its door, also retired and also as a text; other codes of that door are not told."""
    card = ask("public", f"/v1/codes/{CODE}").json()
    assert card["house"] == "5"
    assert not {"external_codes", "others"} & set(card)
    assert ask("public", f"/v1/codes/{OLD_CODE}").json()["replaced_by"] == CODE
    assert ask("public", f"/v1/codes/{NDAS}").status_code == 200
    assert ask("public", "/v1/resolve", q=CODE).json()["code"] == CODE


def test_a_courier_sees_doors_of_his_provinces_and_streets_elsewhere(ask: Ask) -> None:
    """The same question, two keys."""
    assert ask("courier", "/v1/resolve", q=DOOR).json()["code"] == CODE
    assert ask("far", "/v1/resolve", q=DOOR).json() == ask("public", "/v1/resolve", q=DOOR).json()
    assert ask("courier", "/reverse", lat=LAT, lon=LON).json()["features"][0]["properties"]["code"] == CODE
    assert ask("far", "/reverse", lat=LAT, lon=LON).json()["features"][0]["properties"]["type"] == "municipality"


def test_a_conversion_tells_of_a_door_as_a_search_does(ask: Ask) -> None:
    """To a courier of the province; others are told the same of a number that is registered and of one that is not."""
    assert ask("courier", "/v1/convert", q=DOOR).json()["reason"] == ask("administrator", "/v1/convert", q=DOOR).json()["reason"]
    assert "chưa có trong sổ" not in ask("courier", "/v1/convert", q=DOOR).text
    for who in ("far", "public"):
        found, other = (ask(who, "/v1/convert", q=asked).json() for asked in (DOOR, MISSING))
        assert "chưa có trong sổ" not in found["reason"]
        assert found["reason"] == other["reason"] == ask("public", "/v1/resolve", q=DOOR).json()["reason"]
        assert found["today"].startswith("5 ")
        assert found["verdict"] == other["verdict"]


HIDDEN = [("public", WITHDRAWN), ("public", VPOSTCODE), ("far", WITHDRAWN), ("far", VPOSTCODE)]


@pytest.mark.parametrize(("who", "hidden"), HIDDEN)
def test_hidden_codes_are_unknown_by_the_same_work_and_words(ask: Ask, who: str, hidden: str) -> None:
    """A code that one may not know of and one that nobody has: status, body but for the code, and number of statements are equal."""
    # The first question proves the key.
    ask(who, "/v1/coverage")
    unknown = code_of("X9X9") if hidden == WITHDRAWN else VPOSTCODE[:5] + "8Q8R8VW"
    answers = []
    for code in (hidden, unknown):
        with counted() as statements:
            answer = ask(who, f"/v1/codes/{code}")
        answers.append((answer.status_code, answer.text.replace(code, "CODE"), len(statements)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


REFUSED = [
    ("public", TILE, 401), ("public", f"/v1/codes/{CODE}/history", 401), ("public", "/v1/changes", 401),
    ("public", "/v1/changes/snapshot", 401), ("public", "/v1/corrections", 401), ("reporter", TILE, 403),
    ("auditor", "/v1/corrections", 403), ("auditor", f"/v1/codes/{CODE}", 403), ("auditor", f"/v1/resolve?q={CODE}", 403),
    ("auditor", "/search?q=a", 403), ("auditor", "/api?q=a", 403), ("auditor", f"/reverse?lat={LAT}&lon={LON}", 403),
    ("auditor", "/v1/convert?q=a", 403), ("auditor", "/v1/coverage", 403), ("auditor", "/v1/coverage/report", 403),
    ("auditor", "/v1/coverage/series?province=11", 403), ("auditor", "/v1/me", 200), ("reporter", "/search?q=a", 200),
    ("courier", "/v1/changes", 403), ("courier", "/v1/changes?province=37", 403), ("courier", "/v1/changes?province=11", 200),
    ("courier", TILE, 403), ("courier", f"{TILE}?province=11", 200), ("far", f"/v1/codes/{CODE}/history", 404),
    ("far", f"/v1/codes/{WITHDRAWN}/history", 404), ("courier", f"/v1/codes/{WITHDRAWN}/history", 409),
    ("far", f"/v1/codes/{VPOSTCODE}/history", 404), ("courier", f"/v1/codes/{VPOSTCODE}/history", 409),
    ("officer", "/v1/corrections?province=11", 200), ("officer", "/v1/corrections?province=37", 403),
    ("far", "/v1/corrections?province=11", 403),
    ("administrator", "/v1/corrections?province=37", 200),
    ("public", "/v1/audit", 401), ("courier", "/v1/audit", 403), ("auditor", "/v1/audit", 200), ("administrator", "/v1/audit", 200),
    ("courier", f"/v1/codes/{CODE}/history", 200), ("administrator", "/v1/changes", 200), ("officer", "/v1/corrections", 200),
]  # fmt: skip


@pytest.mark.parametrize(("who", "path", "status"), REFUSED)
def test_each_role_reaches_its_routes_and_no_others(closed: httpx.Client, tokens: dict[str, str], who: str, path: str, status: int) -> None:
    """401 without a key, 403 with one that does not allow it, as a problem in two languages."""
    answer = closed.get(path, headers={"X-Api-Key": tokens[who]} if who != "public" else {})
    assert answer.status_code == status
    if status in {401, 403}:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail_en"]
    assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("sent", ["Bearer dcs_aaaaaaaa_" + "A" * 43, "Bearer nonsense", "Bearer", "Basic dTpw", "Bearer " + "a" * 9000])
def test_a_key_that_does_not_hold_is_refused_everywhere(closed: httpx.Client, sent: str) -> None:
    """Nobody with a wrong key is taken for the public: he would not notice."""
    assert closed.get("/v1/resolve", params={"q": DOOR}, headers={"Authorization": sent}).status_code == 401


def test_an_open_service_is_open_to_this_machine_alone(service_db: str) -> None:
    """What came through a proxy, under another name or from a page of another site is the public."""
    with serving(create_app(service_db, open_to="1")) as opened:
        asked = {"q": DOOR}
        assert opened.get("/v1/resolve", params=asked).json()["code"] == CODE
        for header in (
            {"X-Forwarded-For": "203.0.113.9"},
            {"Via": "1.1 proxy"},
            {"Host": "diachiso.example"},
            {"Origin": "https://evil.example"},
        ):
            assert opened.get("/v1/resolve", params=asked, headers=header).json()["code"] is None, header


def test_a_key_of_one_province_reads_the_trail_of_that_province(service_db: str, closed: httpx.Client) -> None:
    """Auditors and administrators alike: rows that name it, no others; one of the country reads all."""
    with db.session(service_db) as session:
        made = {
            (role, where): keys.create(session, holder="x", role=role, provinces=[where] if where else None, created_by="test").token
            for role in (Role.AUDITOR, Role.ADMINISTRATOR) for where in ("11", "37", None)
        }  # fmt: skip
        for provinces in ("11", "11,37", "37", "", "*"):
            note_act(session, "export", entity="batch", subject=f"trail of {provinces}", provinces=provinces, purpose="thử")
        session.commit()
    for (_, where), token in made.items():
        trail = closed.get("/v1/audit", params={"limit": 1000}, headers={"X-Api-Key": token}).json()["trail"]
        seen = [row["provinces"] for row in trail if row["subject"].startswith("trail of")]
        assert seen == {"11": ["11", "11,37"], "37": ["11,37", "37"], None: ["11", "11,37", "37", "", "*"]}[where]
        assert where is None or all(where in row["provinces"].split(",") for row in trail)


@pytest.mark.usefixtures("still")
def test_asking_too_often_is_refused_with_when_to_come_back(service_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 as a problem with Retry-After; each network address is counted by itself behind a proxy that is trusted, and none without."""
    monkeypatch.setattr("service.limits.LIMITS", {"public": "2/hour"})
    with serving(create_app(service_db, open_to="0")) as opened:
        statuses = [opened.get("/v1/units", params={"province": "11"}).status_code for _ in range(3)]
        refused = opened.get("/v1/units", headers={"X-Forwarded-For": "203.0.113.9"})
        assert statuses == [200, 200, 429]
        assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
        assert 0 < int(refused.headers["retry-after"]) <= 3600
        assert opened.get("/healthz").status_code == 200


@pytest.mark.usefixtures("still")
def test_behind_a_trusted_proxy_each_asker_is_counted(service_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last address that is not a proxy's; what an asker writes in front of it is not believed, and a /64 is one asker."""
    monkeypatch.setattr("service.limits.LIMITS", {"public": "1/hour"})
    monkeypatch.setenv("DIACHISO_TRUSTED_PROXIES", "127.0.0.0/8,10.0.0.0/8")
    settings.cache_clear()
    told = ["203.0.113.9", "203.0.113.8", "1.2.3.4, 203.0.113.9", "203.0.113.9, 10.1.1.1", "2001:db8::1", "2001:db8::2", "2001:db8:1::1"]
    try:
        with serving(create_app(service_db, open_to="0")) as opened:
            asked = [opened.get("/v1/units", headers={"X-Forwarded-For": each}).status_code for each in told]
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert asked == [200, 200, 429, 429, 200, 429, 200]


@pytest.mark.usefixtures("still")
def test_who_walks_codes_is_stopped(service_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many unknown or hidden codes not even a known one is told, by whichever route they are asked."""
    monkeypatch.setattr("service.limits.LIMITS", {"misses": "3/hour"})
    with serving(create_app(service_db, open_to="0")) as opened:
        asked = [opened.get(f"/v1/codes/{code_of('X9X9')}"), opened.get("/v1/resolve", params={"q": WITHDRAWN})]
        asked += [opened.get("/search", params={"q": code_of("Y9Y9")}), opened.get(f"/v1/codes/{CODE}")]
        assert [each.status_code for each in asked] == [404, 200, 200, 429]
        assert opened.get("/search", params={"q": CODE}).status_code == 429
        assert opened.get("/search", params={"q": f"đường {STREET}, Điện Biên"}).status_code == 200


@pytest.mark.usefixtures("still")
def test_a_key_walks_no_codes_of_other_provinces(service_db: str, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many texts none leads to another province; one by one some do, then they are unknown, while those of his own go on."""
    monkeypatch.setattr("service.limits.LIMITS", {"misses": "3/hour"})
    with serving(create_app(service_db, open_to="0")) as opened:

        def many(who: str) -> list[dict[str, object]]:
            body = {"queries": [CODE, code_of("X9X9"), f"{CODE} {DOOR}", f"{code_of('X9X9')} {DOOR}"]}
            told: list[dict[str, object]] = opened.post("/v1/resolve", json=body, headers={"X-Api-Key": tokens[who]}).json()
            return told

        def level(who: str, path: str, **params: str) -> tuple[int, bool]:
            answer = opened.get(path, params=params, headers={"X-Api-Key": tokens[who]})
            return answer.status_code, f'"code":"{CODE}"' in answer.text

        hidden, unknown, *_ = told = many("far")
        assert all(each["code"] is None for each in told)
        assert (hidden["verdict"], hidden["level"]) == (unknown["verdict"], unknown["level"])
        assert many("courier")[0]["code"] == CODE
        asked = [("/v1/resolve", {"q": CODE}), (f"/v1/codes/{CODE}", {}), ("/search", {"q": code_of("Y9Y9")})]
        for who in ("far", "courier"):
            first = [level(who, path, **params) for path, params in asked]
            assert first == [(200, True), (200, True), (200, False)]
        level("courier", "/search", q=code_of("Y9Y9"))
        level("courier", "/search", q=code_of("Y9Y9"))
        assert [level("far", path, **params) for path, params in asked[:2]] == [(200, False), (404, False)]
        assert [level("courier", path, **params) for path, params in asked[:2]] == [(200, True), (200, True)]


def test_a_body_without_end_is_refused(closed: httpx.Client, tokens: dict[str, str]) -> None:
    """413 whether the length is announced or not."""
    large = b" " * (TEXTS + 1)
    for content in (large, iter([large])):
        headers = {"content-type": "application/json", "X-Api-Key": tokens["courier"]}
        assert closed.post("/v1/resolve", content=content, headers=headers).status_code == 413


@pytest.mark.parametrize("path", ["/v1/uploads", "/v1/jobs", "/search/csv", "/reverse/csv", "/v1/resolve"])
def test_a_large_body_of_somebody_who_may_not_send_it_is_not_waited_for(closed: httpx.Client, path: str) -> None:
    """401 when the head has come, before a byte of the file."""
    url = closed.base_url
    connection = HTTPConnection(url.host, url.port or 80, timeout=60)
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(10 << 20))
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.endheaders()
    assert connection.getresponse().status == 401
    connection.close()


def test_small_units_are_hidden_from_the_public_and_not_from_reporters(ask: Ask) -> None:
    """Only the figures of those who may see them are whole."""

    def hidden(who: str) -> int:
        return sum(line["suppressed"] for line in ask(who, "/v1/coverage", province="11").json()["lines"])

    assert hidden("public") > 0
    assert hidden("reporter") == hidden("officer") == 0


def test_a_correction_of_another_province_finds_no_door(closed: httpx.Client, tokens: dict[str, str]) -> None:
    """The database shows the session none, so the code is unknown; without a key nobody proposes."""
    said = {"code": CODE, "gone": True, "reason": "đã phá dỡ"}
    statuses = [
        closed.post("/v1/corrections", json=said, headers={"X-Api-Key": tokens[who]}).status_code for who in ("far", "courier", "reporter")
    ]
    assert statuses == [404, 201, 403]
    assert closed.post("/v1/corrections", json=said).status_code == 401
    trail = closed.get("/v1/audit", params={"limit": 1000}, headers={"X-Api-Key": tokens["auditor"]}).json()["trail"]
    (written,) = [row for row in trail if row["entity"] == "correction" and row["actor"].endswith(" courier")]
    assert (written["role"], written["action"]) == ("courier", "insert")
    assert written["request_id"]


class counted:  # noqa: N801 - read as a word: with counted()
    """Collects the statements that any engine runs inside the block."""

    def __enter__(self) -> list[str]:
        self.seen: list[str] = []
        event.listen(Engine, "before_cursor_execute", self._note)
        return self.seen

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        # The thread that listens looks now and then, whoever asks.
        if threading.current_thread().name != "diachiso-listen":
            self.seen.append(statement)


def test_a_correction_is_decided_by_its_province(closed: httpx.Client, tokens: dict[str, str], service_db: str) -> None:
    """A courier proposes and does not decide, an officer of elsewhere finds none; accepted, the door is another at once, under his name."""
    said = {"code": CODE, "fields": {"ghi_chu": "cổng sau"}, "reason": "thử duyệt"}
    numbers = [closed.post("/v1/corrections", json=said, headers={"X-Api-Key": tokens["courier"]}).json()["id"] for _ in range(2)]

    def decide(who: str, number: int, decision: str) -> httpx.Response:
        headers = {"X-Api-Key": tokens[who]} if who != "public" else {}
        return closed.post(f"/v1/corrections/{number}/decide", json={"decision": decision, "reason": "đã xác minh"}, headers=headers)

    assert [decide(who, numbers[0], "accept").status_code for who in ("public", "courier", "reporter")] == [401, 403, 403]
    with db.session(service_db) as session:
        far = keys.create(session, holder="far officer", role=Role.PROVINCE_OFFICER, provinces=["37"], created_by="test").token
        session.commit()
    assert decide("officer", 10**6, "accept").status_code == 404
    elsewhere = closed.post(
        f"/v1/corrections/{numbers[0]}/decide", json={"decision": "accept", "reason": "x"}, headers={"X-Api-Key": far}
    )  # fmt: skip
    assert elsewhere.status_code == 404
    accepted = decide("officer", numbers[0], "accept")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted"), accepted.text
    assert decide("officer", numbers[1], "reject").json()["state"] == "refused"
    assert decide("officer", numbers[1], "reject").status_code == 409
    with db.session(service_db) as session:
        actor = session.scalar(text("SELECT actor FROM change WHERE entity = 'address' ORDER BY id DESC LIMIT 1")) or ""
        door = text("SELECT note FROM address WHERE id IN (SELECT address_id FROM digital_address WHERE code = :code)")
        note = session.scalar(door, {"code": CODE})
    assert (actor.split()[-1], note) == ("officer", "cổng sau")
