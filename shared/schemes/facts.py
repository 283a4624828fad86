"""What events say of an item, of a call, of a department: which fields a fact has to select by, and which dates.

The reader checks schemes against it, and whoever scores looks up nothing else: a fact has these fields, the attributes
of its item's kind beside them, and no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from shared.contracts.department_events import Form
from shared.schemes.model import DateName, FactType

FORMS: tuple[str, ...] = get_args(Form)

FieldType = Literal["kind", "quota", "choice", "boolean", "word", "number"]
"""``kind`` and ``quota`` are names of the scheme, ``choice`` is one of a few words, ``word`` any that the organisation
uses, such as the level of a leader."""

InstantName = Literal["submitted_at", "accepted_at", "called_at", "due_at", "recorded_at"]


@dataclass(frozen=True)
class Field:
    type: FieldType
    of: tuple[str, ...] = ()
    """Of a choice."""


_WORD, _NUMBER, _BOOLEAN = Field("word"), Field("number"), Field("boolean")
_ITEM: Mapping[str, Field] = {"kind": Field("kind"), "on_time": _BOOLEAN}
_OUTCOME: Mapping[str, Field] = {"quota": Field("quota"), "on_time": _BOOLEAN}

FIELDS: Mapping[FactType, Mapping[str, Field]] = {
    "submitted": _ITEM,
    "accepted": _ITEM,
    "returned": _ITEM,
    "rejected": _ITEM,
    "adopted": {
        **_ITEM,
        "outlet": _WORD,
        "tier": _WORD,
        "medium": _WORD,
        "form": Field("choice", FORMS),
        "placement": _WORD,
        "words": _NUMBER,
    },
    "instructed": {**_ITEM, "level": _WORD},
    "measured": {**_ITEM, "metric": _WORD, "value": _NUMBER},
    "called": {"on_time": _BOOLEAN},
    "answered": _ITEM,
    "adjusted": {"category": _WORD, "value": _NUMBER, "on_time": _BOOLEAN},
    "met": _OUTCOME,
    "missed": {**_OUTCOME, "shortfall": _NUMBER},
    "met_late": {**_OUTCOME, "shortfall": _NUMBER},
}
"""Beside the attributes of the item's kind, where it is a fact of an item.

``on_time`` is relative to what the measure calls due; of ``called`` and ``answered``, where the measure does not say,
whether an answer came before the call's own due instant. The ``shortfall`` of an outcome is what was lacking when the
quota was missed.
"""

DATES: Mapping[FactType, tuple[DateName, ...]] = {
    "submitted": ("submitted_on", "happened_on"),
    "accepted": ("accepted_on", "submitted_on", "happened_on"),
    "returned": ("submitted_on", "happened_on"),
    "rejected": ("submitted_on", "happened_on"),
    "adopted": ("published_on", "submitted_on", "happened_on"),
    "instructed": ("instructed_on", "submitted_on", "happened_on"),
    "measured": ("measured_on", "submitted_on", "happened_on"),
    "called": ("called_on",),
    "answered": ("answered_on", "called_on", "submitted_on", "happened_on"),
    "adjusted": ("adjusted_on",),
    "met": ("closed_on",),
    "missed": ("closed_on",),
    "met_late": ("closed_on",),
}
"""The dates that may select a fact's periods, the usual one first."""

_ITEM_INSTANTS: tuple[InstantName, ...] = ("submitted_at", "recorded_at")

INSTANTS: Mapping[FactType, tuple[InstantName, ...]] = {
    "submitted": _ITEM_INSTANTS,
    "accepted": ("accepted_at", *_ITEM_INSTANTS),
    "returned": _ITEM_INSTANTS,
    "rejected": _ITEM_INSTANTS,
    "adopted": _ITEM_INSTANTS,
    "instructed": _ITEM_INSTANTS,
    "measured": _ITEM_INSTANTS,
    "called": ("called_at", "due_at"),
    "answered": ("called_at", "due_at", *_ITEM_INSTANTS),
    "adjusted": ("recorded_at",),
    "met": (),
    "missed": (),
    "met_late": (),
}
"""What functions of dates may name beside ``DATES`` and the item's attributes of type date.

``recorded_at`` is the recorded instant of the fact's own event, ``due_at`` that by which a call is to be answered.
"""

OF_ITEMS: frozenset[FactType] = frozenset(fact for fact, fields in FIELDS.items() if "kind" in fields)
"""The facts that an item has: these have its attributes, its contributors and its other facts beside them."""

OF_QUOTAS: frozenset[FactType] = frozenset(fact for fact, fields in FIELDS.items() if "quota" in fields)
"""The outcomes of quotas: these happen to whoever owes, be it a department or a person."""

OF_CALLS: frozenset[FactType] = frozenset({"called", "answered"})
"""The facts that have a due instant of their own."""

RESERVED_FIELDS = frozenset(
    name for fact in OF_ITEMS for names in (FIELDS[fact], DATES[fact], INSTANTS[fact]) for name in names
)
"""No attribute of an item is named so: it could not be told from what the item's facts have already."""


def texts_of(value: str | int | bool | Decimal | list[str]) -> tuple[str, ...]:
    """A field's value as conditions and tables see it: as the scheme would write it, one text a choice."""
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, Decimal):
        return (number_text(value),)
    return (str(value),)


def number_text(value: Decimal) -> str:
    """A number in its shortest form: ``3.50`` is ``3.5``, ``-0`` is ``0``."""
    plain = format(value, "f")
    shortest = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if shortest in ("-0", "") else shortest
