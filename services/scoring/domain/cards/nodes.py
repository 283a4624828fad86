"""What stands on what: a figure of one period is computed from others, of this period, of earlier or of shorter ones.

Read off the scheme alone, so that whoever has to fetch the figures knows beforehand which.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Literal, NamedTuple

from shared.calendars import Calendar, Period
from shared.calendars.periods import YEAR_MAX, YEAR_MIN
from shared.schemes.formulas import Reference
from shared.schemes.model import Scheme, SubjectKind

PERIODS_MAX = 5_000
"""How many periods one card may stand on, its own and those of its lines."""
OPEN_FOR_MAX = timedelta(days=3_652)
"""So far a period is looked into whose end nobody has fixed yet: ten years, of which most may not have begun."""

QUOTA_FUNCTIONS = frozenset({"met", "met_on_time", "missed", "shortfall", "target", "actual"})
CHILD_FUNCTIONS = frozenset({"over", "best_over", "count_over"})
RANK_FUNCTIONS = frozenset({"rank", "rank_bonus"})

WIDTH: dict[SubjectKind, int] = {"person": 0, "department": 1, "group": 2, "organisation": 3}
"""Which kind of subject is a part of which: the lower of the higher."""

_SUBJECT_OF: dict[str, SubjectKind] = {
    "group": "group",
    "organisation": "organisation",
    "department": "department",
    "persons": "person",
    "persons_best": "person",
    "best_rank": "person",
}

Source = Literal["line", "measure", "fact", "parts", "nothing"]
"""Where a plain name's figures come from: a line's formula; the ledger; a description; the sum over the departments
that this one consists of. A version may not know the name at all, or have a line of it for others."""


class Node(NamedTuple):
    """One column of figures: what a reference comes to, for all subjects of a kind in a period."""

    kind: SubjectKind
    period: Period
    reference: Reference


class TooLarge(Exception):
    """A card stands on more periods or more figures than are computed for one question. Its text says how many."""


def plain(name: str) -> Reference:
    return Reference(None, name)


def source(scheme: Scheme, kind: SubjectKind, name: str) -> Source:
    line, owned = scheme.lines.get(name), WIDTH[kind] <= WIDTH["department"]
    if line is not None:
        if line.subject == kind:
            return "line"
        return "parts" if line.subject == "department" and not owned else "nothing"
    if name in scheme.measures:
        return "measure" if owned else "parts"
    if name in scheme.facts:
        return "fact" if owned else "parts"
    return "nothing"


def subject_of(function: str) -> SubjectKind:
    """Whose figures a function such as ``group`` or ``persons`` takes."""
    return _SUBJECT_OF[function]


def children(scheme: Scheme, calendar: str | None, period: Period) -> list[Period]:
    """The periods of another calendar that belong to this one: those whose last day lies in it, oldest first.

    None that is open still; of a period that is open itself, those of its first OPEN_FOR_MAX. Raises TooLarge.
    """
    other: Calendar | None = scheme.calendars.get(calendar) if calendar is not None else None
    if other is None:
        return []
    found: list[Period] = []
    end = period.first + OPEN_FOR_MAX if period.open else period.end
    child = other.first_ending_after(period.first)
    while child is not None and child.last < end and not child.open:
        if len(found) == PERIODS_MAX:
            raise TooLarge(f"a line of {period.id} adds up more than {PERIODS_MAX} periods of {other.name}")
        found.append(child)
        child = other.following(child) if child.end.year < YEAR_MAX else None
    return found


def preceding(scheme: Scheme, period: Period) -> Period | None:
    """The period before; None where a calendar of listed periods, or the years that days may lie in, begin."""
    calendar = scheme.calendars.get(period.calendar)
    return None if calendar is None or period.first.year <= YEAR_MIN else calendar.preceding(period)


def dependencies(scheme: Scheme, node: Node) -> Iterator[Node]:
    """The nodes that a node is computed from, under one version of the scheme. Raises TooLarge."""
    kind, period, reference = node
    function, name = reference.function, reference.name
    if function is None:
        yield from _behind_name(scheme, node)
    elif function in CHILD_FUNCTIONS:
        yield from (Node(kind, child, plain(name)) for child in children(scheme, reference.calendar, period))
    elif function == "previous":
        before = preceding(scheme, period)
        if before is not None:
            yield Node(kind, before, plain(name))
    elif function in RANK_FUNCTIONS:
        yield from (Node(kind, period, plain(line)) for line in rank_lines(scheme, period.calendar, kind, name))
    elif function == "best_rank":
        yield Node("person", period, Reference("rank", name))
    elif function in _SUBJECT_OF:
        yield Node(_SUBJECT_OF[function], period, plain(name))


class Inward:
    """Which figures of a department and its persons follow from that department alone, under all of some versions."""

    def __init__(self, schemes: Collection[Scheme]) -> None:
        self._schemes = schemes
        self._behind: dict[Node, list[Node]] = {}

    def holds(self, node: Node) -> bool:
        """Whether it and all that it stands on are the department's own. Raises TooLarge."""
        seen, stack = {node}, [node]
        while stack:
            one = stack.pop()
            if not self._own(one):
                return False
            if one not in self._behind:
                self._behind[one] = [behind for scheme in self._schemes for behind in dependencies(scheme, one)]
            further = [behind for behind in self._behind[one] if behind not in seen]
            seen.update(further)
            stack += further
        return True

    def _own(self, node: Node) -> bool:
        function, name = node.reference.function, node.reference.name
        if WIDTH[node.kind] > WIDTH["department"] or function in RANK_FUNCTIONS or function == "best_rank":
            return False
        if function not in QUOTA_FUNCTIONS:
            return True
        quotas = [scheme.quotas[name] for scheme in self._schemes if name in scheme.quotas]
        return all(WIDTH[quota.subject] <= WIDTH["department"] for quota in quotas)


def rank_lines(scheme: Scheme, calendar: str, kind: SubjectKind, by: str | None = None) -> list[str]:
    """The lines that decide who stands where on a calendar's card; none where it does not rank, or by another line."""
    card = scheme.scorecard(calendar, kind)
    if card is None or card.rank is None or by not in (None, card.rank.by):
        return []
    deciding = [card.rank.by, *card.rank.then]
    return deciding if card.disqualified is None else [*deciding, card.disqualified]


def _behind_name(scheme: Scheme, node: Node) -> Iterator[Node]:
    kind, period, reference = node
    match source(scheme, kind, reference.name):
        case "line":
            formula = scheme.lines[reference.name].formula
            yield from (Node(kind, period, used) for used in formula.references)
        case "parts":
            yield Node("department", period, reference)
        case _:
            return
