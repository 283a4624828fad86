"""The scoring service's web application."""

from collections.abc import Callable

from flask import Flask

from services.scoring import bootstrap
from services.scoring.application.reading.store import Readings
from services.scoring.config import ScoringWebSettings
from services.scoring.http import api, pages
from shared.operations import logging
from shared.operations.database import Pool, open_pool
from shared.operations.settings import WebSettings, read
from shared.processes.relay import tell_relay_backlog
from shared.web.app import create_app


def assemble(settings: WebSettings, pool: Pool, readings: Readings, readiness: Callable[[], list[str]]) -> Flask:
    """The application over its readings. Opens nothing."""
    app = create_app("scoring", "Tongbao scoring", settings, pool, [api.blueprint, pages.blueprint()], readiness)
    app.extensions[api.READINGS] = readings
    return app


def create() -> Flask:
    """What gunicorn's workers call: everything from the settings."""
    settings = read(ScoringWebSettings)
    logging.configure(bootstrap.SERVICE, "web", settings.log_format, settings.log_level)
    pool = open_pool(settings.database_url, settings.database_pool_max, "scoring-web")
    bootstrap.tell_parked(pool)
    tell_relay_backlog(pool)
    return assemble(settings, pool, bootstrap.readings(pool), lambda: bootstrap.database_missing(pool))
