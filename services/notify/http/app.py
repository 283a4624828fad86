"""Notify's web application."""

import signal
import threading
from types import FrameType

from flask import Flask

from services.notify import bootstrap
from services.notify.config import NotifyWebSettings
from services.notify.domain.addresses import AddressRule
from services.notify.http import alerts, deliveries, parked, problems, stream, subscriptions
from services.notify.http.wiring import EXTENSION, Notify
from shared.operations import logging
from shared.operations.database import Pool, open_pool
from shared.operations.settings import read
from shared.processes.relay import tell_relay_backlog
from shared.web.app import create_app

__all__ = ["assemble", "create", "problems"]

BLUEPRINTS = (
    stream.blueprint,
    alerts.blueprint,
    subscriptions.blueprint,
    deliveries.blueprint,
    parked.blueprint,
)


def create() -> Flask:
    """The application as gunicorn's workers run it."""
    settings = read(NotifyWebSettings)
    logging.configure(bootstrap.SERVICE, "web", settings.log_format, settings.log_level)
    pool = open_pool(settings.database_url, settings.database_pool_max, "notify-web")
    tell_relay_backlog(pool)
    app = assemble(settings, pool)
    _end_streams_on_sigterm(app.extensions[EXTENSION])
    return app


def assemble(settings: NotifyWebSettings, pool: Pool) -> Flask:
    """The application over a pool. Opens nothing."""
    app = create_app("notify", "Tongbao notify", settings, pool, BLUEPRINTS, lambda: bootstrap.database_missing(pool))
    app.extensions[EXTENSION] = Notify(
        pool,
        settings.scoring_public_url,
        AddressRule(settings.webhook_allowed_networks),
        threading.BoundedSemaphore(settings.alert_streams_max),
    )
    return app


def _end_streams_on_sigterm(wired: Notify) -> None:
    """A stream has no end of its own, and a worker that is told to stop waits for its requests."""
    before = signal.getsignal(signal.SIGTERM)

    def on_sigterm(number: int, frame: FrameType | None) -> None:
        wired.stopping.set()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, on_sigterm)
