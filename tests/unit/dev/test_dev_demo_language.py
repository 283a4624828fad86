"""What the rulebooks of ``schemes/`` do not have, the invented year can do too: joint items, workdays, bands, calls."""

from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from dev.demo import rulebooks
from dev.demo.history.span import Span, span_of
from dev.demo.history.year import history
from services.scoring.application.rehearsal.folder import Folder
from shared.calendars import PUBLIC_YEARS
from tests.unit.dev.importing import Importing

ORGANISATION = """
organisation: {name: town, title: 某镇, time_zone: Asia/Shanghai}
outlets:
  - {name: daily, title: 日报, tier: city, medium: newspaper, from: 2014-01-01}
  - {name: web, title: 网站, tier: town, medium: website, from: 2014-01-01}
departments:
  - {name: office, title: 办公室, group: a, facts: {staff: 10}}
  - {name: culture, title: 文化站, group: a, facts: {staff: 20}}
  - {name: schools, title: 教育办, group: b}
persons:
  - {name: writer, title: 信息员甲, department: office, roles: [author]}
  - {name: checker, title: 审稿人, department: office, roles: [reviewer]}
"""
SCHEME = """
scheme: town
version: 1
title: 信息报送办法
effective: {from: 2014-01-01}
time_zone: Asia/Shanghai
facts: {staff: {}}
calendars: {week: {every: week}, month: {every: month}}
outlets_by: tier
kinds:
  report:
    attributes:
      length: {type: integer, required: true, min: 50}
      weight: {type: choice, of: [low, high], required: true}
      topics: {type: choices, of: [one, two, three], required: true}
      filmed_on: {type: date}
      aired_at: {type: time}
      films: {type: files, min: 1, max: 2}
    contributors: {roles: [author, reviewer], required: [author, reviewer]}
    review: [{when: {weight: high}, stages: [office, leader]}, {stages: [office]}]
measures:
  reports: {count: submitted, where: {kind: report}, credit: {shares: [3, 2]}, persons: {roles: [author]}}
  long_reports: {count: accepted, where: {kind: report, length: {at_least: 800}}}
  adoption:
    count: adopted
    unit: points
    amount: {by: [tier, form], table: {city: {whole: 20, edited: 10}, town: {whole: 5, edited: 2}}}
    per_item: highest
    credit: each
  instructions: {count: instructed, where: {level: [city, town]}, per_item: first}
  clicks: {count: measured, where: {metric: clicks}, amount: value >= staff * 100, unit: items, per_item: latest}
  called: {count: called}
  answered: {count: answered, where: {on_time: true}, dated: called_on, per_item: first}
  praise: {count: adjusted, where: {category: praise}, amount: value, unit: points}
quotas:
  weekly: {measure: reports, calendar: week, at_least: 1}
  own_monthly: {measure: reports, calendar: month, at_least: 2, applies_to: {roles: [author]}}
  monthly_long: {measure: long_reports, calendar: month, at_least: 1}
lines: {total: reports + adoption}
scorecards: {month: {lines: [total]}}
"""
BY_WORKDAYS = SCHEME.replace("calendar: month, at_least: 1}", "calendar: month, at_least: 1, due: {workday: 3}}")
NOW = datetime(2026, 11, 19, 3, tzinfo=UTC)


@cache
def folder(scheme: str) -> Folder:
    return rulebooks.read({"organisation.yaml": ORGANISATION, "scheme.yaml": scheme})


def span(scheme: str, now: datetime = NOW) -> Span:
    return span_of(folder(scheme).schemes, folder(scheme).organisation.time_zone, now)


@cache
def lines(scheme: str) -> list[dict[str, Any]]:
    return history(folder(scheme).organisation, folder(scheme).schemes, span(scheme))


def test_every_command_occurs_and_is_accepted() -> None:
    found = Importing(folder(SCHEME), span(SCHEME)).take_all(lines(SCHEME))

    commands = {line["command"] for line in lines(SCHEME)}
    assert commands >= {"submit", "review", "resubmit", "adopt", "instruct", "measure", "call", "adjust"}
    assert {entry.measure for entry in found.ledger()} == set(folder(SCHEME).schemes[0].measures)


def test_items_are_joint_now_and_then_where_others_are_credited_too() -> None:
    submitted = [line for line in lines(SCHEME) if line["command"] == "submit"]
    joint = [line for line in submitted if "departments" in line]

    assert 0 < len(joint) < len(submitted) / 3
    assert all(line["department"] not in line["departments"] for line in joint)


def test_numbers_lie_on_both_sides_of_what_measures_compare_them_with() -> None:
    words = [line["attributes"]["length"] for line in lines(SCHEME) if line["command"] == "submit"]
    clicks = [line for line in lines(SCHEME) if line["command"] == "measure" and line["department"] == "culture"]

    assert min(words) < 800 <= max(words)
    assert min(line["value"] for line in clicks) < 2_000 <= max(line["value"] for line in clicks)


def test_a_person_writes_and_another_reviews() -> None:
    roles = Counter(
        (one.get("person"), one["role"])
        for line in lines(SCHEME)
        if line["command"] == "submit" and line["department"] == "office"
        for one in line["contributors"]
    )

    assert set(roles) == {("writer", "author"), ("checker", "reviewer")}


def test_where_workdays_decide_the_year_is_one_of_which_they_are_known() -> None:
    found = span(BY_WORKDAYS, datetime(max(PUBLIC_YEARS), 11, 19, tzinfo=UTC))

    assert (found.first_on, found.live) == (date(max(PUBLIC_YEARS) - 2, 1, 1), False)
    assert (
        Importing(folder(BY_WORKDAYS), found)
        .take_all(history(folder(BY_WORKDAYS).organisation, folder(BY_WORKDAYS).schemes, found))
        .ledger()
    )
