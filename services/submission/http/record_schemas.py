"""The shapes of requests and answers about persons, calls, adjustments, waivers, closings and backdatings."""

from marshmallow.fields import List, Nested
from marshmallow.validate import Length

from services.submission.http.schemas import REASON_LENGTH_MAX, TAGS_MAX, VALUE_MAX, FactsSchema, Label
from shared.web.fields import (
    Cursor,
    Day,
    DecimalString,
    Instant,
    Limit,
    LongText,
    Name,
    Schema,
    Text,
    Truth,
    WholeNumber,
)

DEPARTMENTS_AT_ONCE_MAX = 500
PERIODS_AT_ONCE_MAX = 60


class RecordsQuery(Schema):
    department = Name(load_default=None)
    limit = Limit()
    cursor = Cursor(str, str)


class PersonsQuery(Schema):
    limit = Limit()
    cursor = Cursor(str, str)


class NewPersonSchema(FactsSchema):
    title = Text(required=True)
    roles = List(
        Label(),
        load_default=[],
        validate=Length(max=TAGS_MAX),
        metadata={"description": "Posts, such as correspondent."},
    )
    from_ = Day(data_key="from", required=True, metadata={"description": "The day from which this holds."})
    until = Day(
        load_default=None,
        allow_none=True,
        metadata={"description": "The last day on which the person belongs to the department."},
    )


class PersonSchema(NewPersonSchema):
    department = Name(required=True)
    person = Name(required=True)


class PersonsSchema(Schema):
    items = List(Nested(PersonSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1_000)


class NewCallSchema(Schema):
    departments = List(
        Name(),
        required=True,
        validate=Length(min=1, max=DEPARTMENTS_AT_ONCE_MAX),
        metadata={"description": "All that are called upon."},
    )
    title = Text(required=True)
    text = LongText(load_default="", blank=True)
    due_at = Instant(required=True, metadata={"description": "By when items are to answer it; itself excluded."})
    scheme = Label(
        load_default=None, allow_none=True, metadata={"description": "Needed when several schemes are in force."}
    )


class CallSchema(NewCallSchema):
    id = Text(required=True)
    issued_at = Instant(required=True)
    cancelled = Truth(required=True)


class CallsSchema(Schema):
    items = List(Nested(CallSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1_000)


class CancellationQuery(Schema):
    reason = LongText(load_default="", blank=True, length_max=REASON_LENGTH_MAX)


class SaidAdjustmentSchema(Schema):
    """What an adjustment says, wherever its department is named."""

    category = Label(required=True, metadata={"description": "What it is for, as the scheme's measures select it."})
    value = DecimalString(required=True, minimum=-VALUE_MAX, maximum=VALUE_MAX)
    adjusted_on = Day(required=True, metadata={"description": "The date that selects its periods."})
    reason = Text(required=True, length_max=REASON_LENGTH_MAX)
    person = Name(load_default=None, allow_none=True, metadata={"description": "Whom it is for, if not the whole."})
    scheme = Label(
        load_default=None, allow_none=True, metadata={"description": "Needed when several schemes are in force."}
    )


class NewAdjustmentSchema(SaidAdjustmentSchema):
    department = Name(required=True)


class AdjustmentSchema(NewAdjustmentSchema):
    id = Text(required=True)
    changed_at = Instant(required=True, metadata={"description": "When it was made, or retracted."})
    retracted = Truth(required=True)


class AdjustmentsSchema(Schema):
    items = List(Nested(AdjustmentSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1_000)


class SaidWaiverSchema(Schema):
    """What a waiver says, wherever its departments and periods are named."""

    quota = Label(required=True)
    person = Name(
        load_default=None, allow_none=True, metadata={"description": "Of a quota that persons owe; null: all."}
    )
    reason = Text(required=True, length_max=REASON_LENGTH_MAX)
    scheme = Label(
        load_default=None, allow_none=True, metadata={"description": "Needed when several schemes have the quota."}
    )


class NewWaiversSchema(SaidWaiverSchema):
    departments = List(Name(), required=True, validate=Length(min=1, max=DEPARTMENTS_AT_ONCE_MAX))
    periods = List(
        Label(),
        required=True,
        validate=Length(min=1, max=PERIODS_AT_ONCE_MAX),
        metadata={"description": "Of the quota's calendar, opened already or not: 2014-W10."},
    )


class WaiverSchema(SaidWaiverSchema):
    department = Name(required=True)
    period = Label(required=True)
    waived_at = Instant(required=True)


class WaiversSchema(Schema):
    items = List(Nested(WaiverSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1_000)


class NewClosingSchema(Schema):
    last_on = Day(required=True, metadata={"description": "The period's last day: today or later."})


class ClosingSchema(NewClosingSchema):
    scheme = Name(required=True)
    calendar = Name(required=True)


class NewBackdatingSchema(Schema):
    from_ = Day(data_key="from", required=True, metadata={"description": "The day from which it is to hold."})
    reason = Text(required=True, length_max=REASON_LENGTH_MAX)


class BackdatingSchema(NewBackdatingSchema):
    scheme = Name(required=True)
    version = WholeNumber(required=True)
