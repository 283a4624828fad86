"""What the pages of all services share: their frame, signing in and out, the API's page, and the kinds of problems."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from shared.directory import queries
from shared.directory.entities import Principal
from shared.directory.tokens import SECRET_LENGTH_MAX, secret_sha256
from shared.web import auth, formats, languages
from shared.web.problems import PROBLEM_TYPES, Problem

STATES = ("met", "on_the_way", "due_soon", "missed", "made_good_late", "waived", "not_yet", "provisional")
STATIC_AGE_S = 24 * 3600
SIGNED_IN_S = 30 * 24 * 3600


def blueprint() -> Blueprint:
    """The routes /sign-in, /sign-out, /docs, /problems and /static, with the templates under ``web/``."""
    web = Blueprint("web", __name__, static_folder="static", static_url_path="/static", template_folder="templates")
    web.add_url_rule("/sign-in", "sign_in", _sign_in)
    web.add_url_rule("/sign-in", "take_token", _take_token, methods=["POST"])
    web.add_url_rule("/sign-out", "sign_out", _sign_out, methods=["POST"])
    web.add_url_rule("/docs", "docs", lambda: render_template("web/docs.html"))
    web.add_url_rule("/problems/", "problem_kinds", _problem_kinds)
    web.add_url_rule("/problems/<slug>", "problem_kind", _problem_kind)
    web.app_context_processor(_frame)
    for name in ("number", "day", "instant", "period", "span"):
        web.add_app_template_filter(getattr(formats, name), name)
    return web


def same_origin() -> bool:
    """Whether a form was sent from a page of this very address. A browser always says where a POST comes from."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") in {"same-origin", "none"}
    return origin != "null" and urlsplit(origin).netloc == request.host


def _frame() -> dict[str, Any]:
    language = languages.language()
    other = "en" if language == "zh" else "zh"
    return {
        "t": languages.translate,
        "told": languages.told,
        "language": language,
        "other_language": other,
        "other_language_url": _here(lang=other),
        "here": _here,
        "states": STATES,
        "service": current_app.extensions["tongbao"].service,
        "signed_in": request.cookies.get(auth.COOKIE) is not None,
    }


def _here(**changes: Any) -> str:
    """The present address with some query parameters changed; None takes one away."""
    parameters: dict[str, Any] = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in parameters.items() if value is not None}
    if request.endpoint is None:
        return url_for("web.problem_kinds", **kept)
    return url_for(request.endpoint, **{**(request.view_args or {}), **kept})


def _sign_in() -> str:
    return render_template("web/sign_in.html", next=_local(request.args.get("next")), mistake=None)


def _take_token() -> AnyResponse:
    onward = _local(request.form.get("next"))
    secret = request.form.get("token", "").strip()
    if not same_origin():
        return _again(onward, "sign_in.elsewhere")
    if _principal(secret) is None:
        return _again(onward, "sign_in.refused")
    response = redirect(onward, 303)
    response.set_cookie(
        auth.COOKIE, secret, SIGNED_IN_S, secure=request.is_secure, httponly=True, samesite="Strict", path="/"
    )
    return response


def _again(onward: str, mistake: str) -> Response:
    return Response(render_template("web/sign_in.html", next=onward, mistake=mistake), 422, mimetype="text/html")


def _principal(secret: str) -> Principal | None:
    if not 0 < len(secret) <= SECRET_LENGTH_MAX:
        return None
    with current_app.extensions["tongbao"].pool.connection() as conn:
        return queries.find_token(conn, secret_sha256(secret))


def _sign_out() -> AnyResponse:
    if not same_origin():
        raise Problem("forbidden", "The form was sent from another site.")
    response = redirect(url_for("web.sign_in"), 303)
    response.delete_cookie(auth.COOKIE, path="/", httponly=True, samesite="Strict")
    return response


def _local(address: str | None) -> str:
    """Where to go after signing in: only a path of this service, never another site."""
    if address and address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable():
        return address
    return "/"


def _problem_kinds() -> str:
    return render_template("web/problem_kinds.html", kinds=sorted(PROBLEM_TYPES.values(), key=lambda kind: kind.slug))


def _problem_kind(slug: str) -> str:
    kind = PROBLEM_TYPES.get(slug)
    if kind is None:
        raise Problem("not-found", "There is no such kind of problem.")
    return render_template("web/problem_kind.html", kind=kind)
