"""The past is scored again: a version is backdated, or a campaign has got its last day."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from services.scoring.domain import ledger, outcomes
from services.scoring.domain.changes import WhileOpen
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.errors import CannotFold, Needs, NotResident
from services.scoring.domain.items import Credit, Item
from services.scoring.domain.judging import judge
from services.scoring.domain.keys import QuotaPeriod, WindowKey
from services.scoring.domain.milestones import period_change
from services.scoring.domain.obligations import Obligation, end_grace
from services.scoring.domain.reaches import Reach
from services.scoring.domain.rules import Rules
from services.scoring.domain.scoring import score
from services.scoring.domain.windows import Window, put
from shared.contracts.envelope import Envelope


def make_resident(state: DepartmentState, since: date) -> None:
    """Raises NotResident unless all items, and the obligations and windows since the day, are there."""
    if not state.every_item or state.resident_since > since:
        raise NotResident(Needs(since=since, every_item=True))


def everything(state: DepartmentState, rules: Rules, envelope: Envelope) -> None:
    """Score all of a scheme's items, and the outcomes of its quotas, by its present rules.

    All items are resident. Raises NotResident for what reaches further back than obligations and windows do.
    """
    moved: list[QuotaPeriod] = []
    for item in _items(state, rules):
        kind = rules.kind(item.kind)
        if kind is None:
            raise CannotFold(f"scheme {rules.name} has no kind {item.kind}")
        state.changes.items[item.item] = item
        moved += score(state, item, kind, kind.all, rules, envelope)
    for obligation in _with_outcomes(state, rules):
        state.changes.obligations[obligation.key] = obligation
        moved += outcomes.enter(state, obligation, envelope)
    judge(state, moved, envelope)


def close(state: DepartmentState, before: Rules, after: Rules, calendar: str, last: date, envelope: Envelope) -> None:
    """Let a calendar that was open end with a day: what is dated later no longer belongs to its period.

    The ledger's entries belong to days and stay as they are; the totals, and what quotas count, change.
    """
    moved: list[QuotaPeriod] = []
    for measure, person, (day, amount, version) in _counted(state, before):
        if day > last:
            _leave(state, before, after, measure, person, (day, amount, version), moved)
    for key, window in list(state.windows.items()):
        if key.scheme == after.name and key.calendar == calendar:
            moved += _shorten(state, after, key, window, last, envelope)
    moved += _end(state, after, calendar, envelope)
    judge(state, moved, envelope)
    everything(state, after, envelope)


def _items(state: DepartmentState, rules: Rules) -> list[Item]:
    """The scheme's items in the order in which they came."""
    mine = (item for item in state.items.values() if item.scheme == rules.name)
    return sorted(mine, key=lambda item: (item.facts[0].place if item.facts else 0, item.item))


def _with_outcomes(state: DepartmentState, rules: Rules) -> list[Obligation]:
    return [one for _, one in sorted(state.obligations.items()) if one.scheme == rules.name and one.outcome is not None]


def _counted(state: DepartmentState, rules: Rules) -> Iterator[tuple[str, str, Credit]]:
    """All that the ledger holds under the scheme: measure, person, and the credit as it counts."""
    earlier = [one.outcome for one in _with_outcomes(state, rules) if one.outcome is not None]
    for item in [*_items(state, rules), *earlier]:
        for measure, person, credits in _credits(item):
            for credit in credits:
                if rules.window(measure, credit[2], credit[0]) is None:
                    yield measure, person, credit
    for key, window in state.windows.items():
        if key.scheme == rules.name:
            for one in window.credits.values():
                yield key.measure, key.person, (one.day, one.counted, one.version)


def _credits(item: Item) -> Iterator[tuple[str, str, Iterable[Credit]]]:
    for measure, credits in item.credits.items():
        yield measure, "", credits.values()
    for measure, persons in (item.personal or {}).items():
        for person, credits in persons.items():
            yield measure, person, credits.values()


def _leave(
    state: DepartmentState,
    before: Rules,
    after: Rules,
    measure: str,
    person: str,
    credit: Credit,
    moved: list[QuotaPeriod],
) -> None:
    """Take a credit out of those totals and obligations that its day no longer belongs to."""
    day, amount, version = credit
    old, new = before.reach(measure, version, day), after.reach(measure, version, day)
    lost = Reach(
        old.scheme,
        measure,
        tuple(one for one in old.totals if one not in new.totals),
        tuple(one for one in old.obligations if one not in new.obligations),
        tuple(one for one in old.personal if one not in new.personal),
    )
    ledger.count(state, lost, day, -amount, 0, person, moved)


def _shorten(
    state: DepartmentState, rules: Rules, key: WindowKey, window: Window, last: date, envelope: Envelope
) -> list[QuotaPeriod]:
    """Let the credits that are dated after the window's new end count for themselves."""
    moved: list[QuotaPeriod] = []

    def enter(item: str, fact: str, day: date, amount: Decimal, version: int) -> None:
        reach = rules.reach(key.measure, version, day)
        ledger.enter(state, reach, item, fact, (day, amount, version), key.person, envelope, moved)

    late = [one for one in window.credits.values() if one.day > last]
    for item in sorted({one.item for one in late}):
        kept = [one for one in window.credits.values() if one.item == item and one.day <= last]
        for change in put(window, item, kept):
            one = change.credit
            enter(one.item, one.fact, one.day, change.amount, one.version)
    for one in sorted(late, key=lambda one: one.order):
        enter(one.item, one.fact, one.day, one.amount, one.version)
    calendars = (scheme.calendars[key.calendar] for scheme in rules.versions if key.calendar in scheme.calendars)
    window.end = min(calendar.period(key.period).end for calendar in calendars)
    state.changes.windows[key] = window
    return moved


def _end(state: DepartmentState, rules: Rules, calendar: str, envelope: Envelope) -> list[QuotaPeriod]:
    """Let the period, and what is owed for it, end when the calendar now says. Names what is to be judged."""
    for scheme in rules.versions:
        closed = scheme.calendars.get(calendar)
        if closed is not None:
            change = period_change(state, scheme, closed.period(calendar))
            change.end = closed.period(calendar).end
    moved: list[QuotaPeriod] = []
    for key, obligation in sorted(state.obligations.items()):
        if key.scheme != rules.name or obligation.calendar != calendar:
            continue
        scheme = rules.version(obligation.scheme_version) or rules.latest
        quota, period = scheme.quotas[key.quota], scheme.calendars[calendar].period(key.period)
        if obligation.period_end != period.end:
            before = WhileOpen(key, obligation.due_at, obligation.grace_ends_at, envelope.time)
            state.changes.while_open.append(before)
        obligation.period_end = period.end
        obligation.due_at, obligation.grace_ends_at = rules.due(scheme, quota, period)
        state.changes.obligations[key] = obligation
        if obligation.due_passed_at is None and obligation.due_at <= envelope.time:
            # Its milestone would lie before what the stream has told already: it falls due by being closed.
            obligation.due_passed_at, obligation.actual_when_due = envelope.time, obligation.actual
            if obligation.grace_ends_at is not None and obligation.grace_ends_at <= envelope.time:
                end_grace(obligation, envelope.time)
            moved.append(key)
        moved += outcomes.enter(state, obligation, envelope)
    return moved
