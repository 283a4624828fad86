"""What is owed once, by a day: what comes later makes it good late, now and as of any instant since."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.scoring import bootstrap
from services.scoring.application.reading.questions import Asked
from services.scoring.application.reading.scorecards import read_scorecards
from services.scoring.application.reading.store import ObligationFilter
from shared.contracts.department_events import ItemSubmitted
from shared.operations.database import Pool
from shared.schemes import read_scheme
from tests.integration.scoring.conftest import ORGANISATION, publish_text
from tests.reference.streams import StreamWriter

TEXT = """
scheme: once
version: 1
title: Once
effective: {from: 2014-01-01}
time_zone: Asia/Shanghai
calendars: {year: {every: year}}
kinds: {report: {title: Report}}
measures: {reports: {count: submitted}}
quotas: {three: {measure: reports, by: 2014-02-10, at_least: 3}}
lines: {lacking: shortfall(three)}
scorecards: {year: {lines: lacking}}
"""


def at(month: int, day: int) -> datetime:
    return datetime(2014, month, day, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("as_of", "state", "actual", "lacking"),
    [
        (at(2, 9), "open", 1, 0),
        (at(2, 12), "missed", 1, 2),
        (at(2, 21), "missed", 2, 1),
        (at(2, 23), "met_late", 3, 0),
        (None, "met_late", 3, 0),
    ],
)
def test_what_comes_after_the_day_counts_as_of_any_instant_behind_it(
    scoring_database: str, pool: Pool, as_of: datetime | None, state: str, actual: int, lacking: int
) -> None:
    # given one report in time and two after the day
    publish_text(scoring_database, TEXT)
    writer = StreamWriter(ORGANISATION, "north")
    writer.register([read_scheme(TEXT)], date(2014, 1, 1))
    for number, instant in enumerate((at(1, 5), at(2, 20), at(2, 22))):
        writer.tell(ItemSubmitted(f"item-{number}", "once", "report", "标题"), instant)
    writer.pass_time(at(3, 1))
    projection = bootstrap.projection(pool)
    projection.projector.project(writer.records())
    projection.projector.settle()
    projection.close()

    # then the list and the card's line say the same
    with bootstrap.readings(pool).snapshot() as look:
        (owed,) = look.list_obligations(ObligationFilter(ORGANISATION, as_of=as_of), None, 10)
        (card,) = read_scorecards(look, Asked(ORGANISATION, "once", "year", "2014", as_of)).cards
    assert (owed.state, owed.actual) == (state, actual)
    assert card.values == {"lacking": Decimal(lacking)}
    assert [(one.state, one.actual) for one in card.obligations] == [(state, actual)]
