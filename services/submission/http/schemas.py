"""The shapes of this API's requests and answers; of answers they are the documentation, held to it by the tests."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
from marshmallow.fields import Dict, List, Nested, Raw
from marshmallow.validate import Length

from services.submission.application.submit_batch import BATCH_ITEMS_MAX
from services.submission.http.quick import QuickSchema
from shared.web.fields import (
    ByName,
    Choice,
    Cursor,
    Day,
    DecimalString,
    Instant,
    Limit,
    LongText,
    Name,
    ProblemSchema,
    Schema,
    Text,
    Truth,
    WholeNumber,
)

CONTRIBUTORS_MAX = 50
DEPARTMENTS_MAX = 20
"""Of a joint item, beside the submitting one."""
ATTRIBUTES_MAX = 100
TAGS_MAX = 50
FACTS_MAX = 100
LABEL_LENGTH_MAX = 63
REASON_LENGTH_MAX = 2_000
KEY_LENGTH_MAX = 200
WORDS_MAX = 10_000_000
VALUE_MAX = 10**15

STATES = ("submitted", "accepted", "returned", "rejected", "withdrawn")
DECISIONS = ("accepted", "returned", "rejected")
FORMS = ("whole", "edited", "digest", "reprint")
ROLES = ("administrator", "operator", "reviewer", "submitter", "reader")


class Label(Text):
    """A short word of people's own: a tier, a role, a level, a tag."""

    LENGTH_MAX = LABEL_LENGTH_MAX


class TimeZone(ma.fields.Field[str]):
    """A name of the IANA time zone database."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if type(value) is not str or not 0 < len(value) <= LABEL_LENGTH_MAX or not value.isascii():
            raise ma.ValidationError("Must be a time zone such as Asia/Shanghai.")
        try:
            return ZoneInfo(value).key
        except (KeyError, ValueError, OSError):
            raise ma.ValidationError("Is no time zone; one is named like Asia/Shanghai.") from None


class Each(List[Any]):
    """A list whose members are checked later, each on its own, so that a bad one does not refuse the others."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> list[Any]:
        if type(value) is not list:
            raise ma.ValidationError("Must be a list.")
        return value


class ContributorSchema(QuickSchema):
    name = Text(
        load_default="",
        blank=True,
        length_max=100,
        metadata={"description": "May be left out of one who is a person: it is then the person's title."},
    )
    role = Label(load_default="author")
    person = Name(load_default=None, allow_none=True)
    department = Name(
        load_default=None,
        allow_none=True,
        metadata={"description": "The person's, where it is not the submitting one; one that contributed."},
    )


class ContentSchema(QuickSchema):
    title = Text(required=True)
    summary = LongText(load_default="", blank=True)
    contributors = List(Nested(ContributorSchema), load_default=[], validate=Length(max=CONTRIBUTORS_MAX))
    attributes = Dict(
        keys=ma.fields.String(),
        values=Raw(allow_none=True),
        load_default={},
        validate=Length(max=ATTRIBUTES_MAX),
        metadata={"description": "By the attribute's name; the scheme's kind says which there are and what they take."},
    )
    happened_on = Day(load_default=None, allow_none=True)


class NewItemSchema(ContentSchema):
    department = Name(required=True)
    kind = Label(required=True)
    scheme = Label(
        load_default=None,
        allow_none=True,
        metadata={"description": "Needed when several schemes in force have the kind."},
    )
    departments = List(
        Name(),
        load_default=[],
        validate=Length(max=DEPARTMENTS_MAX),
        metadata={"description": "Of a joint item: those that contributed beside `department`."},
    )
    answers = Text(load_default=None, allow_none=True, metadata={"description": "The id of the call that it answers."})


class BatchSchema(Schema):
    items = Each(Nested(NewItemSchema), required=True, validate=Length(min=1, max=BATCH_ITEMS_MAX))


class CorrectionSchema(ContentSchema):
    reason = Text(required=True, length_max=REASON_LENGTH_MAX)


class ReviewSchema(Schema):
    decision = Choice(*DECISIONS, required=True)
    stage = Label(load_default=None, allow_none=True, metadata={"description": "The one awaited unless given."})
    reason = LongText(load_default="", blank=True, length_max=REASON_LENGTH_MAX)


class NewAdoptionSchema(Schema):
    outlet = Name(required=True)
    form = Choice(*FORMS, required=True)
    published_on = Day(required=True)
    placement = Label(load_default=None, allow_none=True)
    words = WholeNumber(load_default=None, allow_none=True, minimum=0, maximum=WORDS_MAX)


class NewInstructionSchema(Schema):
    level = Label(required=True)
    instructed_on = Day(required=True)
    text = LongText(load_default="", blank=True)


class NewMeasurementSchema(Schema):
    metric = Label(required=True, metadata={"description": "What was read off, such as clicks."})
    value = DecimalString(required=True, minimum=-VALUE_MAX, maximum=VALUE_MAX)
    measured_on = Day(required=True)


class WithdrawalSchema(Schema):
    reason = LongText(load_default="", blank=True, length_max=REASON_LENGTH_MAX)


class RetractionQuery(Schema):
    reason = Text(required=True, length_max=REASON_LENGTH_MAX)


class ItemsQuery(Schema):
    department = Name(load_default=None)
    kind = Label(load_default=None)
    state = Choice(*STATES, load_default=None)
    scheme = Label(load_default=None)
    submitted_from = Instant(load_default=None, metadata={"description": "Submitted at this instant or later."})
    submitted_to = Instant(load_default=None, metadata={"description": "Submitted before this instant."})
    limit = Limit()
    cursor = Cursor(str, str)


class StageReviewSchema(Schema):
    stage = Label(required=True)
    decision = Choice(*DECISIONS, required=True)
    final = Truth(required=True)
    reason = LongText(required=True, blank=True)


class AdoptionSchema(NewAdoptionSchema):
    id = Text(required=True)
    outlet_title = Text(required=True)
    tier = Label(required=True)
    medium = Label(required=True)


class InstructionSchema(NewInstructionSchema):
    id = Text(required=True)


class MeasurementSchema(NewMeasurementSchema):
    id = Text(required=True)


class ItemSchema(NewItemSchema):
    id = Text(required=True)
    scheme = Label(required=True)
    scheme_version = WholeNumber(required=True)
    state = Choice(*STATES, required=True)
    awaits = Label(
        required=True, allow_none=True, metadata={"description": "The stage of review that the item waits for."}
    )
    submitted_by = Text(required=True, allow_none=True)
    submitted_at = Instant(required=True)
    changed_at = Instant(required=True)
    version = WholeNumber(
        required=True, metadata={"description": "Of the item's last event in its department's stream."}
    )
    reviews = List(Nested(StageReviewSchema), required=True)
    adoptions = List(Nested(AdoptionSchema), required=True)
    instructions = List(Nested(InstructionSchema), required=True)
    measurements = List(Nested(MeasurementSchema), required=True)
    withdrawal_reason = LongText(required=True, blank=True)


class ItemPageSchema(Schema):
    items = List(Nested(ItemSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1_000)


class BatchResultSchema(Schema):
    index = WholeNumber(required=True)
    status = WholeNumber(required=True, metadata={"description": "201, or that of the problem."})
    item = Nested(ItemSchema)
    problem = Nested(ProblemSchema)


class BatchResultsSchema(Schema):
    accepted = WholeNumber(required=True)
    refused = WholeNumber(required=True)
    results = List(Nested(BatchResultSchema), required=True)


class ItemEventSchema(Schema):
    id = Text(required=True)
    type = Text(required=True)
    version = WholeNumber(required=True)
    time = Instant(required=True)
    actor = Text(required=True)
    correlation_id = Text(required=True)
    data = Dict(required=True)


class ItemEventsSchema(Schema):
    items = List(Nested(ItemEventSchema), required=True)
    next_cursor = Text(required=True, allow_none=True)


class NewOrganisationSchema(Schema):
    title = Text(required=True)
    time_zone = TimeZone(required=True, metadata={"type": "string"})


class OrganisationSchema(NewOrganisationSchema):
    organisation = Name(required=True)


class FactsSchema(Schema):
    facts = ByName(
        keys=Name(),
        values=DecimalString(minimum=-VALUE_MAX, maximum=VALUE_MAX),
        load_default={},
        validate=Length(max=FACTS_MAX),
        metadata={"description": "Numbers that rules may use: staff, students …"},
    )


class ChangeSchema(FactsSchema):
    title = Text(required=True)
    group = Label(load_default=None, allow_none=True)
    tags = List(Label(), load_default=[], validate=Length(max=TAGS_MAX))
    from_ = Day(
        data_key="from", required=True, metadata={"description": "The day from which this holds; at first: its first."}
    )


class NewDepartmentSchema(ChangeSchema):
    live = Truth(load_default=True, metadata={"description": "False while the department's past is being imported."})


class DepartmentSchema(NewDepartmentSchema):
    organisation = Name(required=True)
    department = Name(required=True)
    last_on = Day(required=True, allow_none=True, metadata={"description": "Of one that is no more: its last day."})


class LeavingSchema(Schema):
    last_on = Day(required=True, metadata={"description": "The department's last day."})
    into = List(
        Name(),
        load_default=[],
        validate=Length(max=DEPARTMENTS_MAX),
        metadata={"description": "The departments that go on with its work."},
    )
    reason = LongText(load_default="", blank=True, length_max=REASON_LENGTH_MAX)


class NewStandingSchema(Schema):
    title = Text(required=True)
    tier = Label(required=True)
    medium = Label(required=True)
    from_ = Day(data_key="from", required=True, metadata={"description": "The day from which this holds."})


class OutletSchema(Schema):
    organisation = Name(required=True)
    outlet = Name(required=True)
    standings = List(Nested(NewStandingSchema), required=True)


class PublishedSchemeSchema(Schema):
    organisation = Name(required=True)
    scheme = Text(required=True)
    version = WholeNumber(required=True)
    title = Text(required=True)
    effective_from = Day(required=True)
    digest = Text(required=True, metadata={"description": "SHA-256 of the text, in hexadecimal."})


class NewTokenSchema(Schema):
    title = Text(required=True)
    role = Choice(*ROLES, required=True)
    department = Name(load_default=None, allow_none=True, metadata={"description": "The only one it is for."})
    expires_at = Instant(load_default=None, allow_none=True)


class TokenSchema(NewTokenSchema):
    id = Text(required=True)
    organisation = Name(required=True)
    revoked_at = Instant(required=True, allow_none=True)


class IssuedTokenSchema(TokenSchema):
    secret = Text(required=True, allow_none=True, metadata={"description": "Shown this once; null in a replay."})


class TokensQuery(Schema):
    limit = Limit()
    cursor = Cursor(str)


class ListQuery(Schema):
    """A list without parameters."""


class DepartmentsSchema(Schema):
    items = List(Nested(DepartmentSchema), required=True)
    next_cursor = Text(required=True, allow_none=True)


class SchemesSchema(Schema):
    items = List(Nested(PublishedSchemeSchema), required=True)
    next_cursor = Text(required=True, allow_none=True)


class TokensSchema(Schema):
    items = List(Nested(TokenSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1_000)
