"""Explanations: the formula, the same with values, and what stands behind each value."""

from decimal import Decimal

import pytest

from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.evaluation import period_of
from services.scoring.domain.cards.explaining import Explained, UsedValue, explained
from tests.unit.scorecards.figures import (
    DictBook,
    card,
    department,
    line,
    member,
    person,
    quota,
    ranked,
    scheme,
)

A = department("a")


def explain(book: DictBook, name: str, period: str = "2014-03", calendar: str = "month") -> Explained:
    columns = Columns(book)
    found = period_of(columns, book, calendar, period)
    assert found is not None
    return explained(book, columns, found, next(each for each in book.everyone if each.subject == A), name)


def used(found: Explained, key: str) -> UsedValue:
    return next(each for each in found.line.uses if each.reference.key == key)


@pytest.fixture
def book() -> DictBook:
    lines = [
        line("reporting", "reports * 2"),
        line("adopted", "adoption"),
        line("total", "reporting + adopted + 0"),
        line("yearly", "over(month, total) - previous(total)"),
        line("penalty", "0 - 2 * missed(q)"),
        line("place", "rank(total)"),
        line("people", "persons(mine) + best_rank(mine)"),
        line("mine", "reports", "person"),
        line("share", "ratio(total, group(total))", otherwise=Decimal(0)),
    ]
    own = [each.name for each in lines if each.subject == "department"]
    cards = [
        card("month", own, rank=ranked("total")),
        card("year", own),
        card("month", ["mine"], "person", ranked("mine")),
    ]
    people = [member(person("wang", "a"), "east"), member(person("li", "b"), "east")]
    everyone = [member(A, "east"), member(department("b"), "east"), *people]
    book = DictBook(scheme(lines, cards, quotas=[quota("q", "week")]), everyone=everyone)
    book.earn(A, "2014-03", reports="3.0", adoption=25).earn(A, "2014-02", reports=1)
    return book.earn(department("b"), "2014-03", adoption=9)


def test_a_line_shows_its_formula_and_the_same_with_its_values(book: DictBook) -> None:
    found = explain(book, "total").line

    assert (found.line.formula.text, found.with_values) == ("reporting + adopted + 0", "6 + 25 + 0")
    assert found.value == 31


def test_used_lines_and_measures_are_explained_too_and_others_are_not(book: DictBook) -> None:
    found = explain(book, "total")

    assert [(each.line.name, each.with_values) for each in found.lines] == [("reporting", "3 * 2"), ("adopted", "25")]
    assert found.amounts == {"reports": 3, "adoption": 25}
    assert explain(book, "adopted").amounts == {"adoption": 25}


def test_over_shows_the_child_periods_and_previous_the_period_before(book: DictBook) -> None:
    found = explain(book, "yearly", "2014", "year")

    parts = used(found, "over(month, total)").parts
    assert len(parts) == 12
    assert {part.period.id: part.value for part in parts if part.value} == {"2014-02": 2, "2014-03": 31}
    assert [part.period.id for part in used(found, "previous(total)").parts] == ["2013"]


def test_functions_of_quotas_show_the_obligations(book: DictBook) -> None:
    book.owe(A, "q", "2014-W10", "missed", 0).owe(A, "q", "2014-W11", "met", 2)

    found = explain(book, "penalty")

    assert found.line.with_values == "0 - 2 * 1"
    assert [(each.period, each.state) for each in used(found, "missed(q)").figures] == [
        ("2014-W10", "missed"),
        ("2014-W11", "met"),
    ]


def test_sums_over_others_show_them(book: DictBook) -> None:
    found = explain(book, "people")

    assert [part.subject for part in used(found, "persons(mine)").parts] == [person("wang", "a")]
    assert used(found, "best_rank(mine)").value == 1
    assert [part.subject.name for part in used(explain(book, "share"), "group(total)").parts] == ["east"]


def test_a_rank_is_a_value_without_parts(book: DictBook) -> None:
    assert used(explain(book, "place"), "rank(total)").parts == ()


def test_a_line_used_on_many_ways_is_explained_once() -> None:
    chain = {"l0": "reports", **{f"l{n}": f"l{n - 1} + l{n - 1}" for n in range(1, 40)}}
    book = DictBook(scheme(chain), everyone=[member(A)]).earn(A, "2014-03", reports=3)

    found = explain(book, "l39")

    assert len(found.lines) == 39
    assert found.line.value == 3 * 2**39
