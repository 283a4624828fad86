"""A rulebook in two versions that uses what the language has for the fold, and half a year of everything under it."""

from datetime import date
from decimal import Decimal

from shared.contracts import department_events as happened
from shared.contracts.department_events import Contributor
from tests.unit.scoring.bureaus import Bureau, local, rulebook

BODY = """
measures:
  reports: {title: R, count: submitted, where: {kind: report}, credit: {shares: equal},
    persons: {roles: [author], share: equal}, per_period: {calendar: day, at_most: 2}}
  points: {title: P, count: adopted, amount: {by: tier, table: {district: %s, city: 20}}, per_item: highest,
    together_with: [orders]}
  orders: {title: O, count: instructed, amount: {by: level, table: {city: 30}}, per_item: highest,
    together_with: [points]}
  clicks: {title: C, count: measured, amount: "value / max(staff, 1)", per_item: latest}
  pay: {title: Y, count: accepted, amount: 100, unit: CNY, pay: {author: 7, editor: 3}}
  calls: {title: L, count: called, where: {on_time: false}, amount: -1}
  answers: {title: A, count: answered}
  extra: {title: X, count: adjusted, amount: value}
  misses: {title: M, count: missed, amount: shortfall * -1}
  late: {title: T, count: submitted, dated: happened_on, late: only, due: {calendar: month, after_end: P1D}}
quotas:
  weekly: {measure: reports, calendar: week, at_least: "ceil(staff / 6)", due: {after_end: P1D}, grace: P2D,
    remind: [P1D]}
  own: {measure: reports, calendar: month, at_least: 2, applies_to: {roles: [correspondent]}, joiners: prorated}
  whole: {measure: points, calendar: month, at_least: 100, subject: organisation}
  drive: {measure: reports, calendar: campaign, at_least: 3}
"""
SCHEMES = ((BODY % 5, 1, "2014-01-01"), (BODY % 6, 2, "2014-03-01"))
WANG, LI = Contributor("Wang", "author", "wang"), Contributor("Li", "editor", "li")


def story() -> Bureau:
    """Half a year in which everything happens that a department's stream can tell."""
    first, second = (rulebook(*one) for one in SCHEMES)
    bureau = Bureau(first, later=[second])
    bureau.person("2014-01-01 08:00", "wang", "correspondent", from_on="2014-01-01", facts={"staff": Decimal(3)})
    bureau.tell("2014-01-02", happened.CallIssued("call", "office", "Snow", local("2014-01-05")))
    bureau.submit("2014-01-03", "a", answers="call", contributors=(WANG, LI), departments=("south", "north"))
    for number in range(3):
        bureau.submit("2014-01-20", f"day-{number}", contributors=(WANG,))
    bureau.review("2014-01-21", "a", "accepted")
    bureau.adopt("2014-01-22", "a", "a1", "2014-02-10", "city")
    bureau.instruct("2014-01-23", "a", "o1", "2014-02-20")
    bureau.measure("2014-01-24", "a", "m1", "240", "2014-01-24")
    bureau.waive("2014-01-25", "weekly", "2014-W06")
    bureau.writer.apply(second)
    bureau.person("2014-02-10", "li", "correspondent", from_on="2014-02-15")
    bureau.adjust("2014-02-11", "x1", "2.5", "2014-02-11")
    bureau.adjust("2014-02-11", "x2", "4", "2014-02-11", person="wang")
    bureau.submit("2014-02-16", "b", happened_on=date(2014, 1, 10), contributors=(WANG,))
    bureau.adopt("2014-02-16", "b", "b1", "2014-02-16", "district")
    bureau.describe("2014-02-17", "2014-02-01", staff=6)
    bureau.retract("2014-03-02", "a", "o1")
    bureau.tell("2014-03-03", happened.AdjustmentRetracted("x2", "twice"))
    bureau.tell("2014-03-04", happened.ItemCorrected("a", "a", "names", contributors=(LI,)))
    bureau.tell("2014-03-05", happened.SchemeBackdated("office", 2, date(2014, 2, 1), "agreed"))
    bureau.submit("2014-03-20", "c")
    bureau.writer.close("campaign", date(2014, 3, 19), local("2014-03-20 08:00"))
    bureau.withdraw("2014-05-01", "day-0")
    bureau.tell("2014-05-02", happened.CallCancelled("call", "no snow"))
    bureau.waive("2014-05-03", "weekly", "2014-W03")
    bureau.writer.leave(date(2014, 5, 10), local("2014-05-05"), "merged")
    bureau.wait("2014-07-01")
    return bureau
