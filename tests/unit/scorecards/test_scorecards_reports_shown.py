"""Reporting rates and the distribution as the pages show them."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask, g

from services.scoring.application.reading.rates import GroupsRates, Rates
from services.scoring.domain.cards.rates import Reported
from services.scoring.http.presenters.rates import percent, rows
from shared.web import languages


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    languages.add_catalogue("services.scoring.http")
    with Flask(__name__).app_context():
        g.language = "en"
        yield


HALF = Rates(Reported(Decimal(4), Decimal(2), Decimal(1)), items=8, adopted=2)


@pytest.mark.parametrize(
    ("share", "said"), [("0.5", "50 %"), ("0.3333", "33.33 %"), ("1", "100 %"), ("-0.0833", "−8.33 %"), (None, "–")]
)
def test_shares_are_told_in_percent(share: str | None, said: str) -> None:
    assert percent(None if share is None else Decimal(share)) == said


def test_a_single_group_is_not_told_twice() -> None:
    assert len(rows(HALF, [GroupsRates("street", HALF)])) == 1
    assert [row.title for row in rows(HALF, [GroupsRates("street", HALF), GroupsRates("committee", HALF)])][1:] == [
        "street",
        "committee",
    ]


def test_a_row_tells_rates_and_what_they_are_made_of() -> None:
    (row,) = rows(HALF, [])

    assert (row.rate, row.on_time_rate, row.adoption_rate) == ("50 %", "25 %", "25 %")
    assert (row.submitted, row.expected, row.adopted) == ("2", "4", "2/8")
