"""The same past scored twice, as it was recorded and as it would be, and what differs."""

from collections.abc import Generator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.application.rehearsal.playing.replay import Progress, replay
from services.scoring.application.what_ifs.differences import (
    CardChange,
    LineChange,
    Outcome,
    QuotaChange,
    differences,
)
from services.scoring.application.what_ifs.recorded import recorded
from services.scoring.application.what_ifs.working import in_place_of
from shared.contracts.department_events import ItemAdopted, ItemSubmitted, SchemeBackdated
from shared.contracts.envelope import Event
from shared.schemes import Scheme, read_scheme
from tests.reference.streams import StreamWriter

TEXT = """
scheme: plan
version: 1
title: The plan
effective: {from: 2014-01-01}
time_zone: Asia/Shanghai
calendars:
  week: {every: week}
  month: {every: month}
kinds:
  report: {title: Report}
outlets_by: tier
measures:
  reports: {title: Reports, count: submitted, where: {kind: report}}
  adoption:
    title: Adoption
    count: adopted
    unit: points
    amount: {by: tier, table: {district: 5, city: 20}}
quotas:
  weekly: {measure: reports, calendar: week, at_least: 1, due: {after_end: P0D}}
lines:
  reporting: reports * 2
  total: reporting + adoption
scorecards:
  month: {lines: [reporting, total], final_after: P5D, rank: {by: total, order: highest, within: all}}
"""
PLAN = read_scheme(TEXT)
SECOND = read_scheme(
    TEXT.replace("version: 1", "version: 2")
    .replace("from: 2014-01-01", "from: 2014-03-01")
    .replace("city: 20", "city: 30")
)
ZONE = ZoneInfo("Asia/Shanghai")

Streams = Mapping[str, Sequence[Event]]


def streams(*versions: Scheme) -> Streams:
    """Two months of two departments: north reports every five days, south every ten, and the city adopts one of its."""
    found = {}
    for name, every in (("north", 5), ("south", 10)):
        writer = StreamWriter("town", name)
        writer.register(versions or [PLAN], date(2014, 1, 1))
        begin = writer.now
        for number in range(60 // every):
            writer.tell(
                ItemSubmitted(f"{name}-{number}", "plan", "report", "标题"), begin + timedelta(days=every * number)
            )
        if name == "south":
            last = begin + timedelta(days=52)
            adopted = ItemAdopted("south-4", "a", "daily", "Daily", "city", "paper", "whole", last.date())
            writer.tell(adopted, last)
        writer.pass_time(begin + timedelta(days=70))
        found[name] = writer.events()
    return found


def finished(steps: Generator[Progress, None, Rehearsal]) -> Rehearsal:
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            found: Rehearsal = ended.value
            return found


def as_it_is(past: Streams, *versions: Scheme, then: SchemeBackdated | None = None) -> Rehearsal:
    return finished(recorded("town", past, versions or [PLAN], ZONE, then))


def drafted(past: Streams, text: str) -> Rehearsal:
    return finished(replay("town", past, in_place_of([PLAN], read_scheme(text)), None, ZONE))


def changes(
    before: Rehearsal, after: Rehearsal, first: date | None = None, last: date | None = None
) -> list[CardChange]:
    return [change for compared in differences(before, after, first, last) for change in compared.changes]


def test_a_draft_that_is_the_published_scheme_makes_no_difference() -> None:
    past = streams()
    later = TEXT.replace("version: 1", "version: 7").replace("from: 2014-01-01", "from: 2031-01-01")
    assert changes(as_it_is(past), drafted(past, TEXT)) == []
    assert changes(as_it_is(past), drafted(past, later)) == []


def test_another_amount_changes_just_the_lines_and_ranks_that_stand_on_it() -> None:
    # given that south was adopted once in February, and so came first, with 4 points for reports and 20 more
    past = streams()
    # when the city is worth a tenth of that
    found = changes(as_it_is(past), drafted(past, TEXT.replace("city: 20", "city: 2")))
    # then south falls behind north in February, and nothing else changes
    assert found == [
        CardChange("month", "2014-02", "department", "north", "", 2, 1, (), ()),
        CardChange(
            *("month", "2014-02", "department", "south", "", 1, 2),
            (LineChange("total", Decimal(24), Decimal(6)),),
            (),
        ),
    ]


def test_another_quota_changes_what_became_of_it() -> None:
    # given a week in which north reported twice and south once
    past = streams()
    # when two are wanted
    draft = drafted(past, TEXT.replace("at_least: 1", "at_least: 2"))
    found = changes(as_it_is(past), draft, first=date(2014, 1, 6), last=date(2014, 1, 12))
    # then north has met that too, and south has not
    one, two = Decimal(1), Decimal(2)
    met = QuotaChange("weekly", Outcome("met", one, two), Outcome("met", two, two))
    missed = QuotaChange("weekly", Outcome("met", one, one), Outcome("missed", two, one))
    assert found == [
        CardChange("week", "2014-W02", "department", "north", "", None, None, (), (met,)),
        CardChange("week", "2014-W02", "department", "south", "", None, None, (), (missed,)),
    ]


def test_only_periods_within_the_days_asked_for_are_compared() -> None:
    past = streams()
    before, after = as_it_is(past), drafted(past, TEXT.replace("reports * 2", "reports * 3"))
    assert {one.period for one in changes(before, after)} == {"2014-01", "2014-02"}
    assert {one.period for one in changes(before, after, first=date(2014, 2, 1))} == {"2014-02"}
    assert {one.period for one in changes(before, after, last=date(2014, 1, 31))} == {"2014-01"}


def test_a_line_that_only_the_draft_has_is_shown_with_nothing_before() -> None:
    past = streams()
    text = TEXT.replace("  total:", "  extra: reports * 0 + 1\n  total:").replace(
        "[reporting, total]", "[reporting, extra, total]"
    )
    found = changes(as_it_is(past), drafted(past, text), last=date(2014, 1, 31))
    assert [one.lines for one in found] == [(LineChange("extra", None, Decimal(1)),)] * 2


def test_backdating_a_version_shows_what_the_command_would_change() -> None:
    # given a version that holds from March on, and an adoption in February
    past = streams(PLAN, SECOND)
    then = SchemeBackdated("plan", 2, date(2014, 2, 1), "")
    # when it is made to hold from February on
    found = changes(as_it_is(past, PLAN, SECOND), as_it_is(past, PLAN, SECOND, then=then))
    # then February's adoption is worth what the second version says
    assert found == [
        CardChange(
            *("month", "2014-02", "department", "south", "", 1, 1),
            (LineChange("total", Decimal(24), Decimal(34)),),
            (),
        )
    ]
