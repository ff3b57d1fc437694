"""The bench of the service over HTTP measures what it says; how fast anything is, is not asked here."""

import shutil

import httpx
import pytest

from registry import db
from registry.errors import UnavailableError
from service.bench import http, http_tables, wrk
from service.bench.load import load
from tests.api.made_up import STREET

TEXTS = [f"{number} {STREET}, phường Điện Biên Phủ, Điện Biên" for number in (5, 7)]
SECONDS = 0.2


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure in as few turns as show that there are turns, with the client that counts in less than seconds."""
    monkeypatch.setattr(http, "TURNS", 2)
    monkeypatch.setattr(http_tables, "TURNS", 2)
    monkeypatch.setattr(wrk, "client", lambda: "asyncio")


def test_both_sides_answer_and_are_compared(service_db: str) -> None:
    """Every request is answered, the constant answer has the size of a real one, the pace at half is kept to."""
    run = http.measure(service_db, TEXTS, connections=2, seconds=SECONDS, workers=1)
    sides = (run.computed, run.kept, run.bare)
    loads = [*(load for side in sides for load in side.turns), run.computed.half, run.kept.half]
    assert all(each is not None and each.answered and not each.failed and each.p50 <= each.p99 for each in loads)
    assert run.size > 200
    assert run.computed.half is not None
    # At that pace no more is due, whenever it is answered: one for each connection besides.
    assert run.computed.half.answered <= max(1.0, run.computed.rate / 2) * SECONDS + 2
    assert run.to_dict()["kept"]["ratio"] == run.kept.rate / run.bare.rate


def test_refusals_are_counted_and_a_pace_is_kept(client: httpx.Client) -> None:
    """A question without a text is answered with 400 each time; ten requests a second are no more."""
    port = client.base_url.port or 0
    refused = load(port, ["/v1/resolve"], connections=2, seconds=0.2)
    assert (refused.answered, refused.failed > 0) == (0, True)
    assert 1 <= load(port, ["/healthz"], connections=2, seconds=0.5, rate=10).answered <= 6


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_wrk_keeps_the_pace_that_it_is_given(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two connections that pause a fifth of a second on the average ask ten times a second, forty at the very most."""
    monkeypatch.undo()
    paced = wrk.asked(client.base_url.port or 0, ["/healthz"], connections=2, seconds=1, rate=10)
    assert paced.failed == 0
    assert 0 < paced.answered <= 40


def test_a_service_that_does_not_come_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, not by waiting for ever."""
    monkeypatch.setattr(http, "_READY_SECONDS", 20)
    with pytest.raises(UnavailableError):
        http.measure("nonsense://", TEXTS, connections=1, seconds=0.2, workers=1)


def test_tables_and_tiles_are_measured_too(service_db: str) -> None:
    """Every row is answered on both sides; the tiles that are asked for are there."""
    with db.session(service_db) as session:
        rates = http_tables.table_rates(session, service_db, TEXTS * 20, workers=1)
        drawn = http_tables.tile_times(session, service_db, tiles=4, seed=1)
    assert 0 < rates.ratio == rates.over_http / rates.by_command
    assert 0 < drawn.tiles <= 4
    assert drawn.p50 <= drawn.p99
