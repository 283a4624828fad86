"""What is wrong with a scheme is told where it stands, with what would be right; and told quickly."""

import time
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.schemes import Mistake, Scheme, SchemeMistakes, read_scheme
from shared.schemes.mistakes import LINE_END
from tests.reference.examples import share
from tests.unit.schemes.examples import SCHEME, spoiled

SECONDS_MAX = 1.0


def mistakes_of(text: str) -> tuple[Mistake, ...]:
    started = time.process_time()
    with pytest.raises(SchemeMistakes) as told:
        read_scheme(text)
    assert time.process_time() - started < SECONDS_MAX
    return told.value.mistakes


@dataclass(frozen=True)
class Spoiled:
    right: str
    wrong: str
    at: str
    """The offending text, whose place in the spoiled scheme must be told."""
    says: str
    suggests: str | None = None


SPOILED = {
    "unknown key": Spoiled("title: 考核办法", "titel: 考核办法", "titel", 'a scheme has no "titel"', "title"),
    "name with capitals": Spoiled("scheme: small", "scheme: Small", "Small", "cannot name a scheme"),
    "version that is no number": Spoiled("version: 1", "version: 1.5", "1.5", "no whole number from 1"),
    "date that does not exist": Spoiled("2014-01-01", "2014-02-30", "2014-02-30", "there is no day 2014-02-30"),
    "date in another form": Spoiled("2014-01-01", "1.1.2014", "1.1.2014", "write it like 2014-01-01"),
    "zone that does not exist": Spoiled("Asia/Shanghai", "Asia/Shanghi", "Asia/Shanghi", "no time", "Asia/Shanghai"),
    "zone that is a path": Spoiled("Asia/Shanghai", "../../etc/passwd", "../../etc/passwd", "no time zone"),
    "calendar by an unknown length": Spoiled("{every: week}", "{every: weak}", "weak", "it is one of day", "week"),
    "type of attribute": Spoiled("{type: integer}", "{type: int}", "int", "it is one of text, choice", "integer"),
    "choice without choices": Spoiled("choice, of: [progress, problem]", "choice", "choice", 'needs "of"'),
    "attribute named like a fact's field": Spoiled("pages:", "tier:", "tier", "facts have a field of that name"),
    "unknown fact": Spoiled("count: submitted", "count: submited", "submited", "no fact to count", "submitted"),
    "unknown kind": Spoiled("{kind: report}", "{kind: reports}", "reports", "kind is never", "report"),
    "unknown field": Spoiled("{kind: report}", "{topics: progress}", "topics", "no field", "topic"),
    "field of another fact": Spoiled("{kind: report}", "{level: city}", "level", "something submitted has no field"),
    "value that a choice does not have": Spoiled("{kind: report}", "{topic: event}", "event", "topic is never"),
    "number that is not whole": Spoiled("{kind: report}", "{pages: 1.5}", "1.5", "it is a whole number"),
    "table over a number": Spoiled("[tier, form]", "[topic, pages]", "pages", "a table needs bands of it"),
    "final after years": Spoiled("final_after: P5D", "final_after: P99W", "P99W", "at most 366 days"),
    "unknown form": Spoiled("edited: 2", "edit: 2", "edit", "form is never", "edited"),
    "table without a level": Spoiled("{whole: 5, edited: 2}", "5", "5", "expected the values of form here"),
    "tiers without outlets by tier": Spoiled("outlets_by: tier\n", "", "tier", 'says "outlets_by: tier"'),
    "amount that is not plain": Spoiled("edited: 10.5", "edited: 1e999999", "1e999999", "is no number"),
    "amount with many digits": Spoiled("whole: 20", f"whole: {'9' * 60}", "9" * 60, "at most 12 digits"),
    "date that the fact does not have": Spoiled("highest", "highest\n    dated: due_on", "due_on", "published_on"),
    "unknown measure": Spoiled("measure: reports", "measure: report", "report", 'no measure "report"', "reports"),
    "unknown calendar": Spoiled("calendar: week", "calendar: weak", "weak", 'no calendar "weak"', "week"),
    "quota of nothing": Spoiled("at_least: 2", "at_least: 0", "0", "asks for more than 0"),
    "quota by nothing": Spoiled("at_least: 2", "at_least: {a: 2}", "", "needs one of table or formula"),
    "quota without a target": Spoiled("    at_least: 2\n", "", "", 'a quota needs "at_least"'),
    "length of time": Spoiled("{after_end: P1D}", "{after_end: 1 day}", "1 day", "write days as P2D"),
    "due after years": Spoiled("{after_end: P1D}", "{after_end: P999D}", "P999D", "at most 366 days"),
    "reminder before the period": Spoiled("P2D]", "P8D]", "P8D", "before the period opens"),
    "reminder at the due instant": Spoiled("P2D]", "P0D]", "P0D", "not at it"),
    "the same reminder": Spoiled("P2D]", "PT720M]", "PT720M", "stands here twice"),
    "line named like a measure": Spoiled("reporting: reports * 1", "reports: 1", "reports", "is already a measure"),
    "line named like a function": Spoiled("reporting: reports * 1", "round: 1", "round", "a word of the formulas"),
    "line in Chinese": Spoiled("reporting: reports * 1", "上报: 1", "上报", "cannot name a line"),
    "unknown name in a formula": Spoiled("reports * 1", "1 + adpotion", "adpotion", "no measure and no", "adoption"),
    "internals in a formula": Spoiled("reports * 1", "reports.__class__", ".", 'formulas have no "."'),
    "internal name in a formula": Spoiled("reports * 1", "__import__", "__import__", "cannot be a name"),
    "call of anything else": Spoiled("reports * 1", "eval(reports)", "eval", 'no function "eval"'),
    "wrong number of arguments": Spoiled("reports * 1", "1 + abs(1, 2)", "abs(1, 2)", "abs takes 1 value, not 2"),
    "huge number in a formula": Spoiled("reports * 1", "1e999999", "1e999999", "no number"),
    "division that may be by zero": Spoiled("reports * 1", "1 / reports", "reports", '"otherwise"'),
    "cycle": Spoiled("reports * 1", "1 + total", "total", "total → reporting → total"),
    "line of itself": Spoiled("reports * 1", "reporting + 1", "reporting", "reporting → reporting"),
    "card of an unknown calendar": Spoiled("  month: {lines", "  monht: {lines", "monht", "no calendar", "month"),
    "card of an unknown line": Spoiled("[reporting, total]", "[reprting, total]", "reprting", "no line", "reporting"),
    "rank by a line that is not shown": Spoiled("[reporting, total]", "[reporting]", "total", "no line on this card"),
    "rank over all with awards by group": Spoiled("within: group", "within: all", "street", "the rank is over all"),
    "award to nobody": Spoiled("{street: 3}", "{street: 0}", "0", "no whole number from 1"),
    "bulletin of an unknown calendar": Spoiled("{calendar: month,", "{calendar: year,", "year", "no calendar"),
    "mapping instead of a value": Spoiled("version: 1", "version: {a: 1}", "", "not a mapping"),
    "nothing instead of a value": Spoiled("version: 1", "version:", "", "there is nothing"),
    "value instead of a mapping": Spoiled("{every: week}", "week", "week", "is written as keys and values: title"),
    "key twice": Spoiled("version: 1", "version: 1\nversion: 2", "version", 'twice; the first is on line 2'),
    "tab": Spoiled("  week: {every", "\tweek: {every", "\tweek: {every: week}", "a tab cannot indent"),
    "bracket never closed": Spoiled("[PT12H, P2D]", "[PT12H, P2D", ":", "flow sequence, from line 36"),
    "control character": Spoiled("title: 考核办法", "title: \x07", "'\\x07'", "U+0007"),
    "escaped control character": Spoiled("title: 考核办法", 'title: "\\0"', "", "U+0000"),
    "anchor": Spoiled("{every: week}", "&w {every: week}", "&w", "anchors are not allowed"),
    "alias": Spoiled("{every: month}", "*w", "*w", "aliases are not allowed"),
    "merge key": Spoiled("{every: month}", "{<<: {every: week}, every: month}", "<<", "merge keys"),
    "tag": Spoiled("{every: month}", "!python {}", "!python", "tags are not allowed"),
    "second document": Spoiled("bulletins:", "---\nbulletins:", "---", "one document"),
    "list as a key": Spoiled("{every: month}", "{[every]: month}", "", "a key is a word"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILED.values(), ids=SPOILED.keys())
def test_a_mistake_is_told_where_it_stands(case: Spoiled) -> None:
    text = spoiled(case.right, case.wrong)

    told = [mistake for mistake in mistakes_of(text) if case.says in mistake.message]

    assert told, [str(mistake) for mistake in mistakes_of(text)]
    assert told[0].text == case.at
    assert told[0].suggestion == case.suggests
    if case.at and case.at in text:
        line = text.splitlines()[told[0].line - 1]
        assert line[told[0].column - 1 :].startswith(case.at)


@pytest.mark.parametrize("case", SPOILED.values(), ids=SPOILED.keys())
def test_one_mistake_does_not_bring_a_flood_of_others(case: Spoiled) -> None:
    assert len(mistakes_of(spoiled(case.right, case.wrong))) <= 3


BILLION_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

MANY_CHOICES = "{" + ", ".join(f"a{number}: {{type: choice, of: [x{number}, y]}}" for number in range(30)) + "}"
WIDE_TABLE = (
    SCHEME.replace("  photo: {}\n", "".join(f"  k{number}: {{attributes: {MANY_CHOICES}}}\n" for number in range(40)))
    .replace("[tier, form]", "[tier, placement]")
    .replace("whole: 5,", ", ".join(f"p{number}: 5" for number in range(5_000)) + ",")
)
MANY_WRONG_WORDS = spoiled("{kind: report}", "{topic: [" + ", ".join(f"prgress{n}" for n in range(90)) + "]}").replace(
    "[progress, problem]", "[" + ", ".join(f"progress{number}" for number in range(100)) + "]"
)
MANY_FORMULAS = spoiled("lines:\n", "lines:\n" + "".join(f"  l{n}: {'1+' * 98}1\n" for n in range(198)) + "  l: (\n")
MANY_USES = spoiled(
    "lines:\n",
    "lines:\n"
    + "".join(f"  l{n}: {'+'.join(f'l{m}' for m in range(n + 1, min(n + 90, 190))) or 1}\n" for n in range(190))
    + "  l: (\n",
)

HOSTILE = {
    "wide table": (WIDE_TABLE, "at most 2000 amounts"),
    "many wrong words": (MANY_WRONG_WORDS, "topic is never"),
    "many formulas": (MANY_FORMULAS, "expected a number"),
    "lines that all use one another": (MANY_USES, "expected a number"),
    "nothing": ("", "the text is empty"),
    "comments alone": ("# nothing\n", "the text is empty"),
    "a word": ("scheme", "written as keys and values"),
    "a list": ("- 1\n- 2\n", "written as keys and values"),
    "billion laughs": (BILLION_LAUGHS, "aliases are not allowed"),
    "alias of itself": ("a: &a [*a]\n", "aliases are not allowed"),
    "deep lists": ("a: " + "[" * 100_000, "nested more than 16 deep"),
    "deep mappings": ("{a: " * 50_000, "nested more than 16 deep"),
    "deep blocks": ("".join(" " * depth + "a:\n" for depth in range(400)), "nested more than 16 deep"),
    "deep dashes": ("- " * 50_000 + "a", "nested more than 16 deep"),
    "many values": ("a: [" + "1," * 60_000 + "]", "at most 20000 values"),
    "many keys": ("".join(f"k{number}: 1\n" for number in range(9_000)), "a scheme has no"),
    "too long": ("#" * (256 * 1024 + 1), "longer than 256 KiB"),
    "too long in bytes": ("#" + "宣" * 90_000, "longer than 256 KiB"),
    "long comment": ("#" + "x" * 250_000, "the text is empty"),
    "long value": ("scheme: " + "x" * 200_000, "at most 10000 characters"),
    "long key": ("x" * 5_000 + ": 1", "not YAML"),
    "long formula": (spoiled("reports * 1", "1" + " + 1" * 500), "at most 1000 characters"),
    "formula of many parts": (spoiled("reports * 1", "1" + "+1" * 450), "at most 200 parts"),
    "deep formula": (spoiled("reports * 1", "(" * 90 + "1" + ")" * 90), "nested at most 40 deep"),
    "formula of many signs": (spoiled("reports * 1", "'" + "-" * 150 + "1'"), "nested at most 40 deep"),
    "lone surrogate": ("scheme: \ud800", "U+D800"),
    "line separator": ("scheme: a\u2028version: 1", "U+2028"),
    "null byte": ("scheme: \x00", "U+0000"),
    "tag directive": ("%TAG ! tag:x,2014:\n---\nscheme: a", "tags are not allowed"),
    "question marks": ("? " * 20_000, "a key is a word"),
    "quotes never closed": ('title: "' + "x" * 100_000, "not YAML"),
}


@pytest.mark.parametrize(("text", "says"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_refused_within_a_second(text: str, says: str) -> None:
    assert any(says in mistake.message for mistake in mistakes_of(text))


def test_a_long_cycle_shows_its_whole_path() -> None:
    lines = "".join(f"  l{number}: l{(number + 1) % 150}\n" for number in range(150))

    told = mistakes_of(spoiled("lines:\n", f"lines:\n{lines}"))

    assert len(told) == 1
    assert told[0].message.startswith("the lines go round in a circle: l0 → l1 → l2")


def test_a_mistake_says_itself_in_a_sentence() -> None:
    told = mistakes_of(spoiled("measure: reports", "measure: report"))

    assert str(told[0]) == 'line 32, column 14: there is no measure "report" (did you mean "reports"?)'


OF_A_LATER_YEAR = SCHEME.replace("2014-01-01", "2055-01-01").replace("{after_end: P1D}", "{workday: 3}")


def test_a_due_date_by_workdays_needs_a_year_whose_workdays_are_known() -> None:
    told = mistakes_of(OF_A_LATER_YEAR)

    assert [(mistake.line, mistake.path) for mistake in told] == [(35, "quotas.weekly.due")]
    assert "Publish a version of the scheme whose `workdays:` has `years: [2055]`" in told[0].message


def test_the_organisations_own_table_makes_a_year_known() -> None:
    scheme = read_scheme(OF_A_LATER_YEAR + "workdays: {years: [2055]}\n")

    assert scheme.quotas["weekly"].due.workday == 3


def test_a_formula_cut_at_its_comma_is_explained() -> None:
    told = mistakes_of(spoiled("reports * 1", "{title: x, formula: round(reports, 2)}"))

    assert any("a formula with commas needs quotes" in mistake.message for mistake in told)


def test_what_a_formula_says_in_a_block_is_told_at_its_line() -> None:
    told = mistakes_of(spoiled("reporting: reports * 1", "reporting: >-\n    reports *\n    adpotion"))

    assert (told[0].line, told[0].text, told[0].suggestion) == (39, "adpotion", "adoption")


def read(text: str) -> Scheme | SchemeMistakes:
    try:
        return read_scheme(text)
    except SchemeMistakes as mistakes:
        return mistakes


@settings(deadline=None)
@given(st.text(max_size=80) | st.text("ab:-?[]{}\"'|>&*!#% \t\n,0", max_size=80))
def test_any_text_is_a_scheme_or_told_its_mistakes(text: str) -> None:
    found = read(text)

    assert isinstance(found, SchemeMistakes)
    assert found.mistakes


@settings(max_examples=share(300), deadline=None)
@given(
    st.integers(0, len(SCHEME)),
    st.integers(0, 40),
    st.text(max_size=8) | st.sampled_from(["{}", "[]", ": ", "\n", "- ", "*a", "&a ", '"', "0", "-1", "month", "()"]),
)
def test_a_scheme_damaged_anywhere_is_read_or_told_its_mistakes(at: int, length: int, instead: str) -> None:
    text = SCHEME[:at] + instead + SCHEME[at + length :]

    found = read(text)

    lines = LINE_END.split(text)
    for mistake in found.mistakes if isinstance(found, SchemeMistakes) else ():
        assert 1 <= mistake.line <= len(lines)
        assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1


def test_a_scheme_without_mistakes_is_read_quickly() -> None:
    started = time.process_time()

    read_scheme(SCHEME)

    assert time.process_time() - started < SECONDS_MAX
