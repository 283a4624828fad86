"""Records become happenings, department by department."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from services.scoring.domain.department import DepartmentState, PeriodKey
from shared.contracts.department_events import (
    ItemAdopted,
    ItemFactRetracted,
    ItemInstructed,
    ItemResubmitted,
    ItemReviewed,
    ItemSubmitted,
    ItemWithdrawn,
    MilestonesReached,
)
from shared.contracts.envelope import Envelope, Undecodable, decode_data, read_envelope
from shared.contracts.identifiers import is_name
from shared.messaging import Record

_ABOUT_ITEMS = frozenset((ItemResubmitted, ItemReviewed, ItemAdopted, ItemInstructed, ItemFactRetracted, ItemWithdrawn))
"""Events about an item that was submitted before."""


class Happening(NamedTuple):
    """One record. ``data`` is the event, or Undecodable; without an ``envelope`` not even that could be read."""

    record: Record
    envelope: Envelope | None
    data: Any


def by_department(records: Iterable[Record]) -> tuple[dict[str, list[Happening]], int]:
    """The records by stream, each department's in order, and how many belong to no department at all.

    Those have neither a readable envelope nor a key that names a department, so no department misses them.
    """
    groups: dict[str, list[Happening]] = {}
    strays = 0
    for record in records:
        happening = _read(record)
        stream = record.key if happening.envelope is None else happening.envelope.subject
        group = groups.get(stream)
        if group is None:
            if not _names_department(stream):
                strays += 1
                continue
            group = groups[stream] = []
        group.append(happening)
    return groups, strays


def items_named(happenings: Sequence[Happening], state: DepartmentState, *, doubt_submissions: bool) -> set[str]:
    """The items to load before the happenings can be folded: those named, but neither resident nor submitted just now.

    ``doubt_submissions`` names those that are submitted as well.
    """
    named: set[str] = set()
    submitted: set[str] = set()
    for happening in happenings:
        data = happening.data
        kind = type(data)
        if happening.envelope is None or happening.envelope.version <= state.version:
            continue
        if kind is ItemSubmitted:
            submitted.add(data.item)
        elif kind in _ABOUT_ITEMS and data.item not in submitted:
            named.add(data.item)
    if doubt_submissions:
        named |= submitted
    return {item for item in named if item not in state.items}


def periods_opened(happenings: Sequence[Happening]) -> set[PeriodKey]:
    """The periods that the happenings open."""
    return {
        PeriodKey(milestone.scheme, milestone.calendar, milestone.period)
        for one in happenings
        if type(one.data) is MilestonesReached
        for milestone in one.data.milestones
        if milestone.kind == "period_opened"
    }


def _read(record: Record) -> Happening:
    try:
        envelope = read_envelope(record.value)
    except Undecodable as mistake:
        return Happening(record, None, mistake)
    try:
        return Happening(record, envelope, decode_data(envelope.type, envelope.data))
    except Undecodable as mistake:
        return Happening(record, envelope, mistake)


def _names_department(stream: str) -> bool:
    organisation, slash, department = stream.partition("/")
    return bool(slash) and is_name(organisation) and is_name(department)
