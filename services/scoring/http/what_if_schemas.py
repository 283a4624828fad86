"""The shapes of what-ifs: what is asked, and what is answered."""

from marshmallow.fields import UUID, Boolean, Float, Integer, List, Nested, String

from services.scoring.http.schemas import PERIOD_LENGTH_MAX
from shared.schemes.document import TEXT_BYTES_MAX
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
    WholeNumber,
)

_KINDS = ("department", "person", "group", "organisation")
_STATES = ("waiting", "running", "done", "failed", "cancelled")


class NewWhatIfSchema(Schema):
    """Either ``draft``, or ``scheme``, ``version`` and ``from``."""

    draft = LongText(
        load_default=None,
        length_max=TEXT_BYTES_MAX,
        metadata={"description": "A scheme's text: what if it had been the scheme from the beginning?"},
    )
    scheme = Name(load_default=None, metadata={"description": "What if `version` of this scheme held from `from` on?"})
    version = WholeNumber(load_default=None, minimum=1)
    from_ = Day(
        data_key="from",
        load_default=None,
        metadata={"description": "Of a draft: periods that end before are not compared."},
    )
    to = Day(load_default=None, metadata={"description": "Periods that begin later are not compared."})
    title = Text(load_default=None, metadata={"description": "The scheme's unless given."})


class WhatIfQuery(Schema):
    """Which differences to show."""

    calendar = Name(load_default=None)
    period = Text(load_default=None, length_max=PERIOD_LENGTH_MAX)
    department = Name(load_default=None, metadata={"description": "This one and its persons."})
    limit = Limit()
    cursor = Cursor(int)


class WhatIfsQuery(Schema):
    limit = Limit()
    cursor = Cursor(str, str)


class WhatIfSchema(Schema):
    id = UUID(required=True)
    address = String(required=True)
    title = String(required=True)
    scheme = Name(required=True)
    version = WholeNumber(required=True, allow_none=True, metadata={"description": "Null of a draft."})
    from_ = Day(required=True, allow_none=True, data_key="from")
    to = Day(required=True, allow_none=True)
    state = Choice(*_STATES, required=True)
    progress = Float(required=True, metadata={"description": "0 to 1."})
    requested_at = Instant(required=True)
    began_at = Instant(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    reason = String(required=True, allow_none=True, metadata={"description": "Why it failed."})
    cards = Integer(required=True, metadata={"description": "How many cards differ."})
    complete = Boolean(required=True, metadata={"description": "False when more cards differ than are kept."})
    left_out = Integer(
        required=True, metadata={"description": "Items, ends of calendars and waivers that the draft has no words for."}
    )


class WhatIfsPageSchema(Schema):
    items = List(Nested(WhatIfSchema), required=True)
    next_cursor = String(required=True, allow_none=True)


class RanksSchema(Schema):
    before = Integer(required=True, allow_none=True)
    after = Integer(required=True, allow_none=True)


class LineChangeSchema(Schema):
    """Null where there is no such line, or no such card."""

    line = Name(required=True)
    before = DecimalString(required=True, allow_none=True)
    after = DecimalString(required=True, allow_none=True)


class OutcomeSchema(Schema):
    state = String(required=True)
    target = DecimalString(required=True)
    actual = DecimalString(required=True)


class QuotaChangeSchema(Schema):
    """Null where nothing was owed."""

    quota = Name(required=True)
    before = Nested(OutcomeSchema, required=True, allow_none=True)
    after = Nested(OutcomeSchema, required=True, allow_none=True)


class CardChangeSchema(Schema):
    """What differs on one card. ``name`` is that of a person or a group."""

    calendar = Name(required=True)
    period = String(required=True)
    subject = Choice(*_KINDS, required=True)
    department = Name(required=True, allow_none=True)
    name = String(required=True, allow_none=True)
    rank = Nested(RanksSchema, required=True)
    lines = List(Nested(LineChangeSchema), required=True)
    quotas = List(Nested(QuotaChangeSchema), required=True)


class AnsweredWhatIfSchema(WhatIfSchema):
    differences = List(Nested(CardChangeSchema), required=True)
    next_cursor = String(required=True, allow_none=True)
