"""What a department may be told about itself, and when."""

from datetime import date, datetime

from services.submission.domain.refusals import ChangeBeforeLast, DateInFuture, FieldMistake, StillLive


def check_registration(from_on: date, joins_at: datetime, live: bool, now: datetime) -> None:
    """Raises DateInFuture for a past that is to be imported and lies ahead."""
    if not live and joins_at > now:
        raise DateInFuture(FieldMistake("from", f"{from_on} is in the future: there is no past to import"))


def check_change(from_on: date | None, changed_from: date, live: bool, wants_live: bool) -> None:
    """``from_on`` is the day from which a changed description holds; None: it stays as it is.

    Raises StillLive or ChangeBeforeLast.
    """
    if live and not wants_live:
        raise StillLive(FieldMistake("live", "the department is live, and stays so"))
    if from_on is not None and from_on < changed_from:
        detail = f"must not be before {changed_from}, from which the last known description holds"
        raise ChangeBeforeLast(FieldMistake("from", detail))
