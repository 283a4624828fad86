"""What is no formula is refused where it goes wrong, with what would be right, and quickly."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.schemes.formulas import FACT_FUNCTIONS, LINE_FUNCTIONS, Formula, FormulaMistake

Case = tuple[str, int, str]

SYNTAX: list[Case] = [
    ("", 0, "expected a number or a name"),
    ("a +", 3, "but the formula ends"),
    ("a b", 2, 'expected + - * / or the end of the formula here, not "b"'),
    ("(a", 0, "never closed"),
    ("a)", 1, "never opened"),
    ("min(a b)", 6, 'expected ")" here'),
    ("a < b < c", 6, "two values at a time"),
    ("a if b", 6, "an if needs its else"),
    ("a if b if c else d", 7, "an if needs its else"),
    ("if(a, b, c)", 0, "write a if condition else b"),
    ("2 * not a", 4, "put it in parentheses"),
    ("a == not b", 5, "put it in parentheses"),
    ("otherwise", 0, 'there is "otherwise"'),
    ("lambda: 1", 6, "a colon stands only behind a step of band"),
]
CHARACTERS: list[Case] = [
    ("min(a; b)", 5, 'formulas have no ";": write a comma'),
    ("a = b", 2, "to compare, write =="),
    ("a => b", 2, "write >="),
    ("a <> b", 2, "for unequal, write !="),
    ("a && b", 2, "write and"),
    ("a ** b", 2, "no powers"),
    ("a // b", 2, "write floor(a / b)"),
    ("a * 90%", 6, "write a share as 0.9"),
    ("a.b", 1, 'formulas have no ".": names have no points'),
    ("a[0]", 1, 'formulas have no "["'),
    ("'a'", 0, 'formulas have no "\'": names stand without quotes'),
    ("a，b", 1, "the narrow one"),
    ("band(a，0.9：3)", 6, "the narrow one"),
    ("a × b", 2, "write *"),
    ("a ≥ 3", 2, "write >="),
    ("报送 * 2", 0, '"报送" cannot stand in a name'),
    ("mаx(1, 2)", 1, "CYRILLIC SMALL LETTER A"),
    ("１ + 2", 0, "FULLWIDTH DIGIT ONE"),
    ("a\u200b + 1", 1, "ZERO WIDTH SPACE"),
    ("a\u00a0+ 1", 1, "NO-BREAK SPACE"),
    ("a\x00", 1, "U+0000"),
]
NUMBERS: list[Case] = [
    ("1e5", 0, '"1e5" is no number'),
    ("0x10", 0, '"0x10" is no number'),
    ("1_000", 0, '"1_000" is no number'),
    (".5", 0, '".5" is no number'),
    ("1.2.3", 0, '"1.2.3" is no number'),
    ("1234567890123", 0, "at most 12 digits"),
]
NAMES: list[Case] = [
    ("A + 1", 0, "lower-case letters"),
    ("min + 1", 0, "min is a function: write min(a, b)"),
    ("1 + rank", 4, "rank is a function: write rank(total)"),
    ("a" * 64, 0, "cannot be a name"),
]
VALUE_CALLS: list[Case] = [
    ("min(a)", 0, "min takes 2 to 20 values, not 1: write min(a, b)"),
    ("abs()", 0, "abs takes 1 value, not 0"),
    ("ratio(a)", 0, "ratio takes 2 values, not 1: write ratio(a, b)"),
    ("min(a,)", 6, "expected a number or a name"),
    ("round(a, b)", 9, "whole number from 0 to 6"),
    ("round(a, 0.5)", 9, "whole number from 0 to 6"),
    ("total(a)", 0, 'there is no function "total"; there are min, max'),
    ("sum(a, b)", 0, "write a + b"),
    ("IF(a, b, c)", 0, "write a if condition else b"),
    ("days(happened_on, submitted_on)", 0, "days belongs to formulas over the dates of a fact"),
]
NAME_CALLS: list[Case] = [
    ("over(month)", 0, "not 1 of them: write over(month, total)"),
    ("over(month, total, year)", 0, "not 3 of them: write over(month, total)"),
    ("missed(a, b)", 0, "missed takes the name of a quota, not 2 of them: write missed(weekly)"),
    ("missed()", 7, "missed takes the name of a quota and nothing else: write missed(weekly)"),
    ("missed(", 7, "but the formula ends: write missed(weekly)"),
    ("over(month, a + b)", 12, "needs a line of its own"),
    ("over(month, 3)", 12, "needs a line of its own"),
    ("1 + previous(missed(weekly))", 13, "needs a line of its own"),
    ("over(month, Total)", 12, '"Total" cannot be a name'),
    ("over(month, if)", 12, "write over(month, total)"),
    ("rank(total", 4, "never closed"),
]
BANDS: list[Case] = [
    ("band(a)", 0, "a band has at least one step: write band(a, 0.95: 5, 0.9: 3, otherwise 0)"),
    ("band(a, otherwise 1)", 0, "at least one step"),
    ("band()", 5, "expected a number or a name"),
    ("band(a, b: 1)", 8, "a step begins with a plain number"),
    ("band(a, 1 + 1: 1)", 10, "expected a colon"),
    ("band(a, 0.9)", 11, "expected a colon and what the step gives"),
    ("band(a, 1: )", 11, "expected a number or a name"),
    ("band(a, 1: 2, 1.0: 3)", 14, "two such steps"),
    ("band(a, above 1: 2, 1: 4, above +1: 3)", 26, "two such steps"),
    ("band(a, - -1: 2)", 10, "a step begins with a plain number"),
    ("band(a, otherwise 0, 1: 2)", 19, "otherwise comes last"),
    ("band(a, 1: 2, otherwise 0, otherwise 1)", 25, "otherwise comes last"),
    ("above 1", 0, 'there is "above"'),
]
TOO_MUCH: list[Case] = [
    ("(" * 41 + "a" + ")" * 41, 40, "at most 40 deep"),
    ("-" * 60 + "a", 40, "at most 40 deep"),
    ("not " * 60 + "a", 160, "at most 40 deep"),
    ("abs(" * 60, 160, "at most 40 deep"),
    ("1 if a else " * 45 + "1", 473, "at most 40 deep"),
    ("1" + "+1" * 100, 200, "at most 200 parts"),
    ("band(a" + ", 1: 2" * 60, 302, "at most 200 parts"),
    ("a" * 1001, 0, "at most 1000 characters"),
    ("(" * 10_000_000, 0, "at most 1000 characters"),
    ("9" * 1_000, 0, "is no number"),
    ("max(" + "1, " * 20 + "1)", 0, "max takes 2 to 20 values, not 21"),
]
INTERNALS: list[Case] = [
    ("__class__", 0, "cannot be a name"),
    ("a.__class__.__mro__", 1, 'formulas have no "."'),
    ("__import__(os)", 0, "there is no function"),
    ("eval(a)", 0, "there is no function"),
    ("getattr(a, b)", 0, "there is no function"),
    ("rank(__dict__)", 5, "cannot be a name"),
    ("over(month, __class__)", 12, "cannot be a name"),
    ("{a}", 0, 'formulas have no "{"'),
    ("a; import os", 1, 'formulas have no ";"'),
    ("a\\b", 1, 'formulas have no "\\"'),
]


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [*SYNTAX, *CHARACTERS, *NUMBERS, *NAMES, *VALUE_CALLS, *NAME_CALLS, *BANDS, *TOO_MUCH, *INTERNALS],
    ids=lambda value: repr(value[:40]) if isinstance(value, str) else None,
)
def test_what_is_no_formula_is_refused_where_it_goes_wrong(text: str, at: int, says: str) -> None:
    began = time.perf_counter()

    with pytest.raises(FormulaMistake) as told:
        Formula.parse(text)

    assert says in told.value.message
    assert told.value.start == at
    assert told.value.end > at
    assert len(told.value.message) < 400
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("bnad(a, 1: 2)", "band"),
        ("Round(a)", "round"),
        ("missd(weekly)", "missed"),
        ("met_ontime(weekly)", "met_on_time"),
        ("organization(total)", "organisation"),
        ("xyzzy(a)", None),
        ("q" * 900 + "(a)", None),
    ],
)
def test_the_function_that_was_probably_meant_is_suggested(text: str, suggestion: str | None) -> None:
    with pytest.raises(FormulaMistake) as told:
        Formula.parse(text)

    assert told.value.suggestion == suggestion


@pytest.mark.parametrize("text", ["over(month, clicks)", "rank(total)", "2 * missed(weekly)"])
def test_formulas_over_a_fact_cannot_use_the_functions_of_lines(text: str) -> None:
    with pytest.raises(FormulaMistake, match="belongs to the formulas of lines"):
        Formula.parse(text, functions=FACT_FUNCTIONS)


@pytest.mark.parametrize("text", ["workdays(happened_on)", "workdays(happened_on, submitted_on, accepted_on)"])
def test_functions_between_dates_take_two(text: str) -> None:
    with pytest.raises(FormulaMistake, match="workdays takes the names of two dates"):
        Formula.parse(text, functions=FACT_FUNCTIONS)


@settings(deadline=None)
@given(
    st.text(max_size=60)
    | st.text("ab01. +-*/()<>=!,:", max_size=60)
    | st.lists(
        st.sampled_from([*LINE_FUNCTIONS, "if", "else", "and", "not", "above", "otherwise", *"ab(),:+-/<1"]),
        max_size=30,
    ).map(" ".join)
)
def test_any_text_is_a_formula_or_a_mistake_within_it(text: str) -> None:
    mistake = mistake_in(text)

    if mistake is not None:
        assert 0 <= mistake.start <= len(text)
        assert mistake.start < mistake.end <= len(text) + 1


def mistake_in(text: str) -> FormulaMistake | None:
    try:
        Formula.parse(text)
    except FormulaMistake as mistake:
        return mistake
    return None
