"""Which subscription hears of which change."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notify.domain.subscriptions import Filter, Subscription, delivery_id, wants, wants_bulletin, webhook_id
from shared.contracts.alert_events import Alert, AlertAcknowledged, AlertOpened, AlertResolved
from tests.unit.notify.building import DUE, ISSUED, OBLIGATION

SUBSCRIPTION = Subscription(
    subscription=UUID(int=1),
    organisation="haidian",
    department=None,
    title="office",
    filter=Filter(),
    address="https://hooks.example.org/",
    secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    enabled=True,
    disabled_reason="",
    failing_since=None,
    version=1,
    created_at=DUE,
    created_by="token:1",
    updated_at=DUE,
)
ALERT = Alert("a", "missed", OBLIGATION, DUE)
OPENED = AlertOpened(ALERT)


def hears(event: AlertOpened | AlertAcknowledged | AlertResolved = OPENED, **chosen: Any) -> bool:
    return wants(replace(SUBSCRIPTION, filter=Filter(**chosen)), event, historical=False)


def test_issues_of_bulletins_are_heard_by_who_names_them_and_is_not_kept_to_another_scheme() -> None:
    def told(**chosen: Any) -> bool:
        return wants_bulletin(replace(SUBSCRIPTION, filter=Filter(**chosen)), ISSUED)

    assert not told()
    assert told(events=("alert.opened", "bulletin.issued"), schemes=("civilised",), departments=("street-9",))
    assert not told(events=("bulletin.issued",), schemes=("safety",))
    assert not wants_bulletin(replace(SUBSCRIPTION, enabled=False, filter=Filter(events=("bulletin.issued",))), ISSUED)
    assert not hears(events=("bulletin.issued",))


def test_without_filters_everything_is_heard() -> None:
    assert hears()
    assert hears(AlertAcknowledged(ALERT, "token:1", DUE))
    assert hears(AlertResolved(ALERT, "met_late", DUE))


@pytest.mark.parametrize(
    ("name", "fitting", "other"),
    [
        ("departments", "street-1", "street-2"),
        ("groups", "street", "committee"),
        ("quotas", "weekly_reports", "monthly_reports"),
        ("schemes", "civilised", "safety"),
        ("severities", "warning", "critical"),
        ("conditions", "missed", "due_soon"),
        ("events", "alert.opened", "alert.resolved"),
    ],
)
def test_a_filter_lets_pass_what_it_names(name: str, fitting: str, other: str) -> None:
    assert hears(**{name: (other, fitting)})
    assert not hears(**{name: (other,)})


def test_all_filters_have_to_agree() -> None:
    assert not hears(departments=("street-1",), severities=("critical",))


def test_a_department_without_a_group_passes_no_filter_of_groups() -> None:
    assert not hears(AlertOpened(replace(ALERT, obligation=replace(OBLIGATION, group=None))), groups=("street",))


def test_the_imported_past_is_heard_only_by_who_asks_for_it() -> None:
    curious = replace(SUBSCRIPTION, filter=Filter(history=True))

    assert not wants(SUBSCRIPTION, OPENED, historical=True)
    assert wants(curious, OPENED, historical=True)


def test_the_end_of_a_reminder_by_a_miss_is_not_sent() -> None:
    assert not hears(AlertResolved(replace(ALERT, condition="due_soon"), "missed", DUE + timedelta(days=1)))


def test_a_subscription_of_one_department_hears_of_no_other() -> None:
    assert wants(replace(SUBSCRIPTION, department="street-1"), OPENED, historical=False)
    assert not wants(replace(SUBSCRIPTION, department="street-2"), OPENED, historical=False)


def test_a_disabled_subscription_hears_nothing() -> None:
    assert not wants(replace(SUBSCRIPTION, enabled=False), OPENED, historical=False)


def test_the_webhook_id_follows_from_subscription_and_event() -> None:
    event = UUID(int=9)

    assert webhook_id(delivery_id(UUID(int=1), event)) == webhook_id(delivery_id(UUID(int=1), event))
    assert delivery_id(UUID(int=1), event) != delivery_id(UUID(int=2), event)
