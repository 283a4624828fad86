"""The submission service's web application."""

from flask import Flask

from services.submission.bootstrap import SERVICE, Submission, database_missing, wire
from services.submission.config import SubmissionWebSettings
from services.submission.http import (
    adjustments,
    batches,
    calls,
    directory,
    imports,
    items,
    persons,
    problems,
    schemes,
    tokens,
    waivers,
)
from services.submission.http.asking import SUBMISSION
from shared.operations import logging
from shared.operations.settings import WebSettings, read
from shared.processes.relay import tell_relay_backlog
from shared.web.app import create_app

TITLE = "Tongbao submission"
BLUEPRINTS = (
    items.blueprint,
    batches.blueprint,
    imports.blueprint,
    directory.blueprint,
    persons.blueprint,
    calls.blueprint,
    adjustments.blueprint,
    waivers.blueprint,
    schemes.blueprint,
    tokens.blueprint,
)

assert problems.__doc__, "imported for what it registers"


def assemble(settings: WebSettings, wired: Submission) -> Flask:
    """The application over a wired service. Opens nothing."""
    app = create_app(SERVICE, TITLE, settings, wired.pool, BLUEPRINTS, lambda: database_missing(wired.pool))
    app.extensions[SUBMISSION] = wired
    return app


def create() -> Flask:
    """What gunicorn's workers call: everything from the settings."""
    settings = read(SubmissionWebSettings)
    logging.configure(SERVICE, "web", settings.log_format, settings.log_level)
    wired = wire(settings, "web")
    tell_relay_backlog(wired.pool)
    return assemble(settings, wired)
