"""What groups and the organisation owe: their targets, and how the parts of their departments are judged together."""

from decimal import Decimal

import pytest

from services.scoring.domain.cards.book import ORGANISATION, QuotaFigure, Subject
from services.scoring.domain.cards.obliged import group_target, joined
from shared.schemes.formulas import FACT_FUNCTIONS, Formula
from shared.schemes.model import Audience, FixedAmount, FormulaAmount, Target, TargetTable
from tests.unit.scorecards.figures import DictBook, department, group, member, quota, scheme

EAST, WEST = group("east"), group("west")
BY_GROUP = TargetTable("group", {"east": Decimal(5)}, Decimal(3))
BY_CLASS = TargetTable("class", {"big": Decimal(9)}, None)
BY_FACTS = FormulaAmount(Formula.parse("staff * 0.5", functions=FACT_FUNCTIONS))


def parts(*figures: tuple[str, int, int | None], period: str = "2014-03") -> list[QuotaFigure]:
    """State, what came, and what had come when it fell due (None: it is not due yet)."""
    book = DictBook(scheme({"l": "1"}, quotas=[quota("q", "month", "group")]))
    for place, (state, actual, when_due) in enumerate(figures):
        due = None if when_due is None else Decimal(when_due)
        said = {"due_passed": due is not None, "actual_when_due": due, "target": 0}
        book.owe(department(f"d{place}"), "q", period, state, actual, **said)  # type: ignore[arg-type]
    return book.figures


def together(figures: list[QuotaFigure], at_least: Target | None = None, of: Subject = EAST) -> list[QuotaFigure]:
    classes = {"big": Audience(groups=frozenset({"east"}))}
    read = scheme({"l": "1"}, quotas=[quota("q", "month", "group", at_least)], classes=classes)
    return joined(read, read.quotas["q"], member(of), {"staff": Decimal(8)}, figures)


@pytest.mark.parametrize(
    ("came", "state", "on_time"),
    [
        ([("part", 1, None), ("part", 0, None)], "open", None),
        ([("part", 1, None), ("part", 1, None)], "met", True),
        ([("part", 1, 1), ("part", 1, 1)], "met", True),
        ([("part", 1, 1), ("part", 1, 0)], "met_late", None),
        ([("part", 1, 1), ("part", 0, 1)], "missed", None),
        ([("part", 9, 9), ("part", 9, None)], "met", True),
        ([("waived", 0, 0)], "waived", None),
    ],
)
def test_the_parts_are_judged_as_one(came: list[tuple[str, int, int | None]], state: str, on_time: bool | None) -> None:
    (figure,) = together(parts(*came))

    assert (figure.subject, figure.state, figure.on_time) == (EAST, state, on_time)
    assert figure.actual == sum(actual for _, actual, _ in came)


def test_each_of_the_quotas_own_periods_is_judged_for_itself_oldest_first() -> None:
    found = together(parts(("part", 2, 2), period="2014-03") + parts(("part", 0, 0), period="2014-02"))

    assert [(figure.period, figure.state) for figure in found] == [("2014-02", "missed"), ("2014-03", "met")]


@pytest.mark.parametrize(
    ("at_least", "of", "target"),
    [
        (FixedAmount(Decimal(2)), EAST, 2),
        (BY_GROUP, EAST, 5),
        (BY_GROUP, WEST, 3),
        (BY_GROUP, ORGANISATION, 3),
        (BY_CLASS, EAST, 9),
        (BY_CLASS, WEST, None),
        (BY_FACTS, EAST, 4),
        (BY_FACTS, ORGANISATION, 4),
    ],
)
def test_targets_are_those_of_the_group(at_least: Target, of: Subject, target: int | None) -> None:
    classes = {"big": Audience(groups=frozenset({"east"}))}
    read = scheme({"l": "1"}, quotas=[quota("q", "month", "group", at_least)], classes=classes)

    assert group_target(read, read.quotas["q"], member(of), {"staff": Decimal(8)}) == target


def test_a_group_without_a_target_owes_nothing() -> None:
    assert together(parts(("part", 2, 2)), BY_CLASS, WEST) == []


def test_where_no_department_takes_part_nothing_is_owed() -> None:
    assert together([]) == []
