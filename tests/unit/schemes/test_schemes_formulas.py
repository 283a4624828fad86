"""Formulas calculate as on paper: with decimals, half up, and with nothing but the values they are given."""

from decimal import Decimal

import pytest

from shared.schemes.formulas import VALUE_MAX, Formula

VALUES = {
    "a": Decimal(3),
    "b": Decimal("-2.5"),
    "zero": Decimal(0),
    "big": Decimal(10) ** 14,
    "rate": Decimal("0.9"),
    "over(month, total)": Decimal("12.50"),
    "missed(weekly)": Decimal(2),
}


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
        ("2 * (not zero)", "2"),
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
        ("round(big * 100000 + 0.5) - big * 100000", "1"),
        ("ratio(a, 4)", "0.75"),
        ("2 / 3", "0.6666666666666666666666666667"),
        ("big * big / 10 + 0.5 - big * big / 10", "1"),
        ("1 / big / big", "1E-28"),
        ("1 / big / big / 2", "0"),
        ("over(month, total) - 2 * missed(weekly)", "8.5"),
        ("-2 * (2 * missed(weekly)) if missed(weekly) > 1 else -2", "-8"),
    ],
)
def test_formulas_calculate_as_on_paper(text: str, value: str) -> None:
    assert value_of(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("band(rate, 0.95: 5, 0.9: 3, otherwise 1)", "3"),
        ("band(rate, 0.9: 3, 0.95: 5, otherwise 1)", "3"),
        ("band(rate + 0.05, 0.95: 5, 0.9: 3)", "5"),
        ("band(rate - 0.000001, 0.95: 5, 0.9: 3)", "0"),
        ("band(rate - 0.000001, 0.95: 5, 0.9: 3, otherwise -2)", "-2"),
        ("band(rate, above 0.9: 3, otherwise 1)", "1"),
        ("band(rate + 0.000001, above 0.9: 3, otherwise 1)", "3"),
        ("band(rate, 0.9: 3, above 0.9: 5)", "3"),
        ("band(rate + 0.000001, 0.9: 3, above 0.9: 5)", "5"),
        ("band(b, 0: 1, -2.5: 2, otherwise 3)", "2"),
        ("band(b, 0: 1, above -2.5: 2, +1: 4, otherwise 3)", "3"),
        ("band(a, 1: 2 * a, 5: 100, otherwise a / zero)", "6"),
        ("1 + band(a, 3: band(b, 0: 1, otherwise 7) * 2) * 10", "141"),
    ],
)
def test_a_band_gives_what_its_highest_reached_step_says(text: str, value: str) -> None:
    assert value_of(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["a / zero", "1 if a / zero > 1 else 2", "max(1, 2 / (a - 3))", "ratio(a, zero)", "100 * ratio(zero, zero) + 1"],
)
def test_a_division_by_zero_gives_the_declared_value(text: str) -> None:
    assert Formula.parse(text, Decimal(7)).evaluate(VALUES) == 7


@pytest.mark.parametrize(
    "text", ["a / zero if zero else 1", "1 if a else ratio(a, zero)", "zero and a / zero or 1", "a or a / zero"]
)
def test_a_division_that_is_not_reached_does_no_harm(text: str) -> None:
    assert Formula.parse(text, Decimal(7)).evaluate(VALUES) == 1


@pytest.mark.parametrize("text", ["a / zero", "ratio(a, zero)"])
def test_an_undeclared_division_by_zero_says_so(text: str) -> None:
    with pytest.raises(ZeroDivisionError, match="declares no value"):
        value_of(text)


@pytest.mark.parametrize(
    ("text", "divisor"),
    [
        ("a / 2", None),
        ("a / -2", None),
        ("a / (12 * 5)", None),
        ("a / max(b, 1)", None),
        ("ratio(a, 100)", None),
        ("a / 0", "0"),
        ("a / (5 - 5)", "5 - 5"),
        ("a / (1 / 0)", "1 / 0"),
        ("a / b", "b"),
        ("a / max(b, 0)", "max(b, 0)"),
        ("a / (1 + b) + a / 4", "1 + b"),
        ("ratio(a, b)", "b"),
        ("1 + ratio(a, over(month, total)) / c", "over(month, total)"),
        ("a / b / c", "b"),
        ("ratio(a / b, c)", "b"),
    ],
)
def test_the_first_divisor_that_may_be_zero_is_known(text: str, divisor: str | None) -> None:
    place = Formula.parse(text).uncertain_divisor

    assert (text[slice(*place)] if place else None) == divisor


def test_values_stay_within_bounds() -> None:
    assert value_of("big * big") == VALUE_MAX
    assert value_of("-big * big") == -VALUE_MAX
    assert Formula.parse("a").evaluate({"a": Decimal("1e300000")}) == VALUE_MAX
    assert Formula.parse("1 / a", Decimal(7)).evaluate({"a": Decimal("1e-300000")}) == 7


@pytest.mark.parametrize("step", ["x" + " * x" * 99, "1" + " / x" * 99, "-x * (x" + " * x" * 90 + ")"])
@pytest.mark.parametrize("first", ["7", "0.3", "123456789012345"])
def test_lines_that_multiply_and_divide_each_other_for_ever_stay_numbers(step: str, first: str) -> None:
    formula = Formula.parse(step, Decimal(3))
    value = Decimal(first)

    for _ in range(50):
        value = formula.evaluate({"x": value})

        assert abs(value) <= VALUE_MAX
        assert len(formula.with_values({"x": value})) < 10_000


@pytest.mark.parametrize("text", ["-zero", "0 * b", "round(-0.4)", "min(zero, 0) * -1"])
def test_nothing_has_no_sign(text: str) -> None:
    assert str(value_of(text)) == "0"


def test_the_longest_formulas_are_evaluated() -> None:
    assert Formula.parse("-1" + "+1" * 99).evaluate({}) == 98
    assert Formula.parse("(" * 39 + "1" + ")" * 39).evaluate({}) == 1


def test_formulas_are_equal_when_they_say_the_same() -> None:
    assert Formula.parse("a / b", Decimal(1)) == Formula.parse("a / b", Decimal(1))
    assert Formula.parse("a / b", Decimal(1)) != Formula.parse("a / b", Decimal(2))
    assert len({Formula.parse("a + b"), Formula.parse("a + b"), Formula.parse("a - b")}) == 2
