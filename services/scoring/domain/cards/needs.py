"""Which figures the cards of a period stand on, found out before any is fetched."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.scoring.domain.cards.nodes import (
    PERIODS_MAX,
    QUOTA_FUNCTIONS,
    Node,
    TooLarge,
    dependencies,
    plain,
    rank_lines,
    source,
)
from shared.calendars import Period
from shared.schemes.model import Scheme, SubjectKind

__all__ = ["Needs", "TooLarge", "needs", "shown"]

_ACROSS = frozenset({"rank", "rank_bonus", "group", "organisation", "department", "persons", "persons_best"})


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be at hand to compute some cards; periods are those of any calendar."""

    periods: frozenset[Period]
    """Whose members are asked for."""
    earning: Mapping[Period, frozenset[str]]
    """Of which measures amounts are asked for, in each period where any are."""
    quotas: frozenset[str]
    owing: frozenset[Period]
    """In which obligations are looked for."""
    persons: bool
    """Whether figures of persons are asked for, beside those of departments."""
    across: bool
    """Whether one subject's figures stand on those of others: ranks, groups, persons."""


def needs(
    schemes: Sequence[Scheme],
    calendar: str,
    periods: Iterable[Period],
    kind: SubjectKind = "department",
    lines: Collection[str] | None = None,
) -> Needs:
    """Of the cards of these periods of one calendar, whichever of these versions their members are scored by.

    With ``lines``, of these alone and what the ranks stand on. Asks for a little too much where versions differ. Raises
    TooLarge.
    """
    wanted = list(periods)
    first = [
        Node(kind, period, plain(name))
        for scheme in schemes
        for name in shown(scheme, calendar, kind, lines)
        for period in wanted
    ]
    reached = _reached(schemes, first, wanted)
    return _told(schemes, kind, wanted, reached)


def shown(scheme: Scheme, calendar: str, kind: SubjectKind, lines: Collection[str] | None = None) -> list[str]:
    """The lines that are computed for a card: the listed ones (or of them only these), and those that rank it."""
    card = scheme.scorecard(calendar, kind)
    if card is None:
        return [] if lines is None else [name for name in lines if name in scheme.lines]
    asked = card.lines if lines is None else lines
    deciding = rank_lines(scheme, calendar, kind)
    condition = [] if card.disqualified is None else [card.disqualified]
    return [name for name in dict.fromkeys([*asked, *deciding, *condition]) if name in scheme.lines]


def _reached(schemes: Sequence[Scheme], first: list[Node], wanted: Collection[Period]) -> set[Node]:
    reached: set[Node] = set()
    periods = set(wanted)
    waiting = first
    while waiting:
        node = waiting.pop()
        if node in reached:
            continue
        reached.add(node)
        periods.add(node.period)
        if len(periods) > PERIODS_MAX:
            raise TooLarge(f"the card stands on more than {PERIODS_MAX} periods")
        for scheme in schemes:
            waiting.extend(dependencies(scheme, node))
    return reached


def _told(schemes: Sequence[Scheme], kind: SubjectKind, wanted: Collection[Period], reached: set[Node]) -> Needs:
    earning: dict[Period, set[str]] = defaultdict(set)
    quotas: set[str] = set()
    owing: set[Period] = set()
    persons = kind == "person"
    across = kind in ("group", "organisation")
    for node in reached:
        function, name = node.reference.function, node.reference.name
        persons = persons or node.kind == "person"
        across = across or node.kind != kind or function in _ACROSS
        if function in QUOTA_FUNCTIONS:
            quotas.add(name)
            owing.add(node.period)
            owed_by = {scheme.quotas[name].subject for scheme in schemes if name in scheme.quotas}
            persons = persons or "person" in owed_by
            across = across or owed_by != {kind}
        elif function is None and any(source(scheme, node.kind, name) == "measure" for scheme in schemes):
            earning[node.period].add(name)
    periods = frozenset({*wanted, *(node.period for node in reached)})
    by_period = {period: frozenset(measures) for period, measures in earning.items()}
    return Needs(periods, by_period, frozenset(quotas), frozenset(owing), persons, across)
