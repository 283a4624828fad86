"""Reporting rates and the distribution over a year."""

from decimal import Decimal

import pytest

from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.distribution import EVEN_SHARE, distributed, together
from services.scoring.domain.cards.evaluation import period_of
from services.scoring.domain.cards.rates import QuotaReported, Reported, reported, share, total
from tests.unit.scorecards.figures import DictBook, department, member, person, quota, scheme

A, B = department("a"), department("b")
WANG = person("wang", "b")


def read(book: DictBook, only: str | None = None) -> dict[str, QuotaReported]:
    columns = Columns(book)
    period = period_of(columns, book, "month", "2014-03")
    assert period is not None
    return {each.quota.name: each for each in reported(book, columns, period, only)}


@pytest.fixture
def book() -> DictBook:
    quotas = [quota("weekly", "week"), quota("personal", "month", "person"), quota("joint", "month", "organisation")]
    everyone = [member(A, "east"), member(B), member(WANG)]
    return DictBook(scheme({"total": "reports"}, quotas=quotas), everyone=everyone)


def test_what_comes_beyond_the_target_makes_up_for_nothing(book: DictBook) -> None:
    book.owe(A, "weekly", "2014-W10", "met", 9, actual_when_due=Decimal(9)).owe(A, "weekly", "2014-W11", "missed", 0)

    found = read(book)["weekly"].overall

    assert (found.expected, found.submitted, found.on_time) == (Decimal(4), Decimal(2), Decimal(2))
    assert (found.rate, found.on_time_rate) == (Decimal("0.5"), Decimal("0.5"))


def test_on_time_is_what_was_there_when_it_fell_due(book: DictBook) -> None:
    book.owe(A, "weekly", "2014-W10", "met_late", 2, actual_when_due=Decimal(1))
    book.owe(B, "weekly", "2014-W13", "open", 1)

    found = read(book)["weekly"].overall

    assert (found.submitted, found.on_time) == (Decimal(3), Decimal(2))


def test_waived_obligations_are_left_out(book: DictBook) -> None:
    book.owe(A, "weekly", "2014-W10", "waived", 1).owe(A, "weekly", "2014-W11", "met", 2)

    assert read(book)["weekly"].overall.expected == 2


def test_groups_have_rates_of_their_own_and_who_has_none_stands_apart(book: DictBook) -> None:
    book.owe(A, "weekly", "2014-W10", "met", 2).owe(B, "weekly", "2014-W10", "missed", 0)

    assert {group: each.rate for group, each in read(book)["weekly"].by_group.items()} == {"east": 1, None: 0}


def test_quotas_of_persons_and_of_the_organisation_count_too(book: DictBook) -> None:
    book.owe(WANG, "personal", "2014-03", "missed", 1)
    for one in (A, B):
        book.take_part(one, "joint", "2014-03", 1, 1)

    found = read(book)

    assert found["personal"].overall.rate == Decimal("0.5")
    assert (found["joint"].overall.expected, found["joint"].overall.rate) == (Decimal(2), Decimal(1))


def test_one_department_sees_what_it_and_its_persons_owe(book: DictBook) -> None:
    book.owe(A, "weekly", "2014-W10", "met", 2).owe(WANG, "personal", "2014-03", "missed", 1)

    assert set(read(book, "b")) == {"personal"}


def test_where_nothing_is_owed_there_is_no_rate() -> None:
    assert (total([]).rate, Reported().on_time_rate) == (None, None)


@pytest.mark.parametrize(("part", "whole", "expected"), [(3, 2, "1"), (1, 3, "0.3333"), (2, 3, "0.6667"), (0, 5, "0")])
def test_a_share_has_four_decimals_and_never_exceeds_one(part: int, whole: int, expected: str) -> None:
    assert share(part, whole) == Decimal(expected)


def test_months_are_held_against_an_even_pace() -> None:
    months = distributed({3: Decimal(3), 12: Decimal(9)})

    assert len(months) == 12
    assert months[2].share == Decimal("0.25")
    assert months[11].deviation == Decimal("0.75") - EVEN_SHARE
    assert months[0].deviation == -EVEN_SHARE


def test_a_year_without_anything_has_no_shares() -> None:
    assert {(each.share, each.deviation) for each in distributed({})} == {(None, None)}


def test_several_are_added_up_month_by_month() -> None:
    assert together([{1: Decimal(2)}, {1: Decimal(3), 2: Decimal(1)}])[1] == 5
