"""The service that these tests ask; also served by gunicorn, which imports ``create_from_environment``."""

import os
import threading
from typing import Any

from flask import Flask, request

from shared.operations.database import Pool, open_pool
from shared.operations.settings import WebSettings
from shared.web import fields
from shared.web.app import create_app
from shared.web.auth import (
    READERS,
    SUBMITTERS,
    confirm_anew,
    current_principal,
    require,
    require_installation,
    require_member,
    require_unconfirmed,
)
from shared.web.blueprint import Blueprint
from shared.web.idempotency import idempotent

gate = threading.Event()
"""Where a request marked ``?wait=1`` waits inside its transaction."""
gate.set()
entered = threading.Event()


class NoteSchema(fields.Schema):
    text = fields.Text(required=True)


def create(pool: Pool) -> Flask:
    notes = Blueprint("notes", "notes", url_prefix="/v1/organisations/<name:organisation>")

    @notes.route("/notes", methods=["POST"])
    @notes.arguments(NoteSchema)
    @notes.response(201)
    def make(note: dict[str, str], organisation: str) -> Any:
        principal = require(SUBMITTERS, organisation)
        with pool.connection() as conn, conn.transaction(), idempotent(conn, principal) as answer:
            if answer.replay is None:
                row = conn.execute("INSERT INTO notes (text) VALUES (%s) RETURNING note", (note["text"],)).fetchall()
                if request.args.get("wait"):
                    entered.set()
                    gate.wait(10)
                if note["text"] == "break":
                    raise RuntimeError("broken")
                document = {"note": row[0][0], "secret": "s3cret"}
                answer.give(201, document, kept={**document, "secret": None})
        return answer.response({"Location": "/notes/1"})

    @notes.route("/quick", methods=["POST"])
    @notes.response(201)
    def quick(organisation: str) -> Any:
        for _ in range(2):
            principal = require_unconfirmed(SUBMITTERS, organisation)
            with pool.connection() as conn:
                wrote = conn.execute(
                    "INSERT INTO notes (text) SELECT 'quick' WHERE directory_token_in_force(%s, %s) RETURNING note",
                    (principal.token, principal.version),
                ).fetchone()
            if wrote is not None:
                return {"note": wrote[0]}, 201
            confirm_anew()
        raise AssertionError("confirmed twice, and still not in force")

    @notes.route("/whole")
    @notes.response(200)
    def whole(organisation: str) -> Any:
        return {"actor": require(READERS, organisation).actor}

    @notes.route("/departments/<name:department>")
    @notes.response(200)
    def one(organisation: str, department: str) -> Any:
        return {"actor": require(READERS, organisation, department).actor}

    @notes.route("/mine")
    @notes.response(200)
    def mine(organisation: str) -> Any:
        return {"department": require_member(READERS, organisation).department}

    notes.add_url_rule("/installation", "installation", lambda organisation: {"token": require_installation().token})
    app = create_app("example", "Example", WebSettings(access_log="off"), pool, [notes], list)
    app.add_url_rule("/", "start", lambda: {"title": current_principal().title})
    return app


def create_from_environment() -> Flask:
    return create(open_pool(os.environ["TONGBAO_DATABASE_URL"], 10, "test"))
