"""Folding batches of decisions: whatever the batch boundaries and duplicates, the same alerts."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from hypothesis import given
from hypothesis import strategies as st

from services.notify.application.changes import Change
from services.notify.application.folding import FoldReport, fold
from services.notify.domain.alerts import ObligationKey, Standing, evolve, key_of
from services.notify.domain.positions import Arrival, Position, Whereabouts
from shared.contracts.envelope import Event
from shared.contracts.scoring_events import QuotaDueSoon, QuotaMet, QuotaMetLate, QuotaMissed, QuotaRestated
from tests.unit.notify.building import OBLIGATION, announced_in_order, obligation


class MemoryFoldStore:
    """Implements FoldStore."""

    def __init__(self) -> None:
        self.kept: dict[str, Position] = {}
        self.open: dict[ObligationKey, Standing] = {}
        self.changes: list[Change] = []

    @contextmanager
    def transaction(self) -> Iterator["MemoryFoldStore"]:
        yield self

    def positions(self, streams: Iterable[str]) -> dict[str, Position]:
        return {stream: self.kept[stream] for stream in streams if stream in self.kept}

    def move_positions(self, moves: Sequence[tuple[Position, Position]]) -> None:
        for before, after in moves:
            assert self.kept.get(before.stream, Position(before.stream)) == before
            self.kept[after.stream] = after

    def standings(self, keys: Iterable[ObligationKey]) -> dict[ObligationKey, Standing]:
        return {key: self.open[key] for key in keys if key in self.open}

    def tell_of_bulletins(self, issued: Sequence[Event]) -> None:
        """Whom these are sent to is a matter of the database's subscriptions."""

    def record(self, changes: Sequence[Change]) -> None:
        self.changes += changes
        for change in changes:
            key = key_of(change.event.alert.obligation)
            self.open[key] = evolve(self.open.get(key, Standing()), change.event)


def arrivals(events: Iterable[Event]) -> list[Arrival]:
    return [Arrival(event.stream, event.version, event, "", Whereabouts(0, n)) for n, event in enumerate(events)]


def folded(batches: Iterable[Sequence[Arrival]]) -> tuple[MemoryFoldStore, list[FoldReport]]:
    store = MemoryFoldStore()
    return store, [fold(batch, store.transaction()) for batch in batches]


def test_an_alert_carries_the_correlation_id_of_its_decision() -> None:
    (event,) = announced_in_order(QuotaMissed(OBLIGATION))
    store, _ = folded([arrivals([event])])

    (change,) = store.changes
    assert (change.correlation_id, change.causation_id, change.actor) == (event.correlation_id, str(event.id), "notify")


def test_a_make_up_of_a_miss_in_the_imported_past_is_historical_though_it_was_decided_live() -> None:
    missed, made_good = QuotaMissed(obligation(historical=True)), QuotaMetLate(obligation(historical=False))
    store, _ = folded([arrivals(announced_in_order(missed, made_good))])

    assert [change.historical for change in store.changes] == [True, True]


def test_a_parked_department_does_not_hold_up_the_others() -> None:
    other = obligation(department="street-2")
    first, second, elsewhere = announced_in_order(QuotaDueSoon(OBLIGATION), QuotaMissed(OBLIGATION), QuotaMissed(other))
    store, (report,) = folded([arrivals([second, elsewhere])])

    assert [change.department for change in store.changes] == ["street-2"]
    assert [position.stream for position in report.parked] == [first.stream]


DECISIONS = st.sampled_from(
    [
        kind
        for department in ("street-1", "street-2")
        for period, person in (("2014-W09", None), ("2014-W10", None), ("2014-W10", "correspondent-1"))
        for told in [obligation(department=department, period=period, person=person)]
        for kind in (
            QuotaDueSoon(told),
            QuotaMet(told),
            QuotaMissed(told),
            QuotaMetLate(told),
            QuotaRestated(told, "met_late", "missed"),
        )
    ]
)


@given(st.lists(DECISIONS, max_size=25), st.data())
def test_batches_and_duplicates_make_no_difference(decisions: list[object], data: st.DataObject) -> None:
    events = arrivals(announced_in_order(*decisions))
    at_once, _ = folded([events])

    batches, rest = [], events
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        again = data.draw(st.lists(st.sampled_from(events[: len(events) - len(rest) + size]), max_size=4))
        batches.append([*rest[:size], *again])
        rest = rest[size:]
    in_parts, reports = folded(batches)

    assert in_parts.changes == at_once.changes
    assert in_parts.kept.keys() == at_once.kept.keys()
    assert not any(report.parked for report in reports)
