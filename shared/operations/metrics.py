"""Every metric of every process, in one list; nothing is measured that is not listed here.

``counter``, ``gauge`` and ``histogram`` give the listed metric by its name. What is only known by asking (a backlog, a
lag) is told by a function registered with ``on_scrape``, which is called when somebody reads /metrics.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

Kind = Literal["counter", "gauge", "histogram"]
Sample = tuple[str, dict[str, str], float]
"""A metric's name, its labels, its value."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Listed:
    name: str
    type: Kind
    labels: tuple[str, ...]
    help: str
    process: str
    """Which processes show it."""


METRICS: tuple[Listed, ...] = (
    # Every web process.
    Listed(
        "tongbao_http_request_seconds",
        "histogram",
        ("method", "route", "status"),
        "How long requests took, by route; its count is the number of requests.",
        "web",
    ),
    Listed("tongbao_http_failures_total", "counter", ("route",), "Requests that ended in an unforeseen error.", "web"),
    # Every relay.
    Listed("tongbao_relay_backlog_events", "gauge", (), "Events that are stored and not yet published.", "relay, web"),
    Listed(
        "tongbao_relay_backlog_age_seconds", "gauge", (), "Age of the oldest event not yet published.", "relay, web"
    ),
    Listed("tongbao_relay_published_total", "counter", ("topic",), "Events published to Kafka.", "relay"),
    Listed(
        "tongbao_relay_failures_total", "counter", (), "Rounds of a relay that failed and are tried again.", "relay"
    ),
    # Every consumer.
    Listed(
        "tongbao_consumer_lag_events",
        "gauge",
        ("topic", "partition"),
        "Events on the topic's partition that this consumer has not handled yet.",
        "consumer",
    ),
    Listed("tongbao_consumer_handled_total", "counter", ("topic",), "Events handled.", "consumer"),
    Listed("tongbao_consumer_duplicates_total", "counter", ("topic",), "Events dropped as known already.", "consumer"),
    Listed("tongbao_consumer_batch_seconds", "histogram", ("topic",), "How long one batch of events took.", "consumer"),
    Listed("tongbao_consumer_rewinds_total", "counter", ("topic",), "Batches put back to be tried again.", "consumer"),
    Listed(
        "tongbao_directory_lag_events",
        "gauge",
        (),
        "Directory events not yet applied to the service's own tables.",
        "consumer",
    ),
    # Submission.
    Listed(
        "tongbao_timekeeper_behind_seconds", "gauge", (), "Age of the oldest milestone not written yet.", "timekeeper"
    ),
    Listed("tongbao_timekeeper_milestones_total", "counter", (), "Milestones written by the timekeeper.", "timekeeper"),
    Listed(
        "tongbao_timekeeper_standing_still_departments",
        "gauge",
        (),
        "Departments whose time stands still, since nobody has told which days of a year are worked.",
        "timekeeper",
    ),
    # Scoring.
    Listed(
        "tongbao_scoring_parked_departments", "gauge", (), "Departments whose scorecard stands still.", "consumer, web"
    ),
    Listed(
        "tongbao_scoring_decisions_total",
        "counter",
        ("type",),
        "Decisions announced, by event type.",
        "consumer, judge",
    ),
    Listed(
        "tongbao_scoring_waiting_for_scheme",
        "gauge",
        (),
        "1 while the consumer stands still for a scheme that has not arrived in the directory.",
        "consumer",
    ),
    Listed(
        "tongbao_scoring_strays_total",
        "counter",
        (),
        "Records on department-events that name no department and were passed over.",
        "consumer",
    ),
    Listed("tongbao_scoring_bulletins_total", "counter", (), "Bulletins issued by themselves.", "issuer"),
    Listed(
        "tongbao_scoring_joint_waiting",
        "gauge",
        (),
        "Periods of quotas of groups or the organisation that cannot be judged until some department comes further.",
        "judge",
    ),
    # Notify.
    Listed("tongbao_notify_alerts_open", "gauge", (), "Alerts that are open or acknowledged.", "consumer"),
    Listed("tongbao_notify_parked_departments", "gauge", (), "Departments whose alerts stand still.", "consumer"),
    Listed("tongbao_notify_deliveries_waiting", "gauge", (), "Deliveries due and not sent yet.", "dispatcher"),
    Listed(
        "tongbao_notify_oldest_delivery_seconds",
        "gauge",
        (),
        "Age of the oldest delivery that is neither made nor given up.",
        "dispatcher",
    ),
    Listed(
        "tongbao_notify_deliveries_total",
        "counter",
        ("outcome",),
        "Attempts to deliver, by how they ended.",
        "dispatcher",
    ),
    Listed("tongbao_notify_delivery_seconds", "histogram", (), "How long endpoints took to answer.", "dispatcher"),
    Listed("tongbao_notify_streams_open", "gauge", (), "Clients connected to the stream of alerts.", "web"),
)

_listed = {metric.name: metric for metric in METRICS}
_own = CollectorRegistry()
_callbacks: list[Callable[[], Iterable[Sample]]] = []


@cache
def counter(name: str) -> Counter:
    """The listed counter of this name. Raises KeyError for a name that is not listed."""
    listed = _known(name, "counter")
    return Counter(listed.name, listed.help, listed.labels, registry=_own)


@cache
def gauge(name: str) -> Gauge:
    """The listed gauge of this name, for values a process sets itself. Under several workers the values add up."""
    listed = _known(name, "gauge")
    return Gauge(listed.name, listed.help, listed.labels, registry=_own, multiprocess_mode="livesum")


@cache
def histogram(name: str) -> Histogram:
    listed = _known(name, "histogram")
    return Histogram(listed.name, listed.help, listed.labels, registry=_own, buckets=SECONDS_BUCKETS)


def on_scrape(callback: Callable[[], Iterable[Sample]]) -> None:
    """Have ``callback`` asked for samples of listed gauges whenever /metrics is read."""
    _callbacks.append(callback)


def exposition() -> bytes:
    """The text for /metrics: of all workers under gunicorn, of this process otherwise. Blocks as its callbacks do."""
    asked = CollectorRegistry()
    asked.register(_Asked())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        measured = CollectorRegistry()
        MultiProcessCollector(measured)  # type: ignore[no-untyped-call]
    else:
        measured = _own
    return generate_latest(measured) + generate_latest(asked)


class _Asked:
    """The collector of what the ``on_scrape`` functions tell."""

    def collect(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for callback in _callbacks:
            for name, labels, value in callback():
                listed = _known(name, "gauge")
                family = families.get(name)
                if family is None:
                    family = families[name] = GaugeMetricFamily(name, listed.help, labels=listed.labels)
                family.add_metric([labels[label] for label in listed.labels], value)
        yield from families.values()


def _known(name: str, kind: Kind) -> Listed:
    listed = _listed[name]
    if listed.type != kind:
        raise KeyError(f"{name} is listed as a {listed.type}, not a {kind}")
    return listed
