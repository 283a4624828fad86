"""Persons, calls, adjustments and waivers, decided without a database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.submission.domain.commands import Submit
from services.submission.domain.items import submit
from services.submission.domain.known import Known
from services.submission.domain.record_commands import (
    Adjust,
    CancelCall,
    DescribePerson,
    IssueCall,
    RecordCommand,
    RetractAdjustment,
    Situation,
    Waive,
    concerned,
    decide_record,
)
from services.submission.domain.records import Call, Record, RecordKey
from services.submission.domain.refusals import (
    AmbiguousScheme,
    ChangeBeforeLast,
    DateInFuture,
    DateInPast,
    DepartmentHasLeft,
    Invalid,
    Refused,
    UnknownCall,
    UnknownPeriod,
    UnknownPerson,
    UnknownQuota,
    UnknownReference,
    UnknownScheme,
)
from shared.contracts.department_events import CallCancelled, ObligationWaived, PersonDescribed
from shared.schemes.model import Scheme
from tests.unit.submission.building import TODAY, content, kind, scheme

NOW = dt.datetime(2014, 3, 8, 4, tzinfo=dt.UTC)
WANG = DescribePerson("wang", "王芳", ("correspondent",), {"posts": Decimal(2)}, dt.date(2014, 1, 1), None)
CALL = IssueCall("c1", "约稿", NOW + dt.timedelta(days=3), ("press", "court"))
ADJUST = Adjust("a1", "interview", Decimal(-2), TODAY, "漏报")
WAIVE = Waive("weekly", "2014-W10", "抗洪")


def situation(records: dict[RecordKey, Record] | None = None, **changes: Any) -> Situation:
    return replace(Situation("press", (scheme(),), NOW, None, records or {}), **changes)


def after(*commands: RecordCommand, **changes: Any) -> dict[RecordKey, Record]:
    """The records behind these commands."""
    records: dict[RecordKey, Record] = {}
    for command in commands:
        recorded = decide_record(command, situation(records, **changes))
        if recorded is not None:
            records[recorded.key] = recorded.record
    return records


def fields(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [mistake.field for mistake in refused.value.mistakes]


def test_a_person_is_described_and_the_same_once_more_changes_nothing() -> None:
    recorded = decide_record(WANG, situation())
    assert recorded is not None
    assert recorded.event == PersonDescribed(
        "wang", "王芳", ("correspondent",), {"posts": Decimal(2)}, dt.date(2014, 1, 1)
    )

    known = situation(after(WANG))
    assert decide_record(WANG, known) is None
    assert decide_record(replace(WANG, title="王芳芳", from_on=dt.date(2014, 2, 1)), known) is not None
    with pytest.raises(ChangeBeforeLast):
        decide_record(replace(WANG, title="王芳芳", from_on=dt.date(2013, 12, 31)), known)
    with pytest.raises(Invalid) as refused:
        decide_record(replace(WANG, last_on=dt.date(2013, 12, 31)), situation())
    assert fields(refused) == ["until"]


def test_a_call_lies_ahead_and_is_cancelled_once() -> None:
    issued = situation(after(CALL))

    cancelled = decide_record(CancelCall("c1", "取消"), issued)
    assert cancelled is not None
    assert cancelled.event == CallCancelled("c1", "取消")
    assert decide_record(CancelCall("c1"), situation(after(CALL, CancelCall("c1")))) is None
    with pytest.raises(UnknownCall):
        decide_record(CancelCall("c2"), issued)
    with pytest.raises(DateInPast) as refused:
        decide_record(replace(CALL, due_at=NOW), situation())
    assert fields(refused) == ["due_at"]


@pytest.mark.parametrize("change", [{"cancelled": True}, {"scheme": "campaign"}])
def test_only_an_open_call_of_the_items_scheme_is_answered(change: dict[str, Any]) -> None:
    (call,) = after(CALL).values()
    assert isinstance(call, Call)
    command = Submit("i1", "press", "report", content(), answers="c1")

    assert submit(command, scheme(), kind(), TODAY, Known(calls={"c1": call})).answers == "c1"
    for calls in ({}, {"c1": replace(call, **change)}):
        with pytest.raises(UnknownCall) as refused:
            submit(command, scheme(), kind(), TODAY, Known(calls=calls))
        assert fields(refused) == ["answers"]


def test_an_adjustment_is_made_for_a_day_that_has_come_and_a_person_that_is_known() -> None:
    assert decide_record(ADJUST, situation()) is not None
    assert decide_record(replace(ADJUST, person="wang"), situation(after(WANG))) is not None
    with pytest.raises(UnknownPerson):
        decide_record(replace(ADJUST, person="wang"), situation())
    with pytest.raises(DateInFuture):
        decide_record(replace(ADJUST, adjusted_on=TODAY + dt.timedelta(days=1)), situation())
    with pytest.raises(DepartmentHasLeft):
        decide_record(ADJUST, situation(last_on=TODAY - dt.timedelta(days=1)))


def test_an_adjustment_is_retracted_once() -> None:
    retract = RetractAdjustment("a1", "登记有误")

    assert decide_record(retract, situation(after(ADJUST))) is not None
    assert decide_record(retract, situation(after(ADJUST, retract))) is None
    with pytest.raises(UnknownReference):
        decide_record(retract, situation())


@pytest.mark.parametrize(
    ("command", "schemes", "refused", "field"),
    [
        (ADJUST, (), UnknownScheme, "scheme"),
        (ADJUST, (scheme(), scheme("campaign")), AmbiguousScheme, "scheme"),
        (replace(ADJUST, scheme="new"), (scheme(),), UnknownScheme, "scheme"),
        (CALL, (scheme(), scheme("campaign")), AmbiguousScheme, "scheme"),
        (WAIVE, (scheme(), scheme("campaign")), AmbiguousScheme, "scheme"),
        (replace(WAIVE, scheme="new"), (scheme(),), UnknownScheme, "scheme"),
        (replace(WAIVE, quota="weakly"), (scheme(),), UnknownQuota, "quota"),
        (replace(WAIVE, period="2014-10"), (scheme(),), UnknownPeriod, "period"),
        (replace(WAIVE, period="2014-W54"), (scheme(),), UnknownPeriod, "period"),
        (replace(WAIVE, person="wang"), (scheme(),), UnknownPerson, "person"),
    ],
)
def test_what_a_command_names_must_be_there(
    command: RecordCommand, schemes: Sequence[Scheme], refused: type[Refused], field: str
) -> None:
    with pytest.raises(refused) as told:
        decide_record(command, situation(schemes=tuple(schemes)))

    assert fields(told) == [field]


def test_a_quota_is_waived_once_for_a_period() -> None:
    recorded = decide_record(WAIVE, situation())
    assert recorded is not None
    assert recorded.event == ObligationWaived("news", "weekly", "2014-W10", "抗洪")

    waived = after(WAIVE)
    assert decide_record(replace(WAIVE, reason="又"), situation(waived)) is None
    assert decide_record(replace(WAIVE, period="2014-W11"), situation(waived)) is not None
    assert set(waived) <= concerned(WAIVE, "press", (scheme(),))


@pytest.mark.parametrize("command", [WANG, CALL, CancelCall("c1"), RetractAdjustment("a1", "误"), WAIVE])
def test_what_a_command_brings_about_is_among_what_it_is_concerned_with(command: RecordCommand) -> None:
    known = after(CALL, ADJUST)

    recorded = decide_record(command, situation(known))

    assert recorded is not None
    assert recorded.key in concerned(command, "press", (scheme(),))
