"""The fields that requests are made of. Every schema of every service derives from ``Schema`` and uses these.

They are strict: a number is not read from a string, nor a truth from "yes"; text has a length and no control
characters.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import marshmallow as ma
from marshmallow import ValidationError

from shared.contracts.identifiers import NAME_PATTERN
from shared.web import cursors

TEXT_LENGTH_MAX = 200
LONG_TEXT_LENGTH_MAX = 20_000
DIGITS_MAX = 28
"""Digits of a Decimal, before and behind the point together: Python's own default precision."""
INTEGER_MAX = 2**53 - 1
"""The largest whole number that every JSON reader reads exactly."""
PAGE_SIZE = 50
PAGE_SIZE_MAX = 200
YEAR_MIN, YEAR_MAX = 1900, 2200

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,28}(\.\d{1,28})?", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CONTROL_BUT_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Schema(ma.Schema):
    """The base of all request and response bodies: a field nobody declared is a mistake, not ignored."""

    class Meta:
        unknown = ma.RAISE


class FieldErrorSchema(Schema):
    """One mistake of a request."""

    field = ma.fields.String(metadata={"description": "Path of the field: `items.0.title`."})
    detail = ma.fields.String()
    line = ma.fields.Integer()
    column = ma.fields.Integer()
    suggestion = ma.fields.String(allow_none=True)


class ProblemSchema(Schema):
    """Every error: a problem document of RFC 9457, `application/problem+json`."""

    type = ma.fields.String(metadata={"description": "`/problems/<kind>`; the address explains the kind."})
    title = ma.fields.String()
    status = ma.fields.Integer()
    detail = ma.fields.String()
    instance = ma.fields.String()
    errors = ma.fields.List(ma.fields.Nested(FieldErrorSchema))
    correlation_id = ma.fields.String()


class Text(ma.fields.Field[str]):
    """One line of text for people: not blank, no control characters, at most ``length_max`` characters."""

    FORBIDDEN = _CONTROL
    LENGTH_MAX = TEXT_LENGTH_MAX

    def __init__(self, *, length_max: int | None = None, blank: bool = False, **kwargs: Any) -> None:
        self.length_max = length_max or self.LENGTH_MAX
        self.blank = blank
        described = {"type": "string", "maxLength": self.length_max, "minLength": 0 if blank else 1}
        kwargs["metadata"] = {**described, **kwargs.get("metadata", {})}
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if type(value) is not str:
            raise ValidationError("Must be text.")
        if len(value) > self.length_max:
            raise ValidationError(f"Must have at most {self.length_max} characters; it has {len(value)}.")
        if self.FORBIDDEN.search(value):
            raise ValidationError("Must not contain control characters.")
        if not self.blank and (not value or value.isspace()):
            raise ValidationError("Must not be empty.")
        return value


class LongText(Text):
    """Text of several lines: line breaks and tabs are allowed, other control characters are not."""

    FORBIDDEN = _CONTROL_BUT_LINES
    LENGTH_MAX = LONG_TEXT_LENGTH_MAX

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if type(value) is str and "\r" in value:
            value = value.replace("\r\n", "\n")
        return super()._deserialize(value, attr, data, **kwargs)


class Name(ma.fields.Field[str]):
    """The name of an organisation, department, outlet, scheme or kind: it stands in addresses."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"type": "string", "pattern": f"^{NAME_PATTERN.pattern}$"}
        kwargs["metadata"] = {**described, **kwargs.get("metadata", {})}
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if type(value) is not str or NAME_PATTERN.fullmatch(value) is None:
            raise ValidationError(
                "Must be a name: 1 to 63 of a-z, 0-9, - and _, beginning and ending with a letter or digit."
            )
        return value


class Choice(ma.fields.Field[str]):
    """One of a few words."""

    def __init__(self, *of: str, **kwargs: Any) -> None:
        self.of = frozenset(of)
        self.shown = ", ".join(of)
        kwargs["metadata"] = {"type": "string", "enum": list(of), **kwargs.get("metadata", {})}
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if type(value) is not str or value not in self.of:
            raise ValidationError(f"Must be one of: {self.shown}.")
        return value


class Day(ma.fields.Field[date]):
    """A date of the calendar, ``2014-03-08``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["metadata"] = {"type": "string", "format": "date", **kwargs.get("metadata", {})}
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> date:
        if type(value) is not str or _DAY.fullmatch(value) is None:
            raise ValidationError("Must be a date such as 2014-03-08.")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError("This date does not exist.") from None
        if not YEAR_MIN <= day.year <= YEAR_MAX:
            raise ValidationError(f"Must be a date between the years {YEAR_MIN} and {YEAR_MAX}.")
        return day

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        return None if value is None else value.isoformat()


class Instant(ma.fields.Field[datetime]):
    """A moment in time, RFC 3339 with its zone: ``2014-03-08T16:00:00+08:00``. Given on as an aware datetime in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["metadata"] = {"type": "string", "format": "date-time", **kwargs.get("metadata", {})}
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> datetime:
        if type(value) is not str:
            raise ValidationError("Must be an instant such as 2014-03-08T16:00:00+08:00.")
        return parse_instant(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(text: str, year_max: int = YEAR_MAX) -> datetime:
    """Raises marshmallow's ValidationError with a text for the caller."""
    if _INSTANT.fullmatch(text) is None:
        raise ValidationError("Must be an instant such as 2014-03-08T16:00:00+08:00.")
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValidationError("Must say its zone, such as +08:00 or Z.")
        instant = instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValidationError("This instant does not exist.") from None
    if not YEAR_MIN <= instant.year <= year_max:
        raise ValidationError(f"Must be between the years {YEAR_MIN} and {year_max}.")
    return instant


class DecimalString(ma.fields.Field[Decimal]):
    """An exact number: a string such as "12.50" (a JSON number is taken too, by its digits). Answers are strings."""

    def __init__(self, *, minimum: int | None = None, maximum: int | None = None, **kwargs: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        kwargs["metadata"] = {"type": "string", "pattern": f"^{_DECIMAL.pattern}$", **kwargs.get("metadata", {})}
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Decimal:
        number = _exact(value)
        if self.minimum is not None and number < self.minimum:
            raise ValidationError(f"Must be at least {self.minimum}.")
        if self.maximum is not None and number > self.maximum:
            raise ValidationError(f"Must be at most {self.maximum}.")
        return number

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        return None if value is None else str(value)


class ByName(ma.fields.Dict):
    """Values by their names. A mistake is told under the name: ``facts.staff``."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        except ValidationError as mistakes:
            if not isinstance(mistakes.messages, dict):
                raise
            raise ValidationError({name: _of_name(told) for name, told in mistakes.messages.items()}) from None


def _of_name(told: Mapping[str, Any]) -> Any:
    """marshmallow tells the mistakes of a name and of its value apart; the name's come first."""
    return told["key"] if "key" in told else told["value"]


class WholeNumber(ma.fields.Field[int]):
    """A JSON number without a fraction; neither a string nor a truth value."""

    def __init__(self, *, minimum: int = -INTEGER_MAX, maximum: int = INTEGER_MAX, **kwargs: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        described = {"type": "integer", "minimum": minimum, "maximum": maximum}
        kwargs["metadata"] = {**described, **kwargs.get("metadata", {})}
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> int:
        if type(value) is not int:
            raise ValidationError("Must be a whole number.")
        if not self.minimum <= value <= self.maximum:
            raise ValidationError(f"Must be between {self.minimum} and {self.maximum}.")
        return value


class Truth(ma.fields.Field[bool]):
    """true or false; in a query also written so."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["metadata"] = {"type": "boolean", **kwargs.get("metadata", {})}
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> bool:
        if value is True or value == "true":
            return True
        if value is False or value == "false":
            return False
        raise ValidationError("Must be true or false.")


class Limit(ma.fields.Field[int]):
    """How many entries a page shall have, as a query parameter; 50 unless given."""

    def __init__(self, *, default: int = PAGE_SIZE, maximum: int = PAGE_SIZE_MAX, **kwargs: Any) -> None:
        self.maximum = maximum
        described = {"type": "integer", "minimum": 1, "maximum": maximum}
        kwargs["metadata"] = {**described, **kwargs.get("metadata", {})}
        super().__init__(load_default=default, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= self.maximum):
            raise ValidationError(f"Must be a whole number between 1 and {self.maximum}.")
        return int(text)


class Cursor(ma.fields.Field[list[Any]]):
    """Where the page before ended, exactly as that page's ``next`` said it; given on as the list it was made of."""

    def __init__(self, *types: type, **kwargs: Any) -> None:
        """``types`` are those of the list's members, as JSON has them."""
        self.types = types
        kwargs["metadata"] = {"type": "string", "maxLength": cursors.LENGTH_MAX, **kwargs.get("metadata", {})}
        super().__init__(load_default=None, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> list[Any]:
        try:
            return cursors.decode(str(value), *self.types)
        except cursors.BadCursor as mistake:
            raise ValidationError(str(mistake)) from mistake


def _exact(value: Any) -> Decimal:
    if type(value) is str:
        if _DECIMAL.fullmatch(value) is None:
            raise ValidationError('Must be a number such as "12.50".')
        value = Decimal(value)
    elif type(value) is int:
        if abs(value) > INTEGER_MAX:
            raise ValidationError("Is too large.")
        value = Decimal(value)
    elif not isinstance(value, Decimal):
        raise ValidationError('Must be a number such as "12.50".')
    try:
        exponent = value.as_tuple().exponent
    except InvalidOperation:
        raise ValidationError("Must be a number.") from None
    if not isinstance(exponent, int) or abs(exponent) > DIGITS_MAX or len(value.as_tuple().digits) > DIGITS_MAX:
        raise ValidationError(f"Must have at most {DIGITS_MAX} digits.")
    return Decimal(value)
