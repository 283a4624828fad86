"""Records over a broker: the ports, Kafka and an in-process double behind them, and the topics.

``ports`` says what services may rely on, ``consuming`` is the loop of every consumer, ``topics`` what is on Kafka.
"""

from shared.messaging.consuming import Backoff, NotNow, run_consumer
from shared.messaging.memory import MemoryBroker
from shared.messaging.ports import (
    Assignment,
    AssignmentChanged,
    BrokerUnavailable,
    DeliveryFailed,
    MessagingError,
    Partition,
    Producer,
    Record,
    Source,
)

__all__ = [
    "Assignment",
    "AssignmentChanged",
    "Backoff",
    "BrokerUnavailable",
    "DeliveryFailed",
    "MemoryBroker",
    "MessagingError",
    "NotNow",
    "Partition",
    "Producer",
    "Record",
    "Source",
    "run_consumer",
]
