"""flask-smorest's blueprint, made strict and quick.

What a schema says of an answer is documentation, checked in tests and not spent time on in production: views return
plain values (dictionaries, lists, dataclasses) that msgspec encodes.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import flask_smorest
import marshmallow as ma
from flask import Response, current_app, request

from shared.web import json
from shared.web.application import JsonResponse
from shared.web.parsing import flatten, load_body, load_query

View = TypeVar("View", bound=Callable[..., Any])


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """Groups routes and documents them. Schemas may be given as classes; they are made once, not on each request."""

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """``@blueprint.route("/items", methods=["POST"])``, documented in the OpenAPI document."""
        decorate: Callable[[View], View] = super().route(rule, **options)
        return decorate

    def arguments(
        self, schema: type[ma.Schema] | ma.Schema, *, location: str = "json", **kwargs: Any
    ) -> Callable[..., Any]:
        """``@blueprint.arguments(ItemSchema)``: the view gets the loaded body as its next positional argument.

        With ``location="query"``, the query's parameters.
        """
        made = schema() if isinstance(schema, type) else schema
        document = super().arguments(made, location=location, **kwargs)
        load = {"json": load_body, "query": load_query}[location]

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def with_arguments(*args: Any, **view_args: Any) -> Any:
                return view(*args, load(made), **view_args)

            with_arguments._apidoc = document(view)._apidoc  # type: ignore[attr-defined]
            return with_arguments

        return decorate

    def response(
        self, status_code: int, schema: type[ma.Schema] | ma.Schema | None = None, **kwargs: Any
    ) -> Callable[..., Any]:
        """The view returns a value, or (value, status), or (value, status, headers), or a Response.

        While testing, a value that does not fit ``schema`` is an AssertionError.
        """
        schema = schema() if isinstance(schema, type) else schema
        document = super().response(status_code, schema, **kwargs)

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def answer(*args: Any, **view_args: Any) -> Response:
                return _response(view(*args, **view_args), status_code, schema)

            answer._apidoc = document(view)._apidoc  # type: ignore[attr-defined]
            return answer

        return decorate

    def limit_body(self, bytes_max: int) -> Callable[..., Any]:
        """Another limit for this route's body than the application's. The outermost decorator but ``route``."""

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def limited(*args: Any, **view_args: Any) -> Any:
                request.max_content_length = bytes_max
                return view(*args, **view_args)

            return limited

        return decorate


def _response(result: Any, status: int, schema: ma.Schema | None) -> Response:
    headers = None
    if type(result) is tuple:
        result, status, *rest = result
        headers = rest[0] if rest else None
    if isinstance(result, Response):
        return result
    if status == 204:
        return Response(b"", status, headers)
    body = json.encode(result)
    if schema is not None and current_app.testing:
        _check(body, schema)
    return JsonResponse(body, status, headers)


def _check(body: bytes, schema: ma.Schema) -> None:
    mistakes = flatten(schema.validate(json.decode(body)))
    assert not mistakes, f"the answer does not fit {type(schema).__name__}: {mistakes}"
