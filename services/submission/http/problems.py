"""Which problem each refusal is answered with. Importing this module registers them."""

from functools import partial

from services.submission.application.errors import (
    KeyReused,
    Overtaken,
    UnknownEntity,
    UnknownItem,
    UnknownOrganisation,
    UnknownToken,
)
from services.submission.domain import refusals
from services.submission.domain.refusals import Refused
from shared.eventstore import Conflict, EventTooLarge
from shared.web.idempotency import HEADER
from shared.web.problems import NOT_CARRIED_OUT, RETRY_AFTER_S, FieldError, Problem, problem_for

_MEND = "Mend each field named in `errors`."
_REFUSALS: tuple[tuple[type[Refused], int, str, str, str], ...] = (
    (refusals.Invalid, 422, "invalid-input", "The input is not valid", _MEND),
    (
        refusals.UnknownKind,
        422,
        "unknown-kind",
        "No scheme in force has this kind of item",
        "Use a kind of a scheme in force.",
    ),
    (
        refusals.UnknownScheme,
        422,
        "unknown-scheme",
        "This scheme is not in force",
        "Name a published scheme that holds today, or none.",
    ),
    (
        refusals.AmbiguousScheme,
        422,
        "ambiguous-scheme",
        "Several schemes have this kind of item",
        "Name the scheme in `scheme`; `errors` lists the choices.",
    ),
    (
        refusals.AttributeMistakes,
        422,
        "invalid-attributes",
        "The attributes do not fit the kind",
        "Mend each attribute named in `errors`; the scheme lists what a kind has.",
    ),
    (
        refusals.ContributorMistakes,
        422,
        "invalid-contributors",
        "The contributors do not fit the kind or the departments",
        "Mend each contributor named in `errors`; the scheme lists a kind's roles, the departments their persons.",
    ),
    (
        refusals.UnfitDepartments,
        422,
        "invalid-departments",
        "The departments do not fit together",
        "Name each department once.",
    ),
    (
        refusals.UnknownPerson,
        422,
        "unknown-person",
        "The department has no such person",
        "Describe the person first, or mend the name.",
    ),
    (
        refusals.UnknownCall,
        422,
        "unknown-call",
        "The call cannot be answered",
        "Name a call of the item's scheme that its department was issued and that was not cancelled, or none.",
    ),
    (
        refusals.UnknownQuota,
        422,
        "unknown-quota",
        "There is no such quota",
        "Name a quota of the scheme that departments, or their persons, owe.",
    ),
    (
        refusals.UnknownPeriod,
        422,
        "unknown-period",
        "The calendar has no such period",
        "Write the period as its calendar does; `errors` shows how.",
    ),
    (
        refusals.UnknownCalendar,
        422,
        "unknown-calendar",
        "The scheme has no such calendar",
        "Name a calendar of the scheme.",
    ),
    (
        refusals.BackdatingRefused,
        422,
        "backdating-refused",
        "The version cannot hold from that day",
        "Name a version that holds today, and a day before its own that is not before the scheme's first.",
    ),
    (
        refusals.UnknownDepartment,
        422,
        "unknown-department",
        "There is no such department",
        "Register the department first, or mend its name.",
    ),
    (
        refusals.UnknownOutlet,
        422,
        "unknown-outlet",
        "The outlet is not known on that day",
        "Describe the outlet first, from the day of the adoption or earlier.",
    ),
    (
        refusals.DateInFuture,
        422,
        "date-in-future",
        "The date has not come yet",
        "Name a day that is past or today in the scheme's time zone.",
    ),
    (refusals.DateInPast, 422, "date-in-past", "It has passed already", "Name one that lies ahead."),
    (refusals.ReasonMissing, 422, "reason-missing", "A return needs a reason", "Say in `reason` what to mend."),
    (
        refusals.ChangeBeforeLast,
        422,
        "change-before-last",
        "A later description is known already",
        "Let the change hold from the day of the last known one or later.",
    ),
    (refusals.StillLive, 409, "still-live", "The department is live", "Leave `live` true."),
    (
        refusals.SchemeMismatch,
        422,
        "scheme-mismatch",
        "The text is of another scheme than its address",
        "Publish the text under the scheme and version it names.",
    ),
    (
        refusals.VersionOutOfOrder,
        409,
        "version-out-of-order",
        "Versions follow one another",
        "Publish the next version, with a later day from which it holds.",
    ),
    (
        refusals.SchemeTooLate,
        409,
        "scheme-too-late",
        "Days that are counted already keep their rules",
        "Let the new version hold from a day that has not come yet.",
    ),
    (
        refusals.DifferentText,
        409,
        "scheme-published",
        "This version is published with another text",
        "A published version never changes; publish the next one.",
    ),
    (
        refusals.InstantRefused,
        422,
        "instant-refused",
        "The instant does not fit the department's stream",
        "Send lines in the order of their instants, none of them in the future.",
    ),
    (
        refusals.UnknownReference,
        422,
        "unknown-reference",
        "No earlier line brought this",
        "Import the item, or the fact, before what refers to it.",
    ),
    (
        refusals.ImportKeyReused,
        422,
        "import-key-reused",
        "The key belongs to another line",
        "Give each line a key of its own, and repeat it only with exactly the same line.",
    ),
    (
        refusals.WrongState,
        409,
        "wrong-state",
        "The item's state does not allow this",
        "Read the item again; `errors` says what would be allowed.",
    ),
    (
        refusals.WrongStage,
        409,
        "wrong-stage",
        "The item waits for another stage of review",
        "Leave `stage` out, or name the one in `awaits`.",
    ),
    (
        refusals.DepartmentImporting,
        409,
        "department-importing",
        "The department's past is being imported",
        "Send it as an import, or let the department go live first.",
    ),
    (
        refusals.DepartmentLive,
        409,
        "department-live",
        "The department is live",
        "Only departments that are not live take imports.",
    ),
    (refusals.NotJoined, 409, "not-joined", "The department has not joined yet", "Wait for its first day."),
    (
        refusals.DepartmentHasLeft,
        409,
        "department-left",
        "The department is no more",
        "Name a department that goes on with its work.",
    ),
    (
        refusals.CalendarNotOpen,
        409,
        "calendar-not-open",
        "The calendar's end is known already",
        "Nothing needs to be done: only an open calendar is closed, and once.",
    ),
    (
        refusals.WorkdaysUnknown,
        409,
        "workdays-unknown",
        "Nobody has told which days of a year are worked",
        "Publish a version of the scheme whose `workdays` tell the year that `errors` names, or bring the service up "
        "to date once the holidays are announced; then send the request again. Until then the department's time "
        "stands still, and nothing is lost.",
    ),
    (
        refusals.TooManyFacts,
        409,
        "too-many-facts",
        "There is no room for more",
        "Retract what was recorded by mistake.",
    ),
    (
        refusals.OwnSubmission,
        403,
        "own-submission",
        "Nobody reviews what they submitted",
        "Let somebody with another token review the item.",
    ),
)


def _explained(slug: str, refused: Refused) -> Problem:
    errors = [FieldError(field=mistake.field, detail=mistake.detail) for mistake in refused.mistakes]
    return Problem(slug, str(refused), errors=errors)


def _absent(what: str, unknown: Exception) -> Problem:
    return Problem("not-found", f"There is no {what} “{unknown}” here.")


for _class, _status, _slug, _title, _help in _REFUSALS:
    problem_for(_class, _status, _slug, _title, _help, explain=partial(_explained, _slug))

for _unknown, _what in (
    (UnknownOrganisation, "organisation"),
    (UnknownItem, "item or fact"),
    (UnknownToken, "token"),
    (UnknownEntity, "entity"),
):
    problem_for(
        _unknown,
        404,
        "not-found",
        "There is nothing here",
        "Check the address and the names in it.",
        explain=partial(_absent, _what),
    )

problem_for(
    KeyReused,
    422,
    "idempotency-key-reused",
    "The idempotency key belongs to another request",
    "Send a new `Idempotency-Key` with a new request; repeat the old key only with exactly the old body.",
    explain=lambda _: Problem(
        "idempotency-key-reused",
        "This key was used for another body.",
        errors=[FieldError(field=HEADER, detail="Was used for another body.")],
    ),
)
problem_for(
    Conflict,
    409,
    "conflict",
    "The request does not fit the present state",
    "Read the present state and decide again.",
    explain=lambda _: Problem("conflict", "Somebody else changed the same thing at the same moment."),
)
problem_for(
    EventTooLarge,
    413,
    "body-too-large",
    "The request body is too large",
    "Send less at once; the limit is in `limit_bytes`.",
)
problem_for(
    Overtaken,
    503,
    "unavailable",
    "The service cannot answer now",
    "Try again after `Retry-After` seconds.",
    explain=lambda _: Problem("unavailable", NOT_CARRIED_OUT, headers={"Retry-After": str(RETRY_AFTER_S)}),
)
