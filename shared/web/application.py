"""The Flask application, with what happens around every request: correlation, headers, metrics, the access log.

This is done around ``wsgi_app`` rather than with Flask's hooks, since it is on the path of every request and costs a
tenth so.
"""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, request
from structlog.contextvars import bind_contextvars, clear_contextvars
from werkzeug.routing import BaseConverter

from shared.contracts.identifiers import NAME_PATTERN, PLACE_PATTERN
from shared.operations import logging, metrics
from shared.web import json
from shared.web.correlation import CORRELATION_HEADER, TRACEPARENT_HEADER, correlation_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SECURITY_HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""Of every answer; nothing inline runs on our pages, and nobody frames them."""

_CORRELATION_KEY = "tongbao.correlation_id"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})

log = logging.get("http")


class NameConverter(BaseConverter):
    """``<name:organisation>`` in a route: anything that is no name is simply not found."""

    regex = NAME_PATTERN.pattern


class PlaceConverter(BaseConverter):
    """``<place:department>`` in a route: a department, or what else has a stream of its own."""

    regex = PLACE_PATTERN.pattern


class Application(Flask):
    """Of one service. ``access_log`` is one of the values of the setting TONGBAO_ACCESS_LOG."""

    def __init__(self, service: str, access_log: str) -> None:
        super().__init__(f"services.{service}", static_folder=None)
        self.json = json.MsgspecProvider(self)
        self.url_map.converters["name"] = NameConverter
        self.url_map.converters["place"] = PlaceConverter
        self._access_log = access_log
        self._seconds = metrics.histogram("tongbao_http_request_seconds")

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view here is asynchronous, so Flask need not look whether one is."""
        return func

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began = time.perf_counter()
        correlation_id, traceparent = correlation_of(environ)
        environ[_CORRELATION_KEY] = correlation_id
        bind_contextvars(correlation_id=correlation_id)
        answered: tuple[int, Request] | None = None

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal answered
            answered = int(status[:3]), environ["werkzeug.request"]
            headers.extend(SECURITY_HEADERS)
            headers.append((CORRELATION_HEADER, correlation_id))
            if traceparent is not None:
                headers.append((TRACEPARENT_HEADER, traceparent))
            return start_response(status, headers, exc_info)

        try:
            return super().wsgi_app(environ, start)
        finally:
            if answered is not None:
                self._note(environ, *answered, time.perf_counter() - began)
            clear_contextvars()

    def _note(self, environ: "WSGIEnvironment", status: int, asked: Request, elapsed_s: float) -> None:
        rule = asked.url_rule
        route = rule.rule if rule is not None else "unknown"
        method = environ["REQUEST_METHOD"]
        if method not in _METHODS:
            method = "other"
        self._seconds.labels(method, route, status).observe(elapsed_s)
        if self._is_logged(method, status) and route not in _QUIET:
            named = {name: value for name, value in (asked.view_args or {}).items() if isinstance(value, str)}
            log.info(
                "request",
                method=method,
                path=environ["PATH_INFO"][:500],
                status=status,
                ms=round(elapsed_s * 1000, 2),
                **{name: named[name] for name in ("organisation", "department") if name in named},
            )

    def _is_logged(self, method: str, status: int) -> bool:
        match self._access_log:
            case "all":
                return True
            case "changes":
                return method not in {"GET", "HEAD"} or status >= 400
            case "failures":
                return status >= 500
            case _:
                return False


class JsonResponse(Response):
    """An answer whose body is complete: sent as it is, without what werkzeug does for streams and old clients."""

    def __init__(self, body: bytes, status: int, headers: Any = None, media_type: str = json.MEDIA_TYPE) -> None:
        super().__init__(body, status, headers, content_type=media_type)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        start_response(self.status, self.headers.to_wsgi_list())
        return () if environ["REQUEST_METHOD"] == "HEAD" else self.response  # type: ignore[return-value]


def correlation_id() -> str:
    """The id under which everything this request causes can be found."""
    return str(request.environ[_CORRELATION_KEY])
