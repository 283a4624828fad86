"""One line of an import: JSON that says when, in which department, and what was done, to which item if to one."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from marshmallow import ValidationError

from services.submission.domain.imports import Line, LineCommand, call_of, fact_of, item_of
from services.submission.domain.record_commands import CancelCall, RetractAdjustment
from services.submission.domain.rulebooks import Closing
from services.submission.http import commands, record_schemas, schemas
from services.submission.http.schemas import Label
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


class DepartmentLine(LineSchema):
    department = Name(required=True)


class ItemLine(DepartmentLine):
    item = Text(required=True, metadata={"description": "The importer's own name of the item."})


class SubmitLine(schemas.NewItemSchema, ItemLine):
    answers = Text(load_default=None, allow_none=True, metadata={"description": "The importer's name of the call."})


class ResubmitLine(schemas.ContentSchema, ItemLine):
    pass


class CorrectLine(schemas.CorrectionSchema, ItemLine):
    pass


class ReviewLine(ItemLine, schemas.ReviewSchema):
    pass


class AdoptLine(ItemLine, schemas.NewAdoptionSchema):
    pass


class InstructLine(ItemLine, schemas.NewInstructionSchema):
    pass


class MeasureLine(ItemLine, schemas.NewMeasurementSchema):
    pass


class RetractLine(ItemLine):
    fact = Text(required=True, metadata={"description": "The key of the line that recorded what is retracted."})
    reason = Text(required=True, length_max=schemas.REASON_LENGTH_MAX)


class WithdrawLine(ItemLine, schemas.WithdrawalSchema):
    pass


class PersonLine(DepartmentLine, record_schemas.NewPersonSchema):
    person = Name(required=True)


class CallLine(LineSchema, record_schemas.NewCallSchema):
    call = Text(required=True, metadata={"description": "The importer's own name of the call."})


class CancelCallLine(LineSchema, record_schemas.CancellationQuery):
    call = Text(required=True)


class AdjustLine(DepartmentLine, record_schemas.SaidAdjustmentSchema):
    pass


class RetractAdjustmentLine(DepartmentLine):
    adjustment = Text(required=True, metadata={"description": "The key of the line that made what is retracted."})
    reason = Text(required=True, length_max=schemas.REASON_LENGTH_MAX)


class WaiveLine(DepartmentLine, record_schemas.SaidWaiverSchema):
    period = Label(required=True)


class CloseLine(LineSchema, record_schemas.NewClosingSchema):
    scheme = Name(required=True)
    calendar = Name(required=True)


class ChangeLine(DepartmentLine, schemas.ChangeSchema):
    pass


class LeaveLine(DepartmentLine, schemas.LeavingSchema):
    pass


Body = Mapping[str, Any]
Make = Callable[[str, Body], LineCommand]


def _submit(organisation: str, body: Body) -> LineCommand:
    answers = None if body["answers"] is None else str(call_of(organisation, body["answers"]))
    return commands.submit(body, str(item_of(organisation, body["item"])), answers)


_LINES: dict[str, tuple[Schema, Make]] = {
    "submit": (SubmitLine(), _submit),
    "resubmit": (ResubmitLine(), lambda _, body: commands.resubmit(body)),
    "correct": (CorrectLine(), lambda _, body: commands.correct(body)),
    "review": (ReviewLine(), lambda _, body: commands.review(body)),
    "adopt": (AdoptLine(), lambda org, body: commands.adopt(body, str(fact_of(org, body["key"])))),
    "instruct": (InstructLine(), lambda org, body: commands.instruct(body, str(fact_of(org, body["key"])))),
    "measure": (MeasureLine(), lambda org, body: commands.measure(body, str(fact_of(org, body["key"])))),
    "retract": (RetractLine(), lambda org, body: commands.retract(body, str(fact_of(org, body["fact"])))),
    "withdraw": (WithdrawLine(), lambda _, body: commands.withdraw(body)),
    "person": (PersonLine(), lambda _, body: commands.describe_person(body, body["person"])),
    "call": (CallLine(), lambda org, body: commands.issue_call(body, str(call_of(org, body["call"])))),
    "cancel_call": (
        CancelCallLine(),
        lambda org, body: CancelCall(str(call_of(org, body["call"])), body["reason"]),
    ),
    "adjust": (AdjustLine(), lambda org, body: commands.adjust(body, str(fact_of(org, body["key"])))),
    "retract_adjustment": (
        RetractAdjustmentLine(),
        lambda org, body: RetractAdjustment(str(fact_of(org, body["adjustment"])), body["reason"]),
    ),
    "waive": (WaiveLine(), lambda _, body: commands.waive(body, body["period"])),
    "close": (CloseLine(), lambda _, body: Closing(body["scheme"], body["calendar"], body["last_on"])),
    "change": (ChangeLine(), lambda _, body: commands.change(body)),
    "leave": (LeaveLine(), lambda _, body: commands.leave(body)),
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
    item = item_of(organisation, said["item"]) if "item" in said else None
    return Line(said["key"], digest, said["at"], _departments(said), make(organisation, said), item)


def _departments(said: Body) -> tuple[str, ...]:
    """Those that the line names, in its order."""
    own = (said["department"],) if "department" in said else ()
    return (*own, *said.get("departments", ()))


def key_of(text: bytes) -> str | None:
    """The line's key, if that much can be read: so that the answer can name it."""
    try:
        body = json.decode(text)
    except ValueError:
        return None
    key = body.get("key") if isinstance(body, dict) else None
    return key[:200] if isinstance(key, str) else None
