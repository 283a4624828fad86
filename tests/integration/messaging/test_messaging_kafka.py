from itertools import count

import pytest

from shared.messaging import DeliveryFailed, Producer, Source
from shared.messaging.kafka_producer import REQUEST_BYTES_MAX, KafkaProducerAdapter
from shared.messaging.kafka_source import KafkaSource
from shared.messaging.topics import Topic, ensure_topics
from tests.integration.messaging.behaviour import PARTITIONS, BrokerBehaviour, Reader, send

_numbers = count()


class OnKafka:
    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.topic = f"behaviour-{next(_numbers)}"
        topic = Topic("a test", "test", "stream", PARTITIONS, {}, (), (), ())
        ensure_topics(bootstrap_servers, {self.topic: topic})

    def producer(self) -> Producer:
        return KafkaProducerAdapter(self.bootstrap_servers)

    def source(self, group: str) -> Source:
        return KafkaSource(self.bootstrap_servers, f"{self.topic}-{group}", [self.topic])


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
