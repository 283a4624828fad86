"""Metrics that are asked of the database when somebody reads them."""

from collections.abc import Callable, Iterable

import psycopg
from psycopg_pool import PoolTimeout

from shared.eventstore.errors import StoreUnavailable
from shared.operations import metrics


def tell(ask: Callable[[], Iterable[metrics.Sample]]) -> None:
    """Show what ``ask`` answers at each reading of this process' metrics.

    Nothing while the database is away: /readyz says so, and the other metrics are still told.
    """

    def samples() -> list[metrics.Sample]:
        try:
            return list(ask())
        except (psycopg.OperationalError, PoolTimeout, StoreUnavailable):
            return []

    metrics.on_scrape(samples)
