"""What has changed in the periods that were told of, and what brought it about."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.scoring.application.bulletins.figures import draw_up
from services.scoring.application.bulletins.ports import Look
from services.scoring.application.bulletins.subject_matter import SubjectMatter
from services.scoring.application.reading.records import Change, ChangePlace, KnownPeriod
from services.scoring.domain.bulletins import Document
from services.scoring.domain.cards.nodes import QUOTA_FUNCTIONS, Node, dependencies, plain, source
from services.scoring.domain.errata import (
    Cause,
    Difference,
    Erratum,
    FigureKey,
    differences,
    figures_of,
    retold,
)
from shared.calendars import Period
from shared.schemes.model import Scheme

ISSUES_COMPARED_MAX = 36
"""How many issues back a new one looks for errata: three years of months. What has changed in the periods of older
ones is told when one asks for the errata of that issue."""
CAUSES_MAX = 20
"""Of one erratum; the department's changes have the rest."""
CHANGES_READ_MAX = 2_000
"""Of one department."""

_ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
_BEHIND_ALL = "zzzz"
"""Sorts behind every kind of change of one version of a stream."""


def since_told(look: Look, about: SubjectMatter, issues: Sequence[Document]) -> tuple[Erratum, ...]:
    """What a new issue corrects of those before it (the newest first), beyond what they corrected themselves."""
    if not issues:
        return ()
    corrected: dict[int, list[Erratum]] = {one.number: [] for one in issues}
    for later in reversed(issues):
        for erratum in later.errata:
            if erratum.number in corrected:
                corrected[erratum.number].append(erratum)
    told = {one.number: retold(figures_of(one.figures), corrected[one.number]) for one in issues}
    present = _present(look, about, [one.period for one in issues])
    changes = _Changes(look, about, issues[0].folded)
    found: list[Erratum] = []
    for one in reversed(issues):
        known = present.get(one.period)
        if known is not None:
            found += _errata(look, about, one, differences(told[one.number], known.figures), known, changes)
    return tuple(found)


def of_issue(look: Look, about: SubjectMatter, issue: Document) -> tuple[Erratum, ...]:
    """In what the present figures of an issue's period differ from those that it tells."""
    known = _present(look, about, [issue.period]).get(issue.period)
    if known is None:
        return ()
    found = differences(figures_of(issue.figures), known.figures)
    return tuple(_errata(look, about, issue, found, known, _Changes(look, about, issue.folded)))


@dataclass(frozen=True, slots=True)
class _Present:
    known: KnownPeriod
    figures: Mapping[FigureKey, Any]


def _present(look: Look, about: SubjectMatter, periods: Sequence[str]) -> dict[str, _Present]:
    known = look.named_periods(about.question.scope, periods, at_most=len(periods))
    drawn = draw_up(look, about, known)
    return {one.period.id: _Present(one, figures_of(drawn[one.period.id])) for one in known}


def _errata(
    look: Look,
    about: SubjectMatter,
    issue: Document,
    found: Iterable[Difference],
    present: _Present,
    changes: "_Changes",
) -> Iterator[Erratum]:
    scheme = about.version(look, present.known)
    behind = _Behind(scheme, present.known.period)
    for key, was, now in found:
        shown = now or was
        assert shown is not None, "a difference has at least one side"
        yield Erratum(
            number=issue.number,
            calendar=issue.calendar,
            period=issue.period,
            of=key.of,
            subject=key.subject,
            department=key.department,
            person=key.person,
            group=key.group,
            title=shown.title,
            name=key.name,
            name_title=shown.name_title,
            of_period=key.period,
            was=was.value if was is not None else None,
            now=now.value if now is not None else None,
            causes=tuple(changes.causes(key, behind)),
        )


@dataclass(frozen=True, slots=True)
class _Stands:
    """On what a figure stands."""

    measures: Collection[str]
    quotas: Collection[str]
    facts: bool
    """Whether on what is known of the department."""
    windows: Collection[Period]

    def holds(self, day: date) -> bool:
        return any(day in window for window in self.windows)


class _Behind:
    """On what the figures of a period stand, by the version of the scheme that it is scored by."""

    def __init__(self, scheme: Scheme, period: Period) -> None:
        self._scheme = scheme
        self._period = period
        self._known: dict[tuple[str, str, str, str], _Stands] = {}

    def figure(self, key: FigureKey) -> _Stands:
        asked = (key.of, key.subject, key.name, key.period)
        if asked not in self._known:
            self._known[asked] = self._line(key) if key.of == "line" else self._quota(key)
        return self._known[asked]

    def _quota(self, key: FigureKey) -> _Stands:
        quota = self._scheme.quotas.get(key.name)
        if quota is None:
            return _Stands((), (), False, (self._period,))
        window = self._scheme.calendars[quota.calendar].period(key.period)
        return _Stands({quota.measure}, {quota.name}, False, (window,))

    def _line(self, key: FigureKey) -> _Stands:
        scheme = self._scheme
        measures, quotas, windows, facts = set(), set(), {self._period}, False
        reached: set[Node] = set()
        waiting = [Node(key.subject, self._period, plain(key.name))]
        while waiting:
            node = waiting.pop()
            if node in reached:
                continue
            reached.add(node)
            windows.add(node.period)
            waiting.extend(dependencies(scheme, node))
            name, function = node.reference.name, node.reference.function
            if function in QUOTA_FUNCTIONS:
                quotas.add(name)
                measures.add(scheme.quotas[name].measure)
            elif function is None:
                match source(scheme, node.kind, name):
                    case "measure":
                        measures.add(name)
                    case "fact":
                        facts = True
        return _Stands(measures, quotas, facts, windows)


class _Changes:
    """What became known of each department after the versions of its stream that had been folded."""

    def __init__(self, look: Look, about: SubjectMatter, folded: Mapping[str, int]) -> None:
        self._look = look
        self._scope = about.question.scope
        self._folded = folded
        self._read: dict[str, list[Change]] = {}

    def causes(self, key: FigureKey, behind: _Behind) -> Iterator[Cause]:
        """Of a department's or a person's line or obligation: ranks, and sums over others, follow from those."""
        if key.department is None or key.of not in ("line", "outcome", "actual"):
            return
        stands = behind.figure(key)
        found = (change for change in self._of(key.department) if _bears_on(change, key, stands))
        for change, _ in zip(found, range(CAUSES_MAX), strict=False):
            yield _cause(key.department, change)

    def _of(self, department: str) -> list[Change]:
        if department not in self._read:
            after = ChangePlace(self._folded.get(department, 0), _BEHIND_ALL, 0, "")
            self._read[department] = self._look.changes(self._scope, department, _ALWAYS, None, after, CHANGES_READ_MAX)
        return self._read[department]


def _bears_on(change: Change, key: FigureKey, stands: _Stands) -> bool:
    told = change.changed
    match change.kind:
        case "entry":
            dated = date.fromisoformat(str(told["dated"]))
            return told["measure"] in stands.measures and told["person"] == key.person and stands.holds(dated)
        case "decision" | "waiver":
            same_period = key.of == "line" or told["period"] == key.period
            return told["quota"] in stands.quotas and told["person"] == key.person and same_period
        case "backdating":
            first, end = (date.fromisoformat(str(told[name])) for name in ("from", "from_before"))
            by_version = key.of == "line" or not stands.quotas  # of a quota that the version does not have any more
            return by_version and any(one.first < end and one.end > first for one in stands.windows)
        case "description":
            return stands.facts
        case _:
            return stands.facts and told["person"] == key.person


def _cause(department: str, change: Change) -> Cause:
    told = change.changed

    def text(name: str) -> str | None:
        value = told.get(name)
        return None if value is None else str(value)

    amount, dated, version = text("amount"), text("dated"), text("scheme_version")
    return Cause(
        kind=change.kind,
        recorded_at=change.recorded_at,
        cause=change.cause,
        reason=change.reason,
        department=department,
        stream_version=change.stream_version,
        item=text("item"),
        item_title=text("item_title"),
        measure=text("measure"),
        amount=None if amount is None else Decimal(amount),
        dated=None if dated is None else date.fromisoformat(dated),
        person=text("person"),
        quota=text("quota"),
        outcome=text("outcome"),
        scheme_version=None if version is None else int(version),
    )
