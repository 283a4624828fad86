"""The shapes of the reports' questions and answers."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow.fields import Dict, List, Nested

from services.scoring.application.reading.distribution import YEAR_MAX, YEAR_MIN
from services.scoring.http.schemas import AsOf, PeriodQuery, PeriodSchema, SchemeQuery
from shared.web.fields import Choice, Cursor, Day, DecimalString, Instant, Limit, Name, Schema, Text, WholeNumber


class Year(ma.fields.Field[int]):
    """A year as a query's parameter."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) == 4 and YEAR_MIN <= int(text) <= YEAR_MAX):
            raise ma.ValidationError(f"Must be a year from {YEAR_MIN} to {YEAR_MAX}.")
        return int(text)


_SINCE = "What was recorded later than this: an instant with its zone, or a day (its end)."


class ChangesQuery(PeriodQuery):
    since = AsOf(required=True, metadata={"type": "string", "description": _SINCE})
    limit = Limit()
    cursor = Cursor(int, str, int, str)


class RatesQuery(PeriodQuery):
    group = Text(load_default=None, metadata={"description": "Only this group."})


class DistributionQuery(SchemeQuery):
    calendar = Name(
        load_default=None, metadata={"description": "Whose latest period says the year unless it is given."}
    )
    year = Year(load_default=None, metadata={"type": "integer", "minimum": YEAR_MIN, "maximum": YEAR_MAX})
    department = Name(load_default=None)
    measure = Name(load_default=None, metadata={"description": "What the first quota wants unless given."})


class ChangeSchema(Schema):
    kind = Choice("entry", "decision", "waiver", "backdating", "description", "person", required=True)
    recorded_at = Instant(required=True)
    stream_version = WholeNumber(required=True)
    cause = Text(required=True, metadata={"description": "The type of the event that brought it about."})
    reason = Text(required=True, allow_none=True, length_max=10_000)
    changed = Dict(
        keys=Text(),
        values=ma.fields.Raw(allow_none=True),
        required=True,
        metadata={
            "description": "Of an entry: measure, item, item_title, amount, dated, person. Of a decision: quota,"
            " period, person, outcome, outcome_before, target, actual. Of a waiver: quota, period, person. Of a"
            " backdating: scheme_version, from, and from_before, since when that version had held. Of a"
            " description: title and group, also before, tags, facts, from. Of a person: the whole description."
        },
    )


class ChangesPageSchema(Schema):
    department = Name(required=True)
    since = Instant(required=True)
    as_of = Instant(required=True, allow_none=True)
    items = List(Nested(ChangeSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1000)


class RateSchema(Schema):
    expected = DecimalString(required=True, metadata={"description": "The sum of the targets, waived ones left out."})
    submitted = DecimalString(required=True, metadata={"description": "What came, of each no more than its target."})
    on_time = DecimalString(required=True, metadata={"description": "Of that, what was there when it fell due."})
    rate = DecimalString(required=True, allow_none=True, metadata={"description": "None where nothing was owed."})
    on_time_rate = DecimalString(required=True, allow_none=True)
    items = WholeNumber(
        required=True, metadata={"description": "Items of the period that were submitted (or accepted)."}
    )
    adopted = WholeNumber(required=True, metadata={"description": "Of these, how many were adopted at least once."})
    adoption_rate = DecimalString(required=True, allow_none=True)


class GroupsRateSchema(RateSchema):
    group = Text(required=True, allow_none=True)


class QuotasRateSchema(RateSchema):
    quota = Name(required=True)
    title = Text(required=True)
    cite = Text(required=True, blank=True)
    groups = List(Nested(GroupsRateSchema), required=True)


class ReportHeadingSchema(Schema):
    organisation = Name(required=True)
    scheme = Name(required=True)
    scheme_version = WholeNumber(required=True)
    as_of = Instant(required=True, allow_none=True)


class RatesSchema(ReportHeadingSchema):
    calendar = Name(required=True)
    period = Nested(PeriodSchema, required=True)
    overall = Nested(RateSchema, required=True)
    groups = List(Nested(GroupsRateSchema), required=True)
    quotas = List(Nested(QuotasRateSchema), required=True)


class MonthSchema(Schema):
    month = Text(required=True)
    first = Day(required=True)
    amount = DecimalString(required=True)
    share = DecimalString(required=True, allow_none=True, metadata={"description": "Of the year's total."})
    deviation = DecimalString(required=True, allow_none=True, metadata={"description": "From the even share."})


class DepartmentsYearSchema(Schema):
    department = Name(required=True)
    title = Text(required=True)
    group = Text(required=True, allow_none=True)
    months = List(Nested(MonthSchema), required=True)


class DistributionSchema(ReportHeadingSchema):
    year = WholeNumber(required=True)
    measure = Name(required=True)
    unit = Text(required=True)
    even_share = DecimalString(required=True, metadata={"description": "A twelfth, of every month."})
    months = List(Nested(MonthSchema), required=True, metadata={"description": "Of all departments together."})
    departments = List(Nested(DepartmentsYearSchema), required=True)
