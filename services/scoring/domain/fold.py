"""The fold: one event after the other into the state of its department.

What an item goes through, what it earns and how quotas are judged are the rules of the modules around; here each type
of event finds them: those of items and of calls in ``taking_items``, those of the department itself here. An item is
scored by the schemes that are applied when an event touches it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from services.scoring.domain import announcing, milestones, opening, outcomes, restating, taking_items
from services.scoring.domain.changes import Waiver
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.descriptions import AppliedScheme, ClosedCalendar, Description, PersonDescription
from services.scoring.domain.errors import CannotFold, Needs, NotResident
from services.scoring.domain.judging import judge
from services.scoring.domain.keys import QuotaPeriod
from services.scoring.domain.rules import Rules
from shared.calendars import Period, UnknownYear
from shared.contracts import department_events as events
from shared.contracts.envelope import Envelope

_WITH_REASON = (
    events.ItemCorrected,
    events.ItemReviewed,
    events.ItemFactRetracted,
    events.ItemWithdrawn,
    events.CallCancelled,
    events.AdjustmentMade,
    events.AdjustmentRetracted,
    events.SchemeBackdated,
    events.DepartmentLeft,
)
"""Somebody may say in words why; what a waiver says is kept with it."""

Schemes = Callable[[str, Sequence[AppliedScheme], Sequence[ClosedCalendar]], Rules]
"""The rules of an organisation's scheme in the applied versions, with calendars that were closed.

Raises what the caller of the fold understands, and ValueError when no version has such a calendar to be closed.
"""


def fold(state: DepartmentState, envelope: Envelope, data: Any, schemes: Schemes) -> None:
    """Take in the next event: ``state`` is then as of its version, and ``state.changes`` hold what it brought about.

    The caller has made sure that it is the next (``sequence``) and that the item it names is resident if there is one.
    Raises CannotFold, NotResident and what ``schemes`` raises; the state and its changes are worthless then.
    """
    if state.version == 0 and type(data) is not events.DepartmentRegistered:
        raise CannotFold(f"the stream begins with {envelope.type}")
    state.entries = 0
    take = _TAKES.get(type(data))
    try:
        if take is not None:
            take(state, envelope, data)
        else:
            _of_schemes(state, envelope, data, schemes)
    except UnknownYear as unknown:
        raise CannotFold(str(unknown)) from unknown
    if isinstance(data, _WITH_REASON) and data.reason:
        state.changes.reasons.append((envelope.version, data.reason))
    state.version = envelope.version
    state.last_event_id = envelope.id
    state.recorded_at = envelope.time


def _of_schemes(state: DepartmentState, envelope: Envelope, data: Any, schemes: Schemes) -> None:
    if type(data) is events.SchemeApplied:
        _applied(state, envelope, data, schemes)
    elif type(data) is events.SchemeBackdated:
        _backdated(state, envelope, data, schemes)
    elif type(data) is events.CalendarClosed:
        _closed(state, envelope, data, schemes)
    else:
        raise CannotFold(f"{envelope.type} is no event of a department's stream")


def _registered(state: DepartmentState, envelope: Envelope, event: events.DepartmentRegistered) -> None:
    if state.version:
        raise CannotFold("the department is registered a second time")
    state.joined_on = event.joined_on
    state.live = event.live
    state.live_at = envelope.time if event.live else None
    state.every_item = True
    state.changes.span = True
    _describe(state, envelope, event, event.joined_on)


def _changed(state: DepartmentState, envelope: Envelope, event: events.DepartmentChanged) -> None:
    _describe(state, envelope, event, event.from_on)


def _describe(
    state: DepartmentState,
    envelope: Envelope,
    event: events.DepartmentRegistered | events.DepartmentChanged,
    from_on: Any,
) -> None:
    description = Description(from_on, envelope.version, event.title, event.group, event.tags, event.facts)
    state.descriptions.append(description)
    state.descriptions.sort(key=lambda one: (one.from_on, one.place))
    state.changes.descriptions.append((description, envelope.time))


def _went_live(state: DepartmentState, envelope: Envelope, _event: events.DepartmentWentLive) -> None:
    state.live = True
    state.live_at = envelope.time
    state.changes.span = True


def _left(state: DepartmentState, envelope: Envelope, event: events.DepartmentLeft) -> None:
    """What it owed for periods that begin after its last day, it owes no longer."""
    if event.last_on < state.resident_since:
        raise NotResident(Needs(since=event.last_on))
    state.left_on = event.last_on
    state.changes.span = True
    for key, obligation in sorted(state.obligations.items()):
        if obligation.period_first > event.last_on:
            _waive(state, key, event.reason or "the department has left", envelope)


def _person_described(state: DepartmentState, envelope: Envelope, event: events.PersonDescribed) -> None:
    description = PersonDescription(
        event.from_on, envelope.version, event.title, event.roles, event.facts, event.last_on
    )
    told = state.persons.setdefault(event.person, [])
    told.append(description)
    told.sort(key=lambda one: (one.from_on, one.place))
    state.changes.persons.append((event.person, description, envelope.time))
    opening.join(state, event.person, event.from_on, envelope)


def _waived(state: DepartmentState, envelope: Envelope, event: events.ObligationWaived) -> None:
    key = QuotaPeriod(event.scheme, event.quota, event.period, event.person or "")
    period = _quota_period(state, key)
    if key in state.waivers:
        return
    if period.end <= state.resident_since:
        raise NotResident(Needs(since=period.first))
    state.waivers[key] = event.reason
    state.changes.waivers.append(Waiver(key, event.reason, envelope.time, envelope.version))
    persons = [key.person] if key.person else ["", *sorted(state.persons)]
    for person in persons:
        _waive(state, key._replace(person=person), event.reason, envelope)


def _waive(state: DepartmentState, key: QuotaPeriod, reason: str, envelope: Envelope) -> None:
    obligation = state.obligations.get(key)
    if obligation is not None and obligation.state not in ("waived", "part"):
        announcing.waive(state, obligation, reason, envelope)
        judge(state, outcomes.enter(state, obligation, envelope), envelope)


def _quota_period(state: DepartmentState, key: QuotaPeriod) -> Period:
    rules = state.rules.get(key.scheme)
    for scheme in reversed(rules.versions if rules is not None else ()):
        if key.quota in scheme.quotas:
            try:
                return scheme.calendars[scheme.quotas[key.quota].calendar].period(key.period)
            except ValueError as mistake:
                raise CannotFold(str(mistake)) from mistake
    raise CannotFold(f"scheme {key.scheme} has no quota {key.quota} for the department")


def _applied(state: DepartmentState, envelope: Envelope, event: events.SchemeApplied, schemes: Schemes) -> None:
    applied = AppliedScheme(event.scheme, event.version, event.from_on, envelope.version)
    before = state.applied.get(event.scheme, [])
    if any(one.version == event.version for one in before):
        raise CannotFold(f"scheme {event.scheme} version {event.version} is applied a second time")
    rules = _rules(state, schemes, [*before, applied], state.closings.get(event.scheme, ()))
    scheme = rules.version(event.version)
    if scheme is None or scheme.digest != event.digest:
        raise CannotFold(f"the text of scheme {event.scheme} version {event.version} is another than the one applied")
    state.applied[event.scheme] = [*before, applied]
    state.rules[event.scheme] = rules
    state.changes.applied.append((applied, envelope.time))


def _backdated(state: DepartmentState, envelope: Envelope, event: events.SchemeBackdated, schemes: Schemes) -> None:
    before = state.applied.get(event.scheme, [])
    if all(one.version != event.version for one in before):
        raise CannotFold(f"scheme {event.scheme} version {event.version} is not applied to the department")
    restating.make_resident(state, event.from_on)
    applied = AppliedScheme(event.scheme, event.version, event.from_on, envelope.version)
    rules = _rules(state, schemes, [*before, applied], state.closings.get(event.scheme, ()))
    state.applied[event.scheme] = [*before, applied]
    state.rules[event.scheme] = rules
    state.changes.applied.append((applied, envelope.time))
    restating.everything(state, rules, envelope)


def _closed(state: DepartmentState, envelope: Envelope, event: events.CalendarClosed, schemes: Schemes) -> None:
    applied, before = state.applied.get(event.scheme), state.rules.get(event.scheme)
    if applied is None or before is None:
        raise CannotFold(f"scheme {event.scheme} is not applied to the department")
    restating.make_resident(state, event.last_on)
    closed = ClosedCalendar(event.scheme, event.calendar, event.last_on, envelope.version)
    closings = [*state.closings.get(event.scheme, ()), closed]
    after = _rules(state, schemes, applied, closings)
    state.closings[event.scheme] = closings
    state.rules[event.scheme] = after
    state.changes.closings.append((closed, envelope.time))
    restating.close(state, before, after, event.calendar, event.last_on, envelope)


def _rules(
    state: DepartmentState, schemes: Schemes, applied: Sequence[AppliedScheme], closings: Sequence[ClosedCalendar]
) -> Rules:
    try:
        return schemes(state.organisation, applied, closings)
    except ValueError as mistake:
        raise CannotFold(str(mistake)) from mistake


_TAKES: dict[type, Callable[[DepartmentState, Envelope, Any], None]] = {
    events.DepartmentRegistered: _registered,
    events.DepartmentChanged: _changed,
    events.DepartmentWentLive: _went_live,
    events.DepartmentLeft: _left,
    events.PersonDescribed: _person_described,
    events.ObligationWaived: _waived,
    events.MilestonesReached: milestones.reach,
    **taking_items.TAKES,
}
