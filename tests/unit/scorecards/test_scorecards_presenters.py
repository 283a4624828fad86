"""What the pages show of obligations and figures."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.scoring.application.reading.cards import Card, shown
from services.scoring.application.reading.records import ObligationRecord, Owed
from services.scoring.domain.cards.evaluation import evaluate
from services.scoring.http.presenters.figures import Figure, figure, trend
from services.scoring.http.presenters.sparkline import HEIGHT, WIDTH, sparkline
from services.scoring.http.presenters.tally import tally
from tests.unit.scorecards.builders import scheme
from tests.unit.scorecards.figures import DictBook, department, member

NOON = datetime(2014, 3, 7, 12, tzinfo=UTC)


def owed(state: str, actual: int = 0, *, reminded: bool = False, **changes: Any) -> ObligationRecord:
    fields: dict[str, Any] = {
        "department": "culture",
        "person": "",
        "scheme": "district",
        "quota": "weekly_reports",
        "calendar": "week",
        "period": "2014-W10",
        "period_first": date(2014, 3, 3),
        "period_end": date(2014, 3, 10),
        "scheme_version": 1,
        "measure": "reports",
        "target": Decimal(2),
        "actual": Decimal(actual),
        "state": state,
        "due_soon_since": NOON if reminded else None,
        "due_at": NOON,
        "due_passed": state != "open",
        "grace_ends_at": None,
        "on_time": None,
        "actual_when_due": None,
        "waived_reason": None,
        "decided_at": None,
    }
    return ObligationRecord(**(fields | changes))


def card(calendar: str, *obligations: ObligationRecord) -> Card:
    read = scheme()
    book = DictBook(read, everyone=[member(department("culture"))]).earn(department("culture"), "2014-03", reports=5)
    window = read.calendars[calendar].period("2014-W10" if calendar == "week" else "2014-03")
    computed = evaluate(book, calendar, window.id)
    (drawn,) = shown(computed, {1: read.scorecard(calendar)}, Owed(window, obligations).of)
    return drawn


@pytest.mark.parametrize(
    ("obligations", "state"),
    [
        ([], None),
        ([owed("open")], "not_yet"),
        ([owed("open", 1)], "on_the_way"),
        ([owed("open", 1, reminded=True)], "due_soon"),
        ([owed("open", 1, due_passed=True)], "due_soon"),
        ([owed("met", 2), owed("open")], "on_the_way"),
        ([owed("met", 2), owed("met", 3)], "met"),
        ([owed("met", 2), owed("met_late", 2)], "made_good_late"),
        ([owed("met", 2), owed("waived")], "met"),
        ([owed("waived")], "waived"),
        ([owed("met", 2), owed("open", reminded=True), owed("missed", 1)], "missed"),
    ],
)
def test_the_obligation_that_asks_for_most_attention_stands_for_all(
    obligations: list[ObligationRecord], state: str | None
) -> None:
    assert tally(obligations).state == state


def test_waived_obligations_are_not_owed_and_late_ones_are_fulfilled() -> None:
    counted = tally([owed("met", 2), owed("met_late", 2), owed("missed", 1), owed("waived")])

    assert (counted.fulfilled, counted.owed) == (2, 3)


def test_a_cards_figure_is_its_headline() -> None:
    assert figure(card("month", owed("met", 2)), "month") == Figure(Decimal(5), None)


def test_in_a_calendar_of_quotas_alone_the_figure_is_what_came_of_the_quota() -> None:
    assert figure(card("week", owed("open", 1)), "week") == Figure(Decimal(1), Decimal(2))


def test_of_several_quotas_the_figure_is_how_many_are_fulfilled() -> None:
    several = card("week", owed("met", 2), owed("missed", 0, quota="photos"), owed("met", 9, quota="videos"))

    assert figure(several, "week") == Figure(Decimal(2), Decimal(3))


def test_where_nothing_was_owed_there_is_no_figure() -> None:
    assert figure(card("week"), "week") == Figure(None, None)


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [("5", "2", "↗3"), ("2", "5.5", "↘3.5"), ("2", "2", None), ("2", None, None), (None, "2", None)],
)
def test_a_trend_is_an_arrow_and_the_difference(now: str | None, before: str | None, said: str | None) -> None:
    def made(value: str | None) -> Figure:
        return Figure(None if value is None else Decimal(value), None)

    assert trend(made(now), made(before)) == said


def test_a_sparkline_stays_in_its_box_and_leaves_gaps_out() -> None:
    line = sparkline([Decimal(-5), None, Decimal(100), Decimal(3)])

    assert line is not None
    points = [tuple(map(float, point.split(","))) for point in line.points.split()]
    assert len(points) == 3
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in points)
    assert (line.last_x, line.last_y) == points[-1]


@pytest.mark.parametrize("values", [[], [Decimal(1)], [None, Decimal(1)], [None, None]])
def test_fewer_than_two_figures_make_no_line(values: list[Decimal | None]) -> None:
    assert sparkline(values) is None
