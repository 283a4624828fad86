"""The fold's Schemes for tests: rules of schemes that are given."""

from collections.abc import Sequence

from services.scoring.domain.descriptions import AppliedScheme, ClosedCalendar
from services.scoring.domain.fold import Schemes
from services.scoring.domain.rules import Rules
from shared.directory.schemebook import UnknownScheme
from shared.schemes import Scheme


def rules_of(*schemes: Scheme) -> Schemes:
    known = {(scheme.name, scheme.version): scheme for scheme in schemes}

    def rules(organisation: str, applied: Sequence[AppliedScheme], closings: Sequence[ClosedCalendar]) -> Rules:
        for one in applied:
            if (one.scheme, one.version) not in known:
                raise UnknownScheme(organisation, one.scheme, one.version)
        versions = [(one.from_on, known[one.scheme, one.version]) for one in applied]
        return Rules(versions, [(one.calendar, one.last_on) for one in closings])

    return rules
