"""Conditional requests: what is edited says its version in ``ETag``, and an edit names it in ``If-Match``."""

from flask import Response, request
from werkzeug.http import parse_etags, quote_etag

from shared.web.problems import Problem


def of_version(version: int | str) -> str:
    """The strong ETag of a version, with its quotes."""
    return quote_etag(str(version))


def check_match(version: int | str | None, *, required: bool = False) -> None:
    """Raises the problem 412 when ``If-Match`` does not name ``version`` (None: it does not exist yet).

    ``If-None-Match: *`` asks that it does not exist. With ``required`` a request without either is the problem 428.
    """
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if match is None and none_match is None:
        if required:
            raise Problem("precondition-required", "Send the ETag that you read in If-Match.")
        return
    if none_match is not None and none_match.strip() == "*" and version is not None:
        raise Problem("precondition-failed", "It exists already.", headers={"ETag": of_version(version)})
    if match is None:
        return
    if version is None:
        raise Problem("precondition-failed", "It does not exist.")
    if not parse_etags(match).contains(str(version)):
        raise Problem("precondition-failed", "It has another version now.", headers={"ETag": of_version(version)})


def not_modified(version: int | str) -> Response | None:
    """The 304 for a GET whose ``If-None-Match`` names this version, or None."""
    none_match = request.headers.get("If-None-Match")
    if none_match is None or not parse_etags(none_match).contains_weak(str(version)):
        return None
    return Response(status=304, headers={"ETag": of_version(version)})
