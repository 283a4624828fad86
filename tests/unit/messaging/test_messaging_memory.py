from itertools import count

import pytest

from shared.messaging import BrokerUnavailable, DeliveryFailed, MemoryBroker, Producer, Source
from tests.integration.messaging.behaviour import PARTITIONS, BrokerBehaviour, Reader, send

_numbers = count()


class InMemory:
    def __init__(self) -> None:
        self.topic = f"topic-{next(_numbers)}"
        self.memory = MemoryBroker({self.topic: PARTITIONS})

    def producer(self) -> Producer:
        return self.memory.producer()

    def source(self, group: str) -> Source:
        return self.memory.source(group, [self.topic])

    def reader(self) -> Source:
        return self.memory.reader([self.topic])


@pytest.fixture
def broker() -> InMemory:
    return InMemory()


class TestMemoryBroker(BrokerBehaviour):
    pass


def test_a_flush_fails_while_the_broker_is_away_and_succeeds_when_it_is_back(broker: InMemory) -> None:
    producer = broker.producer()
    producer.send(broker.topic, "org/a", b"1")
    broker.memory.go_away()
    with pytest.raises(BrokerUnavailable):
        producer.flush()

    broker.memory.come_back()
    producer.flush()

    assert [record.value for record in broker.memory.records(broker.topic)] == [b"1"]


def test_refused_keys_are_named_and_the_others_arrive(broker: InMemory) -> None:
    broker.memory.refuse("org/bad")
    with pytest.raises(DeliveryFailed) as failure:
        send(broker, ("org/good", b"1"), ("org/bad", b"2"), ("org/bad", b"3"))

    assert failure.value.keys == {(broker.topic, "org/bad")}
    assert [record.value for record in broker.memory.records(broker.topic)] == [b"1"]


def test_nothing_is_delivered_while_the_broker_is_away(broker: InMemory) -> None:
    reader = Reader(broker.source("readers"))
    send(broker, ("org/a", b"1"))
    broker.memory.go_away()
    assert reader.source.poll(0, 10) == []

    broker.memory.come_back()
    assert [record.value for record in reader.read(1)] == [b"1"]
