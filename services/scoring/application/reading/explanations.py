"""Why a number is what it is: the formula, the same with its values, and the ledger entries behind each value."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.application.reading import lines as scheme_lines
from services.scoring.application.reading.records import LedgerEntry, LedgerPlace
from shared.schemes.model import Scheme


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    line: str
    title: str
    cite: str
    value: Decimal
    formula: str
    with_values: str
    uses: tuple[str, ...]
    """The lines and measures that the formula names, in its order."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of the entries behind a measure's amount."""

    entries: tuple[LedgerEntry, ...] = ()
    total: int = 0
    more_after: LedgerPlace | None = None


@dataclass(frozen=True, slots=True)
class ExplainedMeasure:
    measure: str
    title: str
    cite: str
    unit: str
    amount: Decimal
    behind: Behind


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line; the other lines and the measures it stands on, each once, however often it is used."""

    line: ExplainedLine
    lines: tuple[ExplainedLine, ...]
    measures: tuple[ExplainedMeasure, ...]


def explain(scheme: Scheme, line: str, amounts: Mapping[str, Decimal], behind: Mapping[str, Behind]) -> Explanation:
    """``behind`` holds the entries by measure. The used lines come nearest first."""
    needed = scheme_lines.computation(scheme, [line])
    values = needed.values(amounts)
    return Explanation(
        line=_line(scheme, line, values),
        lines=tuple(_line(scheme, name, values) for name in scheme_lines.lines_behind(scheme, line)),
        measures=tuple(_measure(scheme, name, values[name], behind.get(name, Behind())) for name in needed.measures),
    )


def _line(scheme: Scheme, name: str, values: Mapping[str, Decimal]) -> ExplainedLine:
    line = scheme.lines[name]
    used = {each: scheme_lines.plain(values[each]) for each in line.formula.names}
    return ExplainedLine(
        line=name,
        title=line.title,
        cite=line.cite,
        value=scheme_lines.plain(values[name]),
        formula=line.formula.text,
        with_values=line.formula.with_values(used),
        uses=tuple(dict.fromkeys(line.formula.names)),
    )


def _measure(scheme: Scheme, name: str, amount: Decimal, behind: Behind) -> ExplainedMeasure:
    measure = scheme.measures[name]
    return ExplainedMeasure(name, measure.title, measure.cite, measure.unit, scheme_lines.plain(amount), behind)
