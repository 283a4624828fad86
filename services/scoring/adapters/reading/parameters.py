"""What is asked for, as the parameters of queries."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from services.scoring.application.reading.questions import Scope
from shared.calendars import OPEN_END, Period

_NOW = "infinity"


def of(scope: Scope) -> dict[str, object]:
    return {**asdict(scope), "as_of": instant(scope.as_of), "open_end": OPEN_END}


def columns(periods: Collection[Period]) -> dict[str, object]:
    return {
        "calendars": [period.calendar for period in periods],
        "periods": [period.id for period in periods],
        "firsts": [period.first for period in periods],
        "ends": [period.end for period in periods],
    }


def instant(as_of: datetime | None) -> datetime | str:
    return _NOW if as_of is None else as_of
