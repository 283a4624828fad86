"""Obligations come into being: when a period opens, and when a person joins in the course of one."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from services.scoring.domain import announcing
from services.scoring.domain.department import DepartmentState, Opening
from services.scoring.domain.errors import CannotFold, Needs, NotResident
from services.scoring.domain.judging import judge
from services.scoring.domain.keys import PeriodKey, QuotaPeriod
from services.scoring.domain.obligations import Obligation
from services.scoring.domain.quotas import Owed, owed, owed_by
from services.scoring.domain.rules import Due, Rules
from shared.calendars import Calendar, Period, UnknownYear
from shared.contracts.department_events import Milestone
from shared.contracts.envelope import Envelope
from shared.schemes.model import Quota, Scheme

_ZERO = Decimal(0)
_LONGEST_BACK = timedelta(days=800)
"""How far back a person may be said to have joined and still be asked for what is not due yet."""


def open_period(
    state: DepartmentState, scheme: Scheme, period: Period, instant: datetime, partial: bool, envelope: Envelope
) -> None:
    """Let everybody owe what the quotas of the period's calendar ask for. Raises CannotFold, NotResident."""
    quotas = _quotas(scheme, period.calendar)
    if not quotas:
        return
    key = PeriodKey(scheme.name, period.calendar, period.id)
    standing = _standing(state, key, period)
    standing.opened_at, standing.version, standing.partial = instant, scheme.version, partial
    rules = state.rules[scheme.name]
    start = _start(rules, period, instant, partial)
    for quota in quotas:
        due = rules.due(scheme, quota, period)
        if due.at > instant:
            for one in owed(state, scheme, quota, period, start):
                actual = standing.totals.get((quota.measure, one.person), _ZERO)
                _owe(state, _obligation(scheme, quota, period, due, one, actual, instant), envelope)
    if not any(quota.subject == "person" for quota in quotas):
        del state.openings[key]


def needs_past(state: DepartmentState, milestone: Milestone) -> bool:
    """Whether a period may have been earned in already when this milestone opens it: that has to be in ``openings``.

    It has not where all that was earned is dated before the period, and nobody asks where nothing is owed for it.
    """
    rules = state.rules.get(milestone.scheme)
    scheme = None if rules is None else rules.version(milestone.version)
    if scheme is None:  # applied by an event before, or never
        return state.dated_before > date.min
    if not _quotas(scheme, milestone.calendar):
        return False
    if state.dated_before == date.max:
        return True
    try:
        return scheme.calendars[milestone.calendar].period(milestone.period).first < state.dated_before
    except ValueError:
        return False  # there is no such period, as the fold will say


def join(state: DepartmentState, person: str, from_on: date, envelope: Envelope) -> None:
    """Let a person who was described as of a day owe what is not due yet in the periods that have opened since.

    Raises NotResident when it is not known whether a period has opened.
    """
    for rules in state.rules.values():
        today = rules.day_of(envelope.time)
        last = today if state.left_on is None else min(today, state.left_on)
        running = _running(rules, max(from_on, today - _LONGEST_BACK), last, envelope.time)
        unknown = [key for key, *_ in running if key not in state.openings]
        if unknown:
            raise NotResident(Needs(openings=frozenset(unknown)))
        for key, scheme, quota, period in running:
            standing = state.openings[key]
            if standing.opened_at is None or standing.version != scheme.version:
                continue
            due = rules.due(scheme, quota, period)
            if due.at <= envelope.time:
                continue
            start = _start(rules, period, standing.opened_at, standing.partial)
            for one in owed_by(state, scheme, quota, period, start, person):
                if QuotaPeriod(scheme.name, quota.name, period.id, person) not in state.obligations:
                    actual = standing.totals.get((quota.measure, person), _ZERO)
                    _owe(state, _obligation(scheme, quota, period, due, one, actual, envelope.time), envelope)


def _quotas(scheme: Scheme, calendar: str) -> list[Quota]:
    return [quota for quota in scheme.quotas.values() if quota.calendar == calendar]


def _standing(state: DepartmentState, key: PeriodKey, period: Period) -> Opening:
    """The period before it opens. Raises NotResident where that is not known."""
    standing = state.openings.get(key)
    if standing is None:
        if period.first < state.dated_before:
            raise NotResident(Needs(openings=frozenset((key,))))
        standing = state.openings[key] = Opening()
    return standing


def _start(rules: Rules, period: Period, opened_at: datetime, partial: bool) -> date:
    return max(period.first, rules.day_of(opened_at)) if partial else period.first


def _running(rules: Rules, first: date, last: date, now: datetime) -> list[tuple[PeriodKey, Scheme, Quota, Period]]:
    """The periods with days from ``first`` to ``last`` whose quotas of persons are not due yet.

    Also those of which a version does not know when they are due, for it lacks the workdays of their year: a period
    that has opened has opened under one that knows.
    """
    found = []
    for scheme in rules.versions:
        for quota in scheme.quotas.values():
            if quota.subject != "person":
                continue
            for period in _periods(scheme.calendars[quota.calendar], first, last):
                if not _is_due(rules, scheme, quota, period, now):
                    found.append((PeriodKey(scheme.name, period.calendar, period.id), scheme, quota, period))
    return found


def _is_due(rules: Rules, scheme: Scheme, quota: Quota, period: Period, now: datetime) -> bool:
    try:
        return rules.due(scheme, quota, period).at <= now
    except UnknownYear:
        return False


def _periods(calendar: Calendar, first: date, last: date) -> list[Period]:
    found = []
    period = calendar.first_ending_after(first)
    while period is not None and period.first <= last:
        found.append(period)
        period = calendar.following(period)
    return found


def _owe(state: DepartmentState, obligation: Obligation, envelope: Envelope) -> None:
    key = obligation.key
    if key in state.obligations:
        raise CannotFold(f"quota {key.quota} of scheme {key.scheme} is opened a second time for {key.period}")
    state.obligations[key] = obligation
    state.changes.obligations[key] = obligation
    reason = state.waivers.get(key) or state.waivers.get(key._replace(person=""))
    if reason is not None and obligation.state == "open":
        announcing.waive(state, obligation, reason, envelope)
    else:
        judge(state, [key], envelope)


def _obligation(
    scheme: Scheme, quota: Quota, period: Period, due: Due, one: Owed, actual: Decimal, instant: datetime
) -> Obligation:
    return Obligation(
        scheme=scheme.name,
        quota=quota.name,
        period=period.id,
        calendar=period.calendar,
        scheme_version=scheme.version,
        measure=quota.measure,
        period_first=period.first,
        period_end=period.end,
        target=one.target,
        actual=actual,
        state="open" if one.part is None else "part",
        ordinal=0,
        opened_at=instant,
        due_at=due.at,
        person=one.person,
        grace_ends_at=due.grace_ends_at,
        part=one.part,
    )
