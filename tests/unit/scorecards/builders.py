"""A scheme, read from its text, for the tests of the read side."""

from datetime import UTC, datetime

from shared.schemes import Scheme, read_scheme

OPENED = datetime(2014, 2, 28, 16, tzinfo=UTC)

SCHEME = """
scheme: district
version: 1
title: 宣传信息计分考核办法
effective: {from: 2014-01-01}
time_zone: Asia/Shanghai
calendars:
  week: {every: week}
  month: {every: month}
  half: {every: half_year}
kinds:
  report: {title: 宣传信息}
measures:
  reports: {title: 上报信息, cite: 每周报送信息不得少于2条, count: submitted, where: {kind: report}}
  adoption: {title: 采用得分, count: adopted, unit: points, amount: 5, per_item: highest, dated: published_on}
  instructions: {title: 领导批示得分, count: instructed, unit: points, amount: 30}
quotas:
  weekly_reports: {title: 每周报送信息不少于2条, measure: reports, calendar: week, at_least: 2, due: {after_end: P0D}}
lines:
  reporting: reports * 1
  adopted: adoption
  instructed: instructions
  total: reporting + adopted + instructed
scorecards:
  month: {lines: [reporting, adopted, instructed, total], final_after: P5D}
  half: {lines: [total], rank: {by: total, within: group, awards: {street: 1, committee: 2}}}
"""


def scheme(text: str = SCHEME) -> Scheme:
    return read_scheme(text)
