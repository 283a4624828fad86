"""The rules of the directory's schemes, compiled once for all departments that are under the same versions."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolTimeout

from services.scoring.application.ports import StoreAway
from services.scoring.domain.descriptions import AppliedScheme, ClosedCalendar
from services.scoring.domain.rules import Rules
from shared.directory.schemebook import SchemeBook
from shared.eventstore import StoreUnavailable
from shared.eventstore.errors import translated

RULES_KEPT_MAX = 500

Key = tuple[str, str, tuple[tuple[int, date], ...], tuple[tuple[str, date], ...]]


class DirectoryRules:
    """Implements the fold's Schemes on the directory. For one thread."""

    def __init__(self, pool: ConnectionPool[Connection[Any]], book: SchemeBook) -> None:
        self._pool = pool
        self._book = book
        self._kept: OrderedDict[Key, Rules] = OrderedDict()

    def __call__(
        self, organisation: str, applied: Sequence[AppliedScheme], closings: Sequence[ClosedCalendar]
    ) -> Rules:
        """Blocks on the database for what is new. Raises UnknownScheme, SchemeMistakes, StoreAway, ValueError."""
        name = applied[0].scheme
        closed = tuple((one.calendar, one.last_on) for one in closings)
        key = (organisation, name, tuple((one.version, one.from_on) for one in applied), closed)
        rules = self._kept.get(key)
        if rules is None:
            rules = self._kept[key] = self._compile(organisation, name, applied, closed)
            if len(self._kept) > RULES_KEPT_MAX:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return rules

    def _compile(
        self, organisation: str, name: str, applied: Sequence[AppliedScheme], closed: Sequence[tuple[str, date]]
    ) -> Rules:
        try:
            with translated(), self._pool.connection() as conn:
                versions = [(one.from_on, self._book.scheme(conn, organisation, name, one.version)) for one in applied]
        except (StoreUnavailable, PoolTimeout) as away:
            raise StoreAway(str(away)) from away
        return Rules(versions, closed)
