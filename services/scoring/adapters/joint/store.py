"""The judge's book in Postgres: a look is one transaction, and its decisions and their events are written in it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg_pool import PoolTimeout

from services.scoring.adapters.item_codec import decode_part
from services.scoring.application.joint.ports import Asked
from services.scoring.domain.joint_judging import Decision, DepartmentsPart, JointObligation, Member, Whole
from shared.contracts import scoring_events
from shared.contracts.envelope import type_of
from shared.contracts.identifiers import derived_id, joint_stream, new_id
from shared.directory import queries
from shared.directory.schemebook import SchemeBook
from shared.eventstore import StoreUnavailable, Trace, append, sql
from shared.eventstore.errors import translated
from shared.operations.database import Pool
from shared.schemes.model import Scheme

ACTOR = "service:scoring"
CHANGED_MAX = 10_000
"""So many quotas' periods are looked at before it is asked again what has changed."""

_sql = sql.load("services.scoring.adapters.joint", "queries.sql")


class PostgresJointWork:
    """Implements ``Work`` in the transaction that the connection is in."""

    def __init__(self, conn: Connection[Any], schemes: SchemeBook, asked: Asked, marked: Sequence[str]) -> None:
        self._conn = conn
        self._schemes = schemes
        self._asked = asked
        self._marked = list(marked)
        self._trace = Trace(str(new_id()), None, ACTOR)
        self.kept = False
        """Whether anything was stored."""

    def parts(self) -> list[DepartmentsPart]:
        rows = self._conn.execute(_sql.parts, self._asked._asdict()).fetchall()
        return [DepartmentsPart(*(*row[:-1], decode_part(row[-1]))) for row in rows]

    def members(self, calendar: str) -> list[Member]:
        rows = self._conn.execute(_sql.members, {**self._asked._asdict(), "calendar": calendar})
        return [Member(*row) for row in rows]

    def scheme(self, version: int) -> Scheme:
        return self._schemes.scheme(self._conn, self._asked.organisation, self._asked.scheme, version)

    def known(self) -> Mapping[Whole, JointObligation]:
        rows = self._conn.execute(_sql.known, self._asked._asdict()).fetchall()
        return {one.whole: one for one in map(_obligation, rows)}

    def turned_at(self, one: JointObligation, *, reached: bool, until: datetime | None) -> datetime | None:
        known = {
            "organisation": self._asked.organisation,
            "scheme": self._asked.scheme,
            "measure": one.measure,
            "departments": list(one.departments),
            "first": one.period_first,
            "end": None if self.scheme(one.scheme_version).quotas[self._asked.quota].once else one.period_end,
            "target": one.target,
            "reached": reached,
            "until": until,
        }
        row = self._conn.execute(_sql.turned_at, known).fetchone()
        return None if row is None else row[0]

    def keep(self, one: JointObligation) -> None:
        owed = (one.calendar, one.scheme_version, one.measure, one.period_first, one.period_end, one.target)
        until = (one.opened_at, one.due_at, one.grace_ends_at)
        known = (one.actual, one.state, one.ordinal, one.due_soon_since, one.due_passed_at, one.too_late_at)
        decided = (one.decided_at, one.on_time, one.actual_when_due, list(one.waiting_for))
        row = (*self._asked, *one.whole, *owed, list(one.departments), *until, *known, *decided)
        self._conn.execute(_sql.keep, row)
        self.kept = True

    def announce(self, one: JointObligation, scheme: Scheme, decision: Decision, *, historical: bool) -> None:
        event = _event(self._shown(one, scheme, decision, historical), decision)
        figures = (decision.after.state, one.target, decision.actual, one.decided_at)
        self._conn.execute(_sql.decide, (*self._asked, *one.whole, one.ordinal, type_of(event), *figures))
        append(
            self._conn,
            joint_stream(self._asked.organisation, self._asked.scheme),
            scoring_events.TOPIC,
            [event],
            self._trace,
            ids=[derived_id("joint_quota", *self._asked, *one.whole, str(one.ordinal))],
        )

    def looked_at(self) -> None:
        self._conn.execute(_sql.drop_marks, {**self._asked._asdict(), "departments": self._marked})

    def _shown(
        self, one: JointObligation, scheme: Scheme, decision: Decision, historical: bool
    ) -> scoring_events.JointObligation:
        quota, measure = scheme.quotas[self._asked.quota], scheme.measures[one.measure]
        assert one.decided_at is not None, "what is announced has been decided"
        return scoring_events.JointObligation(
            organisation=self._asked.organisation,
            subject=one.whole.kind,
            group=one.whole.group or None,
            subject_title=one.whole.group or self._title(),
            departments=one.departments,
            scheme=scheme.name,
            scheme_version=scheme.version,
            quota=quota.name,
            quota_title=quota.title,
            cite=quota.cite,
            severity=quota.severity,
            measure=measure.name,
            measure_title=measure.title,
            unit=measure.unit,
            calendar=one.calendar,
            period=self._asked.period,
            period_first=one.period_first,
            period_end=one.period_end,
            due_at=one.due_at,
            target=one.target,
            actual=decision.actual,
            ordinal=one.ordinal,
            decided_at=one.decided_at,
            historical=historical,
            on_time=decision.after.on_time,
            grace_ends_at=one.grace_ends_at,
        )

    def _title(self) -> str:
        found = queries.organisation(self._conn, self._asked.organisation)
        return self._asked.organisation if found is None else found.title


class PostgresJointBook:
    """Implements ``JointBook``."""

    def __init__(self, pool: Pool, schemes: SchemeBook) -> None:
        self._pool = pool
        self._schemes = schemes

    def changed(self) -> list[Asked]:
        with self._connection() as conn:
            return [Asked(*row) for row in conn.execute(_sql.changed, (CHANGED_MAX,))]

    def waiting(self) -> list[Asked]:
        with self._connection() as conn:
            return [Asked(*row) for row in conn.execute(_sql.waiting, (CHANGED_MAX,))]

    def revision(self, organisation: str) -> str:
        with self._connection() as conn:
            row = conn.execute(_sql.revision, {"organisation": organisation}).fetchone()
        assert row is not None, "an aggregate always answers with a row"
        return str(row[0])

    @contextmanager
    def work(self, asked: Asked) -> Iterator[PostgresJointWork | None]:
        with self._connection() as conn, conn.transaction():
            free = conn.execute(_sql.claim, tuple(asked)).fetchone()
            if not (free and free[0]):
                yield None
                return
            conn.execute(_sql.one_generation)
            marked = [row[0] for row in conn.execute(_sql.take_marks, asked._asdict())]
            work = PostgresJointWork(conn, self._schemes, asked, marked)
            yield work
            if work.kept:
                conn.execute(_sql.note, (asked.organisation,))

    @contextmanager
    def _connection(self) -> Iterator[Connection[Any]]:
        with translated():
            try:
                with self._pool.connection() as conn:
                    yield conn
            except PoolTimeout as none_free:
                raise StoreUnavailable(f"no database connection became free: {none_free}") from none_free


def _obligation(row: tuple[Any, ...]) -> JointObligation:
    whole, owed, departments, known, waiting_for = Whole(*row[:2]), row[2:8], tuple(row[8]), row[9:-1], tuple(row[-1])
    return JointObligation(*(whole, *owed, departments, *known, waiting_for))


def _event(shown: scoring_events.JointObligation, decision: Decision) -> object:
    match decision.announcement:
        case "due_soon":
            return scoring_events.JointQuotaDueSoon(shown)
        case "met":
            return scoring_events.JointQuotaMet(shown)
        case "missed":
            return scoring_events.JointQuotaMissed(shown)
        case "met_late":
            return scoring_events.JointQuotaMetLate(shown)
        case "restated":
            return scoring_events.JointQuotaRestated(shown, decision.before, decision.after.state)
