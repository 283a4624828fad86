"""Reading requests: the one place where bodies are decoded and marshmallow's mistakes become fields of a problem."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import marshmallow as ma
from flask import Request, request
from werkzeug.exceptions import RequestEntityTooLarge

from shared.web import json
from shared.web.problems import FieldError, Problem

_SUSPICIOUS_JSON = re.compile(rb"\\(?:u00|b|f|u20[2-3]|U)|\x7f|\xc2[\x80-\x9f]")
"""What a control character looks like in a JSON body: a body without it need not be searched further."""
MISSING = object()
"""Stands for a body that is not there."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def load_body(schema: ma.Schema) -> Any:
    """The request's JSON body as ``schema`` loads it; no body at all counts as an empty object. Raises Problem."""
    value = read_json(request)
    try:
        return schema.load({} if value is MISSING else value)
    except ma.ValidationError as mistake:
        raise invalid(flatten(mistake.messages)) from None


def load_query(schema: ma.Schema) -> Any:
    """The query's parameters as ``schema`` loads them: lists may repeat, nothing else may. Raises Problem."""
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        if any(_CONTROL.search(text) for text in (name, *values)):
            raise invalid([{"field": _join("", name), "detail": "Must not contain control characters."}])
        several = isinstance(schema.load_fields.get(name), ma.fields.List)
        if len(values) > 1 and not several:
            raise invalid([{"field": name, "detail": "Must be given only once."}])
        given[name] = values if several else values[0]
    try:
        return schema.load(given)
    except ma.ValidationError as mistake:
        raise invalid(flatten(mistake.messages)) from None


def read_json(req: Request) -> Any:
    """The body decoded, or MISSING when there is none.

    Raises Problem: another media type, malformed JSON, control characters; RequestEntityTooLarge beyond the limit.
    """
    body = read_body(req)
    if not body:
        return MISSING
    media_type = req.mimetype
    if media_type != json.MEDIA_TYPE and not (media_type.startswith("application/") and media_type.endswith("+json")):
        raise Problem(
            "unsupported-media-type", f"The body is {media_type or 'of no declared type'}, not application/json."
        )
    try:
        value = json.decode(body)
    except ValueError as mistake:
        raise Problem("malformed-request", f"The body is not well-formed JSON: {mistake}.") from mistake
    if _SUSPICIOUS_JSON.search(body):
        mistakes = [each for _, each in zip(range(20), _control_characters(value, ""), strict=False)]
        if mistakes:
            raise invalid(mistakes)
    return value


def read_body(req: Request) -> bytes:
    """The whole body. Raises RequestEntityTooLarge beyond the route's limit.

    Of a body sent in pieces werkzeug gives the part below the limit as if it were all.
    """
    body = req.get_data(cache=True)
    limit = req.max_content_length
    if limit is not None and len(body) >= limit and req.content_length is None:
        raise RequestEntityTooLarge
    return body


def invalid(errors: list[FieldError]) -> Problem:
    """The 422 for mistakes of single fields."""
    first = errors[0] if errors else FieldError(field="", detail="Not valid.")
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Problem("invalid-input", f"{first['field'] or 'The body'}: {first['detail']}{more}", errors=errors)


def flatten(messages: Any) -> list[FieldError]:
    """marshmallow's nested messages as a list with paths: ``{"items": {0: {"title": […]}}}`` is ``items.0.title``."""
    return list(_flat(messages, ""))


def _flat(messages: Any, path: str) -> Iterator[FieldError]:
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            yield from _flat(below, path if name == "_schema" else _join(path, name))
    elif isinstance(messages, list | tuple):
        for message in messages:
            yield from _flat(message, path)
    else:
        yield {"field": path, "detail": str(messages)}


def _control_characters(value: Any, path: str) -> Iterator[FieldError]:
    """Recursion is bounded: the decoder has refused deep nesting."""
    if type(value) is str:
        if _CONTROL.search(value):
            yield {"field": path, "detail": "Must not contain control characters."}
    elif type(value) is dict:
        for name, below in value.items():
            if _CONTROL.search(name):
                yield {"field": path, "detail": "Names of fields must not contain control characters."}
            yield from _control_characters(below, _join(path, name))
    elif type(value) is list:
        for place, below in enumerate(value):
            yield from _control_characters(below, _join(path, place))


def _join(path: str, name: Any) -> str:
    shown = _CONTROL.sub("�", str(name))[:100]
    return f"{path}.{shown}" if path else shown
