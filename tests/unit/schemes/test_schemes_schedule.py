"""The milestones of a department's time, against a plain enumeration of all of them."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendars import EVERY, start_instant
from shared.contracts.department_events import Milestone
from shared.schemes import Scheme, read_scheme
from shared.schemes.schedule import ORDER, Reached, next_milestones, quota_due_at, version_in_force
from tests.unit.schemes.examples import SCHEME, spoiled

TICK = timedelta(microseconds=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia")


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def all_until(schemes: Sequence[Scheme], begin: datetime, horizon: datetime) -> list[Reached]:
    """Ask for the next milestones again and again."""
    found: list[Reached] = []
    after = begin - TICK
    while (reached := next_milestones(schemes, begin, after)) is not None and reached.instant <= horizon:
        found.append(reached)
        after = reached.instant
    return found


def kinds(reached: Reached) -> list[tuple[str, str]]:
    return [(milestone.kind, milestone.period) for milestone in reached.milestones]


SMALL = read_scheme(SCHEME)
BEGIN = shanghai("2014-01-01T00:00")


def test_periods_open_at_the_beginning_those_that_run_already_in_part() -> None:
    first = next_milestones([SMALL], BEGIN, BEGIN - TICK)

    assert first == Reached(
        BEGIN,
        (
            Milestone("period_opened", "small", 1, "month", "2014-01"),
            Milestone("period_opened", "small", 1, "week", "2014-W01", partial=True),
        ),
    )


def test_a_week_is_reminded_of_closes_and_falls_due_in_its_zone() -> None:
    found = {reached.instant: kinds(reached) for reached in all_until([SMALL], BEGIN, shanghai("2014-01-07T00:00"))}

    assert found == {
        shanghai("2014-01-01T00:00"): [("period_opened", "2014-01"), ("period_opened", "2014-W01")],
        shanghai("2014-01-05T00:00"): [("reminder_due", "2014-W01")],
        shanghai("2014-01-06T00:00"): [("period_closed", "2014-W01"), ("period_opened", "2014-W02")],
        shanghai("2014-01-06T12:00"): [("reminder_due", "2014-W01")],
        shanghai("2014-01-07T00:00"): [("quota_due", "2014-W01")],
    }


def test_a_month_becomes_final_some_days_after_it_closed() -> None:
    found = [(reached.instant, kinds(reached)) for reached in all_until([SMALL], BEGIN, shanghai("2014-02-06T00:00"))]

    assert (shanghai("2014-02-06T00:00"), [("period_final", "2014-01")]) in found


def test_milestones_of_one_instant_come_in_the_order_in_which_they_take_effect() -> None:
    scheme = read_scheme(spoiled("{after_end: P1D}", "{after_end: P0D}").replace("[PT12H, P2D]", "[P2D]"))
    begin = shanghai("2014-06-01T00:00")

    found = {reached.instant: kinds(reached) for reached in all_until([scheme], begin, shanghai("2014-09-01T00:00"))}

    assert found[shanghai("2014-09-01T00:00")] == [
        ("quota_due", "2014-W35"),
        ("period_closed", "2014-08"),
        ("period_closed", "2014-W35"),
        ("period_opened", "2014-09"),
        ("period_opened", "2014-W36"),
    ]


def test_a_department_that_joins_later_has_no_milestone_of_what_ended_before() -> None:
    begin = shanghai("2014-01-06T00:00")

    found = all_until([SMALL], begin, shanghai("2014-01-12T00:00"))

    assert kinds(found[0]) == [("period_opened", "2014-01"), ("period_opened", "2014-W02")]
    assert [milestone.partial for milestone in found[0].milestones] == [True, False]
    assert [kinds(reached) for reached in found[1:]] == [[("reminder_due", "2014-W02")]]


def test_a_department_that_joins_after_a_reminder_is_not_reminded() -> None:
    begin = shanghai("2014-01-05T09:30")

    found = all_until([SMALL], begin, shanghai("2014-01-06T11:00"))

    assert [reached.instant for reached in found] == [begin, shanghai("2014-01-06T00:00")]


def test_a_period_belongs_to_the_version_in_force_on_its_first_day() -> None:
    second = read_scheme(spoiled("version: 1", "version: 2").replace("2014-01-01", "2014-02-12"))

    found = all_until([SMALL, second], BEGIN, shanghai("2014-04-01T00:00"))

    opened = {
        milestone.period: milestone.version
        for reached in found
        for milestone in reached.milestones
        if milestone.kind == "period_opened"
    }
    assert (opened["2014-W07"], opened["2014-W08"]) == (1, 2)
    assert (opened["2014-02"], opened["2014-03"]) == (1, 2)


def test_a_version_that_takes_effect_earlier_than_a_lower_one_replaces_it_for_good() -> None:
    second = read_scheme(spoiled("version: 1", "version: 2").replace("2014-01-01", "2013-06-01"))

    assert version_in_force([SMALL, second], "small", date(2014, 3, 1)) == second
    assert {one.version for reached in all_until([SMALL, second], BEGIN, BEGIN) for one in reached.milestones} == {2}


def test_no_version_is_in_force_before_the_first() -> None:
    assert version_in_force([SMALL], "small", date(2013, 12, 31)) is None
    assert version_in_force([SMALL], "small", date(2014, 1, 1)) == SMALL
    assert version_in_force([SMALL], "other", date(2014, 1, 1)) is None


def test_a_quota_falls_due_after_the_end_of_its_period() -> None:
    period = SMALL.calendars["week"].period("2014-W09")

    assert quota_due_at(SMALL, SMALL.quotas["weekly"], period) == shanghai("2014-03-04T00:00")


def test_a_day_that_the_clock_of_the_zone_skipped_has_no_milestones() -> None:
    text = spoiled("Asia/Shanghai", "Pacific/Apia").replace("2014-01-01", "2011-12-01")
    apia = read_scheme(text.replace("{every: week}", "{every: day}").replace("[PT12H, P2D]", "[PT12H]"))
    begin = datetime(2011, 12, 25, tzinfo=UTC)

    found = all_until([apia], begin, datetime(2012, 1, 10, tzinfo=UTC))

    days = [period for reached in found for kind, period in kinds(reached) if kind == "period_opened"]
    at = days.index("2011-12-29")
    assert days[at + 1] == "2011-12-31"
    assert "2011-12-30" not in {period for reached in found for _, period in kinds(reached)}


def test_without_schemes_there_are_no_milestones() -> None:
    assert next_milestones([], BEGIN, BEGIN) is None


def test_an_instant_is_asked_for_ten_thousand_departments_in_less_than_a_second() -> None:
    begins = [BEGIN + timedelta(seconds=number) for number in range(10_000)]
    after = shanghai("2014-05-05T00:00")
    started = time.process_time()

    found = {next_milestones([SMALL], begin, after) for begin in begins}

    assert len(found) == 1
    assert time.process_time() - started < 1


durations = st.sampled_from(["P0D", "PT6H", "P1D", "P1DT12H", "P4D", "P10D"])


@st.composite
def versions(draw: st.DrawFn, name: str) -> list[Scheme]:
    found: list[Scheme] = []
    for version in range(1, draw(st.integers(1, 3)) + 1):
        every = draw(st.lists(st.sampled_from(EVERY), min_size=1, max_size=3, unique=True))
        effective = draw(st.dates(date(2011, 9, 1), date(2012, 3, 1)))
        remind = draw(st.lists(st.sampled_from(["PT5H", "PT23H"]), min_size=1, max_size=2, unique=True))
        text = f"""
            {{scheme: {name}, version: {version}, title: x, effective: {{from: {effective}}},
              time_zone: {draw(st.sampled_from(ZONES))},
              calendars: {{{", ".join(f"{one}: {{every: {one}}}" for one in every)}}},
              kinds: {{report: {{}}}},
              measures: {{reports: {{count: submitted}}}},
              quotas: {{q: {{measure: reports, calendar: {every[0]}, at_least: 1, remind: [{", ".join(remind)}],
                       due: {{after_end: {draw(durations)}}}}}}},
              lines: {{total: reports}},
              scorecards: {{{every[-1]}: {{lines: [total], final_after: {draw(durations)}}}}}}}"""
        found.append(read_scheme(text))
    return found


def plainly(schemes: Sequence[Scheme], begin: datetime, horizon: datetime) -> list[Reached]:
    """Every milestone, day by day and with no shortcut, sorted into instants."""
    found = [one for name in {scheme.name for scheme in schemes} for one in _of_scheme(schemes, name, begin, horizon)]
    by_instant: dict[datetime, list[Milestone]] = {}
    for instant, milestone in found:
        if begin <= instant <= horizon:
            by_instant.setdefault(instant, []).append(milestone)
    return [
        Reached(instant, tuple(sorted(milestones, key=_order))) for instant, milestones in sorted(by_instant.items())
    ]


def _order(milestone: Milestone) -> tuple[object, ...]:
    return (ORDER.index(milestone.kind), milestone.scheme, milestone.calendar, milestone.period)


def _of_scheme(
    schemes: Sequence[Scheme], name: str, begin: datetime, horizon: datetime
) -> Iterator[tuple[datetime, Milestone]]:
    first_day = min(scheme.effective_from for scheme in schemes if scheme.name == name)
    first = version_in_force(schemes, name, first_day)
    assert first is not None
    longest = timedelta(days=400)
    for offset in range((horizon - begin + longest).days + 2):
        day = (begin - longest).date() + timedelta(days=offset)
        scheme = version_in_force(schemes, name, day) or first
        starts = max(begin, start_instant(first_day, first.time_zone))
        for calendar in scheme.calendars.values():
            period = calendar.period_of(day)
            if period.first == day and period.end > first_day:
                yield from _of_period(scheme, calendar.name, period.id, starts)


def _of_period(scheme: Scheme, name: str, id: str, starts: datetime) -> Iterator[tuple[datetime, Milestone]]:
    zone, period = scheme.time_zone, scheme.calendars[name].period(id)
    start, end = start_instant(period.first, zone), start_instant(period.end, zone)
    opened = max(start, starts)
    if end <= opened:
        return

    def milestone(kind: str, quota: str | None = None, partial: bool = False) -> Milestone:
        return Milestone(kind, scheme.name, scheme.version, name, id, quota, partial)  # type: ignore[arg-type]

    yield opened, milestone("period_opened", partial=opened > start)
    yield end, milestone("period_closed")
    if name in scheme.scorecards:
        final_after = scheme.scorecards[name].final_after
        assert final_after is not None
        yield final_after.after(end, zone), milestone("period_final")
    for quota in scheme.quotas.values():
        if quota.calendar == name:
            due = quota.due_after_end.after(end, zone)
            yield due, milestone("quota_due", quota.name)
            for remind in quota.remind:
                if remind.before(due, zone) > opened:
                    yield remind.before(due, zone), milestone("reminder_due", quota.name)


@settings(deadline=None, max_examples=50)
@given(
    st.tuples(versions("one"), versions("two") | st.just([])),
    st.datetimes(datetime(2011, 9, 1), datetime(2012, 2, 1), timezones=st.just(UTC)),
)
def test_asking_again_and_again_finds_every_milestone_once(
    schemes: tuple[list[Scheme], list[Scheme]], begin: datetime
) -> None:
    together = [*schemes[0], *schemes[1]]
    horizon = begin + timedelta(days=40)

    assert all_until(together, begin, horizon) == plainly(together, begin, horizon)


@settings(deadline=None, max_examples=30)
@given(
    versions("one"),
    st.datetimes(datetime(2011, 9, 1), datetime(2012, 2, 1), timezones=st.just(UTC)),
    st.datetimes(datetime(2011, 9, 1), datetime(2012, 6, 1), timezones=st.just(UTC)),
)
def test_any_instant_may_be_asked_for(schemes: list[Scheme], begin: datetime, after: datetime) -> None:
    horizon = max(begin, after) + timedelta(days=400)
    later = [reached for reached in plainly(schemes, begin, horizon) if reached.instant > after]

    assert next_milestones(schemes, begin, after) == later[0]


def test_half_open_windows_leave_midnight_out() -> None:
    closes = shanghai("2014-01-06T00:00")

    assert next_milestones([SMALL], BEGIN, closes - TICK) == next_milestones(
        [SMALL], BEGIN, closes - timedelta(hours=1)
    )
    following = next_milestones([SMALL], BEGIN, closes)
    assert following is not None
    assert following.instant > closes
