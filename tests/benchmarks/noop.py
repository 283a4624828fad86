"""The bare loop of the HTTP comparisons: a Flask route that does nothing, and one that only validates."""

from flask import Flask, request

from services.submission.http.schemas import NewItemSchema
from shared.web.fields import Schema


def create_app() -> Flask:
    app = Flask("noop")
    item = NewItemSchema()

    @app.post("/nothing")
    def nothing() -> tuple[dict[str, str], int]:
        return {}, 201

    @app.post("/validated")
    def validated() -> tuple[dict[str, int], int]:
        loaded = [Schema.load(item, each) for each in request.get_json()["items"]]  # marshmallow's own way
        return {"items": len(loaded)}, 200

    return app
