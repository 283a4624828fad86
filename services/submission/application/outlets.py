"""The registry of outlets: what each is, from which day on."""

from collections.abc import Sequence
from dataclasses import replace

from services.submission.application.ports import Asker, CheckVersion, Described, Transaction
from services.submission.domain.commands import Adopt
from services.submission.domain.outlets import with_standing
from shared.contracts.directory_events import OutletDescribed, OutletStanding
from shared.directory.entities import Standing


def describe_outlet(
    transaction: Transaction,
    organisation: str,
    outlet: str,
    standing: OutletStanding,
    asker: Asker,
    check_version: CheckVersion,
) -> Described:
    """Say what an outlet is from ``standing.from_on`` on; what it was before stays, for adoptions of that time.

    Saying what is known already changes nothing. Raises UnknownOrganisation, TooManyStandings.
    """
    transaction.lock_organisation(organisation)
    version = transaction.outlet_version(organisation, outlet)
    check_version(version)
    known = contract_standings(transaction.standings(organisation, [outlet]).get(outlet, ()))
    standings = with_standing(known, standing)
    if version is not None and standings == known:
        return Described(version, created=False)
    event = OutletDescribed(organisation, outlet, standings)
    stream = f"organisations/{organisation}/outlets/{outlet}"
    receipt = transaction.describe(stream, event, asker.trace, version or 0)
    return Described(receipt.last_version, created=version is None)


def with_standings(command: Adopt, standings: Sequence[Standing]) -> Adopt:
    """The command, told what the registry knows of its outlet."""
    return replace(command, standings=contract_standings(standings))


def contract_standings(standings: Sequence[Standing]) -> tuple[OutletStanding, ...]:
    return tuple(OutletStanding(each.from_on, each.title, each.tier, each.medium) for each in standings)
