"""The shapes of the bulletins' questions and answers; of answers they are the documentation, and tests hold to it."""

from marshmallow.fields import UUID, Dict, Integer, List, Nested, String

from services.scoring.domain.bulletins import TEXT_LENGTH_MAX
from services.scoring.http.schemas import PERIOD_LENGTH_MAX
from shared.web.fields import (
    Choice,
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

_KINDS = ("department", "person", "group", "organisation")
_STATES = ("open", "met", "missed", "met_late", "waived", "part")
_FIGURES = ("line", "rank", "awarded", "disqualified", "outcome", "actual")
_LONG = 10_000


class OrderSchema(Schema):
    """What is to be issued."""

    scheme = Name(load_default=None, metadata={"description": "Unless given, the first by name with such a bulletin."})
    bulletin = Name(required=True, metadata={"description": "Its name in the scheme."})
    period = Text(
        required=True, length_max=PERIOD_LENGTH_MAX, metadata={"description": "Of the bulletin's calendar: `2014-03`."}
    )
    text = LongText(
        load_default=None,
        length_max=TEXT_LENGTH_MAX,
        metadata={"description": "Instead of the scheme's; {period}, {title} and {number} are filled in."},
    )


class IssuesQuery(Schema):
    scheme = Name(load_default=None)
    bulletin = Name(load_default=None)
    calendar = Name(load_default=None)
    period = Text(load_default=None, length_max=PERIOD_LENGTH_MAX)
    limit = Limit()
    cursor = Cursor(str, str)


class IssueQuery(Schema):
    table = Name(
        load_default=None,
        metadata={
            "description": "Of CSV alone, which table: `department`, `person`, `group`, `organisation`, `quotas`, "
            "`rates` or `errata`; the first of the issue unless given."
        },
    )
    lang = Choice("zh", "en", load_default=None)


class NoIssueQuery(Schema):
    """Nothing can be asked for."""


class LinksSchema(Schema):
    json = Text(required=True, length_max=2000)
    html = Text(required=True, length_max=2000)
    csv = Text(required=True, length_max=2000)
    xlsx = Text(required=True, length_max=2000)
    errata = Text(required=True, length_max=2000)
    page = Text(required=True, length_max=2000)


class IssuedSchema(Schema):
    """One issue, as lists show it."""

    issue = UUID(required=True)
    organisation = Name(required=True)
    scheme = Name(required=True)
    bulletin = Name(required=True)
    number = WholeNumber(required=True, metadata={"description": "1, 2, 3 … within its bulletin."})
    title = Text(required=True, length_max=_LONG)
    calendar = Name(required=True)
    period = Text(required=True)
    issued_at = Instant(required=True)
    automatic = Truth(required=True, metadata={"description": "Issued by itself, and not by an operator's order."})
    digest = Text(required=True, metadata={"description": "SHA-256 of the document's bytes, in hexadecimal."})
    links = Nested(LinksSchema, required=True)


class IssuesPageSchema(Schema):
    items = List(Nested(IssuedSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1000)


class ToldLineSchema(Schema):
    line = Name(required=True)
    title = Text(required=True)
    cite = Text(required=True, blank=True, length_max=_LONG)
    unit = Text(required=True, blank=True)


class ToldCardSchema(Schema):
    department = Name(required=True, allow_none=True)
    person = Text(required=True, allow_none=True)
    title = Text(required=True)
    group = Text(required=True, allow_none=True)
    state = Choice("open", "closed", "final", "restated", required=True)
    lines = Dict(keys=String(), values=DecimalString(), required=True)
    rank = WholeNumber(required=True, allow_none=True)
    rivals = WholeNumber(required=True)
    within = Text(required=True, allow_none=True)
    awarded = Truth(required=True)
    disqualified = Truth(required=True)


class TableSchema(Schema):
    subject = Choice(*_KINDS, required=True)
    lines = List(Nested(ToldLineSchema), required=True)
    ranked_by = Name(required=True, allow_none=True)
    cards = List(Nested(ToldCardSchema), required=True)


class ToldObligationSchema(Schema):
    department = Name(required=True, allow_none=True)
    person = Text(required=True, allow_none=True)
    title = Text(required=True)
    group = Text(required=True, allow_none=True)
    calendar = Name(required=True)
    period = Text(required=True)
    target = DecimalString(required=True)
    actual = DecimalString(required=True)
    state = Choice(*_STATES, required=True)
    on_time = Truth(required=True, allow_none=True)
    waived_reason = Text(required=True, allow_none=True, length_max=_LONG)


class ToldQuotaSchema(Schema):
    quota = Name(required=True)
    title = Text(required=True)
    cite = Text(required=True, blank=True, length_max=_LONG)
    unit = Text(required=True)
    subject = Choice(*_KINDS, required=True)
    obligations = List(Nested(ToldObligationSchema), required=True)


class ToldRateSchema(Schema):
    quota = Name(required=True, allow_none=True, metadata={"description": "None of all quotas together."})
    title = Text(required=True, blank=True)
    group = Text(required=True, allow_none=True)
    overall = Truth(required=True)
    expected = DecimalString(required=True)
    submitted = DecimalString(required=True)
    on_time = DecimalString(required=True)
    rate = DecimalString(required=True, allow_none=True)
    on_time_rate = DecimalString(required=True, allow_none=True)
    items = WholeNumber(required=True)
    adopted = WholeNumber(required=True)
    adoption_rate = DecimalString(required=True, allow_none=True)


class FiguresSchema(Schema):
    tables = List(Nested(TableSchema), required=True)
    quotas = List(Nested(ToldQuotaSchema), required=True)
    rates = List(Nested(ToldRateSchema), required=True)


class CauseSchema(Schema):
    """Something that became known after the figures had been told."""

    kind = Choice("entry", "decision", "waiver", "backdating", "description", "person", required=True)
    recorded_at = Instant(required=True)
    cause = Text(required=True, metadata={"description": "The type of the event."})
    reason = Text(required=True, allow_none=True, length_max=_LONG)
    department = Name(required=True)
    stream_version = WholeNumber(required=True)
    item = Text(required=True, allow_none=True)
    item_title = Text(required=True, allow_none=True, length_max=_LONG)
    measure = Name(required=True, allow_none=True)
    amount = DecimalString(required=True, allow_none=True)
    dated = Day(required=True, allow_none=True)
    person = Text(required=True, allow_none=True)
    quota = Name(required=True, allow_none=True)
    outcome = Text(required=True, allow_none=True)
    scheme_version = WholeNumber(
        allow_none=True, metadata={"description": "That was backdated. Lacks in issues older than this field."}
    )


class ErratumSchema(Schema):
    """One figure that was told and is another now."""

    number = WholeNumber(required=True, metadata={"description": "Of the issue that told it."})
    calendar = Name(required=True)
    period = Text(required=True)
    of = Choice(*_FIGURES, required=True)
    subject = Choice(*_KINDS, required=True)
    department = Name(required=True, allow_none=True)
    person = Text(required=True, allow_none=True)
    group = Text(required=True, allow_none=True)
    title = Text(required=True)
    name = Text(required=True, blank=True, metadata={"description": "The line or the quota."})
    name_title = Text(required=True, blank=True)
    of_period = Text(required=True, blank=True, metadata={"description": "Of an obligation, the quota's own period."})
    was = Text(required=True, allow_none=True, metadata={"description": "As it was told last."})
    now = Text(required=True, allow_none=True)
    causes = List(Nested(CauseSchema), required=True)


class DocumentSchema(Schema):
    """An issue exactly as it was frozen."""

    format = Integer(required=True)
    organisation = Name(required=True)
    organisation_title = Text(required=True)
    scheme = Name(required=True)
    scheme_version = WholeNumber(required=True)
    scheme_title = Text(required=True)
    bulletin = Name(required=True)
    number = WholeNumber(required=True)
    title = Text(required=True, length_max=_LONG)
    text = LongText(required=True, blank=True)
    calendar = Name(required=True)
    period = Text(required=True)
    first = Day(required=True)
    last = Day(required=True)
    time_zone = Text(required=True)
    issued_at = Instant(required=True)
    automatic = Truth(required=True)
    figures = Nested(FiguresSchema, required=True)
    errata = List(Nested(ErratumSchema), required=True)
    folded = Dict(
        keys=String(),
        values=WholeNumber(),
        required=True,
        metadata={"description": "By department, the version of its stream up to which the figures know."},
    )
    behind = List(Name(), required=True, metadata={"description": "Departments that had not come to the period's end."})


class IssueSchema(IssuedSchema):
    document = Nested(DocumentSchema, required=True)


class ErrataSchema(Schema):
    issue = UUID(required=True)
    number = WholeNumber(required=True)
    period = Text(required=True)
    items = List(Nested(ErratumSchema), required=True)
