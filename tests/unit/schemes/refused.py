"""A scheme that uses all of the language, and what may go wrong in each of its parts."""

from dataclasses import dataclass
from pathlib import Path

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

    @property
    def text(self) -> str:
        """The spoiled scheme."""
        assert EVERYTHING.count(self.right) == 1, f"{self.right!r} must stand in the scheme once"
        return EVERYTHING.replace(self.right, self.wrong)


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

PARTS = {**HEAD, **CALENDARS, **NAMED, **MEASURES}
