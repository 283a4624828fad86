"""Formulas calculate as on paper: with decimals, half up, and with nothing but the values they are given."""

import re
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.schemes.formulas import VALUE_MAX, Formula, FormulaMistake
from shared.schemes.formulas.functions import CONTEXT

VALUES = {"a": Decimal(3), "b": Decimal("-2.5"), "zero": Decimal(0), "big": Decimal(10) ** 14}


def value_of(text: str) -> Decimal:
    return Formula.parse(text).evaluate(VALUES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 5", "2"),
        ("0.1 + 0.2", "0.3"),
        ("-a * b", "7.5"),
        ("- - a", "3"),
        ("+a", "3"),
        ("2 - -a", "5"),
        ("a > 2", "1"),
        ("a < 3", "0"),
        ("a <= 3 and b != 0", "1"),
        ("zero or a", "1"),
        ("not a", "0"),
        ("not a == 4", "1"),
        ("1 + 1 == 2", "1"),
        ("a if zero else b", "-2.5"),
        ("1 if zero else 2 if zero else 3", "3"),
        ("10 if a > 1 and not zero else 20", "10"),
        ("2 * (a if a > b else b)", "6"),
        ("min(a, b, 0)", "-2.5"),
        ("max(a, b)", "3"),
        ("abs(b)", "2.5"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(1.005, 2)", "1.01"),
        ("floor(b)", "-3"),
        ("ceil(b)", "-2"),
        ("round(big * big / 7, 6)", "1000000000000000"),
    ],
)
def test_formulas_calculate_as_on_paper(text: str, value: str) -> None:
    assert value_of(text) == Decimal(value)


@pytest.mark.parametrize("text", ["a / zero", "1 if a / zero > 1 else 2", "max(1, 2 / (a - 3))"])
def test_a_division_by_zero_gives_the_declared_value(text: str) -> None:
    assert Formula.parse(text, Decimal(7)).evaluate(VALUES) == 7


def test_a_division_that_is_not_reached_does_no_harm() -> None:
    assert Formula.parse("a / zero if zero else 1", Decimal(7)).evaluate(VALUES) == 1


def test_an_undeclared_division_by_zero_says_so() -> None:
    with pytest.raises(ZeroDivisionError, match="declares no value"):
        value_of("a / zero")


def test_values_stay_within_bounds() -> None:
    assert value_of("big * big") == VALUE_MAX
    assert value_of("-big * big") == -VALUE_MAX


def test_a_missing_value_is_an_error_not_a_zero() -> None:
    with pytest.raises(KeyError):
        Formula.parse("a + b").evaluate({"a": Decimal(1)})


def test_a_formula_shows_itself_with_its_numbers() -> None:
    formula = Formula.parse("(a + b) * 1.50 - a if zero else 0")

    assert formula.with_values({**VALUES, "a": Decimal("3.10")}) == "(3.1 + (-2.5)) * 1.50 - 3.1 if 0 else 0"


def test_a_formula_knows_its_names_in_the_order_of_the_text() -> None:
    assert Formula.parse("c if a > b else min(a, d)").names == ("c", "a", "b", "d")


@pytest.mark.parametrize(
    ("text", "divisor"),
    [("a / 2", None), ("a / 0", "0"), ("a / b", "b"), ("a / (1 + b) + a / 4", "1 + b"), ("a / -2", None)],
)
def test_a_divisor_that_may_be_zero_is_known(text: str, divisor: str | None) -> None:
    place = Formula.parse(text).uncertain_divisor

    assert (text[slice(*place)] if place else None) == divisor


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("", 0, "expected a number or a name"),
        ("a +", 3, "but the formula ends"),
        ("a b", 2, 'expected + - * / or the end of the formula here, not "b"'),
        ("(a", 0, "never closed"),
        ("a)", 1, "never opened"),
        ("min(a; b)", 5, 'formulas have no ";"'),
        ("min(a b)", 6, 'expected ")" here'),
        ("min(a)", 0, "min takes 2 to 20 values, not 1: write min(a, b)"),
        ("abs()", 0, "abs takes 1 value, not 0"),
        ("round(a, b)", 9, "whole number from 0 to 6"),
        ("round(a, 0.5)", 9, "whole number from 0 to 6"),
        ("min + 1", 0, "min is a function"),
        ("sum(a, b)", 0, 'no function "sum"'),
        ("band(a)", 0, "a band has at least one step"),
        ("a = b", 2, "to compare, write =="),
        ("a < b < c", 6, "two values at a time"),
        ("a if b", 6, "an if needs its else"),
        ("a ** b", 3, 'but there is "*"'),
        ("A + 1", 0, "lower-case letters"),
        ("a.b", 1, 'formulas have no "."'),
        ("a[0]", 1, 'formulas have no "["'),
        ("'a'", 0, 'formulas have no "\'"'),
        ("1e5", 0, '"1e5" is no number'),
        ("0x10", 0, '"0x10" is no number'),
        ("1_000", 0, '"1_000" is no number'),
        (".5", 0, '".5" is no number'),
        ("1.2.3", 0, '"1.2.3" is no number'),
        ("1234567890123", 0, "at most 12 digits"),
        ("a，b", 1, "the narrow one"),
        ("a × b", 2, "write *"),
        ("__class__", 0, "cannot be a name"),
        ("lambda: 1", 6, "a colon stands only behind a step of band"),
        ("(" * 41 + "a" + ")" * 41, 40, "at most 40 deep"),
    ],
)
def test_what_is_no_formula_is_refused_where_it_goes_wrong(text: str, at: int, says: str) -> None:
    with pytest.raises(FormulaMistake) as told:
        Formula.parse(text)

    assert says in told.value.message
    assert told.value.start == at


def test_the_longest_formulas_are_evaluated() -> None:
    assert Formula.parse("1" + "+1" * 99).evaluate({}) == 100


def read(text: str) -> Formula | FormulaMistake:
    try:
        return Formula.parse(text, Decimal(0))
    except FormulaMistake as mistake:
        return mistake


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("ab01. +-*/()<>=!,", max_size=60))
def test_any_text_is_a_formula_or_a_mistake_within_it(text: str) -> None:
    found = read(text)

    if isinstance(found, FormulaMistake):
        assert 0 <= found.start <= len(text)
        assert found.start < found.end
    else:
        assert found.evaluate(dict.fromkeys(found.names, Decimal(2))).is_finite()


# Python reads the same formulas; its own arithmetic is the second opinion. Comparisons stand alone between and / or,
# since Python would chain them.
operands = st.sampled_from(["a", "b", "zero", "2", "0.5", "7"])
arithmetic = st.recursive(
    operands,
    lambda inner: (
        st.tuples(inner, st.sampled_from([" + ", " - ", " * "]), inner).map("".join)
        | inner.map("-{}".format)
        | inner.map("({})".format)
        | st.tuples(inner, inner).map(lambda pair: f"min({pair[0]}, {pair[1]})")
    ),
    max_leaves=12,
)
comparisons = st.tuples(arithmetic, st.sampled_from([" < ", " >= ", " == "]), arithmetic).map("".join)
conditions = st.recursive(
    comparisons | arithmetic,
    lambda inner: (
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map("".join) | inner.map("not ({})".format)
    ),
    max_leaves=4,
)
choices = st.tuples(arithmetic, conditions, arithmetic).map(lambda parts: f"{parts[0]} if {parts[1]} else {parts[2]}")


def as_python(text: str) -> object:
    literal = re.sub(r"\d+(\.\d+)?", lambda number: f"Decimal('{number.group()}')", text)
    with localcontext(CONTEXT):
        return eval(literal, {"Decimal": Decimal, "min": min}, dict(VALUES))


@settings(deadline=None)
@given(arithmetic | choices)
def test_formulas_give_what_python_gives(text: str) -> None:
    assert value_of(text) == as_python(text)


@settings(deadline=None)
@given(conditions.filter(lambda text: " and " in text or " or " in text or "not" in text))
def test_conditions_give_1_or_0_as_python_holds_them_true_or_false(text: str) -> None:
    assert value_of(text) == int(bool(as_python(text)))
