"""The shapes of this API's questions and answers; of answers they are the documentation, held to it by the tests."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import marshmallow as ma
from marshmallow.fields import Dict, List, Nested

from services.scoring.http.parameters import read_as_of
from shared.web.fields import Choice, Cursor, Day, DecimalString, Instant, Limit, Name, Schema, Text, Truth, WholeNumber

ITEM_LENGTH_MAX = 200
PERIOD_LENGTH_MAX = 20

_STATES = ("open", "met", "missed", "met_late", "waived")
_KINDS = ("department", "person", "group", "organisation")


class AsOf(ma.fields.Field[date | datetime]):
    """An instant with its zone, or a day: its end in the scheme's zone."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> date | datetime:
        return read_as_of(str(value))


class Person(Text):
    """A person's name within their department."""


class NoQuery(Schema):
    """A list without parameters."""


class SchemeQuery(Schema):
    scheme = Name(load_default=None, metadata={"description": "Unless given, the first by name that has the calendar."})
    as_of = AsOf(
        load_default=None,
        metadata={
            "type": "string",
            "description": "Answer with what was known then: an instant with its zone, or a day (its end).",
        },
    )


class PeriodQuery(SchemeQuery):
    calendar = Name(load_default=None, metadata={"description": "The first scorecard's unless given."})
    period = Text(
        load_default=None,
        length_max=PERIOD_LENGTH_MAX,
        metadata={"description": "The latest that was opened unless given: `2014-W09`, `2014-03`, `2014-H1`."},
    )


class ScorecardsQuery(PeriodQuery):
    subject = Choice(
        *_KINDS, load_default=None, metadata={"description": "Whose cards: departments' unless `name` says otherwise."}
    )
    name = Name(load_default=None, metadata={"description": "Of a scorecard: it gives the calendar and the subject."})
    group = Text(
        load_default=None, metadata={"description": "Only departments (or persons) of this group; ranks do not change."}
    )
    department = Name(load_default=None, metadata={"description": "Only this department, or its persons."})


class OneCardQuery(PeriodQuery):
    person = Person(load_default=None, metadata={"description": "The card of this one of the department's persons."})


class LedgerQuery(PeriodQuery):
    department = Name(load_default=None)
    person = Person(load_default=None, metadata={"description": "Only what is this person's own."})
    measure = Name(load_default=None)
    item = Text(load_default=None, length_max=ITEM_LENGTH_MAX)
    from_ = Day(data_key="from", load_default=None, metadata={"description": "Dated on or after this day."})
    to = Day(load_default=None, metadata={"description": "Dated on or before this day."})
    limit = Limit()
    cursor = Cursor(str, int, int)


class ObligationsQuery(PeriodQuery):
    department = Name(load_default=None)
    person = Person(load_default=None, metadata={"description": "Only what this person owes."})
    quota = Name(load_default=None)
    state = Choice(*_STATES, load_default=None)
    subject = Choice(*_KINDS, load_default=None, metadata={"description": "Who owes it."})
    limit = Limit()
    cursor = Cursor(str, str, str, str, str, str)


class ObligationSchema(Schema):
    quota = Name(required=True)
    calendar = Name(required=True)
    period = Text(required=True)
    state = Choice(*_STATES, required=True)
    target = DecimalString(required=True)
    actual = DecimalString(required=True)
    due_at = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "null: at the end of a campaign that nobody has closed yet."},
    )
    due_soon_since = Instant(required=True, allow_none=True)
    grace_ends_at = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "Until then it is not missed, though no longer on time."},
    )
    on_time = Truth(
        required=True,
        allow_none=True,
        metadata={
            "description": "Of one that is met: whether before the due instant, or only within the time of grace."
        },
    )
    waived_reason = Text(required=True, allow_none=True, length_max=10_000)


class ListedObligationSchema(ObligationSchema):
    subject = Choice(*_KINDS, required=True, metadata={"description": "Who owes it."})
    department = Name(
        required=True, allow_none=True, metadata={"description": "null: a group or the organisation owes it."}
    )
    person = Text(required=True, allow_none=True)
    group = Text(required=True, allow_none=True, metadata={"description": "The group that owes it."})
    departments = List(Name(), required=True, metadata={"description": "All that take part in it."})
    waiting_for = List(
        Name(),
        required=True,
        metadata={
            "description": "Departments without which what is owed together cannot be judged, though it has fallen due "
            "for others: they lag behind, are parked, or have a past that is still being imported."
        },
    )
    scheme = Name(required=True)
    scheme_version = WholeNumber(required=True)
    measure = Name(required=True)
    period_first = Day(required=True)
    period_last = Day(
        required=True, allow_none=True, metadata={"description": "null: of a campaign that nobody has closed yet."}
    )
    shortfall = DecimalString(required=True)
    decided_at = Instant(required=True, allow_none=True)


class RankSchema(Schema):
    place = WholeNumber(
        required=True, metadata={"description": "Ties share a place: 1, 2, 2, 4 (1, 2, 2, 3 where the scheme says so)."}
    )
    of = WholeNumber(required=True)
    within = Text(required=True, allow_none=True, metadata={"description": "The group or class that is compared."})
    awarded = Truth(required=True)


class ValueSchema(Schema):
    value = DecimalString(required=True)


class CardSchema(Schema):
    department = Name(required=True, allow_none=True, metadata={"description": "None of groups and the organisation."})
    person = Text(required=True, allow_none=True)
    title = Text(required=True, blank=True, metadata={"description": "Empty of the whole organisation."})
    group = Text(required=True, allow_none=True)
    tags = List(Text(), required=True)
    roles = List(Text(), required=True, metadata={"description": "Of a person."})
    scheme_version = WholeNumber(required=True)
    state = Choice("open", "closed", "final", "restated", required=True)
    provisional = Truth(required=True)
    partial_ = Truth(
        data_key="partial",
        required=True,
        metadata={"description": "The department or its scheme began after the period did."},
    )
    opened_at = Instant(required=True)
    closed_at = Instant(required=True, allow_none=True)
    final_at = Instant(required=True, allow_none=True)
    restated_at = Instant(required=True, allow_none=True)
    lines = Dict(keys=Name(), values=Nested(ValueSchema), required=True)
    rank = Nested(RankSchema, required=True, allow_none=True)
    disqualified = Truth(required=True)
    obligations = List(Nested(ObligationSchema), required=True)


class PeriodSchema(Schema):
    period = Text(required=True)
    first = Day(required=True)
    last = Day(required=True, allow_none=True, metadata={"description": "None while nobody has closed it."})


class LineSchema(Schema):
    line = Name(required=True)
    title = Text(required=True)
    cite = Text(required=True, blank=True)


class RankedSchema(Schema):
    by = Name(required=True)
    within = Choice("group", "class", "all", required=True)


class ScorecardSchema(Schema):
    name = Name(required=True, allow_none=True, metadata={"description": "None where a calendar has quotas alone."})
    subject = Choice(*_KINDS, required=True)
    lines = List(Nested(LineSchema), required=True)
    rank = Nested(RankedSchema, required=True, allow_none=True)


class HeadingSchema(Schema):
    organisation = Name(required=True)
    scheme = Name(required=True)
    scheme_version = WholeNumber(required=True)
    calendar = Name(required=True)
    period = Nested(PeriodSchema, required=True)
    as_of = Instant(required=True, allow_none=True)
    scorecard = Nested(ScorecardSchema, required=True)


class ScorecardsSchema(HeadingSchema):
    scorecards = List(Nested(CardSchema), required=True)


class OneCardSchema(HeadingSchema, CardSchema):
    pass


class LedgerEntrySchema(Schema):
    department = Name(required=True)
    person = Text(required=True, allow_none=True)
    stream_version = WholeNumber(required=True)
    entry = WholeNumber(required=True)
    scheme = Name(required=True)
    scheme_version = WholeNumber(required=True)
    measure = Name(required=True)
    item = Text(required=True)
    item_title = Text(required=True)
    fact = Text(required=True)
    amount = DecimalString(required=True)
    dated = Day(required=True, metadata={"description": "The day that selects the periods it counts in."})
    cause = Text(required=True, metadata={"description": "The type of the event that brought it about."})
    recorded_at = Instant(required=True)


class LedgerPageSchema(Schema):
    items = List(Nested(LedgerEntrySchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1000)


class ObligationsPageSchema(Schema):
    items = List(Nested(ListedObligationSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1000)


class PartOfValueSchema(Schema):
    """A figure that a value is made of: in another period, or of another subject."""

    subject = Choice(*_KINDS, required=True)
    name = Text(required=True, blank=True)
    department = Name(required=True, allow_none=True)
    calendar = Name(required=True)
    period = Text(required=True)
    value = DecimalString(required=True)


class QuotaFigureSchema(Schema):
    quota = Name(required=True)
    subject = Choice(*_KINDS, required=True)
    name = Text(required=True, blank=True)
    department = Name(required=True, allow_none=True)
    calendar = Name(required=True)
    period = Text(required=True)
    state = Choice(*_STATES, required=True)
    target = DecimalString(required=True)
    actual = DecimalString(required=True)
    on_time = Truth(required=True, allow_none=True)


class UsedValueSchema(Schema):
    reference = Text(required=True, metadata={"description": "As formulas write it: `total`, `over(month, total)`."})
    function = Name(required=True, allow_none=True)
    name = Name(required=True)
    value = DecimalString(required=True)
    parts = List(Nested(PartOfValueSchema), required=True)
    obligations = List(Nested(QuotaFigureSchema), required=True)


class ExplainedLineSchema(LineSchema):
    value = DecimalString(required=True)
    formula = Text(required=True, length_max=10_000)
    with_values = Text(required=True, length_max=10_000)
    uses = List(Nested(UsedValueSchema), required=True)


class MeasureLinksSchema(Schema):
    ledger = Text(required=True, length_max=2000)
    next = Text(required=True, allow_none=True, length_max=2000)


class ExplainedMeasureSchema(Schema):
    measure = Name(required=True)
    title = Text(required=True)
    cite = Text(required=True, blank=True)
    unit = Text(required=True)
    amount = DecimalString(required=True)
    entries = List(Nested(LedgerEntrySchema), required=True)
    entries_total = WholeNumber(required=True)
    links = Nested(MeasureLinksSchema, required=True)


class UsesSchema(Schema):
    lines = List(Nested(ExplainedLineSchema), required=True)
    measures = List(Nested(ExplainedMeasureSchema), required=True)


class PageLinkSchema(Schema):
    page = Text(required=True, length_max=2000)


class ExplanationSchema(HeadingSchema):
    department = Name(required=True)
    person = Text(required=True, allow_none=True)
    title = Text(required=True)
    state = Choice("open", "closed", "final", "restated", required=True)
    line = Nested(ExplainedLineSchema, required=True)
    uses = Nested(UsesSchema, required=True)
    links = Nested(PageLinkSchema, required=True)


class ParkedSchema(Schema):
    department = Name(required=True)
    title = Text(required=True)
    version = WholeNumber(required=True, metadata={"description": "The stream's version that is expected next."})
    kind = Choice("gap", "fork", "undecodable", "broken", required=True)
    reason = Text(required=True, length_max=10_000)
    parked_at = Instant(required=True)
    resume_requested_at = Instant(required=True, allow_none=True)


class ParkedPageSchema(Schema):
    items = List(Nested(ParkedSchema), required=True)
    next_cursor = Text(required=True, allow_none=True)
