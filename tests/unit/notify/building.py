"""Decisions and alerts as scoring would announce them, for the tests of notify."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.contracts.envelope import Event, type_of
from shared.contracts.identifiers import bulletins_stream, derived_id, joint_stream
from shared.contracts.scoring_events import BulletinIssued, JointObligation, Obligation

DUE = datetime(2014, 3, 2, 16, tzinfo=UTC)

OBLIGATION = Obligation(
    organisation="haidian",
    department="street-1",
    department_title="第一街道",
    group="street",
    tags=("key_unit",),
    scheme="civilised",
    scheme_version=1,
    quota="weekly_reports",
    quota_title="每周报送信息不少于2条",
    cite="每周报送信息不得少于2条",
    severity="warning",
    measure="reports",
    measure_title="上报信息",
    unit="items",
    calendar="week",
    period="2014-W09",
    period_first=date(2014, 2, 24),
    period_end=date(2014, 3, 3),
    due_at=DUE,
    target=Decimal("2.00"),
    actual=Decimal(1),
    ordinal=1,
    decided_at=DUE,
    historical=False,
)


ISSUED = BulletinIssued(
    "haidian", "civilised", "monthly", 3, "宣传信息通报 第3期", "month", "2014-03", datetime(2014, 4, 2, 1, tzinfo=UTC)
)


JOINT = JointObligation(
    organisation="haidian",
    subject="group",
    group="street",
    subject_title="street",
    departments=("street-1", "street-2"),
    scheme="civilised",
    scheme_version=1,
    quota="streets",
    quota_title="各街道每月不少于20条",
    cite="各街道每月合计报送信息不得少于20条",
    severity="critical",
    measure="reports",
    measure_title="上报信息",
    unit="items",
    calendar="month",
    period="2014-02",
    period_first=date(2014, 2, 1),
    period_end=date(2014, 3, 1),
    due_at=datetime(2014, 2, 28, 16, tzinfo=UTC),
    target=Decimal(20),
    actual=Decimal(17),
    ordinal=1,
    decided_at=datetime(2014, 2, 28, 16, tzinfo=UTC),
    historical=False,
)


def obligation(**changes: Any) -> Obligation:
    return replace(OBLIGATION, **changes)


def joint(**changes: Any) -> JointObligation:
    return replace(JOINT, **changes)


def stream_of(data: Any) -> str:
    told = getattr(data, "obligation", data)
    if isinstance(told, BulletinIssued):
        return bulletins_stream(told.organisation, told.scheme)
    if isinstance(told, JointObligation):
        return joint_stream(told.organisation, told.scheme)
    return f"{told.organisation}/{told.department}"


def announced(data: Any, version: int = 1, previous: UUID | None = None) -> Event:
    """An event of scoring-events; the same data at the same version is the same event."""
    stream = stream_of(data)
    identity = derived_id("test", stream, str(version), type_of(data))
    return Event(identity, type_of(data), stream, version, previous, DUE, f"request-{version}", None, "scoring", data)


def announced_in_order(*decisions: Any) -> Iterator[Event]:
    """The events of several streams, each with its dense versions."""
    heads: dict[str, tuple[int, UUID | None]] = {}
    for data in decisions:
        version, previous = heads.get(stream_of(data), (0, None))
        event = announced(data, version + 1, previous)
        heads[event.stream] = (event.version, event.id)
        yield event
