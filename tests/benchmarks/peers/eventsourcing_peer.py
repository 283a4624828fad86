"""`eventsourcing` with its Postgres recorder: appending, and projecting into a table.

append SOCKETS DATABASE COUNT BATCH     events a second, one thread, BATCH events a save
project SOCKETS DATABASE COUNT          events a second through its projection runner
"""

import json
import os
import sys
import time

COMMAND, SOCKETS, DATABASE, COUNT = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
os.environ.update(
    PERSISTENCE_MODULE="eventsourcing.postgres",
    POSTGRES_DBNAME=DATABASE,
    POSTGRES_HOST=SOCKETS,
    POSTGRES_PORT="5432",
    POSTGRES_USER="postgres",
    POSTGRES_PASSWORD="",
    POSTGRES_ENABLE_DB_FUNCTIONS="y",
)

import psycopg  # noqa: E402
from eventsourcing.application import Application  # noqa: E402
from eventsourcing.dispatch import singledispatchmethod  # noqa: E402
from eventsourcing.domain import Aggregate, event  # noqa: E402
from eventsourcing.postgres import PostgresTrackingRecorder  # noqa: E402
from eventsourcing.projection import Projection, ProjectionRunner  # noqa: E402

CARD = """
CREATE TABLE IF NOT EXISTS peer_card (
    department uuid, period text, items int, points bigint, PRIMARY KEY (department, period)
)
"""
COUNT_ITEM = """
INSERT INTO peer_card VALUES (%s, %s, 1, %s)
ON CONFLICT (department, period) DO UPDATE SET items = peer_card.items + 1, points = peer_card.points + excluded.points
"""


class Department(Aggregate):
    class Submitted(Aggregate.Event):
        title: str
        period: str
        points: int

    @event("Created")
    def __init__(self):
        self.items = 0

    @event(Submitted)
    def submit(self, title: str, period: str, points: int):
        self.items += 1


class Departments(Application):
    name = "departments"


class Cards(PostgresTrackingRecorder):
    def add(self, department, period, points, tracking):
        with (
            self.datastore.get_connection() as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            self._insert_tracking(cursor, tracking)
            cursor.execute(COUNT_ITEM, (department, period, points))


class CardProjection(Projection[Cards]):
    name = "cards"
    topics = ()

    @singledispatchmethod
    def process_event(self, domain_event, tracking):
        self.view.insert_tracking(tracking)

    @process_event.register
    def _(self, domain_event: Department.Submitted, tracking):
        self.view.add(domain_event.originator_id, domain_event.period, domain_event.points, tracking)


def append(application, count, batch):
    departments = [Department() for _ in range(5)]
    application.save(*departments)
    started = time.perf_counter()
    for n in range(0, count, batch):
        department = departments[n // batch % 5]
        for _ in range(batch):
            department.submit("开展礼仪文明、环境文明、秩序文明行动的情况", "2026-11", 3)
        application.save(department)
    return count / (time.perf_counter() - started)


def project(count):
    started = time.perf_counter()
    with ProjectionRunner(
        application_class=Departments, projection_class=CardProjection, view_class=Cards, env=dict(os.environ)
    ) as runner:
        runner.wait(count, timeout=150)
        return count / (time.perf_counter() - started)


if __name__ == "__main__":
    with psycopg.connect(host=SOCKETS, dbname=DATABASE, user="postgres") as connection:
        connection.execute(CARD)
    application = Departments()
    append(application, 200, 1)  # warm
    if COMMAND == "append":
        figure = append(application, COUNT, int(sys.argv[5]))
    else:
        append(application, COUNT, 1000)
        figure = project(COUNT)
    print(json.dumps({"figure": figure}))
