"""Parameters that the API and the pages read alike."""

from datetime import date, datetime

from shared.web.fields import Day, parse_instant

_DAY_LENGTH = len("2014-03-08")
_day = Day()


def read_as_of(text: str) -> date | datetime:
    """A day, or an instant that says its zone. Raises marshmallow's ValidationError with a text for the caller."""
    return _day.deserialize(text) if len(text) <= _DAY_LENGTH else parse_instant(text)
