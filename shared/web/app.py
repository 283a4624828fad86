"""The application factory of every service's ``web`` process."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import flask_smorest
from flask import Blueprint as FlaskBlueprint
from flask import Flask, Response

from shared.contracts.identifiers import NAME_PATTERN, PLACE_PATTERN
from shared.operations import metrics
from shared.operations.database import Pool
from shared.operations.readiness import missing_of_database
from shared.operations.settings import WebSettings
from shared.web import failures, fields, pages
from shared.web.application import Application, NameConverter, PlaceConverter, correlation_id
from shared.web.problems import MEDIA_TYPE

__all__ = ["Readiness", "Web", "correlation_id", "create_app"]

BODY_BYTES_MAX = 1024 * 1024
FORM_FIELDS_MAX = 100
API_VERSION = "1"

Readiness = Callable[[], list[str]]


@dataclass(frozen=True)
class Web:
    """What this package needs of the service it runs in: ``current_app.extensions["tongbao"]``."""

    service: str
    pool: Pool
    settings: WebSettings
    readiness: Readiness


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest, with problem documents as its only form of error."""

    ERROR_SCHEMA = fields.ProblemSchema

    def _register_error_handlers(self) -> None:
        """``failures.register_handlers`` does, once, for everything."""

    def _register_responses(self) -> None:
        super()._register_responses()
        for response in self.spec.components.responses_lazy.values():
            content = response.get("content", {})
            if "application/json" in content:
                content[MEDIA_TYPE] = content.pop("application/json")


def create_app(
    service: str,
    title: str,
    settings: WebSettings,
    pool: Pool,
    blueprints: Iterable[FlaskBlueprint],
    readiness: Readiness,
) -> Flask:
    """The service's WSGI application: its blueprints, and around them everything that all services have in common.

    ``readiness`` says what the service lacks, a few words each, and is only asked when the database answers
    (``shared.operations.readiness`` knows about migrations). Opens nothing and starts nothing.
    """
    app = Application(service, settings.access_log)
    app.extensions["tongbao"] = Web(service, pool, settings, readiness)
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_BYTES_MAX,
        MAX_FORM_PARTS=FORM_FIELDS_MAX,
        SEND_FILE_MAX_AGE_DEFAULT=pages.STATIC_AGE_S,
        API_TITLE=title,
        API_VERSION=API_VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )
    api = Api(app)
    api.register_converter(NameConverter, lambda _: {"type": "string", "pattern": f"^{NAME_PATTERN.pattern}$"})
    api.register_converter(PlaceConverter, lambda _: {"type": "string", "pattern": f"^{PLACE_PATTERN.pattern}$"})
    for blueprint in blueprints:
        if isinstance(blueprint, flask_smorest.Blueprint):
            api.register_blueprint(blueprint)
        else:
            app.register_blueprint(blueprint)
    app.register_blueprint(pages.blueprint())
    failures.register_handlers(app)
    app.add_url_rule("/livez", "livez", lambda: {"status": "live"})
    app.add_url_rule("/readyz", "readyz", lambda: _ready(pool, readiness))
    app.add_url_rule("/metrics", "metrics", lambda: Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE))
    return app


def _ready(pool: Pool, readiness: Readiness) -> tuple[dict[str, Any], int]:
    missing = missing_of_database(pool) or readiness()
    return {"missing": missing}, 503 if missing else 200
