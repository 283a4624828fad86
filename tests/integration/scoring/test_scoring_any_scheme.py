"""Under any scheme, whatever happens: what is stored, what is rebuilt and what is read is as plainly worked out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from dev.postgres import Postgres
from services.scoring.adapters.generations.tables import POSITIONS, TABLES
from services.scoring.application.reading.questions import Asked, calendars, known_periods, resolve
from services.scoring.application.reading.scorecards import read_cards
from services.scoring.application.reading.store import ObligationFilter, Snapshot
from shared.calendars import Period
from shared.contracts.department_events import MilestonesReached
from shared.schemes.model import SubjectKind
from tests.integration.scoring import tables
from tests.integration.scoring.cards import of_answer, of_reading, outcome_of_record
from tests.integration.scoring.rebuilds import content
from tests.integration.scoring.town import Town, on_one_partition, town
from tests.integration.scoring.turns import Cut
from tests.reference import plain
from tests.reference.examples import share
from tests.reference.generated.schemes import NAME, Rulebook, rulebooks
from tests.reference.generated.stages import ORGANISATION, Draw, Stage, draws, joinings
from tests.reference.knowing import in_order_of_subjects, known
from tests.reference.outcomes import added_up, in_order
from tests.reference.plain.cards import Cards
from tests.reference.streams import StreamWriter

KINDS: tuple[SubjectKind, ...] = get_args(SubjectKind)
PERIODS_MAX = 1_000
OBLIGATIONS_MAX = 10_000

# An example takes most of a second here, so there are few of them, and a failing one is told as it is found: to make it
# smaller would take minutes.
few = settings(
    max_examples=share(10),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
fewer = settings(few, max_examples=few.max_examples // 3)
cuts: st.SearchStrategy[Cut] = st.lists(
    st.tuples(st.integers(20, 200), st.integers(0, 9), st.booleans()), min_size=1, max_size=6
)
shares = st.integers(0, 1_000).map(lambda thousandths: thousandths / 1_000)
stops = st.lists(st.tuples(st.integers(1, 5), shares), max_size=3)
"""After how many turns each time, and how much of the rest is folded into the live tables meanwhile."""


@pytest.fixture(scope="module")
def somewhere(postgres_server: Postgres, scoring_template: str) -> Iterator[Town]:
    with town(postgres_server.create_database("any_scheme", template=scoring_template)) as found:
        yield found
    postgres_server.drop_database("any_scheme")


@few
@given(rulebooks(), draws, joinings, cuts, cuts, stops, shares, st.tuples(shares, shares))
def test_what_is_stored_rebuilt_and_read_is_what_the_plain_implementation_comes_to(
    somewhere: Town,
    rulebook: Rulebook,
    drawn: list[Draw],
    joined_on: Sequence[date],
    cut: Cut,
    other_cut: Cut,
    stops: list[tuple[int, float]],
    share: float,
    places: tuple[float, float],
) -> None:
    # given a scheme, and what happens to three departments under it
    streams = Stage(rulebook.versions, joined_on).act(drawn).streams
    if not streams:
        return
    somewhere.begin(rulebook)
    records = on_one_partition(streams.values())

    # when it is folded as it comes, and in the midst of it rebuilt in other batches, with stops
    with somewhere.consumer(records, cut) as consumer:
        consumer.go_on(share / 2)
        _look(somewhere)
        consumer.go_on(share)
        more = iter([further for _, further in stops])
        kept = [content_of(somewhere)]

        def meanwhile() -> None:
            consumer.go_on(next(more))
            _look(somewhere)
            kept.append(content_of(somewhere))

        outcome = somewhere.rebuild(records, other_cut, [turns for turns, _ in stops], meanwhile)
        rebuilt = content_of(somewhere)
        consumer.go_on()

    # then the rebuild has found no difference, made none, and announced nothing
    assert (outcome.took_over, outcome.differences, outcome.stuck) == (True, (), ())
    assert rebuilt == kept[-1]

    # and all that is stored in the end is what a plain reading of the events comes to
    for writer in streams.values():
        _cells_agree(somewhere, writer, rulebook)

    # and so are the obligations and the cards, at the end and as of any instant
    for as_of in (None, *instants(streams.values(), *places)):
        departments = [known(writer, rulebook.find, as_of) for writer in streams.values()]
        begun = [one for one in departments if one.name]
        _obligations_agree(somewhere, begun, as_of)
        _cards_agree(somewhere, Cards(begun, NAME), as_of)


@fewer
@given(rulebooks(), draws, joinings, cuts, shares)
def test_whatever_rows_are_lost_a_rebuild_names_the_tables_and_brings_the_rows_back(
    somewhere: Town, rulebook: Rulebook, drawn: list[Draw], joined_on: Sequence[date], cut: Cut, share: float
) -> None:
    # given live tables of which each lacks a row
    streams = Stage(rulebook.versions, joined_on).act(drawn).streams
    somewhere.begin(rulebook)
    records = on_one_partition(streams.values())
    with somewhere.consumer(records, cut) as consumer:
        consumer.go_on()
    whole = content_of(somewhere)
    lacking = {(table, stream) for table in TABLES for stream in _lose(somewhere, table, share)}

    # when they are rebuilt, then just these tables of these departments are said to differ
    refused = somewhere.rebuild(records, cut)
    assert {(one.table, one.stream, one.differing) for one in refused.differences} == {(*one, 1) for one in lacking}
    assert refused.took_over is (not lacking)

    # and when that is accepted, the rows are there again
    assert somewhere.rebuild(records, cut, accept_differences=True).took_over
    assert content_of(somewhere) == whole


def instants(writers: Iterable[StreamWriter], one: float, other: float) -> Iterator[datetime]:
    """One at which time alone went by, and one at which something was told of an item."""
    events = [event for writer in writers for event in writer.events()]
    passed = sorted(event.recorded_at for event in events if isinstance(event.data, MilestonesReached))
    told = sorted(event.recorded_at for event in events if hasattr(event.data, "item"))
    for found, place in ((passed, one), (told, other)):
        if found:
            yield found[int(place * (len(found) - 1))]


def content_of(somewhere: Town) -> dict[str, list[tuple[object, ...]]]:
    with somewhere.pool.connection() as conn:
        return content(conn)


def _lose(somewhere: Town, table: str, share: float) -> list[str]:
    """Delete one row, at this share of the table, if there is any; whose it was. Positions say how far to rebuild."""
    if table == POSITIONS:
        return []
    with somewhere.pool.connection() as conn:
        statement = SQL(
            "DELETE FROM {table} WHERE ctid = (SELECT ctid FROM {table} ORDER BY ctid LIMIT 1"
            " OFFSET (SELECT floor(%s * greatest(count(*) - 1, 0))::int FROM {table}))"
            " RETURNING organisation || '/' || department"
        )
        return [stream for (stream,) in conn.execute(statement.format(table=Identifier(table)), (share,))]


def _cells_agree(somewhere: Town, writer: StreamWriter, rulebook: Rulebook) -> None:
    department, versions = known(writer, rulebook.find), {str(one.id): one.version for one in writer.events()}
    expected = plain.scored(department)
    with somewhere.pool.connection() as conn:
        assert tables.totals(conn, writer.department) == expected.totals
        assert added_up(tables.entries(conn, writer.department), expected.schemes) == expected.totals
        assert tables.outcomes(conn, writer.department) == expected.outcomes
        announced = tables.announcements(conn, writer.stream, versions)
        assert in_order(announced) == in_order(expected.announcements)
        decided = [(one.period, one.person, one.ordinal) for one in expected.announcements if one.ordinal]
        assert sorted(row[2:5] for row in tables.decisions(conn, writer.department)) == sorted(decided)
        assert tables.periods(conn, writer.department) == tables.periods_of(department)
        assert tables.position(conn, writer.stream) == len(writer.values)


def _obligations_agree(somewhere: Town, departments: Iterable[plain.Department], as_of: datetime | None) -> None:
    """What everybody owes, as it is listed, but for how often it was decided on."""
    expected = {
        (one.name, *key[1:]): replace(outcome, ordinal=0)
        for one in departments
        for key, outcome in plain.scored(one).outcomes.items()
        if outcome.state != "part"
    }
    with somewhere.readings.snapshot() as look:
        listed = look.list_obligations(ObligationFilter(ORGANISATION, as_of=as_of), None, OBLIGATIONS_MAX)
    own = [one for one in listed if one.joint is None]
    assert {(one.department, one.quota, one.period, one.person): outcome_of_record(one) for one in own} == expected


def _look(somewhere: Town) -> None:
    """Read all cards now and then: what is remembered of them must not be taken for what they are later."""
    with somewhere.readings.snapshot() as look:
        scheme = look.schemes(ORGANISATION)[-1]
        for kind in KINDS:
            for calendar in calendars(scheme, kind):
                question = resolve(look, Asked(ORGANISATION, NAME, calendar, subject=kind))
                read_cards(look, question, known_periods(look, question, PERIODS_MAX))


def _cards_agree(somewhere: Town, cards: Cards, as_of: datetime | None) -> None:
    """All cards as they are read, and those of the last period of each calendar also over HTTP."""
    with somewhere.readings.snapshot() as look:
        scheme = look.schemes(ORGANISATION)[-1]
        asked = [(kind, calendar) for kind in KINDS for calendar in calendars(scheme, kind)]
        for kind, calendar in asked:
            opened = {one.id: one for one in cards.periods() if one.calendar == calendar}
            _read_agree(look, cards, Asked(ORGANISATION, NAME, calendar, as_of=as_of, subject=kind), opened)
    for kind, calendar in asked:
        last = [one for one in cards.periods() if one.calendar == calendar][-1:]
        for period in last:
            found = somewhere.ask_for_cards(kind, calendar, period.id, as_of)
            expected = in_order_of_subjects(cards.cards(kind, period))
            assert in_order_of_subjects(of_answer(kind, card) for card in found) == expected


def _read_agree(look: Snapshot, cards: Cards, asked: Asked, opened: dict[str, Period]) -> None:
    question = resolve(look, asked)
    periods = known_periods(look, question, PERIODS_MAX)
    assert {one.period.id: one.period for one in periods} == opened
    for period, found in read_cards(look, question, periods).items():
        expected = in_order_of_subjects(cards.cards(question.kind, opened[period]))
        assert in_order_of_subjects(map(of_reading, found)) == expected
