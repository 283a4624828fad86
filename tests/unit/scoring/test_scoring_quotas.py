"""Who owes what, by when, and what comes of it."""

from datetime import date
from decimal import Decimal

import pytest

from shared.contracts import department_events as happened
from shared.contracts import scoring_events as decided
from tests.unit.scoring.bureaus import Bureau, local, rulebook

MEASURES = """
classes:
  schools: {tags: [school], except: {departments: [south]}}
  small: {groups: [street]}
measures:
  reports: {title: R, count: submitted, where: {kind: report}, dated: happened_on, persons: {roles: [author]}}
"""


def quota(body: str, more: str = "") -> str:
    return f"{MEASURES}{more}quotas:\n  q: {{measure: reports, calendar: month, {body}}}\n"


def reports(bureau: Bureau, at: str, count: int, on: str | None = None, **says: object) -> None:
    for number in range(count):
        says = {"happened_on": None if on is None else date.fromisoformat(on), **says}
        bureau.submit(at, f"{at} {number}", **says)


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ("at_least: 2", 2),
        ("at_least: {by: department, table: {south: 4}, otherwise: 1}", 4),
        ("at_least: {by: department, table: {north: 4}, otherwise: 1}", 1),
        ("at_least: {by: department, table: {north: 4}}", None),
        ("at_least: {by: group, table: {street: 3}}", 3),
        ("at_least: {by: class, table: {schools: 9, small: 5}}", 5),
        ('at_least: "staff * 0.9"', Decimal("10.8")),
        ('at_least: "ceil(staff * 0.9)"', 11),
        ("at_least: students", 7),
        ('at_least: {formula: "10 / (staff - 12)", otherwise: 3}', 3),
        ("at_least: 2, applies_to: {groups: [street], except: {departments: [south]}}", None),
        ("at_least: 2, applies_to: {classes: [small]}", 2),
        ("at_least: 2, applies_to: {classes: [schools]}", None),
    ],
)
def test_a_target_is_frozen_when_the_period_opens(body: str, target: Decimal | int | None) -> None:
    bureau = Bureau(rulebook(quota(body)), group="street", tags=("school",))
    bureau.wait("2014-02-01")
    bureau.describe("2014-02-02", "2014-02-01", staff=99)
    bureau.wait("2014-02-10")
    found = bureau.obligation("q", "2014-02")
    assert (None if found is None else found.target) == target


@pytest.mark.parametrize(("joiners", "target"), [("exempt", None), ("full", 8), ("prorated", 4), (None, None)])
def test_who_joins_in_the_middle_of_a_period_owes_what_the_quota_says(joiners: str | None, target: int | None) -> None:
    # given a month of 31 days, and a department that is there for 17 of them: 8 × 17 / 31 is 4.39
    body = "at_least: 8" if joiners is None else f"at_least: 8, joiners: {joiners}"
    bureau = Bureau(rulebook(quota(body)), joined_on="2014-01-15")
    bureau.wait("2014-01-16")
    found = bureau.obligation("q", "2014-01")
    assert (None if found is None else found.target) == target


def test_a_prorated_target_is_rounded_half_up() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1, joiners: prorated")), joined_on="2014-02-15")
    bureau.wait("2014-02-16")
    assert bureau.owed("q", "2014-02").target == 1  # 14 of 28 days


@pytest.mark.parametrize("body", ['at_least: "staff - 12"', 'at_least: "staff - 20"'])
def test_a_target_of_nothing_is_not_owed(body: str) -> None:
    bureau = Bureau(rulebook(quota(body)))
    bureau.wait("2014-02-10")
    assert bureau.obligation("q", "2014-01") is None


ONCE = f"{MEASURES}quotas:\n  plan: {{measure: reports, by: 2014-01-20, at_least: 1}}\n"


def test_what_is_owed_once_by_a_day_is_made_good_whenever_it_comes() -> None:
    bureau = Bureau(rulebook(ONCE))
    reports(bureau, "2014-06-03", 1)
    assert bureau.outcomes("plan", "plan") == ["missed", "met_late"]
    assert bureau.announced("plan", "plan")[0].obligation.decided_at == local("2014-01-21")


def test_what_is_owed_once_is_on_time_up_to_the_end_of_the_day() -> None:
    bureau = Bureau(rulebook(ONCE))
    reports(bureau, "2014-01-20 23:59:59", 1)
    bureau.wait("2014-02-01")
    assert bureau.outcomes("plan", "plan") == ["met"]


def test_what_came_before_the_version_does_not_count_for_what_it_wants_once() -> None:
    bureau = Bureau(rulebook(ONCE))
    reports(bureau, "2014-01-05", 1, "2013-12-31")
    bureau.wait("2014-02-01")
    assert bureau.outcomes("plan", "plan") == ["missed"]


GRACE = "at_least: 2, due: {after_end: P2D}, grace: P3D"


def test_what_is_made_good_in_the_time_of_grace_is_met_but_not_on_time() -> None:
    bureau = Bureau(rulebook(quota(GRACE)))
    reports(bureau, "2014-01-10", 1)
    reports(bureau, "2014-02-05 23:59:59", 1, "2014-01-31")
    bureau.wait("2014-03-01")
    found = bureau.owed("q", "2014-01")
    assert bureau.outcomes("q", "2014-01") == ["met"]
    assert (found.state, found.on_time, found.actual_when_due) == ("met", False, 1)
    event = bureau.announced("q", "2014-01")[0].obligation
    assert (event.on_time, event.grace_ends_at) == (False, local("2014-02-06"))


def test_what_is_still_lacking_when_the_time_of_grace_ends_is_missed() -> None:
    bureau = Bureau(rulebook(quota(GRACE)))
    reports(bureau, "2014-01-10", 1)
    reports(bureau, "2014-02-06", 1, "2014-01-31")
    assert bureau.outcomes("q", "2014-01") == ["missed", "met_late"]
    assert bureau.announced("q", "2014-01")[0].obligation.decided_at == local("2014-02-06")
    assert bureau.owed("q", "2014-01").on_time is False


def test_what_is_lost_again_in_the_time_of_grace_is_open_until_it_ends() -> None:
    bureau = Bureau(rulebook(quota(GRACE)))
    bureau.submit("2014-01-10", "a")
    bureau.submit("2014-01-11", "b")
    bureau.withdraw("2014-02-04", "b")
    bureau.wait("2014-02-05")
    before = bureau.owed("q", "2014-01")
    assert (before.state, before.on_time, before.actual_when_due) == ("open", None, 2)
    bureau = Bureau(rulebook(quota(GRACE)))
    bureau.submit("2014-01-10", "a")
    bureau.submit("2014-01-11", "b")
    bureau.withdraw("2014-02-04", "b")
    bureau.wait("2014-02-10")
    assert bureau.outcomes("q", "2014-01") == ["met", "restated", "missed"]


def test_a_met_quota_says_whether_it_was_on_time() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1")))
    reports(bureau, "2014-01-10", 1)
    bureau.wait("2014-02-10")
    assert bureau.owed("q", "2014-01").on_time is True
    assert bureau.owed("q", "2014-01").actual_when_due == 1
    assert bureau.owed("q", "2014-02").on_time is None


# Waivers


def test_a_waiver_before_the_period_opens_is_announced_when_it_does() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1, remind: [P2D]")))
    bureau.waive("2014-01-10", "q", "2014-02")
    bureau.wait("2014-03-10")
    assert bureau.outcomes("q", "2014-02") == ["waived"]
    waived = bureau.announced("q", "2014-02")[0]
    assert isinstance(waived, decided.QuotaWaived)
    assert (waived.reason, waived.obligation.decided_at) == ("flood", local("2014-02-01"))
    assert bureau.owed("q", "2014-02").waived_reason == "flood"


def test_a_waiver_after_a_miss_takes_it_away_for_good() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1")))
    bureau.wait("2014-02-10")
    bureau.waive("2014-02-10", "q", "2014-01")
    bureau.waive("2014-02-11", "q", "2014-01")
    reports(bureau, "2014-02-12", 1, "2014-01-10")
    assert bureau.outcomes("q", "2014-01") == ["missed", "waived"]
    assert (bureau.owed("q", "2014-01").state, bureau.owed("q", "2014-01").actual) == ("waived", 1)


def test_a_waiver_of_long_ago_finds_its_obligation() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1")))
    bureau.wait("2014-11-10")
    bureau.waive("2014-11-11", "q", "2014-01")
    assert bureau.owed("q", "2014-01").state == "waived"


def test_a_waiver_of_what_the_scheme_does_not_know_parks() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1")))
    bureau.waive("2014-01-10", "quoter", "2014-02")
    with pytest.raises(AssertionError, match="scheme office has no quota quoter"):
        bureau.store()


# Persons

POSTS = "at_least: {by: role, table: {chief: 3, correspondent: 1}}, applies_to: {roles: [correspondent, chief]}"


def test_each_person_of_a_post_owes_for_themselves() -> None:
    bureau = Bureau(rulebook(quota(POSTS)))
    for person, role in (("wang", "correspondent"), ("li", "chief"), ("sun", "driver")):
        bureau.person("2014-01-01", person, role, from_on="2014-01-01")
    author = (happened.Contributor("Wang", "author", "wang"),)
    reports(bureau, "2014-02-10", 1, contributors=author)
    bureau.wait("2014-03-01")
    assert bureau.obligation("q", "2014-02") is None
    assert bureau.obligation("q", "2014-02", "sun") is None
    assert bureau.outcomes("q", "2014-02", "wang") == ["met"]
    assert bureau.outcomes("q", "2014-02", "li") == ["missed"]
    assert bureau.owed("q", "2014-02", "li").target == 3
    assert bureau.announced("q", "2014-02", "li")[0].obligation.person_title == "li"


@pytest.mark.parametrize(("joiners", "target"), [("exempt", None), ("full", 8), ("prorated", 4)])
@pytest.mark.parametrize("told", ["2014-01-20", "2014-02-20"])
def test_a_person_who_joins_in_the_middle_owes_what_the_quota_says(joiners: str, target: int | None, told: str) -> None:
    # given a person who is there for 14 of 28 days, told before the month opens or while it runs
    body = f"at_least: 8, applies_to: {{roles: [correspondent]}}, joiners: {joiners}"
    bureau = Bureau(rulebook(quota(body)))
    bureau.wait("2014-01-10")
    bureau.person(told, "wang", "correspondent", from_on="2014-02-15")
    bureau.wait("2014-03-10")
    found = bureau.obligation("q", "2014-02", "wang")
    assert (None if found is None else found.target) == target
    assert bureau.owed("q", "2014-03", "wang").target == 8


def test_a_person_who_joins_late_has_what_they_have_done_already() -> None:
    bureau = Bureau(rulebook(quota("at_least: 2, applies_to: {roles: [correspondent]}, joiners: full")))
    author = (happened.Contributor("Wang", "author", "wang"),)
    reports(bureau, "2014-02-10", 2, contributors=author)
    bureau.person("2014-02-20", "wang", "correspondent", from_on="2014-02-01")
    bureau.wait("2014-02-21")
    assert bureau.owed("q", "2014-02", "wang").state == "met"
    assert bureau.owed("q", "2014-02", "wang").target == 2


def test_a_person_described_after_everything_was_due_owes_nothing_of_that() -> None:
    bureau = Bureau(rulebook(quota("at_least: 2, applies_to: {roles: [correspondent]}, joiners: full")))
    bureau.person("2014-02-20", "wang", "correspondent", from_on="2014-01-01")
    assert bureau.obligation("q", "2014-01", "wang") is None
    assert bureau.owed("q", "2014-02", "wang").target == 2


def test_a_person_who_has_gone_or_has_another_post_owes_nothing_that_begins_later() -> None:
    bureau = Bureau(rulebook(quota("at_least: 2, applies_to: {roles: [correspondent]}")))
    for person in ("wang", "li"):
        bureau.person("2014-01-01", person, "correspondent", from_on="2014-01-01")
    bureau.person("2014-01-20", "wang", "correspondent", from_on="2014-01-01", last_on=date(2014, 2, 10))
    bureau.person("2014-01-20", "li", "driver", from_on="2014-02-01")
    bureau.wait("2014-03-10")
    assert bureau.owed("q", "2014-02", "wang").state == "missed"
    assert bureau.obligation("q", "2014-03", "wang") is None
    assert bureau.owed("q", "2014-01", "li").state == "missed"
    assert bureau.obligation("q", "2014-02", "li") is None


def test_a_persons_target_looks_at_the_person_first_and_then_at_the_department() -> None:
    bureau = Bureau(rulebook(quota('at_least: "staff + students", applies_to: {roles: [correspondent]}')))
    bureau.person("2014-01-01", "wang", "correspondent", from_on="2014-01-01", facts={"students": Decimal(3)})
    bureau.wait("2014-02-10")
    assert bureau.owed("q", "2014-02", "wang").target == 15


def test_persons_of_an_exempted_department_owe_nothing() -> None:
    body = "at_least: 1, applies_to: {roles: [chief], except: {departments: [south]}}"
    bureau = Bureau(rulebook(quota(body)))
    bureau.person("2014-01-01", "li", "chief", from_on="2014-01-01")
    bureau.wait("2014-02-10")
    assert bureau.obligation("q", "2014-02", "li") is None


def test_a_waiver_exempts_one_person_or_all_of_a_department() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1, applies_to: {roles: [correspondent]}")))
    for person in ("wang", "li"):
        bureau.person("2014-01-01", person, "correspondent", from_on="2014-01-01")
    bureau.waive("2014-01-10", "q", "2014-01", "wang")
    bureau.waive("2014-01-11", "q", "2014-02")
    bureau.wait("2014-03-10")
    assert bureau.outcomes("q", "2014-01", "wang") == ["waived"]
    assert bureau.outcomes("q", "2014-01", "li") == ["missed"]
    assert bureau.outcomes("q", "2014-02", "wang") == bureau.outcomes("q", "2014-02", "li") == ["waived"]


def test_decisions_on_two_persons_have_different_ids() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1, applies_to: {roles: [correspondent]}")))
    for person in ("wang", "li"):
        bureau.person("2014-01-01", person, "correspondent", from_on="2014-01-01")
    bureau.wait("2014-03-10")
    ids = [one.id for _, changes in bureau.store().written for one in changes.announced]
    assert len(ids) == len(set(ids)) >= 4


# Groups and the whole organisation


def test_what_the_organisation_owes_is_kept_as_a_part_that_is_never_judged() -> None:
    bureau = Bureau(rulebook(quota("at_least: 100, subject: organisation, due: {after_end: P1D}")))
    reports(bureau, "2014-01-10", 2)
    reports(bureau, "2014-02-02", 1, "2014-01-31")
    found = bureau.owed("q", "2014-01")
    assert (found.state, found.target, found.actual, found.actual_when_due) == ("part", 0, 3, 2)
    assert bureau.announced("q", "2014-01") == []


# Outcomes

OUTCOMES = """  misses: {title: M, count: missed, where: {quota: q}, amount: -2}
  lacking: {title: S, count: missed, amount: shortfall}
  kept: {title: K, count: met, where: {quota: q, on_time: true}}
  late: {title: L, count: met_late, where: {quota: q}}
"""


def test_a_miss_counts_on_the_last_day_of_its_period_and_stays_when_it_is_made_good() -> None:
    bureau = Bureau(rulebook(quota("at_least: 3, due: {after_end: P5D}", OUTCOMES)))
    reports(bureau, "2014-01-10", 1)
    reports(bureau, "2014-02-10", 3, "2014-01-31")
    assert bureau.amounts("misses", "day") == {"2014-01-31": -2}
    assert bureau.amounts("lacking", "day") == {"2014-01-31": 2}
    assert bureau.amounts("late") == {"2014-01": 1}
    assert bureau.entries("misses") == [("quota:q:2014-01", "missed", -2, "2014-01-31")]


def test_an_outcome_that_is_restated_or_waived_is_taken_back() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1", OUTCOMES)))
    bureau.submit("2014-01-10", "a")
    bureau.withdraw("2014-02-10", "a")
    assert bureau.amounts("kept") == {}
    assert bureau.amounts("misses") == {"2014-01": -2}
    bureau = Bureau(rulebook(quota("at_least: 1", OUTCOMES)))
    bureau.wait("2014-02-10")
    bureau.waive("2014-02-10", "q", "2014-01")
    assert bureau.amounts("misses") == bureau.amounts("lacking") == {}


def test_outcomes_may_be_owed_in_turn() -> None:
    more = "  kept: {title: K, count: met, where: {quota: q}}\n"
    body = f"{MEASURES}{more}quotas:\n  q: {{measure: reports, calendar: week, at_least: 1}}\n"
    body += "  steady: {measure: kept, calendar: month, at_least: 2, due: {after_end: P3D}}\n"
    bureau = Bureau(rulebook(body))
    bureau.submit("2014-01-08", "a")
    bureau.submit("2014-01-15", "b")
    bureau.wait("2014-02-10")
    assert bureau.outcomes("steady", "2014-01") == ["met"]
    again = Bureau(rulebook(body))
    again.submit("2014-01-08", "a")
    again.submit("2014-01-15", "b")
    again.withdraw("2014-01-16", "a")
    again.wait("2014-02-10")
    assert again.outcomes("steady", "2014-01") == ["met", "restated", "missed"]


def test_the_outcome_of_a_persons_quota_is_theirs() -> None:
    more = "  misses: {title: M, count: missed, where: {quota: q}, amount: -2}\n"
    bureau = Bureau(rulebook(quota("at_least: 1, applies_to: {roles: [correspondent]}", more)))
    bureau.person("2014-01-01", "wang", "correspondent", from_on="2014-01-01")
    bureau.wait("2014-03-10")
    assert bureau.amounts("misses") == {}
    assert bureau.amounts("misses", person="wang") == {"2014-01": -2, "2014-02": -2}
    assert bureau.entries("misses", "wang")[0][0] == "quota:q:2014-01:wang"


# Leaving


def test_a_department_that_has_left_has_no_card_and_owes_nothing_that_begins_later() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1")))
    bureau.writer.leave(date(2014, 2, 10), local("2014-02-05"))
    bureau.wait("2014-04-10")
    assert bureau.outcomes("q", "2014-02") == ["missed"]
    assert bureau.obligation("q", "2014-03") is None
    assert not [key for key in bureau.store().periods["district/south"] if key.period == "2014-03"]


def test_what_a_department_owed_already_when_it_is_said_to_have_left_is_waived() -> None:
    bureau = Bureau(rulebook(quota("at_least: 1")))
    bureau.wait("2014-03-05")
    bureau.writer.leave(date(2014, 2, 10), local("2014-03-05"), "merged")
    bureau.wait("2014-04-10")
    assert bureau.outcomes("q", "2014-03") == ["waived"]
    assert bureau.outcomes("q", "2014-02") == ["missed"]


def test_a_person_described_after_the_department_has_left_owes_nothing_that_begins_later() -> None:
    # given a department that is said in March to have left in February, and that then gets a correspondent
    bureau = Bureau(rulebook(quota("at_least: 1, applies_to: {roles: [correspondent]}")))
    bureau.wait("2014-03-05")
    bureau.writer.leave(date(2014, 2, 10), local("2014-03-05"))
    bureau.person("2014-03-06", "wang", "correspondent", from_on="2014-02-01")
    bureau.wait("2014-04-10")
    assert bureau.obligation("q", "2014-03", "wang") is None
