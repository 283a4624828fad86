"""One department, event by event: what its stream says, and what that comes to after each event."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.calendars import Period
from shared.contracts import department_events as happened
from shared.contracts.envelope import Event
from shared.schemes.model import Scheme
from tests.reference.plain import things
from tests.reference.plain.asking import Asking
from tests.reference.plain.earning import NOTHING
from tests.reference.plain.judging import Announcement, Judging
from tests.reference.plain.known import FindScheme
from tests.reference.plain.owing import (
    Described,
    Owed,
    PersonDescribed,
    due_of,
    grace_of,
    tells,
)
from tests.reference.plain.things import Thing


@dataclass
class Opened:
    """A period that has opened for the department."""

    scheme: Scheme
    period: Period
    opened_at: datetime
    partial: bool
    closed_at: datetime | None = None
    final_at: datetime | None = None


class Department(Judging):
    """What a department's stream comes to, as far as it has been taken."""

    def __init__(self, find_scheme: FindScheme) -> None:
        super().__init__(find_scheme)
        self.opened: dict[tuple[str, str, str], Opened] = {}
        self.closings: list[happened.CalendarClosed] = []

    def scored_by(self, opened: Opened) -> Scheme:
        """The highest version that has the period and, as is known by now, holds on its first day.

        That may be another than the period was opened with: one that was backdated since.
        """
        period, found = opened.period, opened.scheme
        for from_on, scheme in self.applied[found.name]:
            calendar = scheme.calendars.get(period.calendar)
            there = None if calendar is None else calendar.period_of(period.first)
            same = there is not None and there.id == period.id and (there == period or there.open)
            if same and from_on <= period.first and scheme.version > found.version:
                found = scheme
        return found

    # What happens

    def take(self, event: Event) -> None:
        """The next event of the stream."""
        data = event.data
        if isinstance(data, happened.MilestonesReached):
            for milestone in data.milestones:
                self._reach(milestone, data.instant, event)
        elif isinstance(data, happened.DepartmentRegistered | happened.DepartmentChanged):
            self._describe(data, event)
        elif isinstance(data, happened.PersonDescribed):
            self._describe_person(data, event)
        elif isinstance(data, happened.DepartmentLeft):
            self._leave(data, event)
        elif isinstance(data, happened.SchemeApplied):
            self._hold(data.scheme, data.from_on, self._find_scheme(data.scheme, data.version))
        elif isinstance(data, happened.SchemeBackdated):
            self._hold(data.scheme, data.from_on, self._versions(data.scheme).numbered(data.version))
            self._score(self._of(data.scheme))
            self._judge_all(event)
        elif isinstance(data, happened.CalendarClosed):
            self._close(data, event)
        elif isinstance(data, happened.ObligationWaived):
            self.waivers.append(data)
            for owed in self._sorted():
                if tells(owed, data):
                    self._waive(owed, data.reason, event)
        elif not isinstance(data, happened.DepartmentWentLive):
            self._score(self._take_thing(data, event))
            self._judge_all(event)

    def _describe(self, data: happened.DepartmentRegistered | happened.DepartmentChanged, event: Event) -> None:
        if isinstance(data, happened.DepartmentRegistered):
            self.owing.department, from_on = data.department, data.joined_on
        else:
            from_on = data.from_on
        self.owing.descriptions.append(Described(from_on, event.version, data.group, data.tags, data.facts))

    def _describe_person(self, data: happened.PersonDescribed, event: Event) -> None:
        told = PersonDescribed(data.from_on, event.version, data.roles, data.facts, data.last_on)
        self.owing.persons.setdefault(data.person, []).append(told)
        for opened in list(self.opened.values()):
            for quota in opened.scheme.quotas.values():
                personal = quota.subject == "person" and quota.calendar == opened.period.calendar
                if personal and due_of(opened.scheme, quota, opened.period) > event.recorded_at:
                    start = self._start(opened)
                    for owed in self.owing.owed_by(opened.scheme, quota, opened.period, start, data.person):
                        self._owe(owed, event)

    def _leave(self, data: happened.DepartmentLeft, event: Event) -> None:
        self.left_on = data.last_on
        for owed in self._sorted():
            if owed.period.first > data.last_on:
                self._waive(owed, data.reason or "the department has left", event)

    def _hold(self, name: str, from_on: date, scheme: Scheme) -> None:
        for closed in self.closings:
            if closed.scheme == name:
                scheme = _closed(scheme, closed.calendar, closed.last_on)
        self.applied.setdefault(name, []).append((from_on, scheme))

    # Items, calls, adjustments

    def _take_thing(self, data: Any, event: Event) -> Iterable[Thing]:
        """Let the event change what it is about, and name all that may count otherwise from now on."""
        if isinstance(data, happened.ItemSubmitted | happened.CallIssued | happened.AdjustmentMade):
            return self._begin(data, event)
        if isinstance(data, happened.CallCancelled):
            call = self.things[data.call]
            call.state = "withdrawn"
            answers = [one for one in self.things.values() if one.answers == call.id and one.answer]
            for item in answers:
                item.facts = [fact for fact in item.facts if fact.type != "answered"]
            return [call, *answers]
        if isinstance(data, happened.AdjustmentRetracted):
            self.things[data.adjustment].state = "withdrawn"
            return [self.things[data.adjustment]]
        item = self.things[data.item]
        self._change(item, data, event)
        return [item, *self._call_of(item)]

    def _begin(
        self, data: happened.ItemSubmitted | happened.CallIssued | happened.AdjustmentMade, event: Event
    ) -> Iterable[Thing]:
        place, at, today = event.version, event.recorded_at, self._today(data.scheme, event)
        if isinstance(data, happened.AdjustmentMade):
            thing = things.adjusted(data, place, at)
        elif isinstance(data, happened.CallIssued):
            thing = things.called(data, place, today, at)
        else:
            thing = things.submitted(data, place, today, at)
            if not self._needs_review(thing):
                thing.decide("accepted", place, today, at)
            call = self.things.get(data.answers or "")
            if call is not None and call.state != "withdrawn":
                thing.facts.append(things.answered(call, place, today, at))
        self.things[thing.id] = thing
        return [thing, *self._call_of(thing)]

    def _change(self, item: Thing, data: Any, event: Event) -> None:
        place, at, today = event.version, event.recorded_at, self._today(item.scheme, event)
        if isinstance(data, happened.ItemCorrected):
            item.says(data)
        elif isinstance(data, happened.ItemResubmitted):
            item.says(data)
            if item.state != "withdrawn" and self._needs_review(item):
                item.decide("submitted", place, today, at)
            elif item.state not in ("withdrawn", "accepted"):
                item.decide("accepted", place, today, at)
        elif isinstance(data, happened.ItemReviewed):
            passed_on = data.decision == "accepted" and not data.final
            decided = "submitted" if passed_on else data.decision
            decided_already = decided in ("accepted", "rejected") and item.state == decided
            if item.state != "withdrawn" and not decided_already:
                item.decide(decided, place, today, at)
        elif isinstance(data, happened.ItemFactRetracted):
            item.facts = [fact for fact in item.facts if fact.id != data.fact]
        elif isinstance(data, happened.ItemWithdrawn):
            item.state = "withdrawn"
        else:
            item.facts.append(things.told(data, place, at))

    def _needs_review(self, item: Thing) -> bool:
        """As the newest version that has the kind says: whether any way of review is the item's."""
        declaring = next(one for one in self._versions(item.scheme).newest_first if item.kind in one.kinds)
        fact = item.facts[0]
        asking = Asking(declaring, None, item, fact, fact.day)
        paths = declaring.kinds[str(item.kind)].review
        return any(all(asking.holds(condition) for condition in path.when) for path in paths)

    def _call_of(self, item: Thing) -> list[Thing]:
        """The call that the item answers, which is answered in time if one item that counts was there in time."""
        if item.answer is None or item.answers is None:
            return []
        call = self.things[item.answers]
        answers = [one for one in self.things.values() if one.answers == call.id and one.answer]
        counting = [one for one in answers if one.state not in ("withdrawn", "rejected")]
        call.facts[0].fields["on_time"] = any(one.answer and one.answer.fields["on_time"] for one in counting)
        return [call]

    # Time

    def _reach(self, milestone: happened.Milestone, instant: datetime, event: Event) -> None:
        scheme = self._versions(milestone.scheme).numbered(milestone.version)
        period = scheme.calendars[milestone.calendar].period(milestone.period)
        if milestone.quota is not None:
            for owed in self._sorted():
                if owed.key[:3] == (scheme.name, milestone.quota, period.id):
                    self._fall_due(owed, milestone.kind, event)
            return
        if self.left_on is not None and period.first > self.left_on:
            return
        key = (scheme.name, period.calendar, period.id)
        if milestone.kind == "period_opened":
            opened = self.opened[key] = Opened(scheme, period, instant, milestone.partial)
            for quota in scheme.quotas.values():
                if quota.calendar == period.calendar and due_of(scheme, quota, period) > instant:
                    for owed in self.owing.owed(scheme, quota, period, self._start(opened)):
                        self._owe(owed, event)
        elif milestone.kind == "period_closed":
            self.opened[key].closed_at = instant
        elif milestone.kind == "period_final":
            self.opened[key].final_at = instant
            what = ("tongbao.period.finalised.v1", *key, "", 0, "", NOTHING, event.version)
            self.announcements.append(Announcement(*what))

    def _start(self, opened: Opened) -> date:
        """The first day in the period on which the department is there."""
        if not opened.partial:
            return opened.period.first
        zone = self._versions(opened.scheme.name).newest_first[0].time_zone
        return max(opened.period.first, opened.opened_at.astimezone(zone).date())

    def _fall_due(self, owed: Owed, kind: str, event: Event) -> None:
        if kind == "reminder_due":
            owed.reminded = True
            if owed.state == "open":
                self._announce(owed, "tongbao.quota.due_soon.v1", event)
            return
        if kind == "quota_due":
            owed.due_passed, owed.actual_when_due = True, self.actual(owed)
        else:
            owed.grace_passed, owed.actual_in_grace = True, self.actual(owed)
        self._judge([owed], event)

    def _close(self, data: happened.CalendarClosed, event: Event) -> None:
        """A campaign is over: it ends, in all versions, with this day, and so does what is owed for it."""
        self.closings.append(data)
        self.applied[data.scheme] = [
            (from_on, _closed(scheme, data.calendar, data.last_on)) for from_on, scheme in self.applied[data.scheme]
        ]
        versions = self._versions(data.scheme)
        for opened in self.opened.values():
            if opened.scheme.name == data.scheme:
                opened.scheme = versions.numbered(opened.scheme.version)
                opened.period = opened.scheme.calendars[opened.period.calendar].period(opened.period.id)
        self._score(self._of(data.scheme))
        ended = [one for one in self._sorted() if one.key[0] == data.scheme and one.period.calendar == data.calendar]
        for owed in ended:
            owed.scheme = versions.numbered(owed.scheme.version)
            owed.period = owed.scheme.calendars[data.calendar].period(owed.period.id)
            owed.due_at = due_of(owed.scheme, owed.quota, owed.period)
            owed.grace_ends_at = grace_of(owed.scheme, owed.quota, owed.period)
            if not owed.due_passed and owed.due_at <= event.recorded_at:
                owed.due_passed, owed.actual_when_due = True, self.actual(owed)
                if owed.grace_ends_at is not None and owed.grace_ends_at <= event.recorded_at:
                    owed.grace_passed, owed.actual_in_grace = True, owed.actual_when_due
        for owed in ended:
            if owed.state in ("met", "missed", "met_late"):
                self._take_outcome(owed, event)
        self._judge_all(event)


def _closed(scheme: Scheme, calendar: str, last: date) -> Scheme:
    """As it is, where the version has no such calendar, or one that has had an end anyway."""
    found = scheme.calendars.get(calendar)
    try:
        return scheme if found is None else scheme.with_closed(calendar, last)
    except ValueError:
        return scheme
