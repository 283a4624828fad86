"""From events to an issue: the fold, the milestone that a bulletin is due, and the issue that follows from it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
import pytest

from dev.postgres import Postgres
from services.scoring import bootstrap
from services.scoring.adapters.bulletins.store import IssueFilter
from services.scoring.application.bulletins.automatic import Issuer
from services.scoring.domain.bulletins import Document
from shared.contracts.department_events import ItemAdopted, ItemFactRetracted, ItemSubmitted
from shared.contracts.directory_events import OrganisationDescribed, SchemePublished
from shared.directory.apply import describe
from shared.operations.database import Pool, open_pool
from shared.schemes import read_scheme
from tests.integration.scorecards.application import migrated
from tests.reference.streams import StreamWriter, altered

TEXT = """
scheme: circular
version: 1
title: 信息工作
effective: {from: 2024-01-01}
time_zone: Asia/Shanghai
calendars:
  month: {every: month}
kinds:
  report: {title: 信息}
outlets_by: tier
measures:
  reports: {title: 上报, count: submitted, where: {kind: report}}
  adoption:
    {title: 采用, count: adopted, amount: {by: tier, table: {city: 20, county: 5}}, dated: published_on, unit: points}
quotas:
  monthly:
    title: 每月不少于一条
    cite: 各科室每月报送信息不得少于1条
    measure: reports
    calendar: month
    at_least: 1
    due: {after_end: P0D}
    severity: warning
lines:
  total: {title: 得分, formula: reports + adoption}
scorecards:
  month: {lines: [total], rank: {by: total, within: all, awards: {all: 1}}}
bulletins:
  monthly: {title: "{period}信息通报", calendar: month, issue: {after_close: P1D}, text: "第{number}期，关于{title}。"}
"""
SCHEME = read_scheme(TEXT)


def at(day: int, month: int = 1, hour: int = 2) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=UTC)


@pytest.fixture(scope="module")
def template(postgres_server: Postgres) -> str:
    url = migrated(postgres_server.create_database("bulletins_stream_template"))
    published = SchemePublished("bureau", SCHEME.name, 1, SCHEME.title, SCHEME.effective_from, TEXT, SCHEME.digest)
    with psycopg.connect(url, autocommit=True) as conn:
        describe(conn, 1, OrganisationDescribed("bureau", "县局", "Asia/Shanghai"))
        describe(conn, 1, published)
    return "bulletins_stream_template"


@pytest.fixture
def pool(postgres_server: Postgres, template: str) -> Iterator[Pool]:
    url = postgres_server.create_database("bulletins_stream", template=template)
    with open_pool(url, 6, "bulletins-tests") as opened:
        yield opened
    postgres_server.drop_database("bulletins_stream")


class Bureau:
    """Two departments' streams, folded as far as asked, and the issuer beside it."""

    def __init__(self, pool: Pool) -> None:
        self.projection = bootstrap.projection(pool)
        self.wired = bootstrap.bulletins(pool)
        self.issuer = Issuer(self.wired.looks, self.wired.book)
        self.writers = {name: StreamWriter("bureau", name) for name in ("north", "south")}
        self._folded = dict.fromkeys(self.writers, 0)
        for writer in self.writers.values():
            writer.register([SCHEME], date(2024, 1, 1))

    def fold(self, *departments: str) -> None:
        for partition, name in enumerate(self.writers):
            if name in departments or not departments:
                records = self.writers[name].records(partition)
                self.projection.projector.project(records[self._folded[name] :])
                self._folded[name] = len(records)
        self.projection.projector.settle()

    def pass_time(self, until: datetime) -> None:
        for writer in self.writers.values():
            writer.pass_time(until)

    def issue(self) -> list[tuple[int, str]]:
        return [(one.number, one.period) for one in self.issuer.issue_once()]

    def document(self, period: str) -> Document:
        (issued,) = (one for one in self.wired.book.page(IssueFilter("bureau"), None, 50) if one.period == period)
        stored = self.wired.book.find("bureau", issued.issue)
        assert stored is not None
        return stored.document


@pytest.fixture
def bureau(pool: Pool) -> Iterator[Bureau]:
    made = Bureau(pool)
    yield made
    made.projection.close()


def submit(item: str) -> ItemSubmitted:
    return ItemSubmitted(item, "circular", "report", f"关于{item}")


def adopt(item: str) -> ItemAdopted:
    return ItemAdopted(item, f"{item}-a", "daily", "日报", "city", "paper", "whole", date(2024, 1, 20))


def test_a_period_is_told_of_when_the_last_department_has_come_to_the_instant_though_nothing_happens_there(
    bureau: Bureau,
) -> None:
    bureau.writers["north"].tell(submit("雨情"), at(10))
    # given the last instant before the issue, which is a day after the end of January in Shanghai
    bureau.pass_time(datetime(2024, 2, 1, 15, 59, 59, tzinfo=UTC))
    bureau.fold()
    assert bureau.issue() == []

    # when one department has come to it, and then the other
    bureau.pass_time(datetime(2024, 2, 1, 16, tzinfo=UTC))
    bureau.fold("north")
    assert bureau.issue() == []
    bureau.fold("south")

    # then January is told of, with who is first, who missed what, and the text
    assert bureau.issue() == [(1, "2024-01")]
    told = bureau.document("2024-01")
    assert (told.title, told.text) == ("2024年1月信息通报", "第1期，关于2024年1月信息通报。")
    assert [(card.department, card.rank, card.awarded) for card in told.figures.tables[0].cards] == [
        ("north", 1, True),
        ("south", 2, False),
    ]
    assert [(one.department, one.shortfall) for one in told.figures.quotas[0].missed()] == [("south", 1)]
    assert [(one.expected, one.submitted) for one in told.figures.rates if one.quota is None and one.overall] == [
        (2, 1)
    ]
    assert bureau.issue() == []


def test_after_a_long_standstill_every_period_is_told_of_when_its_milestones_have_been_folded(bureau: Bureau) -> None:
    """The timekeeper writes late what was due long ago: each event bears the late instant, and none is due early."""
    for writer in bureau.writers.values():
        writer.pass_time(at(15))
    bureau.fold()
    late = at(5, month=4)
    found: list[tuple[int, str]] = []
    for writer in bureau.writers.values():
        before = len(writer.values)
        writer.pass_time(late)
        writer.values[before:] = [altered(value, time=late) for value in writer.values[before:]]
    longest = max(len(writer.values) for writer in bureau.writers.values())
    for _ in range(longest):
        for partition, name in enumerate(bureau.writers):
            records = bureau.writers[name].records(partition)[bureau._folded[name] :][:1]
            bureau.projection.projector.project(records)
            bureau._folded[name] += len(records)
        bureau.projection.projector.settle()
        found += bureau.issue()

    assert found == [(1, "2024-01"), (2, "2024-02"), (3, "2024-03")]
    states = [
        one.state for period in ("2024-01", "2024-03") for one in bureau.document(period).figures.quotas[0].obligations
    ]
    assert states == ["missed"] * 4


def test_a_late_retraction_stands_in_the_next_issue(bureau: Bureau) -> None:
    # given January told of, with an item that the city's paper had adopted
    north = bureau.writers["north"]
    north.tell(submit("雨情"), at(10))
    north.tell(adopt("雨情"), at(21))
    bureau.pass_time(at(3, month=2))
    bureau.fold()
    assert bureau.issue() == [(1, "2024-01")]

    # when that turns out not to be so, and February has ended
    north.tell(ItemFactRetracted("雨情", "雨情-a", "报社更正"), at(10, month=2))
    bureau.pass_time(at(3, month=3))
    bureau.fold()
    assert bureau.issue() == [(2, "2024-02")]

    # then February's issue says what January's figures were and are
    errata = bureau.document("2024-02").errata
    assert [(one.number, one.of, one.department, one.was, one.now) for one in errata] == [
        (1, "line", "north", "21", "1")
    ]
    assert [(cause.item_title, cause.amount) for cause in errata[0].causes] == [("关于雨情", -20)]
    assert bureau.document("2024-01").figures.tables[0].cards[0].lines == {"total": 21}
