"""What was begun under one version of a rulebook goes on under it when another is in force."""

import pytest

from tests.unit.scoring.bureaus import Bureau, rulebook

MEASURES = """
measures:
  reports: {count: submitted, where: {kind: report}, persons: {roles: [author]}}
  notices: {count: submitted, where: {kind: notice}}
"""


def test_an_obligation_counts_what_its_own_version_asks_for() -> None:
    # given a month's quota of reports, which a version from the middle of that month on makes one of notices
    first, second = (
        rulebook(f"{MEASURES}quotas:\n  q: {{measure: {measure}, calendar: month, at_least: 2}}\n", version, effective)
        for version, measure, effective in ((1, "reports", "2014-01-01"), (2, "notices", "2014-01-15"))
    )
    bureau = Bureau(first, later=[second])
    bureau.writer.apply(second)

    # when both come in that month and in the next one
    for month in ("01", "02"):
        bureau.submit(f"2014-{month}-20", f"report-{month}")
        for number in range(3):
            bureau.submit(f"2014-{month}-21", f"notice-{month}-{number}", kind="notice")

    # then each month counts what it was opened for
    assert (bureau.owed("q", "2014-01").actual, bureau.owed("q", "2014-01").state) == (1, "missed")
    assert (bureau.owed("q", "2014-02").actual, bureau.owed("q", "2014-02").state) == (3, "met")


def test_a_version_that_does_not_know_a_year_says_nothing_of_whom_is_described_in_it() -> None:
    # given a version without the workdays of a year that nobody knows of itself, and a later one that has them
    quotas = """quotas:
  q: {measure: reports, calendar: month, due: {workday: 1}, at_least: 1, subject: person}
"""
    told = "workdays: {years: [2027, 2028]}\n"
    first = rulebook(MEASURES + quotas, 1, "2026-11-01")
    second = rulebook(told + MEASURES + quotas, 2, "2026-11-15")
    bureau = Bureau(first, second, joined_on="2026-11-01")

    # when somebody is described in that year
    bureau.person("2027-03-10", "wang", "correspondent", from_on="2027-03-01")

    # then they owe what the version says that knows it
    assert bureau.owed("q", "2027-03", "wang").state == "open"


@pytest.mark.parametrize(("joiners", "target"), [("exempt", None), ("full", 2)])
def test_a_person_owes_by_the_version_that_the_period_has_opened_under(joiners: str, target: int | None) -> None:
    # given a quota with one date, which began on 1 January, and a version of 15 January that says the same
    quota = f"by: 2014-03-03, at_least: 2, subject: person, joiners: {joiners}"
    first, second = (
        rulebook(f"{MEASURES}quotas:\n  q: {{measure: reports, {quota}}}\n", version, effective)
        for version, effective in ((1, "2014-01-01"), (2, "2014-01-15"))
    )
    bureau = Bureau(first, later=[second])
    bureau.wait("2014-01-10")
    bureau.writer.apply(second)

    # when a person joins on the day on which that version begins
    bureau.person("2014-01-20", "wang", "correspondent", from_on="2014-01-15")

    # then they have joined in the middle
    found = bureau.obligation("q", "q", "wang")
    assert (None if found is None else found.target) == target
