"""How the events of items, calls and adjustments are taken in: what they change, and what is to be scored then."""

from collections.abc import Callable, Iterable
from typing import Any

from services.scoring.domain import items, tidings
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.errors import CannotFold, Needs, NotResident
from services.scoring.domain.items import Item
from services.scoring.domain.judging import judge
from services.scoring.domain.measures import KindRules, MeasureRules
from services.scoring.domain.rules import Rules
from services.scoring.domain.scoring import score
from shared.contracts import department_events as events
from shared.contracts.envelope import Envelope


def _submitted(state: DepartmentState, envelope: Envelope, event: events.ItemSubmitted) -> None:
    rules = _rules(state, event.scheme)
    kind = _kind(rules, event.kind)
    place, at, today = envelope.version, envelope.time, rules.day_of(envelope.time)
    item = items.submitted(event, place, at, today)
    if not kind.needs_review(item):
        items.needs_no_review(item, place, at, today)
    _add(state, item)
    # A call of another department, which a joint item answers, is unknown here: then it is no answer here.
    called = None if event.answers is None else state.items.get(event.answers)
    if called is not None:
        tidings.answer(called, item, place, at, today)
    _score(state, item, kind, kind.submitted, rules, envelope)
    if called is not None:
        _score_call(state, called, rules, envelope)


def _resubmitted(state: DepartmentState, envelope: Envelope, event: events.ItemResubmitted) -> None:
    item, rules, kind = _find(state, event.item)
    items.resubmit(item, event)
    if kind.needs_review(item):
        items.await_review(item)
    else:
        items.needs_no_review(item, envelope.version, envelope.time, rules.day_of(envelope.time))
    _score(state, item, kind, kind.all, rules, envelope)
    _score_answer(state, item, rules, envelope)


def _corrected(state: DepartmentState, envelope: Envelope, event: events.ItemCorrected) -> None:
    item, rules, kind = _find(state, event.item)
    items.correct(item, event)
    _score(state, item, kind, kind.all, rules, envelope)


def _reviewed(state: DepartmentState, envelope: Envelope, event: events.ItemReviewed) -> None:
    item, rules, kind = _find(state, event.item)
    before = item.state
    items.review(item, event, envelope.version, envelope.time, rules.day_of(envelope.time))
    turned = (before == "rejected") != (item.state == "rejected")
    _score(state, item, kind, kind.all if turned else kind.decided, rules, envelope)
    if turned:
        _score_answer(state, item, rules, envelope)


def _adopted(state: DepartmentState, envelope: Envelope, event: events.ItemAdopted) -> None:
    item, rules, kind = _find(state, event.item)
    items.adopt(item, event, envelope.version, envelope.time)
    _score(state, item, kind, kind.told["adopted"], rules, envelope)


def _instructed(state: DepartmentState, envelope: Envelope, event: events.ItemInstructed) -> None:
    item, rules, kind = _find(state, event.item)
    items.instruct(item, event, envelope.version, envelope.time)
    _score(state, item, kind, kind.told["instructed"], rules, envelope)


def _measured(state: DepartmentState, envelope: Envelope, event: events.ItemMeasured) -> None:
    item, rules, kind = _find(state, event.item)
    items.measure(item, event, envelope.version, envelope.time)
    _score(state, item, kind, kind.told["measured"], rules, envelope)


def _retracted(state: DepartmentState, envelope: Envelope, event: events.ItemFactRetracted) -> None:
    item, rules, kind = _find(state, event.item)
    _score(state, item, kind, kind.told[items.retract(item, event.fact)], rules, envelope)


def _withdrawn(state: DepartmentState, envelope: Envelope, event: events.ItemWithdrawn) -> None:
    item, rules, kind = _find(state, event.item)
    item.state = "withdrawn"
    _score(state, item, kind, kind.all, rules, envelope)
    _score_answer(state, item, rules, envelope)


def _called(state: DepartmentState, envelope: Envelope, event: events.CallIssued) -> None:
    rules = _rules(state, event.scheme)
    called = tidings.call(event, envelope.version, envelope.time, rules.day_of(envelope.time))
    _add(state, called)
    _score_call(state, called, rules, envelope)


def _call_cancelled(state: DepartmentState, envelope: Envelope, event: events.CallCancelled) -> None:
    called, rules, _ = _find(state, event.call)
    answers = sorted(called.answered_by or ())
    absent = frozenset(answers) - state.items.keys()
    if absent:
        raise NotResident(Needs(items=absent))
    called.state = "withdrawn"
    _score_call(state, called, rules, envelope)
    for name in answers:
        item, _, kind = _find(state, name)
        tidings.settle(called, item)
        _score(state, item, kind, kind.submitted, rules, envelope)


def _adjusted(state: DepartmentState, envelope: Envelope, event: events.AdjustmentMade) -> None:
    rules = _rules(state, event.scheme)
    adjustment = tidings.adjustment(event, envelope.version, envelope.time)
    _add(state, adjustment)
    kind = _kind(rules, adjustment.kind)
    _score(state, adjustment, kind, kind.all, rules, envelope)


def _adjustment_retracted(state: DepartmentState, envelope: Envelope, event: events.AdjustmentRetracted) -> None:
    adjustment, rules, kind = _find(state, event.adjustment)
    adjustment.state = "withdrawn"
    _score(state, adjustment, kind, kind.all, rules, envelope)


def _score_answer(state: DepartmentState, item: Item, rules: Rules, envelope: Envelope) -> None:
    """An item that began or ceased to count may answer a call: then the call is answered, or no longer."""
    if item.answers is None or not tidings.is_answer(item):
        return
    called = state.items.get(item.answers)
    if called is None:
        raise NotResident(Needs(items=frozenset((item.answers,))))
    tidings.settle(called, item)
    if not tidings.is_answer(item):
        kind = _kind(rules, item.kind)
        _score(state, item, kind, kind.submitted, rules, envelope)
    _score_call(state, called, rules, envelope)


def _score_call(state: DepartmentState, called: Item, rules: Rules, envelope: Envelope) -> None:
    state.changes.items[called.item] = called
    kind = _kind(rules, called.kind)
    _score(state, called, kind, kind.all, rules, envelope)


def _score(
    state: DepartmentState,
    item: Item,
    kind: KindRules,
    measures: Iterable[MeasureRules],
    rules: Rules,
    envelope: Envelope,
) -> None:
    """Enter what the item contributes now; obligations are judged once all its entries are in."""
    moved = score(state, item, kind, measures, rules, envelope)
    if moved:
        judge(state, moved, envelope)


def _add(state: DepartmentState, item: Item) -> None:
    if item.item in state.items:
        raise CannotFold(f"item {item.item} is submitted a second time")
    state.items[item.item] = item
    state.changes.items[item.item] = item
    state.changes.new_items.add(item.item)


def _find(state: DepartmentState, item_id: str) -> tuple[Item, Rules, KindRules]:
    item = state.items.get(item_id)
    if item is None:
        raise CannotFold(f"item {item_id} was never submitted")
    rules = state.rules.get(item.scheme)
    if rules is None:
        raise CannotFold(f"scheme {item.scheme} is no longer understood")
    state.changes.items[item_id] = item
    return item, rules, _kind(rules, item.kind)


def _rules(state: DepartmentState, scheme: str) -> Rules:
    rules = state.rules.get(scheme)
    if rules is None:
        raise CannotFold(f"scheme {scheme} is not applied to the department")
    return rules


def _kind(rules: Rules, name: str) -> KindRules:
    kind = rules.kind(name)
    if kind is None:
        raise CannotFold(f"scheme {rules.name} has no kind {name}")
    return kind


TAKES: dict[type, Callable[[DepartmentState, Envelope, Any], None]] = {
    events.ItemSubmitted: _submitted,
    events.ItemResubmitted: _resubmitted,
    events.ItemCorrected: _corrected,
    events.ItemReviewed: _reviewed,
    events.ItemAdopted: _adopted,
    events.ItemInstructed: _instructed,
    events.ItemMeasured: _measured,
    events.ItemFactRetracted: _retracted,
    events.ItemWithdrawn: _withdrawn,
    events.CallIssued: _called,
    events.CallCancelled: _call_cancelled,
    events.AdjustmentMade: _adjusted,
    events.AdjustmentRetracted: _adjustment_retracted,
}
"""What takes which event; each raises CannotFold and NotResident."""
