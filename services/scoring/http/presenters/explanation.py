"""An explanation as it is shown: the formula, the same with values, the lines it uses, the entries behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.scoring.application.reading.explanations import ExplainedMeasure
from services.scoring.application.reading.scorecards import ExplainedCard, OneCard
from services.scoring.domain.cards.book import QuotaFigure
from services.scoring.domain.cards.explaining import ExplainedLine, PartOfValue, UsedValue
from services.scoring.http import links
from services.scoring.http.presenters.frame import Address
from services.scoring.http.presenters.ledger import EntryRow, entry_rows, unit
from services.scoring.http.presenters.tally import LEGEND
from shared.web.formats import number, period
from shared.web.languages import translate

ENTRIES_OPEN_MAX = 5


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One of the figures behind a value: of another period or subject, or an obligation."""

    title: str
    value: str
    url: str | None
    state: str | None
    """Of an obligation, as the legend names it."""


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A function of the formula, and what its value is made of."""

    reference: str
    value: str
    parts: Sequence[ShownPart]


@dataclass(frozen=True, slots=True)
class ShownLine:
    line: str
    title: str
    cite: str
    value: str
    formula: str
    with_values: str
    url: str
    functions: Sequence[ShownValue]


@dataclass(frozen=True, slots=True)
class ShownMeasure:
    measure: str
    title: str
    cite: str
    amount: str
    unit: str
    entries: Sequence[EntryRow]
    total: int
    more_url: str | None
    open: bool
    """Shown at once: those that the line itself names, and short ones."""
    changed: bool
    """Some of the entries came after the period was final."""


@dataclass(frozen=True, slots=True)
class ExplanationView:
    line: ShownLine
    lines: Sequence[ShownLine]
    measures: Sequence[ShownMeasure]
    close_url: str


def present(explained: ExplainedCard, address: Address, as_of: str | None) -> ExplanationView:
    """``address`` makes links to the same page with other parameters."""
    of, found = explained.of, explained.explanation
    named = {used.reference.name for used in found.line.uses if used.reference.function is None}
    return ExplanationView(
        line=_line(of, found.line, address, as_of),
        lines=[_line(of, line, address, as_of) for line in found.lines],
        measures=[_measure(of, measure, measure.measure.name in named, as_of) for measure in found.measures],
        close_url=address(line=None),
    )


def _line(of: OneCard, explained: ExplainedLine, address: Address, as_of: str | None) -> ShownLine:
    line = explained.line
    return ShownLine(
        line=line.name,
        title=line.title,
        cite=line.cite,
        value=number(explained.value),
        formula=line.formula.text,
        with_values=explained.with_values,
        url=address(line=line.name),
        functions=[_function(of, used, as_of) for used in explained.uses if used.reference.function is not None],
    )


def _function(of: OneCard, used: UsedValue, as_of: str | None) -> ShownValue:
    parts = [_part(of, part, used.reference.name, as_of) for part in used.parts]
    return ShownValue(used.reference.key, number(used.value), [*parts, *(_owed(of, each) for each in used.figures)])


def _part(of: OneCard, part: PartOfValue, name: str, as_of: str | None) -> ShownPart:
    """A link to the other card, where it is a department's or a person's and has lines of its own."""
    own = part.subject == of.card.subject
    kind = part.subject.kind
    title = period(part.period.id) if own else part.subject.name or translate("subject.organisation")
    url = None
    if kind in ("department", "person") and of.scheme.scorecard(part.period.calendar, kind) is not None:
        url = links.department_page(
            of.question.scope.organisation,
            part.subject.department or part.subject.name,
            person=part.subject.name if kind == "person" else None,
            scheme=of.question.scope.scheme,
            calendar=part.period.calendar,
            period=part.period.id,
            line=name if name in of.scheme.lines else None,
            as_of=as_of,
        )
    return ShownPart(title, number(part.value), url, None)


def _owed(of: OneCard, figure: QuotaFigure) -> ShownPart:
    own = figure.subject == of.card.subject
    title = period(figure.period) if own else f"{figure.subject.name} · {period(figure.period)}"
    return ShownPart(title, f"{number(figure.actual)}/{number(figure.target)}", None, LEGEND.get(figure.state))


def _measure(of: OneCard, explained: ExplainedMeasure, named: bool, as_of: str | None) -> ShownMeasure:
    scope, measure, behind = of.question.scope, explained.measure, explained.behind
    rows = entry_rows(
        behind.entries,
        scope.organisation,
        of.question.scheme.time_zone,
        final_at=of.card.final_at,
        as_of=as_of,
    )
    more = links.ledger_page(
        scope.organisation,
        of.card.department,
        person=of.card.person,
        measure=measure.name,
        scheme=scope.scheme,
        calendar=scope.calendar,
        period=of.period.period.id,
        as_of=as_of,
    )
    return ShownMeasure(
        measure=measure.name,
        title=measure.title,
        cite=measure.cite,
        amount=number(explained.amount),
        unit=unit(measure.unit),
        entries=rows,
        total=behind.total,
        more_url=more if behind.total > len(rows) else None,
        open=named or behind.total <= ENTRIES_OPEN_MAX,
        changed=any(row.after_final for row in rows),
    )
