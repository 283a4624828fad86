"""Which facts a measure counts: ``where``, ``late`` and the date that selects the periods."""

from datetime import date
from typing import Any

import pytest

from shared.contracts import department_events as happened
from tests.unit.scoring.bureaus import Bureau, rulebook

JAN, FEB = "2014-01", "2014-02"


def counted(where: str, **says: Any) -> bool:
    """Whether an item submitted on Thursday 20 February 2014 at 15:30 is counted."""
    measure = f"measures:\n  m: {{title: M, count: submitted, where: {where}}}\n"
    bureau = Bureau(rulebook(measure))
    bureau.submit("2014-02-20 15:30", "i", **says)
    return bureau.amounts("m") == {FEB: 1}


@pytest.mark.parametrize(
    ("where", "attributes", "holds"),
    [
        ("{kind: report, topic: progress}", {"topic": "progress"}, True),
        ("{kind: report, topic: [progress, problem]}", {"topic": "problem"}, True),
        ("{kind: report, topic: progress}", {}, False),
        ("{kind: report, topic: {not: [progress]}}", {"topic": "problem"}, True),
        ("{kind: report, topic: {not: [progress]}}", {"topic": "progress"}, False),
        ("{kind: report, topic: {not: [progress]}}", {}, True),
        ("{kind: report, fields: law}", {"fields": ["art", "law"]}, True),
        ("{kind: report, fields: {not: [law]}}", {"fields": ["art", "law"]}, False),
        ("{kind: report, urgent: true}", {"urgent": True}, True),
        ("{kind: report, urgent: false}", {"urgent": True}, False),
        ("{kind: report, size: {at_least: 800, below: 2000}}", {"size": "800"}, True),
        ("{kind: report, size: {at_least: 800, below: 2000}}", {"size": "799.99"}, False),
        ("{kind: report, size: {at_least: 800, below: 2000}}", {"size": "2000"}, False),
        ("{kind: report, size: {above: 800, at_most: 2000}}", {"size": "800"}, False),
        ("{kind: report, size: {above: 800, at_most: 2000}}", {"size": "2000.00"}, True),
        ("{kind: report, size: {at_least: 800}}", {}, False),
        ("{kind: report, minutes: long}", {"minutes": 30}, True),
        ("{kind: report, minutes: long}", {"minutes": 29}, False),
        ("{kind: report, papers: {at_least: 2}}", {"papers": ["one", "two"]}, True),
        ("{kind: report, papers: {at_least: 2}}", {"papers": ["one"]}, False),
        ("{kind: report, papers: 2}", {"papers": ["one", "two"]}, True),
        ("{kind: report, papers: {not: [1]}}", {"papers": ["one"]}, False),
        ("{kind: report, starts: {below: '16:00'}}", {"starts": "15:59"}, True),
        ("{kind: report, starts: {below: '16:00'}}", {"starts": "16:00"}, False),
        ("{kind: report, held_on: {at_least: 2014-02-18}}", {"held_on": "2014-02-18"}, True),
        ("{kind: report, held_on: {at_least: 2014-02-18}}", {"held_on": "2014-02-17"}, False),
        ("{kind: report, 'days(held_on, submitted_on)': {at_most: 3}}", {"held_on": "2014-02-17"}, True),
        ("{kind: report, 'days(held_on, submitted_on)': {at_most: 3}}", {"held_on": "2014-02-16"}, False),
        ("{kind: report, 'workdays(held_on, submitted_on)': {at_most: 3}}", {"held_on": "2014-02-15"}, False),
        ("{kind: report, 'workdays(held_on, submitted_on)': {at_most: 4}}", {"held_on": "2014-02-15"}, True),
        ("{kind: report, 'workdays(held_on, submitted_on)': {at_most: 99}}", {}, False),
        ("{kind: report, 'hours(held_on, submitted_at)': {at_most: 15.5}}", {"held_on": "2014-02-20"}, True),
        ("{kind: report, 'hours(held_on, submitted_at)': {below: 15.5}}", {"held_on": "2014-02-20"}, False),
        ("{kind: report, 'time_of(submitted_at)': {below: '15:31'}}", {}, True),
        ("{kind: report, 'time_of(submitted_at)': {below: '15:30'}}", {}, False),
        ("{kind: report, 'weekday_of(submitted_on)': {at_most: 4}}", {}, True),
        ("{kind: report, 'weekday_of(submitted_on)': {at_most: 3}}", {}, False),
        ("{kind: report, 'day_of(submitted_on)': {at_least: 20}}", {}, True),
        ("{kind: report, 'month_of(submitted_on)': {at_least: 3}}", {}, False),
    ],
)
def test_a_condition_looks_at_one_field_or_function_of_the_fact(
    where: str, attributes: dict[str, Any], holds: bool
) -> None:
    assert counted(where, attributes=attributes) is holds


def test_all_conditions_have_to_hold_at_once() -> None:
    both = "{kind: report, topic: progress, size: {at_least: 3}}"
    assert counted(both, attributes={"topic": "progress", "size": "3"})
    assert not counted(both, attributes={"topic": "progress", "size": "2"})


def test_a_kind_that_is_excluded_is_not_counted() -> None:
    assert counted("{kind: {not: [notice]}}")
    assert not counted("{kind: {not: [notice]}}", kind="notice")


def test_a_year_whose_holidays_nobody_knows_stops_the_department_loudly() -> None:
    measure = "measures:\n  m: {title: M, count: submitted, where: {kind: report, "
    measure += "'workdays(held_on, submitted_on)': {at_most: 3}}}\n"
    bureau = Bureau(rulebook(measure))
    bureau.submit("2014-02-20", "i", attributes={"held_on": "1999-02-20"})
    with pytest.raises(AssertionError, match="whether 1999-02-21 is a workday is not known"):
        bureau.store()


LATE = """
measures:
  punctual: {title: P, count: submitted, dated: happened_on, late: exclude, due: {calendar: month, after_end: P3D}}
  late: {title: L, count: submitted, dated: happened_on, late: only, due: {calendar: month, after_end: P3D}}
  either: {title: E, count: submitted, dated: happened_on, amount: {by: on_time, table: {true: 3, false: 1}},
    due: {calendar: month, after_end: P3D}}
  adopted: {title: A, count: adopted, late: exclude, due: {calendar: month, after_end: P3D}}
  accepted: {title: C, count: accepted, dated: submitted_on, late: exclude, due: {calendar: month, after_end: P0D}}
"""


def test_who_comes_at_the_due_instant_itself_is_late() -> None:
    bureau = Bureau(rulebook(LATE))
    january = date(2014, 1, 20)
    bureau.submit("2014-02-03 23:59:59.999999", "in time", happened_on=january)
    bureau.submit("2014-02-04 00:00", "late", happened_on=january)
    assert bureau.amounts("punctual") == {JAN: 1}
    assert bureau.amounts("late") == {JAN: 1}
    assert bureau.amounts("either") == {JAN: 4}


def test_an_item_returned_and_mended_keeps_the_instant_of_its_first_submission() -> None:
    bureau = Bureau(rulebook(LATE))
    january = date(2014, 1, 20)
    bureau.submit("2014-01-31 12:00", "i", happened_on=january)
    bureau.review("2014-02-08", "i", "returned")
    bureau.tell("2014-02-10", happened.ItemResubmitted("i", "mended", happened_on=january))
    bureau.review("2014-02-11", "i", "accepted")
    assert bureau.amounts("punctual") == {JAN: 1}
    assert bureau.amounts("accepted") == {JAN: 1}


def test_an_adoption_is_on_time_when_it_was_told_in_time() -> None:
    bureau = Bureau(rulebook(LATE))
    bureau.submit("2014-01-10", "i")
    bureau.adopt("2014-02-03", "i", "told in time", "2014-01-31")
    bureau.adopt("2014-02-05", "i", "told late", "2014-01-31")
    bureau.adopt("2014-02-05", "i", "of february", "2014-02-01")
    assert bureau.amounts("adopted") == {JAN: 1, FEB: 1}


def test_the_last_second_belongs_to_the_day_and_midnight_to_the_next() -> None:
    measures = "measures:\n  m: {title: M, count: submitted, where: {kind: report}}\n"
    bureau = Bureau(rulebook(measures))
    bureau.submit("2014-01-31 23:59:59.999999", "last")
    bureau.submit("2014-02-01 00:00", "first")
    assert bureau.amounts("m") == {JAN: 1, FEB: 1}
    assert bureau.amounts("m", "day") == {"2014-01-31": 1, "2014-02-01": 1}


DATED = """
measures:
  happened: {title: M, count: adopted, dated: happened_on}
  submitted: {title: M, count: adopted, dated: submitted_on}
  published: {title: M, count: adopted}
  read: {title: M, count: measured}
  ordered: {title: M, count: instructed}
  accepted: {title: M, count: accepted}
"""


def test_each_date_of_a_fact_can_select_its_periods() -> None:
    bureau = Bureau(rulebook(DATED))
    bureau.submit("2014-01-31 12:00", "i", happened_on=date(2013, 12, 31))
    bureau.review("2014-02-02", "i", "accepted")
    bureau.adopt("2014-05-01", "i", "a", "2014-03-31")
    bureau.instruct("2014-05-01", "i", "o", "2014-04-01")
    bureau.measure("2014-06-01", "i", "m", "3", "2014-05-31")
    # What happened before the scheme's first day is dated before any version: it counts for nothing.
    assert bureau.amounts("happened") == {}
    assert bureau.amounts("submitted") == {JAN: 1}
    assert bureau.amounts("published") == {"2014-03": 1}
    assert bureau.amounts("ordered") == {"2014-04": 1}
    assert bureau.amounts("read") == {"2014-05": 1}
    assert bureau.amounts("accepted") == {FEB: 1}


def test_what_a_correction_says_counts_as_if_it_had_been_said_at_once() -> None:
    measures = (
        "measures:\n  m: {title: M, count: submitted, dated: happened_on, where: {kind: report, topic: problem}}\n"
    )
    bureau = Bureau(rulebook(measures))
    bureau.submit("2014-02-10", "i", attributes={"topic": "progress"}, happened_on=date(2014, 2, 9))
    bureau.review("2014-02-11", "i", "accepted")
    correction = happened.ItemCorrected(
        "i", "title", "misread", attributes={"topic": "problem"}, happened_on=date(2014, 1, 9)
    )
    bureau.tell("2014-03-01", correction)
    assert bureau.amounts("m") == {JAN: 1}
    assert bureau.store().items["district/south"]["i"].state == "accepted"


def test_an_item_that_no_review_path_is_meant_for_is_accepted_at_once() -> None:
    bureau = Bureau(rulebook("measures:\n  accepted: {title: M, count: accepted}\n"))
    bureau.submit("2014-02-10", "inside", kind="memo", attributes={"channel": "inside"})
    bureau.submit("2014-02-10", "outside", kind="memo", attributes={"channel": "outside"})
    bureau.submit("2014-02-10", "notice", kind="notice")
    assert [item for item, *_ in bureau.entries("accepted")] == ["inside", "notice"]
    again = Bureau(rulebook("measures:\n  accepted: {title: M, count: accepted}\n"))
    again.submit("2014-02-10", "i", kind="memo", attributes={"channel": "outside"})
    again.tell("2014-02-11", happened.ItemResubmitted("i", "i", attributes={"channel": "inside"}))
    assert again.amounts("accepted") == {FEB: 1}
