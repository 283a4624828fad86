"""The settled readings of a rulebook, one by one, on the ledger and on the obligations."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.application.projector import Projector
from services.scoring.domain.keys import QuotaPeriod
from services.scoring.domain.obligations import Obligation
from services.scoring.domain.rules import Rules
from shared.contracts import department_events as happened
from shared.contracts import scoring_events as decided
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter
from tests.unit.scoring.memory_departments import MemoryDepartments
from tests.unit.scoring.rules_by_hand import rules_of

FIRST, SECOND = everything()
DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Office:
    """A department with the rulebook's first version, its stream, and what scoring makes of it."""

    def __init__(self, joined_on: date = date(2014, 1, 1), group: str | None = None, live: bool = True) -> None:
        self.writer = StreamWriter("district", "south")
        self.writer.register([FIRST], joined_on, group=group, tags=("key",), live=live)
        self.begin = self.writer.now
        self.store = MemoryDepartments()
        self.scored = False

    def submit(self, item: str, at: datetime, **says: object) -> None:
        self.writer.tell(happened.ItemSubmitted(item, "everything", "report", item, **says), at)  # type: ignore[arg-type]

    def adopt(self, item: str, adoption: str, tier: str, published_on: date, form: happened.Form = "whole") -> None:
        event = happened.ItemAdopted(item, adoption, tier, tier, tier, "paper", form, published_on)
        self.writer.tell(event, self.writer.now)

    def review(self, item: str, decision: happened.Decision, at: datetime | None = None) -> None:
        self.writer.tell(happened.ItemReviewed(item, "leader", decision, True), at or self.writer.now)

    def score(self) -> "Office":
        if not self.scored:
            Projector(self.store, rules_of(FIRST, SECOND)).project(self.writer.records())
            self.scored = True
        assert self.store.states["district/south"].parked is None
        return self

    def amount(self, calendar: str, period: str, measure: str) -> Decimal:
        return self.score().store.totals["district/south"]["everything", calendar, period, measure]

    def entries(self, measure: str) -> list[tuple[str, Decimal, date, int]]:
        """Fact, amount, date and scheme version of the measure's ledger entries, in their order."""
        rows = self.score().store.entries["district/south"]
        return [(row[8], row[9], row[10], row[5]) for row in rows if row[6] == measure]

    def obligation(self, quota: str, period: str) -> Obligation | None:
        return self.score().store.states["district/south"].obligations.get(QuotaPeriod("everything", quota, period))

    def announced(self, quota: str, period: str) -> list[object]:
        self.score()
        events = [one.event for _, changes in self.store.written for one in changes.announced]
        return [
            one
            for one in events
            if not isinstance(one, decided.PeriodFinalised)
            and (one.obligation.quota, one.obligation.period) == (quota, period)  # type: ignore[attr-defined]
        ]


def test_of_several_adoptions_each_adds_what_it_raises_in_the_order_of_publication() -> None:
    office = Office()
    office.submit("a", office.begin + 40 * DAY)
    office.adopt("a", "second", "city", date(2014, 2, 5))
    office.adopt("a", "first", "district", date(2014, 1, 20))
    office.adopt("a", "third", "district", date(2014, 2, 6))
    assert office.entries("adoption") == [
        ("second", Decimal(20), date(2014, 2, 5), 1),
        ("first", Decimal(5), date(2014, 1, 20), 1),
        ("second", Decimal(-5), date(2014, 2, 5), 1),
    ]
    assert (office.amount("month", "2014-01", "adoption"), office.amount("month", "2014-02", "adoption")) == (5, 15)


def test_a_retracted_adoption_makes_room_for_another_one() -> None:
    office = Office()
    office.submit("a", office.begin + 40 * DAY)
    office.adopt("a", "best", "city", date(2014, 1, 20))
    office.adopt("a", "other", "district", date(2014, 2, 5))
    office.writer.append(happened.ItemFactRetracted("a", "best", "by mistake"))
    assert office.amount("month", "2014-01", "adoption") == 0
    assert office.amount("month", "2014-02", "adoption") == 5


def test_a_combination_that_the_table_does_not_hold_gives_nothing() -> None:
    office = Office()
    office.submit("a", office.begin)
    office.adopt("a", "abroad", "national", date(2014, 1, 20))
    office.adopt("a", "short", "city", date(2014, 1, 20), "digest")
    assert office.entries("adoption") == []
    assert len(office.entries("every_adoption")) == 2


def test_the_reporting_date_is_that_of_the_first_submission_in_the_schemes_zone() -> None:
    office = Office()
    last_second = datetime(2014, 1, 31, 23, 59, 59, tzinfo=SHANGHAI).astimezone(UTC)
    office.submit("a", last_second)
    office.submit("b", last_second + timedelta(seconds=1))
    office.review("a", "returned", last_second + 3 * DAY)
    office.writer.tell(happened.ItemResubmitted("a", "mended"), last_second + 4 * DAY)
    assert (office.amount("month", "2014-01", "reports"), office.amount("month", "2014-02", "reports")) == (1, 1)
    assert office.amount("month", "2014-02", "returned") == 0
    assert office.amount("month", "2014-01", "returned") == -1


def test_a_rejected_item_counts_for_its_rejection_alone_until_it_is_reconsidered() -> None:
    office = Office()
    office.submit("a", office.begin)
    office.review("a", "rejected")
    assert office.amount("month", "2014-01", "reports") == 0
    assert office.amount("month", "2014-01", "rejected") == -2
    again = Office()
    again.submit("a", again.begin)
    again.review("a", "rejected")
    again.review("a", "accepted")
    assert again.amount("month", "2014-01", "reports") == 1
    assert again.amount("month", "2014-01", "accepted") == 1
    assert again.amount("month", "2014-01", "rejected") == 0


def test_a_withdrawn_item_counts_for_nothing_and_stays_so() -> None:
    office = Office()
    office.submit("a", office.begin)
    office.adopt("a", "one", "city", date(2014, 1, 2))
    office.writer.append(happened.ItemWithdrawn("a"))
    office.review("a", "accepted")
    office.adopt("a", "two", "city", date(2014, 1, 3))
    assert not any(office.score().store.totals["district/south"].values())


def test_a_fact_is_scored_by_the_version_of_its_own_date() -> None:
    office = Office()
    office.writer.apply(SECOND)
    office.submit("a", office.begin + 60 * DAY)
    office.adopt("a", "old", "district", date(2014, 2, 11))
    office.adopt("a", "new", "district", date(2014, 2, 12))
    assert office.entries("adoption") == [
        ("old", Decimal(5), date(2014, 2, 11), 1),
        ("new", Decimal(6), date(2014, 2, 12), 2),
    ]


def test_an_obligation_is_reminded_of_missed_made_good_late_and_lost_again() -> None:
    office = Office(joined_on=date(2013, 12, 1))
    week = "2014-W03"
    monday = datetime(2014, 1, 13, tzinfo=SHANGHAI).astimezone(UTC)
    office.submit("in time", monday + DAY)
    office.writer.pass_time(monday + 8 * DAY)
    early = (monday + 2 * DAY).date()
    office.submit("happened then", monday + 8 * DAY, happened_on=early)
    announced = office.announced("weekly", week)
    assert [type(one) for one in announced] == [decided.QuotaDueSoon, decided.QuotaDueSoon, decided.QuotaMissed]
    missed = announced[-1].obligation  # type: ignore[attr-defined]
    assert (missed.target, missed.actual, missed.ordinal, missed.historical) == (2, 1, 3, False)
    assert missed.due_at == monday + 7 * DAY
    assert missed.decided_at == monday + 7 * DAY


def test_a_quota_met_late_and_lost_again_is_restated_and_restored_under_new_ordinals() -> None:
    office = Office(joined_on=date(2013, 12, 1))
    office.submit("a", office.begin + 35 * DAY)
    for place, adoption in enumerate(("one", "two")):
        office.adopt("a", adoption, "city", date(2014, 1, 20 + place))
        office.writer.append(happened.ItemFactRetracted("a", adoption, "by mistake"))
    office.adopt("a", "three", "city", date(2014, 1, 22))
    announced = office.announced("monthly", "2014-01")
    assert [type(one).__name__ for one in announced] == [
        *("QuotaDueSoon", "QuotaMissed", "QuotaMetLate", "QuotaRestated"),
        *("QuotaMetLate", "QuotaRestated", "QuotaMetLate"),
    ]
    assert [one.obligation.ordinal for one in announced] == [1, 2, 3, 4, 5, 6, 7]  # type: ignore[attr-defined]
    restated = announced[3]
    assert isinstance(restated, decided.QuotaRestated)
    assert (restated.outcome_before, restated.outcome) == ("met_late", "missed")


def test_a_quota_that_falls_short_before_it_is_due_is_open_again() -> None:
    office = Office(joined_on=date(2013, 12, 1))
    monday = datetime(2014, 1, 13, tzinfo=SHANGHAI).astimezone(UTC)
    office.submit("a", monday)
    office.submit("b", monday + DAY)
    office.writer.append(happened.ItemWithdrawn("a"))
    met, restated, *_ = office.announced("weekly", "2014-W03")
    assert isinstance(met, decided.QuotaMet)
    assert restated == decided.QuotaRestated(restated.obligation, "met", "open")  # type: ignore[attr-defined]


def test_an_event_at_the_due_instant_itself_comes_too_late() -> None:
    office = Office(joined_on=date(2013, 12, 1))
    due = datetime(2014, 1, 20, tzinfo=SHANGHAI).astimezone(UTC)
    office.submit("a", due - DAY)
    office.submit("b", due, happened_on=None)
    assert type(office.announced("weekly", "2014-W03")[-1]) is decided.QuotaMissed


@pytest.mark.parametrize(("quota", "owed"), [("weekly", False), ("monthly", True)])
def test_who_joins_in_mid_period_owes_only_what_says_so(quota: str, owed: bool) -> None:
    office = Office(joined_on=date(2014, 1, 15))
    office.writer.pass_time(office.begin)
    period = {"weekly": "2014-W03", "monthly": "2014-01"}[quota]
    assert (office.obligation(quota, period) is not None) is owed


def test_what_a_department_owes_goes_by_its_description_on_the_periods_first_day() -> None:
    office = Office(joined_on=date(2013, 12, 1), group="street")
    office.writer.append(happened.DepartmentChanged("South", "office", (), {}, date(2014, 1, 13)))
    office.writer.pass_time(office.begin + 14 * DAY)
    assert office.obligation("grouped", "2014-W02") is not None
    assert office.obligation("grouped", "2014-W03") is None
    assert office.obligation("weekly", "2014-W02") is not None
    assert office.obligation("weekly", "2014-W03") is None


def test_what_was_dated_into_a_period_before_it_opened_counts_from_its_opening() -> None:
    office = Office(joined_on=date(2013, 12, 1))
    office.submit("a", office.begin)
    office.adopt("a", "ahead", "city", date(2014, 2, 10))
    office.writer.pass_time(office.begin + 31 * DAY)
    obligation = office.obligation("monthly", "2014-02")
    assert obligation is not None
    assert (obligation.state, obligation.actual) == ("met", 20)


def test_decisions_on_the_imported_past_say_so() -> None:
    office = Office(joined_on=date(2013, 12, 1), live=False)
    office.writer.pass_time(office.begin + 20 * DAY)
    office.writer.append(happened.DepartmentWentLive())
    office.writer.pass_time(office.begin + 30 * DAY)
    first, *_, last = office.announced("weekly", "2014-W02") + office.announced("weekly", "2014-W04")
    assert first.obligation.historical is True  # type: ignore[attr-defined]
    assert last.obligation.historical is False  # type: ignore[attr-defined]


@given(
    st.datetimes(datetime(1980, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
)
def test_the_day_of_an_instant_is_the_one_on_the_zones_calendar(naive: datetime, zone: str) -> None:
    instant = naive.replace(tzinfo=UTC)
    rules = Rules([(date(2014, 1, 1), replace(FIRST, time_zone=ZoneInfo(zone)))])
    assert rules.day_of(instant) == instant.astimezone(ZoneInfo(zone)).date()


def test_a_quota_that_falls_short_after_its_reminders_passed_it_by_is_reminded_of_at_once() -> None:
    office = Office(joined_on=date(2013, 12, 1))
    monday = datetime(2014, 1, 13, tzinfo=SHANGHAI).astimezone(UTC)
    office.submit("a", monday)
    office.submit("b", monday + DAY)
    office.writer.pass_time(monday + 6 * DAY + DAY / 2)
    office.writer.append(happened.ItemWithdrawn("a"))
    announced = office.announced("weekly", "2014-W03")
    assert [type(one).__name__ for one in announced] == ["QuotaMet", "QuotaRestated", "QuotaDueSoon"]
