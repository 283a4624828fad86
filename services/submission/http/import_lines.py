"""One line of an import: JSON that says when, in which department, to which item, and what was done."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from marshmallow import ValidationError

from services.submission.domain.commands import ItemCommand, Submit
from services.submission.domain.imports import Line, fact_of, item_of
from services.submission.http import commands, schemas
from shared.web import json
from shared.web.fields import Choice, Instant, Name, Schema, Text
from shared.web.parsing import flatten, invalid
from shared.web.problems import Problem

LINE_BYTES_MAX = 64 * 1024


class LineSchema(Schema):
    """What all lines have in common."""

    key = Text(
        required=True, metadata={"description": "Of this line, unique in the organisation; makes it repeatable."}
    )
    at = Instant(required=True, metadata={"description": "When it happened, with its zone."})
    department = Name(required=True)
    item = Text(required=True, metadata={"description": "The importer's own name of the item."})


class SubmitLine(schemas.ContentSchema, LineSchema):
    kind = schemas.Label(required=True)
    scheme = schemas.Label(load_default=None, allow_none=True)


class ResubmitLine(schemas.ContentSchema, LineSchema):
    pass


class ReviewLine(LineSchema, schemas.ReviewSchema):
    pass


class AdoptLine(LineSchema, schemas.NewAdoptionSchema):
    pass


class InstructLine(LineSchema, schemas.NewInstructionSchema):
    pass


class RetractLine(LineSchema):
    fact = Text(required=True, metadata={"description": "The key of the line that recorded what is retracted."})
    reason = Text(required=True, length_max=schemas.REASON_LENGTH_MAX)


class WithdrawLine(LineSchema, schemas.WithdrawalSchema):
    pass


Body = Mapping[str, Any]
Make = Callable[[str, Body], Submit | ItemCommand]

_LINES: dict[str, tuple[Schema, Make]] = {
    "submit": (SubmitLine(), lambda org, body: commands.submit(body, str(item_of(org, body["item"])))),
    "resubmit": (ResubmitLine(), lambda _, body: commands.resubmit(body)),
    "review": (ReviewLine(), lambda _, body: commands.review(body)),
    "adopt": (AdoptLine(), lambda org, body: commands.adopt(body, str(fact_of(org, body["key"])))),
    "instruct": (InstructLine(), lambda org, body: commands.instruct(body, str(fact_of(org, body["key"])))),
    "retract": (RetractLine(), lambda org, body: commands.retract(body, str(fact_of(org, body["fact"])))),
    "withdraw": (WithdrawLine(), lambda _, body: commands.withdraw(body)),
}


class _CommandSchema(Schema):
    command = Choice(*_LINES, required=True)


_command_schema = _CommandSchema()


def read_line(organisation: str, text: bytes) -> Line:
    """Raises Problem, naming the fields, for a line that cannot be understood."""
    try:
        body = json.decode(text)
    except ValueError as mistake:
        raise Problem("malformed-request", f"The line is not well-formed JSON: {mistake}.") from mistake
    if not isinstance(body, dict):
        raise Problem("malformed-request", "The line is not a JSON object.")
    digest = hashlib.sha256(msgspec.json.encode(body, order="sorted")).digest()
    try:
        command = _command_schema.load({"command": body.pop("command")} if "command" in body else {})["command"]
        schema, make = _LINES[command]
        said = schema.load(body)
    except ValidationError as mistake:
        raise invalid(flatten(mistake.messages)) from mistake
    item = item_of(organisation, said["item"])
    return Line(said["key"], digest, said["at"], said["department"], item, make(organisation, said))


def key_of(text: bytes) -> str | None:
    """The line's key, if that much can be read: so that the answer can name it."""
    try:
        body = json.decode(text)
    except ValueError:
        return None
    key = body.get("key") if isinstance(body, dict) else None
    return key[:200] if isinstance(key, str) else None
