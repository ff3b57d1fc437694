"""The dialect of addok and the French BAN, as their own client reads it."""

import httpx
import pytest
from geopy.geocoders import BANFrance

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


def test_filters_keep_only_what_they_name_and_are_echoed(client: httpx.Client) -> None:
    """A type filter gives that type only."""
    body = client.get("/search", params={"q": DOOR, "type": "municipality"}).json()
    assert body["filters"] == {"type": "municipality"}
    assert all(each["properties"]["type"] == "municipality" for each in body["features"])


def test_typing_completes(client: httpx.Client) -> None:
    """`autocomplete=1` completes the beginning of a name."""
    body = client.get("/search", params={"q": "sao h", "autocomplete": 1}).json()
    assert any(STREET in each["properties"]["label"] for each in body["features"])


def test_a_point_in_another_country_has_no_address(client: httpx.Client) -> None:
    """Reverse of a point in the Pacific is an empty collection, no error."""
    assert client.get("/reverse", params={"lat": 0, "lon": 160}).json()["features"] == []
