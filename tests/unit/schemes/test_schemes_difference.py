"""Two versions of a scheme are told apart by what they mean, in the words of the scheme."""

from functools import cache
from pathlib import Path

import pytest

from shared.schemes import Scheme, read_scheme
from shared.schemes.difference import SECTIONS, Change, diff
from tests.unit.schemes.examples import SCHEME as SMALL

EVERYTHING = (Path(__file__).parent / "files" / "everything.yaml").read_text()


@cache
def read(text: str) -> Scheme:
    return read_scheme(text)


def told(right: str, wrong: str, text: str = EVERYTHING) -> list[str]:
    assert text.count(right) == 1, f"{right!r} must stand in the scheme once"
    return [str(change) for change in diff(read(text), read(text.replace(right, wrong)))]


def test_a_scheme_does_not_differ_from_itself() -> None:
    assert diff(read(EVERYTHING), read(EVERYTHING)) == []


@pytest.mark.parametrize(
    "same",
    [
        EVERYTHING.replace("# A scheme", "# The scheme"),
        EVERYTHING.replace("[PT12H, P2D]", "[P2D, PT720M]"),
        EVERYTHING.replace("whole: 5", "whole: 5.0").replace("{quota: weekly_reports}", "{quota: [weekly_reports]}"),
        EVERYTHING.replace("version: 2", "version: 3"),
    ],
    ids=["comment", "order of reminders", "way of writing", "version"],
)
def test_what_means_the_same_is_no_difference(same: str) -> None:
    assert diff(read(EVERYTHING), read(same)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("title: 宣传工作考核办法", "title: 考核办法", "title: 宣传工作考核办法 → 考核办法"),
        ("begins: month}", "begins: at_once}", "effective: 2014-04-01 → 2014-03-10"),
        ("years: [2031, 2032]", "years: [2031]", "workdays: years: 2031, 2032 → 2031"),
        ("otherwise: 1}\n  students", "otherwise: 2}\n  students", "facts staff: otherwise: 1 → 2"),
        ("every: week, starts_on: saturday", "every: week", "calendars week: starts_on: 5 → nothing"),
        ("groups: [faculty]", "groups: [faculty, clinic]", "classes teaching_units: groups: faculty → clinic, faculty"),
        ("max: 200", "max: 300", "kinds report: attributes pages at_most: 200 → 300"),
        ("  note: {}", "  note: {}\n  photo: {}", "kinds photo: added"),
        ("pages: {at_least: 5}", "pages: {at_least: 6}", "kinds report: review 1 when pages at_least: 5 → 6"),
        ("capital: 50", "capital: 60", "measures instructions: amount table capital: 50 → 60"),
        ("value: {at_least: 10}", "value: {at_least: 12}", "measures clicks: where value at_least: 10 → 12"),
        ("per_item: latest", "per_item: first", "measures clicks: per_item take: latest → first"),
        ("{count: called}", "{count: called, where: {on_time: true}}", "measures calls: where on_time: nothing → "),
        ("  calls: {count: called}\n", "", "measures calls: removed"),
        ("at_least: 15", "at_least: 16", "quotas system_reports: at_least: 15 → 16"),
        ("grace: P3D", "grace: P4D", "quotas weekly_reports: grace: P3D → P4D"),
        ('at: "16:00", shift: next', 'at: "17:00", shift: next', "quotas weekly_reports: due at: 16:00:00 → 17:00:00"),
        ("due: {workday: 3}", "due: {day: 5}", "quotas author_reports: due workday: 3 → nothing"),
        ("reports + adoption +", "2 * reports + adoption +", "lines base: formula: reports + adoption + round(intervi"),
        ("within: group, awards: 10", "within: group, awards: 5", "scorecards month-persons: rank awards all: 10 → 5"),
        ("{after_close: P1D}", "{after_close: P2D}", "bulletins monthly: issue after_close: P1D → P2D"),
    ],
)
def test_a_difference_is_told_by_section_name_and_key(right: str, wrong: str, says: str) -> None:
    found = told(right, wrong)

    assert any(line.startswith(says) for line in found), found
    assert len(found) <= 3


def test_another_sort_of_amount_is_told_as_a_whole() -> None:
    found = told("amount: value}", "amount: 2}")

    assert found == ["measures interviews: amount: formula value → 2"]


def test_everything_that_one_scheme_has_and_the_other_has_not_is_told() -> None:
    changes = diff(read(SMALL), read(EVERYTHING))

    kinds = {(change.section, change.name): change.kind for change in changes}
    assert {section for section, _ in kinds} >= {*SECTIONS} - {"bulletins"}
    assert kinds["kinds", "photo"] == "removed"
    assert kinds["quotas", "plan"] == "added"


def test_a_change_says_itself_in_a_line() -> None:
    change = Change("quotas", "weekly", "changed", "at_least", "2", "3")

    assert str(change) == "quotas weekly: at_least: 2 → 3"
