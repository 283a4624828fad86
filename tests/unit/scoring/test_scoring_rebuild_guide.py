"""The order in which a rebuild goes, and when it gives up: on tables that only say what they are told to say."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from services.scoring.application.generations.differences import DETAILED_MAX, Sum, Tables
from services.scoring.application.generations.ports import GivenUp, Standing, Stuck
from services.scoring.application.generations.rebuild import ATTEMPTS_MAX, NEARLY_EVENTS, Outcome, Rebuild, Stopped
from tests.reference.portions import Impatient

DONE = Standing(100, 100, 0, 0, 0)


@dataclass
class ToldTables:
    """Implements Generations, Comparison and Workforce; keeps the order in which it was asked for things."""

    live_sums: Tables = field(default_factory=dict)
    rebuilt_sums: Tables = field(default_factory=dict)
    stuck_ones: list[Stuck] = field(default_factory=list)
    lagging: list[int] = field(default_factory=list)
    """How many events there are still to fold at each next aim."""
    refusals: int = 0
    """How often readers are in the way of taking over."""
    now: Standing = DONE
    did: list[str] = field(default_factory=list)

    def begin(self, *, afresh: bool) -> bool:
        return not afresh

    def aim(self) -> Standing:
        self.did.append("aim")
        return Standing(0, 100, 1, self.lagging.pop(0), 0) if self.lagging else DONE

    def standing(self) -> Standing:
        return self.now

    def stuck(self) -> list[Stuck]:
        return self.stuck_ones

    def lacking(self, limit: int) -> list[str]:
        return ["a/b is at 3 of 7"][:limit]

    def complete(self) -> None:
        self.did.append("complete")

    @contextmanager
    def comparison(self) -> Iterator["ToldTables"]:
        self.did.append("compare")
        yield self

    def live(self) -> Tables:
        return self.live_sums

    def rebuilt(self) -> Tables:
        return self.rebuilt_sums

    def unwritten(self) -> list[str]:
        return ["reasons"]

    def rows(self, stream: str, table: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
        return {"x": 1}, {}

    def take_over(self, reached: Callable[[], bool]) -> bool:
        assert reached()
        self.did.append("take over")
        self.refusals -= 1
        return self.refusals < 0

    def clear(self) -> None:
        self.did.append("clear")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self.did.append("work")
        yield
        self.did.append("rest")

    def check(self) -> None:
        """They are well."""


def rebuilt(tables: ToldTables, *, accept: bool = False, stop: Impatient | None = None) -> Outcome:
    guide = Rebuild(tables, tables, stop or Impatient(), lambda _: None, still_s_max=0.0)
    return guide.run(accept_differences=accept)


def test_it_catches_up_puts_the_indexes_on_compares_and_takes_over() -> None:
    tables = ToldTables(lagging=[NEARLY_EVENTS + 1, NEARLY_EVENTS])

    assert rebuilt(tables) == Outcome(True, unwritten=("reasons",))
    assert tables.did == ["work", "aim", "aim", "complete", "aim", "compare", "aim", "take over", "rest", "clear"]


def test_with_differences_it_takes_over_only_when_they_are_accepted() -> None:
    sums = {("a/b", "totals"): Sum(1, 5)}
    refused, accepted = ToldTables(sums), ToldTables(sums)

    assert not rebuilt(refused).took_over
    assert "take over" not in refused.did
    assert rebuilt(accepted, accept=True).took_over
    assert [str(one) for one in rebuilt(refused).differences] == [
        "a/b: totals: 1 rows, rebuilt 0, 1 of them differ, such as x"
    ]


def test_of_many_differences_all_are_named_and_the_first_are_looked_into() -> None:
    outcome = rebuilt(ToldTables({(f"a/{number:03}", "totals"): Sum(2, 5) for number in range(DETAILED_MAX + 2)}))

    assert len(outcome.differences) == DETAILED_MAX + 2
    assert [one.stream for one in outcome.differences if one.differing is None] == ["a/100", "a/101"]
    assert (outcome.differences[-1].live, outcome.differences[-1].rebuilt) == (2, 0)


def test_departments_that_are_stuck_are_no_differences_and_keep_the_live_tables_whatever_is_accepted() -> None:
    stuck = Stuck("a/b", 7, "no such kind")
    tables = ToldTables({("a/b", "totals"): Sum(1, 5)}, stuck_ones=[stuck])

    assert rebuilt(tables, accept=True) == Outcome(False, (), (stuck,), ("reasons",))
    assert "take over" not in tables.did


def test_readers_may_be_in_the_way_several_times_but_not_for_ever() -> None:
    patient, in_vain = ToldTables(refusals=ATTEMPTS_MAX - 1), ToldTables(refusals=ATTEMPTS_MAX)

    assert rebuilt(patient).took_over
    with pytest.raises(GivenUp, match="readers kept"):
        rebuilt(in_vain)
    assert "clear" not in in_vain.did


def test_when_nothing_more_comes_it_gives_up_and_names_who_is_lacking() -> None:
    with pytest.raises(GivenUp, match="2 departments are not complete: a/b is at 3 of 7"):
        rebuilt(ToldTables(now=Standing(3, 7, 2, 4, 0)))


def test_when_it_is_to_stop_nothing_is_compared_or_cleared() -> None:
    stop, tables = Impatient(), ToldTables()
    stop.set()

    with pytest.raises(Stopped):
        rebuilt(tables, stop=stop)
    assert tables.did == ["work", "aim"]
