"""What departments owe together: folded into alerts, shown, filtered, acknowledged and sent."""

from collections.abc import Callable, Sequence

from shared.contracts.envelope import Event
from shared.contracts.scoring_events import (
    JointQuotaDueSoon,
    JointQuotaMetLate,
    JointQuotaMissed,
    QuotaMissed,
)
from shared.eventstore import store
from shared.operations.database import Pool
from tests.integration.notify.calling import Caller
from tests.integration.notify.receiving import Receiver, wait_for
from tests.integration.notify.test_notify_dispatching import dispatching, states, subscribe
from tests.unit.notify.building import JOINT, OBLIGATION, announced_in_order, joint

Fold = Callable[[Sequence[Event]], None]
WHOLE = joint(subject="organisation", group=None, subject_title="海淀区", quota="everybody")


def test_a_miss_is_sent_once_signed_and_its_end_too(pool: Pool, fold: Fold) -> None:
    events = list(
        announced_in_order(JointQuotaDueSoon(JOINT), JointQuotaMissed(JOINT), JointQuotaMetLate(joint(actual="20")))
    )
    with Receiver() as receiver:
        target = subscribe(pool, receiver.address, conditions=("missed",), subjects=("group",))
        fold(events[:2])
        fold(events)
        with dispatching(pool):
            wait_for(lambda: states(pool, target.subscription) == ["delivered", "delivered"])

    first, second = (received.message for received in receiver.received)
    assert (first["type"], second["type"]) == ("alert.opened", "alert.resolved")
    assert (first["data"]["subject"], first["data"]["shortfall"]) == ("group", "3")
    assert (second["data"]["resolution"], second["data"]["alert"]) == ("met_late", first["data"]["alert"])


def test_its_alerts_are_published_in_a_stream_of_their_own(pool: Pool, fold: Fold) -> None:
    fold(list(announced_in_order(JointQuotaMissed(JOINT), JointQuotaMissed(WHOLE), QuotaMissed(OBLIGATION))))

    with pool.connection() as conn:
        types = [event.type for event in store.read(conn, "haidian/joint.civilised")]
    assert types == ["tongbao.joint_alert.opened.v1", "tongbao.joint_alert.opened.v1"]


def test_alerts_are_listed_by_who_owes_and_acknowledged(pool: Pool, fold: Fold, caller: Callable[..., Caller]) -> None:
    fold(list(announced_in_order(JointQuotaMissed(JOINT), JointQuotaMissed(WHOLE), QuotaMissed(OBLIGATION))))
    call = caller()

    def quotas(query: str) -> list[str]:
        return [each["quota"] for each in call("GET", f"alerts?{query}").get_json()["items"]]

    assert quotas("subject=group") == ["streets"]
    assert quotas("subject=organisation") == ["everybody"]
    assert sorted(quotas("")) == ["everybody", "streets", "weekly_reports"]
    (shown,) = call("GET", "alerts?subject=group").get_json()["items"]
    assert (shown["department"], shown["group"], shown["departments"]) == (None, "street", ["street-1", "street-2"])
    done = call("POST", f"alerts/{shown['alert']}/acknowledgement", {"note": "已通知各街道"})
    assert (done.status_code, done.get_json()["state"]) == (200, "acknowledged")
    with pool.connection() as conn:
        last = list(store.read(conn, "haidian/joint.civilised"))[-1]
    assert last.type == "tongbao.joint_alert.acknowledged.v1"


def test_a_token_of_one_department_sees_nothing_of_what_is_owed_together(
    pool: Pool, fold: Fold, caller: Callable[..., Caller]
) -> None:
    fold(list(announced_in_order(JointQuotaMissed(JOINT), QuotaMissed(OBLIGATION))))
    everybody, own = caller(), caller(department="street-1")
    (shown,) = everybody("GET", "alerts?subject=group").get_json()["items"]

    assert [each["quota"] for each in own("GET", "alerts").get_json()["items"]] == ["weekly_reports"]
    assert own("GET", f"alerts/{shown['alert']}").status_code == 404
    assert own("POST", f"alerts/{shown['alert']}/acknowledgement", {}).status_code == 404
