"""The figures of a book, computed column by column: one reference at a time, for all subjects of a frame.

What a column stands on is computed before it, by an explicit stack: however long the chain of lines, nothing recurses.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter

from services.scoring.domain.cards.book import Book, Member, QuotaFigure, Subject
from services.scoring.domain.cards.frames import Alike, Frame, frame_of, whole_of
from services.scoring.domain.cards.nodes import (
    CHILD_FUNCTIONS,
    QUOTA_FUNCTIONS,
    RANK_FUNCTIONS,
    WIDTH,
    Node,
    TooLarge,
    children,
    dependencies,
    plain,
    preceding,
    rank_lines,
    source,
    subject_of,
)
from services.scoring.domain.cards.obliged import joined, told, whole_of_part
from services.scoring.domain.cards.ranking import Standing, standings
from services.scoring.domain.joint import JointKind
from shared.calendars import Period
from shared.schemes.formulas import Reference
from shared.schemes.model import Line, Quota, Scheme, SubjectKind

CELLS_MAX = 20_000_000
"""How many figures are computed for one question."""

_NOTHING = Decimal(0)

Values = Mapping[Subject, Decimal]


class Columns:
    """What has been computed of one book. Not for several threads."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._members: dict[tuple[str, str], Sequence[Member]] = {}
        self._frames: dict[tuple[SubjectKind, str, str], Frame] = {}
        self._begun: set[Node] = set()
        self._done: set[Node] = set()
        self._standings: dict[tuple[SubjectKind, str, str], list[Standing | None]] = {}
        self._owed: dict[tuple[str, SubjectKind, str, str], Mapping[Subject, Sequence[QuotaFigure]]] = {}
        self._cells = 0

    def members(self, calendar: str, period: str) -> Sequence[Member]:
        """All departments and persons of a period."""
        key = (calendar, period)
        if key not in self._members:
            self._members[key] = self._book.members(calendar, period)
        return self._members[key]

    def frame(self, kind: SubjectKind, period: Period) -> Frame:
        key = (kind, period.calendar, period.id)
        if key not in self._frames:
            self._frames[key] = frame_of(kind, self.members(period.calendar, period.id))
        return self._frames[key]

    def compute(self, nodes: Iterable[Node]) -> None:
        """Have these columns, and all that they stand on, in their frames. Raises TooLarge."""
        stack = list(nodes)
        while stack:
            node = stack[-1]
            if node in self._done:
                stack.pop()
            elif node in self._begun:
                self._fill(node)
                self._done.add(node)
                stack.pop()
            else:
                self._begun.add(node)
                stack.extend(self._behind(node))

    def take(self, nodes: Iterable[Node], values: Mapping[Subject, Mapping[str, Decimal]]) -> None:
        """Have these columns of one frame as they are known: by subject, and by the keys of the nodes."""
        for node in nodes:
            self._begun.add(node)
            self._done.add(node)
            frame = self.frame(node.kind, node.period)
        for subject, row in frame.by_subject.items():
            row.update(values[subject])

    def standings(self, kind: SubjectKind, period: Period) -> list[Standing | None]:
        """Who stands where on the card of the period's calendar, in the order of the frame's members."""
        key = (kind, period.calendar, period.id)
        if key not in self._standings:
            frame = self.frame(kind, period)
            scheme = self._book.scheme(frame.newest) if frame.members else None
            card = scheme.scorecard(period.calendar, kind) if scheme is not None else None
            if scheme is None or card is None or card.rank is None:
                self._standings[key] = [None] * len(frame.members)
            else:
                self.compute([Node(kind, period, plain(line)) for line in rank_lines(scheme, period.calendar, kind)])
                self._standings[key] = standings(scheme, card, frame.members, frame.rows)
        return self._standings[key]

    def owed(self, quota: str, kind: SubjectKind, period: Period) -> Mapping[Subject, Sequence[QuotaFigure]]:
        """The obligations behind a quota's functions, by the subjects of a frame."""
        key = (quota, kind, period.calendar, period.id)
        if key not in self._owed:
            self._owed[key] = self._owed_by(quota, kind, period)
        return self._owed[key]

    def _behind(self, node: Node) -> Iterator[Node]:
        """What a node still waits for. A circle, which no checked scheme has of itself, is cut: there it counts 0."""
        frame = self.frame(node.kind, node.period)
        for version in frame.by_version:
            for behind in dependencies(self._book.scheme(version), node):
                if behind not in self._begun:
                    yield behind
                elif behind not in self._done:
                    for row in self.frame(behind.kind, behind.period).rows:
                        row.setdefault(behind.reference.key, _NOTHING)

    def _fill(self, node: Node) -> None:
        frame = self.frame(node.kind, node.period)
        self._cells += len(frame.rows)
        if self._cells > CELLS_MAX:
            raise TooLarge(f"the cards stand on more than {CELLS_MAX} figures")
        if not frame.rows:
            return
        if node.reference.function is None:
            for version, found in frame.by_version.items():
                self._fill_name(node, self._book.scheme(version), found)
            return
        key = node.reference.key
        found_values = self._function(node, frame)
        for subject, row in frame.by_subject.items():
            row[key] = found_values.get(subject, _NOTHING)

    def _fill_name(self, node: Node, scheme: Scheme, found: Alike) -> None:
        kind, period, reference = node
        name = reference.name
        match source(scheme, kind, name):
            case "line":
                _fill_line(scheme.lines[name], found.rows)
            case "measure":
                amounts = self._book.earned(found.subjects, period.calendar, period.id, name)
                for row, amount in zip(found.rows, amounts, strict=True):
                    row[name] = amount
            case "fact":
                otherwise = scheme.facts[name].otherwise
                for member, row in zip(found.members, found.rows, strict=True):
                    row[name] = member.facts.get(name, otherwise)
            case "parts":
                values = self._related(node, "department", name, sum)
                for subject, row in zip(found.subjects, found.rows, strict=True):
                    row[name] = values.get(subject, _NOTHING)
            case "nothing":
                return

    def _function(self, node: Node, frame: Frame) -> Values:
        """By subject; who is lacking has 0."""
        kind, period, reference = node
        function, name = reference.function, reference.name
        scheme = self._book.scheme(frame.newest)
        if function in CHILD_FUNCTIONS:
            return self._over(node, children(scheme, reference.calendar, period))
        if function == "previous":
            before = preceding(scheme, period)
            return {} if before is None else self._column(kind, before, name)
        if function in QUOTA_FUNCTIONS:
            owed = self.owed(name, kind, period)
            return {subject: told(function, figures) for subject, figures in owed.items()}
        if function in RANK_FUNCTIONS:
            return self._ranked(node, frame, scheme)
        if function == "best_rank":
            return self._related(node, "person", Reference("rank", name).key, _best_rank)
        assert function is not None, "plain names are no functions"
        combine = max if function == "persons_best" else sum
        return self._related(node, subject_of(function), name, combine)

    def _column(self, kind: SubjectKind, period: Period, key: str) -> dict[Subject, Decimal]:
        """What has been computed; without those whose version does not know the name."""
        frame = self.frame(kind, period)
        return {subject: row[key] for subject, row in frame.by_subject.items() if key in row}

    def _over(self, node: Node, periods: Iterable[Period]) -> Values:
        collected: dict[Subject, list[Decimal]] = defaultdict(list)
        for period in periods:
            for subject, value in self._column(node.kind, period, node.reference.name).items():
                collected[subject].append(value)
        combine = _COMBINED[node.reference.function]
        return {subject: combine(values) for subject, values in collected.items()}

    def _ranked(self, node: Node, frame: Frame, scheme: Scheme) -> Values:
        """Only by the line that the card ranks by."""
        if not rank_lines(scheme, node.period.calendar, node.kind, node.reference.name):
            return {}
        found = zip(frame.members, self.standings(node.kind, node.period), strict=True)
        if node.reference.function == "rank":
            return {member.subject: Decimal(standing.rank) for member, standing in found if standing is not None}
        return {member.subject: standing.bonus for member, standing in found if standing is not None}

    def _related(
        self, node: Node, other: SubjectKind, key: str, combine: Callable[[Iterable[Decimal]], Decimal | int]
    ) -> Values:
        """The figures of the subjects that a node's are parts of, or consist of."""
        column = self._column(other, node.period, key)
        if WIDTH[other] >= WIDTH[node.kind]:
            wholes = ((member.subject, whole_of(member, other)) for member in self.frame(*node[:2]).members)
            return {subject: column[whole] for subject, whole in wholes if whole in column}
        parts: dict[Subject, list[Decimal]] = defaultdict(list)
        for member in self.frame(other, node.period).members:
            whole = whole_of(member, node.kind)
            if whole is not None and member.subject in column:
                parts[whole].append(column[member.subject])
        return {whole: Decimal(combine(values)) for whole, values in parts.items()}

    def _owed_by(self, name: str, kind: SubjectKind, period: Period) -> Mapping[Subject, Sequence[QuotaFigure]]:
        frame = self.frame(kind, period)
        scheme = self._book.scheme(frame.newest) if frame.members else None
        quota = scheme.quotas.get(name) if scheme is not None else None
        if scheme is None or quota is None:
            return {}
        owing = quota.subject
        if owing == "group" or owing == "organisation":
            figures = self._joined(quota, owing, period)
        else:
            figures = self._own(quota, owing, period)
        if WIDTH[owing] >= WIDTH[kind]:
            wholes = ((member.subject, whole_of(member, owing)) for member in frame.members)
            return {subject: figures[whole] for subject, whole in wholes if whole in figures}
        parts: dict[Subject, list[QuotaFigure]] = defaultdict(list)
        for member in self.frame(owing, period).members:
            whole = whole_of(member, kind)
            if whole is not None:
                parts[whole].extend(figures.get(member.subject, ()))
        return parts

    def _own(self, quota: Quota, kind: SubjectKind, period: Period) -> dict[Subject, Sequence[QuotaFigure]]:
        ask = self._book.quotas
        subjects = (member.subject for member in self.frame(kind, period).members)
        return {one: ask(one, quota.name, period.calendar, period.id) for one in subjects}

    def _joined(self, quota: Quota, kind: JointKind, period: Period) -> dict[Subject, Sequence[QuotaFigure]]:
        """Of a quota that groups or the organisation owe."""
        parts: dict[Subject, list[QuotaFigure]] = defaultdict(list)
        for figures in self._own(quota, "department", period).values():
            for figure in figures:
                whole = whole_of_part(figure, kind)
                if whole is not None:
                    parts[whole].append(figure)
        subjects = (member.subject for member in self.frame(kind, period).members)
        return {one: joined(self._book.scheme, one, parts[one]) for one in subjects}


def _fill_line(line: Line, rows: Iterable[dict[str, Decimal]]) -> None:
    """Equal values in give the same value out: many subjects have few reports, and many have none."""
    formula, name = line.formula, line.name
    keys = [reference.key for reference in formula.references]
    taken = itemgetter(*keys) if keys else _no_values
    known: dict[object, Decimal] = {}
    for row in rows:
        values = taken(row)
        value = known.get(values)
        if value is None:
            known[values] = value = formula.evaluate(row)
        row[name] = value


def _no_values(row: Mapping[str, Decimal]) -> None:
    """What a constant formula takes."""


def _count(values: Sequence[Decimal]) -> Decimal:
    return Decimal(sum(1 for value in values if value))


def _sum(values: Sequence[Decimal]) -> Decimal:
    return sum(values, _NOTHING)


def _best_rank(ranks: Iterable[Decimal]) -> Decimal:
    """0 is no rank."""
    return min((rank for rank in ranks if rank), default=_NOTHING)


_COMBINED: Mapping[str | None, Callable[[Sequence[Decimal]], Decimal]] = {
    "over": _sum,
    "best_over": max,
    "count_over": _count,
}
