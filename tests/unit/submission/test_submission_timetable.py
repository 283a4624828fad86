"""A department's milestones: each once, in order, and never before its time began."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submission.domain.refusals import WorkdaysUnknown
from services.submission.domain.timetable import Timetable, applied, next_instant, passed
from shared.calendars import Due
from shared.contracts.department_events import MilestonesReached
from shared.schemes.model import Scheme
from tests.reference.examples import share
from tests.unit.submission.building import scheme

BEIJING = dt.timezone(dt.timedelta(hours=8))
JOINED = dt.date(2014, 1, 1)
INSTANT = dt.timedelta(microseconds=1)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def of(*schemes: Scheme, joined: dt.date = JOINED, not_before: dt.datetime | None = None) -> Timetable:
    timetable = Timetable()
    for each in schemes:
        if each.name not in timetable.begins:
            timetable = applied(timetable, each, joined, not_before)
    return timetable


def test_a_department_begins_with_its_scheme_or_itself_whichever_is_later() -> None:
    assert of(scheme()).begins == {"news": at("2014-01-01")}
    assert of(scheme(), joined=dt.date(2014, 2, 3)).begins == {"news": at("2014-02-03")}
    live = at("2014-05-07T10:30")
    assert of(scheme(), not_before=live).begins == {"news": live}


def test_a_scheme_that_comes_later_never_writes_behind_what_is_written() -> None:
    reached = at("2014-03-10")
    timetable = applied(Timetable({"news": at("2014-01-01")}, reached), scheme("campaign"), JOINED, reached)

    assert timetable.begins["campaign"] == reached + INSTANT


def test_an_instant_is_reached_at_itself_and_not_before() -> None:
    timetable = of(scheme(), not_before=at("2014-03-05T12:00"))
    opened = passed(timetable, (scheme(),), at("2014-03-05T12:00"))
    assert [event.instant for event in opened.events] == [at("2014-03-05T12:00")]
    assert {milestone.partial for milestone in opened.events[0].milestones} == {True}

    monday = at("2014-03-10")
    assert [event.instant for event in passed(opened.timetable, (scheme(),), monday - INSTANT).events] == [
        at("2014-03-08")
    ]
    assert passed(opened.timetable, (scheme(),), monday).events[-1].instant == monday


def test_within_an_instant_what_ends_comes_before_what_begins() -> None:
    found = passed(of(scheme()), (scheme(),), at("2014-01-06"))

    kinds = [milestone.kind for milestone in found.events[-1].milestones]
    assert kinds == ["quota_due", "period_closed", "period_opened"]


def test_schemes_at_one_instant_share_an_event() -> None:
    both = (scheme(), scheme("campaign"))

    found = passed(of(*both), both, at("2014-01-06"))

    last = found.events[-1].milestones
    assert {milestone.scheme for milestone in last} == {"news", "campaign"}
    assert [milestone.kind for milestone in last] == sorted(
        (milestone.kind for milestone in last), key=["quota_due", "period_closed", "period_opened"].index
    )


@settings(max_examples=share(30), deadline=None)
@given(
    st.datetimes(dt.datetime(2014, 1, 1), dt.datetime(2014, 3, 1)),
    st.lists(st.datetimes(dt.datetime(2014, 1, 1), dt.datetime(2014, 6, 1)), max_size=8),
)
def test_looking_often_or_once_finds_the_same(begin: dt.datetime, looks: list[dt.datetime]) -> None:
    schemes = (scheme(), scheme(version=2, effective="2014-02-01"), scheme("campaign", effective="2014-01-20"))
    end = at("2014-06-01")
    timetable = of(*schemes, not_before=begin.replace(tzinfo=BEIJING))
    once = passed(timetable, schemes, end)

    often: list[MilestonesReached] = []
    reached = timetable
    for look in sorted(look.replace(tzinfo=BEIJING) for look in looks):
        found = passed(reached, schemes, look)
        often += found.events
        reached = found.timetable
        assert found.next_at is not None
        assert found.next_at > look
        assert found.next_at == next_instant(reached, schemes)
    often += passed(reached, schemes, end).events

    assert tuple(often) == once.events
    instants = [event.instant for event in often]
    assert instants == sorted(set(instants))
    openings = [
        (milestone.scheme, milestone.calendar, milestone.period)
        for event in often
        for milestone in event.milestones
        if milestone.kind == "period_opened"
    ]
    assert len(openings) == len(set(openings))


def test_without_schemes_there_is_no_milestone() -> None:
    found = passed(Timetable(), (), at("2014-06-01"))

    assert (found.events, found.next_at) == ((), None)


@pytest.mark.parametrize(("end", "weeks"), [("2014-01-05", 0), ("2014-01-06", 1), ("2014-03-31", 13)])
def test_every_week_closes_once(end: str, weeks: int) -> None:
    found = passed(of(scheme()), (scheme(),), at(end))

    closed = [
        m for event in found.events for m in event.milestones if m.kind == "period_closed" and m.calendar == "week"
    ]
    assert len(closed) == weeks


def test_a_part_of_what_has_passed_is_the_first_part() -> None:
    whole = passed(of(scheme()), (scheme(),), at("2014-03-31"))

    part = passed(of(scheme()), (scheme(),), at("2014-03-31"), 5)

    assert part.events == whole.events[:5]
    assert part.next_at == whole.events[5].instant
    rest = passed(part.timetable, (scheme(),), at("2014-03-31"))
    assert (*part.events, *rest.events) == whole.events


def test_a_department_that_leaves_sees_its_periods_end_and_no_other_begin() -> None:
    whole = passed(of(scheme()), (scheme(),), at("2014-06-01"))
    leaving = replace(of(scheme()), leaves=at("2014-02-13"))

    found = passed(leaving, (scheme(),), at("2014-06-01"))

    expected = [
        milestone
        for event in whole.events
        for milestone in event.milestones
        if scheme().calendars[milestone.calendar].period(milestone.period).first <= dt.date(2014, 2, 12)
    ]
    assert [milestone for event in found.events for milestone in event.milestones] == expected
    assert expected[-1].kind == "period_closed"
    assert found.next_at is None


def test_time_stands_still_where_workdays_are_unknown_and_says_why() -> None:
    quota = replace(scheme().quotas["weekly"], due=Due(workday=1), remind=())
    needing = replace(scheme(), quotas={"weekly": quota}, digest="another")
    last_known = at("2030-06-03")
    timetable = Timetable({"news": last_known}, last_known)

    with pytest.raises(WorkdaysUnknown, match="2030") as refused:
        passed(timetable, (needing,), at("2030-07-01"))
    assert "Publish a version" in refused.value.mistakes[0].detail
    with pytest.raises(WorkdaysUnknown):
        next_instant(timetable, (needing,))
