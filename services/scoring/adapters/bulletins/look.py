"""A look at the database that tells, beside the figures, how far everything has been folded in it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from services.scoring.adapters.reading.postgres import PostgresReadings, PostgresSnapshot
from services.scoring.application.reading.questions import Scope
from services.scoring.domain.bulletins import Progress
from shared.directory import queries
from shared.directory.schemebook import SchemeBook
from shared.eventstore import sql
from shared.operations.database import Pool

_sql = sql.load("services.scoring.adapters.bulletins", "queries.sql")


class PostgresLook(PostgresSnapshot):
    """Implements ``Look``."""

    def organisations(self) -> list[str]:
        return [row[0] for row in self.connection.execute(_sql.organisations)]

    def organisation_title(self, organisation: str) -> str:
        found = queries.organisation(self.connection, organisation)
        return organisation if found is None else found.title

    def folded(self, organisation: str) -> Mapping[str, int]:
        return dict(self.connection.execute(_sql.folded, {"organisation": organisation}).fetchall())

    def progress(self, scope: Scope, periods: Collection[str]) -> Mapping[str, Sequence[Progress]]:
        asked = {
            "organisation": scope.organisation,
            "scheme": scope.scheme,
            "calendar": scope.calendar,
            "periods": list(periods),
        }
        found: dict[str, list[Progress]] = defaultdict(list)
        for period, *row in self.connection.execute(_sql.progress, asked):
            found[period].append(Progress(*row))
        return found


class PostgresLooks:
    """Implements ``Looks``. Threads may share it."""

    def __init__(self, pool: Pool, schemes: SchemeBook) -> None:
        self._readings = PostgresReadings(pool, schemes)
        self._schemes = schemes

    @contextmanager
    def look(self) -> Iterator[PostgresLook]:
        with self._readings.snapshot() as snapshot:
            yield PostgresLook(snapshot.connection, self._schemes)
