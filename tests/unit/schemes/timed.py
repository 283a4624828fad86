"""Schemes of which nothing matters but their time, built without a text; and such schemes at random."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from shared.calendars import EVERY, Calendar, Campaign, Due, Duration, ListedCalendar, RegularCalendar, Workdays
from shared.schemes.model import Audience, Bulletin, FixedAmount, Quota, Scheme, Scorecard

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
# Zones that move their clock at midnight and by day, that skipped a whole day, and that never move it.
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia")
WORKDAYS = Workdays(closed=frozenset({date(2011, 12, 26), date(2012, 1, 23)}), years=frozenset(range(2005, 2020)))


def quota(
    calendar: str, due: Due, remind: Sequence[Duration] = (), grace: Duration | None = None, name: str = "q"
) -> Quota:
    return Quota(
        name=name,
        title=name,
        cite="",
        measure="reports",
        calendar=calendar,
        at_least=FixedAmount(Decimal(1)),
        applies_to=Audience(),
        due=due,
        remind=tuple(remind),
        severity="warning",
        joiners="exempt",
        grace=grace,
    )


def scorecard(calendar: str, final_after: Duration | None, name: str = "card") -> Scorecard:
    return Scorecard(name, calendar, (), final_after, None)


def scheme(
    calendars: Sequence[Calendar],
    quotas: Sequence[Quota] = (),
    scorecards: Sequence[Scorecard] = (),
    *,
    name: str = "small",
    version: int = 1,
    effective_from: date = date(2014, 1, 1),
    zone: ZoneInfo = SHANGHAI,
    workdays: Workdays | None = None,
    bulletins: Sequence[Bulletin] = (),
) -> Scheme:
    """A scheme with a digest of its own, since schemes are told apart by it."""
    content = repr((calendars, quotas, scorecards, zone, workdays, bulletins))
    return Scheme(
        name=name,
        version=version,
        title=name,
        effective_from=effective_from,
        time_zone=zone,
        calendars={calendar.name: calendar for calendar in calendars},
        kinds={},
        measures={},
        quotas={quota.name: quota for quota in quotas},
        lines={},
        scorecards={card.name: card for card in scorecards},
        digest=sha256(content.encode()).hexdigest(),
        workdays=Workdays() if workdays is None else workdays,
        bulletins={bulletin.name: bulletin for bulletin in bulletins},
    )


FIRST_DAY, LAST_DAY = date(2011, 9, 1), date(2012, 3, 1)

days = st.dates(FIRST_DAY, LAST_DAY)
month_days = st.tuples(st.integers(1, 12), st.integers(1, 28))
lengths = st.builds(Duration, st.integers(0, 12), st.sampled_from([0, 0, 360, 2_160]))
ats = st.none() | st.sampled_from([time(0, 0), time(12, 0), time(16, 30)])
shifts = st.sampled_from(["none", "next_workday", "previous_workday"])
dues = st.one_of(
    st.builds(Due, at=ats, shift=shifts),
    st.builds(Due, after_end=lengths, at=ats, shift=shifts),
    st.builds(Due, before_end=lengths, at=ats, shift=shifts),
    st.builds(Due, day=st.integers(1, 31), month=st.sampled_from(["last", "next"]), at=ats, shift=shifts),
    st.builds(Due, workday=st.integers(1, 12) | st.integers(-6, -1), at=ats, shift=shifts),
    st.builds(Due, on=days, at=ats, shift=shifts),
)


@st.composite
def listed_calendars(draw: st.DrawFn, name: str) -> ListedCalendar:
    day, periods = draw(days), []
    for number in range(draw(st.integers(1, 4))):
        first = day + timedelta(days=draw(st.integers(0, 20)))
        last = first + timedelta(days=draw(st.integers(0, 60)))
        periods.append((f"{name} {number}", first, last))
        day = last + DAY
    return ListedCalendar(name, tuple(periods))


def calendars_called(name: str) -> st.SearchStrategy[Calendar]:
    """Calendars of every kind, among them campaigns with and without an end."""
    return st.one_of(
        st.builds(RegularCalendar, st.just(name), st.sampled_from(EVERY)),
        st.builds(RegularCalendar, st.just(name), st.just("week"), st.integers(0, 6)),
        st.builds(RegularCalendar, st.just(name), st.just("month"), st.integers(1, 28)),
        st.builds(RegularCalendar, st.just(name), st.just("year"), month_days),
        listed_calendars(name),
        st.builds(lambda first, days: Campaign(name, first, first + days * DAY), days, st.integers(0, 99)),
        st.builds(Campaign, st.just(name), days),
    )


@st.composite
def versions(draw: st.DrawFn, name: str) -> list[Scheme]:
    """One to three versions of a scheme, which may cut time differently under the same names."""
    found: list[Scheme] = []
    for version in range(1, draw(st.integers(1, 3)) + 1):
        calendars = [draw(calendars_called(each)) for each in draw(st.sampled_from(["a", "ab", "abc"]))]
        names = st.sampled_from([calendar.name for calendar in calendars])
        remind = draw(st.lists(lengths, max_size=2))
        found.append(
            scheme(
                calendars,
                [
                    quota(draw(names), draw(dues), remind, draw(st.none() | lengths), name=each)
                    for each in draw(st.sampled_from(["", "q", "qr"]))
                ],
                [scorecard(draw(names), draw(st.none() | lengths), name=each) for each in draw(st.sampled_from("cd"))],
                name=name,
                version=version,
                effective_from=draw(days),
                zone=ZoneInfo(draw(st.sampled_from(ZONES))),
                workdays=WORKDAYS,
                bulletins=[
                    Bulletin(each, draw(names), draw(lengths)) for each in draw(st.sampled_from(["", "b", "bc"]))
                ],
            )
        )
    return found
