"""A formula knows what it takes from outside, asks for it when it is needed, and shows itself with it put in."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest

from shared.schemes.formulas import FACT_FUNCTIONS, LINE_FUNCTIONS, RESERVED, Formula, Reference


class Asked(Mapping[str, Decimal]):
    """Computes on demand, and remembers what it was asked for."""

    def __init__(self, values: Mapping[str, Decimal]) -> None:
        self._values = values
        self.keys_asked: list[str] = []

    def __getitem__(self, key: str) -> Decimal:
        self.keys_asked.append(key)
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def test_references_come_once_each_in_the_order_of_the_text() -> None:
    formula = Formula.parse("over(month , total) + total if missed( weekly ) > a else over(month,total) - a")

    assert formula.references == (
        Reference("over", "total", "month"),
        Reference(None, "total"),
        Reference("missed", "weekly"),
        Reference(None, "a"),
    )
    assert [reference.key for reference in formula.references] == [
        "over(month, total)",
        "total",
        "missed(weekly)",
        "a",
    ]


def test_names_are_the_plain_ones() -> None:
    formula = Formula.parse("c if a > b else min(a, d) + rank(e)")

    assert formula.names == ("c", "a", "b", "d")


@pytest.mark.parametrize("function", ["over", "best_over", "count_over"])
def test_functions_over_periods_take_a_calendar_and_a_name(function: str) -> None:
    (reference,) = Formula.parse(f"{function}(month, total)").references

    assert reference == Reference(function, "total", calendar="month")
    assert reference.arguments == ("month", "total")


@pytest.mark.parametrize(
    "function",
    [
        *("previous", "met", "met_on_time", "missed", "shortfall", "target", "actual", "rank", "rank_bonus"),
        *("group", "organisation", "department", "persons", "persons_best", "best_rank"),
    ],
)
def test_the_other_functions_of_lines_take_one_name(function: str) -> None:
    (reference,) = Formula.parse(f"1 + {function}(total)").references

    assert reference == Reference(function, "total")
    assert reference.key == f"{function}(total)"


@pytest.mark.parametrize("function", ["days", "workdays", "hours"])
def test_functions_between_two_dates_keep_their_order(function: str) -> None:
    formula = Formula.parse(f"{function}(happened_on,submitted_on) * 2", functions=FACT_FUNCTIONS)

    (reference,) = formula.references
    assert reference == Reference(function, "happened_on", until="submitted_on")
    assert reference.arguments == ("happened_on", "submitted_on")
    assert reference.key == f"{function}(happened_on, submitted_on)"


@pytest.mark.parametrize("function", ["time_of", "weekday_of", "day_of", "month_of"])
def test_functions_of_a_date_take_one(function: str) -> None:
    formula = Formula.parse(f"1 if {function}(submitted_at) < 16.5 else 0", functions=FACT_FUNCTIONS)

    assert formula.references == (Reference(function, "submitted_at"),)


def test_functions_of_dates_may_also_be_names_of_fields() -> None:
    formula = Formula.parse("hours * 2 + hours(begun_at, ended_at)", functions=FACT_FUNCTIONS)

    assert formula.references == (Reference(None, "hours"), Reference("hours", "begun_at", until="ended_at"))


def test_words_of_the_formulas_of_lines_cannot_be_names_anywhere() -> None:
    assert {"if", "otherwise", "above", "band", "over", "rank", "persons"} <= RESERVED
    assert set(LINE_FUNCTIONS) <= RESERVED
    assert RESERVED.isdisjoint({"hours", "days"})


def test_a_name_is_found_alone_and_within_functions() -> None:
    formula = Formula.parse("over(month, total) + total - month")

    assert formula.places_of("total") == [(12, 17), (21, 26)]
    assert formula.places_of("month") == [(5, 10), (29, 34)]
    assert formula.places_of("other") == []


def test_a_reference_is_found_with_its_parentheses() -> None:
    formula = Formula.parse("over(month, total) + total + over(month,total)")

    over, plain = formula.references
    assert formula.places_of(over) == [(0, 18), (29, 46)]
    assert formula.places_of(plain) == [(21, 26)]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("a and b", ["a", "b"]),
        ("zero and b", ["zero"]),
        ("a or b", ["a"]),
        ("zero or b", ["zero", "b"]),
        ("b if a else missed(weekly)", ["a", "b"]),
        ("b if zero else missed(weekly)", ["zero", "missed(weekly)"]),
        ("band(a, 2: b, 1: zero, otherwise c)", ["a", "b"]),
        ("band(zero, 2: b, 1: c, otherwise missed(weekly))", ["zero", "missed(weekly)"]),
    ],
)
def test_only_what_decides_is_asked_for(text: str, asked: list[str]) -> None:
    values = Asked({"a": Decimal(3), "b": Decimal(1), "zero": Decimal(0), "missed(weekly)": Decimal(2)})

    Formula.parse(text).evaluate(values)

    assert values.keys_asked == asked


def test_a_missing_value_is_an_error_not_a_zero() -> None:
    with pytest.raises(KeyError):
        Formula.parse("a + b").evaluate({"a": Decimal(1)})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("(a + b) * 1.50 - a if zero else 0", "(3.1 + (-2.5)) * 1.50 - 3.1 if 0 else 0"),
        ("2*over( month,total )  - missed(weekly)", "2*1000  - 0.5"),
        ("band(a / b, 0.9: 3, above -1: b, otherwise 0)", "band(3.1 / (-2.5), 0.9: 3, above -1: (-2.5), otherwise 0)"),
        ("round(ratio(a, b), 2)", "round(ratio(3.1, (-2.5)), 2)"),
        ("1 + 2", "1 + 2"),
    ],
)
def test_a_formula_shows_itself_with_its_numbers(text: str, shown: str) -> None:
    values = {
        "a": Decimal("3.10"),
        "b": Decimal("-2.5"),
        "zero": Decimal("-0.00"),
        "over(month, total)": Decimal("1E+3"),
        "missed(weekly)": Decimal("0.50"),
    }

    assert Formula.parse(text).with_values(values) == shown
