"""What can be asked of the past, and what becomes of such a question."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

State = Literal["waiting", "running", "done", "failed", "cancelled"]

UNDER_WAY_MAX = 5
"""How many what-ifs of an organisation may be waiting or running."""
KEPT_MAX = 50
"""How many of an organisation are kept; the oldest that have ended are forgotten."""
CHANGES_MAX = 20_000
"""How many cards with a difference are kept of one what-if."""
SECONDS_MAX = 3600
"""So long one may run, pauses included."""
ATTEMPTS_MAX = 3
"""How often one is begun whose worker went away."""


@dataclass(frozen=True, slots=True)
class Draft:
    """How everything would stand had this text been the scheme, from the first day of its first version on."""

    scheme: str
    text: str


@dataclass(frozen=True, slots=True)
class Backdating:
    """How everything would stand if this published version were made to hold from an earlier day on."""

    scheme: str
    version: int
    from_on: date


@dataclass(frozen=True, slots=True)
class Question:
    """``first`` and ``last`` bound the periods that are compared: those with days between. None: no bound."""

    organisation: str
    title: str
    about: Draft | Backdating
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A question, and how far its answer has come."""

    id: UUID
    question: Question
    state: State
    progress: float
    """0–1."""
    requested_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    told: str | None
    """Why it failed."""
    changes: int
    """How many cards differ; as many as are kept at most."""
    complete: bool
    """Whether all that differ are kept."""
    left_out: int
    """Items and the like that the draft has no words for."""
