"""Records become events, department by department."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from services.scoring.domain.department import DepartmentState
from services.scoring.domain.keys import PeriodKey
from services.scoring.domain.opening import needs_past
from shared.contracts.department_events import (
    AdjustmentMade,
    AdjustmentRetracted,
    CallCancelled,
    CallIssued,
    ItemAdopted,
    ItemCorrected,
    ItemFactRetracted,
    ItemInstructed,
    ItemMeasured,
    ItemResubmitted,
    ItemReviewed,
    ItemSubmitted,
    ItemWithdrawn,
    MilestonesReached,
)
from shared.contracts.envelope import Envelope, Undecodable, decode_data, read_envelope
from shared.contracts.identifiers import is_name
from shared.messaging import Record

_NEW: Mapping[type, Callable[[Any], str]] = {
    ItemSubmitted: attrgetter("item"),
    CallIssued: attrgetter("call"),
    AdjustmentMade: attrgetter("adjustment"),
}
"""What makes an item known, or what is kept like one; by its id."""

_ABOUT: Mapping[type, Callable[[Any], str]] = {
    ItemResubmitted: attrgetter("item"),
    ItemCorrected: attrgetter("item"),
    ItemReviewed: attrgetter("item"),
    ItemAdopted: attrgetter("item"),
    ItemInstructed: attrgetter("item"),
    ItemMeasured: attrgetter("item"),
    ItemFactRetracted: attrgetter("item"),
    ItemWithdrawn: attrgetter("item"),
    CallCancelled: attrgetter("call"),
    AdjustmentRetracted: attrgetter("adjustment"),
}
"""What is about one that was made known before."""

Arrival = tuple[Record, Envelope | None]
"""A record and its envelope; None stands for an envelope that nobody can read."""

Happening = tuple[Record, Envelope | None, Any]
"""An arrival and its event; Undecodable stands for an event that nobody can read."""


def by_department(records: Iterable[Record]) -> tuple[dict[str, list[Arrival]], int]:
    """The records by stream, each department's in order, and how many belong to no department at all.

    Those have neither a readable envelope nor a key that names a department, so no department misses them.
    """
    groups: dict[str, list[Arrival]] = {}
    strays = 0
    for record in records:
        try:
            envelope: Envelope | None = read_envelope(record.value)
        except Undecodable:
            envelope = None
        stream = record.key if envelope is None else envelope.subject
        group = groups.get(stream)
        if group is None:
            if not _names_department(stream):
                strays += 1
                continue
            group = groups[stream] = []
        group.append((record, envelope))
    return groups, strays


def opened(arrivals: Iterable[Arrival]) -> list[Happening]:
    """The arrivals with their events: for one department at a time, so that they are folded while still at hand."""
    return [(record, envelope, _event(record, envelope)) for record, envelope in arrivals]


def items_named(
    happenings: Sequence[Happening], state: DepartmentState, *, doubt_submissions: bool = False
) -> set[str]:
    """The items to load before the happenings can be folded: those named, but neither resident nor submitted just now.

    ``doubt_submissions`` names those that are submitted as well.
    """
    named: set[str] = set()
    submitted: set[str] = set()
    for _, envelope, data in happenings:
        if envelope is None or envelope.version <= state.version:
            continue
        kind = type(data)
        if kind in _NEW:
            submitted.add(_NEW[kind](data))
            if kind is ItemSubmitted and data.answers is not None and data.answers not in submitted:
                named.add(data.answers)
        elif kind in _ABOUT:
            name = _ABOUT[kind](data)
            if name not in submitted:
                named.add(name)
    if doubt_submissions:
        named |= submitted
    return {item for item in named if item not in state.items}


def periods_opened(happenings: Sequence[Happening], state: DepartmentState) -> set[PeriodKey]:
    """The periods that the happenings open, as far as their past may matter then."""
    return {
        PeriodKey(milestone.scheme, milestone.calendar, milestone.period)
        for _, _, data in happenings
        if type(data) is MilestonesReached
        for milestone in data.milestones
        if milestone.kind == "period_opened" and needs_past(state, milestone)
    }


def _event(record: Record, envelope: Envelope | None) -> Any:
    try:
        if envelope is None:
            envelope = read_envelope(record.value)
        return decode_data(envelope.type, envelope.data)
    except Undecodable as mistake:
        return mistake


def _names_department(stream: str) -> bool:
    organisation, slash, department = stream.partition("/")
    return bool(slash) and is_name(organisation) and is_name(department)
