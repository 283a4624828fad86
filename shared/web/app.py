"""The application factory of every service's ``web`` process."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import flask_smorest
from flask import Blueprint as FlaskBlueprint
from flask import Flask, Response, g, request
from werkzeug.routing import BaseConverter

from shared.contracts.identifiers import NAME_PATTERN
from shared.operations import logging, metrics
from shared.operations.database import Pool
from shared.operations.settings import WebSettings
from shared.web import correlation, failures, json, languages, pages

BODY_BYTES_MAX = 1024 * 1024
API_VERSION = "1"

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Of every answer; nothing inline runs on our pages, and nobody frames them."""

Readiness = Callable[[], list[str]]

log = logging.get("http")


@dataclass(frozen=True)
class Web:
    """What this package needs of the service it runs in: ``current_app.extensions["tongbao"]``."""

    service: str
    pool: Pool
    settings: WebSettings
    readiness: Readiness


class NameConverter(BaseConverter):
    """``<name:organisation>`` in a route: anything that is no name is simply not found."""

    regex = NAME_PATTERN.pattern


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest, with problem documents as its only form of error."""

    def _register_error_handlers(self) -> None:
        """``failures.register_handlers`` does, once, for everything."""


def create_app(
    service: str,
    title: str,
    settings: WebSettings,
    pool: Pool,
    blueprints: Iterable[FlaskBlueprint],
    readiness: Readiness,
) -> Flask:
    """The service's WSGI application: its blueprints, and around them everything that all services have in common.

    ``readiness`` says what the service lacks, besides what is asked here: that the database answers. Opens nothing.
    """
    app = Flask(f"services.{service}", static_folder=None)
    app.json = json.MsgspecProvider(app)
    app.extensions["tongbao"] = Web(service, pool, settings, readiness)
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_BYTES_MAX,
        API_TITLE=title,
        API_VERSION=API_VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.url_map.converters["name"] = NameConverter
    app.before_request(_begin)
    app.after_request(_end)
    api = Api(app)
    api.register_converter(NameConverter, lambda _: {"type": "string", "pattern": f"^{NAME_PATTERN.pattern}$"})
    for blueprint in blueprints:
        if isinstance(blueprint, flask_smorest.Blueprint):
            api.register_blueprint(blueprint)
        else:
            app.register_blueprint(blueprint)
    failures.register_handlers(app)
    app.register_blueprint(pages.blueprint())
    app.add_url_rule("/livez", "livez", lambda: {"status": "live"})
    app.add_url_rule("/readyz", "readyz", lambda: _ready(pool, readiness))
    app.add_url_rule("/metrics", "metrics", lambda: Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE))
    return app


def correlation_id() -> str:
    """The id under which everything this request causes can be found."""
    return str(g.correlation_id)


def _begin() -> None:
    g.began = time.perf_counter()
    g.correlation_id, g.traceparent = correlation.correlation_of(request)


def _end(response: Response) -> Response:
    headers = response.headers
    headers[correlation.CORRELATION_HEADER] = g.correlation_id
    if g.traceparent is not None:
        headers[correlation.TRACEPARENT_HEADER] = g.traceparent
    headers.extend(SECURITY_HEADERS)
    if "language_chosen" in g:
        response.set_cookie(languages.COOKIE, g.language_chosen, languages.COOKIE_AGE_S, samesite="Lax", httponly=True)
    rule = request.url_rule
    route = rule.rule if rule is not None else "unknown"
    elapsed_s = time.perf_counter() - g.began
    metrics.histogram("tongbao_http_request_seconds").labels(request.method, route, str(response.status_code)).observe(
        elapsed_s
    )
    return response


def _ready(pool: Pool, readiness: Readiness) -> tuple[dict[str, Any], int]:
    missing = readiness()
    return {"missing": missing}, 503 if missing else 200
