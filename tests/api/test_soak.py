"""The soak sees what it is for: every answer counted, growth told, a service that is not there refused."""

import httpx
import pytest

from registry.errors import RefusedError, UnavailableError, UsageError
from service.bench.soak import MOST_GROWTH, Sample, Soak, soak


def test_a_short_soak_answers_everything(client: httpx.Client) -> None:
    """Two askers for a second against the service of the tests."""
    told: list[Sample] = []
    found = soak(str(client.base_url), 1.0, 2, told.append, every=0.2)
    assert found.wrong == {}
    # How many answers and looks a second holds is the machine's.
    assert found.answers > 0
    assert told
    assert all(each.memory > 1e7 for each in told)


def test_growth_is_refused_and_a_warming_up_is_not() -> None:
    """Memory that rises at first and then stays is flat; memory that goes on rising is not."""
    warm = Soak(samples=[Sample(n, n, 100_000_000 + min(n, 20) * 10**7) for n in range(100)])
    warm.check()
    leak = Soak(samples=[Sample(n, n, 100_000_000 + n * MOST_GROWTH // 10) for n in range(100)])
    with pytest.raises(RefusedError, match="grew"):
        leak.check()
    with pytest.raises(RefusedError, match="503"):
        Soak(wrong={"503": 1}).check()


def test_a_service_that_is_not_there_is_told_at_once() -> None:
    """As is an address that is none."""
    with pytest.raises(UnavailableError):
        soak("http://127.0.0.1:1", 5, 1, print)
    with pytest.raises(UsageError):
        soak("ftp://127.0.0.1", 5, 1, print)
