"""Scoring the past again: a version that holds already is made to hold from an earlier day on."""

from services.submission.application.desk import Desk
from services.submission.application.errors import UnknownEntity
from services.submission.application.ports import (
    Asker,
    Backdating,
    Ports,
    Transaction,
)
from services.submission.domain.refusals import BackdatingRefused, FieldMistake
from services.submission.domain.rulebooks import today_of, version_of
from shared.contracts.department_events import SchemeBackdated
from shared.schemes.model import Scheme


def backdate_scheme(
    ports: Ports, transaction: Transaction, organisation: str, backdating: Backdating, asker: Asker
) -> bool:
    """Whether it was not commanded so already. Milestones of the past stay as they are: what counts by then changes.

    Raises UnknownOrganisation, UnknownEntity for a version that is not published, BackdatingRefused, WorkdaysUnknown.
    """
    transaction.lock_organisation(organisation)
    commanded = transaction.backdatings(organisation)
    if backdating in commanded:
        return False
    schemes = ports.rulebooks.reread(organisation).schemes
    scheme = version_of(schemes, backdating.scheme, backdating.scheme_version)
    if scheme is None:
        raise UnknownEntity(f"{backdating.scheme} version {backdating.scheme_version}")
    if scheme.effective_from > today_of(scheme, transaction.now()):
        detail = f"version {scheme.version} holds only from {scheme.effective_from} on; it has scored nothing yet"
        raise BackdatingRefused(FieldMistake("version", detail))
    _check_day(schemes, scheme, backdating)
    desk = Desk.over_all(ports, transaction, organisation, asker.trace)
    for name in list(desk.places):
        desk.tell(name, scheme_backdated(backdating))
    desk.write()
    transaction.save_backdating(organisation, backdating)
    return True


def scheme_backdated(backdating: Backdating) -> SchemeBackdated:
    return SchemeBackdated(backdating.scheme, backdating.scheme_version, backdating.from_on, backdating.reason)


def _check_day(schemes: tuple[Scheme, ...], scheme: Scheme, backdating: Backdating) -> None:
    if backdating.from_on >= scheme.effective_from:
        detail = f"must be before {scheme.effective_from}, from which version {scheme.version} holds anyway"
        raise BackdatingRefused(FieldMistake("from", detail))
    first_day = min(each.effective_from for each in schemes if each.name == scheme.name)
    if backdating.from_on < first_day:
        detail = f"must not be before {first_day}, from which the first version of “{scheme.name}” holds"
        raise BackdatingRefused(FieldMistake("from", detail))
