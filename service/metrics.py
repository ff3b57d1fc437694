"""Decides what is counted of the service: requests by template of their path, never by what was asked, and where its parts stand."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

# Where the workers of one service count together; `diachiso serve --workers` sets it before the library is loaded.
SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
# Around the promises: a door in 25 ms, a tile in 50 ms, a page in a second, the limits of a request.
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)


@dataclass(frozen=True)
class Reading:
    """One number that is read at a scrape: its name without `diachiso_`, what it says, and its value by label (one, or none: "")."""

    name: str
    words: str
    values: dict[str, float]
    label: str = ""


class Metrics:
    """What one application counts; in a process of several workers it is told for all of them."""

    def __init__(self) -> None:
        """Start with a registry of one's own: two applications in a process do not mix."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        kept = None if self._is_shared() else self._registry
        self._requests = Counter(
            "diachiso_http_requests", "Answered requests by template of the path and status.", ("route", "status"), registry=kept
        )
        self._seconds = Histogram(
            "diachiso_http_request_seconds", "Seconds to the end of the answer.", ("route",), buckets=SECONDS, registry=kept
        )
        self._open = Gauge("diachiso_http_requests_open", "Requests at work now.", registry=kept, multiprocess_mode="livesum")
        self._refused = Counter("diachiso_http_refused", "Requests cut short, by reason.", ("reason",), registry=kept)
        for reason in ("busy", "slow_answer", "slow_sender"):
            self._refused.labels(reason)

    def begin(self) -> None:
        """Count a request that begins."""
        self._open.inc()

    def end(self, route: str, status: int, seconds: float) -> None:
        """Count a request that ended; `route` is the template of its path."""
        self._open.dec()
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def refuse(self, reason: str) -> None:
        """Count a request that was cut short."""
        self._refused.labels(reason).inc()

    def text(self, readings: list[Reading]) -> bytes:
        """Return everything in the text format of Prometheus."""
        told = CollectorRegistry()
        told.register(_Read(readings))
        if self._is_shared():
            MultiProcessCollector(told)  # type: ignore[no-untyped-call]
        return generate_latest(self._registry) + generate_latest(told)

    @staticmethod
    def _is_shared() -> bool:
        return SHARED in os.environ


class _Read(Collector):
    """Numbers read a moment ago."""

    def __init__(self, readings: list[Reading]) -> None:
        self._readings = readings

    def collect(self) -> Iterator[Metric]:
        """Tell them."""
        for reading in self._readings:
            family = GaugeMetricFamily(f"diachiso_{reading.name}", reading.words, labels=[reading.label] if reading.label else [])
            for label, value in reading.values.items():
                family.add_metric([label] if reading.label else [], value)
            yield family
