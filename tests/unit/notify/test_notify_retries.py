"""The retry schedule, and when an endpoint is given up."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notify.domain.retries import (
    ATTEMPTS_MAX,
    RETRY_AFTER_MAX,
    Answer,
    Health,
    NoAnswer,
    Verdict,
    health_after,
    judge,
)

AT = datetime(2014, 3, 3, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_a_success(status: int) -> None:
    assert judge(Answer(status), 1, AT, 0.0) == Verdict("delivered")


@pytest.mark.parametrize(
    ("attempt", "wait"),
    [
        (1, timedelta(seconds=5)),
        (2, 5 * MINUTE),
        (3, 30 * MINUTE),
        (4, 2 * HOUR),
        (5, 5 * HOUR),
        (6, 10 * HOUR),
        (7, 14 * HOUR),
        (8, 20 * HOUR),
        (9, 24 * HOUR),
    ],
)
def test_a_failure_is_tried_again_on_the_published_schedule(attempt: int, wait: timedelta) -> None:
    assert judge(Answer(500), attempt, AT, 0.0) == Verdict("retry", "answered 500", AT + wait)


def test_jitter_lengthens_a_wait_by_at_most_a_tenth() -> None:
    verdict = judge(NoAnswer("connection refused"), 2, AT, 0.999)

    assert verdict.due_at is not None
    assert 5 * MINUTE < verdict.due_at - AT <= 5.5 * MINUTE


def test_the_last_attempt_is_the_end() -> None:
    assert judge(Answer(500), ATTEMPTS_MAX, AT, 0.0) == Verdict("failed", "answered 500")


def test_410_ends_everything_at_once() -> None:
    assert judge(Answer(410), 1, AT, 0.0).outcome == "gone"


def test_a_redirect_is_a_failure_that_says_so() -> None:
    assert judge(Answer(302), 1, AT, 0.0).error == "answered 302: redirects are not followed, give the final address"


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_lengthens_the_wait(status: int) -> None:
    assert judge(Answer(status, 40 * MINUTE), 1, AT, 0.0).due_at == AT + 40 * MINUTE


def test_retry_after_never_shortens_the_schedule() -> None:
    assert judge(Answer(503, timedelta(seconds=1)), 2, AT, 0.0).due_at == AT + 5 * MINUTE


def test_retry_after_is_bounded() -> None:
    assert judge(Answer(429, timedelta(days=400)), 1, AT, 0.0).due_at == AT + RETRY_AFTER_MAX


def test_retry_after_counts_only_where_it_is_defined() -> None:
    assert judge(Answer(500, HOUR), 1, AT, 0.0).due_at == AT + timedelta(seconds=5)


def test_an_endpoint_fails_since_its_first_failure_behind_the_last_success() -> None:
    failing = health_after(Health(None), AT, Verdict("retry", "answered 500", AT))
    still = health_after(failing, AT + HOUR, Verdict("retry", "answered 500", AT))

    assert still == Health(AT)
    assert health_after(still, AT + HOUR, Verdict("delivered")) == Health(None)


def test_an_endpoint_that_took_nothing_for_days_is_disabled_with_the_delivery_that_is_given_up() -> None:
    health = health_after(Health(AT), AT + timedelta(days=3), Verdict("failed", "answered 500"))

    assert health.disabled_reason == "nothing was accepted since 2014-03-03 00:00 UTC; last: answered 500"


def test_an_endpoint_that_took_something_lately_is_not_disabled_for_one_delivery_given_up() -> None:
    assert not health_after(Health(AT), AT + timedelta(days=2), Verdict("failed", "answered 500")).disabled_reason


def test_an_endpoint_that_is_gone_is_disabled() -> None:
    assert health_after(Health(None), AT, judge(Answer(410), 1, AT, 0.0)).disabled_reason.startswith("answered 410")
