"""What-ifs in Postgres: as they are asked and read, and as workers take them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection

from services.scoring.adapters.stores import connection
from services.scoring.application.what_ifs.differences import CardChange
from services.scoring.application.what_ifs.questions import (
    ATTEMPTS_MAX,
    KEPT_MAX,
    UNDER_WAY_MAX,
    Backdating,
    Draft,
    Question,
    WhatIf,
)
from shared.contracts.identifiers import new_id
from shared.eventstore import sql
from shared.eventstore.errors import translated
from shared.operations.database import Pool

SILENT = timedelta(seconds=60)
"""A worker that has said nothing for so long is gone."""

_sql = sql.load("services.scoring.adapters.what_ifs", "what_ifs.sql")
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(CardChange).decode


class TooManyUnderWay(Exception):
    """The organisation has UNDER_WAY_MAX what-ifs that have not ended."""


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which differences to show; None leaves a field open."""

    calendar: str | None = None
    period: str | None = None
    department: str | None = None


def ask(transaction: Connection[Any], question: Question) -> WhatIf:
    """Keep the question for the next worker, in the caller's transaction. Raises TooManyUnderWay."""
    id, about = new_id(), question.about
    subject = (about.text, None, None) if isinstance(about, Draft) else (None, about.version, about.from_on)
    given = (question.organisation, question.title, about.scheme, *subject, question.first, question.last)
    with translated():
        transaction.execute(_sql.lock_organisation, (question.organisation,))
        counted = transaction.execute(_sql.under_way, (question.organisation,)).fetchone()
        if counted is not None and counted[0] >= UNDER_WAY_MAX:
            raise TooManyUnderWay(f"{UNDER_WAY_MAX} what-ifs are under way; cancel one, or wait until one has ended")
        transaction.execute(_sql.forget_old, (question.organisation, KEPT_MAX))
        transaction.execute(_sql.add, (id, *given))
        row = transaction.execute(_sql.one, (question.organisation, id)).fetchone()
    assert row is not None
    return _what_if(row)


class PostgresWhatIfs:
    """Implements WhatIfs, and reads them for those who asked. Threads may share it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def find(self, organisation: str, id: UUID) -> WhatIf | None:
        with connection(self._pool) as conn:
            row = conn.execute(_sql.one, (organisation, id)).fetchone()
        return None if row is None else _what_if(row)

    def page(self, organisation: str, after: tuple[datetime, UUID] | None, limit: int) -> list[WhatIf]:
        """The newest first, behind one of them."""
        at, id = after or (None, None)
        asked = {"organisation": organisation, "at": at, "id": id, "limit": limit}
        with connection(self._pool) as conn:
            return [_what_if(row) for row in conn.execute(_sql.page, asked)]

    def changes(self, id: UUID, chosen: ChangeFilter, after: int, limit: int) -> list[tuple[int, CardChange]]:
        """The differences behind a place, each with its own."""
        asked = {
            "id": id,
            "after": after,
            "limit": limit,
            "calendar": chosen.calendar,
            "period": chosen.period,
            "department": chosen.department,
        }
        with connection(self._pool) as conn:
            return [(place, _decode(body)) for place, body in conn.execute(_sql.changes, asked)]

    def cancel(self, organisation: str, id: UUID) -> bool:
        """Cancel one that is under way, forget one that has ended; False where there is none."""
        with connection(self._pool) as conn:
            cancelled = conn.execute(_sql.cancel, (organisation, id)).rowcount
            return bool(cancelled or conn.execute(_sql.delete, (organisation, id)).rowcount)

    def claim(self) -> WhatIf | None:
        with connection(self._pool) as conn, conn.transaction():
            told = f"it was begun {ATTEMPTS_MAX} times, and its worker went away each time"
            conn.execute(_sql.give_up, (told, ATTEMPTS_MAX, SILENT))
            row = conn.execute(_sql.claim, (SILENT,)).fetchone()
            if row is None:
                return None
            conn.execute(_sql.forget_changes, (row[0],))
        return _what_if(row)

    def keep(self, id: UUID, progress: float) -> bool:
        return self._did(_sql.keep, (progress, id))

    def add(self, id: UUID, changes: Sequence[CardChange], place: int) -> None:
        columns = (
            [place + number for number in range(1, len(changes) + 1)],
            [one.calendar for one in changes],
            [one.period for one in changes],
            [one.department for one in changes],
            [_encode(one) for one in changes],
        )
        self._did(_sql.add_changes, (*columns, id))

    def finish(self, id: UUID, *, changes: int, complete: bool, left_out: int) -> None:
        self._did(_sql.finish, (changes, complete, left_out, id))

    def fail(self, id: UUID, told: str) -> None:
        self._did(_sql.fail, (told, id))

    def release(self, id: UUID) -> None:
        self._did(_sql.release, (id,))

    def _did(self, query: str, parameters: tuple[Any, ...]) -> bool:
        with connection(self._pool) as conn:
            return conn.execute(query, parameters).rowcount > 0


def _what_if(row: tuple[Any, ...]) -> WhatIf:
    id, organisation, title, scheme, draft, version, from_on, first, last, *rest = row
    about = Draft(scheme, draft) if draft is not None else Backdating(scheme, version, from_on)
    return WhatIf(id, Question(organisation, title, about, first, last), *rest)
