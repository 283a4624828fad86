"""The readings' port on Postgres: one repeatable-read transaction is one snapshot."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from services.scoring.adapters.item_codec import decode_part
from services.scoring.adapters.reading.describing import in_order, members
from services.scoring.adapters.reading.parameters import columns, instant, of
from services.scoring.application.reading.questions import Scope
from services.scoring.application.reading.records import (
    Adoptions,
    Amounts,
    Change,
    ChangePlace,
    DescribedItem,
    Health,
    KnownPeriod,
    LedgerEntry,
    LedgerPlace,
    ObligationPlace,
    ObligationRecord,
    Owed,
    ParkedDepartment,
    PeriodKey,
)
from services.scoring.application.reading.remembering import Memory, Read, Told, Whole, first
from services.scoring.application.reading.store import LedgerFilter, ObligationFilter
from services.scoring.domain.cards.book import Member, Subject
from services.scoring.domain.holding import Holding, holdings
from services.scoring.domain.holding import Told as ToldVersion
from shared.calendars import OPEN_END, Period
from shared.contracts.identifiers import department_stream
from shared.directory.schemebook import SchemeBook
from shared.eventstore import sql
from shared.eventstore.errors import StoreUnavailable, translated
from shared.schemes.model import Scheme

_sql = sql.load("services.scoring.adapters.reading", "queries.sql")

_BETWEEN_NAMES = " "
"""Stands between the names of a list that is a single value in SQL; no name of a scheme has one."""
_READ_ONLY_SNAPSHOT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; LOCK TABLE generation IN ACCESS SHARE MODE"
)
"""The lock comes before the snapshot: all tables of one look are of one generation."""

_JOINT = ("group", "organisation")
_EVERYWHERE: Mapping[str, object] = dict.fromkeys(
    [
        *("first", "end", "limit"),
        *(f"after_{column}" for column in ("due_at", "department", "scheme", "quota", "period", "person")),
    ]
)
"""Neither a span nor a place in the list."""

Pool = ConnectionPool[Connection[TupleRow]]


class PostgresReadings:
    """Snapshots of the scoring database. Threads may share it."""

    def __init__(self, pool: Pool, schemes: SchemeBook) -> None:
        self._pool = pool
        self._schemes = schemes
        self._memory = Memory()

    @contextmanager
    def snapshot(self) -> Iterator["PostgresSnapshot"]:
        """Takes a connection for as long as it is open. Raises StoreUnavailable."""
        with _connection(self._pool) as conn, conn.transaction():
            conn.execute(_READ_ONLY_SNAPSHOT)
            yield PostgresSnapshot(conn, self._schemes, self._memory)

    def request_resumption(
        self, transaction: Connection[TupleRow], organisation: str, department: str
    ) -> ParkedDepartment | None:
        """Ask the fold, in the caller's transaction, to try a parked department again. None when it is not parked."""
        with translated():
            transaction.execute(_sql.request_resumption, {"stream": department_stream(organisation, department)})
            parked = PostgresSnapshot(transaction, self._schemes).parked(organisation, department)
        return parked[0] if parked else None


class PostgresSnapshot:
    """One look at the database; its methods are described by the port ``Snapshot``."""

    def __init__(self, conn: Connection[TupleRow], schemes: SchemeBook, memory: Memory | None = None) -> None:
        self._conn = conn
        self._schemes = schemes
        self._memory = Memory() if memory is None else memory
        self._published: dict[str, list[Scheme]] = {}
        self._held: dict[tuple[str, str, datetime | None], dict[str, Holding]] = {}
        self._versions: dict[str, tuple[int, Mapping[str, int]]] = {}

    @property
    def connection(self) -> Connection[TupleRow]:
        """For those who ask within the same look for what this port does not tell."""
        return self._conn

    def revision(self, organisation: str) -> str:
        return str(self._one(_sql.revision, organisation=organisation)[0])

    def health(self, organisation: str) -> Health:
        return Health(*self._one(_sql.health, organisation=organisation))

    def schemes(self, organisation: str) -> list[Scheme]:
        if organisation not in self._published:
            self._published[organisation] = self._schemes.of_organisation(self._conn, organisation)
        return self._published[organisation]

    def departments(self, organisation: str) -> list[str]:
        return list(self._names(organisation))

    def groups(self, organisation: str) -> list[str]:
        return sorted({group for groups in self._names(organisation).values() for group in groups})

    def scheme(self, organisation: str, scheme: str, version: int) -> Scheme:
        return self._schemes.scheme(self._conn, organisation, scheme, version)

    def closings(self, scope: Scope) -> Mapping[str, date]:
        return dict(self._conn.execute(_sql.closings, of(scope)).fetchall())

    def periods(self, scope: Scope, *, at_most: int, up_to: str | None = None) -> list[KnownPeriod]:
        rows = self._conn.execute(_sql.periods, of(scope) | {"at_most": at_most, "up_to": up_to})
        return self._as_held(scope, [_known(scope, row) for row in rows])

    def named_periods(self, scope: Scope, names: Sequence[str], *, at_most: int) -> list[KnownPeriod]:
        rows = self._conn.execute(_sql.named_periods, of(scope) | {"at_most": at_most, "names": list(names)})
        return self._as_held(scope, [_known(scope, row) for row in rows])

    def members(
        self, scope: Scope, periods: Collection[Period], *, persons: bool, department: str | None = None
    ) -> Mapping[PeriodKey, list[Member]]:
        asked = of(scope) | columns(periods)

        def read(departments: Sequence[str] | None) -> Iterator[Told]:
            chosen = asked | {"departments": departments}
            found = members(
                self._rows(_sql.members, chosen),
                self._rows(_sql.descriptions, chosen),
                self._rows(_sql.persons, chosen) if persons else (),
                self._holdings(scope),
            )
            return (Told(one.subject.home, key, one.subject, one) for key, one in found)

        whole = self._recalled(scope, ("members", tuple(periods), persons), department, read)
        return {key: in_order(found.values()) for key, found in whole.items()}

    def amounts(
        self,
        scope: Scope,
        earning: Mapping[Period, Collection[str]],
        *,
        persons: bool,
        department: str | None = None,
    ) -> Amounts:
        query = _sql.amounts_from_totals if scope.as_of is None else _sql.amounts_from_ledger
        measures = [_BETWEEN_NAMES.join(names) for names in earning.values()]
        asked = of(scope) | columns(earning) | {"measures": measures, "persons": persons}

        def read(departments: Sequence[str] | None) -> Iterator[Told]:
            for *key, names, people, earned in self._rows(query, asked | {"departments": departments}):
                yield from map(Told, names, repeat(tuple(key)), map(_subject, names, people), earned)

        return self._recalled(scope, ("amounts", tuple(earning), tuple(measures), persons), department, read)

    def obligations(
        self,
        scope: Scope,
        periods: Collection[Period],
        quotas: Collection[str] | None = None,
        department: str | None = None,
    ) -> Mapping[PeriodKey, Mapping[str, Owed]]:
        query = _sql.obligations_now if scope.as_of is None else _sql.obligations_then
        named = None if quotas is None else sorted(quotas)
        windows = {(period.calendar, period.id): period for period in periods}
        asked = of(scope) | columns(periods) | {"quotas": named, "once": self._once(scope.organisation)}

        def read(departments: Sequence[str] | None) -> Iterator[Told]:
            found: dict[tuple[PeriodKey, str], list[ObligationRecord]] = defaultdict(list)
            for row in self._rows(query, asked | {"departments": departments}):
                found[(row[0], row[1]), row[2]].append(_obligation(row[2:]))
            for (key, name), owed in found.items():
                yield Told(name, key, name, Owed(windows[key], owed), len(owed))

        of_quotas = None if named is None else tuple(named)
        return self._recalled(scope, ("obligations", tuple(periods), of_quotas), department, read)

    def _recalled(self, scope: Scope, asked: tuple[object, ...], department: str | None, read: Read) -> Whole:
        """What is asked for of one department, or of all: of these what is remembered, where it is of now."""
        return self.recall(scope, asked, read) if department is None else first(read([department]))

    def recall(self, scope: Scope, asked: Hashable, read: Read) -> Whole:
        if scope.as_of is not None:
            return first(read(None))
        generation, versions = self._stand(scope.organisation)
        return self._memory.recall((generation, scope, asked), versions, read)

    def _stand(self, organisation: str) -> tuple[int, Mapping[str, int]]:
        """The generation of the tables, and the version of each department's stream."""
        if organisation not in self._versions:
            rows = self._rows(_sql.versions, {"organisation": organisation})
            generation = rows[0][2] if rows else 0
            self._versions[organisation] = generation, {name: version for name, version, _ in rows}
        return self._versions[organisation]

    def entries(self, chosen: LedgerFilter, after: LedgerPlace | None, limit: int) -> list[LedgerEntry]:
        place = {
            "after_department": after.department if after else None,
            "after_version": after.stream_version if after else None,
            "after_entry": after.entry if after else None,
            "limit": limit,
        }
        return [LedgerEntry(*row) for row in self._filtered(_sql.entries, chosen, place)]

    def count_entries(self, chosen: LedgerFilter) -> Mapping[str, int]:
        return dict(self._filtered(_sql.count_entries, chosen, {}))

    def list_obligations(
        self, chosen: ObligationFilter, after: ObligationPlace | None, limit: int
    ) -> list[ObligationRecord]:
        place = {
            "after_due_at": after.due_at if after else None,
            "after_department": after.department if after else None,
            "after_scheme": after.scheme if after else None,
            "after_quota": after.quota if after else None,
            "after_period": after.period if after else None,
            "after_person": after.person if after else None,
            "limit": limit,
        }
        query = _sql.list_obligations_now if chosen.as_of is None else _sql.list_obligations_then
        single = [] if chosen.subject in _JOINT else self._filtered(query, chosen, place)
        joint = self._joint(chosen, **place) if chosen.department is None and chosen.person is None else []
        found = [*(ObligationRecord(*row) for row in single), *joint]
        return sorted(found, key=lambda one: (one.due_at, one.joint is None), reverse=True)[:limit]

    def joint_obligations(self, scope: Scope, periods: Sequence[Period]) -> Mapping[PeriodKey, Owed]:
        found: dict[PeriodKey, Owed] = {}
        chosen = ObligationFilter(scope.organisation, scope.scheme, as_of=scope.as_of)
        for period in periods:
            records = self._joint(chosen, first=period.first, end=period.end)
            records.sort(key=lambda one: (one.due_at, one.quota))
            found[period.calendar, period.id] = Owed(period, records)
        return found

    def _joint(self, chosen: ObligationFilter, **asked: object) -> list[ObligationRecord]:
        query = _sql.joint_now if chosen.as_of is None else _sql.joint_then
        return [ObligationRecord._make(row) for row in self._filtered(query, chosen, {**_EVERYWHERE, **asked})]

    def adoptions(
        self, scope: Scope, period: Period, counting: Collection[str], adopting: Collection[str]
    ) -> list[Adoptions]:
        asked = {"first": period.first, "end": period.end, "counting": list(counting), "adopting": list(adopting)}
        return [Adoptions._make(row) for row in self._rows(_sql.adoptions, of(scope) | asked)]

    def by_month(
        self, scope: Scope, measure: str, first: date, end: date, department: str | None = None
    ) -> Mapping[str, Mapping[int, Decimal]]:
        asked = {"measure": measure, "first": first, "end": end, "department": department}
        found: dict[str, dict[int, Decimal]] = defaultdict(dict)
        for name, month, amount in self._rows(_sql.by_month, of(scope) | asked):
            found[name][month] = amount
        return found

    def changes(
        self,
        scope: Scope,
        department: str,
        since: datetime,
        period: Period | None,
        after: ChangePlace | None,
        limit: int,
    ) -> list[Change]:
        asked = {
            "department": department,
            "since": since,
            "first": period.first if period else None,
            "end": period.end if period else None,
            "after_version": after.stream_version if after else None,
            "after_kind": after.kind if after else None,
            "after_number": after.number if after else None,
            "after_key": after.key if after else None,
            "limit": limit,
        }
        rows = self._conn.execute(_sql.changes, of(scope) | asked, prepare=False)
        return [Change._make(row) for row in rows]

    def parked(self, organisation: str, department: str | None = None) -> list[ParkedDepartment]:
        rows = self._conn.execute(_sql.parked, {"organisation": organisation, "department": department})
        return [ParkedDepartment(*row) for row in rows]

    def item(self, organisation: str, department: str, item: str) -> DescribedItem | None:
        row = self._conn.execute(
            _sql.item, {"organisation": organisation, "department": department, "item": item}
        ).fetchone()
        return None if row is None else DescribedItem(*row)

    def _holdings(self, scope: Scope) -> Mapping[str, Holding]:
        """By department: of those for which a version of the scheme had been backdated."""
        key = (scope.organisation, scope.scheme, scope.as_of)
        if key not in self._held:
            told: dict[str, list[ToldVersion]] = defaultdict(list)
            for department, *one in self._rows(_sql.backdated, of(scope)):
                told[department].append(ToldVersion._make(one))
            schemes = {one.version: one for one in self.schemes(scope.organisation) if one.name == scope.scheme}
            self._held[key] = holdings(told, schemes)
        return self._held[key]

    def _as_held(self, scope: Scope, opened: list[KnownPeriod]) -> list[KnownPeriod]:
        """The periods with the versions by which they are scored, where these are not those they were opened with."""
        held = self._holdings(scope).values()
        later = [
            known.period
            for known in opened
            if any(one.version(known.scheme_version, known.period) > known.scheme_version for one in held)
        ]
        if not later:
            return opened
        found = self.members(scope, later, persons=False)
        highest = {id: max(member.scheme_version for member in some) for (_, id), some in found.items()}
        return [replace(one, scheme_version=highest.get(one.period.id, one.scheme_version)) for one in opened]

    def _once(self, organisation: str) -> list[str]:
        """The quotas that are owed once, each with its scheme and version."""
        return [
            f"{scheme.name} {scheme.version} {quota.name}"
            for scheme in self.schemes(organisation)
            for quota in scheme.quotas.values()
            if quota.once
        ]

    def _names(self, organisation: str) -> dict[str, list[str]]:
        """By department, in order: the groups that it was ever in."""
        return dict(self._conn.execute(_sql.names, {"organisation": organisation}).fetchall())

    def _one(self, query: str, **parameters: object) -> TupleRow:
        row = self._conn.execute(query, parameters).fetchone()
        assert row is not None, "an aggregate always answers with a row"
        return row

    def _rows(self, query: str, parameters: Mapping[str, object]) -> list[TupleRow]:
        """All at once and binary: these are thousands of rows."""
        with self._conn.cursor(binary=True) as cursor:
            return cursor.execute(query, parameters).fetchall()

    def _filtered(
        self, query: str, chosen: LedgerFilter | ObligationFilter, place: Mapping[str, object]
    ) -> Iterator[TupleRow]:
        """Never prepared: a plan made for all filters at once would use no index."""
        once = self._once(chosen.organisation)
        parameters = {**asdict(chosen), **place, "as_of": instant(chosen.as_of), "open_end": OPEN_END, "once": once}
        yield from self._conn.execute(query, parameters, prepare=False)


@contextmanager
def _connection(pool: Pool) -> Iterator[Connection[Any]]:
    with translated():
        try:
            with pool.connection() as conn:
                yield conn
        except PoolTimeout as none_free:
            raise StoreUnavailable(f"no database connection became free: {none_free}") from none_free


def _obligation(row: TupleRow) -> ObligationRecord:
    record = ObligationRecord(*row)
    return record if row[-1] is None else record._replace(part=decode_part(row[-1]))


def _known(scope: Scope, row: TupleRow) -> KnownPeriod:
    name, first, end, version, opened_at = row
    return KnownPeriod(Period(scope.calendar, name, first, end), version, opened_at)


def _subject(department: str, person: str) -> Subject:
    return Subject("person", person, department) if person else Subject("department", department)
