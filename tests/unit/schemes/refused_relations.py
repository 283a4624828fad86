"""What may go wrong between the parts of a scheme: quotas, lines and scorecards, which speak of all the others."""

from tests.unit.schemes.refused import Refused

QUOTAS = {
    "calendar and date": Refused(
        "by: 2014-11-10, at_least", "by: 2014-11-10, calendar: week, at_least", "by", "has one of calendar or by"
    ),
    "neither calendar nor date": Refused(
        "by: 2014-11-10, at_least", "at_least", "", "a quota needs one of calendar or by"
    ),
    "date before the version": Refused(
        "by: 2014-11-10, at_least",
        "by: 2014-03-31, at_least",
        "2014-03-31",
        "before this version begins, on 2014-04-01",
    ),
    "date of a quota that is a calendar": Refused(
        "  plan: {measure", "  week: {measure", "week", '"week" is one already'
    ),
    "unknown class": Refused(
        "table: {teaching_units: 24", "table: {teaching_unit: 24", "teaching_unit", "no class", "teaching_units"
    ),
    "target of nothing": Refused("editor: 3}", "editor: 0}", "0", "whom it asks nothing is left out of the table"),
    "role that it does not apply to": Refused(
        "correspondent: 6, ", "corespondent: 6, ", "corespondent", "does not apply to the role", "correspondent"
    ),
    "target by department of a group": Refused(
        "{by: group, table: {faculty: 30", "{by: department, table: {faculty: 30", "department", "by: group"
    ),
    "target of an unknown fact": Refused(
        '"staff * 0.9", due', '"staf * 0.9", due', "staf", 'no fact of departments "staf"', "staff"
    ),
    "roles of departments": Refused(
        "applies_to: {roles: [correspondent, editor]}",
        "applies_to: {roles: [correspondent, editor]}\n    subject: department",
        "subject",
        "roles are those of persons",
    ),
    "persons who are never credited": Refused(
        "  author_reports:\n    measure: reports",
        "  author_reports:\n    measure: screenings",
        "screenings",
        'no person is ever credited with "screenings"',
    ),
    "two due dates": Refused(
        "due: {day: 20, month: last}", "due: {day: 20, after_end: P1D}", "day", '"after_end" stands here already'
    ),
    "due at no day": Refused(
        "due: {day: 20, month: last}", 'due: {at: "16:00"}', "", "one of after_end, before_end, day, workday or on"
    ),
    "month without a day": Refused(
        "due: {workday: 3}", "due: {workday: 3, month: next}", "month", '"month" belongs beside "day"'
    ),
    "workday nought": Refused("due: {workday: 3}", "due: {workday: 0}", "0", "workdays are counted from 1"),
    "day of the month of a week": Refused(
        'due: {after_end: P2D, at: "16:00", shift: next_workday}', "due: {day: 20}", "day", "write after_end"
    ),
    "one date for every month": Refused(
        "due: {before_end: P1D}", "due: {on: 2014-05-01}", "2014-05-01", "cannot be the due date of period after period"
    ),
    "due before the period": Refused(
        "due: {before_end: P1D}", "due: {before_end: P40D}", "P40D", '"month" has 28 days'
    ),
    "due before the campaign": Refused(
        "due: {on: 2014-12-31", "due: {on: 2014-10-15", "2014-10-15", 'before "promotion" begins on 2014-10-16'
    ),
    "reminder before the period opens": Refused("[PT12H, P2D]", "[P10D]", "P10D", "before the period opens"),
    "grace of nothing": Refused("grace: P3D", "grace: P0D", "P0D", "grace of no length is none"),
    "its own outcome": Refused(
        "  plan: {measure: careful_reports", "  plan: {measure: late_quotas", "plan", "depend on its own outcome"
    ),
}

LINES = {
    "unknown name": Refused(
        "base: reports + adoption", "base: reports + adpotion", "adpotion", "no measure and no line", "adoption"
    ),
    "unknown quota": Refused(
        "2 * missed(weekly_reports)", "2 * missed(weakly_reports)", "weakly_reports", "no quota", "weekly_reports"
    ),
    "a quota by itself": Refused("barred: missed(yearly_reports) > 0", "barred: plan", "plan", "write met(plan)"),
    "over an unknown calendar": Refused("previous(total)", "previous(totl)", "totl", "no measure and no line", "total"),
    "over a calendar that is not shorter": Refused(
        "best_over(month, base)",
        "best_over(year, base)",
        "best_over(year, base)",
        '"year" is not shorter than "school_year"',
    ),
    "over an open calendar": Refused(
        "best_over(month, base)", "best_over(promotion, base)", "promotion", "goes on until it is closed"
    ),
    "quota of a longer calendar": Refused(
        "base: reports + adoption",
        "base: reports + met(yearly_reports) + adoption",
        "met(yearly_reports)",
        '"yearly_reports" goes by "school_year", which is longer than "month"',
    ),
    "circle": Refused(
        'penalty: {formula: "shortfall(weekly_reports)',
        'penalty: {formula: "total + shortfall(weekly_reports)',
        "total",
        "in a circle: total → penalty → total",
    ),
    "circle through the period before": Refused("- penalty +", "- previous(total) +", "total", "total → total"),
    "circle through other periods": Refused("- penalty +", "- over(week, total) +", "total", "total → total"),
    "circle through a rank": Refused(
        "base: reports + adoption", "base: reports + rank_bonus(base) + adoption", "base", "base → base"
    ),
    "circle through what disqualifies": Refused(
        "barred: missed(yearly_reports) > 0", "barred: rank(yearly) > 5", "yearly", "barred → barred"
    ),
    "circle through persons": Refused(
        "reports + rank(contributions)", "reports + department(total)", "total", "in a circle"
    ),
    "circle through the group": Refused("ratio(base, group(base))", "group(against_group)", "against_group", "circle"),
    "line of persons in one of departments": Refused(
        "base: reports + adoption",
        "base: earned + adoption",
        "earned",
        "write persons(earned), persons_best(earned) or best_rank(earned)",
    ),
    "line of departments in one of persons": Refused(
        "department(penalty) + fees", "penalty + fees", "penalty", "write department(penalty)"
    ),
    "persons in a line of persons": Refused(
        "department(penalty) + fees", "persons(earned) + fees", "earned", "belongs in a line of the department"
    ),
    "department in a line of departments": Refused(
        "base: reports + adoption", "base: department(reports) + adoption", "reports", "belongs in a line of the person"
    ),
    "organisation of a line of persons": Refused(
        "reports / organisation(reports)", "reports / organisation(earned)", "earned", "not of the person"
    ),
    "measure of no persons in a line of persons": Refused(
        '"screen_hours + interviews"', '"screenings + interviews"', "screenings", "no person is ever credited"
    ),
    "quota of others": Refused(
        "actual(group_reports) / target", "actual(weekly_reports) / target", "weekly_reports", "a line of the group"
    ),
    "rank of what nobody ranks by": Refused(
        "barred: missed(yearly_reports) > 0", "barred: rank(share) > 3", "share", "no scorecard of the department ranks"
    ),
    "rank of a measure": Refused(
        "barred: missed(yearly_reports) > 0", "barred: rank(reports) > 3", "reports", "write a line for it"
    ),
    "bonus that is not declared": Refused(
        "rank_bonus(base)", "rank_bonus(yearly)", "yearly", 'no scorecard that ranks by "yearly" has a bonus'
    ),
    "fact over periods": Refused(
        "best_over(month, base)", "best_over(month, staff)", "staff", "is a fact of departments"
    ),
    "division by what may be nothing": Refused(
        "{formula: reports / organisation(reports), otherwise: 0}",
        "reports / organisation(reports)",
        "organisation(reports)",
        'with "otherwise" beside "formula"',
    ),
    "ratio without otherwise": Refused(
        '{formula: "ratio(base, group(base))", otherwise: 0}',
        "ratio(base, group(base))",
        "group(base)",
        'with "otherwise" beside "formula"',
    ),
    "unknown subject": Refused("subject: organisation, unit", "subject: org, unit", "org", "is no subject"),
    "line named like a fact": Refused("barred: missed", "staff: missed", "staff", "is already a fact of departments"),
    "band without quotes": Refused(
        "barred: missed(yearly_reports) > 0", "barred: band(base, 3: 1)", ": 1)", "a formula with a colon needs quotes"
    ),
}

CARDS = {
    "two cards of one calendar": Refused(
        "month-contributors:\n    calendar: quarter",
        "month-contributors:\n    calendar: month",
        "month-contributors",
        '"month-persons" is the persons\' card of "month" already',
    ),
    "line of another subject": Refused(
        "lines: [everything_sent]",
        "lines: [lead]",
        "lead",
        "a line of the group, and this is a card of the organisation",
    ),
    "rank by a line that is not shown": Refused(
        "rank: {by: base, bonus", "rank: {by: coverage, bonus", "coverage", "no line on this card"
    ),
    "ties by an unknown line": Refused("then: [share, base]", "then: [shar, base]", "shar", "no line", "share"),
    "award of no class": Refused(
        "awards: {teaching_units: 3, all: 1}", "awards: {teachers: 3}", "teachers", 'no class "teachers"'
    ),
    "award of a group among all": Refused(
        "rank: {by: lead, awards: 1}", "rank: {by: lead, awards: {faculty: 1}}", "faculty", "the rank is over all"
    ),
    "bonus of no rank": Refused("bonus: {1: 5", "bonus: {first: 5", "first", "no whole number from 1 to 1000"),
    "groups within groups": Refused(
        "rank: {by: lead, awards: 1}", "rank: {by: lead, within: group}", "within", "ranked among one another"
    ),
    "rank of the one organisation": Refused(
        "lines: [everything_sent]}",
        "lines: [everything_sent], rank: {by: everything_sent}}",
        "",
        "there is one organisation: it cannot be ranked",
    ),
    "place for disqualified who are not": Refused(
        "    disqualified: barred\n", "", "ranked", 'it belongs beside "disqualified"'
    ),
    "disqualified by an unknown line": Refused(
        "disqualified: barred", "disqualified: bared", "bared", "no line of the department", "barred"
    ),
    "unknown placeholder": Refused(
        "现将{period}情况",
        "现将{peroid}情况",
        "{peroid}",
        "a bulletin knows {period}, {title} and {number}",
        "{period}",
    ),
}

RELATIONS = {**QUOTAS, **LINES, **CARDS}
