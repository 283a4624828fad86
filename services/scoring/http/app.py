"""The scoring service's web application."""

from collections.abc import Callable

from flask import Flask

from services.scoring.application.reading.store import Readings
from services.scoring.http import api, pages
from shared.operations.database import Pool
from shared.operations.settings import WebSettings
from shared.web.app import create_app


def assemble(settings: WebSettings, pool: Pool, readings: Readings, readiness: Callable[[], list[str]]) -> Flask:
    """The application over its readings. Opens nothing."""
    app = create_app("scoring", "Tongbao scoring", settings, pool, [api.blueprint, pages.blueprint()], readiness)
    app.extensions[api.READINGS] = readings
    return app
