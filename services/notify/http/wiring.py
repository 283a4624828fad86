"""What the views need of the service they run in."""

import threading
from dataclasses import dataclass, field

from flask import current_app

from services.notify.domain.addresses import AddressRule
from shared.operations.database import Pool

EXTENSION = "notify"


@dataclass(frozen=True)
class Notify:
    """Kept in ``app.extensions``."""

    pool: Pool
    scoring_url: str
    rule: AddressRule
    streams: threading.BoundedSemaphore
    """How many more clients may follow the stream of alerts from this process."""
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the process is told to stop: streams then end, and their clients go on elsewhere."""


def notify() -> Notify:
    found: Notify = current_app.extensions[EXTENSION]
    return found
