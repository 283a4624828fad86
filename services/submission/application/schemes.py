"""Publishing a version of a scheme, and applying it to every department of the organisation."""

from services.submission.application.departments import scheme_applied
from services.submission.application.desk import Desk
from services.submission.application.ports import Asker, CheckVersion, Described, Place, Ports, Transaction
from services.submission.domain.refusals import DifferentText, FieldMistake, SchemeTooLate
from services.submission.domain.rulebooks import Rulebook, check_address, check_succession
from services.submission.domain.timetable import applied
from shared.calendars import start_instant
from shared.contracts.directory_events import SchemePublished
from shared.schemes import read_scheme
from shared.schemes.model import Scheme


def publish_scheme(
    ports: Ports,
    transaction: Transaction,
    organisation: str,
    name: str,
    version: int,
    text: str,
    asker: Asker,
    check_version: CheckVersion,
) -> Described:
    """Publish the text as this version; the same text once more changes nothing.

    Every department of the organisation hears of it in the same transaction. Raises SchemeMistakes,
    UnknownOrganisation, SchemeMismatch, VersionOutOfOrder, DifferentText, SchemeTooLate.
    """
    scheme = read_scheme(text)
    check_address(name, version, scheme)
    transaction.lock_organisation(organisation)
    published = transaction.published(organisation)
    known = next((each for each in published if (each.scheme, each.scheme_version) == (name, version)), None)
    check_version(None if known is None else known.version)
    if known is not None:
        if known.digest != scheme.digest:
            detail = f"version {version} is published with another text; publish version {version + 1}"
            raise DifferentText(FieldMistake("version", detail))
        return Described(known.version, created=False)
    before = ports.rulebooks.reread(organisation)
    check_succession(scheme, before.schemes)
    event = SchemePublished(organisation, name, version, scheme.title, scheme.effective_from, text, scheme.digest)
    stream = f"organisations/{organisation}/schemes/{name}/{version}"
    receipt = transaction.describe(stream, event, asker.trace, 0)
    _apply(ports, transaction, organisation, scheme, before, asker)
    return Described(receipt.last_version, created=True)


def _apply(
    ports: Ports, transaction: Transaction, organisation: str, scheme: Scheme, before: Rulebook, asker: Asker
) -> None:
    """What is due is written by the new rulebook already: for days that have come it says what the one before did, and
    only it may know the workdays of a year for which time has been standing still."""
    desk = Desk.over_all(ports, transaction, organisation, asker.trace)
    known = Rulebook.of([scheme], transaction.closings(organisation)).schemes
    schemes = tuple(sorted((*before.schemes, *known), key=lambda each: (each.name, each.version)))
    for name, place in list(desk.places.items()):
        _check_in_time(scheme, place)
        desk.rulebooks[name] = Rulebook(schemes, before.edition + 1)
        told_at = desk.tell(name, scheme_applied(scheme))
        timetable = desk.places[name].timetable
        if scheme.name not in timetable.begins:
            timetable = applied(timetable, scheme, place.joined_on, told_at)
        desk.change(name, edition=before.edition + 1, timetable=timetable)
    desk.write()


def _check_in_time(scheme: Scheme, place: Place) -> None:
    """A further version must not claim days that the one before it has counted in this department."""
    if scheme.name not in place.timetable.begins:
        return
    counted_until = place.now if place.live else place.timetable.reached and place.last_recorded_at
    if counted_until is not None and start_instant(scheme.effective_from, scheme.time_zone) <= counted_until:
        day = counted_until.astimezone(scheme.time_zone).date()
        detail = f"must be after {day}: until then “{place.department}” has been counted by the version before"
        raise SchemeTooLate(FieldMistake("effective.from", detail))
