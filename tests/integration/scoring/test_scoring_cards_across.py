"""Cards that stand on more than a department's own period: on a group's quota, and on a term that versions cut anew."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from services.scoring import bootstrap
from services.scoring.application.reading.grid import read_history
from services.scoring.application.reading.questions import Asked, resolve, resolve_period
from services.scoring.application.reading.scorecards import read_scorecards
from services.scoring.domain.cards.book import Subject
from shared.contracts.department_events import ItemSubmitted
from shared.operations.database import Pool
from shared.schemes import read_scheme
from tests.integration.scoring.conftest import ORGANISATION, publish_text
from tests.reference.streams import StreamWriter

GROUPS = """
scheme: groups
version: 1
title: Groups
effective: {from: 2014-01-01}
time_zone: Asia/Shanghai
calendars: {month: {every: month}}
kinds: {report: {title: Report}}
measures: {reports: {count: submitted}}
quotas: {together: {measure: reports, calendar: month, at_least: 2, subject: group}}
lines:
  missing: {formula: missed(together), subject: group}
  total: reports - 5 * group(missing)
scorecards: {month: {lines: total}}
"""
TERMS = """
scheme: terms
version: 1
title: Terms
effective: {from: 2014-01-01}
time_zone: Asia/Shanghai
calendars:
  year: {every: year}
  term: {periods: {spring: {from: 2014-02-10, to: 2014-06-30}}}
kinds: {report: {title: Report}}
measures: {reports: {count: submitted}}
quotas: {enough: {measure: reports, calendar: term, at_least: 3}}
lines: {sent: "over(term, reports)", missing: missed(enough)}
scorecards: {term: {lines: missing}, year: {lines: [sent, missing]}}
"""
LONGER = (
    TERMS.replace("version: 1", "version: 2").replace("2014-06-30", "2014-07-15").replace("2014-01-01", "2014-05-01")
)


def at(month: int, day: int) -> datetime:
    return datetime(2014, month, day, 2, tzinfo=UTC)


def fold(pool: Pool, *writers: StreamWriter) -> None:
    projection = bootstrap.projection(pool)
    for partition, writer in enumerate(writers):
        projection.projector.project(writer.records(partition))
    projection.projector.settle()
    projection.close()


def submit(writer: StreamWriter, scheme: str, instants: Sequence[datetime]) -> None:
    for instant in instants:
        writer.tell(ItemSubmitted(f"{writer.department}-{instant:%m%d}", scheme, "report", "标题"), instant)


def test_the_history_beside_a_card_says_what_the_card_says(scoring_database: str, pool: Pool) -> None:
    # given a group whose quota one of its departments has met alone
    publish_text(scoring_database, GROUPS)
    writers = [StreamWriter(ORGANISATION, name) for name in ("north", "south")]
    for writer, days in zip(writers, ((5, 6), (7,)), strict=True):
        writer.register([read_scheme(GROUPS)], date(2014, 1, 1), group="street")
        submit(writer, "groups", [at(1, day) for day in days])
        writer.pass_time(at(3, 1))
    fold(pool, *writers)

    # then neither the other's card nor its history deducts anything for that month
    with bootstrap.readings(pool).snapshot() as look:
        asked, south = Asked(ORGANISATION, "groups", "month", "2014-01"), Subject("department", "south")
        (card,) = (one for one in read_scorecards(look, asked).cards if one.subject == south)
        question = resolve(look, asked)
        history = read_history(look, question, south, resolve_period(look, question, "2014-01"), 3)
    assert card.headline == 1
    assert {known.period.id: one.headline for known, one in history} == {"2014-01": 1, "2014-02": -5, "2014-03": 0}


def test_a_term_that_versions_cut_differently_counts_once_as_it_has_opened(scoring_database: str, pool: Pool) -> None:
    # given a term, which a version that comes in its course lets end later
    for text in (TERMS, LONGER):
        publish_text(scoring_database, text)
    writer = StreamWriter(ORGANISATION, "north")
    writer.register([read_scheme(TERMS)], date(2014, 1, 1))
    submit(writer, "terms", [at(3, 3)])
    writer.apply(read_scheme(LONGER))
    submit(writer, "terms", [at(6, 3)])
    writer.pass_time(at(9, 1))
    fold(pool, writer)
    readings = bootstrap.readings(pool)

    def values(as_of: datetime | None = None) -> dict[str, Decimal]:
        with readings.snapshot() as look:
            (card,) = read_scorecards(look, Asked(ORGANISATION, "terms", "year", "2014", as_of)).cards
        return dict(card.values)

    # then it counts once, now and as of an instant, and also after a further event
    assert values() == values(at(9, 1)) == {"sent": 2, "missing": 1}
    submit(writer, "terms", [at(9, 2)])
    fold(pool, writer)
    assert values() == {"sent": 2, "missing": 1}
