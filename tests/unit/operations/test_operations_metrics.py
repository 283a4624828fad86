import re

import pytest

from shared.operations import metrics


def test_every_name_is_listed_once_and_says_its_unit() -> None:
    names = [metric.name for metric in metrics.METRICS]

    assert len(names) == len(set(names))
    for metric in metrics.METRICS:
        assert re.fullmatch(r"tongbao_[a-z0-9_]+", metric.name)
        assert metric.name.endswith("_total") == (metric.type == "counter")
        assert metric.type != "histogram" or metric.name.endswith("_seconds")


def test_a_metric_that_is_not_listed_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        metrics.counter("tongbao_surprises_total")


def test_a_metric_cannot_be_taken_for_another_kind() -> None:
    with pytest.raises(KeyError, match="listed as a counter"):
        metrics.gauge("tongbao_relay_published_total")


def test_what_is_asked_at_a_scrape_stands_beside_what_was_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_callbacks", [])
    metrics.on_scrape(lambda: [("tongbao_consumer_lag_events", {"topic": "t", "partition": "0"}, 7.0)])
    metrics.counter("tongbao_relay_published_total").labels("t").inc()

    text = metrics.exposition().decode()

    assert 'tongbao_consumer_lag_events{partition="0",topic="t"} 7.0' in text
    assert 'tongbao_relay_published_total{topic="t"}' in text
