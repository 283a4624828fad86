"""Organisations: who runs a rulebook."""

from services.submission.application.ports import Asker, CheckVersion, Described, Transaction
from shared.contracts.directory_events import OrganisationDescribed


def describe_organisation(
    transaction: Transaction, organisation: str, title: str, time_zone: str, asker: Asker, check_version: CheckVersion
) -> Described:
    """Create the organisation, or change what it is called. The same once more changes nothing.

    Two first descriptions at the same moment: one of them raises Conflict.
    """
    known = transaction.organisation(organisation)
    if known is not None:
        known = transaction.lock_organisation(organisation)
    version = None if known is None else known.version
    check_version(version)
    if known is not None and (known.title, known.time_zone) == (title, time_zone):
        return Described(known.version, created=False)
    event = OrganisationDescribed(organisation, title, time_zone)
    receipt = transaction.describe(f"organisations/{organisation}", event, asker.trace, version or 0)
    return Described(receipt.last_version, created=known is None)
