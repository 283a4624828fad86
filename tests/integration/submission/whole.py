"""A scheme that uses what departments say beside plain items: roles, ways of review, persons' quotas, a campaign."""

from typing import Any

from tests.integration.submission.api import Organisation, World

SCHEME = """
scheme: whole
version: 1
title: 宣传工作考核办法
effective: {from: 2014-01-01, begins: at_once}
time_zone: Asia/Shanghai
calendars:
  month: {every: month}
  campaign: {from: 2014-01-01}
kinds:
  report:
    title: 信息
    attributes:
      photos: {type: files, max: 3}
      aired_at: {type: time}
      minutes: {type: number, min: 0.5, max: 120}
    channels: [own_site, outside]
    contributors: {roles: [author, reviewer], required: [author]}
    review:
      - {when: {channel: outside}, stages: [section, office]}
      - {when: {photos: {above: 0}}, stages: [office]}
  answer: {title: 应约稿}
measures:
  reports: {title: 报送, count: submitted, where: {kind: report}, persons: {roles: [author]}}
  clicks: {title: 点击, count: measured, amount: value, per_item: latest}
  called: {title: 约稿, count: called}
  interviews: {title: 约谈, count: adjusted, amount: value}
quotas:
  monthly: {title: 每月一条, measure: reports, calendar: month, at_least: 1}
  own: {title: 每人每月一条, measure: reports, calendar: month, at_least: 1, applies_to: {roles: [correspondent]}}
  campaigning: {title: 活动期间一条, measure: reports, calendar: campaign, at_least: 1}
lines: {total: reports + clicks + interviews - called}
scorecards:
  month: {lines: [total]}
"""
REPORT: dict[str, Any] = {
    "department": "press",
    "kind": "report",
    "title": "动态",
    "attributes": {"channel": "own_site"},
    "contributors": [{"name": "张三", "role": "author"}],
}
PERSON: dict[str, Any] = {"title": "王芳", "roles": ["correspondent"], "facts": {"posts": "2"}, "from": "2014-01-01"}
FAR = "2099-01-01T00:00:00+08:00"


def organisation(world: World) -> Organisation:
    """Under this scheme, with the live departments ``press`` and ``court``."""
    made = world.organisation(scheme=SCHEME)
    made.department("court").expect(201)
    return made


def kinds_of(made: Organisation, department: str) -> list[str]:
    """The types of the department's events but milestones."""
    return [kind for kind, _ in made.events(department) if kind != "milestones.reached"]
