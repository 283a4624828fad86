"""What the judge of joint obligations needs of the database."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from services.scoring.domain.joint_judging import Decision, DepartmentsPart, JointObligation, Member, Whole
from shared.schemes.model import Scheme


class Asked(NamedTuple):
    """What is looked at as one: a quota that is owed together, for one period, by whoever owes it."""

    organisation: str
    scheme: str
    quota: str
    period: str


class Work(Protocol):
    """One look at it, in one transaction: nobody else looks at it until that ends. Methods raise StoreUnavailable."""

    def parts(self) -> list[DepartmentsPart]:
        """Of all departments that take part, as they stand."""
        ...

    def members(self, calendar: str) -> list[Member]:
        """All departments of the organisation, and whether the period of the calendar has opened for them."""
        ...

    def scheme(self, version: int) -> Scheme:
        """Raises UnknownScheme."""
        ...

    def known(self) -> Mapping[Whole, JointObligation]:
        """What has been decided so far."""
        ...

    def turned_at(self, one: JointObligation, *, reached: bool, until: datetime | None) -> datetime | None:
        """Since when the sum has been on this side of the target; None where the ledger does not say.

        With ``until``, as it was before that instant.
        """
        ...

    def keep(self, one: JointObligation) -> None:
        """Store it as it is now."""
        ...

    def announce(self, one: JointObligation, scheme: Scheme, decision: Decision, *, historical: bool) -> None:
        """Store a decision, the ``ordinal``-th, and the event of it."""
        ...

    def looked_at(self) -> None:
        """What has changed until this look began is taken care of."""
        ...


class JointBook(Protocol):
    """Where work comes from. Methods raise StoreUnavailable."""

    def changed(self) -> Sequence[Asked]:
        """All of which a part has changed since it was looked at last."""
        ...

    def waiting(self) -> Sequence[Asked]:
        """All of which something cannot be judged for the departments that it waits for."""
        ...

    def revision(self, organisation: str) -> str:
        """A short text that changes whenever anything has been folded of the organisation."""
        ...

    def work(self, asked: Asked) -> AbstractContextManager[Work | None]:
        """None: somebody else is looking at it."""
        ...
