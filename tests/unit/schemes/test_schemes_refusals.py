"""What does not hold between the parts of a scheme is told: where, what would be right, and what was meant."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from shared.schemes import Mistake, SchemeMistakes, read_scheme

EVERYTHING = (Path(__file__).parent / "files" / "everything.yaml").read_text()


@dataclass(frozen=True)
class Refused:
    right: str
    """Stands in the scheme once."""
    wrong: str
    at: str
    """The offending text; empty where it is a whole mapping or list."""
    says: str
    suggests: str | None = None


@cache
def mistakes_of(case: Refused) -> tuple[str, tuple[Mistake, ...]]:
    """The spoiled text and what it is told."""
    assert EVERYTHING.count(case.right) == 1, f"{case.right!r} must stand in the scheme once"
    text = EVERYTHING.replace(case.right, case.wrong)
    with pytest.raises(SchemeMistakes) as told:
        read_scheme(text)
    return text, told.value.mistakes


HEAD = {
    "begins with an unknown calendar": Refused(
        "begins: month", "begins: moth", "moth", 'at_once, or with a calendar: there is no calendar "moth"', "month"
    ),
    "begins with a calendar that has ended": Refused(
        "{from: 2014-03-10, begins: month}",
        "{from: 2014-08-01, begins: campaign}",
        "campaign",
        'no period of "campaign" begins on or after 2014-08-01: write at_once',
    ),
    "closed and worked": Refused(
        "worked: [2014-05-04]", "worked: [2014-05-02]", "2014-05-02", "2014-05-02 is both closed and worked"
    ),
    "span that ends before it begins": Refused(
        "to: 2014-07-16}", "to: 2014-07-13}", "2014-07-13", "a span of days has 1 to 366 days"
    ),
    "workdays of an unknown year": Refused(
        "effective: {from: 2014-03-10, begins: month}",
        "effective: {from: 2055-03-10, begins: month}",
        "workdays(happened_on, submitted_on)",
        "whether 2055-04-01 is a workday is not known",
    ),
    "fact named like a field": Refused(
        "quota_of_own: {}", "minutes: {}", "minutes", "already a field of what departments submit"
    ),
    "fact named like a function": Refused("quota_of_own: {}", "over: {}", "over", "it is a word of the formulas"),
}

CALENDARS = {
    "two kinds of calendar at once": Refused(
        "year: {every: year}", "year: {every: year, from: 2014-01-01}", "from", '"every" stands here already'
    ),
    "no kind of calendar": Refused(
        "year: {every: year}", "year: {title: 年}", "", "a calendar needs one of every, periods or from"
    ),
    "end without a beginning": Refused(
        "year: {every: year}", "year: {every: year, to: 2014-12-31}", "to", '"to" belongs beside "from"'
    ),
    "unknown weekday": Refused("saturday", "saterday", "saterday", "is no weekday", "saturday"),
    "day that some months lack": Refused("starts_on: 16", "starts_on: 31", "31", "no whole number from 1 to 28"),
    "month and day that do not exist": Refused(
        "starts_on: 09-01", "starts_on: 13-01", "13-01", "write month and day like 09-01"
    ),
    "days that begin elsewhere": Refused(
        "day: {every: day}", "day: {every: day, starts_on: 2}", "starts_on", "days begin at midnight"
    ),
    "periods that overlap": Refused(
        "{from: 2014-09-01, to: 2015-01-31}",
        "{from: 2014-07-13, to: 2015-01-31}",
        "2014-autumn",
        '"2014-autumn" begins on 2014-07-13, before "2014-spring" has ended on 2014-07-13',
    ),
    "campaign that ends before it begins": Refused(
        "to: 2014-06-30", "to: 2014-05-20", "2014-05-20", "ends on 2014-05-20, before it begins on 2014-05-21"
    ),
}

NAMED = {
    "class of nobody": Refused(
        "all_but_offices: {except: {groups: [office]}}", "all_but_offices: {title: x}", "", "nobody is named here"
    ),
    "exception of nobody": Refused("except: {groups: [office]}", "except: {}", "", "nobody is named here"),
    "class of a later class": Refused(
        "groups: [faculty], ", "groups: [faculty], classes: [video_units], ", "video_units", 'no class "video_units"'
    ),
    "bands of no number": Refused(
        "  minutes: {brief: 0", "  minuts: {brief: 0", "minuts", 'no numeric field "minuts"', "minutes"
    ),
    "bands that do not ascend": Refused(
        "long: 2000", "long: 800", "800", 'above the one before it: "medium" begins at 800'
    ),
    "minimum of a text": Refused(
        "keyword: {type: text}", "keyword: {type: text, min: 1}", "min", "belongs to an attribute of type integer or"
    ),
    "minimum above the maximum": Refused("min: 1, max: 200", "min: 201, max: 200", "max", "at least 201 and at most"),
    "bands of a text": Refused(
        "keyword: {type: text}", "keyword: {type: text, bands: {a: 1}}", "bands", "of type integer or number, not text"
    ),
    "channel twice": Refused(
        "keyword: {type: text}", "channel: {type: text}", "channels", 'an attribute "channel", which stands among'
    ),
    "required role that there is not": Refused(
        "required: [author]", "required: [autor]", "autor", 'no role of this kind "autor"', "author"
    ),
    "review behind one that takes all": Refused(
        "- {when: {channel: outside, pages: {at_least: 5}}, stages",
        "- {stages",
        "",
        'the way before this one has no "when"',
    ),
    "review by a field of facts": Refused(
        "{channel: outside, pages: {at_least: 5}}", "{tier: city}", "tier", 'a report has no field "tier"'
    ),
}

MEASURES = {
    "unknown fact": Refused("{count: called}", "{count: caled}", "caled", "is no fact to count", "called"),
    "field of another fact": Refused(
        "where: {category: interview}", "where: {kind: report}", "kind", 'something adjusted has no field "kind"'
    ),
    "range on a choice": Refused(
        "topic: [progress, practice]", "topic: {at_least: progress}", "at_least", "topic has no order"
    ),
    "range that nothing is in": Refused(
        "{above: 1.50, below: 99}", "{above: 99, below: 99}", "below", "nothing is above 99 and below 99 at once"
    ),
    "two lower bounds": Refused(
        "{above: 1.50, below: 99}", "{above: 1.50, at_least: 2}", "above", "write at_least or above, not both"
    ),
    "condition of nothing": Refused("columns: {not: [party]}", "columns: {}", "", "say what must hold of columns"),
    "date that is compared with a number": Refused(
        "{at_least: 2014-01-01, at_most", "{at_least: 5, at_most", "5", "no date: write it like 2014-01-01"
    ),
    "time of day that there is not": Refused('below: "18:00"', 'below: "24:00"', "24:00", "is no time of day"),
    "band that there is not": Refused(
        "pages: many", "pages: plenty", "plenty", 'pages is never "plenty"; it is one of few, many'
    ),
    "function that there is not": Refused(
        '"weekday_of(happened_on)"', '"weekday(happened_on)"', "weekday", "no function of dates", "weekday_of"
    ),
    "function of one date alone": Refused(
        '"workdays(happened_on, submitted_on)": {at_most: 3}',
        '"workdays(happened_on)": {at_most: 3}',
        "workdays(happened_on)",
        "workdays takes 2 of the fact's dates: write workdays(happened_on, submitted_on)",
    ),
    "function of a date that the fact has not": Refused(
        '"workdays(happened_on, submitted_on)": {at_most: 3}',
        '"workdays(happened_on, published_on)": {at_most: 3}',
        "published_on",
        'something accepted has no date "published_on" for workdays',
        "submitted_on",
    ),
    "time of a date": Refused(
        "time_of(submitted_at)", "time_of(submitted_on)", "submitted_on", "no time", "submitted_at"
    ),
    "weekday that there is not": Refused("[6, 7]", "[6, 8]", "8", "is never 8: it goes from 1 to 7"),
    "quota that there is not": Refused(
        "where: {quota: weekly_reports}", "where: {quota: weakly_reports}", "weakly_reports", "never", "weekly_reports"
    ),
    "table value outside the domain": Refused(
        "problem: 7", "problems: 7", "problems", 'topic is never "problems"', "problem"
    ),
    "table value that is no band": Refused("{long: {", "{longer: {", "longer", 'words is never "longer"', "long"),
    "number in a table without bands": Refused(
        "{by: tier, table: {county: 20, city: 50, nation: 100}}",
        "{by: score, table: {county: 20, city: 50, nation: 100}}",
        "score",
        '"score" is a number: a table needs bands of it',
    ),
    "several choices in a table": Refused(
        "{by: placement, table", "{by: columns, table", "columns", "can have several values at once"
    ),
    "table of nothing": Refused("{by: level, table: {capital", "{table: {capital", "", 'a table needs "by"'),
    "table and formula": Refused(
        "amount: {by: minutes, table", "amount: {by: minutes, formula: 1, table", "formula", '"table" stands here'
    ),
    "formula of a text": Refused("minutes / 60", "keyword / 60", "keyword", 'has no number "keyword"'),
    "formula of a line": Refused('amount: "minutes / 60"', "amount: total", "total", 'has no number "total"'),
    "formula of an unknown fact": Refused(
        "max(staff * 0.1, 1)", "max(staf * 0.1, 1)", "staf", 'no fact of departments "staf"', "staff"
    ),
    "division by a fact without otherwise": Refused(
        'if days(submitted_on, measured_on) < 31 else 0", otherwise: 0}',
        'if days(submitted_on, measured_on) < 31 else 0"}',
        "staff",
        'say what the formula gives then, with "otherwise"',
    ),
    "function of lines in an amount": Refused('amount: "minutes / 60"', "amount: over(month, minutes)", "over", "over"),
    "pay without a currency": Refused("unit: CNY", "unit: points", "pay", "give the measure a currency"),
    "unit that there is not": Refused("unit: hours", "unit: hour", "hour", "it is one of points, items", "hours"),
    "role that no kind has": Refused(
        "count: submitted\n    where: {kind: report}\n    late: exclude\n    persons: {roles: [author]",
        "count: submitted\n    where: {kind: report}\n    late: exclude\n    persons: {roles: [autor]",
        "autor",
        'no contributor is "autor"; the roles here are author, reviewer',
        "author",
    ),
    "pay and persons": Refused(
        "pay: {author: 7, reviewer: 3}",
        "pay: {author: 7}\n    persons: {}",
        "persons",
        '"pay" credits the persons already',
    ),
    "shares without a first": Refused("shares: [3, 2]", "shares: [0, 2]", "", "the first contributor has a weight"),
    "windows of an unknown calendar": Refused(
        "{calendar: day, at_most: 1}", "{calendar: dy, at_most: 1}", "dy", 'no calendar "dy"', "day"
    ),
    "two windows at once": Refused(
        "{calendar: day, at_most: 1}", "{calendar: day, at_most: 1, best: 2}", "best", '"at_most" stands here already'
    ),
    "best of half a fact": Refused("best: 7}", "best: 7.5}", "7.5", "a whole number, not 7.5"),
    "late without a due": Refused(
        "{count: returned}", "{count: returned, late: exclude}", "exclude", "nothing says by when it is late"
    ),
    "on time without a due": Refused(
        "{count: returned}", "{count: returned, where: {on_time: true}}", "", "nothing says by when it is late"
    ),
    "due of an outcome": Refused("late: only}", "due: {calendar: week, after_end: P1D}}", "due", 'leave "due" out'),
    "together with what is not highest": Refused(
        "    amount: {by: level, table: {capital: 50, city: 40, district: 30}}\n    per_item: highest",
        "    amount: {by: level, table: {capital: 50, city: 40, district: 30}}\n    per_item: first",
        "instructions",
        '"instructions" is taken together with others: that takes per_item: highest',
    ),
    "together with itself": Refused(
        "[instructions]", "[adoption]", "", '"adoption" is one of them anyway: name the others'
    ),
    "together with another unit": Refused(
        "together_with: [instructions]", "together_with: [instructions, fees]", "fees", "another unit: CNY, not points"
    ),
    "together with a different set": Refused(
        "table: {capital: 50, city: 40, district: 30}}\n    per_item: highest",
        "table: {capital: 50, city: 40, district: 30}}\n    per_item: highest\n    together_with: [fees]",
        "",
        "each of these names all the others, or one alone does: adoption, fees, instructions",
    ),
    "item's policy of no item": Refused(
        "{count: called}", "{count: called, per_item: highest}", "per_item", "is about the facts of items"
    ),
    "date that the fact has not": Refused(
        "dated: called_on", "dated: published_on", "published_on", "is no date of something answered", "submitted_on"
    ),
    "highest per what has several values": Refused(
        "{highest_per: outlet}", "{highest_per: columns}", "columns", "highest_per needs one"
    ),
}

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

REFUSED = {**HEAD, **CALENDARS, **NAMED, **MEASURES, **QUOTAS, **LINES, **CARDS}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_what_does_not_hold_together_is_told_where_it_stands(case: Refused) -> None:
    text, mistakes = mistakes_of(case)

    told = [mistake for mistake in mistakes if case.says in mistake.message]

    assert told, [str(mistake) for mistake in mistakes]
    assert told[0].text == case.at
    assert told[0].suggestion == case.suggests
    line = text.splitlines()[told[0].line - 1]
    assert line[told[0].column - 1 :].lstrip('"').startswith(case.at)


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_one_thing_that_does_not_hold_does_not_bring_a_flood(case: Refused) -> None:
    _, mistakes = mistakes_of(case)

    assert len(mistakes) <= 4, [str(mistake) for mistake in mistakes]
