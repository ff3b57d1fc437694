"""The interface of this service's own: verdicts, codes, units, coverage, tiles, health."""

import json
import re

import httpx
import pytest

from registry.coverage_words import source_words
from registry.settings import settings
from tests.api.made_up import CODE, COMMUNE, LAT, LON, NDAS, OLD_CODE, STREET, VPOSTCODE, WITHDRAWN


def test_resolve_gives_the_full_verdict(client: httpx.Client) -> None:
    """A registered door is accepted with its code, and the data it was read from is named."""
    body = client.get("/v1/resolve", params={"q": f"so 5 duong {STREET}, phuong dien bien phu, dien bien"}).json()
    assert (body["verdict"], body["level"], body["code"]) == ("ACCEPT", "household", CODE)
    assert body["data_version"]
    assert "explanation" not in body


def test_resolve_explains_when_asked(client: httpx.Client) -> None:
    """`explain=1` adds the steps."""
    assert client.get("/v1/resolve", params={"q": "xã Thanh Nưa, Điện Biên", "explain": 1}).json()["explanation"]


def test_many_texts_are_answered_in_their_order_and_odd_ones_spoil_nothing(client: httpx.Client) -> None:
    """An emoji, an empty line and 5,000 characters are rejected one by one; the others are answered."""
    asked = [CODE, "🦆🦆🦆", "", "a" * 5000, "tỉnh Điện Biên"]
    answers = client.post("/v1/resolve", json={"queries": asked}).json()
    assert [each["verdict"] for each in answers[:4]] == ["ACCEPT", "REJECT", "REJECT", "REJECT"]
    assert answers[4]["level"] == "province"


@pytest.mark.parametrize("text", [CODE, CODE.lower(), CODE.replace("-", " "), NDAS, f"ndas {NDAS}"])
def test_any_code_of_a_door_leads_to_it_however_it_is_typed(client: httpx.Client, text: str) -> None:
    """Ours or handed over, the door answers with its point and its other codes."""
    body = client.get(f"/v1/codes/{text}").json()
    assert (body["active_code"], body["house"], body["unit"]["commune"]["code"]) == (CODE, "5", COMMUNE)
    assert (body["lon"], body["lat"]) == pytest.approx((LON, LAT))
    assert {"scheme": "ndas", "code": NDAS} in body["external_codes"]
    assert body["label"] == client.get("/v1/resolve", params={"q": CODE}).json()["label"]


def test_a_retired_code_answers_and_says_so(client: httpx.Client) -> None:
    """It leads to the door that took its place and names the code to use."""
    body = client.get(f"/v1/codes/{OLD_CODE}").json()
    assert (body["status"], body["replaced_by"], body["house"]) == ("retired", CODE, "5")
    assert CODE in body["note"]


def test_a_withdrawn_code_has_no_door(client: httpx.Client) -> None:
    """A code of a batch that was rolled back is known, and belongs to nobody."""
    body = client.get(f"/v1/codes/{WITHDRAWN}").json()
    assert (body["status"], body["label"], body["others"]) == ("withdrawn", None, [])


def test_a_square_with_two_doors_shows_both(client: httpx.Client) -> None:
    """A Vpostcode names a square of the ground, so several doors may share it."""
    body = client.get(f"/v1/codes/{VPOSTCODE}").json()
    assert [body["house"], *(each["house"] for each in body["others"])] == ["5", "7"]


def test_a_unit_code_tells_all_its_meanings_or_the_one_of_a_day(client: httpx.Client) -> None:
    """03166 was another commune before the reform."""
    then = client.get("/v1/units/03166", params={"on": "2024-01-01"}).json()["meanings"]
    assert [each["unit"]["full_name"] for each in then] == ["Xã Chà Cang"]
    assert len(client.get("/v1/units/03166").json()["meanings"]) > 1


def test_units_lists_the_provinces_and_the_communes_of_one(client: httpx.Client) -> None:
    """34 provinces; Điện Biên has 45 communes; both archipelagos are there."""
    assert len(client.get("/v1/units").json()["units"]) == 34
    assert len(client.get("/v1/units", params={"province": "11"}).json()["units"]) == 45
    for province, code in (("48", "20333"), ("56", "22736")):
        assert code in {each["code"] for each in client.get("/v1/units", params={"province": province}).json()["units"]}


def test_coverage_hides_a_commune_of_two_households_from_the_public(client: httpx.Client) -> None:
    """Its counts are null, not zero; the census figure and the words of definitions and rungs are there; the country has 34 lines."""
    body = client.get("/v1/coverage", params={"province": "11"}).json()
    line = next(each for each in body["lines"] if each["code"] == COMMUNE)
    assert (line["suppressed"], line["addresses"], line["ratios"]["a"]["ratio"]) == (True, None, None)
    assert line["baseline"]["households"] > 0
    assert body["ladder_words"]["plated"]["vi"]
    assert set(body["definitions"]) == {"a", "b", "c"}
    assert len(client.get("/v1/coverage").json()["lines"]) == 34


def test_a_closed_network_sees_every_figure(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """DIACHISO_COVERAGE_PUBLIC=0 shows small units too, by commune, former district and cell."""
    monkeypatch.setenv("DIACHISO_COVERAGE_PUBLIC", "0")
    settings.cache_clear()
    try:
        lines = client.get("/v1/coverage", params={"province": "11", "by": "commune"}).json()["lines"]
        line = next(each for each in lines if each["code"] == COMMUNE)
        districts = client.get("/v1/coverage", params={"province": "11", "by": "district"}).json()
        cells = client.get("/v1/coverage", params={"province": "11", "by": "h3", "resolution": 9}).json()
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert (line["addresses"], line["coded"], line["ladder"]["notified"], line["objects"]["household"]["complete"]) == (2, 1, 1, 2)
    assert sum(each["addresses"] for each in districts["lines"]) == 2
    assert sum(each["properties"]["addresses"] for each in cells["features"]) == 2


def test_a_tile_names_its_communes_and_is_not_drawn_twice(client: httpx.Client) -> None:
    """A tile is a vector tile with an ETag, and 304 when the asker has it."""
    tile = client.get("/v1/tiles/communes/5/25/14.mvt")
    assert tile.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "Phường Điện Biên Phủ".encode() in tile.content
    again = client.get("/v1/tiles/communes/5/25/14.mvt", headers={"If-None-Match": tile.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_empty_tile_has_no_content(client: httpx.Client) -> None:
    """204 where there is nothing, and for doors seen from too far."""
    for path in ("communes/6/0/0", "addresses/10/0/0", "addresses/14/0/0"):
        assert client.get(f"/v1/tiles/{path}.mvt").status_code == 204


def test_a_tile_of_doors_shows_plates_and_no_codes(client: httpx.Client) -> None:
    """The door's number and whether it has a code; not the code, not the households."""
    content = client.get("/v1/tiles/addresses/14/12880/7195.mvt").content
    assert b"coded" in content
    assert CODE.encode() not in content
    assert b"household" not in content


def test_the_outlines_cover_the_provinces(client: httpx.Client) -> None:
    """34 outlines, each with its box."""
    features = client.get("/v1/provinces.geojson").json()["features"]
    assert len(features) == 34
    assert all(each["properties"]["bbox"] for each in features)


def test_sources_are_worded_in_both_languages(client: httpx.Client) -> None:
    """The denominator's source reads as Vietnamese on the page and as English beside it."""
    (said,) = client.get("/v1/coverage", params={"province": "11"}).json()["source_words"]
    assert said["vi"] == "Tổng điều tra dân số 2019 (01/4/2019), chuyển sang đơn vị 2025"
    assert said["en"] == "census of 2019 (2019-04-01), carried to the units of 2025"
    assert source_words("a survey (2024-01-02)") == ("a survey (2024-01-02)",) * 2


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz"])
def test_head_asks_what_get_asks(client: httpx.Client, path: str) -> None:
    """Watchers that send HEAD get the status and the headers of GET, and no body."""
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == client.get(path).headers["content-type"]


def test_the_interface_is_described_without_outside_scripts(client: httpx.Client) -> None:
    """No interactive page that loads from elsewhere; the description itself is linked from the page, each operation named once."""
    assert client.get("/docs").status_code == 404
    assert 'href="/openapi.json"' in client.get("/").text
    operations = [one["operationId"] for path in client.get("/openapi.json").json()["paths"].values() for one in path.values()]
    assert len(operations) == len(set(operations))


def test_ready_says_which_migration(client: httpx.Client) -> None:
    """/readyz answers once the database is migrated and units are loaded."""
    assert client.get("/readyz").json()["status"] == "ready"


def test_the_page_and_the_map_come_from_this_server_alone(client: httpx.Client) -> None:
    """The policy allows nothing from elsewhere, and the page refers to nothing elsewhere."""
    page = client.get("/")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert not re.search(r"(src|href)=\"https?:", page.text)
    assert client.get("/static/maplibre/maplibre-gl.js").status_code == 200


def test_a_request_keeps_its_id_and_its_log_holds_no_address(client: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    """One JSON line a request: the template of the path, never the text that was asked."""
    answer = client.get("/v1/resolve", params={"q": "phố Bí Mật"}, headers={"X-Request-Id": "abc-1"})
    assert answer.headers["x-request-id"] == "abc-1"
    logged = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    assert [(each["request_id"], each["route"], each["status"]) for each in logged] == [("abc-1", "/v1/resolve", 200)]
    assert "Mật" not in json.dumps(logged, ensure_ascii=False)


def test_a_code_in_the_path_is_not_logged(client: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    """A code is an address too."""
    client.get(f"/v1/codes/{CODE}")
    assert CODE not in capfd.readouterr().err


def test_convert_answers_in_todays_units(client: httpx.Client) -> None:
    """`/v1/convert` gives today's units and the old communes behind them."""
    found = client.get("/v1/convert", params={"q": "Xã Chà Cang, huyện Nậm Pồ, Điện Biên"}).json()
    assert found["unit"]["commune"]["name"] == "Xã Mường Chà"
    assert {"Xã Chà Cang", "Xã Pa Tần"} <= {each["commune"]["name"] for each in found["origins"]}
