"""Series, targets and indicators over HTTP."""

import httpx

from registry import db
from registry.snapshots import take


def test_targets_name_their_documents(client: httpx.Client) -> None:
    """Điện Biên's six years of households with state and definition; communes are not told one by one."""
    told = client.get("/v1/targets", params={"province": "11"}).json()
    assert [each["target"]["value"] for each in told["households"]] == [87, 93, 100, 100, 100, 100]
    assert {each["level"] for each in told["households"]} == {"province"}
    assert all(each["document"] for each in told["infrastructure"])
    assert client.get("/v1/targets", params={"units": "1"}).status_code == 400


def test_an_unknown_indicator_is_null_with_its_reason(client: httpx.Client) -> None:
    """No list of points is loaded here."""
    lines = client.get("/v1/indicators", params={"province": "11", "year": 2025}).json()["lines"]
    assert {line["value"] for line in lines} == {None}
    assert all(line["why"]["vi"] for line in lines)
    assert client.get("/v1/indicators", params={"province": "35", "year": 2026}).status_code == 404


def test_a_series_grows_with_frozen_periods_and_hides_small_units(client: httpx.Client, service_db: str) -> None:
    """Empty before, told after; the made-up doors of the tests are few, so their communes are hidden."""
    for asked in ({}, {"province": "11", "map": "day"}):
        empty = client.get("/v1/coverage/series", params=asked)
        assert empty.status_code == 200
        assert (empty.json()["periods"], empty.json()["lines"], empty.json()["total"]["points"]) == ([], [], [])
    with db.session(service_db) as session:
        take(session, "2026-01")
        session.commit()
    told = client.get("/v1/coverage/series", params={"province": "11", "map": "day"}).json()
    assert (told["map"], [each["period"] for each in told["periods"]], len(told["lines"])) == ("day", ["2026-01"], 45)
    assert client.get("/v1/coverage/series", params={"map": "x"}).status_code == 400
