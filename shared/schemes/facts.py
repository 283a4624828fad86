"""What events say of an item: which fields a fact has to select by, and which dates."""

from collections.abc import Mapping
from typing import get_args

from shared.contracts.department_events import Form
from shared.schemes.model import DateName, FactType

FORMS: tuple[str, ...] = get_args(Form)

FIELDS: Mapping[FactType, tuple[str, ...]] = {
    "submitted": ("kind",),
    "accepted": ("kind",),
    "returned": ("kind",),
    "rejected": ("kind",),
    "adopted": ("kind", "outlet", "tier", "medium", "form", "placement"),
    "instructed": ("kind", "level"),
}
"""Beside the attributes of the item's kind."""

DATES: Mapping[FactType, tuple[DateName, ...]] = {
    "submitted": ("submitted_on", "happened_on"),
    "accepted": ("accepted_on", "submitted_on", "happened_on"),
    "returned": ("submitted_on", "happened_on"),
    "rejected": ("submitted_on", "happened_on"),
    "adopted": ("published_on", "submitted_on", "happened_on"),
    "instructed": ("instructed_on", "submitted_on", "happened_on"),
}
"""The dates that may select a fact's periods, the usual one first."""

RESERVED_FIELDS = frozenset(field for fields in FIELDS.values() for field in fields)


def texts_of(value: str | int | bool | list[str]) -> tuple[str, ...]:
    """An attribute's value as conditions and tables see it: as the scheme would write it, one text a choice."""
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    if isinstance(value, list):
        return tuple(value)
    return (str(value),)
