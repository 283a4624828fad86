"""How the states of items, of windows and of parts lie in the database: bodies that programs read, as JSON arrays.

A body may end early: what it does not hold is as it is by default, so bodies of older programs stay readable.
"""

from datetime import date
from decimal import Decimal

import msgspec

from services.scoring.domain.items import Credit, Credited, Fact, Item, ItemStatus
from services.scoring.domain.measures import OUTCOME
from services.scoring.domain.obligations import Obligation, Part
from services.scoring.domain.outcomes import outcome_name
from services.scoring.domain.windows import Take, Window, WindowCredit
from shared.contracts.department_events import AttributeValue


class _Body(msgspec.Struct, array_like=True, frozen=True):
    """The fields of Item behind those that are columns, in the order in which they came to be stored."""

    submitted_on: date
    happened_on: date | None
    accepted_on: date | None
    attributes: dict[str, AttributeValue]
    facts: list[Fact]
    credits: dict[str, dict[str, Credit]]
    scored_under: int
    departments: tuple[str, ...] = ()
    contributors: tuple[Credited, ...] = ()
    person: str = ""
    answers: str | None = None
    answered_by: dict[str, bool] | None = None
    personal: dict[str, dict[str, dict[str, Credit]]] | None = None


class _WindowCredit(msgspec.Struct, array_like=True, frozen=True):
    """The fields of WindowCredit, in its order."""

    day: date
    place: int
    fact: str
    item: str
    amount: Decimal
    version: int
    take: Take
    number: Decimal
    counted: Decimal


class _Part(msgspec.Struct, array_like=True, frozen=True):
    """The fields of Part, in its order."""

    group: str | None
    since: date
    facts: dict[str, Decimal]
    actual_in_grace: Decimal | None = None


_encoder = msgspec.json.Encoder()
_parts = msgspec.json.Decoder(_Part)
_bodies = msgspec.json.Decoder(_Body)
_windows = msgspec.json.Decoder(list[_WindowCredit])


def encode_body(item: Item) -> bytes:
    plain = (
        item.submitted_on,
        item.happened_on,
        item.accepted_on,
        item.attributes,
        item.facts,
        item.credits,
        item.scored_under,
    )
    if not (item.departments or item.contributors or item.person or item.answers or item.answered_by or item.personal):
        return _encoder.encode(plain)
    further = (item.departments, item.contributors, item.person, item.answers, item.answered_by, item.personal)
    return _encoder.encode((*plain, *further))


def decode_item(item: str, scheme: str, kind: str, title: str, state: ItemStatus, body: bytes) -> Item:
    """The item from its row in ``item_states``."""
    decoded = _bodies.decode(body)
    return Item(item, scheme, kind, title, state, *(getattr(decoded, name) for name in _Body.__struct_fields__))


def decode_outcome(obligation: Obligation, body: bytes) -> Item:
    """What the obligation's outcome counts for, from its row in ``obligations``."""
    return decode_item(outcome_name(obligation), obligation.scheme, OUTCOME, "", "accepted", body)


def encode_part(part: Part) -> bytes:
    return _encoder.encode((part.group, part.since, part.facts, part.actual_in_grace))


def decode_part(body: bytes) -> Part:
    """The part from its row in ``obligations``."""
    decoded = _parts.decode(body)
    return Part(*(getattr(decoded, name) for name in _Part.__struct_fields__))


def encode_window(window: Window) -> bytes:
    return _encoder.encode(
        [
            (one.day, one.place, one.fact, one.item, one.amount, one.version, one.take, one.number, one.counted)
            for one in window.credits.values()
        ]
    )


def decode_window(end: date, body: bytes) -> Window:
    """The window from its row in ``windows``."""
    credits = (
        WindowCredit(*(getattr(one, name) for name in _WindowCredit.__struct_fields__)) for one in _windows.decode(body)
    )
    return Window(end, {(one.item, one.fact): one for one in credits})
