"""What a fact is worth: numbers, tables over its fields, formulas over its fields and the department's facts."""

from datetime import date
from decimal import Decimal

import pytest

from shared.contracts import department_events as happened
from tests.unit.scoring.bureaus import Bureau, local, rulebook

JAN, FEB, MAR = "2014-01", "2014-02", "2014-03"

TABLES = """
measures:
  tier: {title: T, count: adopted, amount: {by: [tier, form], table: {
    city: {whole: 20, edited: 10}, national: {whole: 40}}}}
  any_tier: {title: T, count: adopted, amount: {by: tier, table: {city: 20}, otherwise: 1}}
  times: {title: T, count: adopted, amount: {by: tier, table: {city: 20, national: 40},
    times: {by: placement, table: {front: 1.5, back: 0.5}}}}
  length: {title: T, count: submitted, where: {kind: report}, amount: {by: [minutes, topic], table: {
    short: {progress: 1, problem: 2}, long: {progress: 3, problem: 4}}}}
"""


def test_a_table_gives_nothing_for_what_it_does_not_hold_unless_it_says_otherwise() -> None:
    bureau = Bureau(rulebook(TABLES))
    bureau.submit("2014-01-02", "i")
    bureau.adopt("2014-01-03", "i", "a", "2014-01-03", "city", form="edited")
    bureau.adopt("2014-01-03", "i", "b", "2014-01-03", "national", form="edited")
    bureau.adopt("2014-01-03", "i", "c", "2014-01-03", "abroad")
    assert bureau.amounts("tier") == {JAN: 10}
    assert bureau.amounts("any_tier") == {JAN: 22}


def test_a_second_table_multiplies_and_leaves_alone_what_it_does_not_hold() -> None:
    bureau = Bureau(rulebook(TABLES))
    bureau.submit("2014-01-02", "i")
    bureau.adopt("2014-01-03", "i", "a", "2014-01-03", "city", placement="front")
    bureau.adopt("2014-02-03", "i", "b", "2014-02-03", "national", placement="back")
    bureau.adopt("2014-03-03", "i", "c", "2014-03-03", "city")
    assert bureau.amounts("times") == {JAN: 30, FEB: 20, MAR: 20}


@pytest.mark.parametrize(("minutes", "amount"), [(0, 2), (29, 2), (30, 4), (None, 0)])
def test_a_number_takes_part_in_a_table_through_its_bands(minutes: int | None, amount: int) -> None:
    bureau = Bureau(rulebook(TABLES))
    attributes: dict[str, object] = {"topic": "problem"} | ({} if minutes is None else {"minutes": minutes})
    bureau.submit("2014-01-02", "i", attributes=attributes)
    assert bureau.amount("month", JAN, "length") == amount


FORMULAS = """
measures:
  words: {title: F, count: adopted, amount: words / 300}
  careful: {title: F, count: adopted, amount: {formula: 100 / words, otherwise: 3}}
  share: {title: F, count: submitted, where: {kind: report}, amount: "100 / max(staff, 1)"}
  speed: {title: F, count: submitted, where: {kind: report},
    amount: "band(days(happened_on, submitted_on), 0: 3, 1: 2)"}
  unknown: {title: F, count: submitted, where: {kind: report}, amount: students * 2}
  exact: {title: F, count: submitted, where: {kind: report}, amount: size * 1, scale: 0}
"""


def test_a_formula_is_rounded_half_up_to_the_measures_scale() -> None:
    bureau = Bureau(rulebook(FORMULAS))
    bureau.submit("2014-01-02", "i", attributes={"size": "2.5"})
    bureau.adopt("2014-01-03", "i", "a", "2014-01-03", words=1000)
    bureau.adopt("2014-02-03", "i", "b", "2014-02-03", words=299)
    assert bureau.amounts("words") == {JAN: Decimal("3.33"), FEB: Decimal("1.00")}
    assert bureau.amounts("exact") == {JAN: 3}


def test_a_formula_without_a_field_that_it_needs_is_not_counted_unless_it_says_otherwise() -> None:
    bureau = Bureau(rulebook(FORMULAS))
    bureau.submit("2014-01-02", "i")
    bureau.adopt("2014-01-03", "i", "a", "2014-01-03")
    bureau.adopt("2014-02-03", "i", "b", "2014-02-03", words=0)
    assert bureau.amounts("words") == {}
    assert bureau.amounts("careful") == {JAN: 3, FEB: 3}
    assert bureau.amounts("exact") == {}


def test_a_department_fact_is_taken_as_it_stood_on_the_selecting_date() -> None:
    bureau = Bureau(rulebook(FORMULAS), facts={"staff": Decimal(10)})
    bureau.describe("2014-01-10", "2014-02-01", staff=20)
    bureau.submit("2014-01-31 12:00", "a")
    bureau.submit("2014-02-01 12:00", "b")
    assert bureau.amounts("share") == {JAN: 10, FEB: 5}


def test_a_description_that_came_later_does_not_change_what_was_counted() -> None:
    # given a description of January that is told only in February
    bureau = Bureau(rulebook(FORMULAS), facts={"staff": Decimal(10)})
    bureau.submit("2014-01-20", "a")
    bureau.describe("2014-02-10", "2014-01-01", staff=20)

    # when something of January is scored again, and something else of January comes in
    bureau.tell("2014-02-11", happened.ItemCorrected("a", "a", "spelling"))
    bureau.submit("2014-02-12", "b")

    # then the first counts as the department was known when it came
    assert bureau.amounts("share") == {JAN: 10, FEB: 5}


def test_what_is_not_known_of_a_department_counts_as_the_scheme_says() -> None:
    bureau = Bureau(rulebook(FORMULAS))
    bureau.submit("2014-01-20", "a")
    assert bureau.amounts("unknown") == {JAN: 14}


def test_a_formula_can_use_functions_of_the_facts_dates() -> None:
    bureau = Bureau(rulebook(FORMULAS))
    bureau.submit("2014-01-20", "same day", happened_on=date(2014, 1, 20))
    bureau.submit("2014-02-20", "next day", happened_on=date(2014, 2, 19))
    assert bureau.amounts("speed") == {JAN: 3, FEB: 2}


ADJUSTED = """
measures:
  extra: {title: X, count: adjusted, amount: value, where: {category: extra}}
"""


def test_an_adjustment_counts_on_the_day_it_says_until_it_is_retracted() -> None:
    bureau = Bureau(rulebook(ADJUSTED))
    bureau.adjust("2014-03-01", "one", "-2.5", "2014-01-31")
    bureau.adjust("2014-03-01", "two", "4", "2014-02-01")
    bureau.tell("2014-03-02", happened.AdjustmentRetracted("two", "twice"))
    assert bureau.amounts("extra") == {JAN: Decimal("-2.5")}
    assert bureau.entries("extra")[-1] == ("two", "adjusted", Decimal(-4), "2014-02-01")


def test_an_adjustment_of_a_person_is_theirs_alone() -> None:
    bureau = Bureau(rulebook(ADJUSTED))
    bureau.adjust("2014-03-01", "one", "5", "2014-01-31", person="wang")
    assert bureau.amounts("extra") == {}
    assert bureau.amounts("extra", person="wang") == {JAN: 5}


CALLS = """
measures:
  calls: {title: C, count: called}
  unanswered: {title: C, count: called, where: {on_time: false}, amount: -1}
  answers: {title: A, count: answered}
  prompt: {title: A, count: answered, where: {on_time: true}, dated: called_on}
  quick: {title: A, count: answered, where: {"hours(called_at, submitted_at)": {at_most: 24}}}
"""


def call(bureau: Bureau, at: str = "2014-01-31 12:00") -> None:
    bureau.tell(at, happened.CallIssued("c", "office", "On snow", local("2014-02-03 12:00")))


def test_a_call_is_unanswered_until_an_item_answers_it_in_time() -> None:
    bureau = Bureau(rulebook(CALLS))
    call(bureau)
    bureau.submit("2014-02-01 11:00", "i", answers="c")
    assert bureau.amounts("calls") == {JAN: 1}
    assert bureau.amounts("unanswered") == {}
    assert bureau.amounts("answers") == {FEB: 1}
    assert bureau.amounts("prompt") == {JAN: 1}
    assert bureau.amounts("quick") == {FEB: 1}


def test_an_answer_at_the_due_instant_is_late() -> None:
    bureau = Bureau(rulebook(CALLS))
    call(bureau)
    bureau.submit("2014-02-03 12:00", "i", answers="c")
    assert bureau.amounts("unanswered") == {JAN: -1}
    assert bureau.amounts("answers") == {FEB: 1}
    assert bureau.amounts("prompt") == {}


def test_an_answer_that_is_rejected_or_withdrawn_is_none() -> None:
    bureau = Bureau(rulebook(CALLS))
    call(bureau)
    bureau.submit("2014-02-01 11:00", "i", answers="c")
    bureau.review("2014-02-02", "i", "rejected")
    assert bureau.amounts("unanswered") == {JAN: -1}
    assert bureau.amounts("answers") == {}
    again = Bureau(rulebook(CALLS))
    call(again)
    again.submit("2014-02-01 11:00", "i", answers="c")
    again.review("2014-02-02", "i", "rejected")
    again.review("2014-02-05", "i", "accepted")
    assert again.amounts("unanswered") == {}
    assert again.amounts("answers") == {FEB: 1}


def test_a_cancelled_call_is_as_if_it_had_never_been() -> None:
    bureau = Bureau(rulebook(CALLS))
    call(bureau)
    bureau.submit("2014-02-01 11:00", "i", answers="c")
    bureau.submit("2014-02-01 12:00", "rejected", answers="c")
    bureau.review("2014-02-01 13:00", "rejected", "rejected")
    bureau.tell("2014-02-02", happened.CallCancelled("c", "no snow"))
    bureau.submit("2014-02-02 12:00", "too late", answers="c")
    bureau.review("2014-02-03", "rejected", "accepted")
    for measure in ("calls", "unanswered", "answers", "prompt", "quick"):
        assert bureau.amounts(measure) == {}, measure


def test_an_item_that_answers_another_departments_call_answers_none_here() -> None:
    bureau = Bureau(rulebook(CALLS))
    bureau.submit("2014-02-01 11:00", "i", answers="elsewhere", departments=("north", "south"))
    assert bureau.amounts("answers") == {}
