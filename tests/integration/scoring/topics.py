"""Departments on a real broker, and a consumer that folds them as a member of its group."""

from datetime import date, timedelta

from services.scoring import bootstrap
from shared.contracts.department_events import TOPIC, ItemSubmitted
from shared.messaging.kafka_producer import KafkaProducerAdapter
from shared.messaging.kafka_source import KafkaSource
from shared.operations.database import Pool
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter
from tests.waiting import wait_for

GROUP = bootstrap.CONSUMER_GROUP


def recorded(servers: str) -> list[StreamWriter]:
    """Some departments, on the topic."""
    writers = []
    producer = KafkaProducerAdapter(servers)
    for number in range(8):
        writer = StreamWriter("district", f"department-{number}")
        writer.register([everything()[0]], date(2014, 1, 1), tags=("key",))
        for item in range(60):
            report = ItemSubmitted(f"item-{item}", "everything", "report", "标题", attributes={"topic": "progress"})
            writer.tell(report, writer.now + timedelta(hours=9))
        for value in writer.values:
            producer.send(TOPIC, writer.stream, value)
        writers.append(writer)
    producer.flush()
    producer.close()
    return writers


def fold(pool: Pool, servers: str, events: int) -> None:
    """As a member of the group does it, offsets committed."""
    projection = bootstrap.projection(pool)
    source = KafkaSource(servers, GROUP, [TOPIC])
    source.start(lambda _: None)
    folded = 0

    def all_folded() -> bool:
        nonlocal folded
        folded += projection.projector.project(source.poll(100, 1000)).folded
        projection.projector.settle()
        source.commit()
        return folded == events

    wait_for("everything is folded", all_folded, seconds=60)
    source.close()
    projection.close()
