"""Cards as they are shown: how settled they are, and what their subject owes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from services.scoring.application.reading.cards import Card, shown
from services.scoring.application.reading.records import Owed
from services.scoring.domain.cards.evaluation import evaluate
from tests.unit.scorecards.builders import OPENED, scheme
from tests.unit.scorecards.figures import DictBook, department, member, person
from tests.unit.scorecards.test_scorecards_presenters import owed

CLOSED = OPENED + timedelta(days=31)
FINAL = CLOSED + timedelta(days=5)


def drawn(book: DictBook, calendar: str = "month", period: str = "2014-03") -> list[Card]:
    obligations = [owed("met", 2), owed("missed", 0, person="wang"), owed("part", 1, quota="together")]
    window = scheme().calendars[calendar].period(period)
    return shown(evaluate(book, calendar, period), {1: scheme().scorecard(calendar)}, Owed(window, obligations).of)


@pytest.mark.parametrize(
    ("closed_at", "final_at", "restated_at", "state", "provisional"),
    [
        (None, None, None, "open", True),
        (CLOSED, None, None, "closed", True),
        (CLOSED, FINAL, None, "final", False),
        (CLOSED, FINAL, FINAL + timedelta(days=1), "restated", False),
    ],
)
def test_a_card_says_how_settled_it_is(closed_at, final_at, restated_at, state, provisional) -> None:  # type: ignore[no-untyped-def]
    one = member(department("culture"), closed_at=closed_at, final_at=final_at, restated_at=restated_at)

    (card,) = drawn(DictBook(scheme(), everyone=[one]))

    assert (card.state, card.provisional) == (state, provisional)


def test_a_closed_card_that_never_becomes_final_is_not_provisional() -> None:
    book = DictBook(scheme(), everyone=[member(department("culture"), closed_at=CLOSED)])

    assert not drawn(book, "half", "2014-H1")[0].provisional


def test_a_card_shows_what_its_own_subject_owes_and_no_parts_of_what_a_group_owes() -> None:
    book = DictBook(scheme(), everyone=[member(department("culture")), member(person("wang", "culture"))])

    (card,) = drawn(book)

    assert [each.quota for each in card.obligations] == ["weekly_reports"]
    assert {each.person for each in card.obligations} == {""}


def test_round_numbers_carry_no_exponent() -> None:
    book = DictBook(scheme(), everyone=[member(department("culture"))])
    book.earn(department("culture"), "2014-H1", "half", adoption="100.00")

    card = drawn(book, "half", "2014-H1")[0]

    assert str(card.values["total"]) == "100"
    assert card.headline == Decimal(100)


def test_a_calendar_with_quotas_alone_has_cards_without_lines() -> None:
    card = drawn(DictBook(scheme(), everyone=[member(department("culture"))]), "week", "2014-W10")[0]

    assert (card.values, card.headline, card.standing) == ({}, None, None)
