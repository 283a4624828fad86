"""What keeps a use case from being carried out, beside the rules: those refuse by a ``Refused``."""

from datetime import datetime


class Stale(Exception):
    """Something that a decision assumed does not hold (any more): put it right and decide again."""


class SchemesChanged(Stale):
    """Schemes were published, or calendars closed, since the rulebook was read."""


class MilestonesDue(Stale):
    """The department's next milestones have passed; they stand before anything that happens now."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.stream = stream


class AnotherDay(Stale):
    """It is another day than the decision was made for."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now.isoformat())
        self.now = now


class ItemChanged(Stale):
    """The item has had a further event."""


class TokenLapsed(Exception):
    """The token is not what it was when it was last seen: changed, expired or revoked. Nothing was written."""


class KeyUsed(Exception):
    """The idempotency key has an answer already, or gets one at this moment."""


class KeyReused(Exception):
    """The idempotency key stands for a request that said something else."""


class UnknownOrganisation(Exception):
    """There is no such organisation."""


class UnknownItem(Exception):
    """There is no such item, or not for who asks."""


class UnknownEntity(Exception):
    """There is no department, person, call or adjustment of this name, or not for who asks."""


class UnknownToken(Exception):
    """The organisation has no such token."""


class Overtaken(Exception):
    """Others were quicker too many times in a row. Nothing was written; it may be tried again."""
