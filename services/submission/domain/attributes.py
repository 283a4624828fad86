"""An item's attributes against those that its kind has."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from services.submission.domain.refusals import AttributeMistakes, FieldMistake, suggestion
from shared.contracts.department_events import AttributeValue
from shared.schemes.model import Attribute, AttributeType, Kind

TEXT_LENGTH_MAX = 2_000
TEXTS_TOGETHER_LENGTH_MAX = 60_000
"""Of all texts of one item: an event must stay below what is published (EVENT_BYTES_MAX)."""
INTEGER_MAX = 10**15
NUMBER_DIGITS_MAX = 30
FILES_MAX = 100
FILE_LENGTH_MAX = 500
"""Of a file's name or address."""
SHOWN_LENGTH_MAX = 60

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""All control characters but line breaks and tabs, and halves of characters."""
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)


class _Unfit(Exception):
    """The value is not what the attribute takes; the message says what would be."""


def check_attributes(kind: Kind, attributes: Mapping[str, Any]) -> dict[str, AttributeValue]:
    """The attributes as they travel in events. Raises AttributeMistakes with every mistake."""
    accepted: dict[str, AttributeValue] = {}
    mistakes: list[FieldMistake] = []
    for name, value in attributes.items():
        attribute = kind.attributes.get(name)
        if attribute is None:
            shown = name[:SHOWN_LENGTH_MAX]
            detail = f"a {kind.name} has no such attribute{suggestion(shown, kind.attributes)}"
            mistakes.append(FieldMistake(f"attributes.{shown}", detail))
            continue
        try:
            accepted[name] = _READERS[attribute.type](attribute, value)
        except _Unfit as unfit:
            mistakes.append(FieldMistake(f"attributes.{name}", str(unfit)))
    for attribute in kind.attributes.values():
        if attribute.required and attribute.name not in attributes:
            mistakes.append(FieldMistake(f"attributes.{attribute.name}", f"is missing: a {kind.name} must have it"))
    if sum(map(_length, accepted.values())) > TEXTS_TOGETHER_LENGTH_MAX:
        detail = f"must have at most {TEXTS_TOGETHER_LENGTH_MAX} characters of text together"
        mistakes.append(FieldMistake("attributes", detail))
    if mistakes:
        raise AttributeMistakes(*mistakes)
    return accepted


def _length(value: AttributeValue) -> int:
    if isinstance(value, list):
        return sum(map(len, value))
    return len(value) if isinstance(value, str) else 0


def _text(attribute: Attribute, value: Any) -> str:
    if not isinstance(value, str):
        raise _Unfit("must be text")
    if len(value) > TEXT_LENGTH_MAX:
        raise _Unfit(f"must have at most {TEXT_LENGTH_MAX} characters")
    if _CONTROL.search(value):
        raise _Unfit("must not contain control characters")
    if attribute.required and not value.strip():
        raise _Unfit("must not be empty")
    return value


def _choice(attribute: Attribute, value: Any) -> str:
    if not isinstance(value, str):
        raise _Unfit(f"must be one of {', '.join(attribute.of)}")
    if value not in attribute.of:
        raise _Unfit(
            f"“{value[:SHOWN_LENGTH_MAX]}” is not a choice{suggestion(value[:SHOWN_LENGTH_MAX], attribute.of)}"
        )
    return value


def _choices(attribute: Attribute, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise _Unfit(f"must be a list of {', '.join(attribute.of)}")
    chosen = [_choice(attribute, each) for each in value]
    if len(set(chosen)) < len(chosen):
        raise _Unfit("names a choice twice")
    if attribute.required and not chosen:
        raise _Unfit("must not be empty")
    return chosen


def _files(attribute: Attribute, value: Any) -> list[str]:
    """Names or addresses; the files themselves are kept elsewhere."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _Unfit("must be a list of files' names or addresses")
    if len(value) > FILES_MAX:
        raise _Unfit(f"must name at most {FILES_MAX} files")
    for each in value:
        if not each.strip() or len(each) > FILE_LENGTH_MAX or _CONTROL.search(each):
            raise _Unfit(f"names of files have 1 to {FILE_LENGTH_MAX} characters, and no control characters")
    if len(set(value)) < len(value):
        raise _Unfit("names a file twice")
    if attribute.required and not value:
        raise _Unfit("must not be empty")
    _check_bounds(attribute, Decimal(len(value)), "files")
    return list(value)


def _check_bounds(attribute: Attribute, value: Decimal, of: str = "") -> None:
    """``value`` is the attribute itself, or how many ``of`` something it names."""
    what = f" {of}" if of else ""
    if attribute.at_least is not None and value < attribute.at_least:
        raise _Unfit(f"must be at least {attribute.at_least}{what}")
    if attribute.at_most is not None and value > attribute.at_most:
        raise _Unfit(f"must be at most {attribute.at_most}{what}")


def _integer(attribute: Attribute, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _Unfit("must be a whole number")
    if abs(value) > INTEGER_MAX:
        raise _Unfit(f"must lie between -{INTEGER_MAX} and {INTEGER_MAX}")
    _check_bounds(attribute, Decimal(value))
    return value


def _number(attribute: Attribute, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str) or len(str(value)) > NUMBER_DIGITS_MAX:
        raise _Unfit(f"must be a number of at most {NUMBER_DIGITS_MAX} digits")
    try:
        number = Decimal(str(value))
    except InvalidOperation as mistake:
        raise _Unfit("must be a number") from mistake
    if not number.is_finite() or abs(number) > INTEGER_MAX:
        raise _Unfit(f"must be a number between -{INTEGER_MAX} and {INTEGER_MAX}")
    _check_bounds(attribute, number)
    return format(number, "f")


def _boolean(_: Attribute, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Unfit("must be true or false")
    return value


def _date(_: Attribute, value: Any) -> str:
    if not isinstance(value, str):
        raise _Unfit("must be a date such as 2014-03-08")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as mistake:
        raise _Unfit(f"“{value[:SHOWN_LENGTH_MAX]}” is no date that exists; write it as 2014-03-08") from mistake


def _time(_: Attribute, value: Any) -> str:
    """In its shortest form, which is how schemes write it: ``16:00``, or ``16:00:30``."""
    if not isinstance(value, str) or _TIME.fullmatch(value) is None:
        raise _Unfit("must be a time of day such as 16:00")
    try:
        moment = time.fromisoformat(value)
    except ValueError as mistake:
        raise _Unfit(f"“{value}” is no time of day; write it as 16:00") from mistake
    return moment.isoformat("seconds" if moment.second else "minutes")


_READERS: Mapping[AttributeType, Callable[[Attribute, Any], AttributeValue]] = {
    "text": _text,
    "choice": _choice,
    "choices": _choices,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "files": _files,
}
