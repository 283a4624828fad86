"""A department under a rulebook of a few lines: what happens to it is written down, then folded, and looked at."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from services.scoring.application.hot_states import HotStates
from services.scoring.application.projector import Projector
from services.scoring.domain.keys import QuotaPeriod
from services.scoring.domain.obligations import Obligation
from shared.contracts import department_events as happened
from shared.contracts.envelope import type_of
from shared.schemes import Scheme, read_scheme
from tests.reference.streams import STAFFED, StreamWriter
from tests.unit.scoring.memory_departments import MemoryDepartments
from tests.unit.scoring.rules_by_hand import rules_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
STREAM = "district/south"

_HEAD = """
scheme: office
version: {version}
title: Office
effective: {{from: {effective}, begins: at_once}}
time_zone: Asia/Shanghai
facts: {{staff: {{title: Staff}}, students: {{title: Students, otherwise: 7}}}}
calendars:
  day: {{every: day}}
  week: {{every: week}}
  month: {{every: month}}
  half: {{every: half_year}}
  campaign: {{from: 2014-02-15}}
kinds:
  report:
    title: Report
    attributes:
      topic: {{type: choice, of: [progress, problem]}}
      fields: {{type: choices, of: [law, health, art]}}
      size: {{type: number}}
      minutes: {{type: integer, bands: {{short: 0, long: 30}}}}
      papers: {{type: files}}
      urgent: {{type: boolean}}
      held_on: {{type: date}}
      starts: {{type: time}}
    review: [{{stages: [leader]}}]
  notice: {{title: Notice}}
  memo: {{title: Memo, channels: [inside, outside], review: [{{when: {{channel: outside}}, stages: [leader]}}]}}
outlets_by: tier
"""


@cache
def rulebook(body: str, version: int = 1, effective: str = "2014-01-01") -> Scheme:
    """A scheme of the usual calendars and kinds, with ``measures:``, ``quotas:`` … as they are given."""
    return read_scheme(rulebook_text(body, version, effective))


def rulebook_text(body: str, version: int = 1, effective: str = "2014-01-01") -> str:
    """What ``rulebook`` reads."""
    return _HEAD.format(version=version, effective=effective) + body


def local(text: str) -> datetime:
    """The instant of a time on the rulebook's clock: ``2014-03-03 10:00``; without a time the day's beginning."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


class Bureau:
    """One department. Amounts and outcomes are the same however its stream is cut up; that is looked at each time."""

    def __init__(
        self,
        *schemes: Scheme,
        joined_on: str = "2013-12-20",
        group: str | None = "street",
        tags: tuple[str, ...] = (),
        facts: Mapping[str, Decimal] = STAFFED,
        later: Sequence[Scheme] = (),
    ) -> None:
        """``later``: versions that are applied in the course of things, by ``apply``."""
        self.writer = StreamWriter("district", "south")
        self.writer.register(schemes, date.fromisoformat(joined_on), group=group, tags=tags, facts=facts)
        self._schemes = (*schemes, *later)
        self._store: MemoryDepartments | None = None

    # What happens

    def tell(self, at: str, event: object) -> None:
        self.writer.tell(event, local(at))

    def submit(self, at: str, item: str, **says: Any) -> None:
        kind = says.pop("kind", "report")
        self.tell(at, happened.ItemSubmitted(item, "office", kind, item, **says))

    def adopt(self, at: str, item: str, adoption: str, published_on: str, tier: str = "city", **says: Any) -> None:
        says = {"outlet": tier, "form": "whole", **says}
        on = date.fromisoformat(published_on)
        self.tell(
            at,
            happened.ItemAdopted(item, adoption, says.pop("outlet"), tier, tier, "paper", published_on=on, **says),
        )

    def instruct(self, at: str, item: str, instruction: str, instructed_on: str, level: str = "city") -> None:
        self.tell(at, happened.ItemInstructed(item, instruction, level, date.fromisoformat(instructed_on)))

    def measure(self, at: str, item: str, measurement: str, value: str, measured_on: str) -> None:
        on = date.fromisoformat(measured_on)
        self.tell(at, happened.ItemMeasured(item, measurement, "clicks", Decimal(value), on))

    def review(self, at: str, item: str, decision: happened.Decision) -> None:
        self.tell(at, happened.ItemReviewed(item, "leader", decision, True))

    def retract(self, at: str, item: str, fact: str) -> None:
        self.tell(at, happened.ItemFactRetracted(item, fact, "by mistake"))

    def withdraw(self, at: str, item: str) -> None:
        self.tell(at, happened.ItemWithdrawn(item))

    def adjust(self, at: str, adjustment: str, value: str, adjusted_on: str, person: str | None = None) -> None:
        on = date.fromisoformat(adjusted_on)
        event = happened.AdjustmentMade(adjustment, "office", "extra", Decimal(value), on, "agreed", person)
        self.tell(at, event)

    def person(self, at: str, person: str, *roles: str, from_on: str, **says: Any) -> None:
        facts = says.pop("facts", {})
        event = happened.PersonDescribed(person, person, roles, facts, date.fromisoformat(from_on), **says)
        self.tell(at, event)

    def describe(self, at: str, from_on: str, **facts: Decimal | int) -> None:
        decimals = {name: Decimal(value) for name, value in facts.items()}
        self.tell(at, happened.DepartmentChanged("South", "street", (), decimals, date.fromisoformat(from_on)))

    def waive(self, at: str, quota: str, period: str, person: str | None = None) -> None:
        self.tell(at, happened.ObligationWaived("office", quota, period, "flood", person))

    def wait(self, until: str) -> None:
        self.writer.pass_time(local(until))

    # What comes of it

    def store(self) -> MemoryDepartments:
        """All folded in one batch; and, to compare, event by event by consumers that remember next to nothing."""
        if self._store is None:
            records = self.writer.records()
            self._store, patient = MemoryDepartments(), MemoryDepartments()
            Projector(self._store, rules_of(*self._schemes)).project(records)
            for record in records:
                Projector(patient, rules_of(*self._schemes), hot=HotStates(1, 1)).project([record])
            parked = self._store.states[STREAM].parked
            assert parked is None, parked.reason
            for part, told in _told(self._store).items():
                assert _told(patient)[part] == told, f"other {part} when folded event by event"
        return self._store

    def amount(self, calendar: str, period: str, measure: str, person: str = "") -> Decimal:
        if person:
            return self.store().personal_totals[STREAM]["office", calendar, period, measure, person]
        return self.store().totals[STREAM]["office", calendar, period, measure]

    def amounts(self, measure: str, calendar: str = "month", person: str = "") -> dict[str, Decimal]:
        """By period, without those that come to nothing."""
        store = self.store()
        totals = {(*key, ""): amount for key, amount in store.totals[STREAM].items()}
        totals |= store.personal_totals[STREAM]
        return {
            period: amount
            for (_, name, period, of, whose), amount in totals.items()
            if (name, of, whose) == (calendar, measure, person) and amount
        }

    def entries(self, measure: str, person: str | None = None) -> list[tuple[str, str, Decimal, str]]:
        """Item, fact, amount and date of the measure's ledger entries, in their order."""
        rows = self.store().entries[STREAM]
        return [
            (row[7], row[8], row[9], row[10].isoformat()) for row in rows if row[6] == measure and row[13] == person
        ]

    def obligation(self, quota: str, period: str, person: str = "") -> Obligation | None:
        return self.store().states[STREAM].obligations.get(QuotaPeriod("office", quota, period, person))

    def owed(self, quota: str, period: str, person: str = "") -> Obligation:
        found = self.obligation(quota, period, person)
        assert found is not None
        return found

    def announced(self, quota: str, period: str, person: str | None = None) -> list[Any]:
        events = [one.event for _, changes in self.store().written for one in changes.announced]
        return [
            one
            for one in events
            if hasattr(one, "obligation")
            and (one.obligation.quota, one.obligation.period, one.obligation.person) == (quota, period, person)
        ]

    def outcomes(self, quota: str, period: str, person: str | None = None) -> list[str]:
        """What was announced, in short: ``due_soon``, ``missed`` …"""
        return [type_of(one).split(".")[2] for one in self.announced(quota, period, person)]


def _told(store: MemoryDepartments) -> dict[str, object]:
    """What two ways of folding have to agree on."""
    totals = {**store.totals[STREAM], **store.personal_totals[STREAM]}
    obligations = {
        key: (one.state, one.target, one.actual, one.on_time, one.actual_when_due, one.due_at, one.ordinal)
        for key, one in store.states[STREAM].obligations.items()
    }
    announced = [one.id for _, changes in store.written for one in changes.announced]
    return {
        "totals": {key: amount for key, amount in totals.items() if amount},
        "entries": store.entries[STREAM],
        "obligations": obligations,
        "announced": announced,
        "parked": store.states[STREAM].parked,
    }
