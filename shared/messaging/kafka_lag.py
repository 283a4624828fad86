"""How far a consumer group is behind, seen from outside."""

from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from shared.messaging.kafka_connection import connected
from shared.messaging.ports import BrokerUnavailable, Partition

TIMEOUT_MS = 5_000


class KafkaGroupLag:
    """Asks the broker for a group's committed offsets, without being one of its members. For one thread.

    Connects when it is first asked.
    """

    def __init__(self, bootstrap_servers: str, group: str, partitions: list[Partition]) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._group = group
        self._places = [TopicPartition(*partition) for partition in partitions]
        self._consumer: Any = None

    def __call__(self) -> int:
        """Records that the group has not committed. Blocks on the broker. Raises BrokerUnavailable."""
        try:
            if self._consumer is None:
                self._consumer = connected(
                    KafkaConsumer,
                    self._bootstrap_servers,
                    group_id=self._group,
                    client_id=f"tongbao-{self._group}-lag",
                    enable_auto_commit=False,
                    bootstrap_timeout_ms=TIMEOUT_MS,
                    metrics_enabled=False,
                )
            ends = self._consumer.end_offsets(self._places, timeout_ms=TIMEOUT_MS)
            committed = {place: self._consumer.committed(place, timeout_ms=TIMEOUT_MS) for place in self._places}
        except KafkaError as error:
            raise BrokerUnavailable(f"the lag of {self._group} is not known: {error!r}") from error
        return sum(max(end - (committed[place] or 0), 0) for place, end in ends.items())

    def close(self) -> None:
        """Let go of the connection."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None
