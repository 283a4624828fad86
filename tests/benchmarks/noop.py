"""The bare loop of the HTTP comparisons: a Flask route that does nothing, and one that only validates."""

from flask import Flask, request

from services.submission.http.schemas import BatchSchema


def create_app() -> Flask:
    app = Flask("noop")
    batch = BatchSchema()

    @app.post("/nothing")
    def nothing() -> tuple[dict[str, str], int]:
        return {}, 201

    @app.post("/validated")
    def validated() -> tuple[dict[str, int], int]:
        return {"items": len(batch.load(request.get_json())["items"])}, 200

    return app
