"""Milestones in the stream: before what comes after their instant, behind what came before, whatever the lag."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from dev.postgres import Postgres
from services.submission import bootstrap
from services.submission.application.keep_time import keep_time
from services.submission.timekeeper import Timekeeper, keep
from tests.integration.submission.api import REPORT, SCHEME, Answer, Organisation, World
from tests.waiting import wait_for

BEIJING = dt.timezone(dt.timedelta(hours=8))
MONDAY = dt.datetime(2014, 3, 10, tzinfo=BEIJING)
WEEK = dt.timedelta(weeks=1)
AHEAD = dt.timedelta(seconds=3)

At = Callable[[dt.datetime], World]


@pytest.fixture
def at(postgres_server: Postgres) -> Iterator[At]:
    """The service with its clock moved to an instant, each time over the same database."""
    url = postgres_server.create_database("submission_time")
    bootstrap.migrate(url, report=lambda _: None)
    worlds: list[World] = []

    def moved(instant: dt.datetime) -> World:
        shift = (instant - dt.datetime.now(dt.UTC)).total_seconds()
        worlds.append(World.on(url, clock_shift=f"{shift:.3f}s"))
        return worlds[-1]

    yield moved
    for world in worlds:
        world.wired.pool.close()
    postgres_server.drop_database("submission_time")


def submit(world: World, organisation: Organisation) -> Answer:
    api = world.api.with_token(world.api.token)
    return api.post(f"{organisation.path}/items", REPORT)


def instants(organisation: Organisation, department: str = "press") -> list[dt.datetime]:
    """Those of the milestones, in the order of the stream."""
    with organisation.world.wired.pool.connection() as conn:
        rows = conn.execute(
            "SELECT (convert_from(data, 'UTF8')::json ->> 'instant')::timestamptz FROM events "
            "WHERE stream = %s AND type = 'tongbao.milestones.reached.v1' ORDER BY version",
            (f"{organisation.name}/{department}",),
        ).fetchall()
    return [row[0] for row in rows]


def now(world: World) -> dt.datetime:
    with world.wired.pool.connection() as conn:
        return conn.execute("SELECT eventstore_now()").fetchall()[0][0]  # type: ignore[no-any-return]


def test_a_submission_that_waits_for_the_lock_over_the_deadline_lands_behind_it(at: At) -> None:
    world = at(MONDAY - AHEAD)
    organisation = world.organisation()
    early = submit(world, organisation).expect(201)
    answers: list[Answer] = []
    waiting = threading.Thread(target=lambda: answers.append(submit(world, organisation)))

    with world.wired.pool.connection() as conn, conn.transaction():
        conn.execute("SELECT FROM streams WHERE stream = %s FOR UPDATE", (f"{organisation.name}/press",))
        assert now(world) < MONDAY
        waiting.start()
        wait_for("the submission to wait for the lock", lambda: is_waiting(world), seconds=AHEAD.total_seconds())
        assert now(world) < MONDAY
        wait_for("the deadline", lambda: now(world) >= MONDAY, seconds=10)
    waiting.join()

    late = answers[0].expect(201)
    kinds = [kind for kind, _ in organisation.events()]
    assert kinds[-4:] == ["milestones.reached", "item.submitted", "milestones.reached", "item.submitted"]
    assert instants(organisation)[-1] == MONDAY
    assert dt.datetime.fromisoformat(early["submitted_at"]) < MONDAY <= dt.datetime.fromisoformat(late["submitted_at"])


def is_waiting(world: World) -> bool:
    with psycopg.connect(world.wired.pool.conninfo) as conn:
        found = conn.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%submission_append%'"
        ).fetchall()
    return bool(found[0][0])


def test_with_the_timekeeper_stopped_a_later_append_writes_the_milestones_first(at: At) -> None:
    organisation = at(MONDAY - AHEAD).organisation()
    organisation.submit()

    three_weeks_later = at(MONDAY + 3 * WEEK - dt.timedelta(hours=1))
    submit(three_weeks_later, organisation).expect(201)

    assert instants(organisation)[1:] == [MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK]
    kinds = [kind for kind, _ in organisation.events()]
    assert kinds[-5:] == ["item.submitted", *["milestones.reached"] * 3, "item.submitted"]
    recorded = [instant for _, instant in organisation.events()]
    assert recorded == sorted(recorded)


def test_a_batch_writes_the_milestones_of_each_department_first(at: At) -> None:
    organisation = at(MONDAY - AHEAD).organisation()
    organisation.department("court").expect(201)
    organisation.submit()

    later = at(MONDAY + WEEK)
    items = [REPORT, {**REPORT, "department": "court"}, REPORT]
    later.api.post(f"{organisation.path}/items:batch", {"items": items}).expect(200)

    kinds = [kind for kind, _ in organisation.events()]
    assert kinds[-4:] == ["milestones.reached", "milestones.reached", "item.submitted", "item.submitted"]
    assert instants(organisation)[-2:] == [MONDAY, MONDAY + WEEK]
    assert instants(organisation, "court")[-2:] == [MONDAY, MONDAY + WEEK]


def test_the_timekeeper_writes_where_nothing_happens_and_leaves_what_is_locked(at: At) -> None:
    organisation = at(MONDAY - AHEAD).organisation()
    organisation.department("court").expect(201)
    organisation.department("archive", live=False).expect(201)
    later = at(MONDAY + WEEK)

    with later.wired.pool.connection() as conn, conn.transaction():
        conn.execute("SELECT FROM departments WHERE stream = %s FOR UPDATE", (f"{organisation.name}/court",))
        assert keep_time(later.wired.ports, 10).departments == 1
    assert instants(organisation)[1:] == [MONDAY, MONDAY + WEEK]
    assert instants(organisation, "court") == []

    assert Timekeeper(later.wired).keep_once() > 0
    assert instants(organisation, "court")[1:] == [MONDAY, MONDAY + WEEK]
    assert instants(organisation, "archive") == []
    assert keep_time(later.wired.ports, 10).departments == 0


def test_the_timekeeper_writes_the_instant_when_it_comes(at: At) -> None:
    world = at(MONDAY - AHEAD)
    organisation = world.organisation()
    stop = threading.Event()
    timekeeper = threading.Thread(target=keep, args=(world.wired, stop))
    timekeeper.start()
    try:
        wait_for("the milestone", lambda: MONDAY in instants(organisation), seconds=10)
    finally:
        stop.set()
        timekeeper.join()

    written_at = organisation.events()[-1][1]
    assert dt.timedelta(0) <= written_at - MONDAY < dt.timedelta(seconds=1)


def test_milestones_are_decided_by_the_rules_in_force_when_the_period_began(at: At) -> None:
    organisation = at(MONDAY - AHEAD).organisation()
    following = SCHEME.replace("version: 1", "version: 2").replace("from: 2014-01-01", "from: 2014-03-17")
    organisation.publish(following, 2).expect(201)

    later = at(MONDAY + 2 * WEEK)
    assert keep_time(later.wired.ports, 10).departments == 1

    with later.wired.pool.connection() as conn:
        rows = conn.execute(
            "SELECT m ->> 'kind', m ->> 'period', (m ->> 'version')::int FROM events, "
            "json_array_elements(convert_from(data, 'UTF8')::json -> 'milestones') AS m "
            "WHERE stream = %s AND type = 'tongbao.milestones.reached.v1' ORDER BY events.version",
            (f"{organisation.name}/press",),
        ).fetchall()
    assert {(period, version) for _, period, version in rows} == {
        ("2014-W10", 1),
        ("2014-W11", 1),
        ("2014-W12", 2),
        ("2014-W13", 2),
    }
    assert [kind for kind, period, _ in rows if period == "2014-W11"] == ["period_opened", "quota_due", "period_closed"]
