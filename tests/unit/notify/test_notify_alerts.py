"""The life of an alert, decided from what scoring announced."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.alerts import (
    AlertAlreadyResolved,
    Standing,
    acknowledge,
    decide,
    event_id,
    evolve,
    is_superseded,
)
from shared.contracts.alert_events import Alert, AlertOpened, AlertResolved
from shared.contracts.scoring_events import (
    PeriodFinalised,
    QuotaDueSoon,
    QuotaMet,
    QuotaMetLate,
    QuotaMissed,
    QuotaRestated,
    QuotaWaived,
)
from tests.unit.notify.building import DUE, OBLIGATION, obligation

DECISIONS = (
    QuotaDueSoon(OBLIGATION),
    QuotaMet(OBLIGATION),
    QuotaMissed(OBLIGATION),
    QuotaMetLate(OBLIGATION),
    QuotaWaived(OBLIGATION, "flood"),
    QuotaRestated(OBLIGATION, "met", "open"),
    QuotaRestated(OBLIGATION, "met_late", "missed"),
)


def told(*decisions: object) -> tuple[list[str], Standing]:
    """What is announced for the decisions, in short, and the standing behind them."""
    standing, announced = Standing(), []
    for decision in decisions:
        for event in decide(standing, uuid4(), decision):
            standing = evolve(standing, event)
            ending = f" {event.resolution}" if isinstance(event, AlertResolved) else ""
            announced.append(f"{type(event).__name__} {event.alert.condition}{ending}")
    return announced, standing


def test_a_reminder_opens_an_alert_that_meeting_the_quota_resolves() -> None:
    announced, standing = told(QuotaDueSoon(OBLIGATION), QuotaMet(OBLIGATION))

    assert announced == ["AlertOpened due_soon", "AlertResolved due_soon met"]
    assert standing == Standing()


def test_a_miss_takes_the_place_of_the_reminder() -> None:
    announced, _ = told(QuotaDueSoon(OBLIGATION), QuotaMissed(OBLIGATION))

    assert announced == ["AlertOpened due_soon", "AlertResolved due_soon missed", "AlertOpened missed"]


def test_a_miss_without_a_reminder_opens_its_alert_alone() -> None:
    assert told(QuotaMissed(OBLIGATION))[0] == ["AlertOpened missed"]


def test_a_miss_made_good_late_resolves_its_alert() -> None:
    assert told(QuotaMissed(OBLIGATION), QuotaMetLate(OBLIGATION))[0] == [
        "AlertOpened missed",
        "AlertResolved missed met_late",
    ]


@pytest.mark.parametrize("opening", [QuotaDueSoon(OBLIGATION), QuotaMissed(OBLIGATION)])
def test_a_waiver_resolves_whatever_is_open(opening: object) -> None:
    announced, standing = told(opening, QuotaWaived(OBLIGATION, "flood"))

    assert announced[-1].endswith("waived")
    assert standing == Standing()


def test_a_quota_missed_again_after_it_was_made_good_opens_a_further_alert() -> None:
    announced, standing = told(
        QuotaMissed(OBLIGATION), QuotaMetLate(OBLIGATION), QuotaRestated(OBLIGATION, "met_late", "missed")
    )

    assert announced[-1] == "AlertOpened missed"
    assert standing.missed is not None


def test_a_quota_open_again_before_its_due_instant_resolves_nothing_that_is_not_there() -> None:
    assert told(QuotaRestated(OBLIGATION, "met", "open"))[0] == []


def test_a_quota_open_again_leaves_a_reminder_standing() -> None:
    announced, standing = told(QuotaDueSoon(OBLIGATION), QuotaRestated(OBLIGATION, "met", "open"))

    assert announced == ["AlertOpened due_soon"]
    assert standing.due_soon is not None


def test_a_second_reminder_says_nothing_new() -> None:
    assert told(QuotaDueSoon(OBLIGATION), QuotaDueSoon(OBLIGATION))[0] == ["AlertOpened due_soon"]


def test_what_concerns_no_obligation_changes_nothing() -> None:
    final = PeriodFinalised("haidian", "street-1", "civilised", 1, "week", "2014-W09", DUE)

    assert told(final)[0] == []


@given(st.lists(st.sampled_from(DECISIONS), max_size=12))
def test_every_opened_alert_is_resolved_at_most_once_and_none_is_resolved_unopened(decisions: list[object]) -> None:
    standing, unresolved = Standing(), set[str]()
    for decision in decisions:
        for event in decide(standing, uuid4(), decision):
            standing = evolve(standing, event)
            if isinstance(event, AlertOpened):
                assert event.alert.alert not in unresolved
                unresolved.add(event.alert.alert)
            else:
                unresolved.remove(event.alert.alert)
    remaining = {alert.alert for alert in (standing.due_soon, standing.missed) if alert}
    assert remaining == unresolved


def test_the_same_decision_gives_the_same_alert_and_the_same_event_ids() -> None:
    cause = uuid4()
    first, second = (decide(Standing(), cause, QuotaMissed(OBLIGATION)) for _ in range(2))

    assert first == second
    assert event_id(first[0], str(cause)) == event_id(second[0], str(cause))


def test_only_the_end_of_a_reminder_by_a_miss_is_superseded() -> None:
    standing = evolve(Standing(), decide(Standing(), uuid4(), QuotaDueSoon(OBLIGATION))[0])
    resolved, opened = decide(standing, uuid4(), QuotaMissed(OBLIGATION))

    assert is_superseded(resolved)
    assert not is_superseded(opened)


def test_a_resolved_alert_tells_what_came_in_the_end() -> None:
    standing = evolve(Standing(), decide(Standing(), uuid4(), QuotaMissed(OBLIGATION))[0])
    (resolved,) = decide(standing, uuid4(), QuotaMetLate(obligation(actual=OBLIGATION.target)))

    assert resolved.alert.obligation.actual == OBLIGATION.target
    assert resolved.alert.opened_at == OBLIGATION.decided_at


def test_acknowledging_an_open_alert_says_who_and_when() -> None:
    alert, at = Alert("a", "missed", OBLIGATION, DUE), datetime(2014, 3, 3, tzinfo=UTC)

    acknowledged = acknowledge(alert, "open", "token:7", at, "called them")

    assert acknowledged is not None
    assert (acknowledged.acknowledged_by, acknowledged.acknowledged_at, acknowledged.note) == (
        "token:7",
        at,
        "called them",
    )


def test_acknowledging_again_changes_nothing() -> None:
    assert acknowledge(Alert("a", "missed", OBLIGATION, DUE), "acknowledged", "token:8", DUE, "") is None


def test_a_resolved_alert_cannot_be_acknowledged() -> None:
    with pytest.raises(AlertAlreadyResolved):
        acknowledge(replace(Alert("a", "missed", OBLIGATION, DUE)), "resolved", "token:7", DUE, "")
