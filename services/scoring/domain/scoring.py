"""Bring the ledger to what an item contributes now."""

from collections.abc import Iterable, Mapping

from services.scoring.domain import ledger
from services.scoring.domain.contributions import NOTHING, contributed_together, contributions, differences
from services.scoring.domain.department import DepartmentState
from services.scoring.domain.errors import Needs, NotResident
from services.scoring.domain.items import Credit, Item
from services.scoring.domain.keys import QuotaPeriod, WindowKey
from services.scoring.domain.limits import number_of
from services.scoring.domain.measures import KindRules, MeasureRules
from services.scoring.domain.rules import Rules
from services.scoring.domain.shares import portions
from services.scoring.domain.windows import Window, WindowCredit, put
from shared.calendars import Period
from shared.contracts.envelope import Envelope

NOBODY: dict[str, dict[str, Credit]] = {}
"""Never changed."""


def score(
    state: DepartmentState,
    item: Item,
    kind: KindRules,
    measures: Iterable[MeasureRules],
    rules: Rules,
    envelope: Envelope,
) -> list[QuotaPeriod]:
    """Enter the differences between what the item has been credited with and what it contributes under the measures.

    All of its kind's measures are looked at when the scheme's rules have changed since it was scored last. Names the
    obligations that were moved, which are to be judged. Raises NotResident.
    """
    if item.scored_under != rules.changes:
        if item.scored_under:
            measures = kind.all
        item.scored_under = rules.changes
    moved: list[QuotaPeriod] = []
    undivided = not item.departments and not item.person
    nobody = not item.contributors and item.personal is None
    for measure in measures:
        if measure.together:
            earned = contributed_together(measure.together, item, rules, state)
            for one in measure.together:
                moved += _divide(state, item, one, earned.get(one.name, NOTHING), rules, envelope)
        elif undivided and not measure.windowed and (nobody or not measure.personal):
            after = contributions(measure, item, rules, state)
            before = item.credits.get(measure.name, NOTHING)
            if after != before:
                _remember(item, measure.name, after)
                for fact, credit in differences(before, after) if before else after.items():
                    reach = rules.reach(measure.name, credit[2], credit[0])
                    ledger.enter(state, reach, item.item, fact, credit, "", envelope, moved)
        else:
            moved += _divide(state, item, measure, contributions(measure, item, rules, state), rules, envelope)
    return moved


def _divide(
    state: DepartmentState,
    item: Item,
    measure: MeasureRules,
    earned: Mapping[str, Credit],
    rules: Rules,
    envelope: Envelope,
) -> list[QuotaPeriod]:
    """Enter what of the item's credits is the department's, and what its persons'."""
    name = measure.name
    parts = portions(earned, measure.models, item, state.department) if earned else {}
    personal = NOBODY if item.personal is None else item.personal.get(name, NOBODY)
    moved: list[QuotaPeriod] = []
    for person in ("", *sorted((personal.keys() | parts.keys()) - {""})):
        before = (personal.get(person) if person else item.credits.get(name)) or NOTHING
        after = parts.get(person, NOTHING)
        if after != before:
            moved += _credit(state, item, name, person, before, after, rules, envelope)
    own = parts.pop("", NOTHING)
    _remember(item, name, own)
    if parts or personal:
        item.personal = {**(item.personal or {}), name: parts}
    return moved


def _remember(item: Item, measure: str, credits: dict[str, Credit]) -> None:
    if credits:
        item.credits[measure] = credits
    else:
        item.credits.pop(measure, None)


def _credit(
    state: DepartmentState,
    item: Item,
    measure: str,
    person: str,
    before: Mapping[str, Credit],
    after: Mapping[str, Credit],
    rules: Rules,
    envelope: Envelope,
) -> list[QuotaPeriod]:
    """Enter one subject's differences: at once, or by way of the windows that its credits fall into."""
    windows: dict[WindowKey, tuple[Period, dict[str, Credit]]] = {}
    apart: list[dict[str, Credit]] = []
    for credits in (before, after):
        direct = {}
        for fact, credit in credits.items():
            period = rules.window(measure, credit[2], credit[0])
            if period is None:
                direct[fact] = credit
                continue
            key = WindowKey(rules.name, measure, person, period.calendar, period.id)
            _, found = windows.setdefault(key, (period, {}))
            if credits is after:
                found[fact] = credit
        apart.append(direct)
    moved: list[QuotaPeriod] = []
    for fact, credit in differences(*apart):
        reach = rules.reach(measure, credit[2], credit[0])
        ledger.enter(state, reach, item.item, fact, credit, person, envelope, moved)
    for key, (period, found) in windows.items():
        moved += _fill(state, item, key, period, found, rules, envelope)
    return moved


def _fill(
    state: DepartmentState,
    item: Item,
    key: WindowKey,
    period: Period,
    credits: Mapping[str, Credit],
    rules: Rules,
    envelope: Envelope,
) -> list[QuotaPeriod]:
    """Let the item have these credits in a window, and enter what that changes, also for other items."""
    window = _window(state, key, period)
    places = {fact.id: fact.place for fact in item.facts}
    found = [
        WindowCredit(
            day,
            places[fact],
            fact,
            item.item,
            amount,
            version,
            *number_of(rules, key.measure, version, period, places[fact], state),
        )
        for fact, (day, amount, version) in credits.items()
    ]
    moved: list[QuotaPeriod] = []
    for change in put(window, item.item, found):
        one = change.credit
        reach = rules.reach(key.measure, one.version, one.day)
        credit = (one.day, change.amount, one.version)
        ledger.enter(state, reach, one.item, one.fact, credit, key.person, envelope, moved)
    state.changes.windows[key] = window
    return moved


def _window(state: DepartmentState, key: WindowKey, period: Period) -> Window:
    """The window as it stands; a new one where there is none. Raises NotResident when that is not known."""
    window = state.windows.get(key)
    if window is None:
        if period.end <= state.resident_since:
            raise NotResident(Needs(since=period.first))
        window = state.windows[key] = Window(period.end)
    return window
