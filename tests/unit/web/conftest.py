"""A small service to ask: one route that takes everything a body may hold, one that fails, one that lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import marshmallow as ma
import psycopg
import pytest
from flask import Flask, redirect
from flask.testing import FlaskClient

from shared.operations.settings import WebSettings
from shared.web import etag, fields
from shared.web.app import create_app
from shared.web.blueprint import Blueprint
from shared.web.problems import Problem


class NoDatabase:
    """A pool whose database is away."""

    @contextmanager
    def connection(self, timeout: float | None = None) -> Iterator[Any]:
        raise psycopg.OperationalError("nobody there")
        yield


class AuthorSchema(fields.Schema):
    name = fields.Text(required=True)


class ThingSchema(fields.Schema):
    title = fields.Text(required=True)
    summary = fields.LongText(blank=True)
    kind = fields.Name()
    happened_on = fields.Day()
    at = fields.Instant()
    points = fields.DecimalString(minimum=0)
    count = fields.WholeNumber(minimum=0, maximum=1000)
    urgent = fields.Truth()
    form = fields.Choice("whole", "edited")
    authors = ma.fields.List(ma.fields.Nested(AuthorSchema), validate=ma.validate.Length(max=3))
    attributes = ma.fields.Dict(keys=fields.Name())


class ListSchema(fields.Schema):
    limit = fields.Limit()
    cursor = fields.Cursor(str, int)
    tag = ma.fields.List(fields.Name())


def _blueprint() -> Blueprint:
    things = Blueprint("things", "things", url_prefix="/v1/organisations/<name:organisation>", description="Things.")

    @things.route("/things", methods=["POST"])
    @things.arguments(ThingSchema)
    @things.response(201, ThingSchema)
    def make(thing: dict[str, Any], organisation: str) -> Any:
        """Make a thing."""
        return thing, 201, {"Location": f"/v1/organisations/{organisation}/things/1"}

    @things.route("/things")
    @things.arguments(ListSchema, location="query")
    @things.response(200)
    def list_things(query: dict[str, Any], organisation: str) -> Any:
        """List things."""
        return {"organisation": organisation, **query}

    @things.route("/things:batch", methods=["POST"])
    @things.limit_body(4 * 1024 * 1024)
    @things.arguments(ThingSchema(many=True))
    @things.response(200)
    def batch(many: list[Any], organisation: str) -> Any:
        """Make many things."""
        return {"count": len(many)}

    @things.route("/things/<uuid:thing>", methods=["PUT"])
    @things.response(204)
    def edit(organisation: str, thing: Any) -> Any:
        """Edit a thing."""
        etag.check_match(7, required=True)
        return None, 204, {"ETag": etag.of_version(8)}

    @things.route("/bug")
    @things.response(200)
    def bug(organisation: str) -> Any:
        """Fail."""
        raise RuntimeError("the secret is 42")

    @things.route("/misfit")
    @things.response(200, AuthorSchema)
    def misfit(organisation: str) -> Any:
        """Answer something else than declared."""
        return {"surname": "x"}

    @things.route("/gone")
    @things.response(200)
    def gone(organisation: str) -> Any:
        """Refuse."""
        raise Problem("gone", "It was here.")

    things.add_url_rule("/elsewhere", "elsewhere", lambda organisation: redirect("/livez"))
    return things


@pytest.fixture
def app() -> Flask:
    made = create_app("example", "Example", WebSettings(access_log="off"), NoDatabase(), [_blueprint()], list)  # type: ignore[arg-type]
    made.testing = True
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
