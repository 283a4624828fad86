"""What groups and the organisation owe: their targets, and how the parts of their departments are judged together."""

from datetime import date
from decimal import Decimal

import pytest

from services.scoring.domain.cards.book import ORGANISATION, QuotaFigure, Subject
from services.scoring.domain.cards.obliged import joined, whole_of_part
from services.scoring.domain.obligations import Part
from shared.schemes.formulas import FACT_FUNCTIONS, Formula
from shared.schemes.model import Audience, FixedAmount, FormulaAmount, Target, TargetTable
from tests.unit.scorecards.figures import DictBook, department, group, quota, scheme

EAST, WEST = group("east"), group("west")
BY_GROUP = TargetTable("group", {"east": Decimal(5)}, Decimal(3))
BY_CLASS = TargetTable("class", {"big": Decimal(9)}, None)
BY_FACTS = FormulaAmount(Formula.parse("staff * 0.5", functions=FACT_FUNCTIONS))
FIRST, LATER = date(2014, 3, 1), date(2014, 3, 17)

AHEAD = (None, None)
"""Neither the due instant nor the end of the time of grace has passed."""


def part(came: int, by_due: int | None, in_grace: int | None, since: date = FIRST, staff: int = 4) -> QuotaFigure:
    """What has come by now, by the due instant, and by the end of grace; None: these are still ahead."""
    book = DictBook(scheme({"l": "1"}, quotas=[quota("q", "month", "group")]))
    when_due, grace = (None if one is None else Decimal(one) for one in (by_due, in_grace))
    frozen = Part("east", since, {"staff": Decimal(staff)}, grace)
    said = {"due_passed": by_due is not None, "actual_when_due": when_due, "too_late": in_grace is not None}
    book.owe(department("d"), "q", "2014-03", "part", came, target=0, part=frozen, **said)
    return book.figures[0]


def together(figures: list[QuotaFigure], at_least: Target | None = None, of: Subject = EAST) -> list[QuotaFigure]:
    classes = {"big": Audience(groups=frozenset({"east"}))}
    read = scheme({"l": "1"}, quotas=[quota("q", "month", "group", at_least)], classes=classes)
    return joined({1: read}.__getitem__, of, figures)


@pytest.mark.parametrize(
    ("parts", "state", "on_time"),
    [
        ([(1, *AHEAD), (0, *AHEAD)], "open", None),
        ([(1, *AHEAD), (1, *AHEAD)], "met", True),
        ([(1, 1, 1), (1, 1, 1)], "met", True),
        ([(1, 0, 1), (1, 1, 1)], "met", False),
        ([(1, 0, 0), (1, 1, 1)], "met_late", None),
        ([(1, 1, 1), (0, 1, 1)], "missed", None),
        ([(9, 1, None), (0, *AHEAD)], "open", None),
        ([(9, 1, None), (1, *AHEAD)], "met", True),
        ([(9, 1, None), (0, 0, None)], "met", False),
        ([(9, 1, 1), (0, 0, None)], "open", None),
    ],
    ids=str,
)
def test_the_parts_are_judged_as_one_by_what_each_had_added_at_its_own_milestones(
    parts: list[tuple[int, int | None, int | None]], state: str, on_time: bool | None
) -> None:
    (figure,) = together([part(*one) for one in parts])

    assert (figure.subject, figure.state, figure.on_time) == (EAST, state, on_time)
    assert figure.actual == sum(came for came, _, _ in parts)


def test_each_of_the_quotas_own_periods_is_judged_for_itself_oldest_first() -> None:
    march = part(2, 2, 2)
    february = part(0, 0, 0, since=date(2014, 2, 1))._replace(
        period="2014-02", period_first=date(2014, 2, 1), period_end=FIRST
    )

    found = together([march, february])

    assert [(figure.period, figure.state) for figure in found] == [("2014-02", "missed"), ("2014-03", "met")]


@pytest.mark.parametrize(
    ("at_least", "of", "target"),
    [
        (FixedAmount(Decimal(2)), EAST, 2),
        (BY_GROUP, EAST, 5),
        (BY_GROUP, WEST, 3),
        (BY_GROUP, ORGANISATION, 3),
        (BY_CLASS, EAST, 9),
        (BY_FACTS, EAST, 4),
        (BY_FACTS, ORGANISATION, 4),
    ],
)
def test_targets_are_those_of_the_group(at_least: Target, of: Subject, target: int) -> None:
    assert [figure.target for figure in together([part(0, 0, 0), part(0, 0, 0)], at_least, of)] == [target]


def test_who_joins_later_adds_to_the_sum_and_not_to_the_target() -> None:
    (figure,) = together([part(1, 1, 1), part(3, 3, 3, since=LATER, staff=100)], BY_FACTS)

    assert (figure.target, figure.actual, figure.state) == (2, 4, "met")


def test_a_group_without_a_target_owes_nothing() -> None:
    assert together([part(2, 2, 2)], BY_CLASS, WEST) == []


def test_a_target_of_nothing_is_not_owed() -> None:
    assert together([part(2, 2, 2, staff=0)], BY_FACTS) == []


def test_where_nobody_was_there_from_the_first_day_on_those_who_join_are_exempt() -> None:
    assert together([part(2, 2, 2, since=LATER)]) == []


def test_a_department_without_a_group_has_a_part_in_the_organisations_quotas_alone() -> None:
    figure = part(1, 1, 1)
    alone = figure._replace(part=Part(None, FIRST, {}))

    assert [whole_of_part(one, "group") for one in (figure, alone)] == [EAST, None]
    assert [whole_of_part(one, "organisation") for one in (figure, alone)] == [ORGANISATION, ORGANISATION]


def test_where_no_department_takes_part_nothing_is_owed() -> None:
    assert together([]) == []
