"""The fold: one event after the other into the state of its department.

The scheme that an entry is scored by, the order of facts and the judging of quotas are the rules of the modules around;
here each type of event finds them. An item is scored by the schemes that are applied when an event touches it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from services.scoring.domain import items, milestones, scoring
from services.scoring.domain.department import AppliedScheme, DepartmentState, Description
from services.scoring.domain.errors import CannotFold
from services.scoring.domain.items import Item
from services.scoring.domain.rules import KindRules, Rules
from shared.contracts import department_events as events
from shared.contracts.envelope import Envelope

Schemes = Callable[[str, Sequence[AppliedScheme]], Rules]
"""The rules of an organisation's scheme in the applied versions; raises what the caller of the fold understands."""


def fold(state: DepartmentState, envelope: Envelope, data: Any, schemes: Schemes) -> None:
    """Take in the next event: ``state`` is then as of its version, and ``state.changes`` hold what it brought about.

    The caller has made sure that it is the next (``sequence``), that the item it names is resident if there is one, and
    that ``state.opening`` holds the totals of periods it opens. Raises CannotFold, ObligationsNotResident and what
    ``schemes`` raises; the state and its changes are worthless then.
    """
    if state.version == 0 and type(data) is not events.DepartmentRegistered:
        raise CannotFold(f"the stream begins with {envelope.type}")
    take = _TAKES.get(type(data))
    if take is not None:
        take(state, envelope, data)
    elif type(data) is events.SchemeApplied:
        _scheme_applied(state, envelope, data, schemes)
    else:
        raise CannotFold(f"{envelope.type} is no event of a department's stream")
    state.version = envelope.version
    state.last_event_id = envelope.id
    state.recorded_at = envelope.time


def _registered(state: DepartmentState, envelope: Envelope, event: events.DepartmentRegistered) -> None:
    if state.version:
        raise CannotFold("the department is registered a second time")
    state.joined_on = event.joined_on
    state.live = event.live
    state.live_at = envelope.time if event.live else None
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


def _scheme_applied(state: DepartmentState, envelope: Envelope, event: events.SchemeApplied, schemes: Schemes) -> None:
    applied = AppliedScheme(event.scheme, event.version, event.from_on, envelope.version)
    before = state.applied.get(event.scheme, [])
    if any(one.version == event.version for one in before):
        raise CannotFold(f"scheme {event.scheme} version {event.version} is applied a second time")
    rules = schemes(state.organisation, (*before, applied))
    scheme = rules.version(event.version)
    if scheme is None or scheme.digest != event.digest:
        raise CannotFold(f"the text of scheme {event.scheme} version {event.version} is another than the one applied")
    state.applied[event.scheme] = [*before, applied]
    state.rules[event.scheme] = rules
    state.changes.applied.append((applied, envelope.time))


def _submitted(state: DepartmentState, envelope: Envelope, event: events.ItemSubmitted) -> None:
    rules = state.rules.get(event.scheme)
    if rules is None:
        raise CannotFold(f"scheme {event.scheme} is not applied to the department")
    if event.item in state.items:
        raise CannotFold(f"item {event.item} is submitted a second time")
    kind = _kind(rules, event.kind)
    item = items.submitted(event, envelope.version, rules.day_of(envelope.time), kind.needs_review)
    state.items[item.item] = item
    state.changes.items[item.item] = item
    state.changes.new_items.add(item.item)
    scoring.score(state, item, kind, kind.submitted, rules, envelope)


def _resubmitted(state: DepartmentState, envelope: Envelope, event: events.ItemResubmitted) -> None:
    item, rules, kind = _find(state, event.item)
    items.resubmit(item, event, envelope.version, rules.day_of(envelope.time), kind.needs_review)
    scoring.score(state, item, kind, kind.all, rules, envelope)


def _reviewed(state: DepartmentState, envelope: Envelope, event: events.ItemReviewed) -> None:
    item, rules, kind = _find(state, event.item)
    before = item.state
    items.review(item, event, envelope.version, rules.day_of(envelope.time))
    turned = (before == "rejected") != (item.state == "rejected")
    scoring.score(state, item, kind, kind.all if turned else kind.decided, rules, envelope)


def _adopted(state: DepartmentState, envelope: Envelope, event: events.ItemAdopted) -> None:
    item, rules, kind = _find(state, event.item)
    items.adopt(item, event, envelope.version)
    scoring.score(state, item, kind, kind.adopted, rules, envelope)


def _instructed(state: DepartmentState, envelope: Envelope, event: events.ItemInstructed) -> None:
    item, rules, kind = _find(state, event.item)
    items.instruct(item, event, envelope.version)
    scoring.score(state, item, kind, kind.instructed, rules, envelope)


def _retracted(state: DepartmentState, envelope: Envelope, event: events.ItemFactRetracted) -> None:
    item, rules, kind = _find(state, event.item)
    retracted = items.retract(item, event.fact)
    scoring.score(state, item, kind, kind.adopted if retracted == "adopted" else kind.instructed, rules, envelope)


def _withdrawn(state: DepartmentState, envelope: Envelope, event: events.ItemWithdrawn) -> None:
    item, rules, kind = _find(state, event.item)
    item.state = "withdrawn"
    scoring.score(state, item, kind, kind.all, rules, envelope)


def _find(state: DepartmentState, item_id: str) -> tuple[Item, Rules, KindRules]:
    item = state.items.get(item_id)
    if item is None:
        raise CannotFold(f"item {item_id} was never submitted")
    rules = state.rules.get(item.scheme)
    if rules is None:
        raise CannotFold(f"scheme {item.scheme} is no longer understood")
    state.changes.items[item_id] = item
    return item, rules, _kind(rules, item.kind)


def _kind(rules: Rules, name: str) -> KindRules:
    kind = rules.kind(name)
    if kind is None:
        raise CannotFold(f"scheme {rules.name} has no kind {name}")
    return kind


_TAKES: dict[type, Callable[[DepartmentState, Envelope, Any], None]] = {
    events.DepartmentRegistered: _registered,
    events.DepartmentChanged: _changed,
    events.DepartmentWentLive: _went_live,
    events.MilestonesReached: milestones.reach,
    events.ItemSubmitted: _submitted,
    events.ItemResubmitted: _resubmitted,
    events.ItemReviewed: _reviewed,
    events.ItemAdopted: _adopted,
    events.ItemInstructed: _instructed,
    events.ItemFactRetracted: _retracted,
    events.ItemWithdrawn: _withdrawn,
}
