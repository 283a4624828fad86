"""Whatever happens to a department, in whatever batches: the ledger, the totals and the windows agree."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts import department_events as happened
from shared.contracts.department_events import Contributor
from tests.reference.examples import share
from tests.unit.scoring.bureaus import SHANGHAI, STREAM, Bureau, rulebook
from tests.unit.scoring.whole_language import SCHEMES

ACTIONS = (
    *["submit"] * 5,
    *["adopt"] * 3,
    *["instruct", "measure", "retract", "retract", "review", "review", "withdraw", "correct", "adjust", "unadjust"],
    *["call", "answer", "cancel", "person", "describe", "waive", "apply", "backdate", "close", "wait", "wait"],
)

draws = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.sampled_from([0, 1, 16, 30, 170]), st.integers(0, 11), st.integers(0, 11)),
    max_size=30,
)
Draw = tuple[str, int, int, int]


class Life:
    """Acts out draws; what could not happen is left out."""

    def __init__(self) -> None:
        self.first, self.second = (rulebook(*one) for one in SCHEMES)
        self.bureau = Bureau(self.first, later=[self.second])
        self.items: list[str] = []
        self.withdrawn: set[str] = set()
        self.facts: list[tuple[str, str]] = []
        self.adjustments: list[str] = []
        self.calls: list[str] = []
        self.applied = self.closed = False
        self.number = 0

    def act(self, draws: list[Draw]) -> Bureau:
        writer = self.bureau.writer
        for action, hours, one, other in draws:
            at = max(writer.now, datetime(2014, 1, 5, tzinfo=UTC)) + timedelta(hours=hours)
            self.number += 1
            writer.pass_time(at)
            event = getattr(self, f"_{action}")(one, other, at.astimezone(SHANGHAI).date())
            if event is not None:
                writer.tell(event, at)
        writer.pass_time(writer.now + timedelta(days=45))
        return self.bureau

    def _submit(self, one: int, other: int, today: date) -> object:
        return self._submitted(one, other, today, None)

    def _submitted(self, one: int, other: int, today: date, answers: str | None) -> object:
        item = f"item-{self.number}"
        self.items.append(item)
        return happened.ItemSubmitted(
            item,
            "office",
            "report" if one % 5 else "notice",
            item,
            contributors=self._contributors(one),
            happened_on=today - timedelta(days=other) if one % 2 else None,
            departments=[(), (), ("south", "north"), ("north", "west", "south")][other % 4],
            answers=answers,
        )

    def _contributors(self, one: int) -> tuple[Contributor, ...]:
        everybody = (
            Contributor("Wang", "author", "wang"),
            Contributor("Li", "editor", "li"),
            Contributor("Sun", "author", "sun"),
            Contributor("Guest", "author", "guest", "north"),
        )
        return everybody[: one % 5]

    def _adopt(self, one: int, other: int, today: date) -> object | None:
        day = today - timedelta(days=one * other % 50)
        tier = ("city", "district", "abroad")[other % 3]
        item, fact = self._fact(one, "adoption")
        return item and happened.ItemAdopted(item, fact, "daily", "Daily", tier, "paper", "whole", day)

    def _instruct(self, one: int, other: int, today: date) -> object | None:
        item, fact = self._fact(one, "instruction")
        return item and happened.ItemInstructed(item, fact, "city", today - timedelta(days=other))

    def _measure(self, one: int, other: int, today: date) -> object | None:
        item, fact = self._fact(one, "measurement")
        return item and happened.ItemMeasured(item, fact, "clicks", Decimal(one * 7), today - timedelta(days=other))

    def _fact(self, one: int, what: str) -> tuple[str | None, str]:
        fact = f"{what}-{self.number}"
        if not self.items:
            return None, fact
        item = self.items[one % len(self.items)]
        self.facts.append((item, fact))
        return item, fact

    def _retract(self, one: int, _other: int, _today: date) -> object | None:
        return happened.ItemFactRetracted(*self.facts.pop(one % len(self.facts)), "mistake") if self.facts else None

    def _review(self, one: int, other: int, _today: date) -> object | None:
        decision: Any = ("accepted", "rejected", "returned")[other % 3]
        return happened.ItemReviewed(self._pick(one), "leader", decision, True) if self.items else None

    def _withdraw(self, one: int, _other: int, _today: date) -> object | None:
        return happened.ItemWithdrawn(self._pick(one)) if self.items else None

    def _correct(self, one: int, other: int, today: date) -> object | None:
        if not self.items:
            return None
        day = today - timedelta(days=one)
        return happened.ItemCorrected(
            self._pick(other), "title", "mistake", contributors=self._contributors(other), happened_on=day
        )

    def _pick(self, one: int) -> str:
        return self.items[one % len(self.items)]

    def _adjust(self, one: int, other: int, today: date) -> object:
        self.adjustments.append(f"adjustment-{self.number}")
        person = ("wang", None)[other % 2]
        value, day = Decimal(one - 5), today - timedelta(days=other)
        return happened.AdjustmentMade(self.adjustments[-1], "office", "extra", value, day, "agreed", person)

    def _unadjust(self, one: int, _other: int, _today: date) -> object | None:
        if not self.adjustments:
            return None
        return happened.AdjustmentRetracted(self.adjustments.pop(one % len(self.adjustments)), "mistake")

    def _call(self, _one: int, other: int, _today: date) -> object:
        self.calls.append(f"call-{self.number}")
        due_at = self.bureau.writer.now + timedelta(hours=other * 10)
        return happened.CallIssued(self.calls[-1], "office", "Copy", due_at)

    def _answer(self, one: int, other: int, today: date) -> object | None:
        call = self.calls[other % len(self.calls)] if self.calls else "elsewhere"
        return self._submitted(one, other, today, call)

    def _cancel(self, one: int, _other: int, _today: date) -> object | None:
        return happened.CallCancelled(self.calls.pop(one % len(self.calls)), "mistake") if self.calls else None

    def _person(self, one: int, other: int, today: date) -> object:
        person = ("wang", "li")[one % 2]
        roles = (("correspondent",), ("driver",))[other % 3 == 0]
        day = today + timedelta(days=one * 3 - 20)
        last = day + timedelta(days=40) if other % 4 == 1 else None
        return happened.PersonDescribed(person, person, roles, {}, day, last)

    def _describe(self, one: int, other: int, today: date) -> object:
        day = today + timedelta(days=one * 3 - 20)
        return happened.DepartmentChanged("South", "street", (), {"staff": Decimal(other)}, day)

    def _waive(self, one: int, other: int, today: date) -> object:
        day = today + timedelta(days=one * 7 - 30)
        year, week, _ = day.isocalendar()
        if other % 2:
            return happened.ObligationWaived("office", "weekly", f"{year}-W{week:02}", "flood")
        return happened.ObligationWaived("office", "own", f"{day:%Y-%m}", "flood", ("wang", None)[other % 4 == 0])

    def _apply(self, *_: object) -> None:
        if not self.applied:
            self.applied = True
            self.bureau.writer.apply(self.second)

    def _backdate(self, one: int, _other: int, today: date) -> object | None:
        day = today - timedelta(days=one * 9)
        return happened.SchemeBackdated("office", 2, day, "agreed") if self.applied else None

    def _close(self, one: int, _other: int, today: date) -> None:
        last = today - timedelta(days=one - 5)
        if not self.closed and last > date(2014, 2, 15):
            self.closed = True
            self.bureau.writer.close("campaign", last, self.bureau.writer.now)

    def _wait(self, one: int, other: int, _today: date) -> None:
        self.bureau.writer.pass_time(self.bureau.writer.now + timedelta(days=one * other / 4))


@settings(max_examples=share(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draws)
def test_any_history_in_any_batches_leaves_ledger_totals_and_windows_in_agreement(drawn: list[Draw]) -> None:
    # given a life, folded in one batch and event by event (which are compared)
    life = Life()
    store = life.act(drawn).store()

    # then the totals are the sums of the ledger's entries, period by period
    state = store.states[STREAM]
    schemes = {scheme.version: scheme for scheme in (life.first, life.second)}
    for closed in state.closings.get("office", ()):
        schemes = {number: one.with_closed(closed.calendar, closed.last_on) for number, one in schemes.items()}
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    by_fact: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for entry in store.entries[STREAM]:
        version, measure, item, fact, amount, dated, person = *entry[5:11], entry[13]
        by_fact[measure, person or "", item, fact] += amount
        for name, calendar in schemes[version].calendars.items():
            period = calendar.period_of(dated)
            if period is not None:
                sums["office", name, period.id, measure, person or ""] += amount
    totals = {(*key, ""): amount for key, amount in store.totals[STREAM].items()} | store.personal_totals[STREAM]
    assert {key: one for key, one in totals.items() if one} == {key: one for key, one in sums.items() if one}

    # and what a window counts of a credit is what the ledger holds of it
    for key, window in store.windows[STREAM].items():
        for (item, fact), credit in window.credits.items():
            assert by_fact[key.measure, key.person, item, fact] == credit.counted

    # and what an obligation counts is the total of its period
    for owed in state.obligations.values():
        whole = totals.get(("office", owed.calendar, owed.period, owed.measure, owed.person), Decimal(0))
        assert owed.actual == whole
