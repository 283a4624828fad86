"""The shapes of this API's questions and answers; of answers they are the documentation, held to it by the tests."""

from typing import Any, get_args

from marshmallow.fields import UUID, List, Nested
from marshmallow.validate import Length

from services.notify.domain.addresses import ADDRESS_LENGTH_MAX
from services.notify.domain.alerts import NOTE_LENGTH_MAX
from services.notify.domain.subjects import SubjectKind
from services.notify.domain.subscriptions import BULLETIN_TYPE, FILTER_VALUES_MAX, MESSAGE_TYPES, TEST_TYPE
from shared.contracts.alert_events import Condition, Resolution
from shared.contracts.identifiers import PLACE_PATTERN
from shared.contracts.scoring_events import Severity
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

PERIOD_LENGTH_MAX = 20
NAME_IN_SCHEME_LENGTH_MAX = 100
SECRET_LENGTH_MAX = 200
REASON_LENGTH_MAX = 500
SHOWN_LENGTH_MAX = 10_000
"""Of texts in answers, which come from schemes and endpoints."""

CONDITIONS = get_args(Condition)
SEVERITIES = get_args(Severity)
SUBJECTS = get_args(SubjectKind)
STATES = ("open", "acknowledged", "resolved")
DELIVERY_STATES = ("waiting", "delivered", "failed")
OUTCOMES = ("delivered", "retry", "failed", "gone")


def _several(of: Any, about: str) -> "List[Any]":
    return List(of, load_default=list, validate=Length(max=FILTER_VALUES_MAX), metadata={"description": about})


class NoQuery(Schema):
    """A list without parameters."""


class AlertsQuery(Schema):
    state = Choice(
        *STATES, "unresolved", load_default=None, metadata={"description": "`unresolved`: open or acknowledged."}
    )
    condition = Choice(*CONDITIONS, load_default=None)
    severity = Choice(*SEVERITIES, load_default=None)
    department = Name(load_default=None)
    scheme = Name(load_default=None)
    quota = Text(load_default=None, length_max=NAME_IN_SCHEME_LENGTH_MAX)
    calendar = Text(load_default=None, length_max=NAME_IN_SCHEME_LENGTH_MAX)
    period = Text(load_default=None, length_max=PERIOD_LENGTH_MAX, metadata={"description": "Such as `2014-W09`."})
    person = Name(load_default=None)
    subject = Choice(*SUBJECTS, load_default=None, metadata={"description": "Who owes it."})
    limit = Limit()
    cursor = Cursor(int)


class AlertSchema(Schema):
    alert = UUID(required=True)
    condition = Choice(*CONDITIONS, required=True)
    state = Choice(*STATES, required=True)
    severity = Choice(*SEVERITIES, required=True)
    organisation = Name(required=True)
    subject = Choice(*SUBJECTS, required=True, metadata={"description": "Who owes it."})
    subject_title = Text(required=True)
    department = Name(
        required=True, allow_none=True, metadata={"description": "null: a group or the organisation owes it."}
    )
    department_title = Text(required=True, allow_none=True)
    departments = List(Name(), required=True, metadata={"description": "All that take part."})
    group = Text(required=True, allow_none=True)
    person = Name(required=True, allow_none=True, metadata={"description": "Whose it is; null: the department's own."})
    person_title = Text(required=True, allow_none=True)
    scheme = Name(required=True)
    scheme_version = WholeNumber(required=True)
    quota = Text(required=True)
    quota_title = Text(required=True, length_max=SHOWN_LENGTH_MAX, blank=True)
    clause = LongText(required=True, blank=True, metadata={"description": "The rulebook's own words."})
    measure = Text(required=True)
    measure_title = Text(required=True, length_max=SHOWN_LENGTH_MAX, blank=True)
    unit = Text(required=True)
    calendar = Text(required=True)
    period = Text(required=True)
    period_first = Day(required=True)
    period_last = Day(required=True)
    due_at = Instant(required=True)
    grace_ends_at = Instant(required=True, allow_none=True)
    expected = DecimalString(required=True)
    actual = DecimalString(required=True)
    shortfall = DecimalString(required=True)
    since = Instant(required=True)
    historical = Truth(required=True, metadata={"description": "Opened by a decision on the imported past."})
    scorecard = Text(required=True, length_max=SHOWN_LENGTH_MAX, metadata={"description": "A page for people."})
    scorecard_api = Text(required=True, length_max=SHOWN_LENGTH_MAX)
    acknowledged_at = Instant(required=True, allow_none=True)
    acknowledged_by = Text(required=True, allow_none=True)
    note = LongText(required=True, allow_none=True, blank=True)
    resolved_at = Instant(required=True, allow_none=True)
    resolution = Choice(*get_args(Resolution), required=True, allow_none=True)
    correlation_id = Text(required=True)


class AlertsSchema(Schema):
    items = List(Nested(AlertSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1000)


class ChangeSchema(Schema):
    change = WholeNumber(required=True, metadata={"description": "Its place in the organisation's changes."})
    type = Choice(*MESSAGE_TYPES, required=True)
    recorded_at = Instant(required=True)


class DeliverySchema(Schema):
    delivery = UUID(required=True)
    webhook_id = Text(required=True)
    subscription = UUID(required=True)
    alert = UUID(required=True, allow_none=True)
    type = Choice(*MESSAGE_TYPES, BULLETIN_TYPE, TEST_TYPE, required=True)
    state = Choice(*DELIVERY_STATES, required=True)
    due_at = Instant(required=True, allow_none=True, metadata={"description": "The next attempt of a waiting one."})
    attempts = WholeNumber(required=True)
    last_error = Text(required=True, blank=True, length_max=SHOWN_LENGTH_MAX)
    correlation_id = Text(required=True)
    created_at = Instant(required=True)
    finished_at = Instant(required=True, allow_none=True)


class AttemptSchema(Schema):
    attempt = WholeNumber(required=True)
    at = Instant(required=True)
    duration_ms = WholeNumber(required=True)
    outcome = Choice(*OUTCOMES, required=True)
    status = WholeNumber(required=True, allow_none=True)
    error = Text(required=True, blank=True, length_max=SHOWN_LENGTH_MAX)


class AttemptedDeliverySchema(DeliverySchema):
    history = List(Nested(AttemptSchema), required=True)


class DeliveriesQuery(Schema):
    state = Choice(*DELIVERY_STATES, load_default=None)
    limit = Limit()
    cursor = Cursor(str, str)


class DeliveriesSchema(Schema):
    items = List(Nested(DeliverySchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1000)


class AlertWithHistorySchema(AlertSchema):
    history = List(Nested(ChangeSchema), required=True)
    deliveries = List(Nested(DeliverySchema), required=True)


class AcknowledgementSchema(Schema):
    note = LongText(load_default="", blank=True, length_max=NOTE_LENGTH_MAX)


class FiltersSchema(Schema):
    departments = _several(Name(), "Only of these departments: not what departments owe together.")
    groups = _several(Text(), "Only of these groups and their departments: not what the whole organisation owes.")
    subjects = _several(Choice(*SUBJECTS), "Only what these owe.")
    schemes = _several(Name(), "Only of these schemes.")
    quotas = _several(Text(length_max=NAME_IN_SCHEME_LENGTH_MAX), "Only of these quotas.")
    severities = _several(Choice(*SEVERITIES), "Only of these severities.")
    conditions = _several(Choice(*CONDITIONS), "Only of these conditions.")
    events = _several(
        Choice(*MESSAGE_TYPES, BULLETIN_TYPE),
        "Only these; issues of bulletins are sent to nobody else than those who name them.",
    )


class NewWebhookSchema(Schema):
    address = Text(required=True, length_max=ADDRESS_LENGTH_MAX, metadata={"description": "https, and public."})
    secret = Text(
        load_default=None,
        allow_none=True,
        length_max=SECRET_LENGTH_MAX,
        metadata={"description": "`whsec_…`; made if it is not given, and kept at a change."},
    )


class NewSubscriptionSchema(Schema):
    title = Text(required=True)
    filters = Nested(FiltersSchema, load_default=lambda: FiltersSchema().load({}))
    history = Truth(load_default=False, metadata={"description": "Also what was decided on the imported past."})
    webhook = Nested(NewWebhookSchema, required=True)
    enabled = Truth(load_default=True)
    disabled_reason = Text(load_default="", blank=True, length_max=REASON_LENGTH_MAX)


class WebhookSchema(Schema):
    address = Text(required=True, length_max=ADDRESS_LENGTH_MAX)


class SubscriptionSchema(Schema):
    subscription = UUID(required=True)
    organisation = Name(required=True)
    department = Name(required=True, allow_none=True, metadata={"description": "The only one of which it hears."})
    title = Text(required=True)
    filters = Nested(FiltersSchema, required=True)
    history = Truth(required=True)
    webhook = Nested(WebhookSchema, required=True)
    enabled = Truth(required=True)
    disabled_reason = Text(required=True, blank=True, length_max=SHOWN_LENGTH_MAX)
    failing_since = Instant(required=True, allow_none=True)
    version = WholeNumber(required=True)
    created_at = Instant(required=True)
    created_by = Text(required=True)
    updated_at = Instant(required=True)


class ShownWebhookSchema(WebhookSchema):
    secret = Text(required=True, allow_none=True, length_max=SECRET_LENGTH_MAX)


class CreatedSubscriptionSchema(SubscriptionSchema):
    webhook = Nested(ShownWebhookSchema, required=True)


class SubscriptionsQuery(Schema):
    limit = Limit()
    cursor = Cursor(str)


class SubscriptionsSchema(Schema):
    items = List(Nested(SubscriptionSchema), required=True)
    next_cursor = Text(required=True, allow_none=True, length_max=1000)


class ParkedSchema(Schema):
    department = Text(
        required=True,
        metadata={
            "pattern": f"^{PLACE_PATTERN.pattern}$",
            "description": "A department; or a scheme's stream of what is owed together, joint.SCHEME, or of its "
            "circulars, bulletins.SCHEME.",
        },
    )
    version = WholeNumber(required=True, metadata={"description": "The stream's version that is expected next."})
    reason = Text(required=True, length_max=SHOWN_LENGTH_MAX)
    parked_at = Instant(required=True)
    resume_requested_at = Instant(required=True, allow_none=True)


class ParkedPageSchema(Schema):
    items = List(Nested(ParkedSchema), required=True)
    next_cursor = Text(required=True, allow_none=True)
