"""What an issue of a bulletin (通报) tells, and when one is due. An issue, once made, never changes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.scoring.domain.errata import Erratum
from services.scoring.domain.told import Figures
from shared.calendars import Period
from shared.contracts.identifiers import derived_id
from shared.schemes.model import Bulletin, Scheme

TEXT_LENGTH_MAX = 4_000
"""Of an issue's text, in characters."""

_PLACES = re.compile(r"\{(period|title|number)\}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PERIOD = re.compile(r"(\d{4})(?:-(?:W(\d{2})|Q([1-4])|H([12])|(\d{2})(?:-(\d{2}))?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Document:
    """One issue, as it is frozen. ``format`` grows when these fields change."""

    organisation: str
    organisation_title: str
    scheme: str
    scheme_version: int
    """By which the period is scored."""
    scheme_title: str
    bulletin: str
    number: int
    title: str
    text: str
    calendar: str
    period: str
    first: date
    last: date
    time_zone: str
    issued_at: datetime
    automatic: bool
    figures: Figures
    errata: tuple[Erratum, ...]
    """What has changed in the periods of the issues before it since that was told last."""
    folded: dict[str, int]
    """By department of the organisation, the version of its stream up to which these figures know."""
    behind: tuple[str, ...]
    """Departments whose streams had not come to the period's end: parked, or still being imported."""
    format: int = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one department is that has a card for a period."""

    department: str
    recorded_at: datetime | None
    """Of the last event that was folded."""
    live_since: datetime | None
    """From when on its events were recorded as they happened; None while its past is being imported."""
    parked: bool
    closed: bool
    """Whether the period's end has been folded."""
    final: bool
    undecided_since: datetime | None
    """The first instant at which one of its obligations fell due without that having been folded."""


def due_at(bulletin: Bulletin, period: Period, scheme: Scheme) -> datetime:
    """When the issue of a period that is not open any more is due."""
    return bulletin.issue_after_close.after_start(period.end, scheme.time_zone)


def is_due(progress: Iterable[Progress], due: datetime, final_at: datetime | None) -> bool:
    """Whether a period is told of by itself now, which no clock decides: every department must have come to ``due``.

    A department has, when the last event that was folded of its stream was recorded at that instant or later, so that
    whatever came before it has been folded, and when the milestones up to that instant have been folded too: the
    period's end, the due instants of what it owes, and the instant ``final_at`` from which the period is final (None:
    it never is). Who lags behind or is parked is waited for. Departments whose past is still being imported are not,
    and what had to be told before there was any live department is history, which is not told of by itself.
    """
    live = [one for one in progress if one.live_since is not None]
    if all(one.live_since is None or one.live_since > due for one in live):
        return False
    return all(_has_come_to(one, due, final_at) for one in live)


def _has_come_to(one: Progress, due: datetime, final_at: datetime | None) -> bool:
    if one.parked or one.recorded_at is None or one.recorded_at < due or not one.closed:
        return False
    if final_at is not None and final_at <= due and not one.final:
        return False
    return one.undecided_since is None or one.undecided_since > due


def still_running(progress: Iterable[Progress]) -> list[str]:
    """The departments for which the period has not ended, though nothing holds them up. Empty: it can be told of.

    Where all are held up, all of those that have not ended it are named.
    """
    found = list(progress)
    running = [one for one in found if not one.closed]
    waited_for = [one for one in running if one.live_since is not None and not one.parked]
    if waited_for or len(running) == len(found):
        return [one.department for one in waited_for or running]
    return []


def final_instant(scheme: Scheme, period: Period) -> datetime | None:
    """From when on the period's figures are final; None when its cards never are."""
    lengths = [
        card.final_after
        for card in scheme.scorecards.values()
        if card.calendar == period.calendar and card.final_after is not None
    ]
    return max((length.after_start(period.end, scheme.time_zone) for length in lengths), default=None)


def filled(template: str, *, period: str, title: str, number: int) -> str:
    """A title or text with ``{period}``, ``{title}`` and ``{number}`` put in; a Chinese one says periods in Chinese."""
    said = chinese_period(period) if _CHINESE.search(template) else period
    values = {"period": said, "title": title, "number": str(number)}
    return _PLACES.sub(lambda found: values[found[1]], template)


def chinese_period(period: str) -> str:
    """A period's id as Chinese circulars say it: 2014年3月; an id of another form as it is."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        return period
    year, week, quarter, half, month, day = found.groups()
    if week:
        return f"{year}年第{int(week)}周"
    if quarter:
        return f"{year}年第{'一二三四'[int(quarter) - 1]}季度"
    if half:
        return f"{year}年{'上下'[int(half) - 1]}半年"
    if day:
        return f"{year}年{int(month)}月{int(day)}日"
    return f"{year}年{int(month)}月" if month else f"{year}年"


def issue_id(organisation: str, scheme: str, bulletin: str, period: str) -> UUID:
    """Of the one issue that tells of the period, whoever makes it."""
    return derived_id("bulletin", organisation, scheme, bulletin, period)
