"""Versions in force, versions that are backdated, and campaigns that get their end."""

from datetime import date

import pytest

from shared.contracts import department_events as happened
from tests.unit.scoring.bureaus import Bureau, local, rulebook

JAN, FEB, MAR = "2014-01", "2014-02", "2014-03"

BODY = """
measures:
  reports: {title: R, count: submitted, where: {kind: report}}
  points: {title: P, count: adopted, amount: {by: tier, table: {district: %s, city: %s}}, per_item: highest}
  best: {title: B, count: adopted, amount: {by: tier, table: {district: %s, city: %s}},
    per_period: {calendar: month, best: %s}}
quotas:
  q: {measure: points, calendar: month, at_least: 10}
"""
FIRST = rulebook(BODY % (5, 20, 5, 20, 2))
SECOND = rulebook(BODY % (6, 30, 6, 30, 1), version=2, effective="2014-03-01")


def apply(bureau: Bureau, at: str) -> None:
    bureau.wait(at)
    bureau.writer.apply(SECOND)


def backdate(bureau: Bureau, at: str, from_on: str) -> None:
    bureau.tell(at, happened.SchemeBackdated("office", 2, date.fromisoformat(from_on), "agreed"))


def test_each_fact_is_scored_by_the_version_of_its_own_date_also_within_one_item() -> None:
    bureau = Bureau(FIRST, later=[SECOND])
    apply(bureau, "2014-02-10")
    bureau.submit("2014-02-11", "i")
    bureau.adopt("2014-03-10", "i", "new", "2014-03-01", "city")
    bureau.adopt("2014-03-11", "i", "old", "2014-02-28", "city")
    assert bureau.amounts("points") == {FEB: 20, MAR: 10}


def test_a_backdated_version_scores_the_past_again_by_entries_of_the_differences() -> None:
    # given adoptions in January, February and March, the last under the second version
    bureau = Bureau(FIRST, later=[SECOND])
    apply(bureau, "2014-02-10")
    for month in ("01", "02", "03"):
        bureau.submit("2014-03-10", f"i{month}")
        bureau.adopt("2014-03-10", f"i{month}", f"a{month}", f"2014-{month}-10", "district")

    # when the second version is backdated to February
    backdate(bureau, "2014-03-11", "2014-02-01")

    # then February is scored by it, and January is not
    assert bureau.amounts("points") == {JAN: 5, FEB: 6, MAR: 6}
    assert bureau.entries("points")[-2:] == [("i02", "a02", -5, "2014-02-10"), ("i02", "a02", 6, "2014-02-10")]
    # and what comes later of that time is scored by it too
    again = Bureau(FIRST, later=[SECOND])
    apply(again, "2014-02-10")
    backdate(again, "2014-03-11", "2014-02-01")
    again.submit("2014-03-12", "i")
    again.adopt("2014-03-12", "i", "a", "2014-02-10", "district")
    assert again.amounts("points") == {FEB: 6}


def test_a_backdated_version_moves_windows_and_quotas() -> None:
    bureau = Bureau(FIRST, later=[SECOND])
    apply(bureau, "2014-02-10")
    for day in ("10", "11"):
        bureau.submit("2014-02-12", f"i{day}")
        bureau.adopt("2014-02-12", f"i{day}", f"a{day}", f"2014-02-{day}", "district")
    backdate(bureau, "2014-11-11", "2014-02-01")
    assert bureau.amounts("best") == {FEB: 6}
    assert bureau.owed("q", FEB).actual == 12


def test_a_version_that_was_never_applied_cannot_be_backdated() -> None:
    bureau = Bureau(FIRST)
    backdate(bureau, "2014-03-11", "2014-02-01")
    with pytest.raises(AssertionError, match="version 2 is not applied"):
        bureau.store()


CAMPAIGN = """
measures:
  reports: {title: R, count: submitted, where: {kind: report}}
  kept: {title: K, count: met, where: {quota: q}}
  few: {title: F, count: submitted, where: {kind: report}, per_period: {calendar: campaign, at_most: 1}}
quotas:
  q: {measure: reports, calendar: campaign, at_least: 2, due: {after_end: P1D}, grace: P1D}
  early: {measure: reports, calendar: campaign, at_least: 9, due: {before_end: P9D}}
"""


def campaign() -> Bureau:
    return Bureau(rulebook(CAMPAIGN))


def test_a_campaign_has_everything_from_its_first_day_on_until_it_is_closed() -> None:
    bureau = campaign()
    bureau.submit("2014-02-14", "before")
    bureau.submit("2014-02-15", "first")
    bureau.submit("2014-07-15", "later")
    assert bureau.amounts("reports", "campaign") == {"campaign": 2}
    assert (bureau.owed("q", "campaign").state, bureau.owed("q", "campaign").actual) == ("met", 2)


def test_what_is_dated_after_a_campaigns_last_day_leaves_it_when_it_is_closed() -> None:
    # given items in the campaign, one of them on the day that will be after its last
    bureau = campaign()
    bureau.submit("2014-02-15", "a")
    bureau.submit("2014-03-21", "late")

    # when it is closed with a day that has passed
    bureau.writer.close("campaign", date(2014, 3, 20), local("2014-03-21 12:00"))
    bureau.wait("2014-03-25")

    # then the late one counts no longer for it, only for the month
    assert bureau.amounts("reports", "campaign") == {"campaign": 1}
    assert bureau.amounts("reports") == {FEB: 1, MAR: 1}
    assert len(bureau.entries("reports")) == 2
    found = bureau.owed("q", "campaign")
    assert bureau.outcomes("q", "campaign") == ["met", "restated", "missed"]
    assert (found.period_end, found.due_at, found.grace_ends_at) == (
        date(2014, 3, 21),
        local("2014-03-22"),
        local("2014-03-23"),
    )
    assert bureau.amounts("kept") == {}
    # and what had been due by then falls due by the closing
    assert bureau.outcomes("early", "campaign") == ["missed"]


def test_what_is_dated_after_a_campaigns_last_day_leaves_its_window() -> None:
    bureau = campaign()
    bureau.submit("2014-03-21", "late")
    bureau.submit("2014-03-21", "later")
    bureau.writer.close("campaign", date(2014, 3, 20), local("2014-03-21 12:00"))
    bureau.withdraw("2014-03-22", "later")
    assert bureau.amounts("few") == {MAR: 1}
    assert bureau.amounts("few", "campaign") == {}


def test_a_campaign_is_closed_once() -> None:
    bureau = campaign()
    bureau.writer.close("campaign", date(2014, 3, 20), local("2014-03-20 12:00"))
    bureau.tell("2014-03-22", happened.CalendarClosed("office", "campaign", date(2014, 3, 25)))
    with pytest.raises(AssertionError, match="has its end already"):
        bureau.store()


def test_a_calendar_that_does_not_exist_cannot_be_closed() -> None:
    bureau = campaign()
    bureau.tell("2014-03-22", happened.CalendarClosed("office", "seasons", date(2014, 3, 25)))
    with pytest.raises(AssertionError, match="there is no calendar"):
        bureau.store()


def test_a_period_that_is_final_still_takes_back_what_is_withdrawn() -> None:
    bureau = Bureau(FIRST)
    bureau.submit("2014-01-10", "i")
    bureau.withdraw("2014-09-10", "i")
    assert bureau.amounts("reports") == {}
    assert bureau.entries("reports") == [("i", "submitted", 1, "2014-01-10"), ("i", "submitted", -1, "2014-01-10")]
