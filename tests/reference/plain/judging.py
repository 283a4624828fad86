"""What becomes of the department's quotas, and what is announced of that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shared.calendars import OPEN_END
from shared.contracts import department_events as happened
from shared.contracts.envelope import Event
from tests.reference.plain.earning import NOTHING
from tests.reference.plain.known import FindScheme, Known
from tests.reference.plain.owing import Owed, judged, tells
from tests.reference.plain.things import Fact, Thing


@dataclass(frozen=True)
class Announcement:
    """What was published, but for its wording."""

    type: str
    scheme: str
    what: str
    """The quota, or the calendar of a period that is final."""
    period: str
    person: str
    ordinal: int
    outcome: str
    actual: Decimal
    stream_version: int


class Judging(Known):
    """Judges what is owed whenever anything has changed."""

    def __init__(self, find_scheme: FindScheme) -> None:
        super().__init__(find_scheme)
        self.left_on: date | None = None
        self.waivers: list[happened.ObligationWaived] = []
        self.announcements: list[Announcement] = []

    def actual(self, owed: Owed) -> Decimal:
        """What has come of what is owed."""
        wanted = (owed.scheme.name, owed.quota.measure, owed.person)
        found = (one for one in self.counted if (one.scheme, one.measure, one.person) == wanted)
        return sum((one.amount for one in found if _counts(owed, one.day)), NOTHING)

    def _sorted(self) -> list[Owed]:
        return [owed for _, owed in sorted(self.owed.items())]

    def _owe(self, owed: Owed, event: Event) -> None:
        if owed.key in self.owed or (self.left_on is not None and owed.period.first > self.left_on):
            return
        self.owed[owed.key] = owed
        waiver = next((one for one in self.waivers if tells(owed, one)), None)
        if waiver is not None:
            self._waive(owed, waiver.reason, event)
        else:
            self._judge([owed], event)

    def _waive(self, owed: Owed, reason: str, event: Event) -> None:
        if owed.state not in ("waived", "part"):
            owed.state, owed.on_time, owed.waived = "waived", None, reason
            self._announce(owed, "tongbao.quota.waived.v1", event)
            self._take_outcome(owed, event)
            self._judge_all(event)

    def _judge_all(self, event: Event) -> None:
        self._judge(self._sorted(), event)

    def _judge(self, all_owed: Iterable[Owed], event: Event) -> None:
        """What is decided may count itself, and so decide further."""
        decided = [owed for owed in all_owed if self._decide(owed, event)]
        if decided:
            for owed in decided:
                self._take_outcome(owed, event)
            self._judge_all(event)

    def _decide(self, owed: Owed, event: Event) -> bool:
        actual = self.actual(owed)
        verdict = judged(owed, actual)
        if verdict is None:
            return False
        before, (owed.state, how) = owed.state, verdict
        owed.on_time = not owed.due_passed if owed.state in ("met", "met_late") else None
        if owed.state == "missed" and before != "met_late":
            owed.lacking = owed.target - actual
        self._announce(owed, f"tongbao.quota.{how}.v1", event)
        if owed.state == "open" and owed.reminded and not owed.due_passed:
            self._announce(owed, "tongbao.quota.due_soon.v1", event)
        return True

    def _take_outcome(self, owed: Owed, event: Event) -> None:
        """Let the outcome count as a fact of the last day of the quota's period, once that is known."""
        if owed.period.end == OPEN_END:
            return
        before = {fact.type: fact for fact in owed.outcome.facts} if owed.outcome else {}
        if owed.outcome is None:
            name = ":".join(filter(None, ("quota", owed.quota.name, owed.period.id, owed.person)))
            owed.outcome = Thing(name, owed.scheme.name, None, "accepted", person=owed.person)
        kept: list[Fact] = []
        told: list[Any] = {"met": ["met"], "missed": ["missed"], "met_late": ["missed", "met_late"]}.get(owed.state, [])
        for type in told:
            fact = before.get(type) or Fact(type, type, event.version, owed.period.last, event.recorded_at)
            fact.day = owed.period.last
            fact.fields = {"quota": owed.quota.name, "on_time": type == "met" and bool(owed.on_time)}
            if type != "met":
                fact.fields["shortfall"] = owed.lacking
            kept.append(fact)
        owed.outcome.facts = kept
        self._score([owed.outcome])

    def _announce(self, owed: Owed, type: str, event: Event) -> None:
        owed.decisions += 1
        scheme, quota, period, person = owed.key
        actual = self.actual(owed)
        self.announcements.append(
            Announcement(type, scheme, quota, period, person, owed.decisions, owed.state, actual, event.version)
        )


def _counts(owed: Owed, day: date) -> bool:
    """What is owed once, by a day, may also come later."""
    return day in owed.period or (owed.quota.once and day >= owed.period.first)
