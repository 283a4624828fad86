"""A small scheme that the tests read, and spoil."""

SCHEME = """\
scheme: small
version: 1
title: 考核办法
effective: {from: 2014-01-01}
time_zone: Asia/Shanghai
calendars:
  week: {every: week}
  month: {every: month}
kinds:
  report:
    title: 宣传信息
    attributes:
      topic: {type: choice, of: [progress, problem]}
      urgent: {type: boolean}
      pages: {type: integer}
      score: {type: number}
    review: [{stages: [office]}]
  photo: {}
outlets_by: tier
measures:
  reports: {count: submitted, where: {kind: report}}
  adoption:
    count: adopted
    amount:
      by: [tier, form]
      table:
        district: {whole: 5, edited: 2}
        city: {whole: 20, edited: 10.5}
    per_item: highest
quotas:
  weekly:
    measure: reports
    calendar: week
    at_least: 2
    due: {after_end: P1D}
    remind: [PT12H, P2D]
lines:
  total: reporting + adoption
  reporting: reports * 1
scorecards:
  month: {lines: [reporting, total], final_after: P5D, rank: {by: total, within: group, awards: {street: 3}}}
bulletins:
  monthly: {calendar: month, issue: {after_close: P1D}}
"""


def spoiled(right: str, wrong: str) -> str:
    """The small scheme with one place changed."""
    assert SCHEME.count(right) == 1, f"{right!r} must stand in the example once"
    return SCHEME.replace(right, wrong)
