"""What changes the rules or the time of departments: closings, backdating, leaving, and years nobody has told."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from dev.postgres import Postgres
from services.submission import bootstrap
from services.submission.application.keep_time import keep_time
from services.submission.timekeeper import Timekeeper
from tests.integration.submission import whole
from tests.integration.submission.api import SCHEME, Organisation, World
from tests.integration.submission.whole import REPORT, kinds_of

BEIJING = dt.timezone(dt.timedelta(hours=8))
AtInstants = Callable[[str], World]


@pytest.fixture
def at_instants(postgres_server: Postgres) -> Iterator[AtInstants]:
    """The service with its clock moved to an instant in Beijing, each time over the same database."""
    url = postgres_server.create_database("submission_changes")
    bootstrap.migrate(url, report=lambda _: None)
    worlds: list[World] = []

    def moved(text: str) -> World:
        instant = dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)
        shift = (instant - dt.datetime.now(dt.UTC)).total_seconds()
        worlds.append(World.on(url, clock_shift=f"{shift:.3f}s"))
        return worlds[-1]

    yield moved
    for world in worlds:
        world.wired.pool.close()
    postgres_server.drop_database("submission_changes")


@pytest.fixture
def organisation(world: World) -> Organisation:
    return whole.organisation(world)


def today(days: int = 0) -> str:
    return (dt.datetime.now(BEIJING) + dt.timedelta(days=days)).date().isoformat()


def next_milestone(organisation: Organisation, department: str = "press") -> dt.datetime | None:
    with organisation.world.wired.pool.connection() as conn:
        row = conn.execute(
            "SELECT next_milestone_at FROM departments WHERE stream = %s", (f"{organisation.name}/{department}",)
        ).fetchall()[0]
    return row[0]  # type: ignore[no-any-return]


def test_a_campaign_is_closed_once_for_every_department(organisation: Organisation) -> None:
    organisation.department("archive", live=False).expect(201)
    path = f"{organisation.path}/schemes/whole/calendars/campaign/closing"

    closed = organisation.api.post(path, {"last_on": today()})
    assert closed.expect(201) == {"scheme": "whole", "calendar": "campaign", "last_on": today()}
    assert organisation.api.post(path, {"last_on": today()}).status == 200
    assert organisation.api.post(path, {"last_on": today(1)}).problem(409, "calendar-not-open") == ["calendar"]

    for department in ("press", "court", "archive"):
        assert kinds_of(organisation, department).count("calendar.closed") == 1
    midnight = dt.datetime.fromisoformat(today(1)).replace(tzinfo=BEIJING)
    assert next_milestone(organisation) == midnight
    organisation.submit(**REPORT)
    organisation.department("annals").expect(201)
    assert kinds_of(organisation, "annals") == ["department.registered", "scheme.applied", "calendar.closed"]


@pytest.mark.parametrize(
    ("address", "last_on", "status", "kind", "field"),
    [
        ("whole/calendars/campaign", today(-1), 422, "date-in-past", "last_on"),
        ("whole/calendars/campaign", "2013-12-31", 422, "invalid-input", "last_on"),
        ("whole/calendars/month", today(), 409, "calendar-not-open", "calendar"),
        ("whole/calendars/campain", today(), 422, "unknown-calendar", "calendar"),
        ("hole/calendars/campaign", today(), 422, "unknown-scheme", "scheme"),
    ],
)
def test_a_closing_that_is_wrong_reaches_nobody(
    organisation: Organisation, address: str, last_on: str, status: int, kind: str, field: str
) -> None:
    answer = organisation.api.post(f"{organisation.path}/schemes/{address}/closing", {"last_on": last_on})

    assert answer.problem(status, kind) == [field]
    assert "calendar.closed" not in kinds_of(organisation, "press")


def test_another_process_hears_of_a_closing_before_it_takes_the_next_item(
    organisation: Organisation, submission_database: str
) -> None:
    other = World.on(submission_database)
    try:
        path = f"{organisation.path}/items"
        other.api.post(path, REPORT).expect(201)
        closing = f"{organisation.path}/schemes/whole/calendars/campaign/closing"
        organisation.api.post(closing, {"last_on": today()}).expect(201)
        other.api.post(path, {**REPORT, "departments": ["court"]}).expect(201)
    finally:
        other.wired.pool.close()


def test_a_version_is_backdated_and_every_department_hears_of_it(world: World) -> None:
    organisation = world.organisation(scheme=None)
    organisation.publish(SCHEME).expect(201)
    second = SCHEME.replace("version: 1", "version: 2").replace("from: 2014-01-01", f"from: {today(1)}")
    organisation.publish(second, 2).expect(201)
    path = f"{organisation.path}/schemes/news/versions"
    body = {"from": "2014-06-01", "reason": "复核"}

    assert organisation.api.post(f"{path}/2/backdating", body).problem(422, "backdating-refused") == ["version"]
    assert organisation.api.post(f"{path}/1/backdating", body).problem(422, "backdating-refused") == ["from"]
    organisation.api.post(f"{path}/3/backdating", body).problem(404, "not-found")
    organisation.token("operator").post(f"{path}/2/backdating", body).problem(403, "forbidden")


def test_a_version_that_holds_is_backdated_once(at_instants: AtInstants) -> None:
    organisation = at_instants("2014-03-05T12:00").organisation(scheme=None)
    organisation.publish(SCHEME).expect(201)
    organisation.publish(SCHEME.replace("version: 1", "version: 2").replace("2014-01-01", "2014-03-10"), 2).expect(201)
    later = Organisation(at_instants("2014-03-20T12:00"), organisation.name)
    path = f"{later.path}/schemes/news/versions/2/backdating"

    body = {"from": "2014-02-01", "reason": "复核"}
    assert later.api.post(path, body).expect(201) == {"scheme": "news", "version": 2, **body}
    assert later.api.post(path, body).status == 200
    before = {"from": "2013-12-31", "reason": "复核"}
    assert later.api.post(path, before).problem(422, "backdating-refused") == ["from"]
    assert kinds_of(later, "press").count("scheme.backdated") == 1
    later.department("annals").expect(201)
    assert kinds_of(later, "annals") == [
        "department.registered",
        "scheme.applied",
        "scheme.applied",
        "scheme.backdated",
    ]


def test_a_department_that_left_takes_nothing_new_and_sees_no_later_period(at_instants: AtInstants) -> None:
    world = at_instants("2014-03-05T12:00")
    organisation = whole.organisation(world)
    item = organisation.submit(**REPORT)
    path = f"{organisation.path}/departments/press/leaving"
    body = {"last_on": "2014-03-20", "into": ["court"], "reason": "合并"}

    left = organisation.api.post(path, body).expect(200)
    assert left["last_on"] == "2014-03-20"
    organisation.submit(**REPORT)
    assert organisation.api.post(path, body).expect(200) == left
    other = {**body, "last_on": "2014-03-21"}
    assert organisation.api.post(path, other).problem(409, "department-left") == ["last_on"]

    later = Organisation(at_instants("2014-04-15T12:00"), organisation.name)
    items = f"{later.path}/items"
    assert later.api.post(items, REPORT).problem(409, "department-left") == ["department"]
    joint = {**REPORT, "department": "court", "departments": ["press"]}
    assert later.api.post(items, joint).problem(409, "department-left") == ["departments.0"]
    (refused,) = later.api.post(f"{items}:batch", {"items": [REPORT]}).expect(200)["results"]
    assert refused["problem"]["type"] == "/problems/department-left"
    call = {"departments": ["press"], "title": "约稿", "due_at": "2014-05-01T00:00:00+08:00"}
    assert later.api.post(f"{later.path}/calls", call).problem(409, "department-left") == ["departments.0"]
    later.post(item, "measurements", {"metric": "clicks", "value": "1", "measured_on": "2014-04-15"}).expect(201)
    assert next_milestone(later) is None
    kinds = [kind for kind, _ in later.events()]
    assert kinds.count("department.left") == 1
    assert kinds[-2:] == ["milestones.reached", "item.measured"]
    assert later.api.get(f"{later.path}/departments/press").expect(200)["last_on"] == "2014-03-20"


def test_a_department_cannot_leave_before_it_joined_or_into_nowhere(organisation: Organisation) -> None:
    path = f"{organisation.path}/departments/press/leaving"

    for body, kind, field in (
        ({"last_on": "2013-12-31"}, "invalid-input", "last_on"),
        ({"last_on": today(), "into": ["nowhere"]}, "unknown-department", "into.0"),
        ({"last_on": today(), "into": ["court", "press"]}, "unknown-department", "into.1"),
        ({}, "invalid-input", "last_on"),
    ):
        assert organisation.api.post(path, body).problem(422, kind) == [field]
    organisation.api.post(f"{organisation.path}/departments/nowhere/leaving", {"last_on": today()}).problem(
        404, "not-found"
    )
    assert "department.left" not in kinds_of(organisation, "press")


NEEDING = SCHEME.replace("due: {after_end: P0D}", "due: {workday: 1}")


def test_time_stands_still_loudly_for_want_of_a_years_workdays_until_a_version_tells_them(
    at_instants: AtInstants,
) -> None:
    world = at_instants("2098-12-17T12:00")
    known = NEEDING.replace("calendars:", "workdays: {years: [2098]}\ncalendars:")
    needing = world.organisation(scheme=known)
    needing.submit()
    other = world.organisation()
    later = at_instants("2098-12-24T12:00")
    stuck, moving = Organisation(later, needing.name), Organisation(later, other.name)
    before = stuck.events()

    kept = keep_time(later.wired.ports, 10)
    assert list(kept.standing_still) == [f"{needing.name}/press"]
    assert moving.events()[-1][0] == "milestones.reached"
    timekeeper = Timekeeper(later.wired)
    assert timekeeper.keep_once() > 0
    assert keep_time(later.wired.ports, 10, [f"{needing.name}/press"]).departments == 0

    answer = stuck.api.post(f"{stuck.path}/items", {"department": "press", "kind": "notice", "title": "通知"})
    assert answer.problem(409, "workdays-unknown") == ["scheme"]
    assert "2099" in answer.body["detail"]
    batch = {"items": [{"department": "press", "kind": "notice", "title": "通知"}]}
    (result,) = stuck.api.post(f"{stuck.path}/items:batch", batch).expect(200)["results"]
    assert result["problem"]["type"] == "/problems/workdays-unknown"
    assert stuck.events() == before

    told = (
        known.replace("version: 1", "version: 2").replace("2014-01-01", "2098-12-29").replace("[2098]", "[2098, 2099]")
    )
    stuck.publish(told, 2).expect(201)
    stuck.submit()
    kinds = [kind for kind, _ in stuck.events()[len(before) :]]
    assert kinds == ["milestones.reached", "milestones.reached", "scheme.applied", "item.submitted"]


def test_a_scheme_that_needs_a_year_nobody_has_told_is_not_published(at_instants: AtInstants) -> None:
    organisation = at_instants("2098-12-17T12:00").organisation(scheme=None)

    answer = organisation.publish(NEEDING)

    assert answer.problem(409, "workdays-unknown") == ["scheme"]
    assert organisation.api.get(f"{organisation.path}/schemes").expect(200)["items"] == []
