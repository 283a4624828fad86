"""How a rebuild tells how far it has come, and what differs."""

from services.scoring.application.generations.differences import Difference, Sum, detailed, differing
from services.scoring.application.generations.ports import Standing, Stuck
from services.scoring.application.generations.progress import WINDOW_S, Pace
from services.scoring.application.generations.rebuild import Outcome
from services.scoring.rebuild import TELL_EVERY_S, Teller, told


def test_the_rate_is_that_of_the_last_seconds() -> None:
    pace = Pace()
    assert (pace.per_second(), pace.left_s(100)) == (0, None)
    pace.note(0, 0)
    pace.note(10, 1_000)
    assert (pace.per_second(), pace.left_s(2_000)) == (100, 10)
    for second in range(11, 60):
        pace.note(second, 1_000 + (second - 10) * 10)
    assert pace.per_second() == 10
    assert WINDOW_S < 49


def test_nothing_is_said_of_the_time_left_while_nothing_moves() -> None:
    pace = Pace()
    pace.note(0, 50)
    pace.note(5, 50)
    assert pace.left_s(100) is None


def test_progress_is_told_now_and_then() -> None:
    now, lines = [0.0], list[str]()
    teller = Teller(lines.append, lambda: now[0])
    teller.tell(Standing(0, 10_000, 3, 10_000, 0))
    now[0] = TELL_EVERY_S / 2
    teller.tell(Standing(2_000, 10_000, 3, 8_000, 0))
    now[0] = TELL_EVERY_S * 2
    teller.tell(Standing(4_000, 10_000, 3, 6_000, 0))
    assert lines == [
        "0 of 10,000 events (0 %), 0 a second",
        "4,000 of 10,000 events (40 %), 1,000 a second, about 6 s left",
    ]


def test_tables_differ_where_their_checksums_do_or_are_missing() -> None:
    live = {("a/b", "totals"): Sum(3, 7), ("a/b", "ledger"): Sum(2, 5), ("a/c", "ledger"): Sum(1, 1)}
    rebuilt = {("a/b", "totals"): Sum(3, 8), ("a/b", "ledger"): Sum(2, 5), ("a/d", "periods"): Sum(1, 1)}
    assert list(differing(live, rebuilt)) == [("a/b", "totals"), ("a/c", "ledger"), ("a/d", "periods")]


def test_a_difference_counts_rows_of_one_side_and_changed_ones() -> None:
    found = detailed("a/b", "totals", {"x": 1, "y": 2, "z": 3}, {"x": 1, "y": 9, "w": 4})
    assert found == Difference("a/b", "totals", 3, 3, 3, "w")
    assert str(found) == "a/b: totals: 3 rows, rebuilt 3, 3 of them differ, such as w"
    assert str(Difference("a/b", "totals", 3, 4)) == "a/b: totals: 3 rows, rebuilt 4"


def test_the_outcome_says_what_can_be_done_about_it() -> None:
    assert told(Outcome(True)) == ["the rebuilt generation is live now"]
    refused = told(Outcome(False, (Difference("a/b", "totals", 3, 4),)))
    assert refused[-1].endswith("--accept-differences puts the rebuilt ones in their place")
    partly = told(Outcome(True, unwritten=("reasons",)))
    assert partly[0] == "not compared, for an earlier version did not write it: reasons"
    stuck = told(Outcome(False, (), (Stuck("a/b", 7, "no such kind"),)))
    assert stuck[0] == "cannot be folded: a/b version 7: no such kind"
    assert "mend" in stuck[-1]
