"""What what-ifs need of the world."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from services.scoring.application.what_ifs.differences import CardChange
from services.scoring.application.what_ifs.questions import WhatIf
from shared.contracts.envelope import Event
from shared.schemes.model import Scheme

Step = Callable[[float], None]
"""Called often, with how far the work has come (0–1): it waits while others go first, and raises what ends the work."""

Lag = Callable[[], int]
"""How many recorded events the live consumers have not folded yet."""

Streams = Mapping[str, Sequence[Event]]
"""By department. Each stream is read when it is asked for."""


class Unanswerable(Exception):
    """The what-if cannot be worked out; the sentence is for whoever asked."""


class Recorded(Protocol):
    def streams(self, organisation: str, step: Step) -> AbstractContextManager[Streams]:
        """All that is recorded of the organisation's departments, as far as the live tables have folded it.

        Raises Unanswerable when that is too much or does not come.
        """


class Publication(NamedTuple):
    """What an organisation has published under one name."""

    versions: Sequence[Scheme]
    """The first one first."""
    zone: ZoneInfo
    """The organisation's."""


class Published(Protocol):
    def __call__(self, organisation: str, scheme: str) -> Publication | None:
        """None where there is no such scheme. Blocks on the database and may raise StoreAway."""


class WhatIfs(Protocol):
    """The questions that wait for an answer. Methods block on the database and may raise StoreAway."""

    def claim(self) -> WhatIf | None:
        """The next one to work on, which nobody else gets now; also one whose worker has gone silent."""

    def keep(self, id: UUID, progress: float) -> bool:
        """Say that it is being worked on; False when it is not wanted any more."""

    def add(self, id: UUID, changes: Sequence[CardChange], place: int) -> None:
        """Put these differences behind the first ``place`` ones."""

    def finish(self, id: UUID, *, changes: int, complete: bool, left_out: int) -> None:
        """It is answered."""

    def fail(self, id: UUID, told: str) -> None:
        """It cannot be answered, and why."""

    def release(self, id: UUID) -> None:
        """Let another worker begin anew."""
