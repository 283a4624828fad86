"""Connecting to Kafka so that a failure leaves nothing behind."""

from collections.abc import Callable
from typing import Any, TypeVar

from kafka.net.compat import KafkaNetClient

T = TypeVar("T")


def connected(build: Callable[..., T], bootstrap_servers: str, **settings: Any) -> T:
    """``build`` one of the library's clients, which connect when they are made.

    When that fails, the library forgets the thread and the sockets that it opened; here they are closed. Retrying
    against an absent broker would otherwise use up both.
    """
    opened: list[KafkaNetClient] = []

    def open_client(**configuration: Any) -> KafkaNetClient:
        opened.append(KafkaNetClient(**configuration))
        return opened[-1]

    try:
        return build(bootstrap_servers=bootstrap_servers.split(","), kafka_client=open_client, **settings)
    except BaseException:
        for client in opened:
            client.close()
        raise
