"""The one place where an exception becomes an answer: a problem document, or for a person's browser a page."""

from flask import Flask, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from shared.operations import logging, metrics
from shared.web import json
from shared.web.application import JsonResponse, correlation_id
from shared.web.problems import MEDIA_TYPE, PROBLEM_TYPES, Problem, document, problem_of

DRAINED_BYTES_MAX = 8 * 1024 * 1024
"""So much of a body that is too large is read and thrown away, since a client that is still sending reads no answer."""

log = logging.get("http")


def register_handlers(app: Flask) -> None:
    """From now on every error of ``app`` is answered here."""
    app.register_error_handler(Exception, _answer)


def wants_page() -> bool:
    """Whether a person is looking: a GET or a form outside the API by something that asks for HTML first."""
    if request.path.startswith("/v1/"):
        return False
    accepted = request.accept_mimetypes
    return bool(accepted) and accepted.best_match(["application/json", "text/html"]) == "text/html"


def _answer(error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return Response(status=error.code, headers=error.get_headers())  # a redirect of the router's own
    problem = problem_of(error)
    if problem is None:
        route = request.url_rule.rule if request.url_rule is not None else "unknown"
        metrics.counter("tongbao_http_failures_total").labels(route).inc()
        log.error("request.failed", method=request.method, path=request.path, exc_info=error)
        problem = Problem("unforeseen")
    if problem.slug == "body-too-large":
        _drain()
    if wants_page():
        return _page(problem)
    made = document(problem)
    made.setdefault("instance", request.path)
    made["correlation_id"] = correlation_id()
    return JsonResponse(json.encode(made), made["status"], problem.headers, MEDIA_TYPE)


def _page(problem: Problem) -> Response:
    kind = PROBLEM_TYPES[problem.slug]
    if kind.status == 401 and request.method == "GET":
        return redirect(url_for("web.sign_in", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
    page = render_template("web/problem.html", problem=problem, kind=kind, correlation_id=correlation_id())
    return Response(page, kind.status, problem.headers, "text/html")


def _drain() -> None:
    stream = request.environ["wsgi.input"]
    left = DRAINED_BYTES_MAX
    while left > 0:
        piece = stream.read(min(left, 65536))
        if not piece:
            return
        left -= len(piece)
