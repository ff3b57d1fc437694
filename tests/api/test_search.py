"""The dialect of addok and the French BAN, as their own client reads it."""

import httpx
import pytest
from geopy.geocoders import BANFrance, Photon
from sqlalchemy import select

from geocode.resolver import Resolver
from geocode.types import Query, Verdict
from registry import db
from registry.models.tables import Unit
from tests.api.made_up import CODE, COMMUNE, LAT, LON, POSTAL, STREET

DOOR = f"5 đường {STREET}, phường Điện Biên Phủ, Điện Biên"


def test_geopy_finds_a_door_without_knowing_whom_it_asks(served: str) -> None:
    """BANFrance of geopy, pointed at this service, geocodes a door to its point and code."""
    found = BANFrance(domain=served, scheme="http", timeout=30).geocode(DOOR)
    assert (found.longitude, found.latitude) == pytest.approx((LON, LAT), abs=1e-6)
    assert found.raw["properties"]["code"] == CODE


def test_geopy_lists_several_places_and_none_for_nonsense(served: str) -> None:
    """`exactly_one=False` gives a list within the limit; nonsense gives None."""
    geocoder = BANFrance(domain=served, scheme="http", timeout=30)
    assert 1 < len(geocoder.geocode("xã Thanh Bình", exactly_one=False, limit=3)) <= 3
    assert geocoder.geocode("zzqx 🦆🦆 wvvk") is None


def test_geopy_reverses_a_point_to_its_door(served: str) -> None:
    """BANFrance of geopy names the door at a point."""
    found = BANFrance(domain=served, scheme="http", timeout=30).reverse((LAT, LON))
    assert found.raw["properties"]["code"] == CODE
    assert found.raw["properties"]["distance"] == 0


def test_geopys_photon_works_by_changing_the_host(served: str) -> None:
    """Its `/api` with a bias, a box and a language, its `/reverse`, and the words that it puts together."""
    geocoder = Photon(domain=served, scheme="http", timeout=30)
    found = geocoder.geocode(DOOR, location_bias=(LAT, LON), language="vi", bbox=[(LAT - 1, LON - 1), (LAT + 1, LON + 1)])
    assert (found.longitude, found.latitude) == pytest.approx((LON, LAT), abs=1e-6)
    assert found.address.startswith(f"5, đường {STREET}, {POSTAL}")
    assert found.address.endswith("Phường Điện Biên Phủ, Tỉnh Điện Biên, Việt Nam")
    assert geocoder.geocode(DOOR, bbox=[(10, 105), (11, 106)]) is None
    assert 1 < len(geocoder.geocode("xã Thanh Bình", exactly_one=False, limit=3)) <= 3
    assert geocoder.reverse((LAT, LON), language="en").raw["properties"]["code"] == CODE


@pytest.mark.parametrize("path", ["/search/", "/reverse/", "/api/"])
def test_a_slash_at_the_end_changes_nothing(client: httpx.Client, path: str) -> None:
    """Scripts of addok write it; they follow no redirection."""
    asked = {"lat": LAT, "lon": LON} if "reverse" in path else {"q": DOOR}
    assert client.get(path, params=asked).json() == client.get(path.rstrip("/"), params=asked).json()


def test_reverse_keeps_to_an_area(client: httpx.Client) -> None:
    """`postcode` and `citycode` as addok filters."""
    asked = {"lat": LAT, "lon": LON, "citycode": COMMUNE}
    (found,) = client.get("/reverse", params=asked | {"postcode": POSTAL}).json()["features"]
    assert found["properties"]["code"] == CODE
    assert client.get("/reverse", params=asked | {"postcode": "00001"}).json()["features"] == []


def test_a_feature_has_the_flat_properties_of_the_dialect(client: httpx.Client) -> None:
    """The properties stand directly on the feature, codes as text, coordinates longitude first."""
    body = client.get("/search", params={"q": DOOR, "limit": 1}).json()
    first = body["features"][0]
    assert {name: body[name] for name in ("type", "version", "query", "limit")} == {
        "type": "FeatureCollection", "version": "draft", "query": DOOR, "limit": 1,
    }  # fmt: skip
    expected = {"type": "housenumber", "housenumber": "5", "postcode": POSTAL, "citycode": COMMUNE, "verdict": "ACCEPT"}
    assert expected.items() <= first["properties"].items()
    assert first["geometry"]["coordinates"] == pytest.approx([LON, LAT], abs=1e-6)


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_the_first_answer_does_not_depend_on_the_limit(client: httpx.Client, limit: int) -> None:
    """`limit` cuts the list and changes nothing else."""
    first = client.get("/search", params={"q": "xã Thanh Bình", "limit": limit}).json()["features"][0]
    assert first == client.get("/search", params={"q": "xã Thanh Bình"}).json()["features"][0]


def _pointless(url: str) -> str:
    """Return the words for an old district whose best reading has no point while another one has."""
    with db.session(url) as session:
        resolver = Resolver.open(session)
        # Hà Nam and Hà Tây are names of communes too.
        old = select(Unit.full_name, Unit.province_code).where(Unit.level == "district", Unit.province_code.in_(("35", "01")))
        for name, province in session.execute(old.order_by(Unit.code)):
            asked = f"{name}, {'Hà Nam' if province == '35' else 'Hà Tây'}"
            answer = resolver.resolve(session, Query(asked, limit=20))
            drawn = [each for each in answer.candidates if each.lat is not None]
            if answer.verdict is not Verdict.REJECT and answer.best and answer.best.lat is None and drawn:
                return asked
    pytest.skip("every best reading has a point")


def test_what_cannot_be_drawn_takes_no_place_in_the_list(service_db: str, client: httpx.Client) -> None:
    """Candidates without a point are dropped before the list is cut, so `limit=1` gives what leads the longer list, and no certainty."""
    asked = _pointless(service_db)
    one, three, most = (client.get("/search", params={"q": asked, "limit": limit}).json()["features"] for limit in (1, 3, 20))
    assert most
    assert (one, three) == (most[:1], most[:3])
    assert one[0]["properties"]["verdict"] != "ACCEPT"


def test_filters_keep_only_what_they_name_and_are_echoed(client: httpx.Client) -> None:
    """A type filter gives that type only."""
    body = client.get("/search", params={"q": DOOR, "type": "municipality"}).json()
    assert body["filters"] == {"type": "municipality"}
    assert all(each["properties"]["type"] == "municipality" for each in body["features"])


@pytest.mark.parametrize("limit", [1, 5])
def test_reverse_by_type_answers_at_that_level(client: httpx.Client, limit: int) -> None:
    """Beside doors, `municipality` is the commune of the point and `street` the street of the nearest door, each without a code."""
    # Without real boundaries the point lies in the approximate area of the ward beside.
    for kind, name, communes in (("municipality", "Phường ", {COMMUNE, "03334"}), ("street", f"đường {STREET}", {COMMUNE})):
        asked = {"lat": LAT, "lon": LON, "type": kind, "limit": limit}
        (found,) = client.get("/reverse", params=asked).json()["features"]
        assert found["properties"]["type"] == kind
        assert found["properties"]["name"].startswith(name)
        assert found["properties"]["citycode"] in communes
        assert "code" not in found["properties"]
        assert "housenumber" not in found["properties"]
    doors = client.get("/reverse", params={"lat": LAT, "lon": LON, "type": "housenumber", "limit": limit}).json()["features"]
    assert [each["properties"]["housenumber"] for each in doors] == ["5", "7"][:limit]


def test_reverse_names_the_units_of_a_day(client: httpx.Client) -> None:
    """The same door under its units of today and, before the reform, as far as the recorded unit decides them; no day is no answer."""
    asked = {"lat": LAT, "lon": LON}
    (now,) = client.get("/reverse", params=asked).json()["features"]
    (then,) = client.get("/reverse", params=asked | {"on": "2024-01-01"}).json()["features"]
    assert now["properties"]["code"] == then["properties"]["code"] == CODE
    assert now["properties"]["city"] == "Phường Điện Biên Phủ"
    assert then["properties"]["city"] != now["properties"]["city"]
    assert client.get("/reverse", params=asked | {"on": "2024-13-01"}).status_code == 400


def test_reverse_far_from_all_doors_gives_the_commune_and_says_so(client: httpx.Client) -> None:
    """Where no street or hamlet is known the commune answers, typed as what it is; a door is never made up."""
    far = {"lat": 21.03, "lon": 105.85}
    for kind in ("street", "locality", "municipality"):
        (found,) = client.get("/reverse", params=far | {"type": kind}).json()["features"]
        assert (found["properties"]["type"], found["properties"]["citycode"][:2]) == ("municipality", "00")
    assert client.get("/reverse", params=far | {"type": "housenumber"}).json()["features"] == []
    assert client.get("/reverse", params={"lat": 0, "lon": 160, "type": "street"}).json()["features"] == []


def test_typing_completes(client: httpx.Client) -> None:
    """`autocomplete=1` completes the beginning of a name."""
    body = client.get("/search", params={"q": "sao h", "autocomplete": 1}).json()
    assert any(STREET in each["properties"]["label"] for each in body["features"])


def test_a_point_in_another_country_has_no_address(client: httpx.Client) -> None:
    """Reverse of a point in the Pacific is an empty collection, no error."""
    assert client.get("/reverse", params={"lat": 0, "lon": 160}).json()["features"] == []


def test_a_filter_that_excludes_everything_is_named(client: httpx.Client) -> None:
    """A good address outside the postal code that a table asks for is not called unreadable: the reason says where nothing was found."""
    form = {"columns": "q", "postcode": "cp", "result_columns": ["result_status", "result_reason"]}
    table = f'q,cp\n"{DOOR}",99999\n"{DOOR}",{POSTAL}\n'
    told = client.post("/search/csv", data=form, files={"data": ("t.csv", table.encode())}).text.splitlines()
    assert told[1].endswith("not-found,Không có địa chỉ nào khớp trong mã bưu chính 99999.")
    assert ",ok," in told[2]
