"""Departments that owe together: their streams, folded as far as asked, and the judge beside them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import psycopg

from dev.postgres import Postgres
from services.scoring import bootstrap
from services.scoring.application.joint.judging import JointJudge
from shared.contracts.department_events import ItemSubmitted, ItemWithdrawn
from shared.contracts.directory_events import DepartmentDescribed, OrganisationDescribed, SchemePublished
from shared.contracts.envelope import decode_data
from shared.contracts.identifiers import joint_stream
from shared.contracts.scoring_events import JointObligation
from shared.directory.apply import describe
from shared.operations.database import Pool, open_pool
from shared.schemes import read_scheme
from tests.integration.scorecards.application import migrated
from tests.reference.streams import StreamWriter

ORGANISATION = "county"
TEXT = """
scheme: together
version: 1
title: 信息工作
effective: {from: 2024-01-01}
time_zone: Asia/Shanghai
facts: {staff: {}}
calendars:
  month: {every: month}
  drive: {from: 2024-01-15}
kinds:
  report: {title: 信息}
measures:
  reports: {title: 上报, count: submitted, where: {kind: report}}
  told: {title: 按日期, count: submitted, where: {kind: report}, dated: happened_on}
quotas:
  all:
    title: 全局每月不少于三条
    cite: 全局每月合计报送信息不少于3条
    measure: told
    calendar: month
    at_least: 3
    subject: organisation
    remind: P2D
    severity: critical
  towns:
    {measure: told, calendar: month, at_least: staff / 12, subject: group, grace: P3D, applies_to: {groups: [towns]}}
  driven: {measure: told, calendar: drive, at_least: 5, subject: organisation}
  each: {measure: told, calendar: drive, at_least: 1, grace: P3D}
lines:
  total: {title: 得分, formula: reports}
  lacking: {formula: shortfall(all), subject: organisation}
scorecards:
  month: {lines: [total]}
  drive: {lines: [total]}
  whole: {calendar: month, subject: organisation, lines: [lacking]}
"""
SCHEME = read_scheme(TEXT)
DEPARTMENTS = {"north": "towns", "south": "towns", "office": "offices"}


def at(day: int, month: int = 1, hour: int = 2, minute: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=UTC)


DUE = datetime(2024, 1, 31, 16, tzinfo=UTC)
GRACE_ENDS = datetime(2024, 2, 3, 16, tzinfo=UTC)


class Told(NamedTuple):
    """An event of the stream of what is owed together."""

    type: str
    group: str | None
    period: str
    actual: int
    decided_at: datetime


class Together:
    """Streams of departments of one organisation, and the projection and the judge over one database."""

    def __init__(self, pool: Pool, departments: dict[str, str] = DEPARTMENTS) -> None:
        self.pool = pool
        self.projection = bootstrap.projection(pool)
        self.judge = JointJudge(bootstrap.joint(pool))
        self.writers = {name: StreamWriter(ORGANISATION, name) for name in departments}
        self._folded = dict.fromkeys(departments, 0)
        for name, group in departments.items():
            self.writers[name].register([SCHEME], date(2024, 1, 1), group=group)
            self.describe(name)

    def describe(self, department: str) -> None:
        """Let the directory know the department, perhaps before its stream has come."""
        first_day = date(2024, 1, 1)
        described = DepartmentDescribed(ORGANISATION, department, department, None, (), {}, first_day, True)
        with self.pool.connection() as conn:
            describe(conn, 1, described)

    def join(self, department: str, group: str, joined_on: date, *, live: bool = True) -> StreamWriter:
        """A further department; one that is live is registered on its first day."""
        writer = self.writers[department] = StreamWriter(ORGANISATION, department)
        self._folded[department] = 0
        writer.register([SCHEME], joined_on, group=group, live=live)
        self.describe(department)
        return writer

    def submit(self, department: str, item: str, at: datetime, happened_on: date = date(2024, 1, 10)) -> None:
        event = ItemSubmitted(item, "together", "report", f"关于{item}", happened_on=happened_on)
        self.writers[department].tell(event, at)

    def withdraw(self, department: str, item: str, at: datetime) -> None:
        self.writers[department].tell(ItemWithdrawn(item), at)

    def pass_time(self, until: datetime, *departments: str) -> None:
        for name in departments or self.writers:
            self.writers[name].pass_time(until)

    def fold(self, *departments: str) -> None:
        """All that has been written of these departments, or of all."""
        for partition, name in enumerate(self.writers):
            if name in departments or not departments:
                records = self.writers[name].records(partition)
                self.projection.projector.project(records[self._folded[name] :])
                self._folded[name] = len(records)
        self.projection.projector.settle()

    def decide(self, quota: str = "all") -> list[str]:
        """What the judge decides now, of one quota."""
        judged = self.judge.judge_once()
        return [decision.announcement for asked, _, decision in judged if asked.quota == quota]

    def published(self, quota: str = "all") -> list[Told]:
        with self.pool.connection() as conn:
            rows = conn.execute(
                "SELECT type, data FROM events WHERE stream = %s ORDER BY version",
                (joint_stream(ORGANISATION, "together"),),
            ).fetchall()
        found = [(type_name, self.obligation(type_name, data)) for type_name, data in rows]
        return [
            Told(type_name.split(".")[2], one.group, one.period, int(one.actual), one.decided_at)
            for type_name, one in found
            if one.quota == quota
        ]

    @staticmethod
    def obligation(type_name: str, data: bytes) -> JointObligation:
        found: JointObligation = decode_data(type_name, bytes(data)).obligation
        return found

    def target(self, quota: str, group: str = "") -> Decimal:
        with self.pool.connection() as conn:
            row = conn.execute(
                "SELECT target FROM joint_obligations WHERE quota = %s AND group_name = %s AND period = '2024-01'",
                (quota, group),
            ).fetchone()
        assert row is not None
        found: Decimal = row[0]
        return found

    def waiting_for(self, quota: str = "all") -> list[str]:
        with self.pool.connection() as conn:
            rows = conn.execute(
                "SELECT waiting_for FROM joint_obligations WHERE quota = %s AND period = '2024-01'", (quota,)
            ).fetchall()
        return sorted(name for row in rows for name in row[0])

    def close(self) -> None:
        self.projection.close()


def template_of(server: Postgres) -> str:
    """The name of a database with the organisation and its scheme in the directory."""
    name = "together_template"
    url = migrated(server.create_database(name))
    published = SchemePublished(ORGANISATION, SCHEME.name, 1, SCHEME.title, SCHEME.effective_from, TEXT, SCHEME.digest)
    with psycopg.connect(url, autocommit=True) as conn:
        describe(conn, 1, OrganisationDescribed(ORGANISATION, "某县", "Asia/Shanghai"))
        describe(conn, 1, published)
    return name


@contextmanager
def database(server: Postgres, template: str, name: str = "together") -> Iterator[Pool]:
    url = server.create_database(name, template=template)
    with open_pool(url, 8, "together-tests") as opened:
        yield opened
    server.drop_database(name)


def is_of(told: list[Told]) -> list[tuple[str, int, datetime]]:
    return [(one.type, one.actual, one.decided_at) for one in told]
