from itertools import count

import pytest
from kafka.coordinator.consumer import ConsumerCoordinator
from kafka.protocol.consumer.metadata import ConsumerProtocolAssignment

from shared.messaging import DeliveryFailed, Partition, Producer, Source
from shared.messaging.kafka_producer import REQUEST_BYTES_MAX, KafkaProducerAdapter
from shared.messaging.kafka_source import KafkaReader, KafkaSource
from shared.messaging.topics import Topic, ensure_topics
from tests.integration.messaging.behaviour import PARTITIONS, BrokerBehaviour, Reader, numbered, send

_numbers = count()


class OnKafka:
    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.topic = f"behaviour-{next(_numbers)}"
        self.create()

    def create(self) -> None:
        topic = Topic("a test", "test", "stream", PARTITIONS, {}, (), (), ())
        ensure_topics(self.bootstrap_servers, {self.topic: topic})

    def producer(self) -> Producer:
        return KafkaProducerAdapter(self.bootstrap_servers)

    def source(self, group: str) -> Source:
        return KafkaSource(self.bootstrap_servers, f"{self.topic}-{group}", [self.topic])

    def reader(self) -> Source:
        partitions = [Partition(self.topic, number) for number in range(PARTITIONS)]
        return KafkaReader(self.bootstrap_servers, f"{self.topic}-reader", partitions)


@pytest.fixture
def broker(kafka_bootstrap: str) -> OnKafka:
    return OnKafka(kafka_bootstrap)


class TestKafka(BrokerBehaviour):
    pass


def test_a_record_too_large_is_refused_and_nothing_of_its_key_overtakes_it(broker: OnKafka) -> None:
    with pytest.raises(DeliveryFailed) as failure:
        send(
            broker,
            ("org/good", b"1"),
            ("org/bad", b"x" * (REQUEST_BYTES_MAX + 1)),
            ("org/bad", b"younger"),
            ("org/good", b"2"),
        )

    assert failure.value.keys == {(broker.topic, "org/bad")}
    reader = Reader(broker.source("readers"))
    assert [record.value for record in reader.read(2)] == [b"1", b"2"]
    reader.source.close()


class OnKafkaBeforeItsTopic(OnKafka):
    """The topic is only created when the test says so."""

    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.topic = f"behaviour-late-{next(_numbers)}"


@pytest.mark.parametrize("kind", ["a member of a group", "a reader of no group"])
def test_who_came_before_the_topic_reads_it_soon_after_it_is_there(kafka_bootstrap: str, kind: str) -> None:
    broker = OnKafkaBeforeItsTopic(kafka_bootstrap)
    reader = Reader(broker.source("readers") if kind == "a member of a group" else broker.reader())
    for _ in range(20):
        assert reader.poll() == []

    broker.create()
    send(broker, *numbered(["org/a", "org/b"], 3))

    reader.read(6)
    assert reader.values("org/a") == [b"0", b"1", b"2"]
    reader.source.close()


def test_a_member_that_was_dealt_nothing_for_want_of_metadata_is_soon_dealt_its_partitions(
    broker: OnKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leader of a group deals out what it knows at that moment; the library lets an answer on its way end the wait
    for the one that it asked for last."""
    deal = ConsumerCoordinator._perform_assignment
    dealt: list[dict[str, ConsumerProtocolAssignment]] = []

    def deal_without_metadata(self: ConsumerCoordinator, *given: object) -> dict[str, ConsumerProtocolAssignment]:
        if dealt:
            return deal(self, *given)
        self._cluster._partitions.pop(broker.topic, None)
        self._metadata_snapshot = {broker.topic: set()}
        dealt.append(deal(self, *given))
        self._cluster._need_update = False
        return dealt[0]

    monkeypatch.setattr(ConsumerCoordinator, "_perform_assignment", deal_without_metadata)
    send(broker, ("org/a", b"1"))

    reader = Reader(broker.source("readers"))

    assert [record.value for record in reader.read(1)] == [b"1"]
    assert [list(assignment.partitions()) for assignment in dealt[0].values()] == [[]]
    reader.source.close()
