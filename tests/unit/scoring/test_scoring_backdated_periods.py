"""By which version a period is scored once a version was backdated, and whether a final one is restated by that."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.scoring.domain.holding import Holding, Told, holdings
from shared.calendars import Calendar, Campaign, ListedCalendar, Period
from shared.contracts import department_events as happened
from shared.contracts.scoring_events import PeriodFinalised
from shared.schemes import Scheme
from tests.unit.scoring.bureaus import Bureau, rulebook

BODY = """
measures:
  reports: {title: R, count: submitted, where: {kind: report}}
lines: {total: reports}
scorecards:
  month: {lines: total, final_after: P10D}
"""
FIRST = rulebook(BODY)
SECOND = rulebook(BODY, version=2, effective="2014-03-01")
THIRD = rulebook(BODY, version=3, effective="2014-04-01")
JANUARY = Period("month", "2014-01", date(2014, 1, 1), date(2014, 2, 1))
FEBRUARY = Period("month", "2014-02", date(2014, 2, 1), date(2014, 3, 1))
MARCH = Period("month", "2014-03", date(2014, 3, 1), date(2014, 4, 1))

PUBLISHED = [
    Told(1, date(2014, 1, 1), datetime(2013, 12, 20, tzinfo=UTC)),
    Told(2, date(2014, 3, 1), datetime(2014, 2, 20, tzinfo=UTC)),
    Told(3, date(2014, 4, 1), datetime(2014, 3, 20, tzinfo=UTC)),
]
IN_MAY = datetime(2014, 5, 1, tzinfo=UTC)


def holding(*backdated: tuple[int, date], second: Scheme = SECOND) -> Holding:
    told = [*PUBLISHED, *(Told(version, from_on, IN_MAY) for version, from_on in backdated)]
    return holdings({"office": told}, {1: FIRST, 2: second, 3: THIRD})["office"]


def test_a_period_is_scored_by_the_highest_version_that_holds_on_its_first_day_now() -> None:
    assert holding().version(1, FEBRUARY) == 1
    assert holding((2, date(2014, 2, 1))).version(1, FEBRUARY) == 2
    assert holding((2, date(2014, 2, 1))).version(1, JANUARY) == 1
    assert holding((3, date(2014, 2, 1)), (2, date(2014, 1, 1))).version(1, FEBRUARY) == 3
    assert holding((3, date(2014, 2, 1)), (2, date(2014, 1, 1))).version(1, JANUARY) == 2


def test_a_version_that_holds_from_mid_month_leaves_the_months_card_alone() -> None:
    assert holding((2, date(2014, 2, 2))).version(1, FEBRUARY) == 1


def test_the_period_that_was_running_when_the_scheme_began_stays_with_the_first_version() -> None:
    week = Period("week", "2014-W01", date(2013, 12, 30), date(2014, 1, 6))
    assert holding((2, date(2014, 1, 1))).version(1, week) == 1


@pytest.mark.parametrize(
    "calendars",
    [
        {},
        {"month": Campaign("month", date(2014, 2, 1))},
        {"month": ListedCalendar("month", (("2014-02", date(2014, 2, 1), date(2014, 2, 27)),))},
        {"month": ListedCalendar("month", (("2014-02", date(2014, 1, 30), date(2014, 2, 28)),))},
    ],
    ids=["none", "another name", "another end", "another beginning"],
)
def test_a_period_that_a_version_has_not_or_cuts_otherwise_stays_with_its_own(calendars: dict[str, Calendar]) -> None:
    second = replace(SECOND, calendars=calendars)
    assert holding((2, date(2014, 2, 1)), second=second).version(1, FEBRUARY) == 1


def test_a_campaign_that_is_closed_is_the_one_that_is_open_in_another_version() -> None:
    drive = {"drive": Campaign("drive", date(2014, 2, 1))}
    closed = Period("drive", "drive", date(2014, 2, 1), date(2014, 4, 16))
    assert holding((2, date(2014, 2, 1)), second=replace(SECOND, calendars=drive)).version(1, closed) == 2


def test_a_final_period_is_restated_when_another_version_came_to_hold_on_any_of_its_days_since() -> None:
    final_at = datetime(2014, 4, 10, tzinfo=UTC)
    assert holding().restated_at(FEBRUARY, final_at) is None
    assert holding((2, date(2014, 2, 1))).restated_at(FEBRUARY, final_at) == IN_MAY
    assert holding((2, date(2014, 2, 28))).restated_at(FEBRUARY, final_at) == IN_MAY
    assert holding((2, date(2014, 2, 1))).restated_at(JANUARY, final_at) is None


def test_a_version_below_the_one_that_holds_already_restates_nothing() -> None:
    final_at = datetime(2014, 4, 10, tzinfo=UTC)
    again = [*PUBLISHED, Told(3, date(2014, 2, 1), datetime(2014, 4, 2, tzinfo=UTC)), Told(2, date(2014, 2, 1), IN_MAY)]
    found = holdings({"office": again}, {1: FIRST, 2: SECOND, 3: THIRD})["office"]
    assert found.restated_at(FEBRUARY, final_at) is None


def test_a_version_backdated_before_the_period_was_final_restates_nothing() -> None:
    assert holding((2, date(2014, 2, 1))).restated_at(FEBRUARY, datetime(2014, 5, 2, tzinfo=UTC)) is None


@pytest.mark.parametrize(("backdated_at", "version"), [(None, 1), ("2014-03-05", 2)])
def test_a_period_becomes_final_by_the_version_that_it_is_scored_by(backdated_at: str | None, version: int) -> None:
    bureau = Bureau(FIRST, later=[SECOND])
    bureau.wait("2014-02-10")
    bureau.writer.apply(SECOND)
    if backdated_at is not None:
        bureau.tell(backdated_at, happened.SchemeBackdated("office", 2, date(2014, 2, 1), "agreed"))
    bureau.wait("2014-03-20")

    announced = [one.event for _, changes in bureau.store().written for one in changes.announced]
    final = [one for one in announced if isinstance(one, PeriodFinalised) and one.period == "2014-02"]
    assert [one.scheme_version for one in final] == [version]
