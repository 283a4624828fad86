"""What became known of a department since an instant, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.scoring.application.reading.questions import (
    Asked,
    NothingHere,
    Question,
    instant_of,
    one_of,
    resolve,
    resolve_period,
)
from services.scoring.application.reading.records import Change, ChangePlace, KnownPeriod
from services.scoring.application.reading.store import Snapshot


@dataclass(frozen=True, slots=True)
class Changes:
    question: Question
    department: str
    since: datetime
    period: KnownPeriod | None
    page: Sequence[Change]
    more_after: ChangePlace | None


def read_changes(
    snapshot: Snapshot, asked: Asked, department: str, since: date | datetime, after: ChangePlace | None, limit: int
) -> Changes:
    """A page of what was recorded later than ``since`` (of a day: its end) and, as of then, no later than that.

    With a period, only what touches it. Raises Misasked, NothingScored, and NothingHere for no such department.
    """
    question = resolve(snapshot, asked)
    known = snapshot.departments(asked.organisation)
    if department not in known:
        raise NothingHere(one_of("department", department, known))
    period = resolve_period(snapshot, question, asked.period) if asked.period is not None else None
    begin = instant_of(since, question.scheme)
    found = snapshot.changes(question.scope, department, begin, period.period if period else None, after, limit + 1)
    page = found[:limit]
    return Changes(question, department, begin, period, page, page[-1].place if len(found) > len(page) else None)
