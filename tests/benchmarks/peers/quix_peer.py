"""Quix Streams counting the same events by department and month into Postgres (at least once, upserts).

sink BOOTSTRAP TOPIC COUNT SOCKETS DATABASE STATE      events a second between the first event and the last
"""

import json
import logging
import sys
import time
import uuid

from quixstreams import Application
from quixstreams.sinks.community.postgresql import PostgreSQLSink

_, BOOTSTRAP, TOPIC, COUNT, SOCKETS, DATABASE, STATE = sys.argv[1:]
logging.disable(logging.WARNING)


def main() -> float:
    expected = int(COUNT)
    application = Application(
        broker_address=BOOTSTRAP,
        consumer_group=f"quix-{uuid.uuid4().hex[:8]}",
        auto_offset_reset="earliest",
        loglevel="ERROR",
        commit_interval=1.0,
        commit_every=5000,
        state_dir=STATE,
        use_changelog_topics=False,
    )
    topic = application.topic(TOPIC, value_deserializer="json", key_deserializer="str")
    seen = [0, 0.0, 0.0]

    def count(event, state):
        period = event["time"][:7]
        items = (state.get(period) or 0) + 1
        state.set(period, items)
        return {"department": event["subject"], "period": period, "items": items}

    def watch(_):
        if seen[0] == 0:
            seen[1] = time.perf_counter()
        seen[0] += 1
        if seen[0] >= expected:
            application.stop()

    stream = application.dataframe(topic).apply(count, stateful=True).update(watch)
    stream.sink(
        PostgreSQLSink(
            host=SOCKETS,
            port=5432,
            dbname=DATABASE,
            user="postgres",
            password="",
            table_name="quix_card",
            primary_key_columns=["department", "period"],
            upsert_on_primary_key=True,
            include_metadata=False,
        )
    )
    application.run(timeout=150)
    seen[2] = time.perf_counter()  # after the last flush: what is not in the table has not been counted
    assert seen[0] >= expected, f"only {seen[0]} of {expected} events came"
    return seen[0] / (seen[2] - seen[1])


if __name__ == "__main__":
    print(json.dumps({"figure": main()}))
