"""A version is backdated: every reading shows its cards from then on, and as of before those of the version before."""

from collections.abc import Generator, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from flask.testing import FlaskClient

from services.scoring import bootstrap
from services.scoring.application.reading.questions import Asked, known_periods, resolve
from services.scoring.application.reading.scorecards import read_cards
from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.application.rehearsal.playing.replay import Progress
from services.scoring.application.what_ifs.differences import differences
from services.scoring.application.what_ifs.recorded import recorded
from services.scoring.domain.cards.book import Subject
from shared.contracts.department_events import (
    Contributor,
    ItemAdopted,
    ItemSubmitted,
    PersonDescribed,
    SchemeBackdated,
)
from shared.operations.database import Pool
from shared.schemes import read_scheme
from tests.integration.scorecards.application import add_token, application
from tests.integration.scoring.conftest import ORGANISATION, publish_text
from tests.reference.streams import StreamWriter

FIRST = """
scheme: plan
version: 1
title: The plan
effective: {from: 2014-01-01, begins: at_once}
time_zone: Asia/Shanghai
calendars:
  month: {every: month}
  quarter: {every: quarter}
kinds:
  report: {title: Report, contributors: {roles: [author]}}
outlets_by: tier
measures:
  reports: {count: submitted, persons: {roles: [author], share: whole}}
  adoption: {count: adopted, amount: {by: tier, table: {district: 5, city: 20}}}
quotas:
  enough: {measure: reports, calendar: month, at_least: 3}
lines:
  missing: missed(enough)
  total: reports + adoption - missing
  quarterly: over(month, total)
  own: {formula: reports, subject: person}
  together: {formula: group(total), subject: group}
scorecards:
  month: {lines: [missing, total], final_after: P5D, rank: {by: total, awards: 1}}
  quarter: {lines: quarterly, final_after: P5D, rank: {by: quarterly}}
  persons: {calendar: month, subject: person, lines: own, rank: {by: own}}
  groups: {calendar: month, subject: group, lines: together}
bulletins:
  monthly: {calendar: month, issue: {after_close: P300D}}
"""
LINES = (
    FIRST.replace("total: reports + adoption - missing", "bonus: 10 * (reports >= 4)\n  total: adoption + bonus")
    .replace("month: {lines: [missing, total],", "month: {lines: [bonus, total], disqualified: missing,")
    .replace("  groups: {calendar: month, subject: group, lines: together}\n", "")
    .replace("own: {formula: reports,", "own: {formula: -reports,")
)
"""Other lines, another card, another winner, who is disqualified; and none of groups."""
BARE = (
    LINES.replace(
        "  enough: {measure: reports, calendar: month, at_least: 3}\n",
        "  weekly: {measure: reports, calendar: week, at_least: 1}\n",
    )
    .replace("missing: missed(enough)", "missing: missed(weekly)\n  weeks: over(week, reports)")
    .replace("  quarter: {every: quarter}\n", "  week: {every: week}\n")
    .replace("lines: [bonus, total]", "lines: [bonus, weeks, total]")
    .replace("  quarterly: over(month, total)\n", "")
    .replace("  quarter: {lines: quarterly, final_after: P5D, rank: {by: quarterly}}\n", "  week: {lines: total}\n")
)
"""Without the quota and the calendar of quarters, and with others."""
AMOUNTS = FIRST.replace("district: 5", "district: 50").replace("at_least: 3", "at_least: 1")
SECONDS = {"lines": LINES, "amounts": AMOUNTS, "bare": BARE}

ZONE = ZoneInfo("Asia/Shanghai")
FEBRUARY = date(2014, 2, 1)

Cells = dict[tuple[Any, ...], Any]
"""By calendar, period, subject, and line (or "rank")."""


@pytest.fixture(params=list(SECONDS))
def texts(request: pytest.FixtureRequest, scoring_database: str) -> Sequence[str]:
    """Two versions of the rulebook, published."""
    second = SECONDS[request.param].replace("version: 1", "version: 2").replace("from: 2014-01-01", "from: 2014-03-01")
    for text in (FIRST, second):
        publish_text(scoring_database, text)
    return FIRST, second


class Past:
    """Three departments from January to the middle of April, folded as they go on."""

    def __init__(self, pool: Pool, texts: Sequence[str]) -> None:
        self._projection = bootstrap.projection(pool)
        self._folded: dict[str, int] = {}
        self.versions = [read_scheme(text) for text in texts]
        self.writers = {name: StreamWriter(ORGANISATION, name) for name in ("east", "north", "south")}
        for number, (name, writer) in enumerate(self.writers.items()):
            self._live(writer, number, "street" if name != "south" else "office")
        self.fold()

    def _live(self, writer: StreamWriter, number: int, group: str) -> None:
        """The first reports every five days and is not adopted; the last every eleven, and the city adopts it."""
        first, second = self.versions
        writer.register([first], date(2014, 1, 1), group=group)
        writer.append(PersonDescribed(f"wang-{writer.department}", "王", (), {}, date(2014, 1, 1)))
        begin = writer.now
        for day in range(1, 95):
            at = begin + timedelta(days=day)
            if day == 50:
                writer.pass_time(at)
                writer.apply(second)
            if day % (5 + 3 * number) == 0:
                author = Contributor("王", "author", f"wang-{writer.department}")
                item = f"{writer.department}-{day}"
                writer.tell(ItemSubmitted(item, "plan", "report", "标题", contributors=(author,)), at)
            if number and day in (20, 40):
                item, tier = f"{writer.department}-{5 + 3 * number}", "city" if number == 2 else "district"
                adopted = ItemAdopted(item, f"a{day}", "daily", "Daily", tier, "paper", "whole", at.date())
                writer.tell(adopted, at)
        writer.pass_time(begin + timedelta(days=100))

    def fold(self) -> None:
        for name, writer in self.writers.items():
            records = writer.records()
            self._projection.projector.project(records[self._folded.get(name, 0) :])
            self._folded[name] = len(records)
        self._projection.projector.settle()

    def what_if(self, then: SchemeBackdated) -> Cells:
        """What would differ, by what it would be; None of what would not be there."""
        streams = {name: writer.events() for name, writer in self.writers.items()}
        sides = [_followed(recorded(ORGANISATION, streams, self.versions, ZONE, one)) for one in (None, then)]
        found: Cells = {}
        for compared in differences(sides[0], sides[1], None, None):
            for change in compared.changes:
                person = change.name if change.kind == "person" else None
                name = person or (change.name if change.kind == "group" else change.department)
                subject = Subject(change.kind, name or "", change.department if person else None)
                place = (change.calendar, change.period, subject)
                found |= {(*place, line.line): line.after for line in change.lines}
                if change.rank_before != change.rank_after:
                    found[*place, "rank"] = change.rank_after
        return found

    def backdate(self, then: SchemeBackdated) -> datetime:
        """Tell it to all departments; the last instant before that."""
        for writer in self.writers.values():
            writer.tell(then, writer.now + timedelta(hours=1))
        self.fold()
        return self.writers["east"].now - timedelta(microseconds=1)

    def cells(self, pool: Pool, as_of: datetime | None = None) -> Cells:
        """All that can be read now."""
        found: Cells = {}
        with bootstrap.readings(pool).snapshot() as look:
            newest = self.versions[-1]
            for card in newest.scorecards.values():
                asked = Asked(ORGANISATION, newest.name, card.calendar, as_of=as_of, subject=card.subject)
                question = resolve(look, asked)
                for period, cards in read_cards(look, question, known_periods(look, question, 99)).items():
                    for one in cards:
                        place = (card.calendar, period, one.subject)
                        found |= {(*place, name): value for name, value in one.values.items()}
                        found[*place, "rank"] = one.standing.rank if one.standing else None
        return found

    def close(self) -> None:
        self._projection.close()


def _followed(steps: Generator[Progress, None, Rehearsal]) -> Rehearsal:
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            found: Rehearsal = ended.value
            return found


@pytest.fixture
def past(pool: Pool, texts: Sequence[str]) -> Iterator[Past]:
    past = Past(pool, texts)
    yield past
    past.close()


@pytest.fixture
def client(scoring_database: str, pool: Pool) -> FlaskClient:
    with psycopg.connect(scoring_database, autocommit=True) as conn:
        add_token(conn, "tongbao_operator", role="operator")
    app = application(pool, bootstrap.readings(pool))
    app.testing = True
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer tongbao_operator"
    return client


def ask(client: FlaskClient, path: str, **query: Any) -> Any:
    answer = client.get(f"/v1/organisations/{ORGANISATION}{path}", query_string={"scheme": "plan", **query})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


THEN = SchemeBackdated("plan", 2, FEBRUARY, "二月起按新办法")


def test_a_backdating_changes_what_its_what_if_has_said_line_by_line_and_rank_by_rank(past: Past, pool: Pool) -> None:
    # given what stands on all cards, and what a what-if says that backdating the second version would change
    before, said = past.cells(pool), past.what_if(THEN)

    # when it is backdated
    earlier = past.backdate(THEN)

    # then just that has changed, and as of the instant before everything is as it was
    readable = {(card.calendar, card.subject) for card in past.versions[-1].scorecards.values()}
    changed = {place: value for place, value in said.items() if (place[0], place[2].kind) in readable}
    expected = {**before, **changed}
    assert {place: value for place, value in expected.items() if value is not None} == {
        place: value for place, value in past.cells(pool).items() if value is not None
    }
    assert past.cells(pool, as_of=earlier) == before
    assert "2014-02" in {period for _, period, *_ in changed} <= {"2014-02", "2014-Q1"}


@pytest.mark.parametrize("texts", ["lines"], indirect=True)
def test_every_reading_is_by_the_version_that_was_backdated(past: Past, client: FlaskClient) -> None:
    february = {"calendar": "month", "period": "2014-02"}
    assert ask(client, "/scorecards/east", **february)["scheme_version"] == 1
    earlier = past.backdate(THEN)

    # the card, its explanation, all cards, rates
    card = ask(client, "/scorecards/east", **february)
    assert (card["scheme_version"], card["state"]) == (2, "restated")
    assert list(card["lines"]) == ["bonus", "total"]
    assert ask(client, "/scorecards/east/lines/bonus", **february)["line"]["formula"] == "10 * (reports >= 4)"
    assert ask(client, "/scorecards", **february)["scheme_version"] == 2
    assert ask(client, "/rates", **february)["scheme_version"] == 2

    # what is longer keeps its own version, and says that it has changed; what was before has not
    quarter = ask(client, "/scorecards/east", calendar="quarter", period="2014-Q1")
    assert (quarter["scheme_version"], quarter["state"]) == (1, "restated")
    january = ask(client, "/scorecards/east", calendar="month", period="2014-01")
    assert (january["scheme_version"], january["state"]) == (1, "final")

    # and as of the instant before
    card = ask(client, "/scorecards/east", **february, as_of=earlier.isoformat())
    assert (card["scheme_version"], card["state"], list(card["lines"])) == (1, "final", ["missing", "total"])
    assert ask(client, "/scorecards", **february, as_of=earlier.isoformat())["scheme_version"] == 1


@pytest.mark.parametrize("texts", ["lines"], indirect=True)
def test_what_has_changed_since_is_that_a_version_was_backdated(past: Past, client: FlaskClient) -> None:
    earlier = past.backdate(THEN)
    past.backdate(SchemeBackdated("plan", 2, date(2014, 2, 10), "once more, to no effect"))

    for query in ({}, {"calendar": "month", "period": "2014-02"}, {"calendar": "quarter", "period": "2014-Q1"}):
        changes = ask(client, "/scorecards/east/changes", since=earlier.isoformat(), **query)["items"]
        assert {(one["cause"], one["reason"]) for one in changes} == {("tongbao.scheme.backdated.v1", THEN.reason)}
        (change,) = (one for one in changes if one["kind"] == "backdating")
        assert change["changed"] == {"scheme_version": 2, "from": "2014-02-01", "from_before": "2014-03-01"}
    for period in ("2014-01", "2014-03"):
        query = {"calendar": "month", "period": period}
        assert ask(client, "/scorecards/east/changes", since=earlier.isoformat(), **query)["items"] == []


@pytest.mark.parametrize("texts", ["lines"], indirect=True)
def test_errata_of_a_bulletin_say_that_a_version_was_backdated(past: Past, client: FlaskClient) -> None:
    # given a circular of February
    body = {"bulletin": "monthly", "period": "2014-02"}
    issue = client.post(f"/v1/organisations/{ORGANISATION}/bulletins", json=body).get_json()["issue"]

    # when the second version is backdated to February
    past.backdate(THEN)

    # then its lines are told as gone, changed or new, with the backdating as the cause
    errata = ask(client, f"/bulletins/{issue}/errata", scheme=None)["items"]
    lines = {one["name"]: one for one in errata if one["of"] == "line" and one["department"] == "east"}
    assert {name: (one["was"], one["now"]) for name, one in lines.items() if not one["person"]} == {
        "missing": ("0", None),
        "bonus": (None, "10"),
        "total": ("5", "10"),
    }
    for one in lines.values():
        assert (one["causes"][0]["kind"], one["causes"][0]["scheme_version"]) == ("backdating", 2)
        assert {cause["reason"] for cause in one["causes"]} == {THEN.reason}
    page = client.get(f"/organisations/{ORGANISATION}/bulletins/{issue}/errata", query_string={"lang": "zh"})
    assert "第2版追溯适用" in page.get_data(as_text=True)


@pytest.mark.parametrize("texts", ["bare"], indirect=True)
def test_what_the_version_has_not_or_has_new_breaks_no_reading(past: Past, client: FlaskClient) -> None:
    february = {"calendar": "month", "period": "2014-02"}
    body = {"bulletin": "monthly", "period": "2014-02"}
    issue = client.post(f"/v1/organisations/{ORGANISATION}/bulletins", json=body).get_json()["issue"]
    past.backdate(THEN)

    # what was owed stands, and what was not owed then is not owed now; no week had been opened that could add up
    card = ask(client, "/scorecards/north", **february)
    assert [(one["quota"], one["target"]) for one in card["obligations"]] == [("enough", "3")]
    assert {name: one["value"] for name, one in card["lines"].items()} == {"bonus": "10", "weeks": "0", "total": "15"}
    rates = ask(client, "/rates", **february)
    assert (rates["overall"]["expected"], rates["quotas"]) == ("0", [])
    errata = ask(client, f"/bulletins/{issue}/errata", scheme=None)["items"]
    gone = [one for one in errata if one["of"] == "outcome"]
    assert {(one["now"], one["causes"][0]["kind"]) for one in gone} == {(None, "backdating")}

    # and every page is there
    pages = (
        *("?calendar=month", "?calendar=week", "/departments/north?calendar=month&period=2014-02"),
        *("/departments/north?calendar=month&period=2014-02&line=weeks", "/departments/north/ledger?calendar=month"),
        *("/rates?calendar=month&period=2014-02", "/distribution?calendar=month"),
    )
    for page in (*(f"{page}&scheme=plan" for page in pages), f"/bulletins/{issue}/errata"):
        assert client.get(f"/organisations/{ORGANISATION}{page}").status_code == 200, page
