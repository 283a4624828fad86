"""Whether what a projector has stored is what the plain implementation comes to."""

from tests.reference.outcomes import LedgerEntry, added_up, announcements_of, in_order, outcome_of
from tests.reference.plain import Scored
from tests.unit.scoring.memory_departments import MemoryDepartments


def agree(store: MemoryDepartments, stream: str, expected: Scored) -> None:
    """Every total, every obligation and every announcement of one department; each announced once."""
    state = store.states[stream]
    assert state.parked is None, state.parked
    totals = {(*key, ""): amount for key, amount in store.totals[stream].items() if amount}
    totals |= {key: amount for key, amount in store.personal_totals[stream].items() if amount}
    assert totals == expected.totals
    entries = [LedgerEntry(row[4], row[5], row[6], row[13] or "", row[10], row[9]) for row in store.entries[stream]]
    assert added_up(entries, expected.schemes) == expected.totals
    assert {tuple(key): outcome_of(one) for key, one in state.obligations.items()} == expected.outcomes
    folded = [one for one in store.written if one.state.stream == stream]
    assert in_order(announcements_of(folded)) == in_order(expected.announcements)
    ids = [one.id for _, changes in folded for one in changes.announced]
    assert len(ids) == len(set(ids))
