"""An explanation as it is shown: the formula, the same with values, the lines it uses, the entries behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.scoring.application.reading.explanations import ExplainedLine, ExplainedMeasure
from services.scoring.application.reading.scorecards import DepartmentsCard, ExplainedCard
from services.scoring.http import links
from services.scoring.http.presenters.frame import Address
from services.scoring.http.presenters.ledger import EntryRow, entry_rows, unit
from shared.web.formats import number

ENTRIES_OPEN_MAX = 5


@dataclass(frozen=True, slots=True)
class ShownLine:
    line: str
    title: str
    cite: str
    value: str
    formula: str
    with_values: str
    url: str


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
    return ExplanationView(
        line=_line(explained.explanation.line, address),
        lines=[_line(line, address) for line in explained.explanation.lines],
        measures=[
            _measure(explained.of, measure, measure.measure in explained.explanation.line.uses, as_of)
            for measure in explained.explanation.measures
        ],
        close_url=address(line=None),
    )


def _line(line: ExplainedLine, address: Address) -> ShownLine:
    return ShownLine(
        line.line, line.title, line.cite, number(line.value), line.formula, line.with_values, address(line=line.line)
    )


def _measure(of: DepartmentsCard, measure: ExplainedMeasure, named: bool, as_of: str | None) -> ShownMeasure:
    scope = of.question.scope
    rows = entry_rows(
        measure.behind.entries,
        scope.organisation,
        of.question.scheme.time_zone,
        final_at=of.card.final_at,
        as_of=as_of,
    )
    more = links.ledger_page(
        scope.organisation,
        of.card.department,
        measure=measure.measure,
        scheme=scope.scheme,
        calendar=scope.calendar,
        period=of.period.window.period,
        as_of=as_of,
    )
    return ShownMeasure(
        measure=measure.measure,
        title=measure.title,
        cite=measure.cite,
        amount=number(measure.amount),
        unit=unit(measure.unit),
        entries=rows,
        total=measure.behind.total,
        more_url=more if measure.behind.total > len(rows) else None,
        open=named or measure.behind.total <= ENTRIES_OPEN_MAX,
        changed=any(row.after_final for row in rows),
    )
