"""A rulebook in two versions that uses every part of the scheme language that scoring knows."""

from functools import cache

from shared.schemes import Scheme, read_scheme

FIRST = """
scheme: everything
version: 1
title: Everything at once
effective: {from: 2014-01-01}
time_zone: Asia/Shanghai
calendars:
  day: {every: day}
  week: {every: week}
  month: {every: month}
  quarter: {every: quarter}
  half: {every: half_year}
  year: {every: year}
kinds:
  report:
    title: Report
    attributes:
      topic: {title: Topic, type: choice, of: [progress, problem]}
      fields: {title: Fields, type: choices, of: [law, health, art]}
      urgent: {title: Urgent, type: boolean}
    review: [{stages: [office, leader]}]
  video:
    title: Video
outlets_by: tier
measures:
  reports: {title: Reports, count: submitted, where: {kind: report}}
  happenings: {title: By the day it happened, count: submitted, dated: happened_on}
  problems: {title: Urgent problems, count: submitted, where: {topic: problem, urgent: true}, amount: 3}
  lawful: {title: On law or health, count: submitted, where: {fields: [law, health]}, amount: 0.5}
  accepted: {title: Accepted, count: accepted}
  accepted_when_reported: {title: Accepted, count: accepted, dated: submitted_on}
  returned: {title: Returned, count: returned, amount: -1}
  rejected: {title: Rejected, count: rejected, amount: -2}
  adoption:
    title: Adoption
    count: adopted
    unit: points
    amount: {by: [tier, form], table: {district: {whole: 5, edited: 2}, city: {whole: 20, edited: 10}}}
    per_item: highest
  every_adoption: {title: Every adoption, count: adopted, amount: 1, dated: submitted_on}
  instruction:
    title: Instruction
    count: instructed
    amount: {by: level, table: {capital: 50, city: 40, district: 30}}
    per_item: highest
quotas:
  weekly: {measure: reports, calendar: week, at_least: 2, applies_to: {tags: [key]}, due: {after_end: P0D},
    remind: [P2D, P1D]}
  monthly: {measure: adoption, calendar: month, at_least: 10, due: {after_end: P3D}, remind: [PT36H], joiners: full}
  grouped: {measure: accepted, calendar: week, at_least: 1, applies_to: {groups: [street]}, due: {after_end: P1D}}
  daily: {measure: happenings, calendar: day, at_least: 1, applies_to: {departments: [north]}, due: {after_end: PT12H}}
  yearly: {measure: problems, calendar: year, at_least: 4, due: {after_end: P0D}}
lines:
  total: reports + adoption
scorecards:
  week: {lines: [total], final_after: P5D}
  month: {lines: [total], final_after: P5D}
"""

SECOND = (
    FIRST.replace("version: 1", "version: 2")
    .replace("{from: 2014-01-01}", "{from: 2014-02-12, begins: at_once}")
    .replace("{district: {whole: 5, edited: 2}, city: {whole: 20, edited: 10}}", "{district: {whole: 6}}")
    .replace("    per_item: highest\n  every_adoption", "    per_item: all\n  every_adoption")
    .replace("returned: {title: Returned, count: returned, amount: -1}", "returned: {title: Returned, count: returned}")
    .replace("at_least: 2, applies_to: {tags: [key]}", "at_least: 3, applies_to: {tags: [key]}")
)


@cache
def everything() -> tuple[Scheme, Scheme]:
    """The first version, and one that holds from 12 February 2014, a Wednesday, on."""
    return read_scheme(FIRST), read_scheme(SECOND)
