"""The scoring service's web application."""

import gc
from collections.abc import Callable

from flask import Flask

from services.scoring import bootstrap
from services.scoring.application.reading.store import Readings
from services.scoring.config import ScoringWebSettings
from services.scoring.http import api, bulletin_pages, bulletins, pages, reports, what_ifs
from services.scoring.http.answering import ANSWERS, READINGS
from services.scoring.http.answers import Answers
from services.scoring.http.bulletin_asking import BULLETINS
from services.scoring.http.what_ifs import WHAT_IFS, WhatIfDesk
from shared.operations import logging
from shared.operations.database import Pool, open_pool
from shared.operations.settings import WebSettings, read
from shared.processes.relay import tell_relay_backlog
from shared.web.app import create_app

GARBAGE_THRESHOLD = 200_000
"""Containers made between two collections. A page of 500 cards makes tens of thousands, and no cycles: at Python's own
threshold of 700 a collection would walk through them dozens of times."""


def assemble(settings: WebSettings, pool: Pool, readings: Readings, readiness: Callable[[], list[str]]) -> Flask:
    """The application over its readings. Opens nothing."""
    blueprints = (
        *(api.blueprint, reports.blueprint, bulletins.blueprint, what_ifs.blueprint),
        *(pages.blueprint(), bulletin_pages.blueprint()),
    )
    app = create_app("scoring", "Tongbao scoring", settings, pool, blueprints, readiness)
    app.extensions[READINGS] = readings
    app.extensions[ANSWERS] = Answers()
    app.extensions[WHAT_IFS] = WhatIfDesk(*bootstrap.what_ifs(pool))
    app.extensions[BULLETINS] = bootstrap.bulletins(pool)
    return app


def create() -> Flask:
    """What gunicorn's workers call: everything from the settings."""
    settings = read(ScoringWebSettings)
    logging.configure(bootstrap.SERVICE, "web", settings.log_format, settings.log_level)
    pool = open_pool(settings.database_url, settings.database_pool_max, "scoring-web")
    bootstrap.tell_parked(pool)
    tell_relay_backlog(pool)
    gc.set_threshold(GARBAGE_THRESHOLD)
    return assemble(settings, pool, bootstrap.readings(pool), lambda: bootstrap.database_missing(pool))
