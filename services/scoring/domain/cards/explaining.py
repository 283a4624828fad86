"""Why a line has its value: the formula, the same with its values, and what each of these values is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.domain.cards.book import Book, Member, QuotaFigure, Subject
from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.evaluation import shortest
from services.scoring.domain.cards.frames import whole_of
from services.scoring.domain.cards.nodes import (
    CHILD_FUNCTIONS,
    QUOTA_FUNCTIONS,
    RANK_FUNCTIONS,
    WIDTH,
    Node,
    children,
    plain,
    preceding,
    subject_of,
)
from shared.calendars import Period
from shared.schemes.formulas import Reference
from shared.schemes.model import Line, Scheme


@dataclass(frozen=True, slots=True)
class PartOfValue:
    """A figure that a value is made of: the same name's in another period, or another subject's."""

    subject: Subject
    period: Period
    value: Decimal


@dataclass(frozen=True, slots=True)
class UsedValue:
    """A value that a formula takes."""

    reference: Reference
    value: Decimal
    parts: tuple[PartOfValue, ...] = ()
    """Of ``over`` and its like the child periods, of ``previous`` the period before, of ``persons`` and its like the
    persons, of ``group`` and its like that subject. Those without a card are not among them."""
    figures: tuple[QuotaFigure, ...] = ()
    """Of the functions of quotas: the obligations."""


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    line: Line
    value: Decimal
    with_values: str
    uses: tuple[UsedValue, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """One line and the other lines of the same card that it stands on, the nearest first, each once."""

    line: ExplainedLine
    lines: tuple[ExplainedLine, ...]
    amounts: Mapping[str, Decimal]
    """The measures of this subject and period that any of these lines names."""


def explained(book: Book, columns: Columns, period: Period, member: Member, line: str) -> Explained:
    """Of a line that the member's version has for its kind of subject. Raises TooLarge."""
    scheme = book.scheme(member.scheme_version)
    names = [line, *_lines_behind(scheme, member, line)]
    kind = member.subject.kind
    used = [Node(kind, period, each) for name in names for each in scheme.lines[name].formula.references]
    columns.compute([Node(kind, period, plain(line)), *used])
    found = [_line(columns, scheme, period, member, name) for name in names]
    amounts = {
        each.reference.name: each.value
        for one in found
        for each in one.uses
        if each.reference.function is None and each.reference.name in scheme.measures
    }
    in_order = {name: amounts[name] for name in scheme.measures if name in amounts}
    return Explained(found[0], tuple(found[1:]), in_order)


def _lines_behind(scheme: Scheme, member: Member, line: str) -> list[str]:
    found: dict[str, None] = {line: None}
    waiting = [line]
    while waiting:
        named = [name for each in waiting for name in scheme.lines[each].formula.names]
        own = (name for name in named if name in scheme.lines and scheme.lines[name].subject == member.subject.kind)
        waiting = [name for name in dict.fromkeys(own) if name not in found]
        found.update(dict.fromkeys(waiting))
    return list(found)[1:]


def _line(columns: Columns, scheme: Scheme, period: Period, member: Member, name: str) -> ExplainedLine:
    line = scheme.lines[name]
    row = columns.frame(member.subject.kind, period).by_subject[member.subject]
    values = {each.key: shortest(row[each.key]) for each in line.formula.references}
    uses = tuple(_used(columns, scheme, period, member, each, values[each.key]) for each in line.formula.references)
    return ExplainedLine(line, shortest(row[name]), line.formula.with_values(values), uses)


def _used(
    columns: Columns, scheme: Scheme, period: Period, member: Member, reference: Reference, value: Decimal
) -> UsedValue:
    if reference.function in QUOTA_FUNCTIONS:
        owed = columns.owed(reference.name, member.subject.kind, period)
        return UsedValue(reference, value, figures=tuple(owed.get(member.subject, ())))
    return UsedValue(reference, value, tuple(_parts(columns, scheme, period, member, reference)))


def _parts(
    columns: Columns, scheme: Scheme, period: Period, member: Member, reference: Reference
) -> Iterator[PartOfValue]:
    function, name, subject = reference.function, reference.name, member.subject
    if function in CHILD_FUNCTIONS or function == "previous":
        before = preceding(scheme, period)
        earlier = [] if before is None else [before]
        for one in children(scheme, reference.calendar, period) if function in CHILD_FUNCTIONS else earlier:
            row = columns.frame(subject.kind, one).by_subject.get(subject, {})
            if name in row:
                yield PartOfValue(subject, one, shortest(row[name]))
    elif function is not None and function not in RANK_FUNCTIONS:
        yield from _others(columns, period, member, reference)


def _others(columns: Columns, period: Period, member: Member, reference: Reference) -> Iterator[PartOfValue]:
    """The persons of a department, or the whole that it is a part of."""
    assert reference.function is not None, "plain names have no other subjects"
    kind, subject = subject_of(reference.function), member.subject
    key = Reference("rank", reference.name).key if reference.function == "best_rank" else reference.name
    frame = columns.frame(kind, period)
    if WIDTH[kind] >= WIDTH[subject.kind]:
        whole = whole_of(member, kind)
        among = [] if whole is None else [whole]
    else:
        among = [each.subject for each in frame.members if whole_of(each, subject.kind) == subject]
    for other in among:
        row = frame.by_subject.get(other, {})
        if key in row:
            yield PartOfValue(other, period, shortest(row[key]))
