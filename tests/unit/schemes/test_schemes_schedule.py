"""The milestones of a department's time, case by case."""

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

import pytest

from shared.calendars import PUBLIC_YEARS, Campaign, Due, Duration, ListedCalendar, RegularCalendar, UnknownYear
from shared.contracts.department_events import Milestone
from shared.schemes import Scheme
from shared.schemes.schedule import Reached, grace_ends_at, next_milestones, quota_due_at, version_in_force
from tests.unit.schemes.timed import SHANGHAI, quota, scheme, scorecard

TICK = timedelta(microseconds=1)
WEEK, MONTH = RegularCalendar("week", "week"), RegularCalendar("month", "month")
HALF_A_DAY = Duration(minutes=12 * 60)
WEEKLY = quota("week", Due(after_end=Duration(days=1)), [Duration(days=2), HALF_A_DAY], name="weekly")
CARD = scorecard("month", Duration(days=5))
SMALL = scheme([WEEK, MONTH], [WEEKLY], [CARD])


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


BEGIN = shanghai("2014-01-01T00:00")


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


def happenings(schemes: Sequence[Scheme], begin: datetime, horizon: datetime) -> dict[str, list[tuple[str, str]]]:
    """All milestones by their instant in Shanghai."""
    return {
        reached.instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"): kinds(reached)
        for reached in all_until(schemes, begin, horizon)
    }


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
    assert happenings([SMALL], BEGIN, shanghai("2014-01-07T00:00")) == {
        "2014-01-01 00:00": [("period_opened", "2014-01"), ("period_opened", "2014-W01")],
        "2014-01-05 00:00": [("reminder_due", "2014-W01")],
        "2014-01-06 00:00": [("period_closed", "2014-W01"), ("period_opened", "2014-W02")],
        "2014-01-06 12:00": [("reminder_due", "2014-W01")],
        "2014-01-07 00:00": [("quota_due", "2014-W01")],
    }


def test_a_month_becomes_final_some_days_after_it_closed() -> None:
    found = happenings([SMALL], BEGIN, shanghai("2014-02-06T00:00"))

    assert found["2014-02-06 00:00"] == [("period_final", "2014-01")]


def test_a_month_is_final_when_the_last_of_its_cards_is() -> None:
    both = scheme([MONTH], scorecards=[CARD, scorecard("month", Duration(days=7), "persons")])

    assert happenings([both], BEGIN, shanghai("2014-02-10T00:00"))["2014-02-08 00:00"] == [("period_final", "2014-01")]


def test_milestones_of_one_instant_come_in_the_order_in_which_they_take_effect() -> None:
    due_at_the_end = quota("week", Due(), [Duration(days=7)], name="end")
    in_grace = quota("week", Due(before_end=Duration(days=2)), grace=Duration(days=2), name="grace")
    at_once = scheme([WEEK, MONTH], [due_at_the_end, in_grace], [scorecard("week", Duration())])

    found = happenings([at_once], shanghai("2014-06-01T00:00"), shanghai("2014-09-01T00:00"))

    assert found["2014-09-01 00:00"] == [
        ("quota_due", "2014-W35"),
        ("grace_ended", "2014-W35"),
        ("period_closed", "2014-08"),
        ("period_closed", "2014-W35"),
        ("period_final", "2014-W35"),
        ("period_opened", "2014-09"),
        ("period_opened", "2014-W36"),
    ]


def test_a_department_that_joins_later_has_no_milestone_of_what_ended_before() -> None:
    found = all_until([SMALL], shanghai("2014-01-06T00:00"), shanghai("2014-01-12T00:00"))

    assert kinds(found[0]) == [("period_opened", "2014-01"), ("period_opened", "2014-W02")]
    assert [milestone.partial for milestone in found[0].milestones] == [True, False]
    assert [kinds(reached) for reached in found[1:]] == [[("reminder_due", "2014-W02")]]


def test_a_department_that_joins_after_a_reminder_is_not_reminded() -> None:
    begin = shanghai("2014-01-05T09:30")

    found = all_until([SMALL], begin, shanghai("2014-01-06T11:00"))

    assert [reached.instant for reached in found] == [begin, shanghai("2014-01-06T00:00")]


def test_a_department_that_joins_when_a_quota_has_fallen_due_does_not_owe_it() -> None:
    friday = quota("week", Due(before_end=Duration(days=2), at=time_of_day(16)), grace=Duration(days=1))
    early = scheme([WEEK], [friday])

    assert happenings([early], shanghai("2014-01-10T16:00"), shanghai("2014-01-13T00:00")) == {
        "2014-01-10 16:00": [("period_opened", "2014-W02")],
        "2014-01-13 00:00": [("period_closed", "2014-W02"), ("period_opened", "2014-W03")],
    }
    assert happenings([early], shanghai("2014-01-10T15:59"), shanghai("2014-01-12T00:00")) == {
        "2014-01-10 15:59": [("period_opened", "2014-W02")],
        "2014-01-10 16:00": [("quota_due", "2014-W02")],
        "2014-01-11 16:00": [("grace_ended", "2014-W02")],
    }


def test_what_would_fall_due_before_its_period_opens_never_does() -> None:
    too_early = scheme([WEEK], [quota("week", Due(before_end=Duration(days=7)))])

    kinds_found = {
        kind for found in happenings([too_early], BEGIN, shanghai("2014-02-01T00:00")).values() for kind, _ in found
    }

    assert kinds_found == {"period_opened", "period_closed"}


def test_a_period_belongs_to_the_version_in_force_on_its_first_day() -> None:
    second = scheme([WEEK, MONTH], [WEEKLY], [CARD], version=2, effective_from=date(2014, 2, 12))

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
    second = scheme([WEEK, MONTH], [WEEKLY], [CARD], version=2, effective_from=date(2013, 6, 1))

    assert version_in_force([SMALL, second], "small", date(2014, 3, 1)) == second
    assert {one.version for reached in all_until([SMALL, second], BEGIN, BEGIN) for one in reached.milestones} == {2}


def test_no_version_is_in_force_before_the_first() -> None:
    assert version_in_force([SMALL], "small", date(2013, 12, 31)) is None
    assert version_in_force([SMALL], "small", date(2014, 1, 1)) == SMALL
    assert version_in_force([SMALL], "other", date(2014, 1, 1)) is None


def test_a_quota_falls_due_and_its_grace_ends_after_the_end_of_its_period() -> None:
    period = WEEK.period("2014-W09")
    graced = quota("week", Due(after_end=Duration(days=1), at=time_of_day(16)), grace=Duration(days=3))

    assert quota_due_at(SMALL, WEEKLY, period) == shanghai("2014-03-04T00:00")
    assert grace_ends_at(SMALL, WEEKLY, period) is None
    assert quota_due_at(SMALL, graced, period) == shanghai("2014-03-03T16:00")
    assert grace_ends_at(SMALL, graced, period) == shanghai("2014-03-06T16:00")


def test_a_quota_falls_due_on_a_workday_after_the_holidays_and_its_grace_counts_every_day() -> None:
    third_workday = quota("month", Due(workday=3, at=time_of_day(16)), [Duration(days=1)], grace=Duration(days=3))
    monthly = scheme([MONTH], [third_workday], effective_from=date(2024, 9, 1))

    assert happenings([monthly], shanghai("2024-09-01T00:00"), shanghai("2024-10-31T00:00")) == {
        "2024-09-01 00:00": [("period_opened", "2024-09")],
        "2024-10-01 00:00": [("period_closed", "2024-09"), ("period_opened", "2024-10")],
        "2024-10-09 16:00": [("reminder_due", "2024-09")],
        "2024-10-10 16:00": [("quota_due", "2024-09")],
        "2024-10-13 16:00": [("grace_ended", "2024-09")],
    }


def test_between_terms_nothing_opens_and_after_the_last_nothing_comes() -> None:
    terms = ListedCalendar(
        "term", (("spring", date(2014, 2, 17), date(2014, 7, 4)), ("autumn", date(2014, 9, 1), date(2015, 1, 30)))
    )
    school = scheme([terms], [quota("term", Due(after_end=Duration(days=2)))], [scorecard("term", Duration(days=9))])

    assert happenings([school], BEGIN, shanghai("2100-01-01T00:00")) == {
        "2014-02-17 00:00": [("period_opened", "spring")],
        "2014-07-05 00:00": [("period_closed", "spring")],
        "2014-07-07 00:00": [("quota_due", "spring")],
        "2014-07-14 00:00": [("period_final", "spring")],
        "2014-09-01 00:00": [("period_opened", "autumn")],
        "2015-01-31 00:00": [("period_closed", "autumn")],
        "2015-02-02 00:00": [("quota_due", "autumn")],
        "2015-02-09 00:00": [("period_final", "autumn")],
    }


CAMPAIGN = Campaign("campaign", date(2014, 3, 10))
CALLED_OUT = scheme(
    [CAMPAIGN],
    [
        quota("campaign", Due(on=date(2014, 4, 1)), [Duration(days=1)], name="first_report"),
        quota("campaign", Due(after_end=Duration(days=3)), name="summary"),
    ],
    [scorecard("campaign", Duration(days=5))],
)


def test_an_open_campaign_opens_and_waits_but_for_what_is_due_on_a_date() -> None:
    assert happenings([CALLED_OUT], BEGIN, shanghai("2100-01-01T00:00")) == {
        "2014-03-10 00:00": [("period_opened", "campaign")],
        "2014-04-01 00:00": [("reminder_due", "campaign")],
        "2014-04-02 00:00": [("quota_due", "campaign")],
    }


def test_a_campaign_that_an_operator_closed_ends_falls_due_and_becomes_final() -> None:
    closed = CALLED_OUT.with_closed("campaign", date(2014, 5, 31))

    assert happenings([closed], shanghai("2014-05-01T00:00"), shanghai("2100-01-01T00:00")) == {
        "2014-05-01 00:00": [("period_opened", "campaign")],
        "2014-06-01 00:00": [("period_closed", "campaign")],
        "2014-06-04 00:00": [("quota_due", "campaign")],
        "2014-06-06 00:00": [("period_final", "campaign")],
    }


def test_a_date_long_after_its_campaign_is_not_forgotten() -> None:
    short = Campaign("campaign", date(2014, 3, 10), date(2014, 3, 16))
    late = scheme([short], [quota("campaign", Due(on=date(2015, 3, 31)), grace=Duration(days=30))])

    found = happenings([late], BEGIN, shanghai("2100-01-01T00:00"))

    assert found["2015-04-01 00:00"] == [("quota_due", "campaign")]
    assert found["2015-05-01 00:00"] == [("grace_ended", "campaign")]


def test_a_campaign_that_a_later_version_cuts_differently_is_not_opened_again() -> None:
    second = scheme(
        [Campaign("campaign", date(2014, 4, 1), date(2014, 6, 30))], version=2, effective_from=date(2014, 4, 1)
    )
    first = scheme([Campaign("campaign", date(2014, 3, 10), date(2014, 5, 31))])

    assert happenings([first, second], BEGIN, shanghai("2100-01-01T00:00")) == {
        "2014-03-10 00:00": [("period_opened", "campaign")],
        "2014-06-01 00:00": [("period_closed", "campaign")],
    }


def test_a_campaign_that_has_not_begun_is_the_later_version_s() -> None:
    second = scheme(
        [Campaign("campaign", date(2014, 4, 1), date(2014, 6, 30))], version=2, effective_from=date(2014, 3, 1)
    )
    first = scheme([Campaign("campaign", date(2014, 3, 10), date(2014, 5, 31))])

    assert happenings([first, second], BEGIN, shanghai("2100-01-01T00:00")) == {
        "2014-04-01 00:00": [("period_opened", "campaign")],
        "2014-07-01 00:00": [("period_closed", "campaign")],
    }


def test_time_stands_still_before_a_year_whose_workdays_nobody_has_told() -> None:
    unknown = max(PUBLIC_YEARS) + 1
    monthly = scheme([MONTH], [quota("month", Due(workday=3))])

    last = next_milestones([monthly], BEGIN, shanghai(f"{unknown - 1}-10-31T00:00"))

    assert last is not None
    assert last.instant == shanghai(f"{unknown - 1}-11-01T00:00")
    with pytest.raises(UnknownYear, match=f"`years: .{unknown}.`"):
        next_milestones([monthly], BEGIN, last.instant)


def test_a_day_that_the_clock_of_the_zone_skipped_has_no_milestones() -> None:
    day, weekly = RegularCalendar("day", "day"), quota("day", Due(after_end=Duration(days=1)), [HALF_A_DAY])
    apia = scheme([day], [weekly], effective_from=date(2011, 12, 1), zone=ZoneInfo("Pacific/Apia"))
    begin = datetime(2011, 12, 25, tzinfo=UTC)

    found = all_until([apia], begin, datetime(2012, 1, 10, tzinfo=UTC))

    days = [period for reached in found for kind, period in kinds(reached) if kind == "period_opened"]
    at = days.index("2011-12-29")
    assert days[at + 1] == "2011-12-31"
    assert "2011-12-30" not in {period for reached in found for _, period in kinds(reached)}


def test_without_schemes_there_are_no_milestones() -> None:
    assert next_milestones([], BEGIN, BEGIN) is None


def test_an_instant_is_asked_for_ten_thousand_departments_in_less_than_a_second() -> None:
    shifted = quota("month", Due(day=20, month="next", shift="next_workday"), grace=Duration(days=3), name="monthly")
    many = scheme([WEEK, MONTH, CAMPAIGN], [WEEKLY, shifted], [CARD])
    begins = [BEGIN + timedelta(seconds=number) for number in range(10_000)]
    after = shanghai("2014-05-05T00:00")
    started = time.process_time()

    found = {next_milestones([many], begin, after) for begin in begins}

    assert len(found) == 1
    assert time.process_time() - started < 1


def test_half_open_windows_leave_midnight_out() -> None:
    closes = shanghai("2014-01-06T00:00")

    assert next_milestones([SMALL], BEGIN, closes - TICK) == next_milestones(
        [SMALL], BEGIN, closes - timedelta(hours=1)
    )
    following = next_milestones([SMALL], BEGIN, closes)
    assert following is not None
    assert following.instant > closes
