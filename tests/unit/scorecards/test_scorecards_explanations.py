"""Explanations: the formula, the same with values, and what stands behind each value."""

from decimal import Decimal

from services.scoring.application.reading.explanations import Behind, explain
from tests.unit.scorecards.builders import SCHEME, scheme

EARNED = {"reports": Decimal("3.0"), "adoption": Decimal(25)}


def test_a_line_shows_its_formula_and_the_same_with_its_values() -> None:
    line = explain(scheme(), "total", EARNED, {}).line

    assert (line.formula, line.with_values, line.value) == (
        "reporting + adopted + instructed",
        "3 + 25 + 0",
        Decimal(28),
    )


def test_used_lines_and_measures_are_explained_too() -> None:
    explanation = explain(scheme(), "total", EARNED, {"reports": Behind(total=3)})

    assert {(line.line, line.with_values) for line in explanation.lines} == {
        ("reporting", "3 * 1"),
        ("adopted", "25"),
        ("instructed", "0"),
    }
    assert [(each.measure, each.amount, each.behind.total) for each in explanation.measures] == [
        ("reports", Decimal(3), 3),
        ("adoption", Decimal(25), 0),
        ("instructions", Decimal(0), 0),
    ]
    assert explanation.measures[0].cite == "每周报送信息不得少于2条"


def test_what_a_line_does_not_use_is_not_explained() -> None:
    explanation = explain(scheme(), "adopted", EARNED, {})

    assert explanation.lines == ()
    assert [each.measure for each in explanation.measures] == ["adoption"]


def test_a_line_used_on_many_ways_is_explained_once() -> None:
    chain = "\n".join(f"  l{n}: l{n - 1} + l{n - 1}" for n in range(1, 40))
    deep = scheme(SCHEME.replace("  total: reporting", f"  l0: reports\n{chain}\n  total: l39 + reporting"))

    explanation = explain(deep, "total", EARNED, {})

    assert len(explanation.lines) == 40 + len(("reporting", "adopted", "instructed"))
    assert explanation.line.value == 3 * 2**39 + 28
