"""One database for many generated schemes and histories, one after the other: each finds it empty."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from psycopg.sql import SQL, Identifier

from services.scoring import bootstrap
from services.scoring.adapters.generations.departments import SEES
from services.scoring.adapters.generations.tables import TABLES
from services.scoring.application.generations.rebuild import Outcome
from shared.contracts.department_events import TOPIC
from shared.messaging import NotNow, Record
from shared.operations.database import Pool, open_pool
from shared.schemes.model import SubjectKind
from tests.integration.scorecards.application import add_token, application
from tests.integration.scoring.conftest import publish_text
from tests.integration.scoring.turns import Cut, Turns, rebuild_in_turns
from tests.reference.batches import batches
from tests.reference.generated.schemes import NAME, Rulebook
from tests.reference.generated.stages import ORGANISATION
from tests.reference.streams import StreamWriter

TOKEN = "tongbao_town"
READER = {"Authorization": f"Bearer {TOKEN}"}
EMPTIED = (*TABLES, "events", "streams", "directory_schemes")


class Town:
    """A migrated database, and what folds into it."""

    def __init__(self, url: str, pool: Pool, making: Pool) -> None:
        self.pool = pool
        self._url = url
        self._making = making

    def begin(self, rulebook: Rulebook) -> None:
        """Empty all tables, publish the scheme, and have readers that know no other of its name."""
        with self.pool.connection() as conn:
            for table in EMPTIED:
                conn.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        for text in rulebook.written:
            publish_text(self._url, text, ORGANISATION)
        self.readings = bootstrap.readings(self.pool)
        self._client = application(self.pool, self.readings).test_client()

    @contextmanager
    def consumer(self, records: Sequence[Record], cut: Cut) -> Iterator["Consumer"]:
        """Takes these records in batches that are cut so."""
        consumer = Consumer(self.pool, records, cut)
        try:
            yield consumer
        finally:
            consumer.close()

    def rebuild(
        self,
        records: Sequence[Record],
        cut: Cut,
        stops: Sequence[int] = (),
        meanwhile: Callable[[], None] = lambda: None,
        *,
        accept_differences: bool = False,
    ) -> Outcome:
        """Rebuild from these records, in portions cut so, stopped after so many turns each time."""
        turns = Turns(self.pool, self._making, records, cut)
        return rebuild_in_turns(self._url, self.pool, turns, stops, meanwhile, accept_differences=accept_differences)

    def ask_for_cards(self, kind: SubjectKind, calendar: str, period: str, as_of: datetime | None) -> list[Any]:
        """What the API answers with."""
        query = {"scheme": NAME, "subject": kind, "calendar": calendar, "period": period}
        query |= {} if as_of is None else {"as_of": as_of.isoformat()}
        answer = self._client.get(f"/v1/organisations/{ORGANISATION}/scorecards", query_string=query, headers=READER)
        assert answer.status_code == 200, answer.text
        return list(answer.get_json()["scorecards"])


class Consumer:
    """Folds records into the live tables, batch by batch. Now and then another takes its place."""

    def __init__(self, pool: Pool, records: Sequence[Record], cut: Cut) -> None:
        self._pool = pool
        self._records = records
        self._cut = cut
        self._folded = 0
        self._projection = bootstrap.projection(pool)

    def go_on(self, share: float = 1) -> None:
        """Fold this share of what has not been folded yet."""
        begin = self._folded
        self._folded += round(share * (len(self._records) - begin))
        for batch, gone in batches(self._records[begin : self._folded], self._cut):
            try:
                self._fold(batch)
            except NotNow:  # another generation has taken over: it comes again
                self._fold(batch)
            if gone:
                self.close()
                self._projection = bootstrap.projection(self._pool)

    def close(self) -> None:
        self._projection.close()

    def _fold(self, batch: Sequence[Record]) -> None:
        self._projection.projector.project(batch)
        self._projection.projector.settle()


@contextmanager
def town(url: str) -> Iterator[Town]:
    with open_pool(url, 4, "town") as pool, open_pool(url, 2, "town-making", options=SEES) as making:
        with pool.connection() as conn:
            add_token(conn, TOKEN, organisation=ORGANISATION)
        yield Town(url, pool, making)


def on_one_partition(writers: Iterable[StreamWriter]) -> list[Record]:
    """All that the writers have written, in the order in which it was recorded."""
    told = [
        (event.recorded_at, writer.stream, event.version, value)
        for writer in writers
        for event, value in zip(writer.events(), writer.values, strict=True)
    ]
    return [Record(TOPIC, 0, place, stream, value) for place, (_, stream, _, value) in enumerate(sorted(told))]
