"""What-ifs over HTTP and in the background: asked, worked out, read page by page, cancelled."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient

from services.scoring import bootstrap
from services.scoring.adapters.reading.postgres import PostgresReadings
from services.scoring.adapters.what_ifs.streams import RecordedStreams
from services.scoring.application.what_ifs import pace
from services.scoring.application.what_ifs.questions import UNDER_WAY_MAX
from services.scoring.application.what_ifs.working import Worker
from shared.contracts.department_events import TOPIC, ItemAdopted, ItemSubmitted, SchemeBackdated
from shared.directory.schemebook import SchemeBook
from shared.messaging.memory import MemoryBroker
from shared.operations.database import Pool
from tests.integration.scorecards.application import add_token, application
from tests.integration.scoring.rebuilds import live_consumer, publish
from tests.reference.rulebooks import FIRST, everything
from tests.reference.streams import StreamWriter
from tests.waiting import wait_for

ADDRESS = "/v1/organisations/district/what-ifs"
OPERATOR = "tongbao_operator"
ADOPTED_ON, FEBRUARY = date(2014, 1, 20), date(2014, 2, 4)


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker()


@pytest.fixture
def client(scoring_database: str, pool: Pool) -> FlaskClient:
    """Signed in as an operator of the district."""
    with psycopg.connect(scoring_database, autocommit=True) as conn:
        add_token(conn, OPERATOR, role="operator")
        add_token(conn, "tongbao_reader")
    app = application(pool, PostgresReadings(pool, SchemeBook()))
    app.testing = True
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {OPERATOR}"
    return client


@pytest.fixture
def past(scoring_database: str, broker: MemoryBroker) -> list[StreamWriter]:
    """Three departments that report every third day from January to April; the city adopts one report of each."""
    writers = []
    for name in ("east", "north", "south"):
        writer = StreamWriter("district", name)
        writer.register([everything()[0]], date(2014, 1, 1), group="street")
        begin = writer.now
        for number in range(40):
            report = ItemSubmitted(f"{name}-{number}", "everything", "report", "标题", attributes={"topic": "progress"})
            writer.tell(report, begin + timedelta(days=3 * number, hours=2))
            if number == 6:
                writer.append(ItemAdopted(f"{name}-2", "a", "daily", "Daily", "city", "paper", "whole", ADOPTED_ON))
        writers.append(writer)
    publish(broker, writers, {})
    with live_consumer(scoring_database, broker), psycopg.connect(scoring_database, autocommit=True) as conn:
        wait_for("everything is folded", lambda: _folded(conn, writers), seconds=30)
    return writers


def _folded(conn: psycopg.Connection[Any], writers: list[StreamWriter]) -> bool:
    positions = dict(conn.execute("SELECT stream, version FROM positions").fetchall())
    return all(positions.get(writer.stream) == len(writer.values) for writer in writers)


@contextmanager
def worker(pool: Pool, broker: MemoryBroker, lag: Callable[[], int] = lambda: 0) -> Iterator[None]:
    """A worker in a thread of its own."""
    stop = threading.Event()
    what_ifs, published = bootstrap.what_ifs(pool)
    streams = RecordedStreams(pool, lambda: broker.reader([TOPIC]), silence_s_max=1)
    thread = threading.Thread(target=Worker(what_ifs, streams, published, lag).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def ask(client: FlaskClient, **body: Any) -> str:
    """The address of a new what-if."""
    answer = client.post(ADDRESS, json=body)
    assert answer.status_code == 202, answer.json
    return str(answer.json["address"])  # type: ignore[index]


def ended(client: FlaskClient, address: str, **query: Any) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = client.get(address, query_string=query).json  # type: ignore[assignment]
        return found if found["state"] not in ("waiting", "running") else None

    return wait_for("the what-if has ended", look, seconds=60)


def state(client: FlaskClient, address: str) -> str:
    return str(client.get(address).json["state"])  # type: ignore[index]


@pytest.mark.usefixtures("past")
def test_a_draft_equal_to_the_published_scheme_makes_no_difference(
    client: FlaskClient, pool: Pool, broker: MemoryBroker
) -> None:
    address = ask(client, draft=FIRST)
    assert state(client, address) == "waiting"
    with worker(pool, broker):
        answer = ended(client, address)
    assert (answer["state"], answer["progress"], answer["complete"]) == ("done", 1, True)
    assert (answer["cards"], answer["differences"], answer["left_out"]) == (0, [], 0)


@pytest.mark.usefixtures("past")
def test_another_amount_makes_exactly_the_differences_that_stand_on_it(
    client: FlaskClient, pool: Pool, broker: MemoryBroker
) -> None:
    # given that what the city adopted on a day in January counted 20
    address = ask(client, draft=FIRST.replace("city: {whole: 20", "city: {whole: 25"), title="A higher reward")

    # when it is to count 25
    with worker(pool, broker):
        answer = ended(client, address)

    # then the totals of that week and that month differ by 5, and what the month's quota counted
    assert (answer["title"], answer["cards"]) == ("A higher reward", 6)
    unranked = {"before": None, "after": None}
    met = [{"state": "met", "target": "10", "actual": actual} for actual in ("20", "25")]
    expected = []
    for calendar, period, reports in (("week", "2014-W04", 2), ("month", "2014-01", 11)):
        for name in ("east", "north", "south"):
            line = {"line": "total", "before": str(reports + 20), "after": str(reports + 25)}
            quota = {"quota": "monthly", "before": met[0], "after": met[1]}
            card = {"calendar": calendar, "period": period, "subject": "department", "department": name, "name": None}
            quotas = [quota] if calendar == "month" else []
            expected.append({**card, "rank": unranked, "lines": [line], "quotas": quotas})
    assert answer["differences"] == expected

    # and they can be read page by page, and those of one department alone
    page = client.get(address, query_string={"limit": 4}).json
    assert page is not None
    rest = client.get(address, query_string={"limit": 4, "cursor": page["next_cursor"]}).json
    assert rest is not None
    assert page["differences"] + rest["differences"] == expected
    assert rest["next_cursor"] is None
    assert ended(client, address, department="north")["differences"] == [expected[1], expected[4]]
    assert ended(client, address, calendar="week", department="north")["differences"] == [expected[1]]


@pytest.mark.usefixtures("past")
def test_days_bound_the_periods_that_are_compared(client: FlaskClient, pool: Pool, broker: MemoryBroker) -> None:
    draft = FIRST.replace("total: reports + adoption", "total: reports * 2 + adoption")
    address = ask(client, draft=draft, **{"from": "2014-02-10", "to": "2014-02-16"})
    with worker(pool, broker):
        answer = ended(client, address)
    assert {(one["calendar"], one["period"]) for one in answer["differences"]} == {
        ("week", "2014-W07"),
        ("month", "2014-02"),
    }


@pytest.mark.usefixtures("past")
def test_a_cancelled_what_if_ends_at_once_and_the_next_one_is_worked_on(
    client: FlaskClient, pool: Pool, broker: MemoryBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two what-ifs, while the live consumers are behind: the first one waits for them
    monkeypatch.setattr(pace, "REPORT_EVERY_S", 0.01)
    behind = [pace.LAG_MAX + 1]
    first, second = ask(client, draft=FIRST), ask(client, draft=FIRST)
    with worker(pool, broker, lambda: behind[0]):
        wait_for("the first is begun", lambda: state(client, first) == "running", seconds=10)

        # when it is cancelled
        assert client.delete(first).status_code == 204

        # then it stays so, and the second one is begun, and answered when nobody is behind any more
        wait_for("the second is begun", lambda: state(client, second) == "running", seconds=10)
        assert state(client, first) == "cancelled"
        behind[0] = 0
        assert ended(client, second)["state"] == "done"
    assert state(client, first) == "cancelled"

    # and what has ended can be forgotten
    assert client.delete(first).status_code == 204
    assert client.get(first).status_code == 404
    assert client.delete(first).status_code == 404


@pytest.mark.usefixtures("past")
def test_a_topic_that_does_not_give_all_events_fails_it_with_a_reason(client: FlaskClient, pool: Pool) -> None:
    address = ask(client, draft=FIRST)
    with worker(pool, MemoryBroker()):
        answer = ended(client, address)
    assert (answer["state"], answer["differences"]) == ("failed", [])
    assert answer["reason"] == "department-events does not give 3 streams of the organisation as a whole"


def test_what_came_twice_is_scored_once(
    client: FlaskClient, pool: Pool, broker: MemoryBroker, past: list[StreamWriter]
) -> None:
    publish(broker, past, {})
    address = ask(client, draft=FIRST)
    with worker(pool, broker):
        assert ended(client, address)["cards"] == 0


@pytest.mark.usefixtures("past")
def test_what_a_worker_leaves_behind_is_begun_anew(
    client: FlaskClient, pool: Pool, broker: MemoryBroker, scoring_database: str
) -> None:
    # given a what-if whose worker is told to stop
    address = ask(client, draft=FIRST)
    with worker(pool, broker, lambda: pace.LAG_MAX + 1):
        wait_for("it is begun", lambda: state(client, address) == "running", seconds=10)
    assert state(client, address) == "waiting"

    # and another one whose worker was killed a while ago
    other = ask(client, draft=FIRST)
    with psycopg.connect(scoring_database, autocommit=True) as conn:
        conn.execute(
            "UPDATE what_ifs SET state = 'running', attempts = 1, kept_at = now() - interval '5 minutes'"
            " WHERE what_if = %s",
            (other.rpartition("/")[2],),
        )

    # then both are answered
    with worker(pool, broker):
        assert ended(client, address)["state"] == "done"
        assert ended(client, other)["state"] == "done"


def test_backdating_shows_what_the_command_then_changes(
    client: FlaskClient, pool: Pool, broker: MemoryBroker, scoring_database: str, past: list[StreamWriter]
) -> None:
    # given a second version that holds from 12 February on, and says less of what the city adopts
    told = {writer.stream: len(writer.values) for writer in past}
    for writer in past:
        writer.apply(everything()[1])
        writer.append(ItemAdopted(f"{writer.department}-3", "b", "daily", "Daily", "city", "paper", "whole", FEBRUARY))
    publish(broker, past, told)
    with psycopg.connect(scoring_database, autocommit=True) as conn, live_consumer(scoring_database, broker):
        wait_for("everything is folded", lambda: _folded(conn, past), seconds=30)

        # when it is asked what would be if it had held from 1 February on
        address = ask(client, scheme="everything", version=2, **{"from": "2014-02-01"})
        with worker(pool, broker):
            answer = ended(client, address)
        lines = {
            (one["calendar"], one["period"], one["department"]): (line["before"], line["after"])
            for one in answer["differences"]
            for line in one["lines"]
        }
        shown = _totals(client)
        assert all(shown[key] == before for key, (before, _) in lines.items())

        # then that is what the command changes, and nothing else
        for writer in past:
            writer.append(SchemeBackdated("everything", 2, date(2014, 2, 1), "for fairness"))
        publish(broker, past, told)
        wait_for("everything is folded", lambda: _folded(conn, past), seconds=30)
    assert lines != {}
    assert _totals(client) == {**shown, **{key: after for key, (_, after) in lines.items()}}


def _totals(client: FlaskClient) -> dict[tuple[str, str, str], str]:
    """The line ``total`` of the cards around the adoptions, by calendar, period and department."""
    found = {}
    for calendar, period in (("month", "2014-01"), ("month", "2014-02"), ("week", "2014-W05"), ("week", "2014-W06")):
        asked = {"calendar": calendar, "period": period}
        cards = client.get("/v1/organisations/district/scorecards", query_string=asked).json
        assert cards is not None
        for card in cards["scorecards"]:
            found[calendar, period, card["department"]] = card["lines"]["total"]["value"]
    return found


def test_a_draft_is_checked_with_all_mistakes(client: FlaskClient) -> None:
    draft = FIRST.replace("count: returned", "count: retuned").replace("calendar: day,", "calendar: dy,")
    answer = client.post(ADDRESS, json={"draft": draft})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["type"].endswith("/invalid-scheme")
    assert [(one["field"], one["suggestion"]) for one in answer.json["errors"]] == [
        ("draft.measures.returned.count", "returned"),
        ("draft.quotas.daily.calendar", "day"),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "scheme"),
        ({"draft": FIRST, "version": 2}, "draft"),
        ({"draft": FIRST.replace("scheme: everything", "scheme: other")}, "draft"),
        ({"draft": FIRST, "from": "2014-02-01", "to": "2014-01-31"}, "to"),
        ({"scheme": "everything", "version": 2}, "from"),
        ({"scheme": "other", "version": 2, "from": "2014-02-01"}, "scheme"),
        ({"scheme": "everything", "version": 3, "from": "2014-02-01"}, "version"),
        ({"scheme": "everything", "version": 2, "from": "2014-02-12"}, "from"),
        ({"scheme": "everything", "version": 2, "from": "2013-12-31"}, "from"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(client: FlaskClient, body: dict[str, Any], field: str) -> None:
    answer = client.post(ADDRESS, json=body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [one["field"] for one in answer.json["errors"]] == [field]


def test_only_so_many_are_under_way_and_a_repeated_post_is_one(client: FlaskClient) -> None:
    asked = [client.post(ADDRESS, json={"draft": FIRST}, headers={"Idempotency-Key": "one"}).json for _ in range(2)]
    assert asked[0] == asked[1]
    for _ in range(UNDER_WAY_MAX - 1):
        ask(client, draft=FIRST)
    refused = client.post(ADDRESS, json={"draft": FIRST})
    assert refused.status_code == 409
    listed = client.get(ADDRESS, query_string={"limit": 3}).json
    assert listed is not None
    rest = client.get(ADDRESS, query_string={"limit": 3, "cursor": listed["next_cursor"]}).json
    assert rest is not None
    assert len({one["id"] for one in listed["items"] + rest["items"]}) == UNDER_WAY_MAX


def test_only_operators_of_the_organisation_may_ask(client: FlaskClient) -> None:
    assert client.get("/v1/organisations/other/what-ifs").status_code in (403, 404)
    reader = {"Authorization": "Bearer tongbao_reader"}
    assert client.post(ADDRESS, json={"draft": FIRST}, headers=reader).status_code == 403
    assert client.get(ADDRESS, headers=reader).status_code == 403
