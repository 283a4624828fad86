"""Judge the obligations that something has moved, and those in turn that their outcomes move."""

from collections.abc import Sequence

from services.scoring.domain import announcing, outcomes
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.errors import CannotFold
from services.scoring.domain.keys import QuotaPeriod
from shared.contracts.envelope import Envelope

ROUNDS_MAX = 100
"""How long a chain of quotas may be, each of which counts the outcome of another."""


def judge(state: DepartmentState, moved: Sequence[QuotaPeriod], envelope: Envelope) -> None:
    """Decide and announce what the figures make of these obligations now.

    Raises CannotFold when outcomes move one another without end, and NotResident.
    """
    for _ in range(ROUNDS_MAX):
        if not moved:
            return
        keys = sorted(set(moved)) if len(moved) > 1 else moved
        decided = [key for key in keys if announcing.judge(state, state.obligations[key], envelope)]
        moved = [further for key in decided for further in outcomes.enter(state, state.obligations[key], envelope)]
    raise CannotFold(f"outcomes of quotas move one another without end: {', '.join(key.quota for key in keys)}")
