"""When a period is told of, and what the text of an issue says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.scoring.domain.bulletins import Progress, chinese_period, due_at, filled, is_due, issue_id, still_running
from shared.schemes import read_scheme
from tests.unit.schemes.examples import SCHEME

DUE = datetime(2014, 4, 1, 16, tzinfo=UTC)
TICK = timedelta(microseconds=1)
COME = Progress("a", DUE, DUE - timedelta(days=90), parked=False, closed=True, final=False, undecided_since=None)


def test_a_period_is_due_when_every_live_department_has_come_to_the_instant() -> None:
    assert is_due([COME, replace(COME, department="b")], DUE, None)
    assert not is_due([COME, replace(COME, recorded_at=DUE - TICK)], DUE, None)
    assert not is_due([COME, replace(COME, recorded_at=None)], DUE, None)
    assert not is_due([], DUE, None)


@pytest.mark.parametrize(
    "lacking",
    [{"closed": False}, {"parked": True}, {"undecided_since": DUE - TICK}, {"undecided_since": DUE}],
    ids=["the end", "being parked", "a decision due before", "a decision due at the instant"],
)
def test_what_a_department_has_not_taken_in_holds_the_issue_up(lacking: dict[str, object]) -> None:
    assert not is_due([COME, replace(COME, **lacking)], DUE, None)  # type: ignore[arg-type]


def test_what_falls_due_only_later_holds_nothing_up() -> None:
    assert is_due([replace(COME, undecided_since=DUE + TICK)], DUE, None)


def test_figures_that_are_final_by_then_are_waited_for() -> None:
    assert not is_due([COME], DUE, DUE)
    assert is_due([replace(COME, final=True)], DUE, DUE)
    assert is_due([COME], DUE, DUE + TICK)


def test_history_is_not_due_and_whose_past_is_being_imported_is_not_waited_for() -> None:
    imported = replace(COME, live_since=None, closed=False, recorded_at=DUE - timedelta(days=300))
    assert is_due([COME, imported], DUE, None)
    assert not is_due([imported], DUE, None)
    assert not is_due([replace(COME, live_since=DUE + TICK)], DUE, None)
    assert is_due([COME, replace(COME, live_since=DUE + TICK)], DUE, None)
    assert is_due([replace(COME, live_since=DUE)], DUE, None)


def test_an_operator_waits_for_whom_nothing_holds_up() -> None:
    running = replace(COME, department="b", closed=False)
    assert still_running([COME]) == []
    assert still_running([COME, running]) == ["b"]
    assert still_running([COME, replace(running, parked=True)]) == []
    assert still_running([COME, replace(running, live_since=None)]) == []
    assert still_running([replace(running, parked=True)]) == ["b"]


def test_the_text_says_the_period_as_its_language_does_and_nothing_else_is_touched() -> None:
    template = "{period}、{title}第{number}期 {0} {{period}} %s"
    assert filled(template, period="2014-03", title="{number}", number=7) == (
        "2014年3月、{number}第7期 {0} {2014年3月} %s"
    )
    assert filled("No. {number} of {period}", period="2014-03", title="", number=7) == "No. 7 of 2014-03"


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2014-W09", "2014年第9周"),
        ("2014-Q2", "2014年第二季度"),
        ("2014-H2", "2014年下半年"),
        ("2014-03", "2014年3月"),
        ("2019-10-16", "2019年10月16日"),
        ("2014", "2014年"),
        ("2023-autumn", "2023-autumn"),
        ("2014-Q9", "2014-Q9"),
    ],
)
def test_periods_are_said_in_chinese(period: str, said: str) -> None:
    assert chinese_period(period) == said


def test_an_issue_is_due_on_the_calendar_of_the_scheme_s_zone() -> None:
    scheme = read_scheme(SCHEME)
    march = scheme.calendars["month"].period("2014-03")
    assert due_at(scheme.bulletins["monthly"], march, scheme) == DUE


def test_an_issue_is_named_by_what_it_tells_of() -> None:
    assert issue_id("o", "s", "b", "2014-03") == issue_id("o", "s", "b", "2014-03")
    assert len({issue_id("o", "s", "b", period) for period in ("2014-03", "2014-04")}) == 2
