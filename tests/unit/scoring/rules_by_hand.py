"""The fold's Schemes for tests: rules of schemes that are given."""

from collections.abc import Callable, Sequence

from services.scoring.domain.department import AppliedScheme
from services.scoring.domain.rules import Rules
from shared.directory.schemebook import UnknownScheme
from shared.schemes import Scheme

Schemes = Callable[[str, Sequence[AppliedScheme]], Rules]


def rules_of(*schemes: Scheme) -> Schemes:
    known = {(scheme.name, scheme.version): scheme for scheme in schemes}

    def rules(organisation: str, applied: Sequence[AppliedScheme]) -> Rules:
        for one in applied:
            if (one.scheme, one.version) not in known:
                raise UnknownScheme(organisation, one.scheme, one.version)
        return Rules([(one.from_on, known[one.scheme, one.version]) for one in applied])

    return rules
