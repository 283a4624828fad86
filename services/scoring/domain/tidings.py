"""What is counted and is no item: calls for copy (约稿) with the items that answer them, and operators' adjustments.

They are kept as items with one fact each. What is cancelled or retracted is withdrawn: it counts for nothing.
"""

from datetime import date, datetime

from services.scoring.domain.items import ANSWERED, Fact, Item
from services.scoring.domain.measures import ADJUSTMENT, CALL
from shared.contracts.department_events import AdjustmentMade, CallIssued
from shared.schemes.facts import number_text

CALLED = "called"
ADJUSTED = "adjusted"
"""Ids of their facts."""


def call(event: CallIssued, place: int, at: datetime, today: date) -> Item:
    """A call that nobody has answered yet."""
    fields: dict[str, str | int] = {
        "called_at": at.isoformat(),
        "due_at": event.due_at.isoformat(),
        "on_time": "false",
    }
    return _item(event.call, event.scheme, CALL, event.title, Fact(CALLED, "called", place, today, fields, at))


def adjustment(event: AdjustmentMade, place: int, at: datetime) -> Item:
    """A number that an operator has put in, for the department or for one of its persons."""
    fields: dict[str, str | int] = {"category": event.category, "value": number_text(event.value)}
    fact = Fact(ADJUSTED, "adjusted", place, event.adjusted_on, fields, at)
    item = _item(event.adjustment, event.scheme, ADJUSTMENT, event.reason, fact)
    item.person = event.person or ""
    return item


def answer(called: Item, item: Item, place: int, at: datetime, today: date) -> None:
    """Let a new item be an answer to a call. To one that was cancelled nothing is an answer."""
    if called.state == "withdrawn":
        return
    told = called.facts[0]
    in_time = at < datetime.fromisoformat(str(told.fields["due_at"]))
    fields: dict[str, str | int] = {
        "called_on": told.on.isoformat(),
        "called_at": told.fields["called_at"],
        "due_at": told.fields["due_at"],
        "on_time": "true" if in_time else "false",
    }
    item.facts.append(Fact(ANSWERED, "answered", place, today, fields, at))
    settle(called, item)


def settle(called: Item, item: Item) -> None:
    """Let the item be an answer as long as it counts itself and the call does."""
    answers = dict(called.answered_by or {})
    answered = next(fact for fact in item.facts if fact.id == ANSWERED)
    if called.state == "withdrawn":
        item.facts = [fact for fact in item.facts if fact.id != ANSWERED]
    elif item.state in ("withdrawn", "rejected"):
        answers.pop(item.item, None)
    else:
        answers[item.item] = answered.fields["on_time"] == "true"
    called.answered_by = answers
    called.facts[0].fields["on_time"] = "true" if any(answers.values()) else "false"


def is_answer(item: Item) -> bool:
    return any(fact.id == ANSWERED for fact in item.facts)


def _item(name: str, scheme: str, kind: str, title: str, fact: Fact) -> Item:
    return Item(name, scheme, kind, title, "accepted", fact.on, None, None, {}, [fact], {})
