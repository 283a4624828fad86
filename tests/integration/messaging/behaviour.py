"""What every broker must do: one suite, run on the double in the unit tests and on Kafka in the integration tests."""

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from shared.messaging import Assignment, NotNow, Partition, Producer, Record, Source, run_consumer
from shared.messaging.consuming import Backoff
from tests.waiting import wait_for

LIMIT_S = 30.0
PARTITIONS = 3


class BrokerUnderTest(Protocol):
    """A running broker with a fresh topic of PARTITIONS partitions."""

    topic: str

    def producer(self) -> Producer: ...

    def source(self, group: str) -> Source: ...

    def reader(self) -> Source: ...


class Reader:
    """A source whose records and moves are kept."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.records: list[Record] = []
        self.moves: list[Assignment] = []
        source.start(self.moves.append)

    def poll(self) -> list[Record]:
        records = self.source.poll(100, 1000)
        self.records += records
        return records

    def read(self, count: int) -> list[Record]:
        wait_for(f"{count} records", lambda: self.poll() is not None and len(self.records) >= count, seconds=LIMIT_S)
        return self.records

    def values(self, key: str) -> list[bytes]:
        return [record.value for record in self.records if record.key == key]


def send(broker: BrokerUnderTest, *records: tuple[str, bytes]) -> None:
    producer = broker.producer()
    for key, value in records:
        producer.send(broker.topic, key, value)
    producer.flush()
    producer.close()


def numbered(keys: Sequence[str], count: int) -> list[tuple[str, bytes]]:
    return [(key, b"%d" % number) for number in range(count) for key in keys]


def both_served(first: Reader, second: Reader, lost: Callable[[], bool]) -> bool:
    first.poll()
    second.poll()
    return lost()


class BrokerBehaviour:
    def test_records_of_a_key_arrive_in_the_order_they_were_sent(self, broker: BrokerUnderTest) -> None:
        keys = [f"org/dept-{number}" for number in range(7)]
        send(broker, *numbered(keys, 40))

        reader = Reader(broker.source("readers"))
        reader.read(7 * 40)

        for key in keys:
            assert reader.values(key) == [b"%d" % number for number in range(40)]
            assert len({record.partition for record in reader.records if record.key == key}) == 1
        assert reader.source.assignment() == {Partition(broker.topic, number) for number in range(PARTITIONS)}
        reader.source.close()

    def test_a_poll_returns_no_more_records_than_asked_for(self, broker: BrokerUnderTest) -> None:
        send(broker, *numbered(["org/a"], 30))
        source = broker.source("readers")
        source.start(lambda _: None)

        sizes: list[int] = []

        def all_arrived() -> bool:
            sizes.append(len(source.poll(100, 8)))
            return sum(sizes) >= 30

        wait_for("30 records", all_arrived, seconds=LIMIT_S)

        assert max(sizes) <= 8
        source.close()

    def test_what_was_committed_does_not_come_again(self, broker: BrokerUnderTest) -> None:
        send(broker, ("org/a", b"first"), ("org/a", b"second"))
        before = Reader(broker.source("readers"))
        before.read(2)
        before.source.commit()
        before.source.close()
        send(broker, ("org/a", b"third"))

        after = Reader(broker.source("readers"))

        assert [record.value for record in after.read(1)] == [b"third"]
        after.source.close()

    def test_what_was_not_committed_comes_again_to_the_next_reader(self, broker: BrokerUnderTest) -> None:
        send(broker, ("org/a", b"first"), ("org/a", b"second"))
        before = Reader(broker.source("readers"))
        before.read(2)
        before.source.close()

        after = Reader(broker.source("readers"))

        assert [record.value for record in after.read(2)] == [b"first", b"second"]
        after.source.close()

    def test_a_rewind_delivers_again_what_came_since_the_commit(self, broker: BrokerUnderTest) -> None:
        send(broker, ("org/a", b"1"))
        reader = Reader(broker.source("readers"))
        reader.read(1)
        reader.source.commit()
        send(broker, ("org/a", b"2"), ("org/b", b"3"))
        reader.read(3)

        reader.source.rewind()

        again = reader.read(5)[3:]
        assert sorted(record.value for record in again) == [b"2", b"3"]
        reader.source.close()

    def test_a_rewind_before_the_first_commit_goes_back_to_the_beginning(self, broker: BrokerUnderTest) -> None:
        send(broker, ("org/a", b"1"), ("org/a", b"2"))
        reader = Reader(broker.source("readers"))
        reader.read(2)

        reader.source.rewind()

        assert [record.value for record in reader.read(4)] == [b"1", b"2", b"1", b"2"]
        reader.source.close()

    def test_a_seek_goes_on_from_the_given_offset(self, broker: BrokerUnderTest) -> None:
        send(broker, *numbered(["org/a"], 10))
        reader = Reader(broker.source("readers"))
        partition = reader.read(10)[0].partition
        reader.source.commit()

        reader.source.seek(broker.topic, partition, 7)

        assert [record.offset for record in reader.read(13)[10:]] == [7, 8, 9]
        reader.source.close()

    def test_a_seek_when_a_partition_is_gained_holds_from_its_first_record(self, broker: BrokerUnderTest) -> None:
        send(broker, *numbered(["org/a"], 10))
        before = Reader(broker.source("readers"))
        before.read(10)
        before.source.commit()
        before.source.close()
        source = broker.source("readers")

        def from_the_beginning(assignment: Assignment) -> None:
            for partition in assignment.gained:
                source.seek(partition.topic, partition.number, 0)

        records: list[Record] = []

        def all_arrived() -> bool:
            records.extend(source.poll(100, 100))
            return len(records) >= 10

        source.start(from_the_beginning)
        wait_for("all again", all_arrived, seconds=LIMIT_S)

        assert [record.value for record in records] == [b"%d" % number for number in range(10)]
        source.close()

    def test_a_reader_of_no_group_has_everything_from_the_beginning_each_time(self, broker: BrokerUnderTest) -> None:
        send(broker, *numbered(["org/a", "org/b", "org/c"], 10))
        for _ in range(2):
            reader = Reader(broker.reader())
            reader.read(30)
            reader.source.commit()
            assert reader.values("org/b") == [b"%d" % number for number in range(10)]
            assert reader.source.assignment() == {Partition(broker.topic, number) for number in range(PARTITIONS)}
            assert sum(reader.source.lag().values()) == 0
            reader.source.close()

    def test_two_readers_of_no_group_each_have_everything(self, broker: BrokerUnderTest) -> None:
        readers = [Reader(broker.reader()), Reader(broker.reader())]
        send(broker, *numbered(["org/a"], 10))
        for reader in readers:
            assert [record.value for record in reader.read(10)] == [b"%d" % number for number in range(10)]
            reader.source.rewind()
            reader.read(20)
            reader.source.close()

    def test_a_seek_elsewhere_does_nothing(self, broker: BrokerUnderTest) -> None:
        reader = Reader(broker.source("readers"))
        reader.source.seek("another-topic", 0, 5)
        send(broker, ("org/a", b"1"))
        assert [record.value for record in reader.read(1)] == [b"1"]
        reader.source.close()

    def test_a_second_source_takes_over_part_and_gives_it_back(self, broker: BrokerUnderTest) -> None:
        everything = frozenset(Partition(broker.topic, number) for number in range(PARTITIONS))
        first = Reader(broker.source("readers"))
        wait_for(
            "the first alone",
            lambda: first.poll() is not None and first.source.assignment() == everything,
            seconds=LIMIT_S,
        )

        second = Reader(broker.source("readers"))
        wait_for(
            "both served",
            lambda: both_served(
                first,
                second,
                lambda: (
                    bool(second.source.assignment())
                    and first.source.assignment() | second.source.assignment() == everything
                    and not first.source.assignment() & second.source.assignment()
                ),
            ),
            seconds=LIMIT_S,
        )
        lost = frozenset[Partition]().union(*(move.lost for move in first.moves))
        assert lost >= second.source.assignment()

        second.source.close()
        wait_for(
            "the first alone again",
            lambda: first.poll() is not None and first.source.assignment() == everything,
            seconds=LIMIT_S,
        )
        first.source.close()

    def test_groups_read_independently(self, broker: BrokerUnderTest) -> None:
        send(broker, ("org/a", b"1"))
        for group in ("scoring", "notify"):
            reader = Reader(broker.source(group))
            assert [record.value for record in reader.read(1)] == [b"1"]
            reader.source.commit()
            reader.source.close()

    def test_the_lag_is_what_was_not_returned_yet(self, broker: BrokerUnderTest) -> None:
        send(broker, *numbered(["org/a"], 10))
        source = broker.source("readers")
        source.start(lambda _: None)
        wait_for("a few records", lambda: source.poll(100, 4), seconds=LIMIT_S)
        wait_for("the lag", lambda: sum(source.lag().values()) == 6, seconds=LIMIT_S)
        wait_for("the end", lambda: source.poll(100, 4) == [] or None, seconds=LIMIT_S)
        wait_for("no lag", lambda: source.poll(50, 4) == [] and sum(source.lag().values()) == 0, seconds=LIMIT_S)
        source.close()

    def test_a_batch_that_cannot_be_handled_now_is_handled_later(self, broker: BrokerUnderTest) -> None:
        send(broker, *numbered(["org/a", "org/b"], 5))
        stop, refusals, handled = threading.Event(), [3], list[Record]()

        def handle(records: Sequence[Record]) -> None:
            if refusals[0]:
                refusals[0] -= 1
                raise NotNow("the database is away")
            handled.extend(records)
            if len(handled) == 10:
                stop.set()

        run_consumer(broker.source("readers"), handle, stop, backoff=Backoff(first_s=0.01, last_s=0.02))

        for key in ("org/a", "org/b"):
            assert [record.value for record in handled if record.key == key] == [b"0", b"1", b"2", b"3", b"4"]
