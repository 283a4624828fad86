"""Errata: in what the figures of a period differ from those that were told of it, and what brought that about."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from services.scoring.domain.told import Figures
from shared.schemes.model import SubjectKind

FigureKind = Literal["line", "rank", "awarded", "disqualified", "outcome", "actual"]
"""A line's value; a card's rank; whether it is among those that are named, or disqualified; what came of an
obligation, and how much came for it. Rates are not among them: they follow from the obligations, and the adoption of
items goes on by its nature."""


class FigureKey(NamedTuple):
    """Which figure of a period: its place in what was told."""

    of: FigureKind
    subject: SubjectKind
    department: str | None
    person: str | None
    group: str | None
    """Of a group's own figures: its name."""
    name: str
    """The line, or the quota; empty of what belongs to the whole card."""
    period: str
    """Of an obligation; empty otherwise."""


class Figure(NamedTuple):
    value: str
    title: str
    """Of the subject."""
    name_title: str
    """Of the line or the quota."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that became known after the figures had been told."""

    kind: str
    """entry, decision, waiver, backdating, description or person."""
    recorded_at: datetime
    cause: str
    """The type of the event."""
    reason: str | None
    """In words, where somebody gave one."""
    department: str
    stream_version: int
    item: str | None = None
    item_title: str | None = None
    measure: str | None = None
    amount: Decimal | None = None
    dated: date | None = None
    person: str | None = None
    quota: str | None = None
    outcome: str | None = None
    scheme_version: int | None = None
    """That was backdated."""


@dataclass(frozen=True, slots=True)
class Erratum:
    """One figure that was told and is another now."""

    number: int
    """Of the issue that told it."""
    calendar: str
    period: str
    """Of that issue."""
    of: FigureKind
    subject: SubjectKind
    department: str | None
    person: str | None
    group: str | None
    title: str
    name: str
    name_title: str
    of_period: str
    """Of an obligation's figure, the quota's own period; empty otherwise."""
    was: str | None
    """As it was told last; None of what was not there then."""
    now: str | None
    causes: tuple[Cause, ...] = ()

    @property
    def key(self) -> FigureKey:
        return FigureKey(self.of, self.subject, self.department, self.person, self.group, self.name, self.of_period)


class Difference(NamedTuple):
    key: FigureKey
    was: Figure | None
    now: Figure | None


def figures_of(figures: Figures) -> dict[FigureKey, Figure]:
    """All figures that are compared, in the order in which they are told."""
    found: dict[FigureKey, Figure] = {}
    for table in figures.tables:
        titles = {line.line: line.title for line in table.lines}
        for card in table.cards:
            who = (table.subject, card.department, card.person, card.group if table.subject == "group" else None)
            for name, value in card.lines.items():
                found[FigureKey("line", *who, name, "")] = Figure(f"{value:f}", card.title, titles.get(name, name))
            for of, told in _of_card(card.rank, card.awarded, card.disqualified):
                found[FigureKey(of, *who, "", "")] = Figure(told, card.title, "")
    for quota in figures.quotas:
        for one in quota.obligations:
            whose = (quota.subject, one.department, one.person, one.group if quota.subject == "group" else None)
            for kind, told in (("outcome", one.state), ("actual", f"{one.actual:f}")):
                key = FigureKey(kind, *whose, quota.quota, one.period)  # type: ignore[arg-type]
                found[key] = Figure(told, one.title, quota.title)
    return found


def retold(told: Mapping[FigureKey, Figure], errata: Iterable[Erratum]) -> dict[FigureKey, Figure]:
    """What was told, with the errata that later issues told of it, oldest first."""
    found = dict(told)
    for erratum in errata:
        if erratum.now is None:
            found.pop(erratum.key, None)
        else:
            found[erratum.key] = Figure(erratum.now, erratum.title, erratum.name_title)
    return found


def differences(told: Mapping[FigureKey, Figure], now: Mapping[FigureKey, Figure]) -> Iterator[Difference]:
    """Every figure whose value is not the one that was told, in the order of the figures now; then those that are gone.

    Titles alone make no difference.
    """
    for key, figure in now.items():
        before = told.get(key)
        if before is None or before.value != figure.value:
            yield Difference(key, before, figure)
    for key, figure in told.items():
        if key not in now:
            yield Difference(key, figure, None)


def _of_card(rank: int | None, awarded: bool, disqualified: bool) -> Iterator[tuple[FigureKind, str]]:
    """Of the whole card; what is not so is not told."""
    if rank is not None:
        yield "rank", str(rank)
    if awarded:
        yield "awarded", "true"
    if disqualified:
        yield "disqualified", "true"
