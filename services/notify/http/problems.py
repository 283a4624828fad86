"""Which problem each refusal is answered with. Importing this module registers them."""

from services.notify.application.acknowledging import UnknownAlert
from services.notify.domain.addresses import AddressRefused
from services.notify.domain.alerts import AlertAlreadyResolved
from services.notify.domain.signature import UnfitSecret
from services.notify.domain.subscriptions import SubscriptionChanged, SubscriptionDisabled, TooManySubscriptions
from shared.web.parsing import invalid
from shared.web.problems import Problem, problem_for, problem_type

_INVALID = (422, "invalid-input", "The input is not valid", "Mend each field named in `errors`.")

problem_for(UnknownAlert, 404, "not-found", "There is nothing here", "Check the address and the names in it.")
problem_for(
    AlertAlreadyResolved,
    409,
    "alert-resolved",
    "The alert is resolved",
    "Nothing needs to be done: there is nothing left to acknowledge.",
)
problem_for(
    TooManySubscriptions,
    409,
    "too-many-subscriptions",
    "The organisation has as many subscriptions as it may",
    "Delete a subscription, or widen the filters of one.",
)
problem_for(
    SubscriptionDisabled,
    409,
    "subscription-disabled",
    "The subscription is disabled",
    "Mend the endpoint, enable the subscription, and try again.",
)
problem_for(
    SubscriptionChanged,
    412,
    "precondition-failed",
    "It has changed since you read it",
    "Read it again and send its new `ETag` in `If-Match`.",
)
problem_for(AddressRefused, *_INVALID, explain=lambda refusal: _of_field("webhook.address", refusal))
problem_for(UnfitSecret, *_INVALID, explain=lambda refusal: _of_field("webhook.secret", refusal))
problem_type("not-parked", 409, "The department is not parked", "Nothing needs to be done: its stream is being folded.")


def _of_field(field: str, refusal: Exception) -> Problem:
    text = str(refusal)
    return invalid([{"field": field, "detail": text[0].upper() + text[1:] + "."}])
