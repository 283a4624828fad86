"""What is made to cost much costs little; whatever becomes of a text, reading it ends in a scheme or its mistakes."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.schemes import Scheme, SchemeMistakes, read_scheme
from shared.schemes.mistakes import LINE_END, MISTAKES_MAX
from tests.reference.examples import share
from tests.unit.schemes.examples import SCHEME, spoiled

SECONDS_MAX = 1.0

EVERYTHING = (Path(__file__).parent / "files" / "everything.yaml").read_text()
LINES = EVERYTHING.splitlines()
LETTERS = "abcdefghijklmnopqrst"


def read(text: str) -> Scheme | SchemeMistakes:
    try:
        return read_scheme(text)
    except SchemeMistakes as mistakes:
        return mistakes


def listing(entries: list[str]) -> str:
    return "".join(f"  {entry}\n" for entry in entries)


CLASSES_OF_CLASSES = "classes:\n" + listing(
    ["c0: {groups: [g]}", *(f"c{n}: {{classes: [{', '.join(f'c{m}' for m in range(n))}]}}" for n in range(1, 50))]
)
ATTRIBUTES = ", ".join(f"a{number}: {{type: number}}" for number in range(30))
KINDS = listing([f"k{number}: {{attributes: {{{ATTRIBUTES}}}}}" for number in range(48)])
CONDITIONS = ", ".join(f"a{number}: {{at_least: 1}}" for number in range(10))
MEASURES_OF_ALL_KINDS = listing(
    [f"m{n}: {{count: submitted, where: {{{CONDITIONS}}}, amount: a1 + a2}}" for n in range(90)]
)
FAR_DUES = ("workday: 250", "workday: -3", "before_end: P1D", "after_end: P0D, shift: previous_workday")
SLOW_QUOTAS = listing(
    [
        f"q{n}: {{measure: reports, calendar: week, at_least: 1, due: {{{FAR_DUES[n % 4]}}}, remind: [PT1H]}}"
        for n in range(90)
    ]
)
OUTCOMES = listing([f"o{n}: {{count: missed, where: {{quota: {{not: [p{n}]}}}}}}" for n in range(90)])
QUOTAS_OF_OUTCOMES = listing([f"p{n}: {{measure: o{n}, calendar: week, at_least: 1}}" for n in range(90)])
YEARS = listing([f"y{n}: {{every: year, starts_on: {n % 12 + 1:02}-{n + 1:02}}}" for n in range(16)])
TANGLE = "+".join(f"over({calendar},x{n})" for n in range(9) for calendar in ("day", "week", "month"))
TANGLED = listing([*(f"x{n}: reports" for n in range(9)), *(f"t{n}: {TANGLE}" for n in range(90))])
MANY_CARDS = listing([f"y{n}: {{lines: [t{', t'.join(map(str, range(90)))}]}}" for n in range(16)])
WRONG = ("version: 1", "version: first")
"""One mistake on top, so that all the rest is read for nothing."""

HOSTILE = {
    "classes of classes of classes": (SCHEME + CLASSES_OF_CLASSES, "a class consists of at most 100 classes"),
    "many kinds for many measures": (
        spoiled(*WRONG)
        .replace("  photo: {}\n", KINDS)
        .replace("  adoption:\n", MEASURES_OF_ALL_KINDS + "  adoption:\n"),
        "no whole number",
    ),
    "due dates far off": (spoiled(*WRONG).replace("quotas:\n", f"quotas:\n{SLOW_QUOTAS}"), "no whole number"),
    "outcomes of outcomes": (
        SCHEME.replace("quotas:\n", f"{OUTCOMES}quotas:\n{QUOTAS_OF_OUTCOMES}"),
        "depend on its own outcome",
    ),
    "lines over everything": (
        spoiled(*WRONG)
        .replace("  month: {every: month}\n", f"  month: {{every: month}}\n  day: {{every: day}}\n{YEARS}")
        .replace("lines:\n", f"lines:\n{TANGLED}", 1)
        .replace("scorecards:\n", f"scorecards:\n{MANY_CARDS}"),
        "no whole number",
    ),
    "long closures": (
        SCHEME + "workdays: {closed: [" + ", ".join(["{from: 2014-01-01, to: 2014-12-31}"] * 400) + "], years: [1]}\n",
        "no whole number from 1970",
    ),
    "many periods": (
        spoiled(
            "week: {every: week}",
            "week: {periods: {" + ", ".join(f"p{n}: {{from: 2014-01-01, to: 2014-01-01}}" for n in range(300)) + "}}",
        ),
        "there are 1 to 200 periods here, not 300",
    ),
    "many bands": (
        SCHEME + "bands: {words: {" + ", ".join(f"b{n}: {n}" for n in range(3_000)) + "}}\n",
        "there are 1 to 20 bands here, not 3000",
    ),
    "many ranks": (
        spoiled("awards: {street: 3}", "bonus: {" + ", ".join(f"{n}: 1" for n in range(1, 3_000)) + "}"),
        "there are 1 to 100 ranks here",
    ),
    "huge target": (spoiled("at_least: 2", f"at_least: {'9' * 5_000}"), "at most 1000 characters"),
    "huge target in digits": (spoiled("at_least: 2", "at_least: 1e999999999"), "is no number"),
    "huge band": (SCHEME + f"bands: {{words: {{a: 1{'0' * 100}}}}}\n", "at most 12 digits"),
    "huge duration": (spoiled("{after_end: P1D}", f"{{after_end: P{'9' * 4}D}}"), "at most 366 days"),
    "deep table": (spoiled("district: {whole: 5", "district: {whole: {a: {b: {c: {d: {e: 5}}}}}"), "expected a number"),
    "internals in a condition": (spoiled("{kind: report}", "{__class__: report}"), 'no field "__class__"'),
    "internals in a function": (
        spoiled("{kind: report}", '{"__import__(os)": report}'),
        'there is no function of dates "__import__"',
    ),
    "internals in an amount": (spoiled("per_item: highest", "per_item: {highest_per: __dict__}"), "no field"),
    "internals in a target": (spoiled("at_least: 2", "at_least: __builtins__"), "cannot be a name"),
    "internals of a bulletin": (
        spoiled("{calendar: month, issue", '{calendar: month, text: "{period.__class__}", issue'),
        "a bulletin knows {period}",
    ),
    "name of an internal": (spoiled("weekly:", "__init__:"), "cannot name a quota"),
}


@pytest.mark.parametrize(("text", "says"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_would_cost_much_is_refused_within_a_second(text: str, says: str) -> None:
    started = time.process_time()
    found = read(text)
    taken = time.process_time() - started

    assert isinstance(found, SchemeMistakes)
    assert any(says in mistake.message for mistake in found.mistakes), str(found)
    assert len(found.mistakes) <= MISTAKES_MAX
    assert taken < SECONDS_MAX


def test_a_card_that_takes_too_many_lines_is_refused() -> None:
    calendars = listing([f"y{number}: {{every: year, starts_on: {number:02}-01}}" for number in range(1, 4)])
    lines = [f"{name}{n}: 1" for name in ("a", "b") for n in range(60)]
    sums = [f"all_{name}: {'+'.join(f'{name}{n}' for n in range(60))}" for name in ("a", "b")]
    overs = "+".join(f"over({calendar}, all_{name})" for calendar in ("week", "month", "day") for name in ("a", "b"))
    text = (
        spoiled("  month: {every: month}\n", f"  month: {{every: month}}\n  day: {{every: day}}\n{calendars}")
        .replace("lines:\n", "lines:\n" + listing([*lines, *sums, f"everything: {overs} + all_a + all_b"]), 1)
        .replace("scorecards:\n", "scorecards:\n  y1: {lines: [everything]}\n")
    )

    found = read(text)

    assert isinstance(found, SchemeMistakes)
    assert [mistake.message for mistake in found.mistakes] == [
        'the scorecard "y1" takes more than 400 lines to work out'
    ]


def check_places(text: str, found: Scheme | SchemeMistakes) -> None:
    """Whatever is told stands somewhere in the text."""
    lines = LINE_END.split(text)
    for mistake in found.mistakes if isinstance(found, SchemeMistakes) else ():
        assert 1 <= mistake.line <= len(lines)
        assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1


scraps = st.text(max_size=8) | st.sampled_from(
    ["{}", "[]", ": ", "\n", "- ", "*a", '"', "0", "-1", "1e9", "month", "()", "over(", "persons", "{not: [a]}", "P1D"]
)


@settings(max_examples=share(150), deadline=None)
@given(st.integers(0, len(EVERYTHING)), st.integers(0, 60), scraps)
def test_a_scheme_of_everything_damaged_anywhere_is_read_or_told_its_mistakes(at: int, length: int, scrap: str) -> None:
    text = EVERYTHING[:at] + scrap + EVERYTHING[at + length :]

    check_places(text, read(text))


@settings(max_examples=share(150), deadline=None)
@given(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1), st.sampled_from(["swap", "repeat", "drop"]))
def test_a_scheme_with_lines_out_of_place_is_read_or_told_its_mistakes(one: int, other: int, how: str) -> None:
    lines = list(LINES)
    if how == "swap":
        lines[one], lines[other] = lines[other], lines[one]
    elif how == "repeat":
        lines.insert(one, lines[other])
    else:
        del lines[min(one, other) : max(one, other)]
    text = "\n".join(lines)

    check_places(text, read(text))
