"""What the formula of a line may name, and of whom: the measures, lines, quotas and facts of the scheme."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from shared.calendars import Calendar, Campaign
from shared.schemes.document import Scalar
from shared.schemes.formulas import Reference
from shared.schemes.mistakes import closest, listed
from shared.schemes.model import Line, Quota, Scorecard, SubjectKind
from shared.schemes.reading import Reading
from shared.schemes.sections.lines import WrittenLine
from shared.schemes.sections.measures import WrittenMeasure

OVER = frozenset({"over", "best_over", "count_over"})
OF_QUOTA = frozenset({"met", "met_on_time", "missed", "shortfall", "target", "actual"})
RANKED = frozenset({"rank", "rank_bonus", "best_rank"})


@dataclass(frozen=True)
class Relation:
    """Who may use a function that looks at others, and whose lines it may be of."""

    users: tuple[SubjectKind, ...]
    of: tuple[SubjectKind, ...]
    measures: bool
    """Whether it may be of a measure too."""


RELATIONS: Mapping[str, Relation] = {
    "group": Relation(("department", "person", "group"), ("department", "group"), measures=True),
    "organisation": Relation(
        ("department", "person", "group", "organisation"), ("department", "organisation"), measures=True
    ),
    "department": Relation(("person",), ("department",), measures=True),
    "persons": Relation(("department",), ("person",), measures=False),
    "persons_best": Relation(("department",), ("person",), measures=False),
    "best_rank": Relation(("department",), ("person",), measures=False),
}
"""Every other function is of the subject's own lines and quotas."""

_WAYS: Mapping[tuple[SubjectKind, SubjectKind], str] = {
    ("department", "person"): "persons({name}), persons_best({name}) or best_rank({name})",
    ("department", "group"): "group({name})",
    ("department", "organisation"): "organisation({name})",
    ("person", "department"): "department({name})",
    ("person", "group"): "group({name})",
    ("person", "organisation"): "organisation({name})",
    ("group", "department"): "group({name})",
    ("group", "organisation"): "organisation({name})",
    ("organisation", "department"): "organisation({name})",
}
"""How a line of the first names a line of the second."""


@dataclass(frozen=True)
class Declared:
    """What the lines of a scheme may name."""

    measures: Mapping[str, WrittenMeasure]
    facts: Collection[str]
    quotas: Mapping[str, Quota]
    calendars: Mapping[str, Calendar]
    lines: Mapping[str, WrittenLine]
    scorecards: Collection[Scorecard]

    def ranking(self, subject: SubjectKind, line: str) -> list[Scorecard]:
        """The scorecards of such subjects that rank by the line."""
        return [card for card in self.scorecards if card.subject == subject and card.rank and card.rank.by == line]


def check_references(reading: Reading, declared: Declared) -> None:
    """Note whatever the lines name and may not."""
    for written in declared.lines.values():
        if written.parsed is not None:
            line, at = written.parsed
            for reference in line.formula.references:
                _Check(reading, declared, line, at, reference).all()


def is_open(calendar: Calendar) -> bool:
    """Whether the calendar is a campaign that goes on until it is closed."""
    return isinstance(calendar, Campaign) and calendar.last is None


class _Check:
    """One reference of one line."""

    def __init__(self, reading: Reading, declared: Declared, line: Line, at: Scalar, reference: Reference) -> None:
        self._reading = reading
        self._declared = declared
        self._line = line
        self._at = at
        self._reference = reference

    def all(self) -> None:
        function, name = self._reference.function, self._reference.name
        if function in OF_QUOTA:
            self._quota()
            return
        if function in OVER:
            self._calendar()
        if function is None and name in self._declared.facts:
            return
        if name in self._declared.measures:
            self._measure()
        elif name in self._declared.lines:
            self._of_line()
        else:
            self._unknown()

    def _mistake(self, name: str, message: str, suggestion: str | None = None) -> None:
        """At the name, wherever the formula has it."""
        for start, end in self._line.formula.places_of(name):
            self._reading.mistake_within(self._at, start, end, message, suggestion)

    def _undeclared(self, what: str, name: str, known: Collection[str]) -> None:
        meant = closest(name, known)
        others = f"; there are {listed(known)}" if known and meant is None else ""
        self._mistake(name, f'there is no {what} "{name}"{others}', meant)

    def _quota(self) -> None:
        name, quotas = self._reference.name, self._declared.quotas
        if name not in quotas:
            self._undeclared("quota", name, quotas)
        elif quotas[name].subject != self._line.subject:
            owing, subject = quotas[name].subject, self._line.subject
            message = (
                f'"{name}" is a quota of the {owing}, and this is a line of the {subject}: write a line of the {owing}'
            )
            self._mistake(name, message)

    def _calendar(self) -> None:
        name, calendars = self._reference.calendar, self._declared.calendars
        assert name is not None
        if name not in calendars:
            self._undeclared("calendar", name, calendars)
        elif is_open(calendars[name]):
            message = f'"{name}" goes on until it is closed: before that it belongs to no period to be added up in'
            self._mistake(name, message)

    def _measure(self) -> None:
        function, name, subject = self._reference.function, self._reference.name, self._line.subject
        relation = RELATIONS.get(function or "")
        if function in RANKED or (relation is not None and not relation.measures):
            self._mistake(name, f'{function} is of a line, and "{name}" is a measure: write a line for it')
        elif relation is not None and subject not in relation.users:
            self._refuse_user(relation)
        elif relation is None and subject == "person" and not self._declared.measures[name].credits_persons:
            self._mistake(
                name,
                f'no person is ever credited with "{name}": give the measure "persons", or write department({name})',
            )

    def _of_line(self) -> None:
        function, name, user = self._reference.function, self._reference.name, self._line.subject
        of = self._declared.lines[name].subject
        relation = RELATIONS.get(function or "")
        if relation is None and of != user:
            way = _WAYS.get((user, of))
            meant = f"write {way.format(name=name)}" if way else f"which a line of the {user} cannot use"
            self._mistake(name, f'"{name}" is a line of the {of}, and this is one of the {user}: {meant}')
        elif relation is not None and user not in relation.users:
            self._refuse_user(relation)
        elif relation is not None and of not in relation.of:
            self._mistake(name, f"{function} is of a line of the {' or the '.join(relation.of)}, not of the {of}")
        elif function in RANKED:
            self._ranked(of)

    def _refuse_user(self, relation: Relation) -> None:
        function, user = self._reference.function, self._line.subject
        message = f"{function} belongs in a line of the {' or the '.join(relation.users)}, not of the {user}"
        self._mistake(self._reference.name, message)

    def _ranked(self, subject: SubjectKind) -> None:
        function, name = self._reference.function, self._reference.name
        cards = self._declared.ranking(subject, name)
        if not cards:
            message = f'no scorecard of the {subject} ranks by "{name}": give one a rank: {{by: {name}}}'
            self._mistake(name, message)
        elif function == "rank_bonus" and not any(card.rank and card.rank.bonus for card in cards):
            self._mistake(name, f'no scorecard that ranks by "{name}" has a bonus: declare it in its rank')

    def _unknown(self) -> None:
        name, declared = self._reference.name, self._declared
        known = [*declared.measures, *declared.lines, *(declared.facts if self._reference.function is None else ())]
        if name in declared.facts:
            message = f'{self._reference.function} is of a line or a measure, and "{name}" is a fact of departments'
            self._mistake(name, message)
        elif name in declared.quotas:
            self._mistake(name, f'"{name}" is a quota: write met({name}), missed({name}) or shortfall({name})')
        else:
            self._mistake(name, f'there is no measure and no line "{name}"', closest(name, known))
