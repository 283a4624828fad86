"""Alerts about what a group or the organisation owes: the same life as any alert's, and who hears of them."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.notify.domain.alerts import Standing, acknowledge, decide, evolve, key_of
from services.notify.domain.messages import alert_message, describe_alert
from services.notify.domain.subjects import opening, stream_of, subject_of
from services.notify.domain.subscriptions import Filter, Subscription, wants
from shared.contracts.alert_events import JointAlertResolved
from shared.contracts.envelope import type_of
from shared.contracts.scoring_events import (
    JointObligation,
    JointQuotaDueSoon,
    JointQuotaMet,
    JointQuotaMetLate,
    JointQuotaMissed,
    JointQuotaRestated,
)
from tests.unit.notify.building import JOINT, OBLIGATION, joint, obligation
from tests.unit.notify.test_notify_subscriptions import SUBSCRIPTION

WHOLE = joint(subject="organisation", group=None, subject_title="海淀区")
OPENED = opening("a", "missed", JOINT)


def life(*decisions: object) -> list[str]:
    standing, told = Standing(), []
    for decision in decisions:
        for event in decide(standing, uuid4(), decision):
            standing = evolve(standing, event)
            ending = f" {event.resolution}" if isinstance(event, JointAlertResolved) else ""
            told.append(f"{type_of(event).split('.')[2]} {event.alert.condition}{ending}")
    return told


@pytest.mark.parametrize(
    ("decisions", "told"),
    [
        ([JointQuotaDueSoon(JOINT), JointQuotaMet(JOINT)], ["opened due_soon", "resolved due_soon met"]),
        (
            [JointQuotaDueSoon(JOINT), JointQuotaMissed(JOINT), JointQuotaMetLate(JOINT)],
            ["opened due_soon", "resolved due_soon missed", "opened missed", "resolved missed met_late"],
        ),
        (
            [JointQuotaMissed(JOINT), JointQuotaMissed(JOINT), JointQuotaRestated(JOINT, "missed", "met")],
            ["opened missed", "resolved missed restated"],
        ),
        ([JointQuotaMet(JOINT), JointQuotaRestated(JOINT, "met", "missed")], ["opened missed"]),
    ],
)
def test_an_alert_lives_as_one_of_a_department_does(decisions: list[object], told: list[str]) -> None:
    assert life(*decisions) == told


def test_a_group_the_organisation_and_a_department_have_alerts_of_their_own() -> None:
    keys = {key_of(one) for one in (JOINT, replace(JOINT, group="committee"), WHOLE, OBLIGATION)}

    assert len(keys) == 4


def test_its_events_stand_in_the_stream_of_what_is_owed_together() -> None:
    assert stream_of(JOINT) == "haidian/joint.civilised"
    assert [subject_of(one) for one in (JOINT, WHOLE, OBLIGATION, obligation(person="wang"))] == [
        "group",
        "organisation",
        "department",
        "person",
    ]


def test_it_is_acknowledged_once() -> None:
    alert = OPENED.alert

    assert acknowledge(alert, "open", "token:7", JOINT.due_at, "") is not None
    assert acknowledge(alert, "acknowledged", "token:7", JOINT.due_at, "") is None


def test_a_message_says_who_owes_it_together_and_leads_to_their_cards() -> None:
    data = alert_message(OPENED, False, "request-1", "http://127.0.0.1:8102")["data"]

    assert (data["subject"], data["subject_title"], data["group"]) == ("group", "street", "street")
    assert (data["department"], data["departments"]) == (None, ["street-1", "street-2"])
    assert (data["expected"], data["actual"], data["shortfall"]) == ("20", "17", "3")
    assert (data["clause"], data["since"]) == ("各街道每月合计报送信息不得少于20条", "2014-02-28T16:00:00Z")
    card = "calendar=month&period=2014-02&scheme=civilised"
    root = "http://127.0.0.1:8102"
    page = "calendar=month&until=2014-02&scheme=civilised"
    assert data["scorecard"] == f"{root}/organisations/haidian?group=street&{page}"
    assert data["scorecard_api"] == f"{root}/v1/organisations/haidian/scorecards?subject=group&group=street&{card}"
    whole = describe_alert(opening("b", "missed", WHOLE).alert, False, root)
    assert whole["scorecard"] == f"{root}/organisations/haidian?{page}"
    assert whole["scorecard_api"] == f"{root}/v1/organisations/haidian/scorecards?subject=organisation&{card}"


def hears(about: JointObligation, of: Subscription = SUBSCRIPTION, **chosen: Any) -> bool:
    return wants(replace(of, filter=Filter(**chosen)), opening("a", "missed", about), historical=False)


def test_who_filters_nothing_hears_of_what_is_owed_together_too() -> None:
    assert hears(JOINT)
    assert hears(WHOLE)


def test_who_asks_for_departments_does_not_hear_of_what_they_owe_with_others() -> None:
    assert not hears(JOINT, departments=("street-1",))
    assert not hears(JOINT, of=replace(SUBSCRIPTION, subscription=UUID(int=2), department="street-1"))


def test_who_asks_for_a_group_hears_of_what_it_owes_and_not_of_what_the_organisation_does() -> None:
    assert hears(JOINT, groups=("street",))
    assert not hears(JOINT, groups=("committee",))
    assert not hears(WHOLE, groups=("street",))


def test_one_may_ask_for_what_certain_subjects_owe() -> None:
    assert hears(JOINT, subjects=("group", "organisation"))
    assert not hears(JOINT, subjects=("department", "person"))
    assert not hears(WHOLE, subjects=("group",))
    assert hears(WHOLE, subjects=("organisation",), severities=("critical",), quotas=("streets",))
